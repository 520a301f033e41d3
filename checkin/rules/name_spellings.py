"""Decide whether two given names are variants of one: by sound, typing slip, part of a name or nickname."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from checkin.rules import name_keys, name_likeness, shared_names
from checkin.rules.nicknames_es import SPANISH_NICKNAMES

_SHORTEST_WITH_MISSING = 7
_SHORTEST_WITH_MISTYPED = 8
"""Fewest letters in a name for one missing or wrong letter to be a slip and not another name."""

_PET_FORM_SHORTER_BY = 2
"""A nickname is shorter by at least so many letters. Emma and Emily, equally long, are both real names."""

# Spellings of one sound: Sofia and Sophia, Carl and Karl, Jon and John, Hanna and Hannah. In short names a
# final h counts: Anh is not An.
_SOUND_SPELLINGS = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        (r"(.)\1+", r"\1"),
        ("ph", "f"),
        ("ck|c(?=[aoulr])", "k"),
        ("y", "i"),
        ("(?<=[aeiou])h(?=[^aeiou])|(?<=[a-z]{4})h$", ""),
    )
)


def is_leading_name(one: str, other: str, *, is_confirmed: bool = True) -> bool:
    """Return whether two names are the same, or one is the other's first words."""
    short, long = sorted((name_keys.normalized_words(one), name_keys.normalized_words(other)), key=len)
    if short and ("".join(short) == "".join(long)):
        return True
    is_shared = not is_confirmed and not shared_names.has_unshared_given_name(" ".join(short), " ".join(long))
    return bool(short) and long[: len(short)] == short and not is_shared


def is_respelled_or_mistyped(one: str, other: str, *, is_confirmed: bool = True) -> bool:
    """Return whether two words are spellings of one name, or differ by one slip inside the word.

    The first and last letters distinguish siblings' names: Kayla and Layla, Daniel and Daniela. In a short
    name so does one inside: Marco and Mario, Laura and Lara. `is_confirmed`: the birth date agrees.
    """
    first, second = one, other
    for pattern, letters in _SOUND_SPELLINGS:
        first, second = pattern.sub(letters, first), pattern.sub(letters, second)
    if first == second:
        return True
    return any(
        _is_slip_of_fingers(*pair, is_confirmed=is_confirmed) for pair in ((one, other), (first, second))
    )


def _is_slip_of_fingers(one: str, other: str, *, is_confirmed: bool) -> bool:
    """Return whether two words differ by one typing slip that does not turn a short name into another."""
    if one[:1] != other[:1] or one[-1:] != other[-1:] or OSA.distance(one, other) != 1:
        return False
    if sorted(one) == sorted(other):
        return True
    return is_confirmed and min(len(one), len(other)) >= (
        _SHORTEST_WITH_MISTYPED if len(one) == len(other) else _SHORTEST_WITH_MISSING
    )


def is_shorter_pet_form(one: str, other: str) -> bool:
    """Return whether one is short for the other: Bob for Robert. Liz and Beth are not."""
    short, whole = sorted((one, other), key=len)
    is_known = name_likeness.is_nickname_of(short, whole)
    return is_known and (
        len(whole) - len(short) >= _PET_FORM_SHORTER_BY or whole in SPANISH_NICKNAMES.get(short, ())
    )
