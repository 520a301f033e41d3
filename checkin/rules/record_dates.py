"""Dates and times as other systems write them. Anything that can be read in two ways is refused."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from checkin.rules import birth_dates
from checkin.rules.record_rows import BadRow

_LONGEST_APPOINTMENT_MINUTES = 24 * 60
PLAUSIBLE_YEARS = range(1900, 2200)


@dataclass(frozen=True, slots=True)
class DateOrder:
    """A clinic's order of day and month, and what in the current file contradicts it."""

    day_first: bool
    belied_by: str = ""
    """A date in the file that only fits the other order: "line 14 holds 13/01/2016"; "" if there is none."""


_YEAR_FIRST_DATE = re.compile(
    r"^(\d{4})([-/. ]?)(\d{1,2})\2(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$", re.ASCII
)
_YEAR_LAST_DATE = re.compile(
    r"^(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})(?: 0?0:00(?::00)?| 12:00(?::00)? ?AM)?$", re.ASCII
)


def read_calendar_date(said: str, *, order: DateOrder | None, called: str) -> dt.date:
    """Return a date from `YYYY-MM-DD`, `YYYYMMDD`, or the clinic's order with the year last.

    With dots, the day always comes first.
    Raises BadRow for anything else, and for a year in last place if there is no order or the file contradicts
    it. It never guesses: a file read in two orders would have wrong dates in places, without a warning.
    """
    if found := _YEAR_FIRST_DATE.match(said):
        year, _, month, day = found.groups()
        if not found[2] and len(month + day) != 4:
            raise BadRow(f"The {called} “{said[:40]}” is not a date that can be read.")
    elif order and (found := _YEAR_LAST_DATE.match(said)):
        first, sign, second, year = found.groups()
        day, month = (first, second) if order.day_first or sign == "." else (second, first)
        if order.belied_by and sign != ".":
            raise BadRow(_belied_date_sentence(said, order, called))
    else:
        raise BadRow(f"The {called} “{said[:40]}” is not a date that can be read: write it YYYY-MM-DD.")
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise BadRow(f"The {called} “{said[:40]}” is not in the calendar.") from None


def _belied_date_sentence(said: str, order: DateOrder, called: str) -> str:
    """Return why no date with the year last is read from a file that has one in the other order."""
    ours, other = ("day", "month") if order.day_first else ("month", "day")
    if _is_date_of_other_order(said, day_first=order.day_first):
        return (
            f"The {called} “{said[:40]}” is not in the calendar as this clinic writes dates, with the {ours} "
            f"first; with the {other} first it would be."
        )
    return (
        f"The {called} “{said[:40]}” may be meant with the {other} first, as {order.belied_by}. "
        f"This clinic writes the {ours} first. Write dates YYYY-MM-DD, or correct the clinic's region."
    )


_DATE_IN_EITHER_ORDER = re.compile(
    r"^\W*(?:[^\W\d_]+[.,]*\s+)?((\d{1,2})\s*([-/\s])\s*(\d{1,2})\s*\3\s*(\d{4}|\d{2}))(?!\d)"
)
_DASH_SIGNS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))


def _is_date_of_other_order(said: str, *, day_first: bool) -> bool:
    """Return whether this is a date with the year last that only fits the other order."""
    return bool(find_date_of_other_order(said, day_first=day_first))


def find_date_of_other_order(said: str, *, day_first: bool) -> str:
    """Return the date at the start of a text if its year is last and it only fits the other order, else "".

    A date that cannot be loaded proves the order just as well: with a year of two digits, a time, or signs.
    """
    found = _DATE_IN_EITHER_ORDER.match(unicodedata.normalize("NFKC", said).translate(_DASH_SIGNS))
    if not found:
        return ""
    first, second, year = int(found[2]), int(found[4]), int(found[5])
    day, month = (first, second) if day_first else (second, first)
    year += 2000 * (year < 100)
    return found[1] if not _is_calendar_date(year, month, day) and _is_calendar_date(year, day, month) else ""


def _is_calendar_date(year: int, month: int, day: int) -> bool:
    try:
        return bool(dt.date(year, month, day))
    except ValueError:
        return False


def read_recorded_birth_date(said: str, *, today: dt.date, order: DateOrder | None = None) -> dt.date:
    """Return the birth date. Raises BadRow if the day does not exist, is in the future or is before 1880."""
    date = read_calendar_date(said, order=order, called="birth date")
    if date > today:
        raise BadRow(f"The birth date “{said[:40]}” is in the future.")
    if date.year < birth_dates.EARLIEST_RECORDED_YEAR:
        raise BadRow(f"The birth date “{said[:40]}” is before {birth_dates.EARLIEST_RECORDED_YEAR}.")
    return date


