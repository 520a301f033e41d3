"""Add what a family typed after it called for a person to the same visit."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from checkin.actions import (
    audit,
    chart_changes,
    escorts,
    match_corrections,
    needs,
    open_visits,
    record_attachments,
    shared_visits,
    visit_links,
)
from checkin.actions.entry_ledger import EntryLedger
from checkin.actions.visit_locks import update_visit_and_boards
from checkin.models import ChartChange, MatchState, Patient, RecordSource, SignIn, Visit
from checkin.queries import patient_dossiers
from checkin.rules import identity, sign_in_claims
from checkin.rules.short_lines import put_on_one_line


def extend_sign_in(visit: Visit, said: sign_in_claims.SignInClaim, *, at: dt.datetime) -> bool:
    """Add what was typed since to the visit; return whether anything was new.

    The first claim stays as it is. A second row combines both, and the visit uses that one. Call inside a
    transaction, with the visit locked.
    """
    before = replace(patient_dossiers.restore_sign_in_claim(visit.sign_in), cut=tuple(visit.sign_in.cut))
    whole = sign_in_claims.join_sign_in_claims(before, said)
    if whole.digest() == before.digest():
        return False
    row = _create_joined_sign_in(visit, whole, at=at)
    was, match, patient = visit.patient, visit.match, visit.patient
    if patient is None and visit.is_unsettled:
        match, patient = _judge_extended_sign_in(visit, whole, at=at)
    elif visit.match == MatchState.UNKNOWN and patient is not None and patient.is_provisional:
        _rename_provisional_patient(patient, before, whole, visit=visit, at=at)
    waited = None
    if was is None and patient is not None:
        waited = match_corrections.carry_waiting_entries(visit, patient, at=at)
    _put_sign_in_on_visit(visit, row, patient, ledger=waited or EntryLedger(), at=at)
    visit.match = match
    update_visit_and_boards(
        visit,
        sign_in=row,
        patient=patient,
        escort=visit.escort_id,
        appointment=visit.appointment_id,
        turn_at=visit.turn_at,
        match=match,
        open_discrepancies=visit.discrepancies.open().count(),
        unread=visit.unread or _has_new_words_to_read(before, whole),
    )
    escorts.write_latest_preferences(visit.escort)
    if visit.confidential:
        shared_visits.recall_shared_visits(visit, was_confidential=waited is None, at=at)
    if patient is not None:
        open_visits.align_other_visits(visit, patient.pk, by=None, at=at)
    needs.recompute_needs(visit=visit, at=at)
    if match == MatchState.CERTAIN and was is None:
        _write_automatic_match(visit, patient, waited, at=at)
    audit.write_audit_event(action="visit.said_more", subject=visit, at=at, patient_id=visit.patient_id)
    return True


def _put_sign_in_on_visit(
    visit: Visit, row: SignIn, patient: Patient | None, *, ledger: EntryLedger, at: dt.datetime
) -> None:
    """Put the combined sign-in on the visit, compare it with the record, and move the preferences.

    The caller saves the visit.
    """
    was_id, had = visit.patient_id, visit.appointment_id
    wishes = list(ChartChange.objects.preferences_of(visit))
    visit_links.detach_patient_and_escort(visit)
    visit.sign_in = row
    noticed = record_attachments.reattach_record(visit, patient, had=had)
    record_attachments.renew_discrepancies(visit, noticed, by=None, at=at)
    chart_changes.move_visit_preferences(visit, wishes, was=was_id, ledger=ledger)


def _write_automatic_match(
    visit: Visit, patient: Patient | None, waited: EntryLedger | None, *, at: dt.datetime
) -> None:
    """Record that the rules found the child. `waited`: the moves of entries that waited at the visit."""
    made = match_corrections.write_match_decision(
        visit, match_corrections.MatchDecisionKind.AUTO, by=None, at=at, patient=patient, was=None
    )
    if waited is not None:
        waited.write(decision=made)


def _has_new_words_to_read(before: sign_in_claims.SignInClaim, whole: sign_in_claims.SignInClaim) -> bool:
    return any(getattr(before, name) != getattr(whole, name) for name in ("reason", "also", "unreadable"))


def _create_joined_sign_in(visit: Visit, whole: sign_in_claims.SignInClaim, *, at: dt.datetime) -> SignIn:
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


def _judge_extended_sign_in(
    visit: Visit, whole: sign_in_claims.SignInClaim, *, at: dt.datetime
) -> tuple[str, Patient | None]:
    """Return the match and its record, judged as at sign-in. Creates a provisional record if unknown."""
    clinic = visit.location.clinic
    child = patient_dossiers.child_identity_claim(whole, clinic=clinic, today=visit.local_date)
    found = patient_dossiers.find_candidate_dossiers(clinic=clinic, claim=child, at=visit.arrived_at)
    judgment = identity.judge_identity(child, found.records())
    if judgment.outcome == identity.IdentityOutcome.CERTAIN and judgment.record is not None:
        now = visit_links.lock_judged_patient(found.patients[int(judgment.record.id)])
        return (MatchState.CERTAIN, now) if now else (MatchState.PROBABLE, None)
    if judgment.outcome == identity.IdentityOutcome.UNKNOWN and whole.child_given_name:
        return MatchState.UNKNOWN, visit_links.create_provisional_patient(
            whole, clinic=clinic, source=RecordSource.KIOSK, at=at
        )
    return judgment.outcome, None


def _rename_provisional_patient(
    patient: Patient,
    before: sign_in_claims.SignInClaim,
    whole: sign_in_claims.SignInClaim,
    *,
    visit: Visit,
    at: dt.datetime,
) -> None:
    """Update a provisional record with what was typed later."""
    typed = {"given_name": "child_given_name", "family_name": "child_family_name"}
    for column, name in typed.items():
        if getattr(patient, column) in (
            getattr(before, name),
            put_on_one_line(getattr(before, name)),
        ):
            setattr(patient, column, put_on_one_line(getattr(whole, name)))
    if patient.birth_date is None:
        day_first = visit.location.clinic.day_first
        read = sign_in_claims.read_typed_birth_date(
            whole.child_birth_date, today=visit.local_date, day_first=day_first
        )
        patient.birth_date = read.date
    patient.updated_at = at
    patient.save()
