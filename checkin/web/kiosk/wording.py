"""Tablet texts that depend on clinic and language."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from checkin.models import Clinic, Location
from checkin.rules.tokens import TOKEN_COLORS, TOKEN_THINGS, VisitToken, list_further_word_patterns
from checkin.web.kiosk.access import list_kiosk_languages
from checkin.web.relationship_suggestions import suggest_relationships

_EXAMPLE_BIRTH_DATE = dt.date(2019, 3, 14)
_MOST_SUGGESTIONS = 19
"""As many as fit on a tablet of 820×1180 and 1180×820 without scrolling."""


class _BirthDateBox(NamedTuple):
    name: str
    label: str


def kiosk_relationship_choices(clinic: Clinic) -> list[str]:
    """Return relationships to tap, as many as fit."""
    return suggest_relationships(clinic)[:_MOST_SUGGESTIONS]


def birth_date_boxes(clinic: Clinic) -> list[_BirthDateBox]:
    """Return day, month and year boxes in the order of the clinic's region, whatever the language."""
    day = _BirthDateBox("birth_day", _("Day"))
    month = _BirthDateBox("birth_month", _("Month"))
    year = _BirthDateBox("birth_year", _("Year"))
    return [day, month, year] if clinic.day_first else [month, day, year]


def kiosk_birth_example(clinic: Clinic) -> str:
    """Return a birth date in the order of the three boxes, and that day in the chosen language."""
    numbers = "14 / 3 / 2019" if clinic.day_first else "3 / 14 / 2019"
    return f"{numbers} ({date_format(_EXAMPLE_BIRTH_DATE, 'MONTH_DAY_FORMAT')})"


def usual_interpreter_language(clinic: Clinic, language: str) -> str:
    """Return the name of the tablet's language, for the box that asks which language to interpret.

    "" for the clinic's first language, which staff speak: whoever asks for an interpreter means another.
    """
    first, *others = list_kiosk_languages(clinic)
    return "" if language == first[0] else dict(others).get(language, "")


def where_to_wait(location: Location) -> SafeString | str:
    """Return where families wait, as the clinic wrote it and in its first language; "" if it set nothing."""
    if not location.where_to_wait:
        return ""
    first, _name = list_kiosk_languages(location.clinic)[0]
    return format_html('<bdi lang="{}">{}</bdi>', first, location.where_to_wait)


def token_vocabulary(language: str) -> dict[str, object]:
    """Return what the tablet needs to say any token without asking; kiosk-token.js reads it."""
    tokens = [VisitToken(colour, thing) for colour in TOKEN_COLORS for thing in TOKEN_THINGS]
    return {
        "names": {token.slug: token.words(language) for token in tokens},
        "further": list_further_word_patterns(language),
        "feminine": [thing for thing, (_word, gender) in TOKEN_THINGS.items() if gender == "f"],
    }
