"""Keep an update from turning one child into another: every import goes through this guard.

Writing on the wrong child is the worst error of all, so a row that looks like another person is set aside.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from checkin.rules import name_keys, name_likeness
from checkin.rules.name_spellings import is_leading_name, is_respelled_or_mistyped, is_shorter_pet_form
from checkin.rules.placeholder_names import (
    has_placeholders_of_two,
    is_placeholder_birth_date,
    is_placeholder_name,
)
from checkin.rules.record_rows import BadRow, RecordKey

_ANOTHER_PERSON = (
    "It would turn one patient into another: the record here under this number has another name or birth "
    "date. Correct the number; where it is the same child, correct the record at the desk first."
)
_LETTERS_GUESSED = (
    "The encoding of the file is a guess, and the name on file has accents that differ: say which it is, by "
    "--encoding."
)
_DIED_TOO_SOON = "The date of death {died} is before the birth date {born}."
_DIED_LATER = "The date of death {died} is in the future."
_GIVEN_TOO_SOON = "It was given on {given}, before the patient was born ({born})."
_BELONGS_TO_ANOTHER = "It belongs to another patient here under the same identifier, so it was not moved."
NAMES_TWO_PATIENTS = "It names two different patients; say whose it is."
_PARENT_GAP_YEARS = 13
"""A corrected birth date may be less than this many years off: a parent's is further away."""

_CENTURY_YEARS = 100


_OPPOSITE_SEXES = frozenset({"male", "female"})
IDENTITY_COLUMNS = ("given_name", "family_name", "preferred_name", "birth_date", "sex")


class PersonIdentity(NamedTuple):
    """What identifies a person; blank and None mean not said."""

    given_name: str = ""
    family_name: str = ""
    preferred_name: str = ""
    birth_date: dt.date | None = None
    sex: str = ""

    @classmethod
    def of(cls, row: object) -> PersonIdentity:
        """Return the identity on a record."""
        return cls(*(getattr(row, column) for column in IDENTITY_COLUMNS))

    @classmethod
    def said(cls, values: dict[str, Any]) -> PersonIdentity:
        """Return the identity that a row gives."""
        return cls(**{column: values[column] for column in IDENTITY_COLUMNS if values.get(column)})


def refuse_another_person(
    recorded: PersonIdentity, said: PersonIdentity, *, stand_ins: Collection[str] = ()
) -> None:
    """Raise BadRow if the update would turn the record into somebody else's.

    One thing may change: birth date, family name or given name. A given name may change to another spelling
    or a nickname of itself, or replace a placeholder. Twins share birth date and family name, so these two
    never prove that another given name is the same child's. Birth date or family name may change only if the
    given name and the other of the two are both given and agree: a blank proves nothing.
    `stand_ins`: what the clinic writes for an unknown birth date (`is_placeholder_birth_date`).
    """
    births = recorded.birth_date, said.birth_date
    is_dated_otherwise = None not in births and births[0] != births[1]
    is_confirmed = births[0] is not None and births[0] == births[1]
    if is_dated_otherwise and _is_generation_apart(*births, stand_ins):
        raise BadRow(_ANOTHER_PERSON)
    if is_confirmed and _has_swapped_names(recorded, said):
        return
    given = is_given_name_kept(recorded, said, is_confirmed=is_confirmed)
    family = is_family_name_kept(recorded, said)
    if _is_of_opposite_sex(recorded, said) and not _has_identical_given_name(recorded, said):
        raise BadRow(_ANOTHER_PERSON)
    if family and not is_dated_otherwise and (given or is_given_name_near(recorded, said)):
        return
    is_proved = is_family_name_proved(recorded, said) if family else is_confirmed
    is_known = family or recorded.given_name or recorded.preferred_name
    if not (given and _has_given_name_said(said) and is_proved and is_known):
        raise BadRow(_ANOTHER_PERSON)


def _is_generation_apart(recorded: dt.date | None, said: dt.date | None, stand_ins: Collection[str]) -> bool:
    """Return whether two birth dates are a parent's and a child's, not one date mistyped.

    Exactly a century apart is a typing slip in the year. A date that stands in for an unknown one says
    nothing.
    """
    if recorded is None or said is None or is_placeholder_birth_date(recorded, stand_ins):
        return False
    apart = abs(recorded.year - said.year)
    same_day = (recorded.month, recorded.day) == (said.month, said.day)
    return apart >= _PARENT_GAP_YEARS and not (apart == _CENTURY_YEARS and same_day)


def _has_swapped_names(recorded: PersonIdentity, said: PersonIdentity) -> bool:
    """Return whether given and family name only swap places."""
    on_file = name_keys.normalize_text(recorded.family_name), name_keys.normalize_text(recorded.given_name)
    return all(on_file) and on_file == (
        name_keys.normalize_text(said.given_name),
        name_keys.normalize_text(said.family_name),
    )


def _is_of_opposite_sex(recorded: PersonIdentity, said: PersonIdentity) -> bool:
    """Return whether one is recorded as male and the other as female."""
    return {recorded.sex, said.sex} == _OPPOSITE_SEXES


def _has_identical_given_name(recorded: PersonIdentity, said: PersonIdentity) -> bool:
    """Return whether the given name is identical, or not given."""
    return not said.given_name or name_keys.normalize_text(recorded.given_name) == name_keys.normalize_text(
        said.given_name
    )


def refuse_impossible_death(died: dt.date | None, born: dt.date | None, today: dt.date) -> None:
    """Raise BadRow for a death before birth or in the future: it would mark a living child as dead."""
    if died and died > today:
        raise BadRow(_DIED_LATER.format(died=died))
    if died and born and died < born:
        raise BadRow(_DIED_TOO_SOON.format(died=died, born=born))


