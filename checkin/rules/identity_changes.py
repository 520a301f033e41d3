"""Decide whether “use the new” would turn a record into another child's, by name and birth date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, Self

from rapidfuzz.distance import OSA

from checkin.rules import name_keys, name_likeness
from checkin.rules.birth_dates import BirthNearness, birth_date_nearness, birth_date_readings
from checkin.rules.local_formats import date_words
from checkin.rules.patient_merges import NEAR_GIVEN_NAME_SCORE, ChildIdentity, may_be_look_alike


class RecordedIdentity(NamedTuple):
    """The name and birth date by which a record says whose it is."""

    given_name: str
    family_name: str
    preferred_name: str
    birth_date: dt.date | None

    @classmethod
    def of(cls, patient: object) -> Self:
        return cls(*(getattr(patient, name) for name in cls._fields))

    def written(self, columns: Mapping[str, Any]) -> Self:
        """Return the identity with these columns written to it."""
        return self._replace(**{name: columns[name] for name in self._fields if name in columns})

    def words(self, region: str) -> str:
        """Name and birth date: "Anna Lindqvist, born May 8, 2019"."""
        name = f"{self.given_name} {self.family_name}".strip() or self.preferred_name or "no name"
        return f"{name}, born {date_words(self.birth_date, region)}" if self.birth_date else name

    @property
    def whole_names(self) -> list[str]:
        """Each way to write or search for the full name."""
        firsts = dict.fromkeys(name for name in (self.given_name, self.preferred_name) if name.strip())
        found = [f"{first} {self.family_name}" for first in firsts]
        return found + [f"{self.family_name} {first}" for first in firsts]


def whole_name_keys(identity: RecordedIdentity) -> list[str]:
    """Return the search keys of the full name in either order, preferred name included."""
    keys = (name_keys.normalize_text(name) for name in identity.whole_names)
    return list(dict.fromkeys(key for key in keys if key))


def has_same_name_and_birth(one: RecordedIdentity, other: RecordedIdentity) -> bool:
    """Return whether both have exactly the same name, in either order, and the same birth date."""
    if one.birth_date is None or one.birth_date != other.birth_date:
        return False
    return any(name_likeness.is_same_written_name(a, b) for a in one.whole_names for b in other.whole_names)


def is_changed_to_another_child(before: RecordedIdentity, after: RecordedIdentity) -> bool:
    """Return whether the name becomes somebody else's: more than a spelling, or family name and birth date.

    An unchanged birth date proves nothing: usually none was typed, and twins share it.
    """
    if after.preferred_name != before.preferred_name and _is_another_first_name(before, after.preferred_name):
        return True
    if _has_same_name_words(before, after):
        return False
    if _is_another_first_name(before, after.given_name):
        return True
    if not _is_another_family_name(before.family_name, after.family_name):
        return False
    return not _has_same_given_name(before, after) or _is_birth_date_far_apart(
        before.birth_date, after.birth_date
    )


def is_name_of_sibling(before: RecordedIdentity, after: RecordedIdentity, sibling: RecordedIdentity) -> bool:
    """Return whether a new given name is a sibling's or nearly so, and nearer to it than to the child's own.

    A new spelling may be another child's name: “Hannah” on the record of Anna, whose twin is Hanna. If it is
    equally near to both, it counts only if the recorded name was further from the sibling's.
    """
    own = first_name_keys(before)
    return any(
        _is_near_spelling(new, other)
        and (_letters_from_nearest(new, [other]), _letters_from_nearest(new, [other]))
        < _distances_to_own_name(new, other, own)
        for new in first_name_keys(after) - own
        for other in first_name_keys(sibling)
    )


def first_name_keys(identity: RecordedIdentity) -> set[str]:
    """Return the search keys of the given and preferred names that are real names."""
    firsts = (identity.given_name, identity.preferred_name)
    return {name_keys.normalize_text(name) for name in firsts if name_likeness.is_real_given_name(name)}


def _is_near_spelling(new: str, other: str) -> bool:
    return OSA.distance(new, other) <= 1 or name_likeness.is_same_sounding_name(new, other)


def _distances_to_own_name(new: str, other: str, own: Collection[str]) -> tuple[int, int]:
    """Return how many letters the child's own name differs from the new one, and from the sibling's."""
    return _letters_from_nearest(new, own), _letters_from_nearest(other, own)


def _letters_from_nearest(one: str, others: Collection[str]) -> int:
    """Return the distance in letters to the nearest of these; its length plus one if there are none."""
    return min((OSA.distance(one, other) for other in others), default=len(one) + 1)


def _has_same_given_name(before: RecordedIdentity, after: RecordedIdentity) -> bool:
    """Return whether both are real given names and may be one: a blank or "Baby Girl" says nothing."""
    named = name_likeness.is_real_given_name(before.given_name) and name_likeness.is_real_given_name(
        after.given_name
    )
    return named and not _is_another_first_name(before, after.given_name)


def _is_birth_date_far_apart(before: dt.date | None, after: dt.date | None) -> bool:
    """Return whether both birth dates are known and differ by more than a slip."""
    if before is None or after is None:
        return False
    return birth_date_nearness(birth_date_readings(after, ""), before) is BirthNearness.FAR


def _is_another_first_name(before: RecordedIdentity, name: str) -> bool:
    """Return whether this is another name: no spelling, short form, nickname or extension of theirs."""
    was = ChildIdentity(before.given_name, before.preferred_name, None)
    return bool(name) and not may_be_look_alike(was, ChildIdentity(name, "", None))


def _has_same_name_words(before: RecordedIdentity, after: RecordedIdentity) -> bool:
    """Return whether the full names have the same words, in other fields or another order."""
    first, second = (
        sorted(name_keys.normalized_words(f"{one.given_name} {one.family_name}")) for one in (before, after)
    )
    return first == second


def _is_another_family_name(before: str, after: str) -> bool:
    """Return whether the family names differ by more than a blank, a part or a spelling."""
    found = name_likeness.name_similarity(before, after)
    return found is not None and found < NEAR_GIVEN_NAME_SCORE
