"""When a call is due: on an open day, after the family's best time starts and before it ends."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import promise_due_times
from checkin.rules.best_times import CallWindow
from checkin.rules.promise_due_times import AgreedDueTime

CHICAGO = ZoneInfo("America/Chicago")
FRIDAY = dt.date(2026, 3, 13)
WEEKDAYS = (0, 1, 2, 3, 4)
FIVE, SEVEN = dt.time(17, 0), dt.time(19, 0)


def at(clock: str, days_later: int = 0) -> dt.datetime:
    day = FRIDAY + dt.timedelta(days=days_later)
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=CHICAGO)


def agree(window: CallWindow, now: str, days: Any = WEEKDAYS) -> AgreedDueTime:
    return promise_due_times.agree_on_best_time(window, at=at(now), zone=CHICAGO, days=days)


def pick(due: dt.datetime, window: CallWindow, now: str = "09:40", **more: Any) -> AgreedDueTime:
    usual = {"at": at(now), "zone": CHICAGO, "days": WEEKDAYS}
    return promise_due_times.agree_on_picked_time(due, window, **usual | more)


def choose(due: dt.datetime, window: CallWindow, now: str = "09:40") -> AgreedDueTime:
    return promise_due_times.agree_on_exact_time(due, window, at=at(now), zone=CHICAGO, days=WEEKDAYS)


def test_no_due_time_is_agreed_without_a_best_time() -> None:
    assert agree(CallWindow(), "09:40") == AgreedDueTime()


def test_call_is_due_half_an_hour_after_the_best_time_starts() -> None:
    assert agree(CallWindow(FIVE), "09:40") == AgreedDueTime(at("17:00"), at("17:30"))


def test_due_time_is_no_later_than_the_end_of_the_best_time() -> None:
    assert agree(CallWindow(FIVE, dt.time(17, 20)), "09:40") == AgreedDueTime(at("17:00"), at("17:20"))


def test_running_best_time_counts_for_now_only_if_it_has_an_end() -> None:
    assert agree(CallWindow(FIVE, SEVEN), "18:00") == AgreedDueTime(at("17:00"), at("18:30"))
    assert agree(CallWindow(FIVE, SEVEN), "18:50") == AgreedDueTime(at("17:00"), at("19:00"))
    assert agree(CallWindow(FIVE), "18:00") == AgreedDueTime(at("17:00", 3), at("17:30", 3))
    # It starts this very minute, so the next one is on the next open day.
    assert agree(CallWindow(FIVE), "17:00") == AgreedDueTime(at("17:00", 3), at("17:30", 3))


def test_best_time_that_is_over_moves_to_the_next_open_day() -> None:
    assert agree(CallWindow(FIVE, SEVEN), "19:00") == AgreedDueTime(at("17:00", 3), at("17:30", 3))


def test_best_time_with_only_an_end_is_due_by_its_end() -> None:
    assert agree(CallWindow(None, FIVE), "09:40") == AgreedDueTime(None, at("17:00"))
    assert agree(CallWindow(None, FIVE), "17:00") == AgreedDueTime(None, at("17:00", 3))


def test_no_due_time_is_agreed_if_the_clinic_is_never_open() -> None:
    assert agree(CallWindow(FIVE), "09:40", days=()) == AgreedDueTime()


def test_picked_day_on_which_the_clinic_is_closed_is_rejected() -> None:
    saturday = at("12:00", 1)
    assert "closed that day" in pick(saturday, CallWindow()).problem
    assert "closed that day" in choose(saturday, CallWindow()).problem


def test_picked_time_that_has_passed_is_rejected() -> None:
    for due in ("09:39", "09:40"):
        assert pick(at(due), CallWindow()).problem == promise_due_times.DUE_TIME_PASSED
    assert pick(at("09:41"), CallWindow()) == AgreedDueTime(None, at("09:41"))


def test_pick_is_moved_into_the_best_time() -> None:
    window = CallWindow(FIVE, SEVEN)
    assert pick(at("10:40"), window) == AgreedDueTime(at("17:00"), at("17:30"))
    assert pick(at("18:15"), window) == AgreedDueTime(at("17:00"), at("18:15"))
    assert pick(at("21:00"), window) == AgreedDueTime(at("17:00"), at("19:00"))


def test_pick_after_an_end_that_has_passed_today_is_rejected() -> None:
    found = pick(at("18:00"), CallWindow(None, dt.time(9, 0)))
    assert found.problem == promise_due_times.AFTER_THEIR_BEST_TIME


def test_due_time_after_a_late_best_time_stays_on_the_same_day() -> None:
    late = dt.time(23, 45)
    assert pick(at("10:00"), CallWindow(late)) == AgreedDueTime(at("23:45"), at("23:59"))
    last = dt.time(23, 59)
    assert pick(at("10:00"), CallWindow(last)).due_at == at("23:59:59")


def test_best_time_may_be_running_or_on_another_day_unless_the_day_is_fixed() -> None:
    window = CallWindow(dt.time(9, 0), dt.time(12, 0))
    assert pick(at("10:40"), window, on_that_day=False) == AgreedDueTime(at("09:00"), at("10:40"))
    found = pick(at("13:40"), window, now="12:40", on_that_day=False)
    assert found == AgreedDueTime(at("09:00", 3), at("09:30", 3))
    # It is running in its first minute and over in its last.
    assert pick(at("10:00"), window, now="09:00", on_that_day=False).best_from == at("09:00")
    assert pick(at("13:00"), window, now="12:00", on_that_day=False).best_from == at("09:00", 3)


def test_time_chosen_by_staff_is_rejected_and_never_moved() -> None:
    window = CallWindow(FIVE, SEVEN)
    assert choose(at("19:00"), window) == AgreedDueTime(at("17:00"), at("19:00"))
    late = choose(at("19:01"), window)
    assert (late.due_at, late.problem) == (at("19:01"), promise_due_times.AFTER_THEIR_BEST_TIME)
    assert choose(at("12:00"), window) == AgreedDueTime(at("17:00"), at("12:00"))
    assert choose(at("23:00"), CallWindow(FIVE)).problem == ""


CLOCKS = st.none() | st.times().map(lambda time: time.replace(second=0, microsecond=0))


@given(start=CLOCKS, end=CLOCKS, now=st.times(), days=st.sets(st.integers(0, 6), min_size=1))
@pytest.mark.parametrize("day", [FRIDAY, dt.date(2026, 3, 7), dt.date(2026, 10, 31)])
def test_agreed_due_time_is_in_the_future_and_on_an_open_day(
    start: dt.time | None, end: dt.time | None, now: dt.time, days: set[int], day: dt.date
) -> None:
    window = CallWindow(start, end)
    moment = dt.datetime.combine(day, now, tzinfo=CHICAGO)
    found = promise_due_times.agree_on_best_time(window, at=moment, zone=CHICAGO, days=days)
    if start and end and start >= end:
        return
    assert (found.due_at is None) == (window == CallWindow())
    if found.due_at:
        assert found.due_at > moment
        assert found.due_at.astimezone(CHICAGO).weekday() in days
