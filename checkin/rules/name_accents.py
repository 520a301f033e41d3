"""Accents, tones and barred letters that make a different name: Hùng and Hưng, Thuỷ and Thụy, Wěi and Wēi."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_UNIFIED_LETTERS = str.maketrans(
    {"ı": "i", "İ": "I", "ø": "ö", "Ø": "Ö", "ð": "đ", "Ð": "Đ", "æ": "ae", "Æ": "Ae"}
)
"""Letters treated as equal: the two Turkish i, which capitals confuse, and variants in two languages."""

_UNIFIED_MARKS = {"\u0327": "\u0326", "\u0306": "\u030c"}
"""People type a cedilla for the Romanian comma, and a breve for the third Chinese tone."""

_APOSTROPHE_SIGNS = frozenset("'’‘`´ʻʼʹ＇")
_LATIN_ENDS = "\u0370"


def has_conflicting_accents(first: str, second: str) -> bool:
    """Return whether a word has accents on both sides and they differ. A missing accent says nothing.

    The position of an accent within a word is not compared: "Hòa" and "Hoà" are one name.
    """
    one, two = accents_by_word(first), accents_by_word(second)
    if len(one) != len(two):
        one, two = ("".join(sorted("".join(one))),), ("".join(sorted("".join(two))),)
    return any(left and right and left != right for left, right in zip(one, two, strict=True))


@lru_cache(maxsize=16_384)
def accents_by_word(name: str) -> tuple[str, ...]:
    """Return each word's accents and barred letters, sorted; "" for a word that has none."""
    plain = "".join(sign for sign in name.translate(_UNIFIED_LETTERS) if sign not in _APOSTROPHE_SIGNS)
    found: list[list[str]] = []
    in_word = is_latin = False
    for sign in unicodedata.normalize("NFKD", plain).casefold():
        kind = unicodedata.category(sign)[0]
        if kind not in "LMN":
            in_word = False
            continue
        if not in_word:
            found.append([])
            in_word, is_latin = True, False
        if kind != "M":
            is_latin = sign < _LATIN_ENDS
        if is_latin and not sign.isascii():
            found[-1].append(_UNIFIED_MARKS.get(sign, sign))
    return tuple("".join(sorted(marks)) for marks in found)
