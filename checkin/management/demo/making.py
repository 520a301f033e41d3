"""Makes the demo clinic: its desks, staff, tablets, families and appointments."""

from __future__ import annotations

import datetime as dt

from checkin.actions import devices
from checkin.management.demo import care, owed
from checkin.management.demo.bookings import BOOKINGS, Booking
from checkin.management.demo.families import FAMILIES
from checkin.management.demo.living import live_through, live_through_earlier_visits
from checkin.management.demo.morning import Morning, time_zone
from checkin.management.demo.people import Child, Family, phone
from checkin.management.demo.sayings import MORNING
from checkin.management.demo.staff import PEOPLE, Account, pass_phrase
from checkin.models import Appointment, Clinic, Guardian, Location, Patient, PatientIdentifier, Role, Staff

NAME = "Brook Street Children's Clinic"
DESKS = ("Brook Street", "Riverside annexe")
SYSTEM = "Brook Street demo number"
OPEN_FOR = dt.timedelta(days=400)


def is_demo(clinic: Clinic) -> bool:
    """Whether this clinic was made here: its patients have the demo's own numbers."""
    return clinic.name == NAME and clinic.patient_identifiers.filter(system=SYSTEM).exists()


def make(at: dt.datetime) -> list[Account]:
    """All of it, in the caller's transaction. The passwords are in what comes back and nowhere else."""
    clinic = Clinic.objects.create(
        name=NAME,
        phone=phone(100),
        address="1 Brook Street, Brookford",
        time_zone=time_zone(),
        region="US",
    )
    front, annexe = (Location.objects.create(clinic=clinic, name=name) for name in DESKS)
    morning = Morning(at=at, clinic=clinic, desks=(front, annexe))
    hire(morning)
    enrol_tablets(morning)
    for family in FAMILIES:
        for child in family.children:
            register(morning, family, child)
    care.put_on_record(morning)
    live_through_earlier_visits(morning)
    for booking in BOOKINGS:
        book(morning, booking)
    owed.promise(morning)
    live_through(morning, MORNING, morning.before)
    return morning.accounts


def hire(morning: Morning) -> None:
    for person in PEOPLE:
        desk, password = morning.desk(person.annexe), pass_phrase()
        morning.staff[person.username] = Staff.objects.create_user(
            username=person.username,
            password=password,
            name=person.name,
            role=person.role,
            clinic=morning.clinic,
            location=desk,
        )
        role = str(Role(person.role).label)
        morning.accounts.append(Account(person.username, password, person.name, role, desk.name))


def enrol_tablets(morning: Morning) -> None:
    """Tablets of the past: nobody keeps their keys, so they can sign in nobody else."""
    for desk in morning.desks:
        device, _ = devices.enrol(
            location=desk, name=f"{desk} tablet", at=morning.at - OPEN_FOR, by=morning.staff["ada"]
        )
        morning.tablets[desk.pk] = device


def register(morning: Morning, family: Family, child: Child) -> None:
    clinic, since = morning.clinic, morning.at - OPEN_FOR
    patient = Patient.objects.create(
        clinic=clinic,
        given_name=child.given,
        family_name=child.family,
        preferred_name=child.preferred,
        birth_date=child.born(morning.today),
        sex=child.sex,
        phone=phone(family.guardians[0].phone),
        address=family.street,
        city="Brookford",
        language=family.language,
        interpreter_needed=family.interpreter,
        access_needs=child.access,
        created_at=since,
        updated_at=since,
    )
    morning.patients[child.name] = patient
    PatientIdentifier.objects.create(
        clinic=clinic, patient=patient, system=SYSTEM, value=f"BS-{patient.pk:04d}"
    )
    for position, adult in enumerate(family.guardians, start=1):
        Guardian.objects.create(
            clinic=clinic,
            patient=patient,
            name=adult.name,
            relationship=adult.relationship,
            phone=phone(adult.phone),
            may_consent=adult.may_consent,
            position=position,
        )


def book(morning: Morning, booking: Booking) -> Appointment:
    return Appointment.objects.create(
        clinic=morning.clinic,
        location=morning.desk(booking.annexe),
        patient=morning.patients[booking.child],
        starts_at=starts_at(morning, booking),
        minutes=booking.long,
        status=booking.status,
        with_whom=morning.staff["samuel" if booking.annexe else "noor"].name,
    )


def starts_at(morning: Morning, booking: Booking) -> dt.datetime:
    """On the five minutes, as appointments are."""
    if booking.days:
        return morning.on(booking.days, booking.clock)
    away = booking.minutes
    exact = morning.before(-away) if away < 0 else morning.after(away)
    return exact.replace(minute=exact.minute // 5 * 5, second=0, microsecond=0)
