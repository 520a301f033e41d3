"""Decide which child a claim is about. Three outcomes, and never the wrong child.

*Certain* needs evidence that no twin or namesake can share (`identity_certainty`). Anything less goes to the
match desk as *probable*, ranked, or is *unknown*. Pure: the same claim and records give the same judgment, in
whatever order they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from checkin.rules import name_likeness
from checkin.rules.birth_dates import BirthNearness
from checkin.rules.identity_certainty import find_identity_doubts, is_sufficient_evidence
from checkin.rules.identity_evidence import IdentityEvidence, phones_of_few_families, weigh_patient_record
from checkin.rules.identity_facts import IdentityClaim, PatientRecord
from checkin.rules.identity_reasons import IdentityReason
from checkin.rules.phones import has_phone_in_common

_MOST_IDENTITY_CANDIDATES = 5
_LEAST_CANDIDATE_SCORE = 0.5
_LEAST_NAME_LIKENESS = 0.75
"""From this score up a name counts as similar to the typed one; below it, it is a different name."""

ReasonSentence = str | Promise


class IdentityOutcome(TextChoices):
    """What may be done with a claim without asking anyone."""

    CERTAIN = "certain", _("certain")
    PROBABLE = "probable", _("probable")
    UNKNOWN = "unknown", _("unknown")


@dataclass(frozen=True)
class FieldDifference:
    """A field as typed and as recorded. `same` is by the rules, so an accent is not a difference."""

    field: str
    typed: str
    recorded: str
    same: bool


@dataclass(frozen=True)
class IdentityCandidate:
    """A record that may be the child: a score (for ranking only), the reasons, and what differs."""

    record: PatientRecord
    score: float
    reasons: tuple[IdentityReason, ...]
    differences: tuple[FieldDifference, ...]

    @property
    def why(self) -> tuple[ReasonSentence, ...]:
        return tuple(one.label for one in self.reasons)


@dataclass(frozen=True)
class IdentityJudgment:
    """The outcome; the record only if certain; at most five candidates, likeliest first."""

    outcome: IdentityOutcome
    record: PatientRecord | None
    candidates: tuple[IdentityCandidate, ...]
    why: tuple[ReasonSentence, ...]
    reasons: tuple[IdentityReason, ...] = ()
    """The codes behind `why`; only set if certain."""


def judge_identity(claim: IdentityClaim, records: Iterable[PatientRecord]) -> IdentityJudgment:
    """Return who the claim is about, judged against the records that the candidate blocks fetched."""
    found = list(records)
    phones = phones_of_few_families(claim, found)
    weighed = sorted(
        (weigh_patient_record(claim, record, phones) for record in found), key=_likeliest_first_key
    )
    candidates = tuple(
        IdentityCandidate(
            evidence.record,
            _score_evidence(evidence),
            _reasons_of_evidence(evidence),
            _list_field_differences(claim, evidence),
        )
        for evidence in list(filter(_may_be_the_child, weighed))[:_MOST_IDENTITY_CANDIDATES]
    )
    # Test each record alone. If one record's evidence weakened another's, two that fit could make one
    # certain.
    sufficient = [evidence for evidence in weighed if is_sufficient_evidence(evidence)]
    if len(sufficient) == 1:
        doubtful = find_identity_doubts(sufficient[0], weighed)
        if not doubtful:
            reasons = _reasons_of_evidence(sufficient[0])
            why = tuple(one.label for one in reasons)
            return IdentityJudgment(IdentityOutcome.CERTAIN, sufficient[0].record, candidates, why, reasons)
        return IdentityJudgment(IdentityOutcome.PROBABLE, None, candidates, doubtful)
    if sufficient:
        return IdentityJudgment(
            IdentityOutcome.PROBABLE, None, candidates, (_("More than one record fits."),)
        )
    if candidates:
        return IdentityJudgment(
            IdentityOutcome.PROBABLE, None, candidates, (_("Close, but not enough to be sure."),)
        )
    return IdentityJudgment(IdentityOutcome.UNKNOWN, None, (), (_("Nobody on record is like this."),))


_BIRTH_POINTS = {
    None: 0.4,
    BirthNearness.FAR: 0.0,
    BirthNearness.HALF: 0.45,
    BirthNearness.SLIP: 0.8,
    BirthNearness.SAME: 1.0,
}
_MOST_FACT_POINTS = {
    None: 0.22,
    BirthNearness.FAR: 0.37,
    BirthNearness.HALF: 0.2,
    BirthNearness.SLIP: 0.07,
    BirthNearness.SAME: 1.0,
}
"""Below the score of a matching birth date: no other fact ranks a near birth date above the typed one."""
_SECOND_FACT_POINTS = {None: 0.0, True: 0.2, False: -0.03}
_MISSING_NAME = 0.45


def _score_evidence(evidence: IdentityEvidence) -> float:
    """Return a score for ranking only: names and birth date, raised by second facts. It may exceed 1."""
    given = _MISSING_NAME if evidence.given is None else evidence.given
    family = _MISSING_NAME if evidence.family is None else evidence.family
    points = 0.32 * given**2 + 0.3 * family**2 + 0.38 * _BIRTH_POINTS[evidence.birth]
    least = 0.0 if evidence.same_birth else -1.0
    return points + max(least, min(_points_of_second_facts(evidence), _MOST_FACT_POINTS[evidence.birth]))


def _points_of_second_facts(evidence: IdentityEvidence) -> float:
    points = _SECOND_FACT_POINTS[evidence.phone] + _SECOND_FACT_POINTS[evidence.postcode]
    return points + 0.12 * evidence.record.has_appointment_today


def _may_be_the_child(evidence: IdentityEvidence) -> bool:
    """Return whether a record is offered as a candidate.

    With other names, it needs more than a near birth date and a booking. In a large clinic, some child who is
    expected today was born within a slip of any date: such a record was once the first choice for another.
    """
    speaks = evidence.same_birth or evidence.phone or evidence.postcode
    return _score_evidence(evidence) >= _LEAST_CANDIDATE_SCORE and bool(
        speaks or not _is_of_other_names(evidence)
    )


def _is_of_other_names(evidence: IdentityEvidence) -> bool:
    """Return whether neither the given nor the family name is similar, as far as both sides are known."""
    known = [side for side in (evidence.given, evidence.family) if side is not None]
    return bool(known) and max(known) < _LEAST_NAME_LIKENESS


def _likeliest_first_key(evidence: IdentityEvidence) -> tuple[object, ...]:
    """Return a sort key that puts exact names and birth date first, above a twin's similar name and booking.

    A record with a different given and family name comes last, whatever else supports it.

    Ties are broken by what the records say, and by id only if they say the same.
    """
    record = evidence.record
    written = (record.given_name, record.family_name, record.preferred_name, record.postcode)
    born = record.birth_date.isoformat() if record.birth_date else ""
    facts = -_points_of_second_facts(evidence)
    is_other = not (evidence.same_names and evidence.same_birth)
    is_other_child = _is_of_other_names(evidence)
    return (
        is_other,
        is_other_child,
        -_score_evidence(evidence),
        facts,
        *written,
        born,
        sorted(record.phones),
        str(record.id),
    )


def _reasons_of_evidence(evidence: IdentityEvidence) -> tuple[IdentityReason, ...]:
    is_swapped = _is_either_name_the_other(evidence)
    # Crossed, a single initial can be like a whole name: that is no likeness to tell a person.
    is_straight = is_swapped or not evidence.other_way_round
    reasons: Sequence[tuple[object, IdentityReason]] = (
        (is_swapped, IdentityReason.NAMES_SWAPPED),
        (
            evidence.preferred and evidence.given == name_likeness.SAME_NAME_SCORE,
            IdentityReason.PREFERRED_NAME,
        ),
        (evidence.same_names, IdentityReason.SAME_NAME),
        (evidence.same_given and not evidence.same_names, IdentityReason.SAME_GIVEN_NAME),
        (
            evidence.family == name_likeness.SAME_NAME_SCORE and not evidence.same_given,
            IdentityReason.SAME_FAMILY_NAME,
        ),
        (is_straight and _is_near_likeness(evidence.given), IdentityReason.NEAR_GIVEN_NAME),
        (is_straight and _is_near_likeness(evidence.family), IdentityReason.NEAR_FAMILY_NAME),
        (evidence.same_birth, IdentityReason.SAME_BIRTH_DATE),
        (evidence.birth is BirthNearness.SLIP, IdentityReason.BIRTH_DATE_SLIP),
        (evidence.record.has_appointment_today, IdentityReason.EXPECTED_TODAY),
        (evidence.phone, IdentityReason.PHONE_ON_RECORD),
        (evidence.postcode, IdentityReason.SAME_POSTCODE),
    )
    return tuple(reason for holds, reason in reasons if holds)


def _is_either_name_the_other(evidence: IdentityEvidence) -> bool:
    """Return whether the typed given name is like the family name on record, and the reverse."""
    sides = (evidence.given or 0.0, evidence.family or 0.0)
    return evidence.other_way_round and min(sides) >= _LEAST_NAME_LIKENESS


def _is_near_likeness(likeness_of_name: float | None) -> bool:
    return (
        likeness_of_name is not None
        and _LEAST_NAME_LIKENESS <= likeness_of_name < name_likeness.SAME_NAME_SCORE
    )


def _list_field_differences(claim: IdentityClaim, evidence: IdentityEvidence) -> tuple[FieldDifference, ...]:
    record = evidence.record
    given = record.preferred_name if evidence.preferred else record.given_name
    born = record.birth_date.isoformat() if record.birth_date else ""
    typed_birth = claim.birth_text or (claim.birth_date.isoformat() if claim.birth_date else "")
    found = [
        _name_difference("given_name", claim.given_name, given),
        _name_difference("family_name", claim.family_name, record.family_name),
        FieldDifference("birth_date", typed_birth, born, evidence.same_birth or not (typed_birth or born)),
    ]
    if claim.phone:
        region = claim.clinic.region
        same = [phone for phone in record.phones if has_phone_in_common(claim.phone, phone, region)]
        recorded = next(iter(same or record.phones), "")
        found.append(FieldDifference("phone", claim.phone, recorded, bool(same)))
    if claim.postcode:
        found.append(FieldDifference("postcode", claim.postcode, record.postcode, bool(evidence.postcode)))
    return tuple(found)


def _name_difference(field: str, typed: str, recorded: str) -> FieldDifference:
    same = name_likeness.is_same_written_name(typed, recorded) or not (typed.strip() or recorded.strip())
    same = same or (field == "given_name" and name_likeness.is_leading_given_name(typed, recorded))
    return FieldDifference(field, typed, recorded, same)
