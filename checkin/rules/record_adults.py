"""Refuse an update that would turn one guardian into another adult."""

from __future__ import annotations

from checkin.rules import name_keys, name_likeness, record_names
from checkin.rules.name_spellings import is_leading_name
from checkin.rules.record_guards import (
    PersonIdentity,
    is_family_name_kept,
    is_given_name_kept,
    is_given_name_near,
)
from checkin.rules.record_rows import BadRow, is_consenting_kin

ANOTHER_ADULT = (
    "It would turn one guardian into another: the guardian here under this number has another name, and the "
    "phone is not the one on file. Correct the number; where it is the same adult, correct them at the desk."
)


def refuse_another_adult(recorded: str, said: str, *, is_same_phone: bool) -> None:
    """Raise BadRow if a guardian would get another adult's name and the phone does not confirm them."""
    if not is_same_phone and not is_same_guardian_name(recorded, said):
        raise BadRow(ANOTHER_ADULT)


def is_same_guardian_name(recorded: str, said: str) -> bool:
    """Return whether two full names are one adult's: in any order, spelled otherwise, or with more names."""
    one, other = (PersonIdentity(*record_names.split_recorded_name(name)) for name in (recorded, said))
    is_reordered = sorted(name_keys.normalized_words(recorded)) == sorted(name_keys.normalized_words(said))
    is_unnamed = not name_likeness.is_real_given_name(recorded) or is_consenting_kin(
        recorded
    )  # "Mother" is not a name
    if is_reordered or is_leading_name(recorded, said) or is_unnamed:
        return True
    return is_family_name_kept(one, other) and (
        is_given_name_kept(one, other) or is_given_name_near(one, other)
    )
