"""Decide whether an imported record may be a child on file, so that a person should compare the two.

The same name and birth date is one child. A newborn's placeholder name is replaced later, fields get swapped,
and dates mistyped. Twins, a father and son, a grandfather and grandson, and children of two families with one
first name are different people. Staff would stop reading a list that asked about each of them.
"""

from __future__ import annotations

from typing import NamedTuple

from checkin.rules import name_keys, name_likeness
from checkin.rules.birth_dates import BirthNearness
from checkin.rules.identity_evidence import IDENTITY_NEAR_NAME, IdentityEvidence
from checkin.rules.identity_facts import IdentityClaim
from checkin.rules.patient_merges import ChildIdentity, may_be_look_alike
from checkin.rules.placeholder_names import (
    is_placeholder_birth_date,
    is_placeholder_name,
    sexes_in_placeholder,
)

_GENERATION_GAP_YEARS = 12
"""Years between two people of one name who are father and son, or uncle and nephew."""
_ALIKE_FAMILY_SCORE = 0.85
_FEMININE_ENDINGS = ("a", "e", "ina", "ine", "ita", "ette", "ella", "elle")


class LookAlikeRecord(NamedTuple):
    """One of the two records, with facts beyond `IdentityEvidence`. `adults`: its guardians by name."""

    who: ChildIdentity
    sex: str = ""
    adults: frozenset[str] = frozenset()


def may_be_duplicate_record(
    evidence: IdentityEvidence, claim: IdentityClaim, new: LookAlikeRecord, old: LookAlikeRecord
) -> bool:
    """Return whether somebody should compare the two records."""
    if evidence.other_suffix or _has_other_birth_date(evidence, claim):
        return False
    if not (
        name_likeness.is_real_given_name(new.who.given_name)
        and name_likeness.is_real_given_name(old.who.given_name)
    ):
        return _is_renamed_newborn(evidence, claim, new, old)
    if evidence.given == evidence.family == name_likeness.SAME_NAME_SCORE:
        return True
    if _is_sister_or_brother(new, old) or not may_be_look_alike(new.who, old.who):
        return False
    is_family = evidence.family is None or evidence.family >= _ALIKE_FAMILY_SCORE
    return is_family or bool(evidence.phone) or bool(new.adults & old.adults)


def _has_other_birth_date(evidence: IdentityEvidence, claim: IdentityClaim) -> bool:
    """Return whether the birth dates mean two children: far apart, or a generation despite one phone."""
    born, recorded = claim.birth_date, evidence.record.birth_date
    if born is None or recorded is None or evidence.birth in (BirthNearness.SAME, BirthNearness.SLIP):
        return False
    if _has_unknown_birth_date(evidence, claim):
        return False
    return not evidence.phone or abs(born.year - recorded.year) >= _GENERATION_GAP_YEARS


def _has_unknown_birth_date(evidence: IdentityEvidence, claim: IdentityClaim) -> bool:
    """Return whether one of the birth dates stands in for an unknown one."""
    return evidence.stand_in_birth or is_placeholder_birth_date(
        claim.birth_date, claim.clinic.stand_in_birth_dates
    )


def _is_renamed_newborn(
    evidence: IdentityEvidence, claim: IdentityClaim, new: LookAlikeRecord, old: LookAlikeRecord
) -> bool:
    """Return whether "Baby Girl Khan" may be this child: same day, and one family by name, phone or adult."""
    if not evidence.same_birth or not may_be_look_alike(new.who, old.who) or _has_other_sex(new, old):
        return False
    ties = bool(evidence.phone) or bool(evidence.postcode) or bool(new.adults & old.adults)
    if evidence.family is not None and evidence.family < _ALIKE_FAMILY_SCORE:
        return bool(evidence.phone) or bool(new.adults & old.adults)
    return ties or (evidence.phone is None and not _has_unknown_birth_date(evidence, claim))


def _has_other_sex(new: LookAlikeRecord, old: LookAlikeRecord) -> bool:
    """Return whether the sex columns or "Baby Girl" say girl for one and boy for the other."""
    one, other = _known_sexes(new), _known_sexes(old)
    return bool(one and other) and not one & other


def _known_sexes(side: LookAlikeRecord) -> set[str]:
    said = name_keys.normalize_text(side.sex)[:1]
    found = {"m": {"male"}, "f": {"female"}}.get(said, set())
    given = side.who.given_name
    return found or (sexes_in_placeholder(given) if is_placeholder_name(given) else set())


def _is_sister_or_brother(new: LookAlikeRecord, old: LookAlikeRecord) -> bool:
    """Return whether two similar names are a girl's and a boy's: Daniel and Daniela are twins."""
    one, other = name_keys.normalize_text(new.who.given_name), name_keys.normalize_text(old.who.given_name)
    if one == other:
        return False
    if _has_other_sex(new, old) or _has_other_second_name(new.who.given_name, old.who.given_name):
        return True
    is_known_same = bool(_known_sexes(new) & _known_sexes(old))
    return not is_known_same and (_is_feminine_form_of(one, other) or _is_feminine_form_of(other, one))


def _has_other_second_name(one: str, other: str) -> bool:
    """Return whether they share a first name but not the second: María José and María Isabel."""
    first, second = name_keys.normalized_words(one), name_keys.normalized_words(other)
    if min(len(first), len(second)) < 2 or first[0] != second[0]:
        return False
    if min(len(first[1]), len(second[1])) == 1:
        return first[1][0] != second[1][0]
    return (name_likeness.name_similarity(first[1], second[1]) or 0.0) < IDENTITY_NEAR_NAME


def _is_feminine_form_of(name: str, other: str) -> bool:
    """Return whether one is the other with a feminine ending, and not just a spelling of it (Ann, Anna)."""
    if other in name_likeness.nickname_variants(name) or name in name_likeness.nickname_variants(other):
        return False
    stem = other[:-1] if other[-1:] in "oe" else other
    return len(stem) > 1 and any(name in (stem + end, other + end) for end in _FEMININE_ENDINGS)
