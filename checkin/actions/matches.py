"""Who is this child? What a person decides at the match desk, and taking it back."""

from __future__ import annotations

import datetime as dt

from checkin.actions import audit, linking
from checkin.actions.visits import Refused, show
from checkin.actions.writing import write
from checkin.models import (
    Appointment,
    Channel,
    Discrepancy,
    Guardian,
    Match,
    MatchDecision,
    Patient,
    PatientIdentifier,
    Source,
    Staff,
    Visit,
)
from checkin.models import lookup as records
from checkin.rules import discrepancies

Kind = MatchDecision.Kind


def link(*, visit: Visit, patient: Patient, by: Staff, at: dt.datetime) -> MatchDecision:
    """This visit's child is that patient. A provisional record made for the visit is merged into it."""
    with write():
        claim_visit(visit)
        patient.refresh_from_db()
        if patient.status not in (Patient.Status.ACTIVE, Patient.Status.PROVISIONAL):
            raise Refused("That record was merged into another or taken back; please search again.")
        previous = visit.patient
        if previous == patient and visit.match in (Match.CERTAIN, Match.CONFIRMED):
            return latest(visit) or decide(visit, Kind.LINK, by=by, at=at, patient=patient, was=previous)
        if previous and previous != patient and previous.status == Patient.Status.PROVISIONAL:
            made = fold(provisional=previous, into=patient, by=by, at=at, visit=visit)
            return made or decide(visit, Kind.MERGE, by=by, at=at, patient=patient, was=previous)
        return relink(visit, patient, kind=Kind.LINK, match=Match.CONFIRMED, by=by, at=at)


def new_patient(*, visit: Visit, by: Staff, at: dt.datetime) -> MatchDecision:
    """Nobody on file: the record made from what was typed is a patient from now on."""
    with write():
        claim_visit(visit)
        patient = visit.patient
        if patient is None or patient.status != Patient.Status.PROVISIONAL:
            patient = provisional_for(visit, at=at)
        elif visit.match == Match.NEW:
            raise Refused(f"{visit.token} was made a new patient already.")
        Patient.objects.filter(pk=patient.pk).update(status=Patient.Status.ACTIVE, updated_at=at)
        patient.status = Patient.Status.ACTIVE
        return relink(visit, patient, kind=Kind.NEW_PATIENT, match=Match.NEW, by=by, at=at)


def merge(*, provisional: Patient, into: Patient, by: Staff, at: dt.datetime) -> MatchDecision | None:
    """All of a provisional record's visits and papers go to the record it turned out to be."""
    with write():
        provisional.refresh_from_db()
        into.refresh_from_db()
        if provisional.status == Patient.Status.MERGED and provisional.merged_into_id == into.pk:
            return None
        if provisional.pk == into.pk or provisional.status != Patient.Status.PROVISIONAL:
            raise Refused("Only a provisional record can be merged into another.")
        if into.status not in (Patient.Status.ACTIVE, Patient.Status.PROVISIONAL):
            raise Refused("That record was merged into another or taken back; please search again.")
        return fold(provisional=provisional, into=into, by=by, at=at)


def undo(*, visit: Visit, by: Staff, at: dt.datetime) -> MatchDecision:
    """Take back the last decision on this visit; the child is again who it was before."""
    with write():
        claim_visit(visit)
        last = latest(visit)
        if last is None:
            raise Refused(f"There is nothing to undo for {visit.token}.")
        if last.kind == Kind.MERGE and last.previous_patient is not None:
            return unfold(last, last.previous_patient, by=by, at=at)
        return step_back(visit, last, by=by, at=at)


def latest(visit: Visit) -> MatchDecision | None:
    """The last decision that stands: neither an undo nor undone."""
    standing = visit.match_decisions.filter(undoes=None, undone_by=None)
    return standing.select_related("patient", "previous_patient").order_by("pk").last()


def claim_visit(visit: Visit) -> None:
    """Read the visit again inside the transaction, and hold it against a second decision meanwhile."""
    fresh = Visit.objects.select_for_update(of=("self",)).select_related(
        "patient", "escort", "appointment", "sign_in", "location__clinic"
    )
    visit.__dict__.update(fresh.get(pk=visit.pk).__dict__)


