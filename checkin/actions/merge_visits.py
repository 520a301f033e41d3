"""Visits and the adults who brought them go to another record, each visit with a decision of its own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import audit, bookings, escorts, linking, open_visits
from checkin.actions.boards import show
from checkin.actions.paper_ledger import Ledger, columns, names_of
from checkin.actions.relinking import Kind, notice_again
from checkin.models import (
    Appointment,
    ChartChange,
    Escort,
    Match,
    MatchDecision,
    Patient,
    PatientMerge,
    Staff,
    Visit,
)
from checkin.models import lookup as records
from checkin.models.own_records import is_same_adult
from checkin.rules import discrepancies
from checkin.rules.paper_fates import Done, Paper
from checkin.rules.visits import State

WISHES = escorts.WISHES


def move_escorts(ledger: Ledger, *, merged: Patient, into: Patient) -> dict[int, int]:
    """Who brings the child goes along whole; who brings the other record too stays. Which is which there."""
    rows = Escort.objects.select_for_update()
    there = list(rows.filter(patient=into).order_by("pk"))
    same: dict[int, int] = {}
    for row in rows.filter(patient=merged).order_by("pk"):
        twin = next((one for one in there if is_same_adult(one, row)), None)
        if twin is None:
            move_escort(ledger, row, merged, into)
            continue
        same[row.pk] = twin.pk
        ledger.kept(row, Paper.ESCORT, was=merged.pk)
        if said := said_since(row, twin):
            ledger.change(twin, Paper.ESCORT, Done.CHANGED, was=into.pk, now=into.pk, **said)
    # What was remembered of an escort who goes along stands on the other chart now.
    changes = ChartChange.objects.filter(patient=merged, subject="Escort").exclude(subject_id__in=same)
    for change in changes.order_by("pk"):
        ledger.change(change, Paper.WISH, Done.MOVED, was=merged.pk, now=into.pk, patient=into)
    return same


def move_escort(ledger: Ledger, row: Escort, merged: Patient, into: Patient) -> None:
    """All of the row is remembered: what later visits teach of it is theirs, if the merge is undone."""
    before = columns(row, names_of(row))
    row.patient = into
    row.save(update_fields=["patient"])
    after = {"patient_id": into.pk}
    ledger.note(row, Paper.ESCORT, Done.MOVED, was=merged.pk, now=into.pk, before=before, after=after)


def said_since(row: Escort, twin: Escort) -> dict[str, Any]:
    """What the row says later than its twin on the other record, or where that says nothing."""
    said: dict[str, Any] = {}
    wish: dict[str, Any] = {}
    if row.last_came_at and (twin.last_came_at is None or row.last_came_at > twin.last_came_at):
        said["last_came_at"] = row.last_came_at
        if row.relationship:
            said["relationship"] = row.relationship
    if row.remembered_at and (twin.remembered_at is None or row.remembered_at > twin.remembered_at):
        # Whole, also where the twin says some of it already: so it comes off whole when the two part.
        wish = {name: getattr(row, name) for name in WISHES}
    if row.phone and not twin.phone:
        said |= {"phone": row.phone, "phone_key": row.phone_key}
    return {name: value for name, value in said.items() if getattr(twin, name) != value} | wish


def place(
    visit: Visit,
    patient: Patient,
    *,
    escort: int | None,
    match: str,
    at: dt.datetime,
    by: Staff,
    may_book: bool = True,
) -> None:
    """Put the visit on that record with this escort, and notice again in what the claim differs from it.

    It keeps an appointment that is the record's; without one it takes today's, where it `may_book`.
    """
    booked = Appointment.objects.filter(pk=visit.appointment_id or 0).first()
    if booked is not None and booked.patient_id != patient.pk:
        free(visit)
    visit.patient, visit.escort_id, visit.match = patient, escort, match
    found = records.about(clinic=visit.location.clinic, patients=[patient], at=visit.arrived_at)
    if may_book and visit.appointment_id is None and visit.state != State.ENTERED_IN_ERROR:
        where = visit.location_id
        bookings.book(visit, found.appointment_of(patient.pk, location_id=where, at=visit.arrived_at))
    # The row first: a difference that was kept on record is known by its visit's patient and escort.
    Visit.objects.filter(pk=visit.pk).update(patient=patient, escort=escort)
    found = records.about(clinic=visit.location.clinic, patients=[patient], at=visit.arrived_at)
    notice_again(visit, noticed(visit, patient, found), by=by, at=at, is_one_child=True)
    show(
        visit,
        appointment=visit.appointment_id,
        turn_at=visit.turn_at,
        match=match,
        open_discrepancies=visit.discrepancies.open().count(),
    )


def free(visit: Visit) -> None:
    """Give the visit's appointment back to whoever it is for."""
    bookings.give_back(visit)
    Visit.objects.filter(pk=visit.pk).update(appointment=None)


def noticed(visit: Visit, patient: Patient, found: records.Found) -> list[discrepancies.Noticed]:
    """What the visit's claim differs in from the record, without what a person has kept there before."""
    claim, dossier = records.said(visit.sign_in), found.dossiers[patient.pk]
    escort = Escort.objects.filter(pk=visit.escort_id or 0, is_patient=False).first()
    phone = escort.phone if escort else None
    differs = linking.differing(claim, patient, dossier, visit=visit, escort_phone=phone)
    kept = discrepancies.not_kept_before(differs, dossier.kept, escort_id=visit.escort_id or 0)
    return kept + linking.already_here(visit, found)


def decide(
    visit: Visit,
    kind: str,
    *,
    merge: PatientMerge,
    was: Patient,
    previous_match: str,
    by: Staff,
    at: dt.datetime,
    undoes: MatchDecision | None = None,
    why: str = "",
) -> MatchDecision:
    """Write down that this merge, or its undo, put the visit where it is now."""
    made = MatchDecision.objects.create(
        visit=visit,
        kind=kind,
        at=at,
        by=by,
        patient=visit.patient,
        previous_patient=was,
        previous_match=previous_match,
        undoes=undoes,
        merge=merge,
        why=why,
    )
    audit.record(action=f"match.{kind}", subject=visit, at=at, by=by, patient_id=visit.patient_id, was=was.pk)
    return made


def move_visit(
    ledger: Ledger, visit: Visit, merge: PatientMerge, *, escort: int | None, by: Staff, at: dt.datetime
) -> MatchDecision:
    previous, before = visit.match, columns_of(visit)
    place(visit, merge.into, escort=escort, match=Match.CONFIRMED, at=at, by=by)
    ledger.note(
        visit,
        Paper.VISIT,
        Done.MOVED,
        was=merge.merged_id,
        now=merge.into_id,
        before=before,
        after=columns_of(visit),
    )
    return decide(visit, Kind.MERGE, merge=merge, was=merge.merged, previous_match=previous, by=by, at=at)


def columns_of(visit: Visit) -> dict[str, Any]:
    return {
        "patient_id": visit.patient_id,
        "escort_id": visit.escort_id,
        "appointment_id": visit.appointment_id,
        "match": str(visit.match),
    }


def refresh_family(patient: Patient, *, by: Staff, at: dt.datetime) -> None:
    """Every open visit of this record says what stands on it now: differences, needs and its row."""
    open_visits.bring_in_step(open_visits.hold_open([patient.pk]), by=by, at=at)
