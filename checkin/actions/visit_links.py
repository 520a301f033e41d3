"""Link a visit and a patient, with escort, appointment, turn and discrepancies.

Used for automatic links at sign-in and for links by staff.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, F, Q, Value, When

from checkin.actions import appointments, escorts
from checkin.models import Clinic, Discrepancy, Escort, Patient, RecordSource, Visit
from checkin.models.sign_in_records import final_record_id
from checkin.models.understanding import language_if_not_clinics
from checkin.queries.patient_dossiers import DossierSet, PatientDossier, RecordContact
from checkin.rules import (
    discrepancies as discrepancy_rules,
)
from checkin.rules import (
    name_keys,
    sign_in_claims,
)
from checkin.rules import (
    preferences as preference_rules,
)
from checkin.rules.discrepancy_causes import DiscrepancyCause
from checkin.rules.languages import is_no_language_answer
from checkin.rules.short_lines import put_on_one_line
from checkin.rules.visit_steps import VisitState

_LONGEST_NAME_KEY = 200
_ESCORT_CLAIM_FIELDS = ("escort_name", "relationship", "escort_phone")


def create_provisional_patient(
    claim: sign_in_claims.SignInClaim, *, clinic: Clinic, source: str, at: dt.datetime
) -> Patient:
    """Create a record of the child as typed, until the desk completes or merges it."""
    return Patient.objects.create(
        clinic=clinic,
        # A sign-in keeps line breaks and double spaces as they were typed.
        given_name=put_on_one_line(claim.child_given_name),
        family_name=put_on_one_line(claim.child_family_name),
        birth_date=sign_in_claims.read_typed_birth_date(
            claim.child_birth_date, today=clinic.local_date(at), day_first=clinic.day_first
        ).date,
        **columns_of_new_record(claim, clinic=clinic, source=source),
        status=Patient.Status.PROVISIONAL,
        source=source,
        created_at=at,
        updated_at=at,
    )


def columns_of_new_record(
    claim: sign_in_claims.SignInClaim, *, clinic: Clinic, source: str
) -> dict[str, str]:
    """Return the columns that are nothing but what was typed, for a new child's record."""
    if source == RecordSource.DESK:
        return {"address": claim.address, "language": _language_typed_at_desk(claim)}
    # If nobody chose a language, the tablet sends the clinic's, which says nothing about the family.
    return {"address": claim.address, "language": language_if_not_clinics(claim.language, clinic)}


def _language_typed_at_desk(claim: sign_in_claims.SignInClaim) -> str:
    """Return what the desk typed, or "" if it names no language."""
    return "" if is_no_language_answer(claim.language) else claim.language


_IDENTIFYING_COLUMNS = ("given_name", "family_name", "preferred_name", "birth_date")


def lock_judged_patient(judged: Patient) -> Patient | None:
    """Return the judged record as it is now, locked; for a merged one, the record it went into.

    None if it is no longer what was judged, or not on file. Call inside a transaction, with the board locked:
    others may have merged or completed it since it was read.
    """
    held = Patient.objects.select_for_update(no_key=True)
    now = held.filter(pk=judged.pk).first()
    if now is not None and now.merged_into_id:
        now = held.filter(pk=final_record_id(now.pk)).first()
    if now is None or not now.is_on_file:
        return None
    changed = any(getattr(now, column) != getattr(judged, column) for column in _IDENTIFYING_COLUMNS)
    return None if changed and now.pk == judged.pk else now


def attach_patient_and_escort(
    *,
    visit: Visit,
    claim: sign_in_claims.SignInClaim,
    patient: Patient,
    found: DossierSet,
    at: dt.datetime,
    had: int | None = None,
) -> list[discrepancy_rules.NoticedDifference]:
    """Put patient, escort and appointment on the visit (unsaved); return the differences from the record.

    Call inside a transaction. Never overwrites a recorded phone or name with a typed one. `had`: the
    appointment that the visit had on this record before.
    """
    visit.patient = patient
    dossier = found.dossier_at_visit(patient.pk, visit.pk)
    known = None if claim.is_patient else find_known_escort(claim, dossier.contacts)
    known_id = dossier.alone if claim.is_patient else known.pk if known else None
    visit.escort_id = remember_escort(
        claim=claim, clinic=visit.location.clinic, patient=patient, known=known_id, at=at
    )
    phone = known.phone if known else None
    differs = find_record_differences(claim, patient, dossier, visit=visit, escort_phone=phone)
    noticed = discrepancy_rules.drop_kept_differences(differs, dossier.kept, escort_id=visit.escort_id or 0)
    if visit.state != VisitState.ENTERED_IN_ERROR:
        where = visit.location_id
        appointments.take_appointment(
            visit, found.appointment_of(patient.pk, location_id=where, at=visit.arrived_at, had=had)
        )
    return noticed


def find_record_differences(
    claim: sign_in_claims.SignInClaim,
    patient: Patient,
    dossier: PatientDossier,
    *,
    visit: Visit,
    escort_phone: str | None,
) -> list[discrepancy_rules.NoticedDifference]:
    """Return every difference between claim and record. `escort_phone`: None for an unknown escort."""
    noticed = discrepancy_rules.notice_patient_differences(
        claim,
        given_name=patient.given_name,
        family_name=patient.family_name,
        preferred_name=patient.preferred_name,
        birth_date=patient.birth_date,
        today=visit.local_date,
        day_first=visit.location.clinic.day_first,
    )
    guardians = [one.name for one in dossier.contacts if one.kind != "escort"]
    noticed += discrepancy_rules.notice_guardian_difference(claim, recorded=guardians)
    noticed += discrepancy_rules.notice_address_difference(
        claim, address=patient.address, city=patient.city, postcode=patient.postcode
    )
    region, phone = visit.location.clinic.region, []
    if escort_phone is not None:
        phone = discrepancy_rules.notice_phone_difference(claim, recorded=escort_phone, region=region)
    if not phone and (guardian := guardian_matching_escort(claim, dossier)) is not None:
        phone = discrepancy_rules.notice_phone_difference(
            claim, recorded=guardian.phone, is_guardian=True, region=region
        )
    return noticed + phone


