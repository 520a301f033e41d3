"""A family that went on typing after its tap: the same visit, and more known of it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from checkin.actions import audit, chart_changes, escorts, linking, needs, open_visits, relinking
from checkin.actions.boards import show
from checkin.actions.paper_ledger import Ledger
from checkin.models import Match, Patient, SignIn, Source, Visit
from checkin.models import lookup as records
from checkin.rules import claims, identity


def add(visit: Visit, said: claims.Claim, *, at: dt.datetime) -> bool:
    """Complete the visit by what was said since. Whether anything was new.

    The first claim stays as it came; a second row holds both together, and the visit shows that one.
    Call inside a transaction, with the visit held.
    """
    before = replace(records.said(visit.sign_in), cut=tuple(visit.sign_in.cut))
    whole = claims.joined(before, said)
    if whole.digest() == before.digest():
        return False
    row = keep(visit, whole, at=at)
    was, match, patient = visit.patient, visit.match, visit.patient
    if patient is None and visit.is_unsettled:
        match, patient = judge(visit, whole, at=at)
    elif visit.match == Match.UNKNOWN and patient is not None and patient.is_provisional:
        rename(patient, before, whole, visit=visit, at=at)
    waited = relinking.carry_waiting(visit, patient, at=at) if was is None and patient else None
    had = visit.appointment_id
    wishes = chart_changes.standing_wishes(visit)
    linking.detach(visit)
    visit.sign_in = row
    relinking.notice_again(visit, relinking.attach(visit, patient, had=had), by=None, at=at)
    chart_changes.put_wishes_on(visit, wishes, was=was.pk if was else None, ledger=waited or Ledger())
    visit.match = match
    show(
        visit,
        sign_in=row,
        patient=patient,
        escort=visit.escort_id,
        appointment=visit.appointment_id,
        turn_at=visit.turn_at,
        match=match,
        open_discrepancies=visit.discrepancies.open().count(),
        unread=visit.unread or has_more_to_read(before, whole),
    )
    escorts.say_last_wishes(visit.escort)
    if patient is not None:
        open_visits.bring_others_in_step(visit, patient.pk, by=None, at=at)
    needs.recompute(visit=visit, at=at)
    if match == Match.CERTAIN and was is None:
        made = relinking.decide(visit, relinking.Kind.AUTO, by=None, at=at, patient=patient, was=None)
        if waited is not None:
            waited.write(decision=made)
    audit.record(action="visit.said_more", subject=visit, at=at, patient_id=visit.patient_id)
    return True


def has_more_to_read(before: claims.Claim, whole: claims.Claim) -> bool:
    return any(getattr(before, name) != getattr(whole, name) for name in ("reason", "also", "unreadable"))


def keep(visit: Visit, whole: claims.Claim, *, at: dt.datetime) -> SignIn:
    last = visit.sign_in
    first = last.continues or last
    content, digest = whole.content(), whole.digest()
    return SignIn.objects.create(
        clinic_id=first.clinic_id,
        location_id=first.location_id,
        key=uuid.uuid5(first.key, digest + str(last.pk)),
        channel=first.channel,
        device_id=first.device_id,
        by_id=first.by_id,
        received_at=at,
        digest=digest,
        continues=first,
        **content,
    )


def judge(visit: Visit, whole: claims.Claim, *, at: dt.datetime) -> tuple[str, Patient | None]:
    """Say who the child is, as at a sign-in: linked where certain, provisional where nobody is on file."""
    clinic = visit.location.clinic
    child = records.child(whole, clinic=clinic, today=visit.local_date)
    found = records.find(clinic=clinic, claim=child, at=visit.arrived_at)
    judgement = identity.judge(child, found.records())
    if judgement.outcome == identity.Outcome.CERTAIN and judgement.record is not None:
        now = linking.hold_record(found.patients[int(judgement.record.id)])
        return (Match.CERTAIN, now) if now else (Match.PROBABLE, None)
    if judgement.outcome == identity.Outcome.UNKNOWN and whole.child_given_name:
        return Match.UNKNOWN, linking.provisional(whole, clinic=clinic, source=Source.KIOSK, at=at)
    return judgement.outcome, None


def rename(
    patient: Patient, before: claims.Claim, whole: claims.Claim, *, visit: Visit, at: dt.datetime
) -> None:
    """A provisional record says what was typed, also where it was typed a moment later."""
    typed = {"given_name": "child_given_name", "family_name": "child_family_name"}
    for column, name in typed.items():
        if getattr(patient, column) == getattr(before, name):
            setattr(patient, column, getattr(whole, name))
    if patient.birth_date is None:
        day_first = visit.location.clinic.day_first
        read = claims.birth_date(whole.child_birth_date, today=visit.local_date, day_first=day_first)
        patient.birth_date = read.date
    patient.updated_at = at
    patient.save()
