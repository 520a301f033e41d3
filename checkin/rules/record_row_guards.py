"""Check that a row belongs to the patient that it names, and that a file's last row is complete."""

from __future__ import annotations

from collections.abc import Collection

from checkin.rules import name_keys, name_likeness
from checkin.rules.name_spellings import is_leading_name
from checkin.rules.placeholder_names import is_placeholder_birth_date
from checkin.rules.record_guards import PersonIdentity, is_family_name_proved, refuse_another_person
from checkin.rules.record_rows import BadRow

_NAMES_ANOTHER_CHILD = (
    "It names another child than the one here under its number: {said}. Correct the number, or the record at "
    'the desk; where that column is not the patient\'s, say so by --map "HEADING=ignore".'
)
_LAST_LINE_CUT_OFF = (
    "The file's last line has no line end, and “{said}” is the beginning of “{on_file}”, which is on file: "
    "see whether the file is whole."
)


def refuse_row_of_another(
    recorded: PersonIdentity, said: PersonIdentity, *, stand_ins: Collection[str] = ()
) -> None:
    """Raise BadRow if a row about a patient's care names another child than its number does.

    A name may be in another order, shorter or have an initial. Placeholders are ignored, also
    the clinic's own stand-in birth dates.
    """
    if (
        not name_likeness.is_real_given_name(said.given_name)
        and len(name_keys.normalize_text(said.given_name)) > 1
    ):
        said = said._replace(given_name="")
    if said.birth_date and is_placeholder_birth_date(said.birth_date, stand_ins):
        said = said._replace(birth_date=None)
    if _has_agreeing_names(recorded, said):
        said = said._replace(given_name=recorded.given_name, family_name=recorded.family_name)
    try:
        refuse_another_person(recorded, said, stand_ins=stand_ins)
    except BadRow:
        named = " ".join(filter(None, (said.given_name, said.family_name, str(said.birth_date or ""))))
        raise BadRow(_NAMES_ANOTHER_CHILD.format(said=named[:80])) from None


def _has_agreeing_names(recorded: PersonIdentity, said: PersonIdentity) -> bool:
    """Return whether the names agree except for order, more given names or an initial."""
    on_file, read = (
        name_keys.normalized_words(f"{one.given_name} {one.family_name}") for one in (recorded, said)
    )
    if read and sorted(on_file) == sorted(read):
        return True
    given = name_keys.normalize_text(said.given_name)
    is_initial = len(given) == 1 and name_keys.normalize_text(recorded.given_name).startswith(given)
    is_given = is_initial or (bool(given) and is_leading_name(recorded.given_name, said.given_name))
    return is_given and is_family_name_proved(recorded, said)


def refuse_cut_last_cell(on_file: object, said: object) -> None:
    """Raise BadRow if the last cell of a file is only the start of the value on file."""
    if isinstance(said, str) and isinstance(on_file, str) and on_file != said and on_file.startswith(said):
        raise BadRow(_LAST_LINE_CUT_OFF.format(said=said[:40], on_file=on_file[:40]))
