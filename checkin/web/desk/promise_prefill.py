"""First values of the promise form: whom to reach, at which number, how and when."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from checkin.models import Clinic, Escort, Patient, Promise, Visit
from checkin.models.hidden_addresses import hide_own_email, is_own_contact_hidden
from checkin.models.understanding import remembered_preferences
from checkin.rules import name_keys
from checkin.rules.phones import format_phone
from checkin.rules.preferences import (
    WISHES,
    ContactWay,
    RememberedPreferences,
    WishAnswers,
    current_preference_text,
)

_WAYS_BY_PHONE_NUMBER = (ContactWay.PHONE, ContactWay.TEXT, ContactWay.IN_PERSON)
"""Ways that use the known phone number. We know nobody's postal address."""


def prefill_promise_from_visit(visit: Visit) -> dict[str, object]:
    """Return who is here and how to reach them: as said today, or else as remembered."""
    said, escort = visit.sign_in, visit.escort
    name, number = said.escort_name, said.escort_phone
    if said.is_patient:
        own = visit.patient.shown_phone if visit.patient else ""
        name, number = said.child_name, "" if is_own_contact_hidden(visit) else number or own
    elif escort is not None:
        name, number = name or escort.name, number or escort.phone
    if not name and not number and visit.patient is not None:
        return prefill_promise_from_patient(visit.patient)
    kept = remembered_preferences(escort, visit.clinic)
    now = {
        one.name: current_preference_text(one.name, getattr(said, one.name), getattr(kept, one.name))
        for one in WISHES
    }
    now["email"] = hide_own_email(now["email"], visit, mark="")
    return _prefill_values(visit.clinic, WishAnswers(**now), name, number)


def prefill_promise_from_patient(patient: Patient) -> dict[str, object]:
    """Return a guardian with a number, else the latest escort with one, else the patient."""
    if patient.is_deceased:
        return {}
    today = patient.clinic.local_date(timezone.now())
    guardians = [one for one in patient.guardians.to_phone(today) if not one.is_over]
    escorts = list(
        patient.escorts.filter(is_patient=False).order_by(F("last_came_at").desc(nulls_last=True), "-pk")
    )
    guardian = next((one for one in guardians if one.phone), None)
    if guardian is None and guardians and patient.shown_phone:
        guardian = guardians[0]
    if guardian is not None:
        kept = _preferences_of_adult(guardian.name, escorts, patient)
        return _prefill_values(patient.clinic, kept, guardian.name, guardian.phone or patient.shown_phone)
    escort = next((one for one in escorts if one.name and one.phone), None)
    if escort is not None:
        kept = remembered_preferences(escort, patient.clinic)
        return _prefill_values(patient.clinic, kept, escort.name, escort.phone)
    name = guardians[0].name if guardians else patient.name
    return {"to_whom": name, "reach_at": format_phone(patient.shown_phone, patient.clinic.region)}


def _preferences_of_adult(name: str, escorts: list[Escort], patient: Patient) -> RememberedPreferences:
    """Return the preferences of the adult with this name, never another adult's."""
    key = name_keys.normalize_text(name)
    same = next((one for one in escorts if one.name_key and one.name_key == key), None)
    return remembered_preferences(same, patient.clinic)


def _prefill_values(clinic: Clinic, wishes: WishAnswers, name: str, number: str) -> dict[str, object]:
    """Return the form's first values."""
    way = wishes.best_way if wishes.best_way in ContactWay.values else ContactWay.PHONE
    known = dict.fromkeys(_WAYS_BY_PHONE_NUMBER, format_phone(number, clinic.region)) | {
        ContactWay.EMAIL: wishes.email
    }
    return {
        "to_whom": name,
        "reach_at": known.get(ContactWay(way), ""),
        "best_words": wishes.best_time,
        "way": way,
    }


def prefill_promise_from_promise(promise: Promise) -> dict[str, object]:
    """Return the same values again, except for the due time."""
    owner = f"staff:{promise.owner_id}" if promise.owner_id else f"role:{promise.owner_role}"
    names = ("to_whom", "way", "reach_at", "about", "best_words", "who_may_answer")
    voicemail = "" if promise.voicemail_ok is None else "yes" if promise.voicemail_ok else "no"
    # Feedback is not copied: the next owner may not be allowed to read it.
    about = promise.about_for(None)
    return {name: getattr(promise, name) for name in names} | {
        "about": about,
        "owner": owner,
        "voicemail_ok": voicemail,
    }
