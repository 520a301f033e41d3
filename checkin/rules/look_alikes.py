"""Whether a record that an import made may be a child on file: worth a person's look, and no twin.

Same name, same day is one child. A newborn's stand-in name gives way to a name later, boxes are changed over,
a date is mistyped. Twins, father and son, grandfather and grandson and two families' children of one first
name are two, and a list that asks about each of them is read by nobody.
"""

from __future__ import annotations

from typing import NamedTuple

from checkin.rules import likeness, names
from checkin.rules.birth_dates import Nearness
from checkin.rules.identity_evidence import NEAR_NAME, Claim, Evidence
from checkin.rules.merges import Who, is_look_alike
from checkin.rules.stand_ins import is_stand_in_date, is_stand_in_name, say_sex

GENERATION = 12
"""Years between two of one name who are father and son, or an uncle and his nephew."""
ALIKE_FAMILY = 0.85
_FEMININE = ("a", "e", "ina", "ine", "ita", "ette", "ella", "elle")


class Side(NamedTuple):
    """One of the two records, beside what `Evidence` lays together. `adults`: guardians by name."""

    who: Who
    sex: str = ""
    adults: frozenset[str] = frozenset()


def may_be_one(evidence: Evidence, claim: Claim, new: Side, old: Side) -> bool:
    """Whether somebody should look at the two records."""
    if evidence.other_suffix or is_other_day(evidence, claim):
        return False
    if not (likeness.is_named(new.who.given_name) and likeness.is_named(old.who.given_name)):
        return is_renamed(evidence, claim, new, old)
    if evidence.given == evidence.family == likeness.SAME:
        return True
    if is_sister_or_brother(new, old) or not is_look_alike(new.who, old.who):
        return False
    is_family = evidence.family is None or evidence.family >= ALIKE_FAMILY
    return is_family or bool(evidence.phone) or bool(new.adults & old.adults)


def is_other_day(evidence: Evidence, claim: Claim) -> bool:
    """Whether their birth dates say two children: far apart, or a generation in spite of one phone."""
    born, recorded = claim.birth_date, evidence.record.birth_date
    if born is None or recorded is None or evidence.birth in (Nearness.SAME, Nearness.SLIP):
        return False
    if is_unknown_day(evidence, claim):
        return False
    return not evidence.phone or abs(born.year - recorded.year) >= GENERATION


def is_unknown_day(evidence: Evidence, claim: Claim) -> bool:
    """Whether one of the birth dates is what is written for an unknown one."""
    return evidence.stand_in_birth or is_stand_in_date(claim.birth_date, claim.clinic.stand_in_birth_dates)


def is_renamed(evidence: Evidence, claim: Claim, new: Side, old: Side) -> bool:
    """Whether "Baby Girl Khan" may be this child: the same day, and one family's by name, phone or adult."""
    if not evidence.same_birth or not is_look_alike(new.who, old.who) or is_other_sex(new, old):
        return False
    ties = bool(evidence.phone) or bool(evidence.postcode) or bool(new.adults & old.adults)
    if evidence.family is not None and evidence.family < ALIKE_FAMILY:
        return bool(evidence.phone) or bool(new.adults & old.adults)
    return ties or (evidence.phone is None and not is_unknown_day(evidence, claim))


def is_other_sex(new: Side, old: Side) -> bool:
    """Whether the columns or "Baby Girl" say a girl of one and a boy of the other."""
    one, other = sexes(new), sexes(old)
    return bool(one and other) and not one & other


def sexes(side: Side) -> set[str]:
    said = names.normalise(side.sex)[:1]
    found = {"m": {"male"}, "f": {"female"}}.get(said, set())
    given = side.who.given_name
    return found or (say_sex(given) if is_stand_in_name(given) else set())


def is_sister_or_brother(new: Side, old: Side) -> bool:
    """Whether two names near each other are a girl's and a boy's: Daniel and Daniela are twins."""
    one, other = names.normalise(new.who.given_name), names.normalise(old.who.given_name)
    if one == other:
        return False
    if is_other_sex(new, old) or are_other_second_names(new.who.given_name, old.who.given_name):
        return True
    is_known_same = bool(sexes(new) & sexes(old))
    return not is_known_same and (is_feminine_of(one, other) or is_feminine_of(other, one))


def are_other_second_names(one: str, other: str) -> bool:
    """Whether they share a first name and not the second: María José and María Isabel."""
    first, second = names.words(one), names.words(other)
    if min(len(first), len(second)) < 2 or first[0] != second[0]:
        return False
    if min(len(first[1]), len(second[1])) == 1:
        return first[1][0] != second[1][0]
    return (likeness.alike(first[1], second[1]) or 0.0) < NEAR_NAME


def is_feminine_of(name: str, other: str) -> bool:
    """Whether the one is the other with a feminine ending, and no other spelling of it (Ann, Anna)."""
    if other in likeness.known_forms(name) or name in likeness.known_forms(other):
        return False
    stem = other[:-1] if other[-1:] in "oe" else other
    return len(stem) > 1 and any(name in (stem + end, other + end) for end in _FEMININE)
