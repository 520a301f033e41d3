"""What a visit and its patient's record say of language, interpreter and access, as the rules want it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkin.rules import understanding
from checkin.rules.understanding import OnRecord, SaidToday

if TYPE_CHECKING:
    from checkin.models.clinic import Clinic
    from checkin.models.people import Patient
    from checkin.models.visits import Visit


def own_language(clinic: Clinic) -> str:
    return clinic.languages[0] if clinic.languages else "en"


def not_our_own(language: str, clinic: Clinic) -> str:
    """The language, or "" for the clinic's own."""
    return "" if understanding.is_own(language, own_language(clinic)) else language


def chosen_language(visit: Visit, clinic: Clinic) -> str:
    """The language of the sign-in, or "" where the tablet sent the clinic's own because nobody chose any."""
    said = visit.sign_in
    return said.language if said.channel == "desk" else not_our_own(said.language, clinic)


def said_today(visit: Visit, clinic: Clinic) -> SaidToday:
    return SaidToday.of(visit.sign_in, language=chosen_language(visit, clinic))


def on_record(visit: Visit) -> OnRecord:
    """What the record of the visit's patient says. What it has from this very sign-in it does not say."""
    patient = visit.patient
    if patient is None:
        return OnRecord()
    is_copied = patient.is_provisional and patient.language == visit.sign_in.language
    language = "" if is_copied else patient.language
    return OnRecord(language, patient.interpreter_needed, patient.access_needs)


def of_record(patient: Patient) -> OnRecord:
    return OnRecord(patient.language, patient.interpreter_needed, patient.access_needs)
