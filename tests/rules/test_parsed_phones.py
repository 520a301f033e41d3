"""A single phone number, read as its region dials it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import parsed_phones
from checkin.rules.parsed_phones import read_one_phone


@pytest.mark.parametrize(
    ("text", "region", "country", "national"),
    [
        ("(312) 555-0123", "US", "1", "3125550123"),
        ("1-312-555-0123", "US", "1", "3125550123"),
        ("+44 20 7946 0958", "US", "44", "2079460958"),
        ("011 44 20 7946 0958", "US", "44", "2079460958"),
        ("+44 (0)20 7946 0958", "US", "44", "2079460958"),
        ("020 7946 0958", "GB", "44", "2079460958"),
        # Mexican mobiles with and without the 1 used before 2019, Argentine ones with and without the 9.
        ("+52 1 55 1234 5678", "US", "52", "5512345678"),
        ("+52 55 1234 5678", "US", "52", "5512345678"),
        ("044 55 1234 5678", "MX", "", "5512345678"),
        ("+54 9 11 2345 6789", "US", "54", "1123456789"),
        ("+54 11 2345 6789", "US", "54", "1123456789"),
        # Nothing says which region it belongs to.
        ("555-0123", "US", "", "5550123"),
        ("812345", "", "", "812345"),
    ],
)
def test_number_is_the_same_however_it_is_dialed(text: str, region: str, country: str, national: str) -> None:
    found = read_one_phone(text, region)
    assert found is not None
    assert (found.country, found.national) == (country, national)


@pytest.mark.parametrize("text", ["", "none", "12345", "ext. 12", "+1 2345"])
def test_fewer_than_six_digits_are_not_a_number(text: str) -> None:
    assert read_one_phone(text, "US") is None
    assert read_one_phone(text, "") is None


def test_number_of_only_zeros_keeps_its_zeros() -> None:
    found = read_one_phone("000000", "")
    assert found is not None
    assert found.national == "000000"


def test_home_countrys_international_prefix_wins_if_two_readings_are_possible() -> None:
    found = read_one_phone("0057 301 234 5678", "CO")
    assert found is not None
    assert (found.country, found.national) == ("57", "3012345678")


@pytest.mark.parametrize(
    ("text", "has_prefix", "has_plus"),
    [
        ("+44 20 7946 0958", True, True),
        ("tel:+442079460958", True, True),
        ("(+44) 20 7946 0958", True, True),
        ("0044 20 7946 0958", True, False),
        ("011 44 20 7946 0958", True, False),
        ("20 7946 0958", False, False),
        ("call +44", False, False),
    ],
)
def test_country_code_follows_a_plus_or_an_international_prefix(
    text: str, *, has_prefix: bool, has_plus: bool
) -> None:
    assert parsed_phones.has_country_prefix(text) == has_prefix
    assert parsed_phones.has_country_plus(text) == has_plus


@pytest.mark.parametrize(
    ("text", "region", "exists"),
    [("(312) 555-0123", "US", True), ("312 055 0123", "US", False), ("555-0123", "US", False)]
    + [("+44 20 7946 0958", "", True), ("20 7946 0958", "", False)],
)
def test_number_exists_only_if_its_region_has_such_numbers(text: str, region: str, *, exists: bool) -> None:
    assert parsed_phones.is_existing_number(text, region) == exists


@given(digits=st.text("0123456789", max_size=15), script=st.sampled_from(["٠", "०", "０", "0"]))
def test_digits_of_every_script_are_the_same_digits(digits: str, script: str) -> None:
    written = "-".join(chr(ord(script) + int(digit)) for digit in digits)
    assert parsed_phones.digits_of_phone(written) == digits


@pytest.mark.parametrize(
    ("text", "national"),
    [
        ("+52 01 55 1234 5678", "5512345678"),
        ("+52 1 55 1234 5678", "5512345678"),
        ("+52 155 123 4567", "1551234567"),
    ],
)
def test_mexican_number_of_ten_digits_keeps_its_leading_one(text: str, national: str) -> None:
    found = read_one_phone(text, "US")
    assert found is not None
    assert found.national == national
