"""Entries written at a visit that move with its child without asking staff."""

from __future__ import annotations

from checkin.models import MatchState, Patient, Visit
from checkin.models.visit_entries import list_visit_entries
from checkin.queries import patient_dossiers
from checkin.rules.entry_fates import EntryChild
from checkin.rules.sign_in_claims import read_typed_birth_date


def list_unmatched_visit_entries(visit: Visit) -> list[str]:
    """Return the entries of an unmatched visit that move to whoever it is linked to."""
    return _list_entries_going_along(visit) if visit.patient_id is None else []


def list_unasked_entries(visit: Visit) -> list[str]:
    """Return what moves without asking: from an unmatched visit, or from its sign-in's own record."""
    return (
        _list_entries_going_along(visit)
        if visit.match == MatchState.NEW
        else list_unmatched_visit_entries(visit)
    )


def _list_entries_going_along(visit: Visit) -> list[str]:
    return [
        one.what
        for one in list_visit_entries(visit, unsaved_typed_patient(visit))
        if EntryChild.NEW in one.whose
    ]


def unsaved_typed_patient(visit: Visit) -> Patient:
    """Return the record that a new patient would get, unsaved."""
    claim, day_first = patient_dossiers.restore_sign_in_claim(visit.sign_in), visit.clinic.day_first
    born = read_typed_birth_date(claim.child_birth_date, today=visit.local_date, day_first=day_first)
    return Patient(
        clinic_id=visit.clinic_id,
        given_name=claim.child_given_name,
        family_name=claim.child_family_name,
        birth_date=born.date,
        language=claim.language,
    )
