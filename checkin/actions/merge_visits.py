"""Move visits, and the adults who brought the child, to another record, with a decision for each visit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from checkin.actions import appointments, audit, escorts, open_visits, visit_links
from checkin.actions.entry_ledger import EntryLedger, columns_as_json, row_column_names
from checkin.actions.match_corrections import MatchDecisionKind
from checkin.actions.record_attachments import renew_discrepancies
from checkin.actions.visit_locks import lock_open_visits, update_visit_and_boards
from checkin.models import (
    Appointment,
    ChartChange,
    Escort,
    MatchDecision,
    MatchState,
    Patient,
    PatientMerge,
    Staff,
    Visit,
)
from checkin.models.sign_in_record_merges import is_same_escort
from checkin.queries import patient_dossiers
from checkin.rules import discrepancies as discrepancy_rules
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from checkin.rules.identity_reasons import IdentityReason
from checkin.rules.visit_steps import VisitState

_MERGED_REMEMBERED_COLUMNS = escorts.REMEMBERED_COLUMNS


def move_merged_escorts(ledger: EntryLedger, *, merged: Patient, into: Patient) -> dict[int, int]:
    """Move each adult's row, unless the other record has the same adult.

    Returns the other record's row id by the row id of each adult who did not move.
    """
    rows = Escort.objects.select_for_update()
    there = list(rows.filter(patient=into).order_by("pk"))
    same: dict[int, int] = {}
    for row in rows.filter(patient=merged).order_by("pk"):
        twin = next((one for one in there if is_same_escort(one, row)), None)
        if twin is None:
            _move_escort_row(ledger, row, merged, into)
            continue
        same[row.pk] = twin.pk
        ledger.kept(row, EntryKind.ESCORT, was=merged.pk)
        if said := _columns_said_later(row, twin):
            ledger.change(twin, EntryKind.ESCORT, EntryOutcome.CHANGED, was=into.pk, now=into.pk, **said)
    # Preferences of an escort who moved are on the other chart now.
    changes = ChartChange.objects.filter(patient=merged, subject="Escort").exclude(subject_id__in=same)
    for change in changes.order_by("pk"):
        ledger.change(change, EntryKind.WISH, EntryOutcome.MOVED, was=merged.pk, now=into.pk, patient=into)
    return same


def _move_escort_row(ledger: EntryLedger, row: Escort, merged: Patient, into: Patient) -> None:
    """Move the row and log all its columns: an undo of the merge restores them without later visits."""
    before = columns_as_json(row, row_column_names(row))
    row.patient = into
    row.save(update_fields=["patient"])
    after = {"patient_id": into.pk}
    ledger.note(
        row, EntryKind.ESCORT, EntryOutcome.MOVED, was=merged.pk, now=into.pk, before=before, after=after
    )


def _columns_said_later(row: Escort, twin: Escort) -> dict[str, object]:
    """Return the columns in which the row is newer than its twin, or its twin is blank."""
    said: dict[str, object] = {}
    wish: dict[str, object] = {}
    if row.last_came_at and (twin.last_came_at is None or row.last_came_at > twin.last_came_at):
        said["last_came_at"] = row.last_came_at
        if row.relationship:
            said["relationship"] = row.relationship
    if row.remembered_at and (twin.remembered_at is None or row.remembered_at > twin.remembered_at):
        # Log all columns, even equal ones, so that all are removed if the two are separated.
        wish = {name: getattr(row, name) for name in _MERGED_REMEMBERED_COLUMNS}
    if row.phone and not twin.phone:
        said |= {"phone": row.phone, "phone_key": row.phone_key}
    return {name: value for name, value in said.items() if getattr(twin, name) != value} | wish


def place_visit_on_record(
    visit: Visit,
    patient: Patient,
    *,
    escort: int | None,
    match: str,
    at: dt.datetime,
    by: Staff,
    may_book: bool = True,
) -> None:
    """Put the visit on that record with this escort, and compare its claim with the record again.

    It keeps an appointment of that record; without one, it takes today's if `may_book`.
    """
    booked = Appointment.objects.filter(pk=visit.appointment_id or 0).first()
    if booked is not None and booked.patient_id != patient.pk:
        release_and_save_appointment(visit)
    visit.patient, visit.escort_id, visit.match = patient, escort, match
    found = patient_dossiers.read_dossiers(
        clinic=visit.location.clinic, patients=[patient], at=visit.arrived_at
    )
    if may_book and visit.appointment_id is None and visit.state != VisitState.ENTERED_IN_ERROR:
        where = visit.location_id
        appointments.take_appointment(
            visit, found.appointment_of(patient.pk, location_id=where, at=visit.arrived_at)
        )
    # Save first: a difference kept earlier is found by its visit's patient and escort.
    Visit.objects.filter(pk=visit.pk).update(patient=patient, escort=escort)
    found = patient_dossiers.read_dossiers(
        clinic=visit.location.clinic, patients=[patient], at=visit.arrived_at
    )
    renew_discrepancies(
        visit, _find_unkept_differences(visit, patient, found), by=by, at=at, is_one_child=True
    )
    update_visit_and_boards(
        visit,
        appointment=visit.appointment_id,
        turn_at=visit.turn_at,
        match=match,
        open_discrepancies=visit.discrepancies.open().count(),
    )


def release_and_save_appointment(visit: Visit) -> None:
    """Release the visit's appointment and save."""
    appointments.release_appointment(visit)
    Visit.objects.filter(pk=visit.pk).update(appointment=None)


