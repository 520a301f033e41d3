"""What a vaccine is: which are against seasonal influenza, on which day one was given, whether one is due."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

from checkin.rules import birth_dates, names, record_dates
from checkin.rules.records import BadRow, Key

CONTENT = "urn:brought-by:content"
"""The identifier system of what came without an identifier, and is found again by what it says."""

SEASONAL = frozenset(
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
"""CVX codes of vaccines against seasonal influenza, of either hemisphere. Source: CDC CVX, Sep 3, 2025."""

PANDEMIC = frozenset({123, 125, 126, 127, 128, 160, 321, 322, 323})
"""CVX codes of vaccines against one pandemic or avian strain: they do not cover the season. Source: above."""

NONE_GIVEN = "998"
NONE_GIVEN_NAMES = frozenset({"novaccineadministered", "novaccinegiven", "notadministered", "notgiven"})
"""CVX 998, "no vaccine administered", and how it is written. Source: CDC CVX."""

GIVEN = {"": True, "completed": True, "complete": True, "given": True, "administered": True}
NOT_GIVEN = {"enteredinerror": False, "error": False, "deleted": False}
STATUSES = GIVEN | NOT_GIVEN
DUE = {"": True, "due": True, "overdue": True, "la134223": True, "la134231": True}
NOT_DUE = dict.fromkeys(
    ("withdrawn", "complete", "completed", "given", "immune", "contraindicated", "agedout", "toold")
    + ("notdue", "nolongerdue", "la134215", "la134249"),
    False,
)
FORECASTS = DUE | NOT_DUE
"""Words and the answers of LOINC 59783-1 for a recommendation's status, as `normalise` has them: is it due?

"On schedule" counts as due: its day has not come, and until then nothing is made of it.
"""
KINDS = dict.fromkeys(
    ("", "vaccine", "vaccination", "immunization", "immunisation", "shot"), "vaccine"
) | dict.fromkeys(
    ("checkup", "check", "exam", "visit", "wellvisit", "wellchild", "wellchildvisit", "screening"), "check_up"
)


def number(cvx: str) -> str:
    """A CVX code without its leading noughts, which some write and some do not."""
    return cvx.strip().lstrip("0")


def is_influenza(name: str, cvx: str = "") -> bool:
    """Whether it is against seasonal influenza: by its code, or by its name where the code does not say."""
    digits = number(cvx)
    code = int(digits) if digits.isascii() and digits.isdigit() else 0
    return code in SEASONAL or (code not in PANDEMIC and is_named_influenza(name))


def is_named_influenza(name: str) -> bool:
    """Whether a vaccine of this name is one against influenza; that against Haemophilus influenzae is not."""
    said = set(names.words(name))
    return bool(said & {"flu", "influenza"}) and not said & {"haemophilus", "hemophilus", "hib"}


def content_key(*parts: object) -> Key:
    """An identifier for what came without one. The same content has the same one every time."""
    said = "\n".join(map(str, parts))
    return CONTENT, hashlib.sha256(said.encode()).hexdigest()[:32]


def which(name: str, cvx: str) -> str:
    """The part of a content key that says which vaccine or check-up."""
    return number(cvx) or names.normalise(name) or name


def status(said: str, known: dict[str, bool], *, called: str) -> bool:
    """What that word for a status means. Raises BadRow for one that is not known."""
    word = names.normalise(said)
    if word not in known or (said and not word):
        raise BadRow(f"The status “{said[:40]}” is none that {called} can have.")
    return known[word]


def refuse_none_given(name: str, cvx: str) -> None:
    """Raise BadRow where code or name says that no vaccine was given (CVX 998)."""
    if number(cvx) == NONE_GIVEN or names.normalise(name) in NONE_GIVEN_NAMES:
        raise BadRow("It says that no vaccine was given.")


def kind(said: str) -> str:
    """Vaccine or check-up; where nothing is said, a vaccine. Raises BadRow for any other word."""
    word = names.normalise(said)
    if word not in KINDS or (said and not word):
        raise BadRow(f"The kind “{said[:40]}” is neither vaccine nor check-up.")
    return KINDS[word]


_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)
_PART_OF_YEAR = re.compile(r"^\d{4}(-\d{2})?$", re.ASCII)


def is_partial(said: str) -> bool:
    """A year or a month, FHIR's way of saying that the day is not known."""
    return bool(_PART_OF_YEAR.match(said))


def day(said: str, *, zone: dt.tzinfo, called: str) -> dt.date:
    """The clinic's day of a FHIR date or dateTime. Raises BadRow for what is neither."""
    if _DAY.match(said):
        return within(record_dates.calendar_date(said, order=None, called=called), said, called=called)
    try:
        at = dt.datetime.fromisoformat(said)
        # At nought hours it is a day that a program wrote as a moment: it means the day it says.
        here = at.astimezone(zone) if at.tzinfo else at
        return within((here if at.time() != dt.time() else at).date(), said, called=called)
    except (ValueError, OverflowError):
        raise BadRow(f"The {called} “{said[:40]}” is not a date that can be read.") from None


def within(date: dt.date, said: str, *, called: str) -> dt.date:
    """The same date. Raises BadRow for one of another age of the world."""
    if not birth_dates.EARLIEST_YEAR <= date.year < record_dates.NEAR.stop:
        raise BadRow(f"The {called} “{said[:40]}” is not in this or the next century.")
    return date


def given_on(date: dt.date, *, today: dt.date) -> dt.date:
    """The same date. Raises BadRow for one that has not come yet."""
    if date > today:
        raise BadRow(f"The day it was given, {date}, is in the future.")
    return date
