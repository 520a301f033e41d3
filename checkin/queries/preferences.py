"""How a family likes to be served, as the board and the visit show it."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import get_language_info

from checkin.models import Clinic, Escort, Visit
from checkin.models import lookup as records
from checkin.rules import preferences
from checkin.rules.claims import Claim
from checkin.rules.preferences import OnRecord, Preference, Remembered


def of_visit(visit: Visit) -> list[Preference]:
    """Everything said or remembered, today's word first. No query where escort and patient are read along."""
    claim, patient = said_today(visit), visit.patient
    on_record = OnRecord(
        language=not_our_own(patient.language, visit.clinic) if patient else "",
        interpreter=bool(patient and patient.interpreter_needed),
        access_needs=patient.access_needs if patient else "",
    )
    return preferences.shown(claim, remembered(visit.escort, visit.clinic), on_record)


def of_board(visit: Visit) -> Preference | None:
    """The one wish that a row shows: greet me, or leave me be. No query: the board reads the escort along."""
    kept = remembered(visit.escort, visit.clinic)
    return preferences.approach(today=visit.sign_in.approach, remembered=kept.approach, since=kept.since)


def remembered(escort: Escort | None, clinic: Clinic) -> Remembered:
    """What this escort asked us to remember; nothing for somebody unknown."""
    if escort is None or escort.remembered_at is None:
        return Remembered()
    since = clinic.local_date(escort.remembered_at)
    return Remembered(escort.approach, escort.best_way, escort.best_time, since)


def said_today(visit: Visit) -> Claim:
    """The claim, with the language only where it tells us something."""
    claim = records.said(visit.sign_in)
    return replace(claim, language=not_our_own(claim.language, visit.clinic))


def not_our_own(language: str, clinic: Clinic) -> str:
    """The language, or "" for the clinic's own: the tablet sends that one when nobody chose any."""
    own = clinic.languages[0] if clinic.languages else "en"
    try:
        about = get_language_info(own)
        names = {own, about["name"].casefold(), about["name_local"].casefold()}
    except KeyError:
        names = {own}
    said = language.strip().casefold()
    return "" if said in names or said.startswith(f"{own}-") else language