def refuse_given_before_birth(given: dt.date, born: dt.date | None, stand_ins: Collection[str]) -> None:
    """Raise BadRow for a vaccine given before its patient was born: it is another child's."""
    # One day of grace: in UTC, a newborn's first vaccine may be dated the day before.
    if born and given < born - dt.timedelta(days=1) and not is_placeholder_birth_date(born, stand_ins):
        raise BadRow(_GIVEN_TOO_SOON.format(given=given, born=born))


def refuse_guessed_letters(recorded: PersonIdentity, said: PersonIdentity) -> None:
    """Raise BadRow if letters read in a guessed encoding would replace a name with accents."""
    for on_file, read in zip(recorded[:3], said[:3], strict=True):
        if read and on_file and not on_file.isascii() and read != on_file:
            raise BadRow(_LETTERS_GUESSED)


def is_same_recorded_person(recorded: PersonIdentity, said: PersonIdentity) -> bool:
    """Return whether names and birth date all agree, or are missing on both sides."""
    return (
        recorded.birth_date == said.birth_date
        and name_keys.normalize_text(recorded.family_name) == name_keys.normalize_text(said.family_name)
        and name_keys.normalize_text(recorded.given_name) == name_keys.normalize_text(said.given_name)
        and bool(name_keys.normalize_text(said.given_name + said.family_name))
    )


def _has_given_name_said(said: PersonIdentity) -> bool:
    """Return whether the row has a real given name: placeholders are shared by all newborns."""
    return name_likeness.is_real_given_name(said.given_name or said.preferred_name)


def is_family_name_proved(recorded: PersonIdentity, said: PersonIdentity) -> bool:
    """Return whether both sides have the same family name."""
    on_file = name_keys.normalize_text(recorded.family_name)
    return bool(on_file) and on_file == name_keys.normalize_text(said.family_name)


def is_surely_same_person(
    recorded: PersonIdentity, said: PersonIdentity, *, stand_ins: Collection[str] = ()
) -> bool:
    """Return whether a row that was set aside, perhaps read in part, means this record.

    Its full name is the one on file, and nothing else that could be read from it is another person's.
    """
    try:
        refuse_another_person(recorded, said, stand_ins=stand_ins)
    except BadRow:
        return False
    is_whole = all(
        name_keys.normalize_text(one) for one in (said.given_name or said.preferred_name, said.family_name)
    ) or not name_keys.normalize_text(recorded.family_name)
    is_confirmed = said.birth_date is not None and recorded.birth_date == said.birth_date
    is_same = is_family_name_kept(recorded, said) and is_given_name_kept(
        recorded, said, is_confirmed=is_confirmed
    )
    return is_whole and is_same


def is_family_name_kept(recorded: PersonIdentity, said: PersonIdentity) -> bool:
    """Return whether the family name stays the same. A blank on either side counts as the same."""
    one, other = name_keys.normalize_text(recorded.family_name), name_keys.normalize_text(said.family_name)
    return not one or not other or one == other


def is_given_name_kept(recorded: PersonIdentity, said: PersonIdentity, *, is_confirmed: bool = True) -> bool:
    """Return whether the given name stays; more or fewer names, or the preferred one, count as the same.

    A row without a given name goes by its preferred name. `is_confirmed`: the birth date agrees. If it does
    not, a first name that sisters share (María) does not match María José.
    """

    def leads(one: str, other: str) -> bool:
        return is_leading_name(one, other, is_confirmed=is_confirmed)

    if not recorded.given_name:
        # The record has no given name to compare, but may have a preferred name.
        spoken = said.given_name or said.preferred_name
        return not recorded.preferred_name or not spoken or leads(recorded.preferred_name, spoken)
    if not said.given_name:
        return not said.preferred_name or any(
            leads(said.preferred_name, one) for one in (recorded.given_name, recorded.preferred_name)
        )
    if leads(recorded.given_name, said.given_name):
        return True
    swapped_back = not said.preferred_name or leads(said.preferred_name, recorded.given_name)
    return leads(recorded.preferred_name, said.given_name) and swapped_back


def is_given_name_near(recorded: PersonIdentity, said: PersonIdentity) -> bool:
    """Return whether the given name is another spelling or a nickname, or replaces a placeholder."""
    on_file, spoken = recorded.given_name or recorded.preferred_name, said.given_name or said.preferred_name
    if not name_likeness.is_real_given_name(on_file):
        return not (spoken and is_placeholder_name(spoken) and has_placeholders_of_two(on_file, spoken))
    is_confirmed = recorded.birth_date is not None and recorded.birth_date == said.birth_date
    one, other = name_keys.normalized_words(on_file), name_keys.normalized_words(spoken)
    if not one or not other:
        return False
    if one[1:] == other[1:] or not one[1:] or not other[1:]:
        first, second = one[0], other[0]
        is_near = is_shorter_pet_form(first, second) or is_respelled_or_mistyped(
            first, second, is_confirmed=is_confirmed
        )
        if first != second and is_near:
            return True
    different = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    if len(one) != len(other) or len(different) != 1:
        return False
    return is_respelled_or_mistyped(*different[0], is_confirmed=is_confirmed)


def refuse_change_of_patient(recorded_patient: int, said_patient: int | None) -> None:
    """Raise BadRow if a vaccine, appointment or due item would move to another patient."""
    if recorded_patient != said_patient:
        raise BadRow(_BELONGS_TO_ANOTHER)


def has_other_record_number(recorded: dict[str, set[str]], keys: Iterable[RecordKey]) -> bool:
    """Return whether the record has a different number from the same system."""
    return any(recorded[system] and value not in recorded[system] for system, value in keys)
