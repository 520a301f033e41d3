"""Whether “use the new” would make a record look like another child: its name and birth date say it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, Self

from rapidfuzz.distance import OSA

from checkin.rules import likeness, names
from checkin.rules.birth_dates import Nearness, nearness, readings
from checkin.rules.clocks import date_words
from checkin.rules.merges import NEAR_NAME, Who, is_look_alike


class Identity(NamedTuple):
    """Whom a record says that it is about."""

    given_name: str
    family_name: str
    preferred_name: str
    birth_date: dt.date | None

    @classmethod
    def of(cls, patient: Any) -> Self:
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


def whole_keys(identity: Identity) -> list[str]:
    """The search keys of the whole name, in either order, of what the child is called too."""
    keys = (names.normalise(name) for name in identity.whole_names)
    return list(dict.fromkeys(key for key in keys if key))


def is_same_child(one: Identity, other: Identity) -> bool:
    """Whether both say the very same name, in either order, and the same birth date."""
    if one.birth_date is None or one.birth_date != other.birth_date:
        return False
    return any(likeness.same_name(a, b) for a in one.whole_names for b in other.whole_names)


def is_another_child(before: Identity, after: Identity) -> bool:
    """Whether the name says somebody else, in more than a spelling, or the birth date beside a family name.

    A birth date that stays proves nothing: most often none was typed, and twins share it.
    """
    if after.preferred_name != before.preferred_name and is_another_name(before, after.preferred_name):
        return True
    if is_same_words(before, after):
        return False
    if is_another_name(before, after.given_name):
        return True
    if not is_another_family_name(before.family_name, after.family_name):
        return False
    return not is_called_the_same(before, after) or are_far_apart(before.birth_date, after.birth_date)


def is_name_of_sibling(before: Identity, after: Identity, sibling: Identity) -> bool:
    """Whether a new given name is a brother's or sister's by a letter, and no nearer to the child's own.

    “Hannah” on the record of Anna, whose twin is Hanna: the spelling of a name may be that of another child.
    As near to both, it is so only where the name on record was further from the sibling's.
    """
    own = first_keys(before)
    return any(
        is_as_good_as(new, other)
        and (letters(new, [other]), letters(new, [other])) < nearest(new, other, own)
        for new in first_keys(after) - own
        for other in first_keys(sibling)
    )


def first_keys(identity: Identity) -> set[str]:
    """The search keys of what a child is named and called, where that is a name."""
    firsts = (identity.given_name, identity.preferred_name)
    return {names.normalise(name) for name in firsts if likeness.is_named(name)}


def is_as_good_as(new: str, other: str) -> bool:
    return OSA.distance(new, other) <= 1 or likeness.is_respelled(new, other)


def nearest(new: str, other: str, own: Collection[str]) -> tuple[int, int]:
    """In how many letters the child's own name differs from the new one, and from the sibling's."""
    return letters(new, own), letters(other, own)


def letters(one: str, others: Collection[str]) -> int:
    """In how many letters it differs from the nearest of these; from none of them, in all."""
    return min((OSA.distance(one, other) for other in others), default=len(one) + 1)


def is_called_the_same(before: Identity, after: Identity) -> bool:
    """Whether both have a given name, which may be one: a blank or "Baby Girl" says nothing of a child."""
    named = likeness.is_named(before.given_name) and likeness.is_named(after.given_name)
    return named and not is_another_name(before, after.given_name)


def are_far_apart(before: dt.date | None, after: dt.date | None) -> bool:
    """Whether both birth dates are known and differ by more than a slip."""
    if before is None or after is None:
        return False
    return nearness(readings(after, ""), before) is Nearness.FAR


def is_another_name(before: Identity, name: str) -> bool:
    """No spelling, short form or nickname of what they were named or called, and no further name."""
    was = Who(before.given_name, before.preferred_name, None)
    return bool(name) and not is_look_alike(was, Who(name, "", None))


def is_same_words(before: Identity, after: Identity) -> bool:
    """Whether the whole name is the same words, in other boxes or another order."""
    first, second = (sorted(names.words(f"{one.given_name} {one.family_name}")) for one in (before, after))
    return first == second


def is_another_family_name(before: str, after: str) -> bool:
    """Not where one is blank, a part of the other or spelt like it: a name that was added is no other."""
    found = likeness.alike(before, after)
    return found is not None and found < NEAR_NAME
