"""Words of the tablet that depend on clinic and language."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from checkin.models import Clinic
from checkin.rules.tokens import ANIMALS, COLOURS, Token
from checkin.web.words import relationships

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


def birth_parts(language: str) -> list[BirthPart]:
    """Day, month and year in the order in which the language says a date."""
    day = BirthPart("birth_day", _("Day"), 2, "small")
    month = BirthPart("birth_month", _("Month"), 2, "small")
    year = BirthPart("birth_year", _("Year"), 4, "year")
    return [month, day, year] if language == "en" else [day, month, year]


def birth_example() -> str:
    # Translators: a birth date as it is said, in the order of the three boxes (14 March here).
    return pgettext("birth date", "3 / 14 / 2019 (March 14)")


def token_words(language: str) -> dict[str, str]:
    """Every token's words, by its slug, so that the tablet can say any token without asking."""
    pairs = [Token(colour, animal, 1) for colour in COLOURS for animal in ANIMALS]
    return {token.slug: token.words(language) for token in pairs}
