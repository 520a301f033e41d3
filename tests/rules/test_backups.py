"""Names of backups, when the next one is due, which are deleted, and when the last one is late."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import backups as backup_rules

CHICAGO = ZoneInfo("America/Chicago")
NOON = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
TIMES = st.lists(st.integers(0, 60 * 24).map(lambda hours: NOON - dt.timedelta(hours=hours)), unique=True)


def night(clock: str, day: int = 10) -> dt.datetime:
    hour, minute = clock.split(":")
    return dt.datetime(2026, 3, day, int(hour), int(minute), tzinfo=CHICAGO)


def test_a_name_says_whose_backup_it_is() -> None:
    one, other = (backup_rules.identify_database(key) for key in ("this clinic", "another clinic"))
    name = backup_rules.name_backup(night("2:15"), one)
    assert one != other and backup_rules.read_backup_database(name) == one
    assert backup_rules.read_backup_time(name) == night("2:15")
    assert backup_rules.read_backup_database(backup_rules.name_backup(night("2:15"))) == ""


def test_some_space_is_left_for_the_clinic() -> None:
    assert backup_rules.has_room(free=150_000_000, needed=100_000_000)
    assert not backup_rules.has_room(free=149_999_999, needed=100_000_000)


def test_a_name_says_when_it_was_made() -> None:
    name = backup_rules.name_backup(night("2:15"))
    assert name == "broughtby-20260310T071500Z.age"
    assert backup_rules.read_backup_time(name) == night("2:15")


@pytest.mark.parametrize(
    "name",
    [
        "broughtby-20260310T071500Z.age.partial",
        "broughtby-20261310T071500Z.age",
        "holiday.age",
        "x-broughtby-20260310T071500Z.age",
        "broughtby.sqlite3",
    ],
)
def test_what_is_not_named_as_a_backup_is_none(name: str) -> None:
    assert backup_rules.read_backup_time(name) is None


@pytest.mark.parametrize(
    ("newest", "local", "is_due"),
    [
        (night("2:05", 9), night("1:59"), False),
        (night("2:05", 9), night("2:00"), True),
        (night("2:05", 9), night("3:59"), True),
        (night("2:05", 9), night("4:00"), False),  # by day, once it was missed for long enough
        (night("2:05", 9), night("4:05"), True),
        (night("2:01"), night("2:06"), False),
        (night("18:00", 9), night("2:00"), True),  # one made by hand in the evening is not tonight's
        (None, night("11:00"), True),
        (night("8:05", 9), night("8:00"), False),
        (night("8:05", 9), night("10:05"), True),  # a computer that is off at night
    ],
)
def test_one_is_due_each_night_or_as_soon_as_a_night_was_missed(
    newest: dt.datetime | None, local: dt.datetime, is_due: bool
) -> None:
    assert backup_rules.is_nightly_due(newest, local) is is_due


def test_on_the_night_without_two_o_clock_one_is_made_at_three() -> None:
    spring = dt.datetime(2026, 3, 8, 3, 1, tzinfo=CHICAGO)
    assert backup_rules.is_nightly_due(night("2:05", 7), spring)
    assert not backup_rules.is_nightly_due(spring, spring + dt.timedelta(minutes=5))


def test_older_than_36_hours_is_late() -> None:
    assert not backup_rules.is_backup_late(NOON - dt.timedelta(hours=36), NOON)
    assert backup_rules.is_backup_late(NOON - dt.timedelta(hours=36, minutes=1), NOON)
    assert backup_rules.is_backup_late(None, NOON)


def test_fourteen_nights_are_kept() -> None:
    nights = [NOON - dt.timedelta(days=day) for day in range(20)]
    assert backup_rules.choose_expired(nights, kept_days=14, at=NOON) == nights[14:]


def test_those_made_by_hand_in_one_day_push_no_night_out() -> None:
    """Five presses of the button on one day, two weeks of nights before."""
    nights = [NOON - dt.timedelta(days=day) for day in range(1, 14)]
    by_hand = [NOON - dt.timedelta(minutes=minute) for minute in range(5)]
    assert backup_rules.choose_expired([*by_hand, *nights], kept_days=14, at=NOON) == []


@given(times=TIMES, kept_days=st.integers(0, 20))
def test_the_newest_always_stays_and_a_second_time_nothing_more_goes(
    times: list[dt.datetime], kept_days: int
) -> None:
    expired = backup_rules.choose_expired(times, kept_days=kept_days, at=NOON)
    left = sorted(set(times) - set(expired))
    assert not times or max(times) in left
    assert backup_rules.choose_expired(left, kept_days=kept_days, at=NOON) == []
    old_days = {made.date() for made in left if NOON - made > dt.timedelta(days=2)}
    assert len(old_days) <= max(1, kept_days)
