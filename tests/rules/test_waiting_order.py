"""The order of turns, and who has not arrived yet."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules.waiting_order import (
    AppointmentExpectation,
    expectation_of_appointment,
    visit_turn_time,
)

NINE = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)


def minutes(count: float) -> dt.timedelta:
    return dt.timedelta(minutes=count)


@pytest.mark.parametrize(
    ("arrived", "booked", "turn"),
    [(-10, 0, 0), (0, 0, 0), (25, 0, 25), (300, 0, 300), (0, None, 45), (25, None, 70)],
)
def test_turn_is_the_booked_time_or_the_arrival_if_late(arrived: int, booked: int | None, turn: int) -> None:
    booked_at = None if booked is None else NINE + minutes(booked)
    found = visit_turn_time(arrived_at=NINE + minutes(arrived), appointment_at=booked_at, walk_in_minutes=45)
    assert found == NINE + minutes(turn)


@pytest.mark.parametrize(
    ("behind", "called"),
    [
        (-5, AppointmentExpectation.EXPECTED),
        (9.9, AppointmentExpectation.EXPECTED),
        (10, AppointmentExpectation.LATE),
        (44.9, AppointmentExpectation.LATE),
        (45, AppointmentExpectation.MISSED),
        (500, AppointmentExpectation.MISSED),
    ],
)
def test_missing_patient_is_expected_then_late_then_missed(
    behind: float, called: AppointmentExpectation
) -> None:
    at = NINE + minutes(behind)
    assert (
        expectation_of_appointment(starts_at=NINE, at=at, late_after_minutes=10, missed_after_minutes=45)
        is called
    )