def read_appointment_start(said: str, *, zone: dt.tzinfo, order: DateOrder | None = None) -> dt.datetime:
    """Return when an appointment starts, in UTC; without an offset it is clinic time. Raises BadRow."""
    if not said:
        raise BadRow("It does not say when it starts.")
    try:
        at = dt.datetime.fromisoformat(said)
    except ValueError:
        at = _read_written_start(said, order)
    if ":" not in said and "T" not in said and not _WRITTEN_START.match(said):
        raise BadRow(f"The start “{said[:40]}” has no time of day.")
    if at.year not in PLAUSIBLE_YEARS:
        raise BadRow(f"The start “{said[:40]}” is not in this or the next century.")
    if at.tzinfo and not _is_clock_offset(said, at, zone):
        raise BadRow(
            f"The start “{said[:40]}” says two times, or an offset that no clock has: write the start."
        )
    # On a clock change, a repeated hour is the first one and a skipped hour is the next: UTC makes it plain.
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(dt.UTC)


_CLOCK_OFFSETS = frozenset(
    {dt.timedelta(hours=hours) for hours in range(-12, 15)}
    | {dt.timedelta(hours=hours, minutes=30) for hours in (-10, -5, -4, -3, 3, 4, 5, 6, 9, 10, 11)}
    | {dt.timedelta(hours=hours, minutes=45) for hours in (5, 8, 12, 13)}
)
"""The UTC offsets in use around the world."""
_TIME_WITH_SECONDS = re.compile(r"[T ]\d{2}(?::\d{2}){2}|T\d{6}", re.IGNORECASE | re.ASCII)


def _is_clock_offset(said: str, at: dt.datetime, zone: dt.tzinfo) -> bool:
    """Return whether the text after the time is its offset, and not an end time: "14:00-14:30"."""
    offset = at.utcoffset() or dt.timedelta()
    if said[-1:] in "zZ" or offset == at.replace(tzinfo=zone).utcoffset():
        return True
    marks = ("T" in said.upper()) + bool(_TIME_WITH_SECONDS.search(said))
    is_plain = offset >= dt.timedelta() or not offset % dt.timedelta(hours=1)
    return offset in _CLOCK_OFFSETS and (marks == 2 or (marks == 1 and is_plain))


_WRITTEN_START = re.compile(
    r"^(?P<date>.+?(?: 0?0:00(?::00)?| 12:00(?::00)? ?AM)?)[ T]+"
    r"(?:(?P<h>\d{1,2}):(?P<m>\d{2})(?::\d{2})?\s*(?P<half>[ap]\.?m\.?)?"
    r"|(?P<h12>\d{1,2})\s*(?P<half12>[ap]\.?m\.?)|(?P<h4>[0-2]\d)(?P<m4>[0-5]\d))$",
    re.IGNORECASE | re.ASCII,
)


def _read_written_start(said: str, order: DateOrder | None) -> dt.datetime:
    found = _WRITTEN_START.match(said)
    if not found:
        raise BadRow(
            f"The start “{said[:40]}” is not a date and time that can be read: write YYYY-MM-DD HH:MM."
        )
    date = read_calendar_date(found["date"], order=order, called="start")
    hour, minute = int(found["h"] or found["h12"] or found["h4"]), int(found["m"] or found["m4"] or 0)
    half = (found["half"] or found["half12"] or "").lower()[:1]
    if half and not 1 <= hour <= 12:
        raise BadRow(f"The start “{said[:40]}” is not a time of day.")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return dt.datetime.combine(date, dt.time(hour, minute))
    except ValueError:
        raise BadRow(f"The start “{said[:40]}” is not a time of day.") from None


_WRITTEN_MINUTES = re.compile(r"^(-?\d+)(?:\.0+)?\s*(?:m|min|mins|minutes?)?\.?$", re.IGNORECASE | re.ASCII)


def read_appointment_minutes(said: object) -> int:
    """Return an appointment's length, from 1 minute to a day. Raises BadRow."""
    found = _WRITTEN_MINUTES.match(str(said).strip())
    count = int(found[1]) if found else -1
    if not 1 <= count <= _LONGEST_APPOINTMENT_MINUTES:
        raise BadRow(f"“{str(said)[:40]}” is not a number of minutes.")
    return count
