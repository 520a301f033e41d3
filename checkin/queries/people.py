"""Finding a patient by whatever the desk knows, and all that a patient's page shows."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import models

from checkin.models import (
    Appointment,
    Clinic,
    Escort,
    ExcuseNote,
    Guardian,
    Patient,
    PatientIdentifier,
    Visit,
)
from checkin.models.own_numbers import own_first
from checkin.queries import given_vaccines
from checkin.rules import names, one_adult, phones
from checkin.rules.ages import age_words
from checkin.rules.written_dates import read_dates

FEWEST_LETTERS = 2
MOST_READ = 60
MOST_FOUND = 8
MOST_ESCORTS = 4
MOST_VISITS = 50
MOST_APPOINTMENTS = 30
MOST_NOTES = 30
LONGEST_SEARCH = 200
MOST_WORDS, LONGEST_DATE = 12, 6
FEWEST_DIGITS = 4
WHOLE_PHONE = 7
DIGIT = re.compile(r"\d")
PART_OF_DATE = re.compile(r"\d+[-/.][\d/.-]*")
LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Person:
    """A patient as a search shows them. Escorts: who came last first."""

    patient: Patient
    age: str
    escorts: list[Escort] = field(default_factory=list)


def search(clinic: Clinic, text: str, *, on: dt.date, limit: int = MOST_FOUND) -> list[Person]:
    """Patients on file by name, birth date, record number or phone, or parts of these. Two queries."""
    sought = sought_in(text[:LONGEST_SEARCH], on=on, day_first=clinic.day_first)
    found = best_first(
        clinic.patients.any_of(lookups(clinic, sought), MOST_READ, clinic_id=clinic.pk), sought
    )
    return with_escorts(found[:limit], on=on)


class Sought(NamedTuple):
    """What a search says: the words of a name and the days that a date among them may mean."""

    text: str
    name: str
    dates: tuple[dt.date, ...]

    @property
    def digits(self) -> str:
        """The digits of a text without letters."""
        return (
            ""
            if LETTER.search(self.text)
            else "".join(str(int(sign)) for sign in self.text if sign.isdecimal())
        )


def sought_in(text: str, *, on: dt.date, day_first: bool) -> Sought:
    """Find the longest run of words that is a date; what is left is a name."""
    words = text.split()[:MOST_WORDS]
    for length in range(min(len(words), LONGEST_DATE), 0, -1):
        for start in range(len(words) - length + 1):
            run = " ".join(words[start : start + length])
            # Both readings of a date that can be read in two ways are looked for.
            dates = read_dates(run, today=on, day_first=day_first) if DIGIT.search(run) else ()
            # "14/3/2018" is no date in the clinic's order, and one day in the other.
            if not dates and DIGIT.search(run):
                dates = read_dates(run, today=on, day_first=not day_first)
            if dates:
                return Sought(text.strip(), " ".join(words[:start] + words[start + length :]), dates)
    typed_so_far = [word for word in words if not PART_OF_DATE.fullmatch(word)]
    return Sought(text.strip(), " ".join(typed_so_far), ())


def lookups(clinic: Clinic, sought: Sought) -> Iterator[models.QuerySet[Any, Any]]:
    """Everything that the text may be, each a look-up of its own."""
    patients = clinic.patients
    if LETTER.search(sought.name):
        key = names.normalise(sought.name)
        is_short = len(key) < FEWEST_LETTERS and sought.name.isascii()
        named = [patients.called(sought.name)] if is_short else patients.spelt_like(sought.name)
        for found in named:
            yield found.filter(birth_date__in=sought.dates) if sought.dates else found
    elif sought.dates:
        yield patients.on_file().filter(birth_date__in=sought.dates)
    if DIGIT.search(sought.text) and len(names.number_key(sought.text)) >= FEWEST_LETTERS:
        yield patients.numbered_like(sought.text, clinic_id=clinic.pk)
    if not sought.digits and not sought.dates:
        # "(206) 555-0134 x44 (mom)": as it stands in a box of the record.
        for key in phones.phone_keys(sought.text, clinic.region):
            if len(key) >= WHOLE_PHONE:
                yield from patients.phoned_like(key, clinic_id=clinic.pk)
    if len(sought.digits) >= FEWEST_DIGITS:
        yield from patients.phoned_like(sought.digits, clinic_id=clinic.pk)
        phone = phones.phone_key(sought.text, clinic.region)
        if phone and phone != sought.digits:
            yield from patients.phoned_like(phone, clinic_id=clinic.pk)


def best_first(found: Iterable[Patient], sought: Sought) -> list[Patient]:
    """Whoever has the very name first. A full name that somebody has drops those with only a part of it."""
    wanted, people = names.normalise(sought.name), list(found)
    if len(sought.name.split()) > 1 and any(wanted in full_keys(one) for one in people):
        # "Jose Garcia" is José García, or José García-López, and not Josefa beside him.
        people = [one for one in people if any(key.startswith(wanted) for key in full_keys(one))]

    def rank(one: Patient) -> tuple[bool, str, str, dt.date, int]:
        whole = {*full_keys(one), one.family_key, one.given_key}
        born = one.birth_date or dt.date.min
        return wanted not in whole, one.family_key, one.given_key, born, one.pk

    return sorted(people, key=rank)


def full_keys(one: Patient) -> tuple[str, str]:
    """Both names together, in either order."""
    return one.given_key + one.family_key, one.family_key + one.given_key


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
    """Who came last, first; an escort who has not come yet, last. Each adult once for each patient."""
    rows = Escort.objects.filter(patient__in=patients, is_patient=False).select_related("clinic")
    found = sorted(rows, key=lambda one: (-(one.last_came_at.timestamp() if one.last_came_at else 0), one.pk))
    of_each: dict[int, list[Escort]] = defaultdict(list)
    for one in found:
        of_each[one.patient_id].append(one)
    once = [one for same in of_each.values() for one in one_adult.each_once(same, same[0].clinic.region)]
    return [one for one in found if one in once]


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
    care: given_vaccines.Care
    notes: list[ExcuseNote]


def whole(patient: Patient, *, on: dt.date) -> Whole:
    """Eight queries; what is latest comes first, and of what is due, what has been due longest.

    One more where a check-up is due.
    """
    appointments = patient.appointments.select_related("location").order_by("-starts_at", "-pk")
    visits = patient.visits.select_related("sign_in", "location").order_by("-arrived_at", "-pk")
    notes = ExcuseNote.objects.numbered().filter(visit__patient=patient).order_by("-number")
    return Whole(
        patient=patient,
        age="" if patient.is_deceased else age_words(patient.birth_date, on),
        escorts=known_escorts([patient]),
        guardians=patient.guardians.to_phone(on),
        appointments=list(appointments[:MOST_APPOINTMENTS]),
        visits=list(visits[:MOST_VISITS]),
        identifiers=list(own_first(patient.identifiers.all())),
        care=given_vaccines.of_patient(patient, on=on),
        notes=list(notes[:MOST_NOTES]),
    )
