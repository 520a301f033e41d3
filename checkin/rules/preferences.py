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

from checkin.rules import claims, clocks, understanding
from checkin.rules.nothing_said import says_nothing
from checkin.rules.promises import Way
from checkin.rules.understanding import OnRecord, SaidToday, Source


class Approach(TextChoices):
    """What to do while they wait."""

    GREET = "greet", _("Greet me")
    LEAVE = "leave", _("Leave me be")


ICONS = {
    Approach.GREET: "hand-heart",
    Approach.LEAVE: "armchair",
    Way.PHONE: "phone",
    Way.TEXT: "message-square-text",
    Way.EMAIL: "mail",
    Way.LETTER: "mailbox",
    Way.IN_PERSON: "user-round",
}

TO_DO = {
    Approach.GREET: _("Come and greet them"),
    Approach.LEAVE: _("Leave them be until it is their turn"),
}


class Remembered(NamedTuple):
    """What an escort asked us to remember, and the clinic's day they did."""

    approach: str = ""
    best_way: str = ""
    best_time: str = ""
    since: dt.date | None = None


class Preference(NamedTuple):
    """One wish as it is shown: never a picture alone, and always whose word it is."""

    kind: str
    icon: str
    words: str
    source: Source
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
        if self.source is not Source.REMEMBERED or self.since is None:
            return f"{self.source.label}{self.more}"
        return f"remembered since {clocks.date_words(self.since)}: they asked us to"


FORGOTTEN: dict[str, Any] = {"approach": "", "best_way": "", "best_time": ""}
"""An escort's columns when nothing is remembered."""


def to_remember(claim: claims.Claim, *, at: dt.datetime) -> dict[str, Any]:
    """The escort's columns to write because of this claim: none unless it asks for that."""
    if not claim.remember:
        return {}
    return {
        "approach": claim.approach if claim.approach in Approach.values else "",
        "best_way": claim.best_way if claim.best_way in Way.values else "",
        "best_time": "" if says_nothing(claim.best_time) else claim.best_time,
        # Also when nothing is kept: it says from when on, so that no older visit overrules it.
        "remembered_at": at,
    }


def approach(*, today: str, remembered: str, since: dt.date | None = None) -> Preference | None:
    """What to do while they wait: today's word, or else the remembered one."""
    found = said_or_remembered(today, remembered)
    if found is None or found[0] not in Approach.values:
        return None
    value, source = Approach(found[0]), found[1]
    return Preference("approach", ICONS[value], str(value.label), source, since, str(TO_DO[value]))


def said_or_remembered(today: str, remembered: str) -> tuple[str, Source] | None:
    """Today's word, or else the remembered one. "No" and "-" are no wish, of either."""
    if not says_nothing(today):
        return today, Source.TODAY
    return None if says_nothing(remembered) else (remembered, Source.REMEMBERED)


def wish_of(today: str, remembered: str) -> str:
    """What they wish, as said today or else as remembered; "" for no wish."""
    found = said_or_remembered(today, remembered)
    return found[0] if found else ""


def shown(
    claim: claims.Claim, remembered: Remembered, record: OnRecord, *, own: str = ""
) -> list[Preference]:
    """Everything to show of how they like to be served, each with whose word it is.

    Of a wish, today's word wins. What the record says of language, interpreter and access stands beside what
    was said today, two lines of one kind where they differ. `own` is the clinic's own language; the claim's
    `language` is blank where nobody chose it.
    """
    since = remembered.since
    found = [
        approach(today=claim.approach, remembered=remembered.approach, since=since),
        way(claim.best_way, remembered.best_way, since),
        plain("time", "clock", claim.best_time, remembered.best_time, since),
    ]
    return [one for one in found if one is not None] + beside_the_record(
        SaidToday.of(claim, language=claim.language), record, own=own
    )


def beside_the_record(today: SaidToday, record: OnRecord, *, own: str = "") -> list[Preference]:
    """How they are understood and what helps them, on record and as said today."""
    spoken = [
        Preference("language", "languages", one.words, one.source, more=one.more)
        for one in understanding.understood(today, record, own=own)
    ]
    helps = understanding.by_source(today.access_needs, record.access_needs)
    return spoken + [helps_them(one) for one in helps]


def helps_them(one: understanding.Help) -> Preference:
    """What helps them, and the other source's words where those are fewer."""
    more = f", {one.less_from.label} as “{one.less}”" if one.less_from else ""
    return Preference("access", "accessibility", one.words, one.source, more=more)


def way(today: str, remembered: str, since: dt.date | None) -> Preference | None:
    """How to reach them; a way that we do not know is shown as they said it."""
    found = said_or_remembered(today, remembered)
    if found is None:
        return None
    value, source = found
    known = Way(value) if value in Way.values else None
    words = str(known.label) if known else value
    return Preference("way", ICONS[known] if known else "phone", words, source, since)


def plain(kind: str, icon: str, today: str, remembered: str, since: dt.date | None) -> Preference | None:
    found = said_or_remembered(today, remembered)
    return Preference(kind, icon, found[0], found[1], since) if found else None