def guardian_matching_escort(
    claim: sign_in_claims.SignInClaim, dossier: PatientDossier
) -> RecordContact | None:
    """Return the guardian on record whose name the escort gave; None if there is none."""
    guardians = (one for one in dossier.contacts if one.kind != "escort")
    is_one = discrepancy_rules.is_same_person_name
    return next((one for one in guardians if claim.escort_name and is_one(claim.escort_name, one.name)), None)


def find_other_sign_ins(visit: Visit, found: DossierSet) -> list[discrepancy_rules.NoticedDifference]:
    """Return a difference for each other open visit of this patient: signed in twice, or a wrong match."""
    if visit.patient_id is None or not visit.is_open:
        return []
    ids = [one.pk for one in found.open_visits_of(visit.patient_id)]
    return notice_sign_ins_at([pk for pk in ids if pk != visit.pk])


def notice_sign_ins_at(visit_ids: Iterable[int]) -> list[discrepancy_rules.NoticedDifference]:
    """Return a difference for each of these visits: the child is already signed in there."""
    cause = DiscrepancyCause.ALREADY_SIGNED_IN
    return [discrepancy_rules.NoticedDifference("sign_in", "", "", cause, other_visit=pk) for pk in visit_ids]


def find_known_escort(
    claim: sign_in_claims.SignInClaim, contacts: Iterable[RecordContact]
) -> RecordContact | None:
    """Return the escort on record with the claim's name or, without a name, its relationship; or None."""
    escorts = [one for one in contacts if one.kind == "escort"]
    key = name_keys.normalize_text(claim.escort_name)[:_LONGEST_NAME_KEY]
    if key:
        return next(
            (one for one in escorts if name_keys.normalize_text(one.name)[:_LONGEST_NAME_KEY] == key), None
        )
    said_to_be = name_keys.normalize_text(claim.relationship)
    nameless = (one for one in escorts if not one.name)
    return next((one for one in nameless if name_keys.normalize_text(one.relationship) == said_to_be), None)


def remember_escort(
    *, claim: sign_in_claims.SignInClaim, clinic: Clinic, patient: Patient, known: int | None, at: dt.datetime
) -> int | None:
    """Find or create the escort on this patient; return its id, or None if nobody said who they are.

    Stores the relationship as last given. A patient who came alone gets an Escort row that stores only
    preferences.
    """
    said = {name: "" if claim.is_patient else getattr(claim, name) for name in _ESCORT_CLAIM_FIELDS}
    if not claim.is_patient and not any(said.values()):
        return None
    if known is None:
        made = Escort.objects.create(
            clinic=clinic,
            patient=patient,
            is_patient=claim.is_patient,
            name=said["escort_name"],
            relationship=said["relationship"],
            phone=said["escort_phone"],
            last_came_at=at,
            on_record=None,
            **preference_rules.preferences_to_remember(claim, at=at),
        )
        return made.pk
    said_now: dict[str, object] = {"last_came_at": at}
    if said["relationship"]:
        said_now["relationship"] = said["relationship"]
    # A visit that is linked days later must not overwrite what was said since.
    not_since = Q(last_came_at=None) | Q(last_came_at__lte=at)
    not_told_since = Q(remembered_at=None) | Q(remembered_at__lte=at)
    # One statement for both, because a tablet sign-in has a query budget.
    changes = {name: _escort_column_where(not_since, name, value) for name, value in said_now.items()}
    told_now = preference_rules.preferences_to_remember(claim, at=at)
    changes |= {name: _escort_column_where(not_told_since, name, value) for name, value in told_now.items()}
    Escort.objects.filter(pk=known).update(**changes)
    return known


def _escort_column_where(condition: Q, name: str, value: object) -> Case:
    """Return an expression for an escort's column: `value` if the condition holds, else unchanged."""
    column: Any = Escort._meta.get_field(name)
    return Case(When(condition, then=Value(value)), default=F(name), output_field=column)


def detach_patient_and_escort(visit: Visit, *, forgets: bool = True) -> None:
    """Take patient, escort and appointment off the visit.

    With `forgets`, the escort forgets this visit. Call `escorts.write_latest_preferences` to restore earlier
    preferences. `visit.patient` is only unset in memory: the caller saves the visit with its next one.
    """
    escort = visit.escort
    appointments.release_appointment(visit)
    visit.patient = visit.escort = None
    Visit.objects.filter(pk=visit.pk).update(escort=None, appointment=None)
    if escort and forgets:
        escorts.forget_visit_of_escort(escort, visit)


def create_discrepancies(
    visit: Visit, noticed: Iterable[discrepancy_rules.NoticedDifference], *, at: dt.datetime
) -> list[Discrepancy]:
    """Create and return these discrepancies for the desk. Call after the visit has its id."""
    return Discrepancy.objects.bulk_create(
        Discrepancy(
            clinic_id=visit.clinic_id,
            visit=visit,
            field=one.field,
            typed=one.typed[:500],
            recorded=one.recorded[:500],
            cause=one.cause,
            other_visit_id=one.other_visit,
            noticed_at=at,
        )
        for one in noticed
    )
