"""What a visit, its patient's record and whoever brings them say of how they are served, for the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkin.rules import understanding as understanding_rules
from checkin.rules.languages import name_recorded_language, name_typed_language
from checkin.rules.preferences import WISHES, RememberedPreferences
from checkin.rules.understanding import NeedsOnRecord, NeedsSaidToday

if TYPE_CHECKING:
    from checkin.models.clinic import Clinic
    from checkin.models.people import Escort, Patient
    from checkin.models.visits import Visit


def clinic_own_language(clinic: Clinic) -> str:
    return clinic.languages[0] if clinic.languages else "en"


def language_if_not_clinics(language: str, clinic: Clinic) -> str:
    """The language, or "" for the clinic's own."""
    return "" if understanding_rules.is_clinics_language(language, clinic_own_language(clinic)) else language


def chosen_sign_in_language(visit: Visit, clinic: Clinic) -> str:
    """The language of the sign-in in words; "" where the tablet sent our own because nobody chose any.

    What the desk typed is read as a person types: "no" is no Norwegian.
    """
    said = visit.sign_in
    if said.channel == "desk":
        return name_typed_language(said.language)
    return name_recorded_language(language_if_not_clinics(said.language, clinic))


def understanding_said_today(visit: Visit, clinic: Clinic) -> NeedsSaidToday:
    return NeedsSaidToday.of(visit.sign_in, language=chosen_sign_in_language(visit, clinic))


def understanding_on_visit_record(visit: Visit) -> NeedsOnRecord:
    """What the record of the visit's patient says. What it has from this very sign-in it does not say."""
    patient = visit.patient
    if patient is None:
        return NeedsOnRecord()
    is_copied = patient.is_provisional and patient.language == visit.sign_in.language
    language = "" if is_copied else patient.language
    return NeedsOnRecord(language, patient.interpreter_needed, patient.access_needs)


def understanding_on_record(patient: Patient) -> NeedsOnRecord:
    return NeedsOnRecord(patient.language, patient.interpreter_needed, patient.access_needs)


def remembered_preferences(escort: Escort | None, clinic: Clinic) -> RememberedPreferences:
    """What this escort asked us to remember; nothing for somebody unknown."""
    if escort is None or escort.remembered_at is None:
        return RememberedPreferences()
    columns = {one.column: getattr(escort, one.column) for one in WISHES}
    return RememberedPreferences.of(columns, since=clinic.local_date(escort.remembered_at))
