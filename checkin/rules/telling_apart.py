"""Two children named in one breath: what has to be said beside their names so that nobody mixes them up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from checkin.rules.clocks import date_words
from checkin.rules.likeness import SAME, alike

LIKE_ENOUGH_TO_MIX_UP = 0.8
"""Above it are Hana and Hanna Lind, Leo and Lea Ruiz, and most sisters and brothers of one family name."""

NO_NAME = "no name"
BEFORE, OF_VISIT = "the child before", "the child of this visit"


class Child(NamedTuple):
    """Who may be mixed up: by name, birth date and number, as far as they are known."""

    name: str
    born: dt.date | None = None
    number: str = ""
    was: str = ""
    """The name that the record had before this visit changed it."""
    given: str = ""
    """The given name alone."""


class Told(NamedTuple):
    """A child as a sentence names it: the name, and what tells it from the other one; "" for nobody."""

    name: str
    more: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.more})" if self.more else self.name

    @property
    def record(self) -> str:
        """The child's record, in words: "Leo Ruiz’s record (born Mar 14, 2018)"."""
        return f"{self.name}’s record{f' ({self.more})' if self.more else ''}"

    @property
    def tag(self) -> str:
        """The same in the fewest words, for a list of choices: "Leo, 20017"."""
        return ", ".join(filter(None, self))


NOBODY = Told("")


def is_easily_mixed_up(one: str, other: str) -> bool:
    """Whether a tired reader may take one name for the other; a name that is missing says nothing."""
    found = alike(one, other)
    return found is None or found >= LIKE_ENOUGH_TO_MIX_UP


def was_called(child: Child) -> str:
    return f"called {child.was} before" if child.was and child.was != child.name else ""


def details(child: Child) -> str:
    """All that tells a child from one of the same name: "born Mar 14, 2018, record 20017"."""
    born = f"born {date_words(child.born)}" if child.born else "birth date not known"
    number = f"record {child.number}" if child.number else ""
    return ", ".join(filter(None, [was_called(child), born, number]))


def tell_apart(
    one: Child | None, other: Child | None, *, roles: tuple[str, str] = (BEFORE, OF_VISIT)
) -> tuple[Told, Told]:
    """Return both as a sentence names them. Where all else is the same, the role tells which is which."""
    if one is None or other is None:
        alone = one or other
        told = Told(alone.name, was_called(alone)) if alone else NOBODY
        return (told, NOBODY) if one else (NOBODY, told)
    called = [filter(None, (each.name, each.was)) for each in (one, other)]
    if (
        not any(is_easily_mixed_up(left, right) for left, right in product(*called))
        and one.name
        and other.name
    ):
        return Told(one.name, was_called(one)), Told(other.name, was_called(other))
    first, second = details(one), details(other)
    if first == second:
        first, second = (", ".join(filter(None, (role, first))) for role in roles)
    return Told(one.name, first), Told(other.name, second)


def tell_shortly(
    one: Child | None, other: Child | None, *, roles: tuple[str, str] = (BEFORE, OF_VISIT)
) -> tuple[Told, Told]:
    """Return both in the fewest words that tell them apart, for a page that names both in full once.

    The given name and the record number; the birth date where no record system numbers it. Children of one
    given name have their whole name, and twins of one name their role as well.
    """
    both = [each for each in (one, other) if each is not None]
    names = [each.given or each.name or NO_NAME for each in both]
    if is_one_name(names):
        names = [each.name or NO_NAME for each in both]
    more = [key_fact(each) for each in both]
    if is_one_name(names) or len(set(more)) < len(more) and is_easily_mixed_up(*names):
        more = [", ".join(filter(None, pair)) for pair in zip(more, roles, strict=True)]
    told = iter(Told(*pair) for pair in zip(names, more, strict=True))
    first, second = (next(told) if each is not None else NOBODY for each in (one, other))
    return first, second


def is_one_name(names: Sequence[str]) -> bool:
    return len(names) > 1 and alike(*names) == SAME


def key_fact(child: Child) -> str:
    """What finds the one record: its number, else the birth date."""
    return child.number or (f"born {date_words(child.born)}" if child.born else "")
