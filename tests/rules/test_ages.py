"""How old somebody is: counted in whole years and months, and in the words that people use."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import ages

BORN = dt.date(2020, 3, 10)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2040, 12, 31))


@pytest.mark.parametrize(
    ("on", "years"),
    [("2026-03-09", 5), ("2026-03-10", 6), ("2026-03-11", 6), ("2026-02-28", 5), ("2026-04-01", 6)],
)
def test_age_in_years_increases_on_the_birthday(on: str, years: int) -> None:
    assert ages.age_in_years(BORN, dt.date.fromisoformat(on)) == years


def test_person_born_on_february_29_turns_a_year_older_on_march_1() -> None:
    born = dt.date(2020, 2, 29)
    assert ages.age_in_years(born, dt.date(2023, 2, 28)) == 2
    assert ages.age_in_years(born, dt.date(2023, 3, 1)) == 3
    assert ages.age_in_years(born, dt.date(2024, 2, 29)) == 4


@pytest.mark.parametrize(
    ("on", "months"),
    [("2020-03-10", 0), ("2020-04-09", 0), ("2020-04-10", 1), ("2021-01-10", 10), ("2021-03-09", 11)],
)
def test_age_in_months_increases_on_the_same_day_of_the_month(on: str, months: int) -> None:
    assert ages.age_in_months(BORN, dt.date.fromisoformat(on)) == months


@given(born=DAYS, on=DAYS)
def test_twelve_months_equal_one_year(born: dt.date, on: dt.date) -> None:
    assert ages.age_in_years(born, on) == ages.age_in_months(born, on) // 12


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2020-03-09", ""),
        ("2020-03-10", "0 days"),
        ("2020-03-11", "1 day"),
        ("2020-03-12", "2 days"),
        ("2020-03-23", "13 days"),
        ("2020-03-24", "2 weeks"),
        ("2020-05-09", "8 weeks"),
        ("2020-05-10", "2 months"),
        ("2022-03-09", "23 months"),
        ("2022-03-10", "2 years"),
        ("2026-03-09", "5 years"),
        ("2026-03-10", "6 years"),
        ("2130-03-10", "110 years"),
    ],
)
def test_age_words_use_days_then_weeks_then_months_then_years(on: str, words: str) -> None:
    assert ages.age_words(BORN, dt.date.fromisoformat(on)) == words


def test_age_words_are_empty_without_a_birth_date() -> None:
    assert ages.age_words(None, BORN) == ""
