"""Which vaccines are against seasonal influenza, and when one was given."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from checkin.rules import vaccines
from checkin.rules.record_rows import BadRow

TODAY = dt.date(2026, 3, 10)
SEASONAL = (
    *(15, 16, 88, 111, 135, 140, 141, 144, 149, 150, 151, 153, 155, 158, 161, 166, 168, 171, 185, 186, 194),
    *(197, 200, 201, 202, 205, 231, 320, 331, 333),
)


@pytest.mark.parametrize("code", SEASONAL)
def test_seasonal_influenza_codes_are_recognized(code: int) -> None:
    assert vaccines.is_influenza_vaccine("", str(code))
    assert vaccines.is_influenza_vaccine("", f"0{code}")


@pytest.mark.parametrize("code", [0, 3, 17, 48, 87, 125, 142, 143, 145, 203, 204, 999])
def test_any_other_code_is_not_seasonal_influenza(code: int) -> None:
    assert not vaccines.is_influenza_vaccine("", str(code))


def test_name_is_used_if_the_code_does_not_decide() -> None:
    assert vaccines.is_influenza_vaccine("Flu shot 2025")
    assert not vaccines.is_influenza_vaccine("Haemophilus influenzae type b")
    assert not vaccines.is_influenza_vaccine("Influenza, pandemic", str(min(vaccines.PANDEMIC_FLU_CODES)))


def test_content_key_has_32_characters_and_is_stable() -> None:
    system, value = vaccines.content_key("flu", TODAY)
    assert (system, len(value)) == (vaccines.CONTENT_KEY_SYSTEM, 32)
    assert vaccines.content_key("flu", TODAY) == (system, value) != vaccines.content_key("flu", "other")


def test_vaccine_may_be_given_today_but_not_tomorrow() -> None:
    assert vaccines.check_day_given(TODAY, today=TODAY) == TODAY
    with pytest.raises(BadRow, match="in the future"):
        vaccines.check_day_given(TODAY + dt.timedelta(days=1), today=TODAY)


def test_day_may_be_no_later_than_2199() -> None:
    last = dt.date(2199, 12, 31)
    assert vaccines.read_clinic_day("2199-12-31", zone=dt.UTC, called="day") == last
    with pytest.raises(BadRow, match="not in this or the next century"):
        vaccines.read_clinic_day("2200-01-01", zone=dt.UTC, called="day")


def test_error_quotes_at_most_40_characters_of_the_text() -> None:
    for said in ("x" * 50, "x" * 40):
        for read in (
            lambda said=said: vaccines.read_status_word(said, {}, called="a vaccine"),
            lambda said=said: vaccines.read_due_item_kind(said),
            lambda said=said: vaccines.read_clinic_day(said, zone=dt.UTC, called="day"),
        ):
            with pytest.raises(BadRow, match=f"“{'x' * 40}”"):
                read()


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-03-10", "2026-03-10"),
        # Midnight means a program wrote a day as a moment.
        ("2026-03-10T00:00:00Z", "2026-03-10"),
        ("2026-03-10T03:00:00Z", "2026-03-09"),
        ("2026-03-10T03:00:00", "2026-03-10"),
        ("1880-01-01", "1880-01-01"),
    ],
)
def test_moment_is_read_as_the_clinics_local_day(said: str, day: str) -> None:
    chicago = ZoneInfo("America/Chicago")
    assert vaccines.read_clinic_day(said, zone=chicago, called="day").isoformat() == day


@pytest.mark.parametrize(("said", "is_partial"), [("2026", True), ("2026-03", True), ("2026-03-10", False)])
def test_year_or_month_alone_is_a_partial_date(said: str, *, is_partial: bool) -> None:
    assert vaccines.is_partial_date(said) == is_partial


def test_no_vaccine_given_is_rejected_by_code_or_by_name() -> None:
    vaccines.refuse_none_given("MMR", "03")
    for name, code in (("", "998"), ("No vaccine administered", "")):
        with pytest.raises(BadRow, match="no vaccine was given"):
            vaccines.refuse_none_given(name, code)


def test_unknown_word_for_a_kind_or_status_is_rejected() -> None:
    assert vaccines.read_due_item_kind("") == vaccines.read_due_item_kind("Vaccine") == "vaccine"
    assert vaccines.read_due_item_kind("check-up") == "check_up"
    for said in ("?", "surgery"):
        with pytest.raises(BadRow, match="neither vaccine nor check-up"):
            vaccines.read_due_item_kind(said)
    known = {"": True, "completed": True, "enteredinerror": False}
    assert vaccines.read_status_word("", known, called="a vaccine")
    assert not vaccines.read_status_word("entered-in-error", known, called="a vaccine")
    for said in ("?", "perhaps"):
        with pytest.raises(BadRow, match="is none that a vaccine can have"):
            vaccines.read_status_word(said, known, called="a vaccine")


def test_same_vaccine_gives_the_same_content_key_part() -> None:
    assert vaccines.content_key_part("MMR", "003") == vaccines.content_key_part("M-M-R II", "3") == "3"
    assert vaccines.content_key_part("M-M-R", "") == vaccines.content_key_part("MMR", "") == "mmr"
    assert vaccines.content_key_part("??", "") == "??"
