"""Compare names written in two scripts, as far as they can be: محمد علي and Mohamed Ali, 田中 and Tanaka.

Arabic and Hebrew leave vowels out, and how Han is read aloud cannot be known.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from rapidfuzz.distance import OSA

from checkin.rules import name_keys
from checkin.rules.name_likeness import consonant_skeleton, name_similarity

_ALIKE_FROM = 0.82
_LONG_SKELETON = 3
_SILENT_SCRIPTS = frozenset({"ARABIC", "HEBREW"})
_UNREADABLE_SCRIPTS = frozenset({"CJK", "HIRAGANA", "KATAKANA"})
_ARTICLE = re.compile("^ال(?=.{3})")
_HALF_VOWELS = re.compile("[wy]")


class Fit(Enum):
    """What a comparison of two words or names says."""

    ALIKE = "alike"
    OPEN = "cannot be compared"
    OTHER = "other"


def compare_across_scripts(one: tuple[str, ...], other: tuple[str, ...]) -> Fit | None:
    """Compare two names, given as written words. Return None for names in the same script.

    Alike: one word fits, and no other word is certainly another one.
    """
    scripts = set(map(_script_of, one)), set(map(_script_of, other))
    if not one or not other or scripts[0] == scripts[1]:
        return None
    shorter, longer = sorted((one, other), key=len)
    left, fits = list(longer), []
    for word in shorter:
        fit, twin = min(((_compare_words(word, two), two) for two in left), key=lambda made: _RANKS[made[0]])
        left.remove(twin)
        fits.append(fit)
    if Fit.OTHER in fits:
        return Fit.OTHER
    return Fit.ALIKE if Fit.ALIKE in fits else Fit.OPEN


_RANKS = {Fit.ALIKE: 0, Fit.OPEN: 1, Fit.OTHER: 2}


def _script_of(word: str) -> str:
    """Return the first word of the Unicode name of the first letter: "LATIN", "ARABIC", "CJK"."""
    letter = next((sign for sign in word if sign.isalpha()), "")
    return unicodedata.name(letter, "").split(" ")[0] if letter else ""


def _compare_words(one: str, other: str) -> Fit:
    if (name_similarity(one, other) or 0.0) >= _ALIKE_FROM:
        return Fit.ALIKE
    first, second = _script_of(one), _script_of(other)
    if first == second:
        return Fit.OTHER
    if not _UNREADABLE_SCRIPTS.isdisjoint({first, second}):
        return Fit.OPEN
    is_silent = not _SILENT_SCRIPTS.isdisjoint({first, second})
    return min(
        (
            _compare_skeletons(mine, theirs)
            for mine in _skeletons(one, is_silent=is_silent)
            for theirs in _skeletons(other, is_silent=is_silent)
        ),
        key=_RANKS.__getitem__,
    )


def _skeletons(word: str, *, is_silent: bool) -> set[str]:
    """Return the consonants of a word. A vav or waw, and a yod or ya, may each be a vowel or a consonant."""
    key = name_keys.normalize_text(_ARTICLE.sub("", word))
    found = {consonant_skeleton(key)}
    if is_silent:
        found |= {consonant_skeleton(_HALF_VOWELS.sub(as_letter, key)) for as_letter in ("", "a")}
    return {one.lstrip("a") for one in found}


def _compare_skeletons(one: str, other: str) -> Fit:
    shorter, longer = sorted((one, other), key=len)
    if shorter == longer:
        return Fit.ALIKE if len(shorter) > 1 else Fit.OPEN
    if len(shorter) >= _LONG_SKELETON and OSA.distance(shorter, longer) <= 1:
        return Fit.ALIKE
    return Fit.OPEN if longer.startswith(shorter) else Fit.OTHER
