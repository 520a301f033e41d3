"""Whether an update would turn one guardian into another adult."""

from __future__ import annotations

from checkin.rules import likeness, names, record_names
from checkin.rules.record_guards import Person, is_leading, is_near_given, is_same_family, is_same_given
from checkin.rules.records import BadRow, may_consent

ANOTHER_ADULT = (
    "It would turn one guardian into another: the guardian here under this number has another name, and the "
    "phone is not the one on file. Correct the number; where it is the same adult, correct them at the desk."
)


def refuse_another_adult(recorded: str, said: str, *, is_same_phone: bool) -> None:
    """Raise BadRow where a guardian would get another adult's name, and the phone does not confirm them."""
    if not is_same_phone and not is_same_adult(recorded, said):
        raise BadRow(ANOTHER_ADULT)


def is_same_adult(recorded: str, said: str) -> bool:
    """Return whether two whole names are one adult's: in any order, spelled otherwise, with further names."""
    one, other = (Person(*record_names.parts(name)) for name in (recorded, said))
    is_reordered = sorted(names.words(recorded)) == sorted(names.words(said))
    is_unnamed = not likeness.is_named(recorded) or may_consent(recorded)  # "Mother" stands for a name
    if is_reordered or is_leading(recorded, said) or is_unnamed:
        return True
    return is_same_family(one, other) and (is_same_given(one, other) or is_near_given(one, other))
