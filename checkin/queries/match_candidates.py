"""Reads for the match page: what was typed next to the records that it may mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import Q

from checkin.models import Clinic, MatchDecision, MatchState, Patient, Visit, merge_doubts
from checkin.models.hidden_addresses import is_own_contact_hidden
from checkin.models.patient_numbers import order_own_numbers_first
from checkin.queries import patient_dossiers
from checkin.queries.match_comparisons import ComparisonRow, TypedSide, compare_with_record
from checkin.queries.page_versions import preload_last_merges
from checkin.queries.patient_dossiers import DossierSet
from checkin.rules import identity
from checkin.rules.ages import age_words
from checkin.rules.identity_facts import IdentityClaim
from checkin.rules.visit_steps import OPEN_VISIT_STATES

_MOST_VISITS_TO_MATCH = 60
_CHILD_CLUES = ("child_given_name", "child_family_name", "child_birth_date", "escort_phone")
NAMELESS_VISIT = Q(**{f"sign_in__{name}": "" for name in _CHILD_CLUES})
"""Nothing was typed by which a child could be found: no name, no birth date, no phone."""


@dataclass(frozen=True, slots=True)
class ComparedCandidate:
    """A record that the child may be, with the reasons and the differences."""

    patient: Patient
    age: str
    why: tuple[str, ...]
    rows: list[ComparisonRow]
    number: str = ""
    """Its number in a record system."""


class ComparedCandidates(NamedTuple):
    """The typed side, the records that it may mean, and why none was linked automatically."""

    typed: TypedSide
    candidates: list[ComparedCandidate]
    why: tuple[str, ...]


class MatchQueue(NamedTuple):
    """The visits to match: each with something to find its child by, then all the others as one row."""

    named: list[Visit]
    """The first ones in order; more of them follow as these are matched."""
    nameless: list[Visit]
    named_count: int
    """The number of all named ones."""

    @property
    def visits(self) -> list[Visit]:
        """Every listed visit, in the order in which the page goes through them."""
        return self.named + self.nameless

    @property
    def row_count(self) -> int:
        """The number of rows, also of named visits not listed yet, as `count_open_work` counts them."""
        return self.named_count + bool(self.nameless)


class LeftUnmatched(NamedTuple):
    """The visits that left before they were matched, the newest first."""

    visits: list[Visit]
    is_cut: bool
    """True if there are older ones that are not listed."""


def read_match_queue(clinic: Clinic, *, today: dt.date) -> MatchQueue:
    """Return the visits to match. Nobody can decide a nameless one before they have asked the family."""
    found = _list_visits_to_match(clinic, today=today)
    named = [one for one in found if any(getattr(one.sign_in, name) for name in _CHILD_CLUES)]
    nameless = [one for one in found if one not in named]
    return MatchQueue(named[:_MOST_VISITS_TO_MATCH], nameless, len(named))


def _list_visits_to_match(clinic: Clinic, *, today: dt.date) -> list[Visit]:
    """Return all visits whose child must be decided: today's in turn order, then those of other days."""
    found = clinic.visits.to_match().select_related("sign_in", "location")
    # Today's first: an old undecided visit must not come before a family that is waiting.
    now = list(found.filter(local_date=today).order_by("turn_at", "pk"))
    now.sort(key=lambda one: (one.raised_at is None, one.raised_at or one.turn_at))
    # Not only earlier days: a clock that ran ahead dates visits after today.
    return now + list(found.exclude(local_date=today).order_by("-arrived_at", "-pk"))


def list_visits_left_unmatched(clinic: Clinic) -> LeftUnmatched:
    """Return visits that left before they were matched, the newest first and not more than a page holds."""
    left = (
        clinic.visits.unmatched().exclude(state__in=OPEN_VISIT_STATES).select_related("sign_in", "location")
    )
    found = list(left.order_by("-arrived_at", "-pk")[: _MOST_VISITS_TO_MATCH + 1])
    return LeftUnmatched(found[:_MOST_VISITS_TO_MATCH], len(found) > _MOST_VISITS_TO_MATCH)


def find_visit_candidates(visit: Visit) -> ComparedCandidates:
    """Return the records that this sign-in may mean, judged now by the same rules as at sign-in."""
    claim = patient_dossiers.restore_sign_in_claim(visit.sign_in)
    today, day_first = visit.local_date, visit.clinic.day_first
    return _judge_candidates(
        visit.clinic,
        patient_dossiers.child_identity_claim(claim, clinic=visit.clinic, today=today),
        TypedSide.of_claim(
            replace(claim, escort_phone="") if is_own_contact_hidden(visit) else claim,
            today=today,
            day_first=day_first,
            region=visit.clinic.region,
            here=f"signed in {visit.clinic.time_words(visit.arrived_at)}",
        ),
        at=visit.arrived_at,
        besides=[visit.patient_id or 0],
    )


