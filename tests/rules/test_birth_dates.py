"""Birth dates as people mistype them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules.birth_dates import Nearness, exact_dates, is_same_birth, near_dates, nearness, readings

BORN = date(2018, 3, 14)


def near(typed: str, born: date = BORN) -> Nearness | None:
    return nearness((typed,), born)


@pytest.mark.parametrize(
    ("typed", "how"),
    [
        ("20180314", Nearness.SAME),
        ("20180315", Nearness.SLIP),
        ("20180341", Nearness.SLIP),
        ("20181403", Nearness.SLIP),
        ("20170314", Nearness.SLIP),
        ("20190314", Nearness.SLIP),
        ("20810314", Nearness.HALF),
        ("20280314", Nearness.HALF),
        ("19970314", Nearness.HALF),
        ("2018314", Nearness.SLIP),
        ("201803144", Nearness.SLIP),
        ("201833144", Nearness.FAR),
        ("2018344", Nearness.FAR),
        ("20180326", Nearness.HALF),
        ("20180914", Nearness.SLIP),
        ("20181114", Nearness.HALF),
        ("20160315", Nearness.HALF),
        ("20161014", Nearness.FAR),
        ("20180425", Nearness.FAR),
        ("20171225", Nearness.FAR),
        ("20180413", Nearness.HALF),
    ],
)
def test_how_near_a_typed_date_is(typed: str, how: Nearness) -> None:
    assert near(typed) is how


def test_a_year_next_to_it_is_a_slip_and_two_years_off_by_two_digits_are_half() -> None:
    assert near("20190314") is Nearness.SLIP
    assert near("20200314", date(2019, 3, 14)) is Nearness.SLIP
    assert near("20210314", date(2019, 3, 14)) is Nearness.HALF


def test_digits_changed_over_are_a_slip_only_where_they_are_the_same_digits() -> None:
    assert near("20180312", date(2018, 3, 21)) is Nearness.SLIP
    assert near("20180323", date(2018, 3, 12)) is Nearness.HALF
    assert near("20180331", date(2018, 3, 12)) is Nearness.HALF


def test_a_missing_side_is_no_comparison() -> None:
    assert nearness((), BORN) is None
    assert nearness(("20180314",), None) is None


def test_of_two_readings_the_nearer_counts_but_neither_is_the_same() -> None:
    both = readings(None, "3/4/2015")
    assert set(both) == {"20150403", "20150304"}
    assert nearness(both, date(2015, 4, 3)) is Nearness.SLIP
    one = readings(None, "25/3/2015")
    assert len(one) == 2
    assert nearness(one, date(2015, 3, 25)) is Nearness.SAME
    assert nearness(("20150304", "20159999"), date(2015, 3, 4)) is Nearness.SAME


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
    assert readings(None, text) == found
    assert readings(BORN, text) == ("20180314",)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_every_near_date_is_near_and_none_is_the_date(born: date) -> None:
    typed = readings(born, "")
    found = near_dates(typed)
    assert exact_dates(typed) == (born,)
    assert born not in found
    assert len(found) <= 130
    assert not any(nearness(typed, one) is Nearness.SAME for one in found)


def test_near_dates_hold_each_kind_of_slip() -> None:
    found = set(near_dates(("20180314",)))
    assert {
        date(2018, 3, 13),
        date(2018, 3, 15),
        date(2018, 3, 4),
        date(2018, 3, 24),
        date(2017, 3, 14),
    } <= found
    assert {date(2019, 3, 14), date(2018, 8, 14), date(2018, 12, 14), date(2018, 3, 31)} <= found
    assert date(2020, 3, 14) in near_dates(("20190314",))
    assert date(2019, 3, 14) in near_dates(("20200314",))
    assert date(2018, 10, 23) in near_dates(("20181203",))
    assert date(2081, 3, 14) in found
    assert date(2018, 4, 3) in near_dates(("20180304",))
    assert date(2018, 3, 1) in near_dates(("20180228",))
    assert date(2018, 3, 14) in near_dates(("2018314",))
    assert date(2018, 3, 14) in near_dates(("201803144",))
    assert near_dates(("201803",)) == ()


def test_dates_outside_the_years_of_people_are_none() -> None:
    assert exact_dates(("18791231", "18800101", "22001231", "22010101")) == (
        date(1880, 1, 1),
        date(2200, 12, 31),
    )


@pytest.mark.parametrize(("days", "same"), [(0, True), (1, True), (-1, True), (2, False), (-2, False)])
def test_twins_may_be_born_either_side_of_midnight(days: int, same: bool) -> None:
    assert is_same_birth(BORN, date.fromordinal(BORN.toordinal() + days)) is same
    assert not is_same_birth(BORN, None)
    assert not is_same_birth(None, BORN)
