"""What a feed may say in a column: lengths, days, clocks, minutes, who may consent."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from checkin.rules import record_dates, record_rows, vaccines
from checkin.rules.record_rows import BadRow

TODAY = dt.date(2026, 3, 10)
UTC = dt.UTC


@pytest.mark.parametrize(("column", "most"), [("sex", 20), ("phone", 60), ("postcode", 20), ("city", 120)])
def test_a_text_may_be_so_long_and_no_longer(column: str, most: int) -> None:
    assert record_rows.read_record_text("x" * most, column) == "x" * most
    with pytest.raises(BadRow, match=f"The {column} is longer than {most} letters"):
        record_rows.read_record_text("x" * (most + 1), column)
    with pytest.raises(BadRow, match="The home town is longer"):
        record_rows.read_record_text("x" * (most + 1), column, called="home_town")


def test_a_sign_that_no_text_can_hold_is_named_with_its_column() -> None:
    for called, word in (("", "city"), ("home_town", "home town")):
        for said, what in (("a\x00b", "a NUL character"), ("a\ud800b", "half a character")):
            with pytest.raises(BadRow, match=f"The {word} holds {what}"):
                record_rows.read_record_text(said, "city", called=called)


def test_a_child_may_be_born_today_or_in_1880_and_not_beyond() -> None:
    assert record_dates.read_recorded_birth_date("2026-03-10", today=TODAY) == TODAY
    assert record_dates.read_recorded_birth_date("1880-01-01", today=TODAY).year == 1880
    for said in ("2026-03-11", "1879-12-31"):
        with pytest.raises(BadRow):
            record_dates.read_recorded_birth_date(said, today=TODAY)


def test_a_day_may_be_in_this_or_the_next_century_and_not_after() -> None:
    last = dt.date(2199, 12, 31)
    assert vaccines.read_clinic_day("2199-12-31", zone=UTC, called="day") == last
    with pytest.raises(BadRow, match="not in this or the next century"):
        vaccines.read_clinic_day("2200-01-01", zone=UTC, called="day")


@pytest.mark.parametrize(("said", "count"), [("1", 1), ("15", 15), ("1440", 1440)])
def test_an_appointment_lasts_a_minute_to_a_day(said: str, count: int) -> None:
    assert record_dates.read_appointment_minutes(said) == count
    for wrong in ("0", "1441", "", "long"):
        with pytest.raises(BadRow, match="not a number of minutes"):
            record_dates.read_appointment_minutes(wrong)


@pytest.mark.parametrize(
    ("said", "hour"),
    [("9:40 am", 9), ("9:40 pm", 21), ("12:40 am", 0), ("12:40 pm", 12), ("9:40", 9), ("21:40", 21)],
)
def test_a_clock_of_twelve_hours_is_read_as_such(said: str, hour: int) -> None:
    found = record_dates.read_appointment_start(f"2026-03-10 {said}", zone=UTC)
    assert (found.hour, found.minute) == (hour, 40)


@pytest.mark.parametrize("said", ["2026-03-10 13:40 pm", "2026-03-10 0:40 am", "soon", "2026-03-10 24:40"])
def test_what_is_no_time_of_day_is_put_aside(said: str) -> None:
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
def test_a_range_of_times_is_not_taken_for_an_offset(said: str, utc: str) -> None:
    if utc:
        assert record_dates.read_appointment_start(said, zone=CHICAGO).strftime("%H:%M") == utc
        return
    with pytest.raises(BadRow, match="two times"):
        record_dates.read_appointment_start(said, zone=CHICAGO)


@pytest.mark.parametrize(
    ("said", "utc"),
    [("2026-11-01 01:30", "06:30"), ("2026-03-08 02:30", "08:30"), ("2026-07-01 9:30", "14:30")],
)
def test_a_start_is_one_moment_where_the_clock_changes(said: str, utc: str) -> None:
    found = record_dates.read_appointment_start(said, zone=CHICAGO)
    assert (found.tzinfo, found.strftime("%H:%M")) == (UTC, utc)
    assert found == dt.datetime.fromisoformat(found.isoformat())


def test_only_what_says_parent_or_guardian_may_consent() -> None:
    assert record_rows.is_consenting_kin("Mother")
    assert record_rows.is_consenting_kin("aunt", "legal guardian")
    assert not record_rows.is_consenting_kin("aunt")
    assert not record_rows.is_consenting_kin()
