"""The way in which a region writes dates. A clinic has one region, given by its ISO 3166 code."""

from __future__ import annotations

from babel import Locale
from babel.core import get_global
from babel.languages import get_official_languages

_YEAR_FIRST_REGIONS = {"CN", "HU", "JP", "KP", "KR", "MN", "TW"}
"""Regions that write 2018/3/14, with the month before the day even if the year is elsewhere."""

_MONTH_FIRST_REGIONS = frozenset(
    {"US", "AS", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "VI"} | _YEAR_FIRST_REGIONS
)
"""Regions that write 3/14/2018."""

USUAL_REGION = "US"
"""The default if neither a person nor a time zone gives one."""

_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


def is_day_first_region(region: str) -> bool:
    """Return whether the region writes the day before the month."""
    return region not in _MONTH_FIRST_REGIONS


def date_order_example(region: str) -> str:
    """Return the parts of a date in the region's order, as a form field shows them."""
    return "day/month/year" if is_day_first_region(region) else "month/day/year"


def read_region_code(code: str) -> str | None:
    """Return the ISO 3166 code that was meant ("gb" and "uk" are GB); None if it is not a country's."""
    said = code.strip().upper()
    said = "".join(get_global("territory_aliases").get(said, [said])[:1])
    known = len(said) == 2 and said in Locale.parse("en").territories and said not in _NOT_COUNTRIES
    return said if known else None


def region_name(code: str) -> str:
    name: str = Locale.parse("en").territories.get(code, code)
    return name


def list_region_languages(region: str) -> tuple[str, ...]:
    """Return the region's languages as ISO 639 codes, the official ones first; () if it is not known."""
    return get_official_languages(region, de_facto=True)


def region_of_time_zone(time_zone: str) -> str | None:
    """Return the region of a time zone, from the Unicode CLDR; None for UTC and others without a place."""
    if "/" not in time_zone:
        return None
    zone = get_global("zone_aliases").get(time_zone, time_zone)
    return read_region_code(get_global("zone_territories").get(zone, ""))
