"""A sign-in that is heard for the first time: who the child may be, and the rows it makes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from checkin.actions import audit, linking, needs, worries
from checkin.actions.boards import show
from checkin.models import (
    BoardVersion,
    Channel,
    Device,
    Location,
    MatchDecision,
    Move,
    Need,
    SignIn,
    Source,
    Staff,
    Visit,
    WorryStep,
)
from checkin.models import lookup as records
from checkin.models import tokens as free_tokens
from checkin.rules import claims, discrepancies, identity, waits
from checkin.rules import needs as rules
from checkin.rules.need_facts import Found
from checkin.rules.visits import State
from checkin.rules.worries import Source as Worrier


@dataclass(frozen=True, slots=True)
class Arrival:
    """Everything known of a sign-in before its transaction begins."""

    location: Location
    claim: claims.Claim
    at: dt.datetime
    channel: str
    device: Device | None
    by: Staff | None
    found: records.Found
    judgement: identity.Judgement

    def without_record(self) -> Arrival:
        """Return the same sign-in tied to nothing that another writer could hold: the desk links it."""
        return replace(self, judgement=identity.Judgement(identity.Outcome.PROBABLE, None, (), ()))


def look(
    location: Location,
    said: claims.Claim,
    *,
    at: dt.datetime,
    channel: str,
    device: Device | None,
    by: Staff | None,
) -> Arrival:
    """Read who the child may be, before any lock is held."""
    clinic = location.clinic
    child = records.child(said, clinic=clinic, today=clinic.local_date(at))
    found = records.find(clinic=clinic, claim=child, at=at, board=location.pk)
    judgement = identity.judge(child, found.records())
    return Arrival(location, said, at, channel, device, by, found, judgement)


def open_visit(arrival: Arrival, *, passing: int = 0) -> Visit:
    """The claim's row, and its visit with a token and a turn but not saved yet.

    The token is found further on by `passing`, after a conflict.
    """
    location, claim, at = arrival.location, arrival.claim, arrival.at
    today = location.clinic.local_date(at)
    # First, because this row is the queue of the board's writers.
    version, start = BoardVersion.bump_with_token(location.pk, today)
    token = free_tokens.find_free(location.pk, today, start=start + passing)
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
        state=State.ARRIVED,
        state_since=at,
        arrived_at=at,
        local_date=today,
        colour=token.colour,
        animal=token.animal,
        token_number=token.number,
        match=arrival.judgement.outcome,
        unread=claim.has_reason and arrival.by is None,
        turn_at=waits.turn_at(
            arrived_at=at, appointment_at=None, walk_in_minutes=location.clinic.walk_in_minutes
        ),
        board_version=version,
    )


def make_visit(arrival: Arrival, *, passing: int = 0) -> Visit:
    """All the rows of a first sign-in. Call inside a transaction."""
    others = hold_others(arrival)
    at, claim, visit = arrival.at, arrival.claim, open_visit(arrival, passing=passing)
    arrival = look_again(arrival, visit)
    visit.match = arrival.judgement.outcome
    noticed = settle(visit, arrival)
    visit.open_discrepancies = len(noticed)
    wanted = needed(visit, arrival, noticed)
    visit.chips = needs.chips(wanted)
    steps = first_worry(visit, claim, at=at)
    visit.save()
    for step in steps:
        step.visit = visit
    WorryStep.objects.bulk_create(steps)
    Need.objects.bulk_create(needs.row(visit, need, at=at) for need in wanted)
    Move.objects.create(visit=visit, to_state=State.ARRIVED, at=at, by=arrival.by)
    if visit.match == identity.Outcome.CERTAIN:
        why = " ".join(map(str, arrival.judgement.why))[:500]
        MatchDecision.objects.create(
            visit=visit, kind=MatchDecision.Kind.AUTO, at=at, patient_id=visit.patient_id, why=why
        )
    if noticed:
        linking.notice(visit, noticed, at=at)
    for other in others:
        show(other)
    audit.record(
        action="visit.signed_in",
        subject=visit,
        at=at,
        by=arrival.by,
        device=arrival.device,
        patient_id=visit.patient_id,
        channel=str(arrival.channel),
        match=str(visit.match),
        **({"worried": True} if claim.worried else {}),
    )
    return visit


def hold_others(arrival: Arrival) -> list[Visit]:
    """The child's other open visits, where what is remembered of an adult changes, which their rows show.

    Every board is held before the first is bumped: everybody takes them by id.
    """
    record, own = arrival.judgement.record, arrival.location.pk
    here = arrival.found.open_visits_of(int(record.id)) if record and arrival.claim.remember else []
    if not here:
        return []
    boards = {own, *(one.location_id for one in here)}
    list(BoardVersion.objects.select_for_update().filter(pk__in=boards).order_by("pk"))
    return list(Visit.objects.open().filter(pk__in=[one.pk for one in here]).order_by("pk"))


def look_again(arrival: Arrival, visit: Visit) -> Arrival:
    """The arrival with the record that it is certain of as that is now; without one where it is another."""
    record = arrival.judgement.record
    # Whoever decides on a record bumps every board: only this sign-in since the look, and nobody did.
    if record is None or visit.board_version == arrival.found.board_version + 1:
        return arrival
    judged = arrival.found.patients[int(record.id)]
    now = linking.hold_record(judged)
    if now is None:
        return arrival.without_record()
    found = records.about(clinic=arrival.location.clinic, patients=[now], at=arrival.at)
    record = found.record(now)
    if now.pk == judged.pk:
        return judge_again(arrival, found, record)
    return replace(arrival, found=found, judgement=replace(arrival.judgement, record=record))


def judge_again(arrival: Arrival, found: records.Found, record: identity.Record) -> Arrival:
    """The same record, with the phone, language, guardians and appointments that it has by now.

    Certain by a phone that is another one now, it is asked about.
    """
    clinic, others = arrival.location.clinic, arrival.found.records()
    child = records.child(arrival.claim, clinic=clinic, today=clinic.local_date(arrival.at))
    judged = identity.judge(child, [record if one.id == record.id else one for one in others])
    again = replace(arrival, found=found, judgement=judged)
    return again if judged.record is not None and judged.record.id == record.id else again.without_record()


def first_worry(visit: Visit, claim: claims.Claim, *, at: dt.datetime) -> list[WorryStep]:
    """Raise the visit where a family says that this child cannot wait. The steps are saved after it."""
    if not claim.worried:
        return []
    return worries.begin(visit, source=Worrier.FAMILY, at=at, tap=claim.tap)


def settle(visit: Visit, arrival: Arrival) -> list[discrepancies.Noticed]:
    """Link the child where that is certain; either way, say what cannot be right."""
    record, found = arrival.judgement.record, arrival.found
    if arrival.judgement.outcome == identity.Outcome.UNKNOWN and arrival.claim.child_given_name:
        return make_provisional(visit, arrival)
    if arrival.judgement.outcome != identity.Outcome.CERTAIN or record is None:
        return discrepancies.in_claim(
            arrival.claim, today=visit.local_date, day_first=arrival.location.clinic.day_first
        )
    noticed = linking.attach(
        visit=visit, claim=arrival.claim, patient=found.patients[int(record.id)], found=found, at=arrival.at
    )
    for other in found.open_visits_of(int(record.id)):
        why = "this child is already signed in"
        noticed.append(discrepancies.Noticed("sign_in", "", f"visit {other.pk}", why))
    return noticed


def make_provisional(visit: Visit, arrival: Arrival) -> list[discrepancies.Noticed]:
    """Nobody like this child is on file: a record of what was typed, for the desk to complete."""
    source = Source.DESK if arrival.channel == Channel.DESK else Source.KIOSK
    patient = linking.provisional(arrival.claim, clinic=arrival.location.clinic, source=source, at=arrival.at)
    return linking.attach(
        visit=visit, claim=arrival.claim, patient=patient, found=records.Found(), at=arrival.at
    )


def needed(visit: Visit, arrival: Arrival, noticed: list[discrepancies.Noticed]) -> list[Found]:
    """What this family needs, as far as is known at the door."""
    dossier = arrival.found.dossiers[visit.patient_id] if visit.patient_id else records.Dossier()
    fields = [one.field for one in noticed]
    facts = needs.facts(visit, arrival.claim, dossier, discrepancies=fields)
    return rules.find(facts, visit.local_date)
