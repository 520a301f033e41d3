"""Find whom a written name for an adult may mean: "mom", "Mrs Rowe", "Helen", "H. Rowe"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from checkin.rules import name_keys
from checkin.rules.certain_kinship import is_kin_in_doubt, read_certain_kin
from checkin.rules.consent_adults import (
    WORDS_OF_ANY_GUARDIAN,
    ConsentAdult,
    has_guardian_first_name_and_kin,
    has_guardian_phone_or_kin,
    is_adult_named_by_kin,
    is_guardian_named_in_part,
    is_same_guardian,
    may_be_refusing_guardian,
    may_mean_this_adult,
    split_kin_from_adult,
)
from checkin.rules.empty_answers import split_word_list
from checkin.rules.kinship import adult_name_words, is_kin_only

_WORDS_OF_NOBODY = WORDS_OF_ANY_GUARDIAN | split_word_list(
    """
    both and y e via por telefono phone call called calls caller says said dice dijo llamo she he him they
    ella ellos lady man woman senora senor family familia someone somebody alguien not no maybe in law foster
    """
)
"""Words that name nobody, alone or next to a relationship."""


def find_guardians_meant(said: ConsentAdult, guardians: Sequence[ConsentAdult]) -> list[int]:
    """Return the indexes of the guardians whose yes this may be.

    Tried in order: full name, part of the name, "mother", name and relationship in one text, relationship
    with a matching first name.
    """
    if is_kin_in_doubt(said.name):
        return []
    return find_guardians_named(said, guardians) or find_guardians_named(
        split_kin_from_adult(said, surely=True), guardians, has_guardian_first_name_and_kin
    )


def find_guardians_named(
    said: ConsentAdult, guardians: Sequence[ConsentAdult], *more: Callable[[ConsentAdult, ConsentAdult], bool]
) -> list[int]:
    """Return the indexes of the guardians named, by the first test that finds any; `more` come last."""
    everybody = list(enumerate(guardians))
    found = [one for one in everybody if is_same_guardian(said, one[1])]
    found = found or [one for one in everybody if is_guardian_named_in_part(said, one[1])]
    for is_meant in (is_adult_named_by_kin, *more):
        found = found or [one for one in everybody if is_meant(said, one[1])]
    if len(found) > 1:
        found = [one for one in found if has_guardian_phone_or_kin(said, one[1])] or found
    # A guardian who is on record twice counts once.
    first = found[0][1] if found else ConsentAdult()
    if all(one[1].same_as(first) and has_guardian_phone_or_kin(one[1], first) for one in found):
        found = found[:1]
    return [nth for nth, one in found]


def may_be_any_guardian(said: ConsentAdult, guardians: Iterable[ConsentAdult]) -> bool:
    """Return whether a no may come from one of these guardians, though a yes would not be taken as theirs."""
    split = split_kin_from_adult(said)
    return any(may_be_refusing_guardian(split, one) for one in guardians)


def is_adult_of_other_family(
    said: ConsentAdult, old: Sequence[ConsentAdult], new: Sequence[ConsentAdult]
) -> bool:
    """Return whether the adult may be of the old child's family, and not the same adult to the new child.

    "Mom", said while the visit was Abel's, is Abel's mother: on Abe's record it would be read as Abe's
    mother. The same goes for "Grace", if Abel's record has nobody with that name. Words that name nobody are
    also in doubt if neither record knows such an adult.
    """
    if (
        not is_adult_unnamed(said)
        and _has_whole_adult_name(said, new)
        and not _has_whole_adult_name(said, old)
    ):
        return False
    meant, there = find_family_adults_meant(said, old), find_family_adults_meant(said, new)
    if not meant:
        return bool(there) or is_adult_unnamed(said)
    return not (_is_each_adult_among(meant, there) and _is_each_adult_among(there, meant))


def find_family_adults_meant(said: ConsentAdult, family: Sequence[ConsentAdult]) -> list[ConsentAdult]:
    """Return everyone on a record whom the words may mean, whether or not they may decide.

    By full name; else everyone whose yes, no or invalid answer this could be.
    """
    named = [one for one in family if not is_adult_unnamed(one)]
    whole = [one for one in named if _has_whole_adult_name(said, [one])]
    guardians = [named[nth] for nth in find_guardians_meant(said, named)]
    split = split_kin_from_adult(said)
    return whole or [
        one
        for one in named
        if one in guardians or may_be_any_guardian(said, [one]) or may_mean_this_adult(split, one)
    ]


def _has_whole_adult_name(said: ConsentAdult, family: Iterable[ConsentAdult]) -> bool:
    return any(one.same_as(known) for one in (said, split_kin_from_adult(said)) for known in family)


def is_adult_unnamed(said: ConsentAdult) -> bool:
    """Return whether only a relationship or a title was written down: "mom", "the guardian", "Mrs"."""
    words = adult_name_words(said.name)
    is_of_nobody = (
        not words or is_kin_only(words, _WORDS_OF_NOBODY) or read_certain_kin(said.name) is not None
    )
    return bool(name_keys.normalized_words(said.name)) and is_of_nobody


def _is_each_adult_among(some: Iterable[ConsentAdult], others: Sequence[ConsentAdult]) -> bool:
    return all(any(one.same_as(other) for other in others) for one in some)
