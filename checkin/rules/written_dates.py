"""Dates as people write them: "3/14/18", "14 de marzo de 2018", "Mar 14, 2018".

If a text could mean two days, both are returned so that the caller can ask; we never pick one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from babel import Locale

from checkin.rules.short_lines import put_on_one_line

_DATE_LOCALES = ("en", "es", "es_PE")
"""Locales whose month and weekday names are read: the kiosk's languages ("setiembre" is es_PE)."""

_LONGEST_DATE_TEXT = 60
_FEWEST_MONTH_LETTERS = 3
_DAYS_OF_LONGEST_MONTH = 31

_MIDNIGHT_BEHIND_DATE = re.compile(r"[t ]00:00(?::00(?:\.0+)?)?z?$")
_ORDINAL_ENDING = re.compile(r"(?<=\d)\s*(?:st|nd|rd|th|ro|er)\b")
_ORDINAL_SIGN = re.compile(r"(?<=\d)\.?[º°ª]")
_FIRST_OF_MONTH = re.compile(r"(?<!\d)(0?1)o\.?(?=\s+de\s)")
"""Only lowercase with "de" after it, as in "1o de abril": otherwise an O may be meant as a zero."""
_DATE_SIGNS = str.maketrans(
    {"年": "-", "月": "-", "日": "", "년": "-", "월": "-", "일": ""}  # Chinese, Japanese, Korean
)
_DATE_TOKEN = re.compile(r"'?\d+|[^\W\d_]+")
_NUMERIC_DATE = re.compile(r"('?)(\d+)\s*([-/\\.,_|;: ])\s*(\d+)\s*([-/\\.,_|;: ])\s*('?)(\d+)")
_BETWEEN_DATE_WORDS = re.compile(r"[-/\\.,_ ]*")
_FILLERS_IN_DATE = frozenset({"of", "the", "de", "del", "el"})

DateParts = tuple[str, str, str]
"""Year, month and day as digits."""


class DateOrders(NamedTuple):
    """A text in the clinic's own order, and in orders that staff can only ask about."""

    clinic: Sequence[DateParts] = ()
    year_first: Sequence[DateParts] = ()
    swapped: Sequence[DateParts] = ()


def read_written_dates(text: str, *, today: dt.date, day_first: bool) -> tuple[dt.date, ...]:
    """Return every calendar day that the text can mean, sorted; () if it is not a date.

    A two-digit year is the latest such year that is not after this one.
    """
    plain = _plain_date_text(text)
    orders = _find_date_orders(plain, day_first)
    found, otherwise = (
        _calendar_dates_of_parts(orders.clinic, today),
        _calendar_dates_of_parts(orders.year_first, today),
    )
    if otherwise and not found:
        otherwise |= _calendar_dates_of_parts(orders.swapped, today)
        if len(otherwise) == 1 and 0 < int(orders.year_first[0][0]) <= _DAYS_OF_LONGEST_MONTH:
            # "29-02-18" is more likely a slip than a day in 1929.
            return ()
    # A future day is dropped only next to the clinic's own reading, which is never given up for another.
    if found and all(date <= today for date in found):
        otherwise = {date for date in otherwise if date <= today}
    found |= otherwise
    weekday = _weekday_in_text(plain)
    return tuple(sorted(date for date in found if weekday is None or date.weekday() == weekday))


def is_date_like(text: str) -> bool:
    """Return whether the text has the parts of a date, whether or not that day exists."""
    return bool(_find_date_orders(_plain_date_text(text), day_first=False).clinic)


def _calendar_dates_of_parts(parts: Sequence[DateParts], today: dt.date) -> set[dt.date]:
    found = set()
    for year, month, day in parts:
        with contextlib.suppress(ValueError):
            found.add(dt.date(_latest_whole_year(year, today), int(month), int(day)))
    return found


def _latest_whole_year(year: str, today: dt.date) -> int:
    if len(year) > 2:
        return int(year)
    return int(year) + (2000 if int(year) <= today.year % 100 else 1900)


@lru_cache(maxsize=1024)
def _plain_date_text(text: str) -> str:
    """Return lowercase text without accents, with plain digits, dashes and slashes; "" if it is too long."""
    if len(text) > _LONGEST_DATE_TEXT:
        return ""
    signs = []
    text = _FIRST_OF_MONTH.sub(r"\1", _ORDINAL_SIGN.sub("", text))
    text = unicodedata.normalize("NFKC", text).translate(_DATE_SIGNS)
    for sign in unicodedata.normalize("NFKD", text).casefold():
        kind = unicodedata.category(sign)
        if kind == "Nd":
            signs.append(str(unicodedata.decimal(sign)))
        elif kind == "Pd" or sign == "−":
            signs.append("-")
        elif sign in "⁄∕":
            signs.append("/")
        elif sign in "’‘ʼ`´":
            signs.append("'")
        elif sign in "،、":
            signs.append(",")
        elif kind.startswith("Z") or sign in "\t\r\n":
            signs.append(" ")
        elif kind not in ("Mn", "Cf"):
            signs.append(sign)
    plain = put_on_one_line("".join(signs))
    return _ORDINAL_ENDING.sub("", _MIDNIGHT_BEHIND_DATE.sub("", plain)).strip(" -/.,")


