"""Birth dates as people mistype them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

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
    nearness_limit_of_text,
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
def test_nearness_of_a_typed_date_to_the_record(typed: str, how: BirthNearness) -> None:
    assert near(typed) is how


def test_adjacent_year_is_a_slip_and_a_two_digit_year_error_is_half_right() -> None:
    assert near("20190314") is BirthNearness.SLIP
    assert near("20200314", date(2019, 3, 14)) is BirthNearness.SLIP
    assert near("20210314", date(2019, 3, 14)) is BirthNearness.HALF


def test_swapped_digits_are_a_slip_only_if_they_are_the_same_digits() -> None:
    assert near("20180312", date(2018, 3, 21)) is BirthNearness.SLIP
    assert near("20180323", date(2018, 3, 12)) is BirthNearness.HALF
    assert near("20180331", date(2018, 3, 12)) is BirthNearness.HALF


def test_missing_date_on_either_side_gives_no_nearness() -> None:
    assert birth_date_nearness((), BORN) is None
    assert birth_date_nearness(("20180314",), None) is None


def test_ambiguous_date_uses_the_nearer_reading_but_is_never_the_same() -> None:
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
def test_typed_date_is_read_in_every_possible_order(text: str, found: tuple[str, ...]) -> None:
    assert birth_date_readings(None, text) == found
    assert birth_date_readings(BORN, text) == ("20180314",)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_every_near_date_is_near_but_not_the_same(born: date) -> None:
    typed = birth_date_readings(born, "")
    found = near_birth_dates(typed)
    assert exact_birth_dates(typed) == (born,)
    assert born not in found
    assert len(found) <= 130
    assert not any(birth_date_nearness(typed, one) is BirthNearness.SAME for one in found)


def test_near_dates_include_each_kind_of_slip() -> None:
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


def test_birth_years_before_1880_or_after_2200_are_rejected() -> None:
    assert exact_birth_dates(("18791231", "18800101", "22001231", "22010101")) == (
        date(1880, 1, 1),
        date(2200, 12, 31),
    )


@pytest.mark.parametrize(("days", "same"), [(0, True), (1, True), (-1, True), (2, False), (-2, False)])
def test_twins_may_be_born_on_either_side_of_midnight(days: int, same: bool) -> None:
    assert is_same_birth(BORN, date.fromordinal(BORN.toordinal() + days)) is same
    assert not is_same_birth(BORN, None)
    assert not is_same_birth(None, BORN)


def digits(day: date) -> str:
    return day.isoformat().replace("-", "")


@cache
def every_day() -> dict[str, date]:
    """Return every date that a record may hold, keyed by its digits."""
    first, last = date(1880, 1, 1), date(2200, 12, 31)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {digits(one): one for one in days}


def is_one_slip_away(typed: str, other: str) -> bool:
    """Apply the module's rules one after another to a single date."""
    off = [place for place in range(8) if typed[place] != other[place]]
    is_changed_over = (
        len(off) == 2
        and off[1] - off[0] == 1
        and (typed[off[0]], typed[off[1]]) == (other[off[1]], other[off[0]])
    )
    year, month, day = typed[:4], typed[4:6], typed[6:]
    return (
        len(off) == 1
        or is_changed_over
        or year + day + month == other
        or (typed[4:] == other[4:] and abs(int(year) - int(other[:4])) == 1)
        or typed[:6] == other[:6]
        or (year, day) == (other[:4], other[6:])
    )


@pytest.mark.parametrize(
    "born", [BORN, date(2019, 12, 31), date(2000, 1, 1), date(2020, 2, 29), date(1999, 10, 9)]
)
def test_near_dates_are_exactly_those_one_slip_or_one_day_away(born: date) -> None:
    day = timedelta(days=1)
    expected = [
        one
        for other, one in every_day().items()
        if one != born and (is_one_slip_away(digits(born), other) or one in (born - day, born + day))
    ]
    assert near_birth_dates((digits(born),)) == tuple(expected)


@pytest.mark.parametrize("typed", ["20180341", "20181403", "20189999"])
def test_impossible_date_has_near_dates_one_slip_away(typed: str) -> None:
    expected = [one for other, one in every_day().items() if is_one_slip_away(typed, other)]
    assert near_birth_dates((typed,)) == tuple(expected)
    assert exact_birth_dates((typed,)) == ()


