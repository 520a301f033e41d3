"""Name suffixes that tell people with one name apart: Jr., Sr., III. Father and son may differ only there."""

from __future__ import annotations

from collections.abc import Iterable

from checkin.rules.name_keys import normalized_words

_SUFFIX_SPELLINGS = {
    "sr": "sr snr senior pere",
    "jr": "jr jnr jun junior fils filho hijo",
    "neto": "neto nieto",
    "sobrinho": "sobrinho sobrino",
    "1": "i 1 1st",
    "2": "ii 2 2nd 2d",
    "3": "iii 3 3rd 3d tercero terceiro",
    "4": "iv 4 4th",
    "5": "v 5 5th",
    "6": "vi 6 6th",
    "7": "vii 7 7th",
    "8": "viii 8 8th",
}
_SUFFIX_BY_SPELLING = {
    written: suffix for suffix, forms in _SUFFIX_SPELLINGS.items() for written in forms.split()
}

_SUFFIXES_ON_THEIR_OWN = frozenset({"jr", "sr", "ii", "iii", "iv"})
"""Suffixes even if nothing comes before them. "Junior" and "Vi" may be names there."""


def find_name_suffixes(*names: str) -> frozenset[str]:
    """Return the suffixes in names, each in one form ("Smith 3rd" and "Smith III" are the same)."""
    return frozenset(
        found
        for name in names
        for found in _find_suffixes_in_words(_join_dotted_suffix(normalized_words(name)))
    )


def has_other_suffix(typed: frozenset[str], recorded: frozenset[str]) -> bool:
    """Return whether both sides have suffixes and share none. A missing suffix says nothing."""
    return bool(typed and recorded) and not typed & recorded


def _join_dotted_suffix(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words, with a final "J. R." or "S. R." as one word."""
    if len(parts) > 2 and parts[-2:] in {("j", "r"), ("s", "r")}:
        return (*parts[:-2], "".join(parts[-2:]))
    return parts


def _find_suffixes_in_words(parts: tuple[str, ...]) -> Iterable[str]:
    """Yield the suffixes. A single letter counts only at the end; some count as the only word too."""
    for place, part in enumerate(parts):
        if not place and part not in _SUFFIXES_ON_THEIR_OWN:
            continue
        if part in _SUFFIX_BY_SPELLING and (len(part) > 1 or place == len(parts) - 1):
            yield _SUFFIX_BY_SPELLING[part]
