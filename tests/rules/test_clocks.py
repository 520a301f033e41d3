"""Times by the clinic's clock: what a pick means, which day is open, and how a time is shown."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import clocks
from checkin.rules.clocks import DueTimePick

CHICAGO = ZoneInfo("America/Chicago")
FRIDAY = dt.date(2026, 3, 13)
SPRING, AUTUMN = dt.date(2026, 3, 8), dt.date(2026, 11, 1)
"""Days when the clock skips 2:00 to 3:00, and when it shows 1:00 to 2:00 twice."""


def at(clock: str, day: dt.date = FRIDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=CHICAGO)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def test_time_skipped_by_daylight_saving_is_read_an_hour_later() -> None:
    skipped = clocks.local_time_in_utc(SPRING, dt.time(2, 30), CHICAGO)
    assert skipped.astimezone(CHICAGO).time() == dt.time(3, 30)


def test_repeated_time_is_the_first_one_unless_it_has_passed() -> None:
    first, second = utc("2026-11-01 06:30"), utc("2026-11-01 07:30")
    clock = dt.time(1, 30)
    assert clocks.local_time_in_utc(AUTUMN, clock, CHICAGO) == first
    assert clocks.local_time_in_utc(AUTUMN, clock, CHICAGO, after=first - dt.timedelta(minutes=1)) == first
    assert clocks.local_time_in_utc(AUTUMN, clock, CHICAGO, after=first) == second
    assert clocks.local_time_in_utc(AUTUMN, clock, CHICAGO, after=second - dt.timedelta(minutes=1)) == second
    # Both have passed: return the first, and the caller sees that it is in the past.
    assert clocks.local_time_in_utc(AUTUMN, clock, CHICAGO, after=second) == first


@pytest.mark.parametrize(
    ("kept", "days"),
    [
        ([0, 6], (0, 6)),
        ((5, 1, 1), (1, 5)),
        ([-1, 7, 3], (3,)),
        ([], (0, 1, 2, 3, 4)),
        ([8], (0, 1, 2, 3, 4)),
        ("0123456", (0, 1, 2, 3, 4)),
        (None, (0, 1, 2, 3, 4)),
        # True equals 1 in Python but is not a weekday.
        ([True, "2", 4.0], (0, 1, 2, 3, 4)),
    ],
)
def test_open_days_come_from_settings_or_default_to_weekdays(kept: object, days: tuple[int, ...]) -> None:
    assert clocks.read_open_days(kept) == days


@given(day=st.dates(), days=st.sets(st.integers(0, 6), min_size=1))
def test_first_open_day_is_open_and_no_earlier_day_is(day: dt.date, days: set[int]) -> None:
    found = clocks.first_open_day(day, days)
    assert found.weekday() in days
    assert not any((day + dt.timedelta(days=n)).weekday() in days for n in range((found - day).days))


def test_first_open_day_is_the_given_day_if_no_day_is_open() -> None:
    assert clocks.first_open_day(FRIDAY, ()) == FRIDAY


def test_due_time_picks_mean_in_an_hour_this_evening_or_next_open_morning() -> None:
    now = at("09:40")
    weekdays = (0, 1, 2, 3, 4)
    assert clocks.due_time_of_pick(DueTimePick.HOUR, at=now, zone=CHICAGO) == at("10:40")
    assert clocks.due_time_of_pick(DueTimePick.TODAY, at=now, zone=CHICAGO) == at("17:00")
    saturday, monday = FRIDAY + dt.timedelta(days=1), FRIDAY + dt.timedelta(days=3)
    assert clocks.due_time_of_pick(DueTimePick.TOMORROW, at=now, zone=CHICAGO) == at("09:00", saturday)
    found = clocks.due_time_of_pick(DueTimePick.TOMORROW, at=now, zone=CHICAGO, days=weekdays)
    assert found == at("09:00", monday)


def test_today_is_the_clinics_local_day_and_not_the_utc_day() -> None:
    late = at("20:00")
    assert late.astimezone(dt.UTC).date() != FRIDAY
    assert clocks.due_time_of_pick(DueTimePick.TODAY, at=late, zone=CHICAGO) == at("17:00")


@pytest.mark.parametrize(
    ("region", "labels"),
    [
        ("US", ["Within the hour", "Today 5:00 PM", "Tomorrow 9:00 AM"]),
        ("GB", ["Within the hour", "Today 17:00", "Tomorrow 09:00"]),
    ],
)
def test_quick_picks_say_their_time_as_the_region_writes_it(region: str, labels: list[str]) -> None:
    assert [clocks.due_pick_words(pick, region) for pick in DueTimePick] == labels


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 min"),
        (59, "0 min"),
        (60, "1 min"),
        (60 * 60 - 1, "59 min"),
        (60 * 60, "1 h 0 min"),
        (185 * 60, "3 h 5 min"),
        (24 * 60 * 60 - 1, "23 h 59 min"),
        (24 * 60 * 60, "1 day"),
        (48 * 60 * 60 - 1, "1 day"),
        (48 * 60 * 60, "2 days"),
    ],
)
def test_duration_is_shown_in_minutes_then_hours_then_days(seconds: float, words: str) -> None:
    assert clocks.time_span_words(seconds) == words
