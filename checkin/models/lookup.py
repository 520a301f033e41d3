"""All that must be read to say who a child is: four queries at most, none of them inside a transaction."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import CharField, Value

from checkin.models.clinic import Clinic
from checkin.models.people import Escort, Guardian, Patient
from checkin.models.schedule import Appointment
from checkin.models.visits import SignIn, Visit
from checkin.rules import claims, identity, names
from checkin.rules.visits import OPEN


class Contact(NamedTuple):
    """An escort or guardian on a patient's record."""

    kind: str
    pk: int
    patient_id: int
    name: str
    relationship: str
    phone: str


class Today(NamedTuple):
    """What a patient has on the clinic's local day: a booked appointment or an open visit."""

    kind: str
    pk: int
    patient_id: int
    location_id: int
    at: dt.datetime


@dataclass(slots=True)
class Found:
    """Everybody on file that a claim could mean, and what is known of each by patient id."""

    patients: dict[int, Patient] = field(default_factory=dict)
    contacts: dict[int, list[Contact]] = field(default_factory=lambda: defaultdict(list))
    today: dict[int, list[Today]] = field(default_factory=lambda: defaultdict(list))

    def records(self) -> list[identity.Record]:
        return [self.record(patient) for patient in self.patients.values()]

    def record(self, patient: Patient) -> identity.Record:
        phones = (patient.phone, *(contact.phone for contact in self.contacts[patient.pk]))
        return identity.Record(
            id=patient.pk,
            given_name=patient.given_name,
            family_name=patient.family_name,
            preferred_name=patient.preferred_name,
            birth_date=patient.birth_date,
            phones=tuple(filter(None, map(names.phone_key, phones))),
            postcode=patient.postcode,
            has_appointment_today=any(one.kind == "appointment" for one in self.today[patient.pk]),
        )

    def appointment_of(self, patient_id: int, *, location_id: int, at: dt.datetime) -> Today | None:
        """Today's appointment to sign this patient in for: here before elsewhere, then the nearest."""
        booked = [one for one in self.today[patient_id] if one.kind == "appointment"]
        return min(booked, key=lambda one: (one.location_id != location_id, abs(one.at - at)), default=None)

    def open_visits_of(self, patient_id: int) -> list[Today]:
        return [one for one in self.today[patient_id] if one.kind == "visit"]


def said(sign_in: SignIn) -> claims.Claim:
    """The claim as it was kept."""
    return claims.claim(
        {name: getattr(sign_in, name) for name in (*claims.LIMITS, "key", "notes_wanted", "interpreter")}
        | {"help": sign_in.help, "is_patient": sign_in.is_patient}
    )


def child(claim: claims.Claim, *, today: dt.date) -> identity.Claim:
    """The part of a claim that says who the child is."""
    return identity.Claim(
        given_name=claim.child_given_name,
        family_name=claim.child_family_name,
        birth_date=claims.birth_date(claim.child_birth_date, today=today).date,
        birth_text=claim.child_birth_date,
        phone=claim.escort_phone,
    )


def find(*, clinic: Clinic, claim: identity.Claim, at: dt.datetime) -> Found:
    """Whoever this claim could mean, with contacts and what they have today."""
    patients = clinic.patients.could_be(identity.blocks(claim))
    return about(clinic=clinic, patients=patients, at=at)


def about(*, clinic: Clinic, patients: list[Patient], at: dt.datetime) -> Found:
    """Contacts and today's appointments and open visits of these patients."""
    found = Found(patients={patient.pk: patient for patient in patients})
    ids = list(found.patients)
    if not ids:
        return found
    for contact in contacts_of(ids):
        found.contacts[contact.patient_id].append(contact)
    start, end = clinic.day(clinic.local_date(at))
    for one in today_of(ids, start, end):
        found.today[one.patient_id].append(one)
    return found


def contacts_of(ids: list[int]) -> list[Contact]:
    columns = ("kind", "pk", "patient_id", "name", "relationship", "phone")
    escorts, guardians = (
        model.objects.filter(patient_id__in=ids)
        .annotate(kind=Value(kind, output_field=CharField()))
        .values_list(*columns)
        for model, kind in ((Escort, "escort"), (Guardian, "guardian"))
    )
    return [Contact(*row) for row in escorts.union(guardians, all=True)]


def today_of(ids: list[int], start: dt.datetime, end: dt.datetime) -> list[Today]:
    booked = (
        Appointment.objects.expected()
        .between(start, end)
        .filter(patient_id__in=ids)
        .annotate(kind=Value("appointment", output_field=CharField()))
        .values_list("kind", "pk", "patient_id", "location_id", "starts_at")
    )
    here = (
        Visit.objects.filter(patient_id__in=ids, state__in=OPEN, arrived_at__gte=start)
        .annotate(kind=Value("visit", output_field=CharField()))
        .values_list("kind", "pk", "patient_id", "location_id", "arrived_at")
    )
    return [Today(*row) for row in booked.union(here, all=True)]
