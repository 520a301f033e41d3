"""Create the rows of a first sign-in: identify the child, then write the visit and what goes with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from checkin.actions import audit, needs, urgent_signs, visit_links
from checkin.actions.visit_locks import update_visit_and_boards
from checkin.models import (
    BoardVersion,
    Device,
    Location,
    MatchDecision,
    Move,
    Need,
    RecordSource,
    SignIn,
    SignInChannel,
    Staff,
    Visit,
    WorryStep,
)
from checkin.models import tokens as token_models
from checkin.queries import need_facts, patient_dossiers
from checkin.rules import (
    discrepancies as discrepancy_rules,
)
from checkin.rules import (
    identity,
    sign_in_claims,
    waiting_order,
)
from checkin.rules import needs as need_rules
from checkin.rules.identity_facts import PatientRecord
from checkin.rules.need_types import FoundNeed
from checkin.rules.urgent_signs import UrgentSource
from checkin.rules.visit_steps import VisitState


@dataclass(frozen=True, slots=True)
class SignInArrival:
    """Everything known about a sign-in before its transaction begins."""

    location: Location
    claim: sign_in_claims.SignInClaim
    at: dt.datetime
    channel: str
    device: Device | None
    by: Staff | None
    found: patient_dossiers.DossierSet
    judgment: identity.IdentityJudgment

    def without_record(self) -> SignInArrival:
        """Return the same sign-in without a match, for the desk to link: it then locks no record."""
        return replace(
            self, judgment=identity.IdentityJudgment(identity.IdentityOutcome.PROBABLE, None, (), ())
        )


def identify_arrival(
    location: Location,
    said: sign_in_claims.SignInClaim,
    *,
    at: dt.datetime,
    channel: str,
    device: Device | None,
    by: Staff | None,
) -> SignInArrival:
    """Return the sign-in with the records found and the judgment of who the child is. Takes no lock."""
    clinic = location.clinic
    child = patient_dossiers.child_identity_claim(said, clinic=clinic, today=clinic.local_date(at))
    found = patient_dossiers.find_candidate_dossiers(clinic=clinic, claim=child, at=at, board=location.pk)
    judgment = identity.judge_identity(child, found.records())
    return SignInArrival(location, said, at, channel, device, by, found, judgment)


def _start_visit(arrival: SignInArrival, *, passing: int) -> Visit:
    """Create the sign-in row; return an unsaved visit with a token and a turn.

    `passing`: how many free tokens to skip after a conflict.
    """
    location, claim, at = arrival.location, arrival.claim, arrival.at
    today = location.clinic.local_date(at)
    # First, because updating this row serializes everybody who writes to the board.
    version = BoardVersion.bump(location.pk)
    token = token_models.find_free_token(location.pk, today, passing=passing)
    row = SignIn.objects.create(
        clinic_id=location.clinic_id,
        location=location,
        key=claim.key,
        channel=arrival.channel,
        device=arrival.device,
        by=arrival.by,
        received_at=at,
        digest=claim.digest(),
        **claim.content(),
    )
    return Visit(
        clinic_id=location.clinic_id,
        location=location,
        sign_in=row,
        state=VisitState.ARRIVED,
        state_since=at,
        arrived_at=at,
        local_date=today,
        colour=token.colour,
        thing=token.thing,
        token_number=token.number,
        match=arrival.judgment.outcome,
        unread=claim.has_reason and arrival.by is None,
        turn_at=waiting_order.visit_turn_time(
            arrived_at=at, appointment_at=None, walk_in_minutes=location.clinic.walk_in_minutes
        ),
        board_version=version,
    )


def create_arrival_visit(arrival: SignInArrival, *, passing: int = 0) -> Visit:
    """Create all rows of a first sign-in; return the visit. Call inside a transaction."""
    others = _lock_other_open_visits(arrival)
    at, claim, visit = arrival.at, arrival.claim, _start_visit(arrival, passing=passing)
    arrival = _recheck_arrival(arrival, visit)
    visit.match = arrival.judgment.outcome
    noticed = _link_or_make_provisional(visit, arrival)
    visit.open_discrepancies = len(noticed)
    wanted = _find_arrival_needs(visit, arrival, noticed)
    visit.chips = needs.chip_pairs_of_needs(wanted)
    steps = _raise_urgent_arrival(visit, claim, at=at)
    visit.save()
    for step in steps:
        step.visit = visit
    WorryStep.objects.bulk_create(steps)
    Need.objects.bulk_create(needs.build_need_row(visit, need, at=at) for need in wanted)
    Move.objects.create(visit=visit, to_state=VisitState.ARRIVED, at=at, by=arrival.by)
    if visit.match == identity.IdentityOutcome.CERTAIN:
        reasons = [str(one.value) for one in arrival.judgment.reasons]
        MatchDecision.objects.create(
            visit=visit, kind=MatchDecision.Kind.AUTO, at=at, patient_id=visit.patient_id, reasons=reasons
        )
    if noticed:
        visit_links.create_discrepancies(visit, noticed, at=at)
    for other in others:
        update_visit_and_boards(other)
    worry: dict[str, Any] = {"worried": True} if claim.worried else {}
    audit.write_audit_event(
        action="visit.signed_in",
        subject=visit,
        at=at,
        by=arrival.by,
        device=arrival.device,
        patient_id=visit.patient_id,
        channel=str(arrival.channel),
        match=str(visit.match),
        **worry,
    )
    return visit


def _lock_other_open_visits(arrival: SignInArrival) -> list[Visit]:
    """Return the child's other open visits if this sign-in changes an adult's preferences, which they show.

    Locks their boards and this one before the first is bumped: everybody locks boards by id, to avoid
    deadlocks. The visits themselves are not locked.
    """
    record, own = arrival.judgment.record, arrival.location.pk
    here = arrival.found.open_visits_of(int(record.id)) if record and arrival.claim.remember else []
    if not here:
        return []
    boards = {own, *(one.location_id for one in here)}
    list(BoardVersion.objects.select_for_update().filter(pk__in=boards).order_by("pk"))
    return list(Visit.objects.open().filter(pk__in=[one.pk for one in here]).order_by("pk"))


def _recheck_arrival(arrival: SignInArrival, visit: Visit) -> SignInArrival:
    """Return the arrival with its record as it is now, or without one if that can no longer be linked."""
    record = arrival.judgment.record
    # Any decision on a record bumps every board. If only this sign-in bumped it, nothing was decided.
    if record is None or visit.board_version == arrival.found.board_version + 1:
        return arrival
    judged = arrival.found.patients[int(record.id)]
    now = visit_links.lock_judged_patient(judged)
    if now is None:
        return arrival.without_record()
    found = patient_dossiers.read_dossiers(clinic=arrival.location.clinic, patients=[now], at=arrival.at)
    record = found.record(now)
    if now.pk == judged.pk:
        return _rejudge_arrival(arrival, found, record)
    return replace(arrival, found=found, judgment=replace(arrival.judgment, record=record))


def _rejudge_arrival(
    arrival: SignInArrival, found: patient_dossiers.DossierSet, record: PatientRecord
) -> SignInArrival:
    """Return the arrival judged again, with the record's current phone, language, guardians, appointments.

    It is without a record, for the desk, if the match depended on a phone that has changed since.
    """
    clinic, others = arrival.location.clinic, arrival.found.records()
    child = patient_dossiers.child_identity_claim(
        arrival.claim, clinic=clinic, today=clinic.local_date(arrival.at)
    )
    judged = identity.judge_identity(child, [record if one.id == record.id else one for one in others])
    again = replace(arrival, found=found, judgment=judged)
    return again if judged.record is not None and judged.record.id == record.id else again.without_record()


def _raise_urgent_arrival(
    visit: Visit, claim: sign_in_claims.SignInClaim, *, at: dt.datetime
) -> list[WorryStep]:
    """Mark the visit urgent if the family says so. Returns the steps to save after the visit."""
    if not claim.worried:
        return []
    return urgent_signs.begin_urgent_visit(visit, source=UrgentSource.FAMILY, at=at, tap=claim.tap)


def _link_or_make_provisional(
    visit: Visit, arrival: SignInArrival
) -> list[discrepancy_rules.NoticedDifference]:
    """Link the child if certain; return the differences and problems noticed either way."""
    record, found = arrival.judgment.record, arrival.found
    if arrival.judgment.outcome == identity.IdentityOutcome.UNKNOWN and arrival.claim.child_given_name:
        return _attach_provisional_patient(visit, arrival)
    if arrival.judgment.outcome != identity.IdentityOutcome.CERTAIN or record is None:
        return discrepancy_rules.notice_claim_problems(
            arrival.claim, today=visit.local_date, day_first=arrival.location.clinic.day_first
        )
    noticed = visit_links.attach_patient_and_escort(
        visit=visit, claim=arrival.claim, patient=found.patients[int(record.id)], found=found, at=arrival.at
    )
    others = found.open_visits_of(int(record.id))
    return noticed + visit_links.notice_sign_ins_at(one.pk for one in others)


def _attach_provisional_patient(
    visit: Visit, arrival: SignInArrival
) -> list[discrepancy_rules.NoticedDifference]:
    """Create a provisional record of what was typed and put it on the visit; return the differences."""
    source = RecordSource.DESK if arrival.channel == SignInChannel.DESK else RecordSource.KIOSK
    patient = visit_links.create_provisional_patient(
        arrival.claim, clinic=arrival.location.clinic, source=source, at=arrival.at
    )
    return visit_links.attach_patient_and_escort(
        visit=visit, claim=arrival.claim, patient=patient, found=patient_dossiers.DossierSet(), at=arrival.at
    )


def _find_arrival_needs(
    visit: Visit, arrival: SignInArrival, noticed: list[discrepancy_rules.NoticedDifference]
) -> list[FoundNeed]:
    """Return what this family needs, as far as it is known at sign-in."""
    dossier = (
        arrival.found.dossiers[visit.patient_id] if visit.patient_id else patient_dossiers.PatientDossier()
    )
    fields = [one.field for one in noticed]
    facts = need_facts.build_need_facts(visit, arrival.claim, dossier, discrepancies=fields)
    return need_rules.find_visit_needs(facts, visit.local_date)
