"""Whom the words by which an adult was written down may mean: "mom", "Mrs Rowe", "Helen", "H. Rowe"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from checkin.rules import names
from checkin.rules.consent_adults import (
    OF_ANY_GUARDIAN,
    Adult,
    is_called,
    is_called_as,
    is_guardian,
    is_like,
    is_part_of,
    is_told_apart,
    may_be_refusing,
    split_adult,
)
from checkin.rules.kinship import is_kin_only, words_of_name
from checkin.rules.nothing_said import split_words
from checkin.rules.plain_kin import is_in_doubt, read

OF_NOBODY = OF_ANY_GUARDIAN | split_words(
    """
    both and y e via por telefono phone call called calls caller says said dice dijo llamo she he him they
    ella ellos lady man woman senora senor family familia someone somebody alguien not no maybe in law foster
    """
)
"""Beside what they are to the child, or alone, these name nobody."""


def find_guardians(said: Adult, guardians: Sequence[Adult]) -> list[int]:
    """The guardians whose yes this adult's may be: by the whole name; else by a part of it, or by "mother".

    Else by both in one text, or by what they are to the child and a name that begins alike.
    """
    if is_in_doubt(said.name):
        return []
    return find_named(said, guardians) or find_named(split_adult(said, surely=True), guardians, is_called_as)


def find_named(said: Adult, guardians: Sequence[Adult], *more: Callable[[Adult, Adult], bool]) -> list[int]:
    everybody = list(enumerate(guardians))
    found = [one for one in everybody if is_guardian(said, one[1])]
    found = found or [one for one in everybody if is_part_of(said, one[1])]
    for is_meant in (is_called, *more):
        found = found or [one for one in everybody if is_meant(said, one[1])]
    if len(found) > 1:
        found = [one for one in found if is_told_apart(said, one[1])] or found
    # The same guardian twice on record is one.
    first = found[0][1] if found else Adult()
    if all(one[1].same_as(first) and is_told_apart(one[1], first) for one in found):
        found = found[:1]
    return [nth for nth, one in found]


def may_be_any(said: Adult, guardians: Iterable[Adult]) -> bool:
    """Whether a no of this adult may be one of these guardians': their yes would not be taken for it."""
    split = split_adult(said)
    return any(may_be_refusing(split, one) for one in guardians)


def is_of_other_family(said: Adult, old: Sequence[Adult], new: Sequence[Adult]) -> bool:
    """Whether who said it may be of the old child's family, and is not the same one to the new child.

    "Mom", heard while the visit was Abel's, is Abel's mother: on Abe's record it would be read as Abe's.
    So would "Grace", where Abel has nobody of that name. Words that name nobody are in doubt too where
    neither record knows such an adult.
    """
    if not names_nobody(said) and has_whole_name(said, new) and not has_whole_name(said, old):
        return False
    meant, there = find_family(said, old), find_family(said, new)
    if not meant:
        return bool(there) or names_nobody(said)
    return not (are_among(meant, there) and are_among(there, meant))


def find_family(said: Adult, family: Sequence[Adult]) -> list[Adult]:
    """Everybody of a record whom the words may mean, whether they may decide or not: in doubt one more.

    By the whole name; else whoever a yes, a no or the word of who may not decide would be taken for.
    """
    named = [one for one in family if not names_nobody(one)]
    whole = [one for one in named if has_whole_name(said, [one])]
    guardians = [named[nth] for nth in find_guardians(said, named)]
    split = split_adult(said)
    return whole or [
        one for one in named if one in guardians or may_be_any(said, [one]) or is_like(split, one)
    ]


def has_whole_name(said: Adult, family: Iterable[Adult]) -> bool:
    return any(one.same_as(known) for one in (said, split_adult(said)) for known in family)


def names_nobody(said: Adult) -> bool:
    """Whether only what they are to the child was written down, or a title: "mom", "the guardian", "Mrs"."""
    words = words_of_name(said.name)
    is_of_nobody = not words or is_kin_only(words, OF_NOBODY) or read(said.name) is not None
    return bool(names.words(said.name)) and is_of_nobody


def are_among(some: Iterable[Adult], others: Sequence[Adult]) -> bool:
    return all(any(one.same_as(other) for other in others) for one in some)