@pytest.mark.parametrize("typed", ["2018314", "0180314", "2018031"])
def test_date_missing_a_digit_is_near_every_date_that_completes_it(typed: str) -> None:
    expected = [
        one
        for other, one in every_day().items()
        if any(other[:place] + other[place + 1 :] == typed for place in range(8))
    ]
    assert near_birth_dates((typed,)) == tuple(expected)
    assert {birth_date_nearness((typed,), one) for one in expected} == {BirthNearness.SLIP}


@pytest.mark.parametrize("typed", ["201803144", "220180314", "201803140", "201181214"])
def test_date_with_an_extra_digit_is_near_every_date_without_it(typed: str) -> None:
    left = {typed[:n] + typed[n + 1 :] for n in range(9)}
    expected = [one for other, one in every_day().items() if other in left]
    assert near_birth_dates((typed,)) == tuple(expected)
    assert {birth_date_nearness((typed,), one) for one in expected} == {BirthNearness.SLIP}


@given(
    st.dates(min_value=date(1990, 1, 1), max_value=date(2029, 12, 31)),
    st.dates(min_value=date(1990, 1, 1), max_value=date(2029, 12, 31)),
)
def test_slip_is_one_wrong_digit_or_one_swap_within_ten_years(typed: date, born: date) -> None:
    one, other = digits(typed), digits(born)
    is_slip = (
        abs(typed.year - born.year) < 10
        and is_one_slip_away(one, other)
        # If the whole month or day differs, the record is still fetched but counts as half right.
        and not (one[:6] == other[:6] and not is_mistyped(one, other))
        and not ((one[:4], one[6:]) == (other[:4], other[6:]) and not is_mistyped(one, other))
    )
    expected = BirthNearness.SAME if typed == born else BirthNearness.SLIP
    assert (birth_date_nearness((one,), born) is expected) == (is_slip or typed == born)


def is_mistyped(one: str, other: str) -> bool:
    off = [place for place in range(8) if one[place] != other[place]]
    is_pair = (
        len(off) == 2 and off[1] - off[0] == 1 and one[off[0]] + one[off[1]] == other[off[1]] + other[off[0]]
    )
    return len(off) == 1 or is_pair or one[:4] + one[6:] + one[4:6] == other


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # A two-digit year gets the likelier century.
        ("3/14/49", "20490314"),
        ("3/14/50", "19500314"),
        ("3/14/00", "20000314"),
        ("3/14/018", "00180314"),
        ("18-3-14", "20180314"),
        ("2018/3/14", "20180314"),
        ("1918314", "1918314"),
        ("31122018", "20181231"),
        ("20123112", "20123112"),
        ("18123112", "18123112"),
        ("٢٠١٨-٠٣-١٤", "20180314"),
    ],
)
def test_two_digit_and_mistyped_years_are_completed(text: str, found: str) -> None:
    assert found in birth_date_readings(None, text)


@pytest.mark.parametrize(
    ("text", "count"),
    [("18-3-14", 3), ("2018-3-14", 1), ("3-14-2018", 2), ("20123112", 1), ("31122018", 3), ("3-14", 0)]
    + [("3-14-2018-1", 0), ("123456", 0), ("1234567", 1), ("123456789", 1), ("1234567890", 0)],
)
def test_date_text_is_read_in_every_order_it_allows(text: str, count: int) -> None:
    assert len(birth_date_readings(None, text)) == count


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("3/14/2018", None),
        ("2018-03-14", None),
        ("not 3/14/2018", BirthNearness.SLIP),
        ("2012-?-?", BirthNearness.HALF),
        ("about five", BirthNearness.HALF),
        ("?", None),
        ("", None),
    ],
)
def test_text_that_is_not_a_plain_date_limits_the_nearness(text: str, limit: BirthNearness | None) -> None:
    assert nearness_limit_of_text(text, birth_date_readings(None, text)) is limit


def test_nearness_never_exceeds_what_the_text_allows() -> None:
    typed = ("20180314",)
    assert birth_date_nearness(typed, BORN, at_most=BirthNearness.HALF) is BirthNearness.HALF
    assert birth_date_nearness(typed, date(1990, 1, 1), at_most=BirthNearness.HALF) is BirthNearness.FAR
    assert birth_date_nearness((), BORN, at_most=BirthNearness.HALF) is BirthNearness.HALF
    assert birth_date_nearness((), None, at_most=BirthNearness.HALF) is None


def test_one_wrong_digit_is_a_slip_within_ten_years_and_half_right_beyond() -> None:
    assert near("20100314", date(2019, 3, 14)) is BirthNearness.SLIP
    assert near("20100314", date(2020, 3, 14)) is BirthNearness.HALF
    assert near("20200314", date(2010, 3, 14)) is BirthNearness.HALF
