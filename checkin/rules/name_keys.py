"""Turn names and postcodes into keys: the text without case, accents, script and spacing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import Levenshtein

_LONGEST_MARKED_TEXT = 300
_LONGEST_CACHED_TEXT = 80

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_UMLAUT_WRITTEN_OUT = re.compile("([aou])e")
_UMLAUT_SPELLINGS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe"}
)
_PARTICLES_BEFORE_CORE = frozenset(
    {
        "van",
        "von",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "do",
        "dos",
        "du",
        "la",
        "las",
        "le",
        "los",
    }
    | {"el", "al", "bin", "ibn", "abu", "ter", "ten", "mac", "mc"}
)
_APOSTROPHE_PATTERN = re.compile("['’‘`´ʻʼʹ＇]")

_POINTING_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]")

_UNSPACED_NAME = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,8}")
"""Kana, Han and Hangul: the family and the given name are written without a space."""

TextSegment = tuple[str, bool]


def normalize_text(text: str) -> str:
    """Return the key of a name: lowercase Latin letters and digits, from any script; "" if none are left."""
    return _cached_text_key(text) if len(text) <= _LONGEST_CACHED_TEXT else _compute_text_key(text)


def normalized_words(text: str) -> tuple[str, ...]:
    """Return the normalized words of a name. Spaces and hyphens separate words; an apostrophe does not."""
    if len(text) > _LONGEST_CACHED_TEXT:
        return _compute_text_words(text)
    return _cached_text_words(text)


def whole_name_words(text: str) -> tuple[str, ...]:
    """Return the words of a full name, or each sign of one written without spaces (欧阳小龙, 김지우)."""
    found = normalized_words(text)
    if len(found) != 1 or not _UNSPACED_NAME.fullmatch(text.strip()):
        return found
    return tuple(normalize_text(sign) for sign in text.strip())


def last_family_word_key(family: str) -> str:
    """Return the key of the last word of a family name of several words ("de la Cruz": "cruz"), else ""."""
    parts = normalized_words(family)
    return parts[-1] if len(parts) > 1 else ""


def key_of_family_core(family: str) -> str:
    """Return the key of a family name without prefixes such as "O" or "van der".

    Two vowels that spell an umlaut become one: Mueller and Müller are "muller".
    """
    parts = list(_NOT_PLAIN.split(_plain_latin_text(_APOSTROPHE_PATTERN.sub(" ", family)).strip()))
    while len(parts) > 1 and (len(parts[0]) < 2 or parts[0] in _PARTICLES_BEFORE_CORE):
        del parts[0]
    return _UMLAUT_WRITTEN_OUT.sub(r"\1", "".join(parts))


def further_given_key(given: str) -> str:
    """Return the key of all given names after the first ("Ana-María": "maria"), else ""."""
    return "".join(normalized_words(given)[1:])


def record_number_key(text: str) -> str:
    """Return a record number for comparison: lowercase, without hyphens and spaces."""
    return text.lower().replace("-", "").replace(" ", "")


def umlaut_spellings(text: str) -> tuple[str, ...]:
    """Return the text, the text with umlauts spelled out, and the text with spelled-out umlauts undone."""
    written_out = text.translate(_UMLAUT_SPELLINGS)
    folded = _UMLAUT_WRITTEN_OUT.sub(r"\1", written_out.casefold())
    return tuple(dict.fromkeys((text, written_out, folded)))


@lru_cache(maxsize=16_384)
def native_script_key(text: str) -> str:
    """Return a name in its own script without case, accents and pointing; "" for a name in Latin letters.

    It distinguishes 伟 from 薇, which sound alike. For Latin letters `normalize_text` is enough.
    """
    if text.isascii() or not any(_is_letter_of_other_script(letter) for letter in text):
        return ""
    apart = unicodedata.normalize("NFKD", text).casefold()
    signs = (sign for sign in apart if unicodedata.category(sign)[0] in "LMN")
    return "".join(sign for sign in signs if not _POINTING_MARKS.match(sign))


def postcode_key(text: str) -> str:
    """Return a postcode without case and spacing; for a US ZIP+4 the first five digits."""
    key = normalize_text(text)
    return key[:5] if len(key) == 9 and key.isdigit() else key


def end_of_key_prefix(key: str) -> str:
    """Return the smallest string above every string that starts with `key`, by code point.

    That is also the order of UTF-8 bytes, and so of SQLite and of PostgreSQL's "C". An empty key has no such
    string, so the highest character is returned.
    """
    for cut in range(len(key), 0, -1):
        following = ord(key[cut - 1]) + 1
        if 0xD800 <= following <= 0xDFFF:
            following = 0xE000
        if following <= 0x10FFFF:
            return key[: cut - 1] + chr(following)
    return "\U0010ffff"


def mark_text_differences(typed: str, recorded: str) -> tuple[list[TextSegment], list[TextSegment]]:
    """Return both texts as (text, is different) segments. Differences in case and accents do not count."""
    left, right = (
        _split_accented_letters(typed[:_LONGEST_MARKED_TEXT]),
        _split_accented_letters(recorded[:_LONGEST_MARKED_TEXT]),
    )
    typed_segments: list[TextSegment] = []
    recorded_segments: list[TextSegment] = []
    for step in Levenshtein.opcodes(_fold_letters(left), _fold_letters(right)):
        changed = step.tag != "equal"
        _append_segment(typed_segments, "".join(left[step.src_start : step.src_end]), changed)
        _append_segment(recorded_segments, "".join(right[step.dest_start : step.dest_end]), changed)
    _append_segment(
        typed_segments,
        typed[_LONGEST_MARKED_TEXT:],
        typed[_LONGEST_MARKED_TEXT:] != recorded[_LONGEST_MARKED_TEXT:],
    )
    _append_segment(
        recorded_segments,
        recorded[_LONGEST_MARKED_TEXT:],
        typed[_LONGEST_MARKED_TEXT:] != recorded[_LONGEST_MARKED_TEXT:],
    )
    return typed_segments, recorded_segments


def mark_digit_differences(typed: str, recorded: str) -> tuple[list[TextSegment], list[TextSegment]]:
    """Return both phone numbers as (text, is different) segments. Only digits can be different.

    If a side has no digit, such as "ask my mother", all that differs is marked.
    """
    left, right = mark_text_differences(typed, recorded)
    if not has_digit_in_each(typed, recorded):
        return left, right
    return _keep_marks_on_digits(left), _keep_marks_on_digits(right)


def has_digit_in_each(typed: str, recorded: str) -> bool:
    """Return whether there is a digit in each text, as in two phone numbers."""
    return all(any(sign.isdigit() for sign in text) for text in (typed, recorded))


def _keep_marks_on_digits(marked: list[TextSegment]) -> list[TextSegment]:
    segments: list[TextSegment] = []
    for text, changed in marked:
        for sign in text:
            _append_segment(segments, sign, changed and sign.isdigit())
    return segments


def _append_segment(segments: list[TextSegment], text: str, changed: bool) -> None:
    if not text:
        return
    if segments and segments[-1][1] == changed:
        segments[-1] = (segments[-1][0] + text, changed)
    else:
        segments.append((text, changed))


def _split_accented_letters(text: str) -> list[str]:
    """Split a text into letters, each with its accents: "é" may be one code point or two."""
    letters: list[str] = []
    for sign in text:
        if letters and unicodedata.combining(sign):
            letters[-1] += sign
        else:
            letters.append(sign)
    return letters


def _fold_letters(letters: list[str]) -> list[str]:
    return [
        _compute_text_key(letter) or unicodedata.normalize("NFC", letter).casefold() for letter in letters
    ]


def _is_letter_of_other_script(letter: str) -> bool:
    return letter.isalpha() and letter >= "\u0370" and not "\u1e00" <= letter <= "\u1eff"


def _compute_text_key(text: str) -> str:
    return _NOT_PLAIN.sub("", _plain_latin_text(text))


def _compute_text_words(text: str) -> tuple[str, ...]:
    return tuple(
        word for word in _NOT_PLAIN.split(_plain_latin_text(_APOSTROPHE_PATTERN.sub("", text))) if word
    )


def _plain_latin_text(text: str) -> str:
    """Return lowercase Latin text. Signs and emoji become spaces; anyascii would spell out their names."""
    if text.isascii():
        return text.lower()
    composed = unicodedata.normalize("NFKC", text)
    kept = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in composed)
    return anyascii(kept).lower().replace("'", "").replace("`", "")


_cached_text_key = lru_cache(maxsize=16_384)(_compute_text_key)
_cached_text_words = lru_cache(maxsize=16_384)(_compute_text_words)
