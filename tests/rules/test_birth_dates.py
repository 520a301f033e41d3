"""Birth dates as people mistype them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules.birth_dates import (
    BirthNearness,
    birth_date_nearness,
    birth_date_readings,
    exact_birth_dates,
    is_same_birth,
    near_birth_dates,
)

BORN = date(2018, 3, 14)


def near(typed: str, born: date = BORN) -> BirthNearness | None:
    return birth_date_nearness((typed,), born)


@pytest.mark.parametrize(
    ("typed", "how"),
    [
        ("20180314", BirthNearness.SAME),
        ("20180315", BirthNearness.SLIP),
        ("20180341", BirthNearness.SLIP),
        ("20181403", BirthNearness.SLIP),
        ("20170314", BirthNearness.SLIP),
        ("20190314", BirthNearness.SLIP),
        ("20810314", BirthNearness.HALF),
        ("20280314", BirthNearness.HALF),
        ("19970314", BirthNearness.HALF),
        ("2018314", BirthNearness.SLIP),
        ("201803144", BirthNearness.SLIP),
        ("201833144", BirthNearness.FAR),
        ("2018344", BirthNearness.FAR),
        ("20180326", BirthNearness.HALF),
        ("20180914", BirthNearness.SLIP),
        ("20181114", BirthNearness.HALF),
        ("20160315", BirthNearness.HALF),
        ("20161014", BirthNearness.FAR),
        ("20180425", BirthNearness.FAR),
        ("20171225", BirthNearness.FAR),
        ("20180413", BirthNearness.HALF),
    ],
)
def test_how_near_a_typed_date_is(typed: str, how: BirthNearness) -> None:
    assert near(typed) is how


def test_a_year_next_to_it_is_a_slip_and_two_years_off_by_two_digits_are_half() -> None:
    assert near("20190314") is BirthNearness.SLIP
    assert near("20200314", date(2019, 3, 14)) is BirthNearness.SLIP
    assert near("20210314", date(2019, 3, 14)) is BirthNearness.HALF


def test_digits_changed_over_are_a_slip_only_where_they_are_the_same_digits() -> None:
    assert near("20180312", date(2018, 3, 21)) is BirthNearness.SLIP
    assert near("20180323", date(2018, 3, 12)) is BirthNearness.HALF
    assert near("20180331", date(2018, 3, 12)) is BirthNearness.HALF


def test_a_missing_side_is_no_comparison() -> None:
    assert birth_date_nearness((), BORN) is None
    assert birth_date_nearness(("20180314",), None) is None


def test_of_two_readings_the_nearer_counts_but_neither_is_the_same() -> None:
    both = birth_date_readings(None, "3/4/2015")
    assert set(both) == {"20150403", "20150304"}
    assert birth_date_nearness(both, date(2015, 4, 3)) is BirthNearness.SLIP
    one = birth_date_readings(None, "25/3/2015")
    assert len(one) == 2
    assert birth_date_nearness(one, date(2015, 3, 25)) is BirthNearness.SAME
    assert birth_date_nearness(("20150304", "20159999"), date(2015, 3, 4)) is BirthNearness.SAME


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2018-03-14", ("20180314",)),
        ("20180314", ("20180314",)),
        ("2018314", ("2018314",)),
        ("201803144", ("201803144",)),
        ("14032018", ("20180314", "20181403", "14032018")),
        ("14 / 3 / 2018", ("20180314", "20181403")),
        ("3. 2018", ()),
        ("201803", ()),
        ("2018031444", ()),
        ("", ()),
        ("2018-03-14" + " " * 30, ("20180314",)),
        ("2018-03-14" + " " * 31, ()),
    ],
)
def test_what_was_typed_is_read_in_every_order(text: str, found: tuple[str, ...]) -> None:
    assert birth_date_readings(None, text) == found
    assert birth_date_readings(BORN, text) == ("20180314",)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_every_near_date_is_near_and_none_is_the_date(born: date) -> None:
    typed = birth_date_readings(born, "")
    found = near_birth_dates(typed)
    assert exact_birth_dates(typed) == (born,)
    assert born not in found
    assert len(found) <= 130
    assert not any(birth_date_nearness(typed, one) is BirthNearness.SAME for one in found)


def test_near_dates_hold_each_kind_of_slip() -> None:
    found = set(near_birth_dates(("20180314",)))
    assert {
        date(2018, 3, 13),
        date(2018, 3, 15),
        date(2018, 3, 4),
        date(2018, 3, 24),
        date(2017, 3, 14),
    } <= found
    assert {date(2019, 3, 14), date(2018, 8, 14), date(2018, 12, 14), date(2018, 3, 31)} <= found
    assert date(2020, 3, 14) in near_birth_dates(("20190314",))
    assert date(2019, 3, 14) in near_birth_dates(("20200314",))
    assert date(2018, 10, 23) in near_birth_dates(("20181203",))
    assert date(2081, 3, 14) in found
    assert date(2018, 4, 3) in near_birth_dates(("20180304",))
    assert date(2018, 3, 1) in near_birth_dates(("20180228",))
    assert date(2018, 3, 14) in near_birth_dates(("2018314",))
    assert date(2018, 3, 14) in near_birth_dates(("201803144",))
    assert near_birth_dates(("201803",)) == ()


def test_dates_outside_the_years_of_people_are_none() -> None:
    assert exact_birth_dates(("18791231", "18800101", "22001231", "22010101")) == (
        date(1880, 1, 1),
        date(2200, 12, 31),
    )


@pytest.mark.parametrize(("days", "same"), [(0, True), (1, True), (-1, True), (2, False), (-2, False)])
def test_twins_may_be_born_either_side_of_midnight(days: int, same: bool) -> None:
    assert is_same_birth(BORN, date.fromordinal(BORN.toordinal() + days)) is same
    assert not is_same_birth(BORN, None)
    assert not is_same_birth(None, BORN)
