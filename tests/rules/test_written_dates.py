"""A birth date is read as it was meant or becomes a question: it is never silently another day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from babel.dates import format_date

from checkin.rules import regions, sign_in_claims
from checkin.rules.discrepancy_causes import DiscrepancyCause
from checkin.rules.sign_in_claims import TypedBirthDate
from checkin.rules.written_dates import is_date_like, read_written_dates
from checkin.web.kiosk import request_body
from tests.field import field_json

TODAY = dt.date(2026, 11, 25)
DAYS = [TODAY - dt.timedelta(days=n) for n in range(18 * 365 + 5)]
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FULL_WIDTH = str.maketrans("0123456789/", "０１２３４５６７８９／")


def read(text: Any, day_first: bool = False) -> TypedBirthDate:
    return sign_in_claims.read_typed_birth_date(text, today=TODAY, day_first=day_first)


def ordinal(day: int) -> str:
    return f"{day}{'th' if 10 < day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


IN_ORDER = {
    "4/7/2018": "{m}/{d}/{y}",
    "04/07/2018": "{m:02}/{d:02}/{y}",
    "4-7-2018": "{m}-{d}-{y}",
    "4 7 2018": "{m} {d} {y}",
    "4,7,2018": "{m},{d},{y}",
    "4\\7\\2018": "{m}\\{d}\\{y}",
    "4–7–2018": "{m}–{d}–{y}",
    "4 / 7 / 2018": "{m} / {d} / {y}",
    "04072018": "{m:02}{d:02}{y}",
}
"""Month first here; a day-first clinic writes the same with day and month swapped."""

SURE = {
    "2018-04-07": "{y}-{m:02}-{d:02}",
    "2018-4-7": "{y}-{m}-{d}",
    "2018/04/07": "{y}/{m:02}/{d:02}",
    "2018.04.07": "{y}.{m:02}.{d:02}",
    "20180407": "{y}{m:02}{d:02}",
    "2018–04–07": "{y}–{m:02}–{d:02}",
    "2018年4月7日": "{y}年{m}月{d}日",
    "2018년 4월 7일": "{y}년 {m}월 {d}일",
    "2018-04-07T00:00:00.000Z": "{y}-{m:02}-{d:02}T00:00:00.000Z",
    "Apr 7, 2018": "{mon} {d}, {y}",
    "apr 7 2018": "{mon} {d} {y}",
    "7 APR 2018": "{d} {mon} {y}",
    "7-Apr-2018": "{d}-{mon}-{y}",
    "7-Apr-18": "{d}-{mon}-{yy:02}",
    "7 Apr '18": "{d} {mon} ’{yy:02}",
    "April 7th, 2018": "{month} {nth}, {y}",
    "7th of April 2018": "{nth} of {month} {y}",
    "the 7th of April, 2018": "the {nth} of {month}, {y}",
    "2018 April 7": "{y} {month} {d}",
    "Sat, April 7, 2018": "{weekday}, {month} {d}, {y}",
    "7 de abril de 2018": "{d} de {mes} de {y}",
    "7 de abril del 2018": "{d} DE {mes} DEL {y}",
    "abril 7 de 2018": "{mes} {d} de {y}",
    "sábado, 7 de abril de 2018": "{dia}, {d} de {mes} de {y}",
    "7-abr-2018": "{d}-{mes:.3}-{y}",
}
ASKED_OR_READ = {
    "4/7/18": "{m}/{d}/{yy:02}",
    "04/07/18": "{m:02}/{d:02}/{yy:02}",
    "4-7-18": "{m}-{d}-{yy:02}",
    "04-07-18": "{m:02}-{d:02}-{yy:02}",
    "18-04-07": "{yy:02}-{m:02}-{d:02}",
    "18/04/07": "{yy:02}/{m:02}/{d:02}",
    "040718": "{m:02}{d:02}{yy:02}",
    "180407": "{yy:02}{m:02}{d:02}",
    "7.4.18": "{d}.{m}.{yy:02}",
    "07.04.2018": "{d:02}.{m:02}.{y}",
    "4/2018": "{m}/{y}",
    "Apr 2018": "{mon} {y}",
    "2018": "{y}",
    "Thai": "{m}/{d}/{thai}",
    "Thai, year first": "{thai}-{m:02}-{d:02}",
    "4/7/218": "{m}/{d}/{short}",
    "about 4/7/2018": "about {m}/{d}/{y}",
    "4/7/2018?": "{m}/{d}/{y}?",
    "two": "{m}/{d}/{y} or {m}/{d}/{y}",
}


@pytest.fixture(scope="module", params=[13, pytest.param(1, marks=pytest.mark.long)])
def written(request: pytest.FixtureRequest) -> list[Any]:
    """Return days of the last 18 years with their parts: every 13th by default, every one in the long run."""
    return [(day, parts_of(day)) for day in DAYS[:: request.param]]


def parts_of(day: dt.date) -> dict[Any, Any]:
    return {
        "d": day.day,
        "m": day.month,
        "y": day.year,
        "yy": day.year % 100,
        "thai": day.year + 543,
        "short": f"{day.year // 1000}{day.year % 100:02}",
        "mon": f"{day:%b}",
        "month": f"{day:%B}",
        "weekday": f"{day:%a}",
        "nth": ordinal(day.day),
        "mes": format_date(day, "LLLL", locale="es"),
        "dia": format_date(day, "EEEE", locale="es"),
    }


@pytest.mark.parametrize("day_first", [False, True])
@pytest.mark.parametrize("shape", IN_ORDER.values(), ids=IN_ORDER)
def test_every_day_of_18_years_is_read_in_the_clinics_order(
    written: list[Any], shape: str, day_first: bool
) -> None:
    for day, parts in written:
        turned = parts | {"d": parts["m"], "m": parts["d"]} if day_first else parts
        assert read(shape.format(**turned), day_first).date == day


@pytest.mark.parametrize("shape", SURE.values(), ids=SURE)
def test_every_day_of_18_years_is_read_from_unambiguous_text(written: list[Any], shape: str) -> None:
    for nth, (day, parts) in enumerate(written):
        assert read(shape.format(**parts), day_first=bool(nth % 2)).date == day


@pytest.mark.parametrize("digits", [ARABIC, FULL_WIDTH], ids=["Arabic", "full width"])
def test_digits_of_other_scripts_are_read(written: list[Any], digits: dict[int, int]) -> None:
    for day, parts in written:
        assert read("{m}/{d}/{y}".format(**parts).translate(digits)).date == day


@pytest.mark.parametrize("shape", ASKED_OR_READ.values(), ids=ASKED_OR_READ)
def test_ambiguous_date_is_read_as_meant_or_becomes_a_question(written: list[Any], shape: str) -> None:
    for day, parts in written:
        found = read(shape.format(**parts))
        assert found.date == day or (found.date is None and found.problem), (day, found)


def test_two_possible_readings_are_a_question_in_a_day_first_clinic(written: list[Any]) -> None:
    for shape in ("{d:02}/{m:02}/{yy:02}", "{d:02}-{m:02}-{yy:02}", "{yy:02}-{m:02}-{d:02}"):
        for day, parts in written:
            found = read(shape.format(**parts), day_first=True)
            assert found.date in (day, None)
            assert found.date or found.problem


def test_dotted_dates_have_the_day_first_in_a_day_first_clinic(written: list[Any]) -> None:
    for shape in ("{d}.{m}.{y}", "{d:02}.{m:02}.{yy:02}", "{d}. {m}. {y}"):
        for day, parts in written:
            assert read(shape.format(**parts), day_first=True).date == day


@pytest.mark.parametrize("region", ["HU", "KR", "CN", "JP", "TW", "MN"])
def test_short_dotted_date_is_a_question_in_a_year_first_region(region: str) -> None:
    found = read("18.03.14", day_first=regions.is_day_first_region(region))
    assert (found.date, found.problem) == (None, DiscrepancyCause.BIRTH_DATE_IN_TWO_WAYS)
    assert read("2018.03.14", day_first=regions.is_day_first_region(region)).date == dt.date(2018, 3, 14)


def test_kiosk_year_field_is_never_read_as_a_day(written: list[Any]) -> None:
    for day, parts in written:
        for year in ("{y}", "{yy:02}"):
            boxes = (year.format(**parts), str(day.month), str(day.day))
            for day_first in (False, True):
                assert read(request_body.join_birth_date(*boxes), day_first).date == day


@pytest.mark.parametrize(
    "year", ["8", "018", "201", "20018", "20 18", "x", "18?", "3/14/18", "'018", "18年年"]
)
def test_invalid_year_field_is_a_question(year: str) -> None:
    found = read(request_body.join_birth_date(year, "3", "14"))
    assert found.date is None
    assert found.problem


@pytest.mark.parametrize(
    "boxes",
    [
        *(
            ("'18", "3", "14"),
            ("’18", "3", "14"),
            ("‘18", "03", "14"),
            ("2018.", "3.", "14."),
            ("2018", "3/", "14,"),
        ),
        *(
            ("2018年", "3月", "14日"),
            ("2018년", "3월", "14일"),
            ("２０１８年", "３月", "１４日"),
            (" 2018 ", "-3", "14-"),
        ),
        *(("3/14/2018", "", ""), ("", "3/14/2018", ""), ("", "", "3/14/2018"), ("", "", "Mar 14, 2018")),
        *(
            ("2018-03-14", "", ""),
            ("", "2018-03-14", ""),
            ("", "03142018", ""),
            ("", "14 de marzo de 2018", ""),
        ),
        *(("", "2018年3月14日", ""), ("", "3/14/18", "")),
    ],
)
def test_clearly_written_date_is_read_from_any_boxes(boxes: tuple[str, str, str]) -> None:
    assert read(request_body.join_birth_date(*boxes)).date == dt.date(2018, 3, 14)


@pytest.mark.parametrize(
    "boxes",
    [("2018", "", ""), ("", "3/14", ""), ("3/14/2018", "3", ""), ("", "29/30/2018", ""), ("年", "3", "14")],
)
def test_unclear_boxes_are_never_guessed(boxes: tuple[str, str, str]) -> None:
    found = read(request_body.join_birth_date(*boxes))
    assert found.date is None
    assert found.problem


@pytest.mark.parametrize(("month", "day"), [("14", "3"), ("2018", "3"), ("3", "2018"), ("", "14"), ("3", "")])
def test_date_fields_filled_in_another_order_are_a_question(month: str, day: str) -> None:
    found = read(request_body.join_birth_date("18", month, day))
    assert found.date is None
    assert found.problem


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2018-02-30", DiscrepancyCause.BIRTH_DATE_NOT_IN_CALENDAR),
        ("2/29/19", DiscrepancyCause.BIRTH_DATE_NOT_IN_CALENDAR),
        ("14/3/2018", DiscrepancyCause.BIRTH_DATE_IN_OTHER_ORDER),
        ("18-03-14", DiscrepancyCause.BIRTH_DATE_IN_TWO_WAYS),
        ("03/04/18", DiscrepancyCause.BIRTH_DATE_IN_TWO_WAYS),
        ("3.4.2018", DiscrepancyCause.BIRTH_DATE_IN_TWO_WAYS),
        ("12/30/26", DiscrepancyCause.BIRTH_DATE_IN_FUTURE),
        ("3/14/2561", DiscrepancyCause.BIRTH_DATE_IN_FUTURE),
        ("3/14/1818", DiscrepancyCause.BIRTH_DATE_TOO_LONG_AGO),
        ("Wed, March 15, 2018", DiscrepancyCause.BIRTH_DATE_NOT_IN_CALENDAR),
        ("14 martes 2018", DiscrepancyCause.NOT_A_BIRTH_DATE),
        ("March 2018", DiscrepancyCause.NOT_A_BIRTH_DATE),
        ("29-02-18", DiscrepancyCause.BIRTH_DATE_NOT_IN_CALENDAR),
        ("031418", DiscrepancyCause.NOT_A_BIRTH_DATE),
        ("last spring", DiscrepancyCause.NOT_A_BIRTH_DATE),
        ("1" * 10_000, DiscrepancyCause.NOT_A_BIRTH_DATE),
    ],
)
def test_unreadable_date_says_why(typed: str, why: DiscrepancyCause) -> None:
    assert read(typed) == sign_in_claims.TypedBirthDate(None, why)


@pytest.mark.parametrize(
    "typed",
    [
        *("1O/12/2018", "1o/12/2018", "2O/3/2018", "3/2O/2018", "1O-Mar-2018", "1o-mar-2018", "2018-12-1O"),
        *("1 O/12/2018", "3a/12/2018", "Mar 1O, 2018", "1O DE ABRIL DE 2018", "2o de abril de 2018"),
        *("'18-03-1o", "11o de abril de 2018", "1O.12.2018"),
    ],
)
@pytest.mark.parametrize("day_first", [False, True])
def test_letter_that_may_be_a_digit_is_never_dropped(typed: str, day_first: bool) -> None:
    assert read(typed, day_first) == sign_in_claims.TypedBirthDate(None, DiscrepancyCause.NOT_A_BIRTH_DATE)


@pytest.mark.parametrize(
    "typed",
    ["1o de abril de 2018", "1o. de abril de 2018", "1º de abril de 2018", "1.º de abril 2018", "1°/4/2018"],
)
def test_first_of_a_month_in_spanish_is_read(typed: str) -> None:
    assert read(typed, day_first=True).date == dt.date(2018, 4, 1)


@pytest.mark.parametrize("day_first", [False, True])
@pytest.mark.parametrize("sign", "/- .")
def test_future_day_of_this_year_never_becomes_another_day(sign: str, day_first: bool) -> None:
    to_come = [TODAY + dt.timedelta(days=n) for n in range(1, 37)]
    for day in (one for one in to_come if one.year == TODAY.year):
        parts = [f"{day.day:02}", f"{day.month:02}"]
        for first, second in (parts, parts[::-1]):
            found = read(sign.join((first, second, "26")), day_first)
            other_order = dt.date(2026, int(first), int(second)) if int(first) <= 12 else None
            if day_first:
                other_order = dt.date(2026, int(second), int(first)) if int(second) <= 12 else None
            assert found.date in (None, other_order), (first, second)
            assert found.date is None or found.date <= TODAY
            assert found.date or found.problem


@pytest.mark.parametrize(
    ("typed", "day_first"),
    [
        ("12/5/26", False),
        ("12-01-26", False),
        ("12/12/26", False),
        ("27/11/26", False),
        ("26-12-05", False),
        ("3.12.2026", False),
        ("12/12/26", True),
        ("05/12/26", True),
        ("01-12-26", True),
        ("27.11.26", True),
    ],
)
def test_clinics_own_reading_in_the_future_is_a_question(typed: str, day_first: bool) -> None:
    found = read(typed, day_first)
    assert found.date is None
    assert found.problem in (DiscrepancyCause.BIRTH_DATE_IN_TWO_WAYS, DiscrepancyCause.BIRTH_DATE_IN_FUTURE)


def test_empty_date_is_not_a_question() -> None:
    assert read(" / / ") == sign_in_claims.TypedBirthDate(None)


@pytest.mark.parametrize("typed", ["98-03-14", "3/14/98", "14 mar 98"])
def test_two_digit_year_still_to_come_is_in_the_last_century(typed: str) -> None:
    assert read(typed).date == dt.date(1998, 3, 14)


def test_dates_from_the_field_are_read_as_meant() -> None:
    born = dt.date(2018, 3, 14)
    for typed in field_json("k02_written_dates.json")["typed"]:
        assert read(typed).date == born or typed == "031418", typed
    for one in field_json("k01_two_digit_years.json"):
        boxes = [one["typed"][name] for name in request_body.BIRTH_PARTS]
        assert read(request_body.join_birth_date(*boxes)).date == dt.date.fromisoformat(one["right"][:10])


def test_two_digit_year_is_the_latest_one_up_to_this_year() -> None:
    assert read("3/14/26").date == dt.date(2026, 3, 14)
    assert read("3/14/27").date == dt.date(1927, 3, 14)


def test_dot_with_another_separator_is_not_a_date() -> None:
    assert read("3.14/2018").date is None and read("3/14.2018").date is None


def test_today_is_a_valid_birth_date_and_tomorrow_is_not() -> None:
    assert read(f"{TODAY}").date == TODAY
    assert read(f"{TODAY + dt.timedelta(days=1)}").problem == DiscrepancyCause.BIRTH_DATE_IN_FUTURE


@pytest.mark.parametrize(
    ("text", "days"),
    [
        # The latest year with these two digits up to this year.
        ("11/25/26", ["2026-11-25"]),
        ("11/26/26", ["2026-11-26"]),
        ("1/2/27", ["1927-01-02"]),
        # The year may come first: every day it may mean that is not in the future.
        ("08/03/14", ["2008-03-14", "2014-08-03"]),
        ("25/11/26", ["2025-11-26", "2026-11-25"]),
        ("31/12/18", ["1931-12-18", "2018-12-31"]),
        # A single day that may be a typo for an impossible date does not count.
        ("26/11/26", []),
        ("31/02/18", []),
        ("32/12/18", ["1932-12-18"]),
        ("00/12/18", ["2000-12-18"]),
    ],
)
def test_two_digit_year_gives_the_latest_day_that_is_not_in_the_future(text: str, days: list[str]) -> None:
    found = read_written_dates(text, today=TODAY, day_first=False)
    assert [day.isoformat() for day in found] == days


@pytest.mark.parametrize(
    ("text", "is_date"),
    [
        ("April 7, 2018" + " " * 47, True),
        ("April 7, 2018" + " " * 48, False),
        ("2018-13-45", True),
        ("1-2-2018-", True),
        ("201804", False),
        ("20180407", True),
        ("1.2/2018", False),
        ("1-222-2018", False),
        ("123-2-2018", False),
        ("1-2-018", False),
        ("'18-2-1", True),
        ("'2018-2-1", False),
        ("'18-2-'1", False),
        ("'18-2-100", False),
        ("2018-2-100", False),
        ("2-1-'18", True),
        ("2-1-'2018", False),
        ("ap 7 2018", False),
        ("apr 7 2018", True),
        ("ju 7 2018", False),
        ("april may 7 2018", False),
        ("april 7 8 2018", False),
        ("april 7, 18", True),
        ("april 7, 018", False),
        ("april 777 2018", False),
        ("monday april 7 2018", True),
        ("hello april 7 2018", False),
    ],
)
def test_text_is_date_like_if_it_has_the_parts_of_a_date(text: str, *, is_date: bool) -> None:
    assert is_date_like(text) == is_date


@pytest.mark.parametrize(
    ("text", "day_first", "days"),
    [
        ("20181204", True, ["2018-12-04"]),
        ("20121808", True, ["1808-12-20"]),
        ("04122018", True, ["2018-12-04"]),
        ("04122018", False, ["2018-04-12"]),
        ("1.2.2018", True, ["2018-02-01"]),
        ("1.2.2018", False, ["2018-01-02", "2018-02-01"]),
        ("1/2/2018", False, ["2018-01-02"]),
        ("Monday 2 1 2018", False, []),
        ("7-Apr-18", False, ["2018-04-07"]),
        ("18-Apr-07", False, ["2007-04-18"]),
        ("'18-Apr-07", False, ["2018-04-07"]),
        ("Sun, April 7, 2018", False, []),
        ("mar 13 2018", False, ["2018-03-13"]),
    ],
)
def test_text_gives_every_day_it_may_mean(text: str, *, day_first: bool, days: list[str]) -> None:
    found = read_written_dates(text, today=TODAY, day_first=day_first)
    assert [day.isoformat() for day in found] == days