def relink(
    visit: Visit,
    patient: Patient | None,
    *,
    kind: str,
    match: str,
    by: Staff,
    at: dt.datetime,
    undoes: MatchDecision | None = None,
) -> MatchDecision:
    """Take the visit off one record and put it on another (or none), with all that follows from it."""
    was, previous_match = visit.patient, visit.match
    claim = linking.said(visit.sign_in)
    linking.detach(visit)
    if patient is None:
        noticed = discrepancies.in_claim(claim, today=visit.local_date)
    else:
        found = records.about(clinic=visit.location.clinic, patients=[patient], at=visit.arrived_at)
        noticed = linking.attach(visit=visit, claim=claim, patient=patient, found=found, at=visit.arrived_at)
    about_child = visit.discrepancies.open().exclude(field=Discrepancy.Field.SIGN_IN)
    about_child.update(status=Discrepancy.Status.WITHDRAWN, settled_at=at, settled_by=by)
    linking.notice(visit, noticed, at=at)
    visit.match = match
    show(
        visit,
        patient=visit.patient,
        escort=visit.escort_id,
        appointment=visit.appointment_id,
        turn_at=visit.turn_at,
        match=match,
        open_discrepancies=visit.discrepancies.open().count(),
    )
    return decide(
        visit, kind, by=by, at=at, patient=patient, was=was, previous_match=previous_match, undoes=undoes
    )


def decide(
    visit: Visit,
    kind: str,
    *,
    by: Staff,
    at: dt.datetime,
    patient: Patient | None,
    was: Patient | None,
    previous_match: str = "",
    undoes: MatchDecision | None = None,
) -> MatchDecision:
    made = MatchDecision.objects.create(
        visit=visit,
        kind=kind,
        at=at,
        by=by,
        patient=patient,
        previous_patient=was,
        previous_match=previous_match or visit.match,
        undoes=undoes,
    )
    audit.record(
        action=f"match.{kind}",
        subject=visit,
        at=at,
        by=by,
        patient_id=patient.pk if patient else None,
        was=was.pk if was else None,
    )
    return made


def provisional_for(visit: Visit, *, at: dt.datetime) -> Patient:
    """A record of the child as typed, to be completed or merged by the desk."""
    claim = linking.said(visit.sign_in)
    source = Source.DESK if visit.sign_in.channel == Channel.DESK else Source.KIOSK
    return linking.provisional(claim, clinic=visit.location.clinic, source=source, at=at)


def step_back(visit: Visit, last: MatchDecision, *, by: Staff, at: dt.datetime) -> MatchDecision:
    before, made = last.previous_patient, last.patient
    if last.kind == Kind.NEW_PATIENT and made is not None:
        kept = before is not None and before.pk == made.pk
        status = Patient.Status.PROVISIONAL if kept else Patient.Status.ENTERED_IN_ERROR
        Patient.objects.filter(pk=made.pk).update(status=status, updated_at=at)
        if before is not None:
            before.refresh_from_db()
    match = last.previous_match if last.kind != Kind.AUTO else Match.PROBABLE
    return relink(visit, before, kind=Kind.UNDO, match=match, by=by, at=at, undoes=last)


def fold(
    *, provisional: Patient, into: Patient, by: Staff, at: dt.datetime, visit: Visit | None = None
) -> MatchDecision | None:
    """Merge, inside a transaction. The decision on `visit`, or on the last one moved; None if none was."""
    made: dict[int, MatchDecision] = {}
    for one in provisional.visits.order_by("pk"):
        claim_visit(one)
        made[one.pk] = relink(one, into, kind=Kind.MERGE, match=Match.CONFIRMED, by=by, at=at)
    Appointment.objects.filter(patient=provisional).update(patient=into)
    Guardian.objects.filter(patient=provisional).update(patient=into)
    PatientIdentifier.objects.filter(patient=provisional).update(patient=into)
    provisional.status, provisional.merged_into, provisional.updated_at = Patient.Status.MERGED, into, at
    provisional.save(update_fields=["status", "merged_into", "updated_at"])
    audit.record(action="patient.merged", subject=provisional, at=at, by=by, patient_id=into.pk)
    if visit is not None:
        claim_visit(visit)
    answer = made.get(visit.pk) if visit is not None else None
    return answer or (made[max(made)] if made else None)


def unfold(last: MatchDecision, provisional: Patient, *, by: Staff, at: dt.datetime) -> MatchDecision:
    """Take back a merge: the provisional record stands again, with every visit that the merge moved."""
    provisional.status, provisional.merged_into, provisional.updated_at = Patient.Status.PROVISIONAL, None, at
    provisional.save(update_fields=["status", "merged_into", "updated_at"])
    moved = MatchDecision.objects.filter(
        kind=Kind.MERGE, previous_patient=provisional, at=last.at, undone_by=None
    ).select_related("visit")
    answer = last
    for decision in moved.order_by("pk"):
        visit = decision.visit
        claim_visit(visit)
        undone = relink(
            visit, provisional, kind=Kind.UNDO, match=decision.previous_match, by=by, at=at, undoes=decision
        )
        answer = undone if decision.pk == last.pk else answer
    return answer
