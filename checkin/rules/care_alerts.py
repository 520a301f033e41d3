"""Staff-only warnings on a patient: their kinds, and when an adult resembles the person that one names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from rapidfuzz.distance import OSA

from checkin.rules import kin_phrases, kinship, name_keys
from checkin.rules.empty_answers import is_empty_name
from checkin.rules.name_likeness import INITIAL_SCORE, is_nickname_pair, name_similarity
from checkin.rules.name_scripts import Fit, compare_across_scripts
from checkin.rules.shared_names import NAME_PARTICLES

_LIKE_ENOUGH = 0.82
_SHORTEST_WITH_A_SLIP = 3
_PARENTS = frozenset({("mother",), ("father",)})
MOST_ALERT_WORDS = 1000
LONGEST_PERSON_TEXT = 200
"""Characters of the name in a warning, and of the relationship."""


class AlertKind(TextChoices):
    NOT_WITH = "not_with", _("Must not be with a named person")
    OTHER = "other", _("Other safety warning")


class AlertStatus(TextChoices):
    """As in FHIR's Flag."""

    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Ended")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class NamedAdult(NamedTuple):
    """An adult as typed or as written in a warning. Either may be blank."""

    name: str
    relationship: str = ""


def names_somebody(named: NamedAdult) -> bool:
    """Return whether an adult could be told by it: "?", "-" and "😀" name nobody, and would call nobody."""
    return any(any(map(str.isalnum, text)) and not is_empty_name(text) for text in named)


def resembles(escort: NamedAdult, named: NamedAdult, *, known: Iterable[str] = ()) -> bool:
    """Return whether this adult may be the named person. Doubt counts as yes: it only makes somebody look.

    `known`: other adults on the child's record. Whoever gives one of their names is not taken for the named
    person because of the relationship alone: a child may have two fathers.
    """
    said, written = _split(escort), _split(named)
    fit = _compare_scripts(said.name, written.name)
    if fit == Fit.ALIKE or _is_like_name(said.name, written.name) or _is_like_box(escort.name, named.name):
        return True
    has_both_names = _gives_name(escort, said) and _gives_name(named, written) and fit != Fit.OPEN
    if _is_kin_in_doubt(said.relationship, written.relationship):
        return not has_both_names
    alike = kin_phrases.matching_kin_phrases(said.relationship, written.relationship)
    if not alike and not _is_same_text(said.relationship, written.relationship):
        has_both_kin = bool(said.relationship.strip() and written.relationship.strip())
        return fit == Fit.OPEN and not has_both_kin
    if not has_both_names:
        return True
    is_known = any(_untitled_words(said.name) == _untitled_words(one) for one in known)
    return not alike.isdisjoint(_PARENTS) and not is_known


def _is_kin_in_doubt(said: str, written: str) -> bool:
    """Return whether an adult's relationship cannot be read, or cannot be compared with the warning's."""
    if _is_same_text(said, written):
        return False
    is_written_unread = kin_phrases.is_unread_kin(written) and not kin_phrases.read_kin_phrases(written)
    return kin_phrases.is_unread_kin(said) or bool(said.strip() and is_written_unread)


def _is_same_text(one: str, other: str) -> bool:
    key = name_keys.normalize_text(one)
    return key != "" and key == name_keys.normalize_text(other)


@lru_cache(maxsize=4_096)
def _gives_name(adult: NamedAdult, split: NamedAdult) -> bool:
    """Return whether there is a name that can differ: "is at work", beside "aunt", is none."""
    is_in_its_box = bool(_name_words(kin_phrases.split_name_from_kin(adult.name)[0]))
    is_written_as_name = any(
        word[0].isupper() or name_keys.native_script_key(word) for word in split.name.split()
    )
    return bool(_name_words(split.name)) and (is_in_its_box or is_written_as_name)


@lru_cache(maxsize=4_096)
def _split(adult: NamedAdult) -> NamedAdult:
    """Return name and relationship apart, where one of the boxes holds both: "Miguel (dad)"."""
    name, kin = kin_phrases.split_name_from_kin(adult.name)
    more = ""
    if kin_phrases.read_kin_phrases(adult.relationship):
        more = kin_phrases.name_beside_kin(adult.relationship)
    # "Leo's dad" gives no name of the dad's.
    name = "" if kin and _is_of_a_child(name) else name
    is_name_missing = not _name_words(name)
    said = ", ".join(filter(None, (kin, adult.relationship)))
    if is_name_missing and not _is_of_a_child(more):
        # "Don" is a title and a name: it stays beside what the other box says.
        name = f"{name} {more}".strip()
    return NamedAdult(name, said)