def _find_date_orders(plain: str, day_first: bool) -> DateOrders:
    numeric = _NUMERIC_DATE.fullmatch(plain)
    if numeric:
        return _numeric_date_orders(numeric, day_first)
    return DateOrders(_compact_date_parts(plain, day_first) if plain.isdigit() else _worded_date_parts(plain))


def _numeric_date_orders(found: re.Match[str], day_first: bool) -> DateOrders:
    marked_first, a, first, b, second, marked_last, c = found.groups()
    dots = (first == ".") + (second == ".")
    if dots == 1 or len(b) > 2:
        return DateOrders()
    # An apostrophe marks the year, as in '18: the tablet's fields are sent that way.
    if marked_first or len(a) == 4:
        is_date = len(a) == (2 if marked_first else 4) and len(c) <= 2 and not marked_last
        return DateOrders([(a, b, c)] if is_date else [])
    if len(a) > 2 or len(c) not in (2, 4) or (marked_last and len(c) != 2):
        return DateOrders()
    month_first, day_before = (c, a, b), (c, b, a)
    clinic, swapped = ([day_before], [month_first]) if day_first else ([month_first], [day_before])
    if dots and not day_first:
        # Dots mean day first to most people, but not to everyone in such a clinic.
        clinic += swapped
    if len(c) == 4 or len(a) == 1 or marked_last or (dots and day_first):
        return DateOrders(clinic)
    # "18-03-14", "08/03/14": somebody who writes the year first means another day.
    return DateOrders(clinic, [(a, b, c)], swapped)


def _compact_date_parts(digits: str, day_first: bool) -> list[DateParts]:
    """Return the date in eight digits. Six can be read in too many ways, or are no date ("201803")."""
    if len(digits) != 8:
        return []
    if digits[:2] in {"18", "19", "20"} and int(digits[4:6]) <= 12:
        return [(digits[:4], digits[4:6], digits[6:])]
    first, second, year = digits[:2], digits[2:4], digits[4:]
    return [(year, second, first) if day_first else (year, first, second)]


def _worded_date_parts(plain: str) -> list[DateParts]:
    """Return the date with a named month in any order; a two-digit year comes last or is marked."""
    if _BETWEEN_DATE_WORDS.fullmatch(_DATE_TOKEN.sub("", plain)) is None:
        return []
    tokens = [one for one in _DATE_TOKEN.findall(plain) if one not in _FILLERS_IN_DATE]
    numbers = [one for one in tokens if one[-1].isdigit()]
    words = [one for one in tokens if not one[-1].isdigit()]
    weekdays = [word for word in words if _weekday_of_word(word) is not None]
    months = [month for word in words if word not in weekdays and (month := _month_of_word(word))]
    if len(numbers) != 2 or len(months) != 1 or len(months) + len(weekdays) != len(words):
        return []
    found = []
    for year, day in (numbers, reversed(numbers)):
        if day.isdigit() and len(day) <= 2 and len(year.strip("'")) in (2, 4):
            found.append((year, str(months[0]), day))
    sure = [one for one in found if len(one[0]) > 2]
    # The last of `found` has the year last, as in "14-Mar-18".
    return [(year.strip("'"), month, day) for year, month, day in sure or found[-1:]]


def _weekday_in_text(plain: str) -> int | None:
    named = (_weekday_of_word(word) for word in _DATE_TOKEN.findall(plain))
    return next((day for day in named if day is not None), None)


def _month_of_word(word: str) -> int | None:
    """Return the month that a name, or the start of one, means; None for no month, or two."""
    if len(word) < _FEWEST_MONTH_LETTERS:
        return None
    found = {month for name, month in _calendar_names()[0] if name.startswith(word)}
    return found.pop() if len(found) == 1 else None


def _weekday_of_word(word: str) -> int | None:
    return _calendar_names()[1].get(word)


@lru_cache(maxsize=1)
def _calendar_names() -> tuple[frozenset[tuple[str, int]], dict[str, int]]:
    """Return month names with their numbers, and weekdays from Monday = 0, from the Unicode CLDR."""
    months: set[tuple[str, int]] = set()
    days: dict[str, int] = {}
    for locale, context, width in product(_DATE_LOCALES, ("format", "stand-alone"), ("wide", "abbreviated")):
        about = Locale.parse(locale)
        months |= {
            (_plain_calendar_name(name), number) for number, name in about.months[context][width].items()
        }
        days |= {_plain_calendar_name(name): number for number, name in about.days[context][width].items()}
    # "mar." is March in both languages, but also Tuesday in Spanish.
    return frozenset(months), {name: day for name, day in days.items() if name not in dict(months)}


def _plain_calendar_name(name: str) -> str:
    return _plain_date_text(name).strip(".")
