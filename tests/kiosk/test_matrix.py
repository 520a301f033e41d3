"""Every combination of records, appointments and typed answers makes one visit and gets the same answer."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import transaction

from checkin.models import Appointment, Clinic, Location, Patient, Visit
from tests import make

if TYPE_CHECKING:
    from tests.kiosk.conftest import Tell


RECORDS = ("none", "one", "twins", "namesakes")
APPOINTMENTS = ("none", "early", "late", "wrong day", "cancelled", "right")
RELATIONSHIPS = {
    "blank": "",
    "word": "aunt",
    "sentence": "my sister's boy, she is at work & I have him on Tuesdays",
    "emoji": "👵🏽❤️",
    "300 characters": "great-" * 49 + "aunt!!",
}
BIRTH_DATES = {"blank": "", "right": "2018-03-14", "typo": "2018-03-41", "impossible": "2031-02-31"}
TYPED = list(itertools.product(RELATIONSHIPS, BIRTH_DATES))


def on_file(kind: str, clinic: Clinic) -> list[Patient]:
    if kind == "none":
        return []
    leo = make.patient(clinic, "Leo Ruiz")
    if kind == "twins":
        return [leo, make.patient(clinic, "Lea Ruiz")]
    if kind == "namesakes":
        return [leo, make.patient(clinic, "Leo Ruiz")]
    return [leo]


def booked(kind: str, patients: list[Patient], front: Location) -> None:
    times = {
        "early": make.at("15:30"),
        "late": make.at("8:00"),
        "wrong day": make.at("9:45") + dt.timedelta(days=1),
        "cancelled": make.at("9:45"),
        "right": make.at("9:45"),
    }
    if kind == "none":
        return
    status = Appointment.Status.CANCELLED if kind == "cancelled" else Appointment.Status.BOOKED
    # With nobody on file, the appointment belongs to another child and must not be taken.
    for child in patients[:1] or [make.patient(front.clinic, "Omar Haddad", born="2015-07-01")]:
        make.appointment(child, front, times[kind], status=status)


@pytest.mark.parametrize("appointment", APPOINTMENTS)
@pytest.mark.parametrize("record", RECORDS)
def test_every_combination_makes_one_visit_and_the_same_answer(
    record: str, appointment: str, tell: Tell, brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    booked(appointment, on_file(record, brook), front)
    answers = set()
    for relationship, born in TYPED:
        point = transaction.savepoint()
        said = make.claim(born=BIRTH_DATES[born], relationship=RELATIONSHIPS[relationship])
        answer = tell(said)
        visit = Visit.objects.select_related("sign_in").get()
        assert answer.status_code == 201
        assert visit.sign_in.relationship == RELATIONSHIPS[relationship]
        assert visit.sign_in.child_birth_date == BIRTH_DATES[born]
        answers.add(answer.content)
        transaction.savepoint_rollback(point)
    assert answers == {b'{"token": "Blue Castle", "received_at": "2026-03-10T14:40:00+00:00"}'}
    assert len(TYPED) * len(RECORDS) * len(APPOINTMENTS) == 480
