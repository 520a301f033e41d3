"""Dates and times as other systems write them: an ambiguous one is rejected."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

import pytest

from checkin.rules import record_dates
from checkin.rules.record_dates import DateOrder
from checkin.rules.record_rows import BadRow

TODAY = dt.date(2026, 3, 10)
UTC = dt.UTC


def test_birth_date_may_be_from_1880_to_today() -> None:
    assert record_dates.read_recorded_birth_date("2026-03-10", today=TODAY) == TODAY
    assert record_dates.read_recorded_birth_date("1880-01-01", today=TODAY).year == 1880
    for said in ("2026-03-11", "1879-12-31"):
        with pytest.raises(BadRow):
            record_dates.read_recorded_birth_date(said, today=TODAY)


@pytest.mark.parametrize(("said", "count"), [("1", 1), ("15", 15), ("1440", 1440)])
def test_appointment_lasts_from_a_minute_to_a_day(said: str, count: int) -> None:
    assert record_dates.read_appointment_minutes(said) == count
    for wrong in ("0", "1441", "", "long"):
        with pytest.raises(BadRow, match="not a number of minutes"):
            record_dates.read_appointment_minutes(wrong)


@pytest.mark.parametrize(
    ("said", "hour"),
    [("9:40 am", 9), ("9:40 pm", 21), ("12:40 am", 0), ("12:40 pm", 12), ("9:40", 9), ("21:40", 21)],
)
def test_twelve_hour_times_are_read(said: str, hour: int) -> None:
    found = record_dates.read_appointment_start(f"2026-03-10 {said}", zone=UTC)
    assert (found.hour, found.minute) == (hour, 40)


@pytest.mark.parametrize("said", ["2026-03-10 13:40 pm", "2026-03-10 0:40 am", "soon", "2026-03-10 24:40"])
def test_invalid_time_of_day_is_rejected(said: str) -> None:
    with pytest.raises(BadRow):
        record_dates.read_appointment_start(said, zone=UTC)


CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("said", "utc"),
    [
        ("2026-11-27T09:30:00-06:00", "15:30"),
        ("2026-11-27T09:30-06:00", "15:30"),
        ("2026-11-27 09:30-06:00", "15:30"),
        ("2026-11-27 09:30:00-05", "14:30"),
        ("2026-11-27T09:30:00-03:30", "13:00"),
        ("2026-11-27T09:30+05:45", "03:45"),
        ("2026-11-27T09:30:00+0100", "08:30"),
        ("2026-11-27T09:30Z", "09:30"),
        ("2026-11-27 06:00-06:00", "12:00"),
        ("2026-11-27 14:00-14:30", ""),
        ("2026-11-27 09:00-09:30", ""),
        ("2026-11-27 10:00-10:15", ""),
        ("2026-11-27 14:00-15", ""),
        ("2026-11-27 14:00-1500", ""),
        ("2026-11-27 14:00+0030", ""),
        ("2026-11-27 07:00-08:00", ""),
        ("2026-11-27T14:00-14:30", ""),
        ("2026-11-27T09:00-09:30", ""),
        ("2026-11-27 09:00:00-09:30:00", ""),
        ("2026-11-27 09:00:00-09:30", ""),
    ],
)
def test_time_range_is_not_read_as_a_utc_offset(said: str, utc: str) -> None:
    if utc:
        assert record_dates.read_appointment_start(said, zone=CHICAGO).strftime("%H:%M") == utc
        return
    with pytest.raises(BadRow, match="two times"):
        record_dates.read_appointment_start(said, zone=CHICAGO)


@pytest.mark.parametrize(
    ("said", "utc"),
    [("2026-11-01 01:30", "06:30"), ("2026-03-08 02:30", "08:30"), ("2026-07-01 9:30", "14:30")],
)
def test_start_is_one_moment_when_the_clock_changes(said: str, utc: str) -> None:
    found = record_dates.read_appointment_start(said, zone=CHICAGO)
    assert (found.tzinfo, found.strftime("%H:%M")) == (UTC, utc)
    assert found == dt.datetime.fromisoformat(found.isoformat())


US, GB = DateOrder(day_first=False), DateOrder(day_first=True)
BELIED = DateOrder(day_first=False, belied_by="line 14 holds 13/01/2016")


@pytest.mark.parametrize(
    ("said", "order", "expected"),
    [
        ("2018-03-14", None, "2018-03-14"),
        ("2018/3/4", None, "2018-03-04"),
        ("20180314", None, "2018-03-14"),
        ("2018-03-14T00:00:00.000Z", None, "2018-03-14"),
        ("3/14/2018", US, "2018-03-14"),
        ("3/4/2018", US, "2018-03-04"),
        ("3/4/2018", GB, "2018-04-03"),
        # With dots, the day always comes first.
        ("4.3.2018", US, "2018-03-04"),
        ("4.3.2018", BELIED, "2018-03-04"),
        ("3/14/2018 12:00 AM", US, "2018-03-14"),
    ],
)
def test_date_is_read_in_the_clinics_order(said: str, order: DateOrder | None, expected: str) -> None:
    assert record_dates.read_calendar_date(said, order=order, called="day").isoformat() == expected


@pytest.mark.parametrize(
    ("said", "order", "why"),
    [
        ("3/4/2018", None, "cannot|can be read: write it YYYY-MM-DD"),
        ("2018314", None, "not a date that can be read"),
        ("201831", None, "not a date that can be read"),
        ("3/4/18", US, "can be read: write it"),
        ("2018-02-30", None, "not in the calendar"),
        ("14/3/2018", US, "not in the calendar"),
        ("3/4/2018", BELIED, "with the day first, as line 14 holds 13/01/2016. This clinic writes the month"),
        ("14/3/2018", BELIED, "with the month first; with the day first it would be"),
        ("3-14/2018", US, "can be read"),
        ("March", US, "can be read"),
    ],
)
def test_ambiguous_or_unreadable_date_is_rejected(said: str, order: DateOrder | None, why: str) -> None:
    with pytest.raises(BadRow, match=why):
        record_dates.read_calendar_date(said, order=order, called="day")


@pytest.mark.parametrize(
    ("said", "day_first", "found"),
    [
        ("14/3/2018", False, "14/3/2018"),
        ("14/3/18", False, "14/3/18"),
        ("Wed, 14-3-2018 10:00", False, "14-3-2018"),
        ("3/14/2018", True, "3/14/2018"),
        ("3/4/2018", False, ""),
        ("14/13/2018", False, ""),
        ("29/2/00", False, "29/2/00"),
        ("29/2/99", False, ""),
        ("30/2/2018", False, ""),
        ("14.3.2018", False, ""),
        ("14/3/2018/5", False, "14/3/2018"),
        ("14/3/20181", False, ""),
    ],
)
def test_date_that_fits_only_the_other_order_is_found(said: str, *, day_first: bool, found: str) -> None:
    assert record_dates.find_date_of_other_order(said, day_first=day_first) == found


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "does not say when"),
        ("2026-03-10", "no time of day"),
        ("1899-03-10 09:00", "not in this or the next century"),
        ("2200-03-10 09:00", "not in this or the next century"),
        ("next week", "write YYYY-MM-DD HH:MM"),
    ],
)
def test_start_without_a_day_or_a_time_is_rejected(said: str, why: str) -> None:
    with pytest.raises(BadRow, match=why):
        record_dates.read_appointment_start(said, zone=UTC)


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("3/14/2026 0940", "09:40"),
        ("3/14/2026 2359", "23:59"),
        ("3/14/2026 9 am", "09:00"),
        ("3/14/2026 9 p.m.", "21:00"),
        ("3/14/2026 0:00 9:40", "09:40"),
        ("2026-03-14T09:40:30", "09:40"),
    ],
)
def test_written_start_is_a_date_and_a_time(said: str, time: str) -> None:
    found = record_dates.read_appointment_start(said, zone=UTC, order=US)
    assert found.strftime("%m-%d %H:%M") == f"03-14 {time}"


@pytest.mark.parametrize(
    ("said", "minutes"), [("15 min", 15), ("15.0", 15), (" 20 minutes ", 20), (30, 30), ("5m.", 5)]
)
def test_minutes_are_read_with_their_unit(said: object, minutes: int) -> None:
    assert record_dates.read_appointment_minutes(said) == minutes


@pytest.mark.parametrize("month", [1, 7])
def test_utc_offset_of_every_time_zone_is_accepted(month: int) -> None:
    day, clock = dt.date(2026, month, 15), dt.time(9, 30)
    zones = [ZoneInfo(name) for name in available_timezones()]
    for said in {dt.datetime.combine(day, clock, tzinfo=zone).isoformat() for zone in zones}:
        found = record_dates.read_appointment_start(said, zone=CHICAGO)
        assert found == dt.datetime.fromisoformat(said)


@pytest.mark.parametrize("said", ["x" * 50, "2018-02-30T" + "0" * 40, "x" * 40])
def test_error_quotes_at_most_40_characters_of_the_text(said: str) -> None:
    for read in (
        lambda: record_dates.read_calendar_date(said, order=GB, called="day"),
        lambda: record_dates.read_recorded_birth_date(said, today=TODAY),
        lambda: record_dates.read_appointment_start(said, zone=UTC),
        lambda: record_dates.read_appointment_minutes(said),
    ):
        with pytest.raises(BadRow, match=f"“{said[:40]}”"):
            read()
