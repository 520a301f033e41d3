"""When a desk is open, locked or ended, and which PINs are easy to guess."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules.desk_locks import (
    DeskState,
    activity_kept_every,
    pin_problem,
    read_desk_state,
    read_typed_pin,
)
from tests import make

NOON = make.at("12:00")
FIVE = dt.timedelta(minutes=5)


def state(idle: str, *, login: str = "1:00:00", is_locked: bool = False) -> DeskState:
    """Return the state this long after the last press and the login, each as hours:minutes:seconds."""
    return read_desk_state(
        logged_in_at=NOON - span(login),
        active_at=NOON - span(idle),
        locked_at=NOON if is_locked else None,
        lock_after=FIVE,
        at=NOON,
    )


def span(text: str) -> dt.timedelta:
    hours, minutes, seconds = map(int, text.split(":"))
    return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)


@pytest.mark.parametrize(
    ("idle", "login", "is_locked", "expected"),
    [
        ("0:00:00", "0:00:00", False, DeskState.OPEN),
        ("0:04:59", "1:00:00", False, DeskState.OPEN),
        ("0:05:00", "1:00:00", False, DeskState.LOCKED),
        ("0:00:01", "1:00:00", True, DeskState.LOCKED),
        ("0:29:59", "1:00:00", True, DeskState.LOCKED),
        ("0:30:00", "1:00:00", True, DeskState.ENDED),
        ("0:00:00", "11:59:59", False, DeskState.OPEN),
        ("0:00:00", "12:00:00", False, DeskState.ENDED),
    ],
)
def test_a_desk_is_open_then_locked_then_ended(
    idle: str, login: str, is_locked: bool, expected: DeskState
) -> None:
    assert state(idle, login=login, is_locked=is_locked) is expected


@pytest.mark.parametrize(
    ("back", "expected"),
    [("0:00:01", DeskState.OPEN), ("0:01:00", DeskState.OPEN), ("0:01:01", DeskState.LOCKED)],
)
def test_a_clock_that_went_back_a_little_leaves_the_desk_open_and_far_locks_it(
    back: str, expected: DeskState
) -> None:
    """It stayed open for as long as the clock went back, whoever was there."""
    later = NOON + span(back)
    assert (
        read_desk_state(logged_in_at=later, active_at=later, locked_at=None, lock_after=FIVE, at=NOON)
        is expected
    )


@pytest.mark.parametrize("pin", ["280461", "194837", "112358", "900817"])
def test_a_pin_of_six_mixed_digits_is_accepted(pin: str) -> None:
    assert pin_problem(pin) == ""


@pytest.mark.parametrize(
    "pin",
    ["777777", "121212", "123123", "123456", "654321", "456789", "890123", "210987", "112233", "112234"],
)
def test_a_pin_that_repeats_or_counts_is_easy_to_guess(pin: str) -> None:
    assert "easy to guess" in pin_problem(pin)


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12a456", "٢٨٠٤٦١", "28 461", "²²²²²²"])
def test_anything_else_is_no_pin(pin: str) -> None:
    assert "six digits" in pin_problem(pin)


@pytest.mark.parametrize("typed", ["280461", " 280461 ", "٢٨٠٤٦١", "２８０４６１", "२८०४६१"])
def test_a_pin_is_read_from_every_keyboards_digits(typed: str) -> None:
    assert read_typed_pin(typed) == "280461"


def test_a_pin_keeps_what_is_no_digit() -> None:
    assert [read_typed_pin(typed) for typed in ("²8046x", "28 461")] == ["²8046x", "28 461"]


def test_activity_is_written_once_a_minute_and_oftener_where_a_desk_locks_soon() -> None:
    assert activity_kept_every(FIVE) == dt.timedelta(minutes=1)
    assert activity_kept_every(dt.timedelta(minutes=1)) == dt.timedelta(seconds=20)
