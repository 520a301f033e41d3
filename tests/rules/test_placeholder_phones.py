"""Digits that people type instead of a phone number, and similar numbers that may be real."""

from __future__ import annotations

import pytest

from checkin.rules import placeholder_phones
from checkin.rules.placeholder_phones import is_made_up_national_number


@pytest.mark.parametrize(
    "national",
    [
        "0000000000",
        "5555555555",
        "5555555556",
        "1234567890",
        "0987654321",
        "9876543210",
        "1231231234",
        "1234567891",
        "1212121212",
        "1112223333",
        "3332221111",
        "1357924680",
        "1472583690",
        "1002003000",
        "12345678910",
        "2061234567",
        "2065555555",
        "2065551212",
        "2068675309",
        "2065551234",
        "7700900000",
        "611223344",
        "610203040",
        "612121212",
        "20612345678",
        "206123456",
        "20111111",
        "2011111",
    ],
)
def test_these_numbers_are_placeholders(national: str) -> None:
    assert is_made_up_national_number(national)


@pytest.mark.parametrize(
    "national",
    [
        "3125550123",
        # A run of six after a five-digit area code, and seven digits whose first six form a pattern.
        "34567123456",
        "1212127",
        "2079460958",
        "2061234576",
        "2065555561",
        "1112225555",
        "5512345687",
        "611223355",
        "610203045",
        "20123457",
        "2012245",
    ],
)
def test_these_numbers_may_be_real(national: str) -> None:
    assert not is_made_up_national_number(national)


@pytest.mark.parametrize(
    ("digits", "is_made_up"),
    [("11111", True), ("11112", False), ("", True), ("123456", True), ("123457", False), ("121212", True)]
    + [("123123", True), ("1231231", True), ("123124", False), ("8412841", False), ("84128412", True)]
    + [("111222", False), ("1000000", True), ("1002003", False), ("147258", False), ("1472583", True)],
)
def test_short_digits_are_placeholders_if_repeated_consecutive_or_patterned(
    digits: str, *, is_made_up: bool
) -> None:
    assert placeholder_phones.has_made_up_digits(digits) == is_made_up
