"""How alike two names are, whoever wrote them: spelling, sound, nicknames, parts, particles, scripts.

Only `1.0` means the same name. Everything below it is a reason to look, never a proof.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from nicknames import NickNamer
from rapidfuzz.distance import OSA, JaroWinkler

from checkin.rules.name_accents import is_other_accent
from checkin.rules.names import as_written, normalise, words
from checkin.rules.nicknames_es import SPANISH_NICKNAMES
from checkin.rules.nicknames_more import MORE_NICKNAMES
from checkin.rules.shared_names import PARTICLES, tells_apart
from checkin.rules.stand_ins import is_stand_in_name

SAME = 1.0
ONE_SOUND = 0.93
NICKNAME = 0.92
_TABLES = (SPANISH_NICKNAMES, MORE_NICKNAMES)
PART = 0.9
SHORT_SOUND = 0.82
INITIAL = 0.75
LONGEST_CACHED = 160

# Consonants that languages and romanisations write differently, folded in this order; vowels go last.
_FOLDS = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        (r"^(?:abdul|abdel|abd)(?=[a-z]{4})", "abd"),
        (r"^(?:mac|mc)(?=[a-z]{3})", "mc"),
        (r"(.)\1+", r"\1"),
        (r"tsch|tch|shch|sch|ch|cz|c(?=[eiy])|sh|sz|zh|sy|hs(?=[iuy])|q(?=i)|xi|x|ts|tz", "s"),
        (r"dzh|dj|j|gi(?=[aou])", "s"),
        (r"ph|v|w|u(?=[aeio])", "f"),
        (r"th|dh|d", "t"),
        (r"kh|gh|ck|q|c|k|g", "k"),
        (r"b|p", "p"),
        (r"z", "s"),
        (r"h", ""),
        (r"(?<!^)[aeiouy]+", ""),
        (r"^[aeiouy]+", "a"),
    )
)
_VOWELS = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in ((r"ee|ea|ie|y", "i"), (r"oo|ou", "u"), (r"([aou])e", r"\1"), (r"(.)\1+", r"\1"))
)


def alike(first: str, second: str) -> float | None:
    """How alike two names are, from 0 to 1; None when either is missing."""
    one, two = (first, second) if first <= second else (second, first)
    return _cached(one, two) if len(one) + len(two) <= LONGEST_CACHED else _alike(one, two)


def is_named(text: str) -> bool:
    """Whether a given name is one: not blank, an initial or a stand-in such as "Baby Girl" or "Twin A"."""
    return len(normalise(text)) > 1 and not is_stand_in_name(text)


def is_leading_part(typed: str, recorded: str) -> bool:
    """Whether a given name typed is the first of those recorded, or the first few: "Amy" of "Amy Victoria".

    Not where the first name is one that most bearers share with a sister or brother: "María" alone is
    neither María José nor María Isabel.
    """
    first, whole = typed.split(), recorded.split()
    if not 0 < len(first) < len(whole) or not same_name(" ".join(first), " ".join(whole[: len(first)])):
        return False
    return is_named(typed) and is_named(recorded) and tells_apart(typed, recorded)


def same_name(first: str, second: str) -> bool:
    """The same name after normalising; names that share a script must also be written the same in it.

    Of accents, too, none may contradict the other's: Hùng is not Hưng, but either may be typed Hung.
    """
    key = normalise(first)
    if not key or key != normalise(second):
        return False
    if first.isascii() or second.isascii():
        return True
    written, other = as_written(first), as_written(second)
    return (not written or not other or written == other) and not is_other_accent(first, second)


def _alike(first: str, second: str) -> float | None:
    key, other = normalise(first), normalise(second)
    if not key or not other:
        return None
    if key == other:
        return SAME if same_name(first, second) else ONE_SOUND
    if len(key) == 1 or len(other) == 1:
        return INITIAL if key[0] == other[0] else 0.0
    return max(_spelling(key, other), _sound(key, other), _nickname(first, second), _parts(first, second))


def _spelling(key: str, other: str) -> float:
    edits = OSA.normalized_similarity(key, other)
    return min(0.97, max(edits, JaroWinkler.similarity(key, other) - 0.06))


@lru_cache(maxsize=16_384)
def _skeleton(key: str) -> str:
    for pattern, letters in _FOLDS:
        key = pattern.sub(letters, key)
    return key


@lru_cache(maxsize=16_384)
def _respelled(key: str) -> str:
    for pattern, letters in _VOWELS:
        key = pattern.sub(letters, key)
    return key


_SPELLINGS = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        (r"ph", "f"),
        (r"ck|ch(?=r)|c(?=[^eiyh]|$)", "k"),
        (r"c(?=[eiy])|z", "s"),
        (r"x|ks", "ks"),
        (r"th", "t"),
        (r"(?<=[aeiouy])h(?![aeiouy])", ""),
    )
)


def is_respelled(first: str, second: str) -> bool:
    """Whether both are one name in two spellings that sound the same: Sofia and Sophia, Eric and Erik."""
    keys = (normalise(first), normalise(second))
    return all(keys) and _spelt_plainly(keys[0]) == _spelt_plainly(keys[1])


@lru_cache(maxsize=16_384)
def _spelt_plainly(key: str) -> str:
    for pattern, letters in _SPELLINGS:
        key = pattern.sub(letters, key)
    return _respelled(key)


def _sound(key: str, other: str) -> float:
    if _respelled(key) == _respelled(other):
        return ONE_SOUND
    first, second = _skeleton(key).lstrip("a"), _skeleton(other).lstrip("a")
    if first != second or not first:
        return 0.0
    return {1: 0.0, 2: SHORT_SOUND}.get(len(first), ONE_SOUND)


def _nickname(first: str, second: str) -> float:
    return NICKNAME if is_nickname(first, second) else 0.0


def is_nickname(first: str, second: str) -> bool:
    """Whether one is a pet form of the other, or both of a third."""
    one, two = _first_word(first), _first_word(second)
    if one in _known_forms(two) or two in _known_forms(one):
        return True
    return bool(_full_forms(one) & _full_forms(two))


def is_short_for(short: str, name: str) -> bool:
    """Whether the first is a pet form of the second, in English or Spanish; not both of a third."""
    return short in _known_forms(name) or name in _full_forms(short)


@lru_cache(maxsize=16_384)
def _first_word(name: str) -> str:
    parts = words(name)
    return parts[0] if parts else ""


def known_forms(name: str) -> tuple[str, ...]:
    """The keys of the names that this one may be a pet form of, or whose pet form it may be, in order."""
    word = _first_word(name)
    full = _full_forms(word)
    others = {form for one in full for form in _known_forms(one)}
    return tuple(sorted((_known_forms(word) | full | others) - {word, ""}))


@lru_cache(maxsize=16_384)
def _known_forms(name: str) -> frozenset[str]:
    english = frozenset(_english().nicknames_of(name) or ())
    return english | _full_forms(name) | _pet_forms().get(name, frozenset())


@lru_cache(maxsize=16_384)
def _full_forms(name: str) -> frozenset[str]:
    full = frozenset(_english().canonicals_of(name) or ())
    return full.union(*(table.get(name, frozenset()) for table in _TABLES))


@cache
def _english() -> NickNamer:
    return NickNamer()


@cache
def _pet_forms() -> dict[str, frozenset[str]]:
    short_forms: dict[str, set[str]] = {}
    for short, full_names in (entry for table in _TABLES for entry in table.items()):
        for full in full_names:
            short_forms.setdefault(full, set()).add(short)
    return {full: frozenset(shorts) for full, shorts in short_forms.items()}


def _parts(first: str, second: str) -> float:
    """Compound names typed partly ("García" of "García López"), and particles left out."""
    left, right = _telling(first), _telling(second)
    if left == right:
        return 0.95
    if len(left) == len(right) == 1:
        return 0.0
    if "".join(left) == "".join(right) or sorted(left) == sorted(right):
        return 0.95
    shorter, longer = sorted((set(left), set(right)), key=len)
    if shorter <= longer and max(map(len, shorter)) >= 3:
        return PART
    best = max(OSA.normalized_similarity(one, two) for one in shorter for two in longer)
    return 0.85 * best if best >= 0.75 else 0.0


@lru_cache(maxsize=16_384)
def _telling(name: str) -> tuple[str, ...]:
    parts = words(name)
    return tuple(word for word in parts if word not in PARTICLES) or parts


_cached = lru_cache(maxsize=16_384)(_alike)
