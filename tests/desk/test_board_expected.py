"""The list of patients who are booked and have not come yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import pytest_django
import time_machine
from django.test import Client

from checkin.models import Clinic, Location, Staff
from tests import make
from tests.leaks import without_tokens
from tests.trail_queries import LINE


def page(client: Client, where: Location) -> str:
    return client.get("/board/expected/", {"location": where.pk}).content.decode()


@pytest.mark.parametrize(
    ("clock", "word"),
    [("9:50", "Expected"), ("9:31", "Expected"), ("9:30", "Late"), ("8:56", "Late"), ("8:55", "Missed")],
)
def test_an_appointment_is_expected_late_or_missed_by_the_clinics_minutes(
    desk_client: Client,
    brook: Clinic,
    front: Location,
    tuesday: time_machine.Traveller,
    clock: str,
    word: str,
) -> None:
    make.appointment(make.patient(brook), front, make.at(clock), with_whom="Dr. Amadi")
    shown = page(desk_client, front)
    assert f'<span class="status">{word}</span>' in shown
    assert "Leo Ruiz" in shown
    assert "Dr. Amadi" in shown
    assert clock in shown


def test_an_expected_patient_has_a_sign_in_link(
    desk_client: Client, brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    leo = make.patient(brook)
    make.appointment(leo, front)
    shown = page(desk_client, front)
    assert f"?patient={leo.pk}" in shown
    # Two children may be booked at one time.
    assert 'Sign in<span class="visually-hidden"> Leo Ruiz, booked at 9:45 AM</span>' in shown


def test_a_patient_who_signed_in_is_no_longer_expected(
    desk_client: Client, brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    make.appointment(make.patient(brook), front)
    make.visit(front)
    assert "Leo" not in without_tokens(page(desk_client, front))


def test_canceled_other_day_and_other_desk_appointments_are_not_shown(
    desk_client: Client, brook: Clinic, front: Location, annexe: Location, tuesday: time_machine.Traveller
) -> None:
    leo = make.patient(brook)
    make.appointment(leo, front, status="cancelled")
    make.appointment(leo, front, make.at("9:45", make.TUESDAY + dt.timedelta(days=1)))
    make.appointment(leo, annexe)
    assert "Leo" not in without_tokens(page(desk_client, front))
    assert "Nobody else is booked" in page(desk_client, front)


def test_the_expected_list_costs_one_query_and_its_line_however_long(
    desk_client: Client,
    brook: Clinic,
    front: Location,
    tuesday: time_machine.Traveller,
    django_assert_max_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    leo = make.patient(brook)
    for minute in range(30):
        make.appointment(leo, front, make.at(f"10:{minute:02}"))
    desk_client.get("/healthz")  # renews the desk's session, because the clock was moved after the login
    with django_assert_max_num_queries(3 + LINE):
        page(desk_client, front)


def test_an_auditor_gets_no_sign_in_link(
    as_: Callable[[Staff], Client],
    otto: Staff,
    brook: Clinic,
    front: Location,
    tuesday: time_machine.Traveller,
) -> None:
    make.appointment(make.patient(brook), front)
    assert "?patient=" not in page(as_(otto), front)
