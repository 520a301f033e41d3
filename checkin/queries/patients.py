"""Find a patient by any detail that the desk knows, and read everything for a patient's page."""

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
from checkin.models.confidential_marks import (
    leave_out_confidential,
    leave_out_confidential_escorts,
)
from checkin.models.patient_numbers import order_own_numbers_first
from checkin.queries import immunizations as immunization_queries
from checkin.rules import adult_identity, name_keys, phones
from checkin.rules.ages import age_words
from checkin.rules.written_dates import read_written_dates

PATIENT_SEARCH_LABEL = "Name, birth date, record number or phone"
"""The label of a search box: what `build_patient_lookups` accepts, in words."""
PATIENT_SEARCH_HINT = "Name, birth date, phone"
"""The short label, for small boxes."""
_FEWEST_SEARCH_LETTERS = 2
_MOST_PATIENTS_READ = 60
_MOST_PATIENTS_FOUND = 8
_MOST_ESCORTS_SHOWN = 4
_MOST_VISITS_SHOWN = 50
_MOST_APPOINTMENTS_SHOWN = 30
_MOST_NOTES_SHOWN = 30
_LONGEST_SEARCH = 200
_MOST_SEARCH_WORDS, _MOST_DATE_WORDS = 12, 6
_FEWEST_SEARCH_DIGITS = 4
_WHOLE_PHONE_DIGITS = 7
_ANY_DIGIT = re.compile(r"\d")
_PART_OF_SEARCHED_DATE = re.compile(r"\d+[-/.][\d/.-]*")
_ANY_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class FoundPatient:
    """A patient in search results. Escorts are sorted by latest visit."""

    patient: Patient
    age: str
    escorts: list[Escort] = field(default_factory=list)


def search_patients(
    clinic: Clinic, text: str, *, on: dt.date, limit: int = _MOST_PATIENTS_FOUND
) -> list[FoundPatient]:
    """Find patients by name, birth date, record number or phone, or parts of these. Two queries."""
    sought = parse_patient_search(text[:_LONGEST_SEARCH], on=on, day_first=clinic.day_first)
    found = _sort_best_matches_first(
        clinic.patients.any_of(
            build_patient_lookups(clinic, sought), _MOST_PATIENTS_READ, clinic_id=clinic.pk
        ),
        sought,
    )
    return attach_known_escorts(found[:limit], on=on)


class PatientSearchTerms(NamedTuple):
    """A parsed search: the words of a name, and the days that a date in it may mean."""

    text: str
    name: str
    dates: tuple[dt.date, ...]

    @property
    def digits(self) -> str:
        """The digits of a text without letters; "" for other text."""
        return (
            ""
            if _ANY_LETTER.search(self.text)
            else "".join(str(int(sign)) for sign in self.text if sign.isdecimal())
        )


def parse_patient_search(text: str, *, on: dt.date, day_first: bool) -> PatientSearchTerms:
    """Return the search with the longest run of words that is a date as dates, and the rest as a name."""
    words = text.split()[:_MOST_SEARCH_WORDS]
    for length in range(min(len(words), _MOST_DATE_WORDS), 0, -1):
        for start in range(len(words) - length + 1):
            run = " ".join(words[start : start + length])
            # If a date can be read in two ways, search for both.
            dates = read_written_dates(run, today=on, day_first=day_first) if _ANY_DIGIT.search(run) else ()
            # "14/3/2018" is not a date in the clinic's order, but is one in the other order.
            if not dates and _ANY_DIGIT.search(run):
                dates = read_written_dates(run, today=on, day_first=not day_first)
            if dates:
                return PatientSearchTerms(
                    text.strip(), " ".join(words[:start] + words[start + length :]), dates
                )
    typed_so_far = [word for word in words if not _PART_OF_SEARCHED_DATE.fullmatch(word)]
    return PatientSearchTerms(text.strip(), " ".join(typed_so_far), ())


