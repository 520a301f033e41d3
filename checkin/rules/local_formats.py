"""Times and dates as a clinic's region writes them, in English: "9:40 AM" and "Nov 25, 2026" in the US.

Moments must be in the clinic's own time zone already. A region is an ISO 3166 code.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

from checkin.rules.regions import is_day_first_region

_EXAMPLE_DATE = dt.date(2018, 3, 14)
_HOUR_AND_MINUTE = re.compile(r"(?P<hour>[HhKk]+)(?P<mark>[:.])mm")


@cache
def _clock_form(region: str) -> tuple[str, str]:
    """Return how the Unicode CLDR writes the hour ("h", "H" or "HH") and the sign between hour and minute."""
    try:
        pattern = Locale.parse(f"und_{region}").time_formats["short"].pattern
    except (UnknownLocaleError, ValueError):
        return "HH", ":"
    found = _HOUR_AND_MINUTE.search(pattern)
    if found is None or found["hour"][0] in "hK":
        return "h", ":"
    return found["hour"], found["mark"]


def time_words(local: dt.datetime | dt.time, region: str) -> str:
    """Return a time of day: "9:40 AM" in the US, "09:40" in Britain, "9:40" in Japan."""
    hour, mark = _clock_form(region)
    if hour == "h":
        return f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"
    return f"{local.hour:0{len(hour)}}{mark}{local:%M}"


def day_words(day: dt.date, region: str) -> str:
    """Return a date without its year: "Nov 25", or "25 Nov" where the day comes first."""
    return f"{day.day} {day:%b}" if is_day_first_region(region) else f"{day:%b} {day.day}"


def date_words(day: dt.date, region: str) -> str:
    """Return a date: "Mar 14, 2018", or "14 Mar 2018" where the day comes first."""
    return f"{day_words(day, region)}{_before_year(region)}{day.year}"


def weekday_and_date_words(day: dt.date, region: str) -> str:
    """Return a date with its weekday: "Wednesday, Mar 14, 2018", or "Wednesday, 14 Mar 2018"."""
    return f"{day:%A}, {date_words(day, region)}"


def moment_words(local: dt.datetime, region: str) -> str:
    """Return a date without its year, and the time: "Nov 25, 9:40 AM", or "25 Nov, 09:40"."""
    return f"{day_words(local, region)}, {time_words(local, region)}"


def full_moment_words(local: dt.datetime, region: str) -> str:
    """Return a date and the time: "Nov 25, 2026, 9:40 AM", or "25 Nov 2026, 09:40"."""
    return f"{date_words(local, region)}, {time_words(local, region)}"


def day_and_time_words(then: dt.datetime, *, at: dt.datetime, zone: ZoneInfo, region: str) -> str:
    """Return `then` as seen from `at`: "5:30 PM", "tomorrow 9:00 AM", "Thu, Mar 12, 9:00 AM"."""
    there = then.astimezone(zone)
    days = (there.date() - at.astimezone(zone).date()).days
    near = {0: "", 1: "tomorrow ", -1: "yesterday "}
    day = near.get(days, f"{there:%a}, {day_words(there, region)}, ")
    return f"{day}{time_words(there, region)}"


def date_digits(day: dt.date, region: str) -> str:
    """Return a date as staff type it into a box: "3/14/2018", or "14/3/2018"."""
    first, second = (day.day, day.month) if is_day_first_region(region) else (day.month, day.day)
    return f"{first}/{second}/{day.year}"


def date_examples(region: str) -> tuple[str, str]:
    """Return a date in two ways that staff may type it: "Mar 14, 2018" and "3/14/2018"."""
    return date_words(_EXAMPLE_DATE, region), date_digits(_EXAMPLE_DATE, region)


def _before_year(region: str) -> str:
    return " " if is_day_first_region(region) else ", "
