"""Score how alike two names are: spelling, sound, nicknames, parts, particles and scripts.

Only `1.0` means the same name. Anything below is a reason to look, never proof.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from nicknames import NickNamer
from rapidfuzz.distance import OSA, JaroWinkler

from checkin.rules.name_accents import has_conflicting_accents
from checkin.rules.name_keys import native_script_key, normalize_text, normalized_words
from checkin.rules.nicknames_es import SPANISH_NICKNAMES
from checkin.rules.nicknames_other import OTHER_NICKNAMES
from checkin.rules.placeholder_names import is_placeholder_name
from checkin.rules.shared_names import NAME_PARTICLES, has_unshared_given_name

SAME_NAME_SCORE = 1.0
_ONE_SOUND_SCORE = 0.93
NICKNAME_SCORE = 0.92
_NICKNAME_TABLES = (SPANISH_NICKNAMES, OTHER_NICKNAMES)
PARTIAL_NAME_SCORE = 0.9
_SHORT_SOUND_SCORE = 0.82
INITIAL_SCORE = 0.75
_LONGEST_CACHED_PAIR = 160

# Consonants that languages and romanizations write differently, folded in this order; vowels go last.
_CONSONANT_FOLDS = tuple(
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
_VOWEL_FOLDS = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in ((r"ee|ea|ie|y", "i"), (r"oo|ou", "u"), (r"([aou])e", r"\1"), (r"(.)\1+", r"\1"))
)


def name_similarity(first: str, second: str) -> float | None:
    """Return how alike two names are, from 0 to 1; None if either is missing."""
    one, two = (first, second) if first <= second else (second, first)
    return (
        _cached_name_similarity(one, two)
        if len(one) + len(two) <= _LONGEST_CACHED_PAIR
        else _compute_name_similarity(one, two)
    )


def is_real_given_name(text: str) -> bool:
    """Return whether a given name is real: not blank, an initial or a placeholder ("Baby Girl", "Twin A")."""
    return len(normalize_text(text)) > 1 and not is_placeholder_name(text)


def is_leading_given_name(typed: str, recorded: str) -> bool:
    """Return whether a typed given name is the first of several on record, or the first few of them.

    False for a first name that siblings usually share: "María" alone is neither María José nor María Isabel.
    """
    first, whole = typed.split(), recorded.split()
    if not 0 < len(first) < len(whole) or not is_same_written_name(
        " ".join(first), " ".join(whole[: len(first)])
    ):
        return False
    return (
        is_real_given_name(typed)
        and is_real_given_name(recorded)
        and has_unshared_given_name(typed, recorded)
    )


def is_same_written_name(first: str, second: str) -> bool:
    """Return whether two names are equal after normalizing, and nothing in their writing contradicts that.

    Two names in one script other than Latin must be written alike. Accents must not contradict each other:
    Hùng is not Hưng, but either may be typed as Hung.
    """
    key = normalize_text(first)
    if not key or key != normalize_text(second):
        return False
    if first.isascii() or second.isascii():
        return True
    written, other = native_script_key(first), native_script_key(second)
    return (not written or not other or written == other) and not has_conflicting_accents(first, second)


def _compute_name_similarity(first: str, second: str) -> float | None:
    key, other = normalize_text(first), normalize_text(second)
    if not key or not other:
        return None
    if key == other:
        return SAME_NAME_SCORE if is_same_written_name(first, second) else _ONE_SOUND_SCORE
    if len(key) == 1 or len(other) == 1:
        return INITIAL_SCORE if key[0] == other[0] else 0.0
    return max(
        _spelling_similarity(key, other),
        _sound_similarity(key, other),
        _nickname_similarity(first, second),
        _name_part_similarity(first, second),
    )


def _spelling_similarity(key: str, other: str) -> float:
    edits = OSA.normalized_similarity(key, other)
    return min(0.97, max(edits, JaroWinkler.similarity(key, other) - 0.06))


@lru_cache(maxsize=16_384)
def consonant_skeleton(key: str) -> str:
    for pattern, letters in _CONSONANT_FOLDS:
        key = pattern.sub(letters, key)
    return key


@lru_cache(maxsize=16_384)
def _fold_vowels(key: str) -> str:
    for pattern, letters in _VOWEL_FOLDS:
        key = pattern.sub(letters, key)
    return key


_SPELLING_FOLDS = tuple(
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


def is_same_sounding_name(first: str, second: str) -> bool:
    """Return whether two names are spellings with one sound: Sofia and Sophia, Eric and Erik."""
    keys = (normalize_text(first), normalize_text(second))
    return all(keys) and _fold_spelling(keys[0]) == _fold_spelling(keys[1])


@lru_cache(maxsize=16_384)
def _fold_spelling(key: str) -> str:
    for pattern, letters in _SPELLING_FOLDS:
        key = pattern.sub(letters, key)
    return _fold_vowels(key)


def _sound_similarity(key: str, other: str) -> float:
    if _fold_vowels(key) == _fold_vowels(other):
        return _ONE_SOUND_SCORE
    first, second = consonant_skeleton(key).lstrip("a"), consonant_skeleton(other).lstrip("a")
    if first != second or not first:
        return 0.0
    return {1: 0.0, 2: _SHORT_SOUND_SCORE}.get(len(first), _ONE_SOUND_SCORE)


def _nickname_similarity(first: str, second: str) -> float:
    return NICKNAME_SCORE if is_nickname_pair(first, second) else 0.0


def is_nickname_pair(first: str, second: str) -> bool:
    """Return whether one is a nickname of the other, or both of the same name."""
    one, two = _first_name_word(first), _first_name_word(second)
    if one in _direct_nickname_forms(two) or two in _direct_nickname_forms(one):
        return True
    return bool(_full_name_forms(one) & _full_name_forms(two))


def is_nickname_of(short: str, name: str) -> bool:
    """Return whether `short` is a nickname of `name`. False if both are only nicknames of a third name."""
    return short in _direct_nickname_forms(name) or name in _full_name_forms(short)


@lru_cache(maxsize=16_384)
def _first_name_word(name: str) -> str:
    parts = normalized_words(name)
    return parts[0] if parts else ""


def nickname_variants(name: str) -> tuple[str, ...]:
    """Return the sorted keys of the names that may be a nickname of this one, or the reverse."""
    word = _first_name_word(name)
    full = _full_name_forms(word)
    others = {form for one in full for form in _direct_nickname_forms(one)}
    return tuple(sorted((_direct_nickname_forms(word) | full | others) - {word, ""}))


@lru_cache(maxsize=16_384)
def _direct_nickname_forms(name: str) -> frozenset[str]:
    english = frozenset(_load_english_nicknames().nicknames_of(name) or ())
    return english | _full_name_forms(name) | _pet_forms_by_full_name().get(name, frozenset())


@lru_cache(maxsize=16_384)
def _full_name_forms(name: str) -> frozenset[str]:
    full = frozenset(_load_english_nicknames().canonicals_of(name) or ())
    return full.union(*(table.get(name, frozenset()) for table in _NICKNAME_TABLES))


@cache
def _load_english_nicknames() -> NickNamer:
    return NickNamer()


@cache
def _pet_forms_by_full_name() -> dict[str, frozenset[str]]:
    short_forms: dict[str, set[str]] = {}
    for short, full_names in (entry for table in _NICKNAME_TABLES for entry in table.items()):
        for full in full_names:
            short_forms.setdefault(full, set()).add(short)
    return {full: frozenset(shorts) for full, shorts in short_forms.items()}


def _name_part_similarity(first: str, second: str) -> float:
    """Return the likeness of compound names, typed in part ("García" of "García López") or without "de"."""
    left, right = _words_without_particles(first), _words_without_particles(second)
    if left == right:
        return 0.95
    if len(left) == len(right) == 1:
        return 0.0
    if "".join(left) == "".join(right) or sorted(left) == sorted(right):
        return 0.95
    shorter, longer = sorted((set(left), set(right)), key=len)
    if shorter <= longer and max(map(len, shorter)) >= 3:
        return PARTIAL_NAME_SCORE
    best = max(OSA.normalized_similarity(one, two) for one in shorter for two in longer)
    return 0.85 * best if best >= 0.75 else 0.0


@lru_cache(maxsize=16_384)
def _words_without_particles(name: str) -> tuple[str, ...]:
    parts = normalized_words(name)
    return tuple(word for word in parts if word not in NAME_PARTICLES) or parts


_cached_name_similarity = lru_cache(maxsize=16_384)(_compute_name_similarity)
