"""Short functions that create test data. Everything not given gets an ordinary value."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from checkin.actions import desk_locks, discrepancies, visits
from checkin.actions.discrepancy_questions import AnotherChildSuspected
from checkin.actions.emergency_access import start_emergency_access
from checkin.models import (
    Appointment,
    Clinic,
    DeskSession,
    DiscrepancyDecision,
    EmergencyAccess,
    Guardian,
    Location,
    Patient,
    Role,
    SignInChannel,
    Staff,
    Visit,
)

CHICAGO = ZoneInfo("America/Chicago")
TUESDAY = dt.date(2026, 3, 10)
PASSWORD = "a long pass phrase for tests"
ESCORT_PHONE = "555-010-0150"
"""Nobody else's. A test that lists every need of a visit gives it, so that no need asks for a number."""
_numbers = itertools.count(1)


def at(clock: str = "9:40", date: dt.date = TUESDAY) -> dt.datetime:
    """Return that time on the clinic's clock: `at("9:40")`."""
    hour, minute = clock.split(":")
    return dt.datetime.combine(date, dt.time(int(hour), int(minute)), tzinfo=CHICAGO)


def clinic(name: str = "Brook Street Clinic", **fields: Any) -> Clinic:
    return Clinic.objects.create(
        name=name,
        **{"time_zone": "America/Chicago", "phone": "555-010-0100", "second_factor_for": "none"} | fields,
    )


def location(owner: Clinic, name: str = "Front desk") -> Location:
    return Location.objects.create(clinic=owner, name=name)


def staff(owner: Clinic, username: str, role: str = Role.FRONT_DESK, **fields: Any) -> Staff:
    """Create a person who can log in with PASSWORD, hashed cheaply because tests create many."""
    person = Staff(clinic=owner, username=username, name=username.strip("_").title(), role=role, **fields)
    person.set_password(PASSWORD)
    person.save()
    return person


def login(person: Staff, when: dt.datetime | None = None) -> DeskSession:
    """Create the times of another login of this person."""
    return desk_locks.begin_desk_session(person=person, at=when or at())


def emergency_access(person: Staff, reason: str, when: dt.datetime) -> EmergencyAccess:
    """Open charts at a new login of this person. Raises as the action does."""
    desk = login(person, when)
    return start_emergency_access(reason=reason, desk=desk, by=person, at=when)


def patient(owner: Clinic, name: str = "Leo Ruiz", born: str = "2018-03-14", **fields: Any) -> Patient:
    given, _, family = name.partition(" ")
    date = dt.date.fromisoformat(born) if born else None
    return Patient.objects.create(
        clinic=owner, given_name=given, family_name=family, birth_date=date, **fields
    )


def guardian(of: Patient, name: str = "Ana Ruiz", phone: str = "555-010-0123", **fields: Any) -> Guardian:
    return Guardian.objects.create(
        clinic_id=of.clinic_id, patient=of, name=name, phone=phone, **{"relationship": "mother"} | fields
    )


def appointment(
    of: Patient, where: Location, starts_at: dt.datetime | None = None, **fields: Any
) -> Appointment:
    return Appointment.objects.create(
        clinic_id=of.clinic_id, patient=of, location=where, starts_at=starts_at or at("9:45"), **fields
    )


def claim(name: str = "Leo Ruiz", born: str = "2018-03-14", **fields: Any) -> dict[str, Any]:
    """Return a typed claim, by an aunt unless the test says otherwise."""
    given, _, family = name.partition(" ")
    return {
        "key": str(uuid.uuid4()),
        "child_given_name": given,
        "child_family_name": family,
        "child_birth_date": born,
        "escort_name": "Rosa Delgado",
        "relationship": "his aunt, my sister is at work",
    } | fields


def visit(where: Location, when: dt.datetime | None = None, **fields: Any) -> Visit:
    """Create a visit that was signed in at the kiosk."""
    receipt = visits.record_sign_in(
        location=where, claim=claim(**fields), at=when or at("9:40"), channel=SignInChannel.KIOSK
    )
    return Visit.objects.get(pk=receipt.visit.pk)


def decision(**facts: Any) -> DiscrepancyDecision:
    """Decide a discrepancy, confirming that it is the same child if asked."""
    try:
        return discrepancies.decide_discrepancy(**facts)
    except AnotherChildSuspected as asked:
        return discrepancies.decide_discrepancy(**facts, sure=asked.question.mark)
