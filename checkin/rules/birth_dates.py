"""Birth dates as people mistype them: possible readings, dates one slip away, and how near two dates are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache

from checkin.rules.written_dates import is_date_like

EARLIEST_RECORDED_YEAR = 1880
_LATEST_BIRTH_YEAR = 2200
_FIRST_OF_LAST_CENTURY = 50

_DIGIT_RUNS = re.compile(r"\d+")


class BirthNearness(IntEnum):
    """The nearness of a typed birth date to the recorded one; a higher value is nearer."""

    FAR = 0
    HALF = 1
    SLIP = 2
    SAME = 3


def birth_date_readings(born: date | None, text: str) -> tuple[str, ...]:
    """Return each reading of the typed date as YYYYMMDD digits, impossible dates included."""
    if born is not None:
        return (_digits_of_date(born),)
    return _text_birth_readings(text) if len(text) <= 40 else ()


def nearness_limit_of_text(text: str, typed: tuple[str, ...]) -> BirthNearness | None:
    """Return the best nearness that a text without a readable date may get; None for no limit or no text.

    "not 3/14/2018" contains a date but does not say that it is the child's. "2012-?-?" is still typed text.
    """
    if not any(sign.isalnum() for sign in text) or (typed and is_date_like(text)):
        return None
    return BirthNearness.SLIP if typed else BirthNearness.HALF


def birth_date_nearness(
    typed: tuple[str, ...], born: date | None, *, at_most: BirthNearness | None = None
) -> BirthNearness | None:
    """Return the nearness of the nearest reading, capped by `at_most`; None if either date is missing.

    If the text reads as two real dates (3/4/2015), neither is better than a slip.
    """
    if born is None or not typed:
        return None if born is None else at_most
    recorded = _digits_of_date(born)
    nearest = max(_nearness_of_reading(reading, recorded) for reading in typed)
    if len(typed) > 1 and len(exact_birth_dates(typed)) > 1:
        nearest = min(nearest, BirthNearness.SLIP)
    return nearest if at_most is None else min(nearest, at_most)


def is_same_birth(first: date | None, second: date | None) -> bool:
    """Return whether both were born on the same day or one day apart, as twins around midnight are."""
    if first is None or second is None:
        return False
    return abs((first - second).days) <= 1


@lru_cache(maxsize=4096)
def near_birth_dates(typed: tuple[str, ...]) -> tuple[date, ...]:
    """Return every real date one slip away from a reading, sorted; at most about 130 per reading."""
    found = {
        real
        for reading in typed
        for digits in _slips_of_reading(reading)
        if (real := _date_of_digits(digits))
    }
    exact = set(exact_birth_dates(typed))
    for real in exact:
        found |= {real - timedelta(days=1), real + timedelta(days=1)}
    return tuple(sorted(found - exact))


def exact_birth_dates(typed: tuple[str, ...]) -> tuple[date, ...]:
    """Return the real dates among the readings, sorted."""
    return tuple(sorted({real for reading in typed if (real := _date_of_digits(reading))}))


def _digits_of_date(born: date) -> str:
    return f"{born.year:04d}{born.month:02d}{born.day:02d}"


def _date_of_digits(digits: str) -> date | None:
    if len(digits) != 8 or not EARLIEST_RECORDED_YEAR <= int(digits[:4]) <= _LATEST_BIRTH_YEAR:
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _text_birth_readings(text: str) -> tuple[str, ...]:
    runs = [str(int(run)).zfill(len(run)) for run in _DIGIT_RUNS.findall(text)]
    if len(runs) == 3:
        first, second, third = runs
        year_first, year_last = [(first, second, third)], [(third, second, first), (third, first, second)]
        orders = year_first if len(first) == 4 else year_last
        if len(first) == len(third) == 2:
            orders = year_last + year_first
        return tuple(dict.fromkeys(_birth_year_in_full(y) + m.zfill(2) + d.zfill(2) for y, m, d in orders))
    if len(runs) != 1 or not 7 <= len(runs[0]) <= 9:
        return ()
    whole = runs[0]
    if whole[:2] in {"18", "19", "20"} or len(whole) != 8:
        return (whole,)
    return (whole[4:] + whole[2:4] + whole[:2], whole[4:] + whole[:4], whole)


def _birth_year_in_full(year: str) -> str:
    """Return a year of four digits; a year of two digits gets the likelier century."""
    if len(year) != 2:
        return year.zfill(4)
    return ("20" if int(year) < _FIRST_OF_LAST_CENTURY else "19") + year


def _slips_of_reading(reading: str) -> Iterator[str]:
    """Yield the reading with one typing slip.

    The slips: one digit wrong, missing or extra; two neighbors swapped; day and month swapped; another day or
    month; the year one off.
    """
    if len(reading) == 8:
        for place in range(8):
            yield from (reading[:place] + digit + reading[place + 1 :] for digit in "0123456789")
        for place in range(7):
            yield reading[:place] + reading[place + 1] + reading[place] + reading[place + 2 :]
        yield reading[:4] + reading[6:] + reading[4:6]
        for step in (-1, 1):
            yield f"{int(reading[:4]) + step:04d}{reading[4:]}"
        yield from (f"{reading[:6]}{day:02d}" for day in range(1, 32))
        yield from (f"{reading[:4]}{month:02d}{reading[6:]}" for month in range(1, 13))
    elif len(reading) == 7:
        for place in range(8):
            yield from (reading[:place] + digit + reading[place:] for digit in "0123456789")
    elif len(reading) == 9:
        yield from (reading[:place] + reading[place + 1 :] for place in range(9))


@lru_cache(maxsize=8_192)
def _nearness_of_reading(typed: str, recorded: str) -> BirthNearness:
    if typed == recorded:
        return BirthNearness.SAME
    if len(typed) != 8:
        return BirthNearness.SLIP if recorded in set(_slips_of_reading(typed)) else BirthNearness.FAR
    off = [place for place in range(8) if typed[place] != recorded[place]]
    if _is_birth_date_slip(typed, recorded, off):
        return BirthNearness.SLIP
    whole_parts = (typed[:4] == recorded[:4]) + (typed[4:6] == recorded[4:6]) + (typed[6:] == recorded[6:])
    return BirthNearness.HALF if whole_parts == 2 or len(off) <= 2 else BirthNearness.FAR


def _is_birth_date_slip(typed: str, recorded: str, off: list[int]) -> bool:
    if abs(int(typed[:4]) - int(recorded[:4])) >= 10:
        return False
    if len(off) == 1:
        return True
    changed_over = len(off) == 2 and off[1] == off[0] + 1 and typed[off[0]] == recorded[off[1]]
    if changed_over and typed[off[1]] == recorded[off[0]]:
        return True
    if typed[4:] == recorded[4:]:
        return abs(int(typed[:4]) - int(recorded[:4])) == 1
    return typed[:4] == recorded[:4] and typed[4:6] == recorded[6:] and typed[6:] == recorded[4:6]
