"""The server's clock is moved and set back; the tablet and the desk keep signing in."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client

from checkin.models import Clinic, Staff, Visit
from tests import make

if TYPE_CHECKING:
    from tests.kiosk.conftest import Tell


MOVED = [0, 1, 0, -1, 0, 40, 0, -40, 0]
"""Days by which the clock is off, one after the other."""


@pytest.mark.parametrize("clock", ["9:40", "23:59"])
def test_moving_the_clock_forty_days_and_back_loses_no_visit(
    tell: Tell, as_: Callable[[Staff], Client], dana: Staff, clock: str
) -> None:
    answers = []
    for days in MOVED:
        with time_machine.travel(make.at(clock) + dt.timedelta(days=days), tick=False):
            answers += [tell(make.claim(name=f"Child{days} Of{n}", born="")).status_code for n in range(2)]
            said = {"key": str(uuid.uuid4()), "child_given_name": "Leo"}
            # Log in again: a session of twelve hours ends when the clock jumps a day ahead.
            answers.append(as_(dana).post("/sign-in/", said).status_code)
    assert set(answers) == {201, 302}
    assert Visit.objects.count() == len(answers)
    # Nobody has left, so no two visits on the board may share a name.
    assert len({visit.token for visit in Visit.objects.all()}) == len(answers)


def test_two_servers_two_seconds_apart_at_midnight_lose_no_visit(tell: Tell) -> None:
    midnight = make.at("0:00", make.TUESDAY + dt.timedelta(days=1))
    statuses = []
    for second in range(-3, 4):
        for server in (0, 2):
            with time_machine.travel(midnight + dt.timedelta(seconds=second + server), tick=False):
                statuses.append(tell(make.claim(born="")).status_code)
    assert statuses == [201] * 14
    assert len({visit.token for visit in Visit.objects.all()}) == 14


def test_changing_the_time_zone_in_the_evening_loses_no_visit(tell: Tell, brook: Clinic) -> None:
    statuses = []
    with time_machine.travel(make.at("19:30"), tick=False):
        for zone in ("UTC", "America/Chicago", "Pacific/Kiritimati", "America/Chicago"):
            Clinic.objects.filter(pk=brook.pk).update(time_zone=zone)
            statuses += [tell(make.claim(born="")).status_code for _ in range(3)]
    assert statuses == [201] * 12
    assert Visit.objects.values("local_date").distinct().count() == 2


def test_a_sign_in_resent_after_the_clock_moved_is_the_same_visit(tell: Tell) -> None:
    said = make.claim()
    with time_machine.travel(make.at("23:59"), tick=False):
        first = tell(said)
    with time_machine.travel(make.at("0:01", make.TUESDAY - dt.timedelta(days=3)), tick=False):
        again = tell(said)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
