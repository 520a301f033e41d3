"""Finding a patient by whatever the desk knows, and all that a patient's page shows."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from checkin.models import (
    Appointment,
    Clinic,
    DueItem,
    Escort,
    ExcuseNote,
    Guardian,
    Immunization,
    Patient,
    PatientIdentifier,
    Visit,
)
from checkin.rules import claims, names, phones
from checkin.rules.ages import age_words
from checkin.rules.identity import Block

FEWEST_LETTERS = 2
MOST_READ = 60
MOST_FOUND = 8
MOST_ESCORTS = 4
MOST_VISITS = 50
MOST_APPOINTMENTS = 30
MOST_NOTES = 30
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|\b(?:19|20)\d{6}\b")
LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Person:
    """A patient as a search shows them. Escorts: who came last first."""

    patient: Patient
    age: str
    escorts: list[Escort] = field(default_factory=list)


def search(clinic: Clinic, text: str, *, on: dt.date, limit: int = MOST_FOUND) -> list[Person]:
    """Patients on file by name, birth date, phone, or name and birth date. Two queries."""
    found = best_first(matching(clinic, text[:200], on=on), text)[:limit]
    return with_escorts(found, on=on)


def matching(clinic: Clinic, text: str, *, on: dt.date) -> Iterable[Patient]:
    name, date = parts_of(text, on=on, day_first=clinic.day_first)
    if LETTER.search(name):
        if len(names.normalise(name)) < FEWEST_LETTERS and name.isascii():
            return []
        found = clinic.patients.named_like(name)
        return (found.filter(birth_date=date) if date else found)[:MOST_READ]
    if date:
        return clinic.patients.could_be([Block(dates=(date,))])[:MOST_READ]
    phone = phones.phone_key(name, clinic.region)
    return clinic.patients.could_be([Block(phone=phone)])[:MOST_READ] if phone else []


def parts_of(text: str, *, on: dt.date, day_first: bool) -> tuple[str, dt.date | None]:
    """The words of a search and the birth date among them, if there is one."""
    for typed in DATE.findall(text):
        date = claims.birth_date(typed, today=on, day_first=day_first).date
        if date is not None:
            return text.replace(typed, " ", 1).strip(), date
    return text.strip(), None


def best_first(found: Iterable[Patient], text: str) -> list[Patient]:
    wanted = names.normalise(DATE.sub(" ", text))

    def rank(one: Patient) -> tuple[bool, str, str, dt.date, int]:
        whole = {
            one.given_key + one.family_key,
            one.family_key + one.given_key,
            one.family_key,
            one.given_key,
        }
        born = one.birth_date or dt.date.min
        return wanted not in whole, one.family_key, one.given_key, born, one.pk

    return sorted(found, key=rank)


def with_escorts(patients: list[Patient], *, on: dt.date) -> list[Person]:
    """These patients with the adults who bring them, in one query."""
    escorts: dict[int, list[Escort]] = defaultdict(list)
    if patients:
        for escort in known_escorts(patients):
            if len(escorts[escort.patient_id]) < MOST_ESCORTS:
                escorts[escort.patient_id].append(escort)
    return [
        Person(one, "" if one.is_deceased else age_words(one.birth_date, on), escorts[one.pk])
        for one in patients
    ]


def known_escorts(patients: list[Patient]) -> list[Escort]:
    """Who came last, first; an escort who has not come yet, last."""
    found = Escort.objects.filter(patient__in=patients, is_patient=False)
    return sorted(found, key=lambda one: (-(one.last_came_at.timestamp() if one.last_came_at else 0), one.pk))


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything on a patient's page."""

    patient: Patient
    age: str
    escorts: list[Escort]
    guardians: list[Guardian]
    appointments: list[Appointment]
    visits: list[Visit]
    identifiers: list[PatientIdentifier]
    due: list[DueItem]
    immunizations: list[Immunization]
    notes: list[ExcuseNote]


def whole(patient: Patient, *, on: dt.date) -> Whole:
    """Eight queries; what is latest comes first, and of what is due, what has been due longest."""
    appointments = patient.appointments.select_related("location").order_by("-starts_at", "-pk")
    visits = patient.visits.select_related("sign_in", "location").order_by("-arrived_at", "-pk")
    due = patient.due_items.filter(status=DueItem.Status.DUE)
    notes = ExcuseNote.objects.numbered().filter(visit__patient=patient).order_by("-number")
    return Whole(
        patient=patient,
        age="" if patient.is_deceased else age_words(patient.birth_date, on),
        escorts=known_escorts([patient]),
        guardians=patient.guardians.to_phone(on),
        appointments=list(appointments[:MOST_APPOINTMENTS]),
        visits=list(visits[:MOST_VISITS]),
        identifiers=list(patient.identifiers.order_by("system", "value")),
        due=[] if patient.is_deceased else list(due.order_by("due_on", "pk")),
        immunizations=list(patient.immunizations.order_by("-given_on", "-pk")),
        notes=list(notes[:MOST_NOTES]),
    )
