"""How a region writes dates, and which region a text means."""

from __future__ import annotations

import pytest

from checkin.rules import regions


@pytest.mark.parametrize(
    ("region", "example"),
    [("US", "month/day/year"), ("PH", "month/day/year"), ("GB", "day/month/year"), ("MX", "day/month/year")],
)
def test_date_hint_shows_the_parts_in_the_regions_order(region: str, example: str) -> None:
    assert regions.date_order_example(region) == example


def test_year_first_regions_are_not_day_first() -> None:
    assert not any(regions.is_day_first_region(region) for region in ("JP", "CN", "HU"))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("US", "US"),
        (" gb ", "GB"),
        ("uk", "GB"),
        ("USA", "US"),
        ("", None),
        ("EU", None),
        ("ZZ", None),
        ("QQ", None),
        ("419", None),
        ("Mexico", None),
    ],
)
def test_region_code_is_read_in_any_spelling(said: str, code: str | None) -> None:
    assert regions.read_region_code(said) == code


@pytest.mark.parametrize(
    ("zone", "code"),
    [("America/Chicago", "US"), ("Europe/London", "GB"), ("Asia/Calcutta", "IN"), ("UTC", None), ("", None)]
    + [("Etc/GMT+5", None), ("GB", None), ("Japan", None), ("US/Central", "US")],
)
def test_time_zone_gives_its_region_and_utc_gives_none(zone: str, code: str | None) -> None:
    assert regions.region_of_time_zone(zone) == code


def test_region_has_its_official_languages_first_and_an_unknown_one_has_none() -> None:
    assert regions.list_region_languages("PR")[0] == "es"
    assert regions.list_region_languages("CA") == ("en", "fr")
    assert regions.list_region_languages("??") == ()


def test_region_has_its_english_name_and_an_unknown_one_its_code() -> None:
    assert regions.region_name("MX") == "Mexico"
    assert regions.region_name("??") == "??"
