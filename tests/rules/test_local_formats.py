"""Times and dates as the clinic's region writes them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from checkin.rules import local_formats

CHICAGO = ZoneInfo("America/Chicago")
FRIDAY = dt.date(2026, 3, 13)
EARLY, NOON, LATE, MIDNIGHT = dt.time(9, 5, 59), dt.time(12, 0), dt.time(17, 30), dt.time(0, 0)


def at(clock: str, day: dt.date = FRIDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=CHICAGO)


@pytest.mark.parametrize(
    ("region", "early", "noon", "late", "midnight"),
    [
        ("US", "9:05 AM", "12:00 PM", "5:30 PM", "12:00 AM"),
        ("CA", "9:05 AM", "12:00 PM", "5:30 PM", "12:00 AM"),
        ("MX", "9:05 AM", "12:00 PM", "5:30 PM", "12:00 AM"),
        ("PG", "9:05 AM", "12:00 PM", "5:30 PM", "12:00 AM"),
        ("KR", "9:05 AM", "12:00 PM", "5:30 PM", "12:00 AM"),
        ("BT", "9:05 AM", "12:00 PM", "5:30 PM", "12:00 AM"),
        ("GB", "09:05", "12:00", "17:30", "00:00"),
        ("DE", "09:05", "12:00", "17:30", "00:00"),
        ("JP", "9:05", "12:00", "17:30", "0:00"),
        ("FI", "9.05", "12.00", "17.30", "0.00"),
        ("AQ", "09:05", "12:00", "17:30", "00:00"),
        ("", "09:05", "12:00", "17:30", "00:00"),
    ],
)
def test_clock_has_12_or_24_hours_as_its_region_does(
    region: str, early: str, noon: str, late: str, midnight: str
) -> None:
    times = (EARLY, NOON, LATE, MIDNIGHT)
    assert [local_formats.time_words(one, region) for one in times] == [early, noon, late, midnight]
    assert [local_formats.time_words(dt.datetime.combine(FRIDAY, one), region) for one in times] == [
        early,
        noon,
        late,
        midnight,
    ]


@pytest.mark.parametrize(
    ("region", "date", "day", "weekday", "moment", "whole"),
    [
        (
            "US",
            "Mar 3, 2026",
            "Mar 3",
            "Tuesday, Mar 3, 2026",
            "Mar 3, 9:40 AM",
            "Mar 3, 2026, 9:40 AM",
        ),
        ("GB", "3 Mar 2026", "3 Mar", "Tuesday, 3 Mar 2026", "3 Mar, 09:40", "3 Mar 2026, 09:40"),
        ("DE", "3 Mar 2026", "3 Mar", "Tuesday, 3 Mar 2026", "3 Mar, 09:40", "3 Mar 2026, 09:40"),
        ("MX", "3 Mar 2026", "3 Mar", "Tuesday, 3 Mar 2026", "3 Mar, 9:40 AM", "3 Mar 2026, 9:40 AM"),
        ("CA", "3 Mar 2026", "3 Mar", "Tuesday, 3 Mar 2026", "3 Mar, 9:40 AM", "3 Mar 2026, 9:40 AM"),
        ("JP", "Mar 3, 2026", "Mar 3", "Tuesday, Mar 3, 2026", "Mar 3, 9:40", "Mar 3, 2026, 9:40"),
    ],
)
def test_day_comes_first_only_where_its_region_writes_it_first(
    region: str, date: str, day: str, weekday: str, moment: str, whole: str
) -> None:
    then = dt.datetime(2026, 3, 3, 9, 40, 59, tzinfo=CHICAGO)
    assert local_formats.date_words(then.date(), region) == local_formats.date_words(then, region) == date
    assert local_formats.day_words(then, region) == day
    assert local_formats.weekday_and_date_words(then, region) == weekday
    assert local_formats.moment_words(then, region) == moment
    assert local_formats.full_moment_words(then, region) == whole


@pytest.mark.parametrize(
    ("then", "in_us", "in_gb"),
    [
        (at("09:05"), "9:05 AM", "09:05"),
        (at("00:00"), "12:00 AM", "00:00"),
        (at("23:59"), "11:59 PM", "23:59"),
        (at("17:30", FRIDAY - dt.timedelta(days=1)), "yesterday 5:30 PM", "yesterday 17:30"),
        (at("09:00", FRIDAY + dt.timedelta(days=1)), "tomorrow 9:00 AM", "tomorrow 09:00"),
        (at("09:00", FRIDAY + dt.timedelta(days=2)), "Sun, Mar 15, 9:00 AM", "Sun, 15 Mar, 09:00"),
        (at("09:00", FRIDAY - dt.timedelta(days=2)), "Wed, Mar 11, 9:00 AM", "Wed, 11 Mar, 09:00"),
    ],
)
def test_time_is_shown_with_its_day_unless_it_is_today(then: dt.datetime, in_us: str, in_gb: str) -> None:
    # At 20:00 in Chicago it is tomorrow in Greenwich.
    for now in (at("09:40"), at("20:00")):
        for region, words in (("US", in_us), ("GB", in_gb)):
            found = local_formats.day_and_time_words(
                then.astimezone(dt.UTC), at=now, zone=CHICAGO, region=region
            )
            assert found == words


def test_examples_are_written_in_the_order_of_the_region() -> None:
    assert local_formats.date_examples("US") == ("Mar 14, 2018", "3/14/2018")
    assert local_formats.date_digits(dt.date(2018, 3, 4), "GB") == "4/3/2018"
    assert local_formats.date_examples("GB") == ("14 Mar 2018", "14/3/2018")
