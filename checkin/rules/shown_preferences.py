"""How a family likes to be served, as it is shown: never a picture alone, and always whose word it is.

A wish of today takes the place of a remembered one. What helps them and how they are understood does not:
what is on record and what was said today stand side by side (`rules.understanding`), each by its source.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from checkin.rules import clocks
from checkin.rules import understanding as understanding_rules
from checkin.rules.preferences import (
    WISHES,
    WISHES_BY_NAME,
    RememberedPreferences,
    Wish,
    choose_said_or_remembered,
)
from checkin.rules.sign_in_claims import SignInClaim
from checkin.rules.understanding import NeedsOnRecord, NeedsSaidToday, PreferenceSource


class ShownPreference(NamedTuple):
    """One wish as it is shown: never a picture alone, and always whose word it is."""

    kind: str
    icon: str
    words: str
    source: PreferenceSource
    since: dt.date | None = None
    to_do: str = ""
    more: str = ""
    """Whose word a part of it is, where that is another’s."""
    lead: str = ""
    """What it is about, where its words alone do not say."""

    @property
    def hint(self) -> str:
        """What to do, and whose word it is."""
        return f"{self.to_do or self.words} ({self.source_words})"

    @property
    def source_words(self) -> str:
        """“remembered since Mar 3, 2026: they asked us to”."""
        if self.source is not PreferenceSource.REMEMBERED or self.since is None:
            return f"{self.source.label}{self.more}"
        return f"remembered since {clocks.date_words(self.since)}: they asked us to"


def approach_preference(
    *, today: str, remembered: str, since: dt.date | None = None
) -> ShownPreference | None:
    """What to do while they wait: today's word, or else the remembered one."""
    return _build_shown_wish(WISHES_BY_NAME["approach"], today, remembered, since)


def _build_shown_wish(
    wish: Wish, today: str, remembered: str, since: dt.date | None
) -> ShownPreference | None:
    """Today's word, or else the remembered one; None where nothing is wished, or nothing that we know."""
    found = choose_said_or_remembered(today, remembered)
    value = wish.read_answer(found[0]) if found else ""
    if found is None or not value:
        return None
    to_do = str(wish.choices.instructions.get(value, "")) if wish.choices else ""
    icon, words = wish.choose_icon(value), wish.name_choice(value)
    return ShownPreference(wish.shown_kind, icon, words, found[1], since, to_do, lead=wish.lead)


def build_shown_preferences(
    claim: SignInClaim,
    remembered: RememberedPreferences,
    record: NeedsOnRecord,
    *,
    own: str = "",
) -> list[ShownPreference]:
    """Everything to show of how they like to be served, each with whose word it is.

    Of a wish, today's word wins. What the record says of language, interpreter and access stands beside what
    was said today, two lines of one kind where they differ. `own` is the clinic's own language; the claim's
    `language` is blank where nobody chose it.
    """
    found = [
        _build_shown_wish(one, getattr(claim, one.name), getattr(remembered, one.name), remembered.since)
        for one in WISHES
    ]
    return [one for one in found if one is not None] + language_and_access_lines(
        NeedsSaidToday.of(claim, language=claim.language), record, own=own
    )


def language_and_access_lines(
    today: NeedsSaidToday, record: NeedsOnRecord, *, own: str = ""
) -> list[ShownPreference]:
    """How they are understood and what helps them, on record and as said today."""
    spoken = [
        ShownPreference("language", "languages", one.words, one.source, more=one.more)
        for one in understanding_rules.combine_spoken_languages(today, record, own=own)
    ]
    helps = understanding_rules.access_help_by_source(today.access_needs, record.access_needs)
    return spoken + [_build_access_preference(one) for one in helps]


def _build_access_preference(one: understanding_rules.AccessHelp) -> ShownPreference:
    """What helps them, and the other source's words where those are fewer."""
    more = f", {one.less_from.label} as “{one.less}”" if one.less_from else ""
    return ShownPreference("access", "accessibility", one.words, one.source, more=more)
