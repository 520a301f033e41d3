"""One visit goes from one record to another: what every decision about a match is made of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import audit, consent, given, linking, needs, open_visits, promises
from checkin.actions.boards import hold, show
from checkin.models import Discrepancy, MatchDecision, Patient, Staff, Visit
from checkin.models import lookup as records
from checkin.rules import discrepancies
from checkin.rules.visits import State

Kind = MatchDecision.Kind


__all__ = ["Kind", "attach", "decide", "fresh_patient", "hold", "latest", "notice_again", "relink"]


def fresh_patient(patient_id: Any) -> Patient:
    """The record as it is now, held until the transaction ends."""
    return Patient.objects.select_for_update().get(pk=patient_id)


def latest(visit: Visit) -> MatchDecision | None:
    """The last decision that stands: neither an undo nor undone."""
    standing = visit.match_decisions.filter(undoes=None, undone_by=None)
    return standing.select_related("patient", "previous_patient", "by").order_by("pk").last()


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
    linking.detach(visit)
    notice_again(visit, attach(visit, patient), by=by, at=at)
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
    if was != visit.patient:
        given.follow_child(visit)
        promises.follow_visit(visit)
        consent.follow(visit, was=was, by=by, at=at)
    needs.recompute(visit=visit, at=at, by=by)
    between = {patient.pk for patient in (was, visit.patient) if patient is not None}
    open_visits.bring_others_in_step(visit, *between, by=by, at=at)
    return decide(
        visit, kind, by=by, at=at, patient=patient, was=was, previous_match=previous_match, undoes=undoes
    )


def attach(visit: Visit, patient: Patient | None) -> list[discrepancies.Noticed]:
    claim = records.said(visit.sign_in)
    if patient is None:
        return discrepancies.in_claim(
            claim, today=visit.local_date, day_first=visit.location.clinic.day_first
        )
    found = records.about(clinic=visit.location.clinic, patients=[patient], at=visit.arrived_at)
    noticed = linking.attach(visit=visit, claim=claim, patient=patient, found=found, at=visit.arrived_at)
    return noticed + linking.already_here(visit, found)


def notice_again(
    visit: Visit, noticed: list[discrepancies.Noticed], *, by: Staff | None, at: dt.datetime
) -> None:
    """What was noticed about the child before is no longer so; this is."""
    standing = visit.discrepancies.open()
    about_child = standing.exclude(field=Discrepancy.Field.SIGN_IN) | standing.filter(
        why=linking.ALREADY_HERE
    )
    about_child.update(status=Discrepancy.Status.WITHDRAWN, settled_at=at, settled_by=by)
    if visit.state != State.ENTERED_IN_ERROR:
        linking.notice(visit, noticed, at=at)


def decide(
    visit: Visit,
    kind: str,
    *,
    by: Staff | None,
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
