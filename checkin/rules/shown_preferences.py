"""How a family likes to be served, as shown on screen: always in words, and always with its source.

Today's wish replaces a remembered one. Language and access needs are different: the record's and today's are
shown next to each other (`rules.understanding`), each with its source.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from checkin.rules import understanding as understanding_rules
from checkin.rules.preferences import (
    WISHES,
    RememberedPreferences,
    Wish,
    WishAnswers,
)
from checkin.rules.sign_in_claims import SignInClaim
from checkin.rules.understanding import NeedsOnRecord, NeedsSaidToday, PreferenceSource


class ShownPreference(NamedTuple):
    """One preference as shown: always in words, and always with its source."""

    kind: str
    icon: str
    words: str
    source: PreferenceSource
    since: str = ""
    to_do: str = ""
    more: str = ""
    """The source of a part of it, if that differs."""
    lead: str = ""
    """What it is about, if its words alone do not say."""
    is_in_own_words: bool = False
    """Whether they typed it: “Hide names” hides it on the board."""

    @property
    def is_typed_today(self) -> bool:
        """Whether the words are as typed today, and so in the language of the sign-in."""
        return self.is_in_own_words and self.source in (PreferenceSource.TODAY, PreferenceSource.BOTH)

    @property
    def hint(self) -> str:
        """What to do, and who said so."""
        about = f"{self.lead}: " if self.lead else ""
        return f"{about}{self.to_do or self.words} ({self.source_words})"

    @property
    def source_words(self) -> str:
        """The source in words: “remembered since Mar 3, 2026: they asked us to”."""
        if self.source is not PreferenceSource.REMEMBERED or not self.since:
            return f"{self.source.label}{self.more}"
        return f"remembered since {self.since}: they asked us to"


def build_board_wishes(today: WishAnswers, remembered: RememberedPreferences) -> list[ShownPreference]:
    """Return the wishes that a board row shows, each as said today, or else as remembered."""
    return _build_shown_wishes([one for one in WISHES if one.is_on_board], today, remembered)


def _build_shown_wishes(
    wishes: Iterable[Wish], today: WishAnswers, remembered: RememberedPreferences
) -> list[ShownPreference]:
    found = (
        _build_shown_wish(one, getattr(today, one.name), getattr(remembered, one.name), remembered.since)
        for one in wishes
    )
    return [one for one in found if one is not None]


def _build_shown_wish(wish: Wish, today: str, remembered: str, since: str) -> ShownPreference | None:
    """Return today's wish or else the remembered one; None if there is none that we know."""
    found = wish.choose_answer(today, remembered)
    value = wish.read_answer(found[0]) if found else ""
    if found is None or not value:
        return None
    to_do = str(wish.choices.instructions.get(value, "")) if wish.choices else ""
    return ShownPreference(
        wish.shown_kind,
        wish.choose_icon(value),
        wish.name_choice(value),
        found[1],
        since,
        to_do,
        lead=wish.lead,
        is_in_own_words=not wish.is_choice(value),
    )


def build_shown_preferences(
    claim: SignInClaim,
    remembered: RememberedPreferences,
    record: NeedsOnRecord,
    *,
    own: str = "",
) -> list[ShownPreference]:
    """Return everything to show about how they like to be served, each with its source.

    Today's wish wins. The record's language, interpreter and access needs are shown next to today's, as two
    lines of one kind if they differ. `own` is the clinic's own language; the claim's `language` is blank if
    nobody chose one.
    """
    return _build_shown_wishes(WISHES, claim, remembered) + language_and_access_lines(
        NeedsSaidToday.of(claim, language=claim.language), record, own=own
    )


def language_and_access_lines(
    today: NeedsSaidToday, record: NeedsOnRecord, *, own: str = ""
) -> list[ShownPreference]:
    """Return their languages and access needs, from the record and as said today."""
    spoken = [
        ShownPreference("language", "languages", one.words, one.source, more=one.more)
        for one in understanding_rules.combine_spoken_languages(today, record, own=own)
    ]
    helps = understanding_rules.access_help_by_source(today.access_needs, record.access_needs)
    return spoken + [_build_access_preference(one) for one in helps]


def _build_access_preference(one: understanding_rules.AccessHelp) -> ShownPreference:
    """Return what helps them, with the other source's words if those are fewer."""
    more = f", {one.less_from.label} as “{one.less}”" if one.less_from else ""
    return ShownPreference(
        "access",
        "accessibility",
        one.words,
        one.source,
        more=more,
        is_in_own_words=one.is_typed_today,
    )
