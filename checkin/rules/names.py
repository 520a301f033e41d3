"""Names and postcodes as keys: what is left when case, accents, script and spacing are taken away."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import Levenshtein

LONGEST_MARKED = 300
CACHED_LENGTH = 80

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_UMLAUT = re.compile("([aou])e")
_WRITTEN_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe"}
)
_PARTICLES = frozenset(
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
_APOSTROPHES = re.compile("['’‘`´ʻʼʹ＇]")

_POINTING = re.compile("[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]")

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,8}")
"""Kana, Han and Hangul: family and given name stand together."""

Segment = tuple[str, bool]


def normalise(text: str) -> str:
    """The key of a name: lower-case Latin letters and digits only, in any script; '' when nothing is left."""
    return _cached_key(text) if len(text) <= CACHED_LENGTH else _key(text)


def words(text: str) -> tuple[str, ...]:
    """The normalised words of a name: spaces and hyphens part them, an apostrophe does not."""
    if len(text) > CACHED_LENGTH:
        return _words(text)
    return _cached_words(text)


def parted(text: str) -> tuple[str, ...]:
    """The words of a whole name; of one in signs that no space parts (欧阳小龙, 김지우) each sign."""
    found = words(text)
    if len(found) != 1 or not _UNSPACED.fullmatch(text.strip()):
        return found
    return tuple(normalise(sign) for sign in text.strip())


def last_word_key(family: str) -> str:
    """The key of the last part of a family name of several parts ("de la Cruz": "cruz"), else ''."""
    parts = words(family)
    return parts[-1] if len(parts) > 1 else ""


def core_key(family: str) -> str:
    """The key of a family name without what stands before it, as "O" and "van der" do.

    Of two vowels that stand for an umlaut one is left: Mueller and Müller are "muller".
    """
    parts = list(_NOT_PLAIN.split(_latin(_APOSTROPHES.sub(" ", family)).strip()))
    while len(parts) > 1 and (len(parts[0]) < 2 or parts[0] in _PARTICLES):
        del parts[0]
    return _UMLAUT.sub(r"\1", "".join(parts))


def rest_key(given: str) -> str:
    """The key of all given names but the first ("Ana-María": "maria"), else ''."""
    return "".join(words(given)[1:])


def number_key(text: str) -> str:
    """A record number as it is compared: without capitals, hyphens and spaces."""
    return text.lower().replace("-", "").replace(" ", "")


def spellings(text: str) -> tuple[str, ...]:
    """The text, with its umlauts written out, and with those that are written out taken back."""
    written_out = text.translate(_WRITTEN_OUT)
    folded = _UMLAUT.sub(r"\1", written_out.casefold())
    return tuple(dict.fromkeys((text, written_out, folded)))


@lru_cache(maxsize=16_384)
def as_written(text: str) -> str:
    """A name in its own script, without case, accents and pointing: tells 伟 from 薇, which sound alike.

    '' for a name in Latin letters, whose key says it all.
    """
    if text.isascii() or not any(_is_other_script(letter) for letter in text):
        return ""
    apart = unicodedata.normalize("NFKD", text).casefold()
    signs = (sign for sign in apart if unicodedata.category(sign)[0] in "LMN")
    return "".join(sign for sign in signs if not _POINTING.match(sign))


def postcode_key(text: str) -> str:
    """A postcode without case and spacing; of a US ZIP+4 the first five digits."""
    key = normalise(text)
    return key[:5] if len(key) == 9 and key.isdigit() else key


def prefix_end(key: str) -> str:
    """The smallest string above every string that starts with `key`, in the order of code points.

    That is also the order of UTF-8 bytes, hence of SQLite and of PostgreSQL's "C". An empty key has
    no such string; the highest character stands in for it.
    """
    for cut in range(len(key), 0, -1):
        following = ord(key[cut - 1]) + 1
        if 0xD800 <= following <= 0xDFFF:
            following = 0xE000
        if following <= 0x10FFFF:
            return key[: cut - 1] + chr(following)
    return "\U0010ffff"


def differences(typed: str, recorded: str) -> tuple[list[Segment], list[Segment]]:
    """Both texts cut into (text, is different) segments; case and accents alone are no difference."""
    left, right = _letters(typed[:LONGEST_MARKED]), _letters(recorded[:LONGEST_MARKED])
    typed_segments: list[Segment] = []
    recorded_segments: list[Segment] = []
    for step in Levenshtein.opcodes(_folded(left), _folded(right)):
        changed = step.tag != "equal"
        _append(typed_segments, "".join(left[step.src_start : step.src_end]), changed)
        _append(recorded_segments, "".join(right[step.dest_start : step.dest_end]), changed)
    _append(typed_segments, typed[LONGEST_MARKED:], typed[LONGEST_MARKED:] != recorded[LONGEST_MARKED:])
    _append(recorded_segments, recorded[LONGEST_MARKED:], typed[LONGEST_MARKED:] != recorded[LONGEST_MARKED:])
    return typed_segments, recorded_segments


def _append(segments: list[Segment], text: str, changed: bool) -> None:
    if not text:
        return
    if segments and segments[-1][1] == changed:
        segments[-1] = (segments[-1][0] + text, changed)
    else:
        segments.append((text, changed))


def _letters(text: str) -> list[str]:
    """The letters, each with the accents that follow it: "é" may be one sign or two."""
    letters: list[str] = []
    for sign in text:
        if letters and unicodedata.combining(sign):
            letters[-1] += sign
        else:
            letters.append(sign)
    return letters


def _folded(letters: list[str]) -> list[str]:
    return [_key(letter) or unicodedata.normalize("NFC", letter).casefold() for letter in letters]


def _is_other_script(letter: str) -> bool:
    return letter.isalpha() and letter >= "\u0370" and not "\u1e00" <= letter <= "\u1eff"


def _key(text: str) -> str:
    return _NOT_PLAIN.sub("", _latin(text))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in _NOT_PLAIN.split(_latin(_APOSTROPHES.sub("", text))) if word)


def _latin(text: str) -> str:
    """Lower-case Latin. Emoji and other signs part words: a library would spell out their names."""
    if text.isascii():
        return text.lower()
    composed = unicodedata.normalize("NFKC", text)
    kept = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in composed)
    return anyascii(kept).lower().replace("'", "").replace("`", "")


_cached_key = lru_cache(maxsize=16_384)(_key)
_cached_words = lru_cache(maxsize=16_384)(_words)