def build_patient_lookups(clinic: Clinic, sought: PatientSearchTerms) -> Iterator[models.QuerySet[Any, Any]]:
    """Yield a separate look-up for each thing that the text may be."""
    patients = clinic.patients
    if _ANY_LETTER.search(sought.name):
        key = name_keys.normalize_text(sought.name)
        is_short = len(key) < _FEWEST_SEARCH_LETTERS and sought.name.isascii()
        named = [patients.called(sought.name)] if is_short else patients.spelled_like(sought.name)
        for found in named:
            yield found.filter(birth_date__in=sought.dates) if sought.dates else found
    elif sought.dates:
        yield patients.on_file().filter(birth_date__in=sought.dates)
    if (
        _ANY_DIGIT.search(sought.text)
        and len(name_keys.record_number_key(sought.text)) >= _FEWEST_SEARCH_LETTERS
    ):
        yield patients.numbered_like(sought.text, clinic_id=clinic.pk)
    if not sought.digits and not sought.dates:
        # "(206) 555-0134 x44 (mom)": text as in the record's phone field.
        for key in phones.phone_keys(sought.text, clinic.region):
            if len(key) >= _WHOLE_PHONE_DIGITS:
                yield from patients.phoned_like(key, clinic_id=clinic.pk)
    if len(sought.digits) >= _FEWEST_SEARCH_DIGITS:
        yield from patients.phoned_like(sought.digits, clinic_id=clinic.pk)
        phone = phones.phone_key(sought.text, clinic.region)
        if phone and phone != sought.digits:
            yield from patients.phoned_like(phone, clinic_id=clinic.pk)


def _sort_best_matches_first(found: Iterable[Patient], sought: PatientSearchTerms) -> list[Patient]:
    """Return exact names first. If anyone has the full name, drop those with only part of it."""
    wanted, people = name_keys.normalize_text(sought.name), list(found)
    if len(sought.name.split()) > 1 and any(wanted in _full_name_keys(one) for one in people):
        # "Jose Garcia" finds José García and José García-López, but then not Josefa García.
        people = [one for one in people if any(key.startswith(wanted) for key in _full_name_keys(one))]

    def rank(one: Patient) -> tuple[bool, str, str, dt.date, int]:
        whole = {*_full_name_keys(one), one.family_key, one.given_key}
        born = one.birth_date or dt.date.min
        return wanted not in whole, one.family_key, one.given_key, born, one.pk

    return sorted(people, key=rank)


def _full_name_keys(one: Patient) -> tuple[str, str]:
    """Return given and family name joined, in either order."""
    return one.given_key + one.family_key, one.family_key + one.given_key


def attach_known_escorts(patients: list[Patient], *, on: dt.date) -> list[FoundPatient]:
    """Return these patients with the adults who bring them, in one query."""
    escorts: dict[int, list[Escort]] = defaultdict(list)
    if patients:
        for escort in list_known_escorts(patients):
            if len(escorts[escort.patient_id]) < _MOST_ESCORTS_SHOWN:
                escorts[escort.patient_id].append(escort)
    return [
        FoundPatient(one, "" if one.is_deceased else age_words(one.birth_date, on), escorts[one.pk])
        for one in patients
    ]


def list_known_escorts(patients: list[Patient]) -> list[Escort]:
    """Return each adult once per patient, latest visit first; adults who have not come yet are last."""
    rows = Escort.objects.filter(patient__in=patients, is_patient=False).select_related("clinic")
    rows = leave_out_confidential_escorts(rows)
    found = sorted(rows, key=lambda one: (-(one.last_came_at.timestamp() if one.last_came_at else 0), one.pk))
    of_each: dict[int, list[Escort]] = defaultdict(list)
    for one in found:
        of_each[one.patient_id].append(one)
    once = [
        one
        for same in of_each.values()
        for one in adult_identity.list_each_adult_once(same, same[0].clinic.region)
    ]
    return [one for one in found if one in once]


@dataclass(frozen=True, slots=True)
class PatientPage:
    """Everything on a patient's page."""

    patient: Patient
    age: str
    escorts: list[Escort]
    guardians: list[Guardian]
    appointments: list[Appointment]
    visits: list[Visit]
    identifiers: list[PatientIdentifier]
    care: immunization_queries.DueAndGiven
    notes: list[ExcuseNote]


def read_patient_page(patient: Patient, *, on: dt.date) -> PatientPage:
    """Return the page's data, each list latest first, except due items, which are longest due first.

    Runs eight queries, and those that `read_due_and_given` adds if something is due.
    """
    appointments = patient.appointments.select_related("location").order_by("-starts_at", "-pk")
    visits = patient.visits.select_related("sign_in", "location").order_by("-arrived_at", "-pk")
    notes = leave_out_confidential(ExcuseNote.objects.numbered().filter(visit__patient=patient))
    notes = notes.order_by("-number")
    return PatientPage(
        patient=patient,
        age="" if patient.is_deceased else age_words(patient.birth_date, on),
        escorts=list_known_escorts([patient]),
        guardians=patient.guardians.to_phone(on),
        appointments=list(appointments[:_MOST_APPOINTMENTS_SHOWN]),
        visits=list(visits[:_MOST_VISITS_SHOWN]),
        identifiers=list(order_own_numbers_first(patient.identifiers.all())),
        care=immunization_queries.read_due_and_given(patient, on=on),
        notes=list(notes[:_MOST_NOTES_SHOWN]),
    )
