"""Staff-only warnings on a patient: their kinds, and when an adult resembles the person that one names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from rapidfuzz.distance import OSA

from checkin.rules import kinship, name_keys
from checkin.rules.name_likeness import INITIAL_SCORE, is_nickname_pair, name_similarity
from checkin.rules.shared_names import NAME_PARTICLES

_LIKE_ENOUGH = 0.82
_SHORTEST_WITH_A_SLIP = 3
_PARENTS = frozenset({"mother", "father"})
MOST_ALERT_WORDS = 1000


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


def resembles(escort: NamedAdult, named: NamedAdult, *, known: Iterable[str] = ()) -> bool:
    """Return whether this adult may be the named person. Doubt counts as yes: it only makes somebody look.

    `known`: other adults on the child's record. Whoever gives one of their names is not taken for the named
    person because of the relationship alone: a child may have two fathers.
    """
    said, written = _split(escort), _split(named)
    if _is_like_name(said.name, written.name):
        return True
    if not _is_same_kin(said.relationship, written.relationship):
        return False
    if not _name_words(said.name) or not _name_words(written.name):
        return True
    is_known = any(_name_words(said.name) == _name_words(one) for one in known)
    return kinship.kin_of_relationship(said.relationship) in _PARENTS and not is_known


def _split(adult: NamedAdult) -> NamedAdult:
    """Return name and relationship apart, where one of the boxes holds both: "Miguel (dad)"."""
    name, kin = kinship.split_kin_from_text(adult.name)
    more, kin_said = kinship.split_kin_from_text(adult.relationship)
    if not kin_said:
        kin_said, more = adult.relationship, ""
    # "Leo's dad" gives no name of the dad's.
    name = "" if kin and _is_of_a_child(name) else name
    is_name_missing = not _name_words(name)
    return NamedAdult(more if is_name_missing and not _is_of_a_child(more) else name, f"{kin} {kin_said}")


def _is_of_a_child(text: str) -> bool:
    return text.replace("’", "'").casefold().rstrip(" .,").endswith(("'s", "s'"))


def _name_words(name: str) -> tuple[str, ...]:
    """Return the words of a name without titles and particles, sorted."""
    words = kinship.adult_name_words(name) - kinship.WORDS_BESIDE_KIN
    return tuple(sorted(words - NAME_PARTICLES or words))


def _is_same_kin(one: str, other: str) -> bool:
    return kinship.is_same_kin(one, other) or kinship.is_exactly_same_kin(one, other)


def _is_like_name(one: str, other: str) -> bool:
    """Return whether two names may be one person's: in any order, in part, with a slip or a nickname."""
    shorter, longer = sorted((_name_words(one), _name_words(other)), key=len)
    if not shorter:
        return False
    joined = [name_keys.normalize_text(name).replace(" ", "") for name in (one, other)]
    if OSA.distance(*joined) <= 1 or sorted(joined[0]) == sorted(joined[1]):
        return True
    left, alike, is_more_than_initials = list(longer), 0, False
    for word in sorted(shorter, key=len, reverse=True):
        twin = next((other for other in left if _is_like_word(word, other)), None)
        if twin is not None:
            left.remove(twin)
            alike += 1
            is_more_than_initials |= len(word) > 1 < len(twin)
    return is_more_than_initials and alike >= min(2, len(shorter))


def _is_like_word(one: str, other: str) -> bool:
    score = name_similarity(one, other) or 0.0
    if min(len(one), len(other)) == 1:
        return score >= INITIAL_SCORE
    has_slip = min(len(one), len(other)) >= _SHORTEST_WITH_A_SLIP and OSA.distance(one, other) <= 1
    return has_slip or score >= _LIKE_ENOUGH or is_nickname_pair(one, other)