def _find_unkept_differences(
    visit: Visit, patient: Patient, found: patient_dossiers.DossierSet
) -> list[discrepancy_rules.NoticedDifference]:
    """Return how the visit's claim differs from the record, except where staff chose “keep the old”."""
    claim = patient_dossiers.restore_sign_in_claim(visit.sign_in)
    dossier = found.dossier_at_visit(patient.pk, visit.pk)
    escort = Escort.objects.filter(pk=visit.escort_id or 0, is_patient=False).first()
    phone = escort.phone if escort else None
    differs = visit_links.find_record_differences(claim, patient, dossier, visit=visit, escort_phone=phone)
    kept = discrepancy_rules.drop_kept_differences(differs, dossier.kept, escort_id=visit.escort_id or 0)
    return kept + visit_links.find_other_sign_ins(visit, found)


def write_merge_decision(
    visit: Visit,
    kind: str,
    *,
    merge: PatientMerge,
    was: Patient,
    previous_match: str,
    by: Staff,
    at: dt.datetime,
    undoes: MatchDecision | None = None,
    reasons: Sequence[IdentityReason] = (),
) -> MatchDecision:
    """Record that this merge, or its undo, put the visit where it is now."""
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
        reasons=[str(one.value) for one in reasons],
    )
    audit.write_audit_event(
        action=f"match.{kind}", subject=visit, at=at, by=by, patient_id=visit.patient_id, was=was.pk
    )
    return made


def move_merged_visit(
    ledger: EntryLedger, visit: Visit, merge: PatientMerge, *, escort: int | None, by: Staff, at: dt.datetime
) -> MatchDecision:
    previous, before = visit.match, visit_link_columns(visit)
    place_visit_on_record(visit, merge.into, escort=escort, match=MatchState.CONFIRMED, at=at, by=by)
    ledger.note(
        visit,
        EntryKind.VISIT,
        EntryOutcome.MOVED,
        was=merge.merged_id,
        now=merge.into_id,
        before=before,
        after=visit_link_columns(visit),
    )
    return write_merge_decision(
        visit, MatchDecisionKind.MERGE, merge=merge, was=merge.merged, previous_match=previous, by=by, at=at
    )


def visit_link_columns(visit: Visit) -> dict[str, object]:
    """Return the ids of the visit's patient, escort and appointment, and its match, as JSON values."""
    return {
        "patient_id": visit.patient_id,
        "escort_id": visit.escort_id,
        "appointment_id": visit.appointment_id,
        "match": str(visit.match),
    }


def refresh_patient_visits(patient: Patient, *, by: Staff, at: dt.datetime) -> None:
    """Update differences, needs and board rows of every open visit of this record."""
    open_visits.align_visits_with_records(lock_open_visits([patient.pk]), by=by, at=at)
