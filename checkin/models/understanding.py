"""Language, interpreter and access needs of a visit, its record and its escort, as input for the rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checkin.rules import understanding as understanding_rules
from checkin.rules.languages import name_recorded_language, name_typed_language
from checkin.rules.preferences import WISHES, RememberedPreferences
from checkin.rules.understanding import NeedsOnRecord, NeedsSaidToday

if TYPE_CHECKING:
    from checkin.models.clinic import Clinic
    from checkin.models.people import Escort, Patient
    from checkin.models.visits import SignIn, Visit

_DESK_LANGUAGE = "en"
_LANG_ATTRIBUTE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def clinic_own_language(clinic: Clinic) -> str:
    """Return the language code of the clinic's own language: the kiosk's default."""
    return clinic.languages[0] if clinic.languages else "en"


def language_if_not_clinics(language: str, clinic: Clinic) -> str:
    """Return the language, or "" if it is the clinic's own."""
    return "" if understanding_rules.is_clinics_language(language, clinic_own_language(clinic)) else language


def chosen_sign_in_language(visit: Visit, clinic: Clinic) -> str:
    """Return the sign-in's language in words; "" if nobody chose one and the tablet sent the clinic's own.

    The desk's text is read as typed by a person: "no" is not Norwegian there.
    """
    said = visit.sign_in
    if said.channel == "desk":
        return name_typed_language(said.language)
    return name_recorded_language(language_if_not_clinics(said.language, clinic))


def typed_language_tag(said: SignIn) -> str:
    """Return the tag for `lang`; "" for the desk's own language, and for the desk, which types words."""
    tag = said.language if said.channel == "kiosk" else ""
    return tag if _LANG_ATTRIBUTE.fullmatch(tag) and tag.split("-")[0] != _DESK_LANGUAGE else ""


def understanding_said_today(visit: Visit, clinic: Clinic) -> NeedsSaidToday:
    return NeedsSaidToday.of(visit.sign_in, language=chosen_sign_in_language(visit, clinic))


def understanding_on_visit_record(visit: Visit) -> NeedsOnRecord:
    """Return what the patient's record says, without a language that came from this very sign-in."""
    patient = visit.patient
    if patient is None:
        return NeedsOnRecord()
    is_copied = patient.is_provisional and patient.language == visit.sign_in.language
    language = "" if is_copied else patient.language
    return NeedsOnRecord(language, patient.interpreter_needed, patient.access_needs)


def understanding_on_record(patient: Patient) -> NeedsOnRecord:
    return NeedsOnRecord(patient.language, patient.interpreter_needed, patient.access_needs)


def remembered_preferences(escort: Escort | None, clinic: Clinic) -> RememberedPreferences:
    """Return what this escort asked us to remember; empty for an unknown escort."""
    if escort is None or escort.remembered_at is None:
        return RememberedPreferences()
    columns = {one.column: getattr(escort, one.column) for one in WISHES}
    return RememberedPreferences.of(columns, since=clinic.date_words(escort.remembered_at))