def _is_of_a_child(text: str) -> bool:
    return text.replace("’", "'").casefold().rstrip(" .,").endswith(("'s", "s'"))


@lru_cache(maxsize=4_096)
def _name_words(name: str) -> tuple[str, ...]:
    """Return the words of a name without titles and particles, sorted."""
    native = _native_words(name)
    words = _untitled_words(name) - kinship.WORDS_BESIDE_KIN - native
    return tuple(sorted((words - NAME_PARTICLES or words) | native))


@lru_cache(maxsize=4_096)
def _untitled_words(name: str) -> frozenset[str]:
    """Return the words of a name without titles. عمر sounds like "Mr." and stays."""
    latin = " ".join(word for word in name.split() if not name_keys.native_script_key(word))
    return _native_words(name).union(kinship.adult_name_words(latin))


def _native_words(name: str) -> frozenset[str]:
    return frozenset(name_keys.normalized_words(" ".join(filter(name_keys.native_script_key, name.split()))))


@lru_cache(maxsize=4_096)
def _all_words(name: str) -> tuple[str, ...]:
    """Return every word of a name, sorted. "Ben", "Al" and "Don" are particles or titles, and names too."""
    return tuple(sorted(set(name_keys.normalized_words(name))))


@lru_cache(maxsize=4_096)
def _written_words(name: str) -> tuple[str, ...]:
    """Return the same words as `_name_words` as they were written, in their order."""
    kept = set(_name_words(name))
    return tuple(
        word
        for word in name.replace("-", " ").split()
        if not kept.isdisjoint(name_keys.normalized_words(word))
    )


def _compare_scripts(one: str, other: str) -> Fit | None:
    """Return how names in two scripts fit: as they are, or without titles and particles."""
    whole = [tuple(name.replace("-", " ").split()) for name in (one, other)]
    if compare_across_scripts(*whole) == Fit.ALIKE:
        return Fit.ALIKE
    return compare_across_scripts(_written_words(one), _written_words(other))


def _is_like_box(one: str, other: str) -> bool:
    """Return whether the boxes of two names, as they are, may hold one: "Baba" is a father and a name."""
    is_same_sign = one.strip().casefold() == other.strip().casefold() and not is_empty_name(one)
    if is_same_sign or _is_same_text(one, other):
        return True
    is_kin = [bool(kin_phrases.split_name_from_kin(name)[1]) for name in (one, other)]
    return any(is_kin) and not all(is_kin) and _has_all_words(one, other)


def _is_like_name(one: str, other: str) -> bool:
    """Return whether two names may be one person's: in any order, in part, with a slip or a nickname."""
    joined = [name_keys.normalize_text(name) for name in (one, other)]
    if all(joined) and (OSA.distance(*joined) <= 1 or sorted(joined[0]) == sorted(joined[1])):
        return True
    shorter, longer = sorted((_name_words(one), _name_words(other)), key=len)
    return _count_twins(shorter, longer) >= min(2, max(1, len(shorter))) or _has_all_words(one, other)


def _has_all_words(one: str, other: str) -> bool:
    """Return whether every word of the shorter name is in the other, particles and titles among them.

    Part is not enough here: "van der Berg" and "van der Linden" share two words and no name.
    """
    shorter, longer = sorted((_all_words(one), _all_words(other)), key=len)
    return _count_twins(shorter, longer) >= max(1, len(shorter))


def _count_twins(shorter: tuple[str, ...], longer: tuple[str, ...]) -> int:
    """Return how many words of the one name may each be another word of the other; 0 if only initials."""
    left, alike, is_more_than_initials = list(longer), 0, False
    for word in sorted(shorter, key=len, reverse=True):
        twin = next((other for other in left if _is_like_word(word, other)), None)
        if twin is not None:
            left.remove(twin)
            alike += 1
            is_more_than_initials |= len(word) > 1 < len(twin)
    return alike if is_more_than_initials else 0


def _is_like_word(one: str, other: str) -> bool:
    score = name_similarity(one, other) or 0.0
    if min(len(one), len(other)) == 1:
        return score >= INITIAL_SCORE
    has_slip = min(len(one), len(other)) >= _SHORTEST_WITH_A_SLIP and OSA.distance(one, other) <= 1
    return has_slip or score >= _LIKE_ENOUGH or is_nickname_pair(one, other)
