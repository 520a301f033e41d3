"""How a family likes to be served: what they said today, or else what they asked us to remember.

Never inferred: two visits with the same wish teach nothing. Only “remember this” does, and it replaces all
that was remembered by what was said with it, so saying nothing with it is asking to be forgotten.

A wish of today takes the place of a remembered one. What helps them and how they are understood does not:
what is on record and what was said today stand side by side (`rules.understanding`), each by its source.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules import clocks, sign_in_claims
from checkin.rules import understanding as understanding_rules
from checkin.rules.empty_answers import is_empty_answer
from checkin.rules.promises import ContactWay
from checkin.rules.understanding import NeedsOnRecord, NeedsSaidToday, PreferenceSource


class WaitingApproach(TextChoices):
    """What to do while they wait."""

    GREET = "greet", _("Greet me")
    LEAVE = "leave", _("Leave me be")


_PREFERENCE_ICONS = {
    WaitingApproach.GREET: "hand-heart",
    WaitingApproach.LEAVE: "armchair",
    ContactWay.PHONE: "phone",
    ContactWay.TEXT: "message-square-text",
    ContactWay.EMAIL: "mail",
    ContactWay.LETTER: "mailbox",
    ContactWay.IN_PERSON: "user-round",
}

_APPROACH_INSTRUCTIONS = {
    WaitingApproach.GREET: _("Come and greet them"),
    WaitingApproach.LEAVE: _("Leave them be until it is their turn"),
}


class RememberedPreferences(NamedTuple):
    """What an escort asked us to remember, and the clinic's day they did."""

    approach: str = ""
    best_way: str = ""
    best_time: str = ""
    since: dt.date | None = None


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


FORGOTTEN_PREFERENCES: dict[str, Any] = {"approach": "", "best_way": "", "best_time": ""}
"""An escort's columns when nothing is remembered."""


def preferences_to_remember(claim: sign_in_claims.SignInClaim, *, at: dt.datetime) -> dict[str, Any]:
    """The escort's columns to write because of this claim: none unless it asks for that."""
    if not claim.remember:
        return {}
    return {
        "approach": claim.approach if claim.approach in WaitingApproach.values else "",
        "best_way": claim.best_way if claim.best_way in ContactWay.values else "",
        "best_time": "" if is_empty_answer(claim.best_time) else claim.best_time,
        # Also when nothing is kept: it says from when on, so that no older visit overrules it.
        "remembered_at": at,
    }


def approach_preference(
    *, today: str, remembered: str, since: dt.date | None = None
) -> ShownPreference | None:
    """What to do while they wait: today's word, or else the remembered one."""
    found = _choose_said_or_remembered(today, remembered)
    if found is None or found[0] not in WaitingApproach.values:
        return None
    value, source = WaitingApproach(found[0]), found[1]
    return ShownPreference(
        "approach",
        _PREFERENCE_ICONS[value],
        str(value.label),
        source,
        since,
        str(_APPROACH_INSTRUCTIONS[value]),
    )


def _choose_said_or_remembered(today: str, remembered: str) -> tuple[str, PreferenceSource] | None:
    """Today's word, or else the remembered one. "No" and "-" are no wish, of either."""
    if not is_empty_answer(today):
        return today, PreferenceSource.TODAY
    return None if is_empty_answer(remembered) else (remembered, PreferenceSource.REMEMBERED)


def current_preference_text(today: str, remembered: str) -> str:
    """What they wish, as said today or else as remembered; "" for no wish."""
    found = _choose_said_or_remembered(today, remembered)
    return found[0] if found else ""


def build_shown_preferences(
    claim: sign_in_claims.SignInClaim,
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
    since = remembered.since
    found = [
        approach_preference(today=claim.approach, remembered=remembered.approach, since=since),
        contact_way_preference(claim.best_way, remembered.best_way, since),
        _build_plain_preference("time", "clock", claim.best_time, remembered.best_time, since),
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


def contact_way_preference(today: str, remembered: str, since: dt.date | None) -> ShownPreference | None:
    """How to reach them; a way that we do not know is shown as they said it."""
    found = _choose_said_or_remembered(today, remembered)
    if found is None:
        return None
    value, source = found
    known = ContactWay(value) if value in ContactWay.values else None
    words = str(known.label) if known else value
    return ShownPreference("way", _PREFERENCE_ICONS[known] if known else "phone", words, source, since)


def _build_plain_preference(
    kind: str, icon: str, today: str, remembered: str, since: dt.date | None
) -> ShownPreference | None:
    found = _choose_said_or_remembered(today, remembered)
    return ShownPreference(kind, icon, found[0], found[1], since) if found else None
