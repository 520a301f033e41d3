"""A sign-in takes the appointment that is meant for it now, and no other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import appointments, visits
from checkin.actions.visits import SignInReceipt
from checkin.models import Appointment, Clinic, Location, Patient, SignInChannel, Visit
from checkin.queries.patient_dossiers import TodayItem
from checkin.rules.visit_steps import VisitState
from tests import make


def sign_in(where: Location, when: Any = None, **said: Any) -> SignInReceipt:
    return visits.record_sign_in(
        location=where, claim=make.claim(**said), at=when or make.at("9:40"), channel=SignInChannel.KIOSK
    )


def test_a_booked_child_takes_the_appointment_and_its_turn(brook: Clinic, front: Location) -> None:
    leo = make.patient(brook, "Leo Ruiz")
    booked = make.appointment(leo, front, make.at("9:55"))
    visit = sign_in(front).visit
    assert visit.appointment_id == booked.pk
    assert visit.turn_at == make.at("9:55")
    assert Appointment.objects.get().status == Appointment.Status.ARRIVED


@pytest.mark.parametrize(
    "booked",
    [{"starts_at": make.at("9:55", dt.date(2026, 3, 11))}, {"status": Appointment.Status.CANCELLED}],
    ids=["on another day", "cancelled"],
)
def test_an_appointment_on_another_day_or_cancelled_is_not_taken(
    brook: Clinic, front: Location, booked: Any
) -> None:
    make.appointment(make.patient(brook, "Leo Ruiz"), front, **booked)
    visit = sign_in(front).visit
    assert visit.appointment_id is None
    assert visit.turn_at == make.at("9:40") + dt.timedelta(minutes=45)


def today(booked: Appointment) -> TodayItem:
    return TodayItem("appointment", booked.pk, booked.patient_id, booked.location_id, booked.starts_at)


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    """A walk-in at 9:40, whose turn comes at 10:25."""
    return sign_in(front).visit


def status_of(booked: Appointment) -> str:
    return Appointment.objects.get(pk=booked.pk).status


def test_with_no_appointment_the_turn_stays(visit: Visit) -> None:
    appointments.take_appointment(visit, None)
    assert (visit.appointment_id, visit.turn_at) == (None, make.at("10:25"))


@pytest.mark.parametrize(("clock", "turn"), [("9:30", "9:40"), ("9:55", "9:55"), ("11:00", "11:00")])
def test_the_turn_is_that_of_the_appointment_or_of_who_comes_late(
    visit: Visit, leo: Patient, front: Location, clock: str, turn: str
) -> None:
    booked = make.appointment(leo, front, make.at(clock))
    appointments.take_appointment(visit, today(booked))
    assert (visit.appointment_id, visit.turn_at) == (booked.pk, make.at(turn))
    assert status_of(booked) == "arrived"


def test_of_a_child_who_has_left_it_is_fulfilled(visit: Visit, leo: Patient, front: Location) -> None:
    booked = make.appointment(leo, front)
    visit.state = VisitState.LEFT
    appointments.take_appointment(visit, today(booked))
    assert status_of(booked) == "fulfilled"


def test_what_somebody_else_has_taken_is_not_taken_again(visit: Visit, leo: Patient, front: Location) -> None:
    booked = make.appointment(leo, front, status=Appointment.Status.ARRIVED)
    appointments.take_appointment(visit, today(booked))
    assert (visit.appointment_id, visit.turn_at) == (None, make.at("10:25"))


@pytest.mark.parametrize(("clock", "turn"), [("9:55", "9:55"), ("11:00", "10:25")])
def test_who_is_here_already_never_loses_the_turn(
    visit: Visit, leo: Patient, front: Location, clock: str, turn: str
) -> None:
    booked = make.appointment(leo, front, make.at(clock))
    assert appointments.take_appointment_keeping_turn(visit, today(booked))
    assert (visit.appointment_id, visit.turn_at) == (booked.pk, make.at(turn))
    assert not appointments.take_appointment_keeping_turn(sign_in(front).visit, None)


def test_given_back_it_is_booked_and_the_turn_is_a_walk_ins(
    visit: Visit, leo: Patient, front: Location
) -> None:
    booked = make.appointment(leo, front)
    appointments.take_appointment(visit, today(booked))
    appointments.release_appointment(visit)
    assert (visit.appointment_id, visit.turn_at, status_of(booked)) == (None, make.at("10:25"), "booked")
    appointments.release_appointment(visit)
    assert visit.turn_at == make.at("10:25")
