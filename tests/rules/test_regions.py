"""How a region writes dates, and which region somebody means."""

from __future__ import annotations

import pytest

from checkin.rules import regions


@pytest.mark.parametrize(
    ("region", "example"),
    [("US", "month/day/year"), ("PH", "month/day/year"), ("GB", "day/month/year"), ("MX", "day/month/year")],
)
def test_a_box_for_a_date_names_its_parts_in_the_regions_order(region: str, example: str) -> None:
    assert regions.date_order_example(region) == example


def test_where_the_year_comes_first_the_month_comes_before_the_day() -> None:
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
def test_a_region_is_a_country_however_it_is_written(said: str, code: str | None) -> None:
    assert regions.read_region_code(said) == code


@pytest.mark.parametrize(
    ("zone", "code"),
    [("America/Chicago", "US"), ("Europe/London", "GB"), ("Asia/Calcutta", "IN"), ("UTC", None), ("", None)]
    + [("Etc/GMT+5", None), ("GB", None), ("Japan", None), ("US/Central", "US")],
)
def test_a_time_zone_says_its_region_and_utc_says_none(zone: str, code: str | None) -> None:
    assert regions.region_of_time_zone(zone) == code


def test_a_region_is_called_by_its_english_name_and_an_unknown_one_by_its_code() -> None:
    assert regions.region_name("MX") == "Mexico"
    assert regions.region_name("??") == "??"
