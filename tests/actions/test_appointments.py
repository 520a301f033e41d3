"""A sign-in takes the appointment that is meant for it now, and no other."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.actions import visits
from checkin.models import Appointment, SignInChannel
from tests import make


def sign_in(where, when=None, **said):
    return visits.record_sign_in(
        location=where, claim=make.claim(**said), at=when or make.at("9:40"), channel=SignInChannel.KIOSK
    )


def test_a_booked_child_takes_the_appointment_and_its_turn(brook, front):
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
def test_an_appointment_that_is_not_for_now_is_left_alone(brook, front, booked):
    make.appointment(make.patient(brook, "Leo Ruiz"), front, **booked)
    visit = sign_in(front).visit
    assert visit.appointment_id is None
    assert visit.turn_at == make.at("9:40") + dt.timedelta(minutes=45)
