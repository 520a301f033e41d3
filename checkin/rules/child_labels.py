"""Labels for two children named in one sentence, with enough detail that nobody confuses them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from checkin.rules.local_formats import date_words
from checkin.rules.name_likeness import SAME_NAME_SCORE, name_similarity

_LIKE_ENOUGH_TO_MIX_UP = 0.8
"""Scores above it include Hana and Hanna Lind, Leo and Lea Ruiz, and most siblings with one family name."""

UNNAMED_CHILD = "no name"
CHILD_BEFORE, CHILD_OF_VISIT = "the child before", "the child of this visit"


class ChildDetails(NamedTuple):
    """A child who may be confused with another: name, birth date and record number, as far as known."""

    name: str
    region: str
    """The clinic's, for the date."""
    born: dt.date | None = None
    number: str = ""
    was: str = ""
    """The record's name before this visit changed it."""
    given: str = ""
    """The given name only."""


class ChildLabel(NamedTuple):
    """A child as named in a sentence: the name, and a detail that tells it from the other; "" for nobody."""

    name: str
    more: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.more})" if self.more else self.name

    @property
    def record(self) -> str:
        """The child's record in words: "Leo Ruiz’s record (born Mar 14, 2018)"."""
        return f"{self.name}’s record{f' ({self.more})' if self.more else ''}"

    @property
    def tag(self) -> str:
        """The shortest form, for a list of choices: "Leo, 20017"."""
        return ", ".join(filter(None, self))


NO_CHILD_LABEL = ChildLabel("")


def is_easily_mixed_up(one: str, other: str) -> bool:
    """Return whether a tired reader may confuse the names; True if one is missing."""
    found = name_similarity(one, other)
    return found is None or found >= _LIKE_ENOUGH_TO_MIX_UP


def _former_name_words(child: ChildDetails) -> str:
    return f"called {child.was} before" if child.was and child.was != child.name else ""


def child_detail_words(child: ChildDetails) -> str:
    """Return all that tells a child from another of the same name: "born Mar 14, 2018, record 20017"."""
    born = f"born {date_words(child.born, child.region)}" if child.born else "birth date not known"
    number = f"record {child.number}" if child.number else ""
    return ", ".join(filter(None, [_former_name_words(child), born, number]))


def label_two_children(
    one: ChildDetails | None,
    other: ChildDetails | None,
    *,
    roles: tuple[str, str] = (CHILD_BEFORE, CHILD_OF_VISIT),
) -> tuple[ChildLabel, ChildLabel]:
    """Return a label for each child in a sentence. If all details are equal, the role tells them apart."""
    if one is None or other is None:
        alone = one or other
        told = ChildLabel(alone.name, _former_name_words(alone)) if alone else NO_CHILD_LABEL
        return (told, NO_CHILD_LABEL) if one else (NO_CHILD_LABEL, told)
    called = [filter(None, (each.name, each.was)) for each in (one, other)]
    if (
        not any(is_easily_mixed_up(left, right) for left, right in product(*called))
        and one.name
        and other.name
    ):
        return ChildLabel(one.name, _former_name_words(one)), ChildLabel(
            other.name, _former_name_words(other)
        )
    first, second = child_detail_words(one), child_detail_words(other)
    if first == second:
        first, second = (", ".join(filter(None, (role, first))) for role in roles)
    return ChildLabel(one.name, first), ChildLabel(other.name, second)


def label_two_briefly(
    one: ChildDetails | None,
    other: ChildDetails | None,
    *,
    roles: tuple[str, str] = (CHILD_BEFORE, CHILD_OF_VISIT),
) -> tuple[ChildLabel, ChildLabel]:
    """Return the shortest labels that tell the children apart, for a page that names both in full once.

    A label is the given name and the record number, or the birth date if there is no number. Children with
    one given name get the full name, and twins with one full name also their role.
    """
    both = [each for each in (one, other) if each is not None]
    names = [each.given or each.name or UNNAMED_CHILD for each in both]
    if has_one_name_for_all(names):
        names = [each.name or UNNAMED_CHILD for each in both]
    more = [child_key_fact(each) for each in both]
    if has_one_name_for_all(names) or (len(set(more)) < len(more) and is_easily_mixed_up(*names)):
        more = [", ".join(filter(None, pair)) for pair in zip(more, roles, strict=True)]
    told = iter(ChildLabel(*pair) for pair in zip(names, more, strict=True))
    first, second = (next(told) if each is not None else NO_CHILD_LABEL for each in (one, other))
    return first, second


def has_one_name_for_all(names: Sequence[str]) -> bool:
    return len(names) > 1 and name_similarity(*names) == SAME_NAME_SCORE


def child_key_fact(child: ChildDetails) -> str:
    """Return what identifies the record: its number, or else the birth date."""
    return child.number or (f"born {date_words(child.born, child.region)}" if child.born else "")
