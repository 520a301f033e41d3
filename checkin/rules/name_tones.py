"""Given names that differ in an accent which nobody has left out: Dung and Dũng, of the family Trần.

In Vietnamese and in pinyin each word has a tone of its own, and twins may differ in it alone: whoever writes
Trần does not leave the tilde of Dũng out. In Spanish one accent of several often is (José Maria), but no ñ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from checkin.rules.name_accents import accents
from checkin.rules.names import normalise

_ONLY_TONAL = {
    "\u0309": "",  # hook above
    "\u031b": "",  # horn
    "\u0323": "aeiouy",  # dot below
    "\u0303": "eiuy",  # tilde
    "\u030c": "aiou",  # caron
}
"""Marks that few other languages write, with the letters on which they do not ("" is any)."""
_ON_A_VOWEL = frozenset("\u0302\u0306\u0308")
_TONES = frozenset("\u0300\u0301\u0303\u0304\u0309\u030c\u0323")
"""â, ă, ê, ô or ü, with a tone besides."""
_VIETNAMESE = (
    r"(?:ngh?|nh?|gh|gi|g|kh?|ch?|ph?|qu|th|tr|t|[bdhlmrsvx])?"
    r"(?:uyu|uoi|uou|uay|oai|oay|oeo|ieu|yeu|ai|ao|au|ay|eo|eu|iu|oi|ui|uu|ia|ya"
    r"|(?:uye|ie|ye|oa|oe|ua|ue|uo|uy|[aeiouy])(?:ng|nh|n|ch|[cmpt])?)"
)
_PINYIN = (
    r"(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?"
    r"(?:a|o|e|ai|ei|ao|ou|an|en|ang|eng|ong|i|ie|iao|iu|ian|in|iang|ing|iong|u|ua|uo|uai|ui|uan|un|uang|ue)"
)
_SYLLABLE = re.compile(f"{_VIETNAMESE}|{_PINYIN}")
_BETWEEN = re.compile(r"[\s.,/\u2010-\u2015-]+")
Names = tuple[str, ...]


def is_other_tone(typed: Names, recorded: Names, *, called: Iterable[str]) -> bool:
    """Whether a given name (`called`) has an accent on one side only, and the bare side writes others.

    `typed` and `recorded` are all the names of each side, in whichever boxes.
    """
    keys = by_word(tuple(called), accents_of).keys()
    if differs(typed, recorded, keys, tildes_of_n):
        return True
    return (is_tonal(typed) or is_tonal(recorded)) and differs(typed, recorded, keys, accents_of)


def differs(typed: Names, recorded: Names, keys: Iterable[str], written: Callable[[str], str]) -> bool:
    """Whether one of these words is bare on one side alone, which writes such accents in other words."""
    one, two = by_word(typed, written), by_word(recorded, written)
    for key in keys:
        if key not in one or key not in two or one[key] & two[key]:
            continue
        bare = [side for side in (one, two) if "" in side[key]]
        if any(any(others - {""} for others in side.values()) for side in bare):
            return True
    return False


def by_word(side: Names, written: Callable[[str], str]) -> dict[str, set[str]]:
    """By each word and each whole name ("MinhAnh") as it is compared, what of accents is written on it."""
    found: dict[str, set[str]] = {}
    for name in side:
        for word in {*words(name), name}:
            found.setdefault(normalise(word), set()).add(written(word))
    return found


def words(name: str) -> list[str]:
    return [word for word in _BETWEEN.split(name) if word]


def accents_of(word: str) -> str:
    return "".join(sorted("".join(accents(word))))


def tildes_of_n(word: str) -> str:
    return "ñ" * unicodedata.normalize("NFC", word).casefold().count("ñ")


def is_tonal(side: Names) -> bool:
    """Whether a tone of Vietnamese or pinyin is written, or each word is a syllable as theirs are."""
    said = [word for name in side for word in words(name)]
    signs = unicodedata.normalize("NFD", " ".join(said)).casefold()
    letter, marks = "", ""
    for sign in f"{signs} ":
        if unicodedata.combining(sign):
            marks += sign
            continue
        if is_tone(letter, marks):
            return True
        letter, marks = sign, ""
    return all(_SYLLABLE.fullmatch(normalise(word)) for word in said)


def is_tone(letter: str, marks: str) -> bool:
    if any(one in _ONLY_TONAL and (letter in _ONLY_TONAL[one] or not _ONLY_TONAL[one]) for one in marks):
        return True
    return not _ON_A_VOWEL.isdisjoint(marks) and not _TONES.isdisjoint(marks)
