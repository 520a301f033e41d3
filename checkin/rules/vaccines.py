"""Facts about vaccines: which are against seasonal flu, the day one was given, and whether one is due."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

from checkin.rules import birth_dates, name_keys, record_dates
from checkin.rules.record_rows import BadRow, RecordKey

CONTENT_KEY_SYSTEM = "urn:brought-by:content"
"""The identifier system for data without an identifier; it is found again by its content."""

SEASONAL_FLU_CODES = frozenset(
    {
        15,
        16,
        88,
        111,
        135,
        140,
        141,
        144,
        149,
        150,
        151,
        153,
        155,
        158,
        161,
        166,
        168,
        171,
        185,
        186,
        194,
        197,
        200,
        201,
        202,
        205,
        231,
        320,
        331,
        333,
    }
)
"""CVX codes of vaccines against seasonal influenza, in either hemisphere. Source: CDC CVX, Sep 3, 2025."""

PANDEMIC_FLU_CODES = frozenset({123, 125, 126, 127, 128, 160, 321, 322, 323})
"""CVX codes of vaccines against one pandemic or avian strain: they do not cover the season. Source: above."""

_NONE_GIVEN_CODE = "998"
_NONE_GIVEN_NAMES = frozenset({"novaccineadministered", "novaccinegiven", "notadministered", "notgiven"})
"""CVX 998, "no vaccine administered", and its spellings. Source: CDC CVX."""

_GIVEN_STATUSES = {"": True, "completed": True, "complete": True, "given": True, "administered": True}
_NOT_GIVEN_STATUSES = {"enteredinerror": False, "error": False, "deleted": False}
IMMUNIZATION_STATUSES = _GIVEN_STATUSES | _NOT_GIVEN_STATUSES
_DUE_STATUSES = {"": True, "due": True, "overdue": True, "la134223": True, "la134231": True}
_NOT_DUE_STATUSES = dict.fromkeys(
    ("withdrawn", "complete", "completed", "given", "immune", "contraindicated", "agedout", "toold")
    + ("notdue", "nolongerdue", "la134215", "la134249"),
    False,
)
FORECAST_STATUSES = _DUE_STATUSES | _NOT_DUE_STATUSES
"""Whether a recommendation is due, by its normalized status: a word, or an answer of LOINC 59783-1.

"On schedule" counts as due: nothing happens until its day comes.
"""
_DUE_ITEM_KINDS = dict.fromkeys(
    ("", "vaccine", "vaccination", "immunization", "immunisation", "shot"), "vaccine"
) | dict.fromkeys(
    ("checkup", "check", "exam", "visit", "wellvisit", "wellchild", "wellchildvisit", "screening"), "check_up"
)


_INFLUENZA_WORDS = frozenset({"flu", "influenza"})
_VACCINE_WORDS = frozenset({"vaccine", "vaccination", "immunization", "shot", "seasonal", "annual"})


def strip_cvx_noughts(cvx: str) -> str:
    """Return a CVX code without leading zeros, which only some systems write."""
    return cvx.strip().lstrip("0")


def is_influenza_vaccine(name: str, cvx: str = "") -> bool:
    """Return whether it is against seasonal influenza: by code, or by name if the code does not say."""
    digits = strip_cvx_noughts(cvx)
    code = int(digits) if digits.isascii() and digits.isdigit() else 0
    return code in SEASONAL_FLU_CODES or (code not in PANDEMIC_FLU_CODES and _is_named_influenza(name))


def _is_named_influenza(name: str) -> bool:
    """Return whether the name is an influenza vaccine's. Haemophilus influenzae is not influenza."""
    said = set(name_keys.normalized_words(name))
    return bool(said & _INFLUENZA_WORDS) and not said & {"haemophilus", "hemophilus", "hib"}


def is_plain_influenza_name(name: str) -> bool:
    """Return whether the name says no more than “flu vaccine”: no product, dose or strength."""
    said = set(name_keys.normalized_words(name))
    return bool(said & _INFLUENZA_WORDS) and said <= _INFLUENZA_WORDS | _VACCINE_WORDS


def content_key(*parts: object) -> RecordKey:
    """Return an identifier for data without one. The same content always gets the same identifier."""
    said = "\n".join(map(str, parts))
    return CONTENT_KEY_SYSTEM, hashlib.sha256(said.encode()).hexdigest()[:32]


def content_key_part(name: str, cvx: str) -> str:
    """Return the part of a content key that identifies the vaccine or check-up."""
    return strip_cvx_noughts(cvx) or name_keys.normalize_text(name) or name


def read_status_word(said: str, known: dict[str, bool], *, called: str) -> bool:
    """Return what a status word means. Raises BadRow for an unknown word."""
    word = name_keys.normalize_text(said)
    if word not in known or (said and not word):
        raise BadRow(f"The status “{said[:40]}” is none that {called} can have.")
    return known[word]


def refuse_none_given(name: str, cvx: str) -> None:
    """Raise BadRow if the code or name says that no vaccine was given (CVX 998)."""
    if strip_cvx_noughts(cvx) == _NONE_GIVEN_CODE or name_keys.normalize_text(name) in _NONE_GIVEN_NAMES:
        raise BadRow("It says that no vaccine was given.")


def read_due_item_kind(said: str) -> str:
    """Return "vaccine" or "check_up"; "vaccine" if nothing is given. Raises BadRow for any other word."""
    word = name_keys.normalize_text(said)
    if word not in _DUE_ITEM_KINDS or (said and not word):
        raise BadRow(f"The kind “{said[:40]}” is neither vaccine nor check-up.")
    return _DUE_ITEM_KINDS[word]


_WHOLE_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)
_YEAR_OR_MONTH = re.compile(r"^\d{4}(-\d{2})?$", re.ASCII)


def is_partial_date(said: str) -> bool:
    """Return whether this is a year or a month, FHIR's way to say that the day is unknown."""
    return bool(_YEAR_OR_MONTH.match(said))


def read_clinic_day(said: str, *, zone: dt.tzinfo, called: str) -> dt.date:
    """Return the clinic's day of a FHIR date or dateTime. Raises BadRow for anything else."""
    if _WHOLE_DATE.match(said):
        return check_plausible_year(
            record_dates.read_calendar_date(said, order=None, called=called), said, called=called
        )
    try:
        at = dt.datetime.fromisoformat(said)
        # A time of 00:00 is a day that a program wrote as a moment: it means the day as written.
        here = at.astimezone(zone) if at.tzinfo else at
        return check_plausible_year((here if at.time() != dt.time() else at).date(), said, called=called)
    except (ValueError, OverflowError):
        raise BadRow(f"The {called} “{said[:40]}” is not a date that can be read.") from None


def check_plausible_year(date: dt.date, said: str, *, called: str) -> dt.date:
    """Return the date unchanged. Raises BadRow if its year is before 1880 or after 2199."""
    if not birth_dates.EARLIEST_RECORDED_YEAR <= date.year < record_dates.PLAUSIBLE_YEARS.stop:
        raise BadRow(f"The {called} “{said[:40]}” is not in this or the next century.")
    return date


def check_day_given(date: dt.date, *, today: dt.date) -> dt.date:
    """Return the date unchanged. Raises BadRow if it is in the future."""
    if date > today:
        raise BadRow(f"The day it was given, {date}, is in the future.")
    return date
