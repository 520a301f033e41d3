"""Whether “use the new” would make a record look like another child: its name and birth date say it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, Self

from rapidfuzz.distance import OSA

from checkin.rules import name_keys, name_likeness
from checkin.rules.birth_dates import BirthNearness, birth_date_nearness, birth_date_readings
from checkin.rules.clocks import date_words
from checkin.rules.patient_merges import NEAR_GIVEN_NAME_SCORE, ChildIdentity, may_be_look_alike


class RecordedIdentity(NamedTuple):
    """Whom a record says that it is about."""

    given_name: str
    family_name: str
    preferred_name: str
    birth_date: dt.date | None

    @classmethod
    def of(cls, patient: object) -> Self:
        return cls(*(getattr(patient, name) for name in cls._fields))

    def written(self, columns: Mapping[str, Any]) -> Self:
        """Return it with these columns in place, as a record holds them."""
        return self._replace(**{name: columns[name] for name in self._fields if name in columns})

    @property
    def words(self) -> str:
        """ "Anna Lindqvist, born May 8, 2019" """
        name = f"{self.given_name} {self.family_name}".strip() or self.preferred_name or "no name"
        return f"{name}, born {date_words(self.birth_date)}" if self.birth_date else name

    @property
    def whole_names(self) -> list[str]:
        """Each way in which the whole name may stand on a record or be searched for."""
        firsts = dict.fromkeys(name for name in (self.given_name, self.preferred_name) if name.strip())
        found = [f"{first} {self.family_name}" for first in firsts]
        return found + [f"{self.family_name} {first}" for first in firsts]


def whole_name_keys(identity: RecordedIdentity) -> list[str]:
    """The search keys of the whole name, in either order, of what the child is called too."""
    keys = (name_keys.normalize_text(name) for name in identity.whole_names)
    return list(dict.fromkeys(key for key in keys if key))


def has_same_name_and_birth(one: RecordedIdentity, other: RecordedIdentity) -> bool:
    """Whether both say the very same name, in either order, and the same birth date."""
    if one.birth_date is None or one.birth_date != other.birth_date:
        return False
    return any(name_likeness.is_same_written_name(a, b) for a in one.whole_names for b in other.whole_names)


def is_changed_to_another_child(before: RecordedIdentity, after: RecordedIdentity) -> bool:
    """Whether the name says somebody else, in more than a spelling, or the birth date beside a family name.

    A birth date that stays proves nothing: most often none was typed, and twins share it.
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
    """Whether a new given name is a brother's or sister's by a letter, and no nearer to the child's own.

    “Hannah” on the record of Anna, whose twin is Hanna: the spelling of a name may be that of another child.
    As near to both, it is so only where the name on record was further from the sibling's.
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
    """The search keys of what a child is named and called, where that is a name."""
    firsts = (identity.given_name, identity.preferred_name)
    return {name_keys.normalize_text(name) for name in firsts if name_likeness.is_real_given_name(name)}


def _is_near_spelling(new: str, other: str) -> bool:
    return OSA.distance(new, other) <= 1 or name_likeness.is_same_sounding_name(new, other)


def _distances_to_own_name(new: str, other: str, own: Collection[str]) -> tuple[int, int]:
    """In how many letters the child's own name differs from the new one, and from the sibling's."""
    return _letters_from_nearest(new, own), _letters_from_nearest(other, own)


def _letters_from_nearest(one: str, others: Collection[str]) -> int:
    """In how many letters it differs from the nearest of these; from none of them, in all."""
    return min((OSA.distance(one, other) for other in others), default=len(one) + 1)


def _has_same_given_name(before: RecordedIdentity, after: RecordedIdentity) -> bool:
    """Whether both have a given name, which may be one: a blank or "Baby Girl" says nothing of a child."""
    named = name_likeness.is_real_given_name(before.given_name) and name_likeness.is_real_given_name(
        after.given_name
    )
    return named and not _is_another_first_name(before, after.given_name)


def _is_birth_date_far_apart(before: dt.date | None, after: dt.date | None) -> bool:
    """Whether both birth dates are known and differ by more than a slip."""
    if before is None or after is None:
        return False
    return birth_date_nearness(birth_date_readings(after, ""), before) is BirthNearness.FAR


def _is_another_first_name(before: RecordedIdentity, name: str) -> bool:
    """No spelling, short form or nickname of what they were named or called, and no further name."""
    was = ChildIdentity(before.given_name, before.preferred_name, None)
    return bool(name) and not may_be_look_alike(was, ChildIdentity(name, "", None))


def _has_same_name_words(before: RecordedIdentity, after: RecordedIdentity) -> bool:
    """Whether the whole name is the same words, in other boxes or another order."""
    first, second = (
        sorted(name_keys.normalized_words(f"{one.given_name} {one.family_name}")) for one in (before, after)
    )
    return first == second


def _is_another_family_name(before: str, after: str) -> bool:
    """Not where one is blank, a part of the other or spelled like it: a name that was added is no other."""
    found = name_likeness.name_similarity(before, after)
    return found is not None and found < NEAR_GIVEN_NAME_SCORE
