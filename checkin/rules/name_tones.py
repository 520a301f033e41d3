"""Given names that differ in an accent that was not just left out: Dung and Dũng, of the family Trần.

In Vietnamese and in pinyin each word has its own tone, and twins may differ only in that: somebody who writes
Trần does not leave out the tilde of Dũng. In Spanish one of several accents is often left out (José Maria),
but never the one on ñ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from checkin.rules.name_accents import accents_by_word
from checkin.rules.name_keys import normalize_text

_ONLY_TONAL = {
    "\u0309": "",  # hook above
    "\u031b": "",  # horn
    "\u0323": "aeiouy",  # dot below
    "\u0303": "eiuy",  # tilde
    "\u030c": "aiou",  # caron
}
"""Marks that prove a tonal language, and the letters on which they do so ("" is any letter)."""
_MARKS_OF_VOWELS = frozenset("\u0302\u0306\u0308")
"""The marks of â, ă, ê, ô and ü: such a letter may carry a tone mark as well."""
_TONE_MARKS = frozenset("\u0300\u0301\u0303\u0304\u0309\u030c\u0323")
_VIETNAMESE_SYLLABLE = (
    r"(?:ngh?|nh?|gh|gi|g|kh?|ch?|ph?|qu|th|tr|t|[bdhlmrsvx])?"
    r"(?:uyu|uoi|uou|uay|oai|oay|oeo|ieu|yeu|ai|ao|au|ay|eo|eu|iu|oi|ui|uu|ia|ya"
    r"|(?:uye|ie|ye|oa|oe|ua|ue|uo|uy|[aeiouy])(?:ng|nh|n|ch|[cmpt])?)"
)
_PINYIN_SYLLABLE = (
    r"(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?"
    r"(?:a|o|e|ai|ei|ao|ou|an|en|ang|eng|ong|i|ie|iao|iu|ian|in|iang|ing|iong|u|ua|uo|uai|ui|uan|un|uang|ue)"
)
_TONAL_SYLLABLE = re.compile(f"{_VIETNAMESE_SYLLABLE}|{_PINYIN_SYLLABLE}")
_BETWEEN_NAME_WORDS = re.compile(r"[\s.,/\u2010-\u2015-]+")
SideNames = tuple[str, ...]


def has_other_tone_in_name(typed: SideNames, recorded: SideNames, *, called: Iterable[str]) -> bool:
    """Return whether a given name has an accent on one side only, though the other side writes accents too.

    `typed` and `recorded` are all names of each side, whatever field they are in; `called` are the recorded
    given names.
    """
    keys = _marks_by_word_key(tuple(called), _sorted_accents_of_word).keys()
    if _has_bare_word_beside_accents(typed, recorded, keys, _n_tildes_of_word):
        return True
    return (_has_tonal_names(typed) or _has_tonal_names(recorded)) and _has_bare_word_beside_accents(
        typed, recorded, keys, _sorted_accents_of_word
    )


def _has_bare_word_beside_accents(
    typed: SideNames, recorded: SideNames, keys: Iterable[str], written: Callable[[str], str]
) -> bool:
    """Return whether a word is bare on one side only, and that side has such accents in other words."""
    one, two = _marks_by_word_key(typed, written), _marks_by_word_key(recorded, written)
    for key in keys:
        if key not in one or key not in two or one[key] & two[key]:
            continue
        bare = [side for side in (one, two) if "" in side[key]]
        if any(any(others - {""} for others in side.values()) for side in bare):
            return True
    return False


def _marks_by_word_key(side: SideNames, written: Callable[[str], str]) -> dict[str, set[str]]:
    """Return the accents written on each word and each full name ("MinhAnh"), by normalized key."""
    found: dict[str, set[str]] = {}
    for name in side:
        for word in {*_split_accented_name(name), name}:
            found.setdefault(normalize_text(word), set()).add(written(word))
    return found


def _split_accented_name(name: str) -> list[str]:
    return [word for word in _BETWEEN_NAME_WORDS.split(name) if word]


def _sorted_accents_of_word(word: str) -> str:
    return "".join(sorted("".join(accents_by_word(word))))


def _n_tildes_of_word(word: str) -> str:
    return "ñ" * unicodedata.normalize("NFC", word).casefold().count("ñ")


def _has_tonal_names(side: SideNames) -> bool:
    """Return whether the names have a Vietnamese or pinyin tone, or consist only of such syllables."""
    said = [word for name in side for word in _split_accented_name(name)]
    signs = unicodedata.normalize("NFD", " ".join(said)).casefold()
    letter, marks = "", ""
    for sign in f"{signs} ":
        if unicodedata.combining(sign):
            marks += sign
            continue
        if _is_tone_on_letter(letter, marks):
            return True
        letter, marks = sign, ""
    return all(_TONAL_SYLLABLE.fullmatch(normalize_text(word)) for word in said)


def _is_tone_on_letter(letter: str, marks: str) -> bool:
    if any(one in _ONLY_TONAL and (letter in _ONLY_TONAL[one] or not _ONLY_TONAL[one]) for one in marks):
        return True
    return not _MARKS_OF_VOWELS.isdisjoint(marks) and not _TONE_MARKS.isdisjoint(marks)