class LinkReason(NamedTuple):
    """The reasons for which a visit is linked to its patient, without those that no longer hold."""

    why: str
    has_changed: bool = False
    """True if the record was different when it was linked."""
    is_doubtful: bool = False
    """True if the current record would not be linked automatically."""


def explain_visit_link(visit: Visit, decision: MatchDecision | None) -> LinkReason:
    """Return why the visit was linked, without reasons that no longer hold. One query if it has reasons.

    No reason is added: the record may have its phone from this very sign-in.
    """
    patient = visit.patient
    if decision is None or patient is None or decision.patient_id != patient.pk:
        return LinkReason("")
    if decision.kind != MatchDecision.Kind.AUTO or not decision.reasons:
        return LinkReason(decision.reason_words)
    found = patient_dossiers.read_dossiers(clinic=visit.clinic, patients=[patient], at=visit.arrived_at)
    child = patient_dossiers.child_identity_claim(
        patient_dossiers.restore_sign_in_claim(visit.sign_in), clinic=visit.clinic, today=visit.local_date
    )
    record = replace(found.record(patient), has_appointment_today=visit.appointment_id is not None)
    judgment = identity.judge_identity(child, [record])
    now = [one for each in judgment.candidates for one in each.reasons if one in decision.reasons]
    is_certain = judgment.outcome == identity.IdentityOutcome.CERTAIN
    words = " ".join(str(one.label) for one in now)
    return LinkReason(words, now != decision.reasons, not is_certain)


def find_record_candidates(patient: Patient, *, at: dt.datetime) -> ComparedCandidates:
    """Return records that may be the same child as this one, without those declared to be another child."""
    child = IdentityClaim(
        given_name=patient.given_name,
        family_name=patient.family_name,
        birth_date=patient.birth_date,
        phone=patient.phone,
        clinic=patient.clinic.identity_facts,
    )
    besides = [patient.pk, *merge_doubts.ids_declared_another_child(patient)]
    return _judge_candidates(patient.clinic, child, TypedSide.of_record(patient), at=at, besides=besides)


def _judge_candidates(
    clinic: Clinic,
    child: IdentityClaim,
    typed: TypedSide,
    *,
    at: dt.datetime,
    besides: Iterable[int],
) -> ComparedCandidates:
    found = patient_dossiers.find_candidate_dossiers(clinic=clinic, claim=child, at=at)
    for one in besides:
        found.patients.pop(one, None)
    judgment = identity.judge_identity(child, found.records())
    reasons = {one.record.id: tuple(map(str, one.why)) for one in judgment.candidates}
    ranked = [found.patients[int(one.record.id)] for one in judgment.candidates]
    return ComparedCandidates(
        typed,
        _compare_candidates(clinic, typed, ranked, found, at=at, why=reasons),
        tuple(map(str, judgment.why)),
    )


def compare_searched_patients(
    clinic: Clinic, typed: TypedSide, patients: list[Patient], *, at: dt.datetime
) -> list[ComparedCandidate]:
    """Return patients that a person searched for, compared with what was typed in the same way."""
    found = patient_dossiers.read_dossiers(clinic=clinic, patients=patients, at=at)
    return _compare_candidates(clinic, typed, patients, found, at=at, why={})


def _compare_candidates(
    clinic: Clinic,
    typed: TypedSide,
    patients: Iterable[Patient],
    found: DossierSet,
    *,
    at: dt.datetime,
    why: dict[int | str, tuple[str, ...]],
) -> list[ComparedCandidate]:
    today, listed = clinic.local_date(at), list(patients)
    numbers = first_numbers_by_patient(clinic, listed)
    preload_last_merges(listed)
    return [
        ComparedCandidate(
            patient=one,
            age="" if one.is_deceased else age_words(one.birth_date, today),
            why=why.get(one.pk, ()),
            rows=compare_with_record(typed, one, found, clinic=clinic),
            number=numbers.get(one.pk, ""),
        )
        for one in listed
    ]


def first_numbers_by_patient(clinic: Clinic, patients: list[Patient]) -> dict[int, str]:
    """Return each record's first number, by record id. Its own come before those of merged records."""
    rows = order_own_numbers_first(clinic.patient_identifiers.filter(patient__in=patients)).reverse()
    return dict(rows.values_list("patient_id", "value")) if patients else {}


def list_declared_other_children(patient: Patient) -> list[Patient]:
    """Return records on file that are not offered because somebody said they are another child."""
    left_out = merge_doubts.ids_declared_another_child(patient)
    return list(Patient.objects.on_file().filter(pk__in=left_out).order_by("pk")) if left_out else []


def count_visits_linked_along(visit: Visit) -> int:
    """Return how many other visits a link moves too, because they are on the record this sign-in made."""
    patient = visit.patient
    if visit.match != MatchState.UNKNOWN or patient is None or not patient.is_provisional:
        return 0
    return patient.visits.exclude(pk=visit.pk).count()
