"""Complete, keep or merge records that were made from what was typed at sign-in."""

from __future__ import annotations

import datetime as dt

from checkin.actions import audit, chart_changes, open_visits, patient_merges, visit_links
from checkin.actions.entry_ledger import columns_as_json
from checkin.actions.entry_moves import NO_ENTRY_ANSWERS, EntryAnswers
from checkin.actions.match_corrections import MatchDecisionKind, lock_fresh_patient, relink_visit
from checkin.actions.patient_merges import MergeOutcome
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import lock_clinic_boards, lock_open_visits, lock_visits
from checkin.actions.write_queue import write_in_turn
from checkin.models import MatchDecision, MatchState, Patient, RecordSource, SignInChannel, Staff, Visit
from checkin.queries import patient_dossiers
from checkin.rules.patient_merges import CARE_COLUMNS
from checkin.rules.roles import StaffAct


def has_own_provisional_record(visit: Visit) -> bool:
    """Return whether the visit's record was made by its own sign-in and is still unsettled."""
    patient = visit.patient
    return visit.match == MatchState.UNKNOWN and patient is not None and patient.is_provisional


def create_visit_provisional(visit: Visit, *, at: dt.datetime) -> Patient:
    """Create a record of the child as typed, for the desk to complete or merge."""
    claim = patient_dossiers.restore_sign_in_claim(visit.sign_in)
    source = RecordSource.DESK if visit.sign_in.channel == SignInChannel.DESK else RecordSource.KIOSK
    return visit_links.create_provisional_patient(claim, clinic=visit.location.clinic, source=source, at=at)


def keep_provisional_as_patient(
    visit: Visit, patient: Patient, *, by: Staff, at: dt.datetime, said: EntryAnswers = NO_ENTRY_ANSWERS
) -> MatchDecision:
    """Make this provisional record a regular patient and put the visit on it; return the decision."""
    if patient.status != Patient.Status.MERGED:
        # Not a merged one: `relink_visit` separates it, with all its entries.
        patient.status, patient.updated_at = Patient.Status.ACTIVE, at
        patient.save(update_fields=["status", "updated_at"])
    return relink_visit(
        visit, patient, kind=MatchDecisionKind.NEW_PATIENT, match=MatchState.NEW, by=by, at=at, said=said
    )


def complete_provisional_patient(
    *, provisional: Patient, by: Staff, at: dt.datetime, **details: object
) -> Patient:
    """Save the child's details and make the record a regular patient; return it.

    `details`: columns of the patient. What was typed at sign-in stays in the sign-in.
    """
    require_permission(StaffAct.MATCH, by)
    with write_in_turn():
        lock_clinic_boards(provisional.clinic_id)
        patient = lock_fresh_patient(provisional.pk)
        if not patient.is_provisional:
            raise Refused("This record is not provisional anymore, so it was left as it is.")
        made_from = patient.visits.filter(match=MatchState.UNKNOWN).order_by("pk").first()
        care = columns_as_json(patient, [name for name in details if name in CARE_COLUMNS])
        for column, value in details.items():
            setattr(patient, column, value)
        patient.updated_at = at
        patient.save(update_fields=[*details, "updated_at"])
        # Stored with the visit: if it turns out to be another child's, these answers move with it.
        chart_changes.record_chart_change(patient, care, visit=made_from, by=by, at=at)
        if made_from is None:
            Patient.objects.filter(pk=patient.pk).update(status=Patient.Status.ACTIVE)
        else:
            lock_visits(made_from)
            keep_provisional_as_patient(made_from, patient, by=by, at=at)
        open_visits.align_visits_with_records(lock_open_visits([patient.pk]), by=by, at=at)
        audit.write_audit_event(
            action="patient.completed",
            subject=patient,
            at=at,
            by=by,
            patient_id=patient.pk,
            columns=sorted(details),
        )
    patient.refresh_from_db()
    return patient


def merge_provisional_patient(
    *, provisional: Patient, into: Patient, by: Staff, at: dt.datetime
) -> MergeOutcome:
    """Merge a provisional record into the record it turned out to be.

    Raises Refused, also if somebody completed it since the page was opened: then doubts must be asked about.
    """
    require_permission(StaffAct.MERGE, by)
    with write_in_turn():
        lock_clinic_boards(provisional.clinic_id)
        fresh = lock_fresh_patient(provisional.pk)
        if not fresh.is_provisional and fresh.merged_into_id != into.pk:
            raise Refused("Only a provisional record can be merged into another.")
        return patient_merges.merge_patients(merged=fresh, into=into, by=by, at=at, sure=True)
