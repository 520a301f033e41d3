"""Words of the tablet that depend on clinic and language."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from checkin.models import Clinic
from checkin.rules.tokens import ANIMALS, COLOURS, Token
from checkin.web.words import relationships

EXAMPLE = dt.date(2019, 3, 14)
MOST_SUGGESTIONS = 14
"""As many as fit on a tablet held upright without scrolling."""


class BirthPart(NamedTuple):
    name: str
    label: str
    digits: int
    size: str


def suggestions(clinic: Clinic) -> list[str]:
    """Words to tap for the relationship, as many as there is room for."""
    return relationships(clinic)[:MOST_SUGGESTIONS]


def birth_parts(clinic: Clinic) -> list[BirthPart]:
    """Day, month and year in the order of the clinic's region, whatever the language."""
    day = BirthPart("birth_day", _("Day"), 2, "small")
    month = BirthPart("birth_month", _("Month"), 2, "small")
    year = BirthPart("birth_year", _("Year"), 4, "year")
    return [day, month, year] if clinic.day_first else [month, day, year]


def birth_example(clinic: Clinic) -> str:
    """A birth date in the order of the three boxes, and which day that is in the language chosen."""
    numbers = "14 / 3 / 2019" if clinic.day_first else "3 / 14 / 2019"
    return f"{numbers} ({date_format(EXAMPLE, 'MONTH_DAY_FORMAT')})"


def token_words(language: str) -> dict[str, str]:
    """Every token's words, by its slug, so that the tablet can say any token without asking."""
    pairs = [Token(colour, animal, 1) for colour in COLOURS for animal in ANIMALS]
    return {token.slug: token.words(language) for token in pairs}
