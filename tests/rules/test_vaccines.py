"""Which vaccines are against seasonal influenza, and when one was given."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules import vaccines
from checkin.rules.record_rows import BadRow

TODAY = dt.date(2026, 3, 10)
SEASONAL = (
    *(15, 16, 88, 111, 135, 140, 141, 144, 149, 150, 151, 153, 155, 158, 161, 166, 168, 171, 185, 186, 194),
    *(197, 200, 201, 202, 205, 231, 320, 331, 333),
)


@pytest.mark.parametrize("code", SEASONAL)
def test_the_codes_of_seasonal_influenza_vaccines(code: int) -> None:
    assert vaccines.is_influenza_vaccine("", str(code))
    assert vaccines.is_influenza_vaccine("", f"0{code}")


@pytest.mark.parametrize("code", [0, 3, 17, 48, 87, 125, 142, 143, 145, 203, 204, 999])
def test_any_other_code_is_none(code: int) -> None:
    assert not vaccines.is_influenza_vaccine("", str(code))


def test_a_name_says_it_where_the_code_does_not() -> None:
    assert vaccines.is_influenza_vaccine("Flu shot 2025")
    assert not vaccines.is_influenza_vaccine("Haemophilus influenzae type b")
    assert not vaccines.is_influenza_vaccine("Influenza, pandemic", str(min(vaccines.PANDEMIC_FLU_CODES)))


def test_a_content_key_is_32_signs_and_the_same_each_time() -> None:
    system, value = vaccines.content_key("flu", TODAY)
    assert (system, len(value)) == (vaccines.CONTENT_KEY_SYSTEM, 32)
    assert vaccines.content_key("flu", TODAY) == (system, value) != vaccines.content_key("flu", "other")


def test_a_vaccine_may_be_given_today_and_not_tomorrow() -> None:
    assert vaccines.check_day_given(TODAY, today=TODAY) == TODAY
    with pytest.raises(BadRow, match="in the future"):
        vaccines.check_day_given(TODAY + dt.timedelta(days=1), today=TODAY)


def test_a_day_may_be_in_this_or_the_next_century_and_not_after() -> None:
    last = dt.date(2199, 12, 31)
    assert vaccines.read_clinic_day("2199-12-31", zone=dt.UTC, called="day") == last
    with pytest.raises(BadRow, match="not in this or the next century"):
        vaccines.read_clinic_day("2200-01-01", zone=dt.UTC, called="day")
