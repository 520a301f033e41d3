"""Build the input for the rules of needs, as plain values from the claim, the record and the visit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from checkin.models import Visit
from checkin.models import excuse_notes as excuse_note_models
from checkin.models import understanding as understanding_models
from checkin.queries import patient_dossiers
from checkin.rules import consent as consent_rules
from checkin.rules import sign_in_claims
from checkin.rules.consent_adults import ConsentAdult
from checkin.rules.consent_steps import read_consent_table
from checkin.rules.excuse_notes import HandedNote
from checkin.rules.need_settings import NeedSettings
from checkin.rules.need_types import NeedFacts


def build_need_facts(
    visit: Visit,
    claim: sign_in_claims.SignInClaim,
    dossier: patient_dossiers.PatientDossier,
    *,
    discrepancies: Iterable[str],
    notes: tuple[HandedNote, ...] = (),
) -> NeedFacts:
    """Return the plain values that the rules need."""
    clinic, patient = visit.location.clinic, visit.patient
    typed = sign_in_claims.read_typed_birth_date(
        claim.child_birth_date, today=visit.local_date, day_first=clinic.day_first
    ).date
    return NeedFacts(
        arrived=visit.arrived_at.astimezone(clinic.zone),
        birth_date=patient.birth_date if patient and patient.birth_date else typed,
        linked=not visit.is_unsettled,
        deceased=patient is not None and patient.is_deceased,
        match=str(visit.match),
        notes_wanted=claim.notes_wanted,
        today=understanding_models.understanding_said_today(visit, clinic),
        recorded=understanding_models.understanding_on_visit_record(visit),
        own_language=understanding_models.clinic_own_language(clinic),
        also=claim.also,
        due=tuple(dossier.due),
        given=tuple(dossier.given),
        beside=tuple(dossier.beside),
        influenza_given_on=dossier.influenza_given_on,
        discrepancies=tuple(discrepancies),
        overdue_promises=dossier.overdue_promises,
        notes=notes,
        consent=consent_rules.ConsentFacts(
            escort=ConsentAdult(claim.escort_name, claim.escort_phone, claim.relationship),
            is_patient=claim.is_patient,
            guardians=dossier.guardians(),
            others=dossier.others(),
            proxies=tuple(dossier.proxies),
            lapsed=dossier.lapsed_proxies(clinic.zone),
            answers=tuple(dossier.answers),
            table=read_consent_table(clinic.consent_table),
            urgent=visit.urgent,
            is_matched=patient is not None,
            deceased=patient is not None and patient.is_deceased,
        ),
        settings=NeedSettings.read(clinic.need_settings),
    )


def read_visit_need_facts(visit: Visit, *, at: dt.datetime) -> NeedFacts:
    """Read and return what is known about this visit at that time, as plain values for the rules."""
    dossier = patient_dossiers.read_visit_dossier(visit, now=at)
    differing = visit.discrepancies.open().values_list("field", flat=True)
    handed = excuse_note_models.list_handed_out_notes(visit)
    return build_need_facts(
        visit,
        patient_dossiers.restore_sign_in_claim(visit.sign_in),
        dossier,
        discrepancies=differing,
        notes=handed,
    )
