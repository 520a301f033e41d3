"""What a visit, its patient's record and whoever brings them say of how they are served, for the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkin.rules import understanding
from checkin.rules.languages import name_language, say_language
from checkin.rules.preferences import Remembered, wish_of
from checkin.rules.understanding import OnRecord, SaidToday

if TYPE_CHECKING:
    from checkin.models.clinic import Clinic
    from checkin.models.people import Escort, Patient
    from checkin.models.visits import Visit


def own_language(clinic: Clinic) -> str:
    return clinic.languages[0] if clinic.languages else "en"


def not_our_own(language: str, clinic: Clinic) -> str:
    """The language, or "" for the clinic's own."""
    return "" if understanding.is_own(language, own_language(clinic)) else language


def chosen_language(visit: Visit, clinic: Clinic) -> str:
    """The language of the sign-in in words; "" where the tablet sent our own because nobody chose any.

    What the desk typed is read as a person types: "no" is no Norwegian.
    """
    said = visit.sign_in
    if said.channel == "desk":
        return say_language(said.language)
    return name_language(not_our_own(said.language, clinic))


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


def remembered(escort: Escort | None, clinic: Clinic) -> Remembered:
    """What this escort asked us to remember; nothing for somebody unknown."""
    if escort is None or escort.remembered_at is None:
        return Remembered()
    since = clinic.local_date(escort.remembered_at)
    return Remembered(escort.approach, escort.best_way, wish_of("", escort.best_time), since)
