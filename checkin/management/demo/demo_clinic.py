"""Create the demo clinic: its desks, staff, tablets, families and appointments."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password

from checkin.actions import devices
from checkin.management.demo import patient_charts, promises
from checkin.management.demo.arrivals import DEMO_ARRIVALS
from checkin.management.demo.bookings import DEMO_BOOKINGS, DemoBooking
from checkin.management.demo.demo_morning import DemoMorning, local_time_zone_name
from checkin.management.demo.families import DEMO_FAMILIES
from checkin.management.demo.people import DemoChild, DemoFamily, demo_phone_number
from checkin.management.demo.staff import DEMO_STAFF, DemoAccount, make_pass_phrase, make_pin
from checkin.management.demo.visits import make_demo_visits, make_earlier_demo_visits
from checkin.models import Appointment, Clinic, Guardian, Location, Patient, PatientIdentifier, Role, Staff
from checkin.rules.second_factors import SecondFactorFor

DEMO_CLINIC_NAME = "Brook Street Children's Clinic"
_DEMO_DESKS = ("Brook Street", "Riverside annexe")
_DEMO_NUMBER_SYSTEM = "Brook Street demo number"
_DEMO_OPEN_FOR = dt.timedelta(days=400)


def is_demo_clinic(clinic: Clinic) -> bool:
    """Return whether this clinic was made here: its patients have the demo's own numbers."""
    return (
        clinic.name == DEMO_CLINIC_NAME
        and clinic.patient_identifiers.filter(system=_DEMO_NUMBER_SYSTEM).exists()
    )


def make_demo_clinic(at: dt.datetime) -> list[DemoAccount]:
    """Create all of it, in the caller's transaction. The passwords are only in the return value."""
    clinic = Clinic.objects.create(
        name=DEMO_CLINIC_NAME,
        phone=demo_phone_number(100),
        address="1 Brook Street, Brookford",
        time_zone=local_time_zone_name(),
        region="US",
        second_factor_for=SecondFactorFor.NONE,
    )
    front, annexe = (Location.objects.create(clinic=clinic, name=name) for name in _DEMO_DESKS)
    morning = DemoMorning(at=at, clinic=clinic, desks=(front, annexe))
    _hire_demo_staff(morning)
    _enroll_demo_tablets(morning)
    for family in DEMO_FAMILIES:
        for child in family.children:
            _register_demo_child(morning, family, child)
    patient_charts.make_demo_charts(morning)
    make_earlier_demo_visits(morning)
    for booking in DEMO_BOOKINGS:
        _book_demo_appointment(morning, booking)
    promises.make_demo_promises(morning)
    make_demo_visits(morning, DEMO_ARRIVALS, morning.before)
    return morning.accounts


def _hire_demo_staff(morning: DemoMorning) -> None:
    pin = make_pin()
    hashed = make_password(pin)
    for person in DEMO_STAFF:
        desk, password = morning.desk(person.annexe), make_pass_phrase()
        morning.staff[person.username] = Staff.objects.create_user(
            username=person.username,
            password=password,
            name=person.name,
            role=person.role,
            clinic=morning.clinic,
            location=desk,
            pin=hashed,
        )
        role = str(Role(person.role).label)
        morning.accounts.append(DemoAccount(person.username, password, person.name, role, desk.name, pin))


def _enroll_demo_tablets(morning: DemoMorning) -> None:
    """Enroll tablets whose keys nobody has, so they cannot sign in anybody else."""
    for desk in morning.desks:
        device, _ = devices.enrol_device(
            location=desk, name=f"{desk} tablet", at=morning.at - _DEMO_OPEN_FOR, by=morning.staff["ada"]
        )
        morning.tablets[desk.pk] = device


def _register_demo_child(morning: DemoMorning, family: DemoFamily, child: DemoChild) -> None:
    clinic, since = morning.clinic, morning.at - _DEMO_OPEN_FOR
    patient = Patient.objects.create(
        clinic=clinic,
        given_name=child.given,
        family_name=child.family,
        preferred_name=child.preferred,
        birth_date=child.born(morning.today),
        sex=child.sex,
        phone=demo_phone_number(family.guardians[0].phone),
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
        clinic=clinic, patient=patient, system=_DEMO_NUMBER_SYSTEM, value=f"BS-{patient.pk:04d}"
    )
    for position, adult in enumerate(family.guardians, start=1):
        Guardian.objects.create(
            clinic=clinic,
            patient=patient,
            name=adult.name,
            relationship=adult.relationship,
            phone=demo_phone_number(adult.phone),
            may_consent=adult.may_consent,
            position=position,
        )


def _book_demo_appointment(morning: DemoMorning, booking: DemoBooking) -> Appointment:
    return Appointment.objects.create(
        clinic=morning.clinic,
        location=morning.desk(booking.annexe),
        patient=morning.patients[booking.child],
        starts_at=_demo_booking_start(morning, booking),
        minutes=booking.long,
        status=booking.status,
        with_whom=morning.staff["samuel" if booking.annexe else "noor"].name,
    )


def _demo_booking_start(morning: DemoMorning, booking: DemoBooking) -> dt.datetime:
    """Return the start, rounded to five minutes as appointments are."""
    if booking.days:
        return morning.on(booking.days, booking.clock)
    away = booking.minutes
    exact = morning.before(-away) if away < 0 else morning.after(away)
    return exact.replace(minute=exact.minute // 5 * 5, second=0, microsecond=0)
