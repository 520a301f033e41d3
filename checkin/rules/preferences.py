"""How a family likes to be served: what they said today, or else what they asked us to remember.

Never inferred: two visits with the same wish teach nothing. Only “remember this” does, and it replaces all
that was remembered by what was said with it, so saying nothing with it is asking to be forgotten.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules import claims, clocks
from checkin.rules.languages import name_language
from checkin.rules.promises import Way


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


class Source(TextChoices):
    """Whose word it is."""

    TODAY = "today", _("said today")
    REMEMBERED = "remembered", _("remembered")
    RECORD = "record", _("on record")


class Remembered(NamedTuple):
    """What an escort asked us to remember, and the clinic's day they did."""

    approach: str = ""
    best_way: str = ""
    best_time: str = ""
    since: dt.date | None = None


class OnRecord(NamedTuple):
    """What the patient's record says that bears on how they are served."""

    language: str = ""
    interpreter: bool = False
    access_needs: str = ""


class Preference(NamedTuple):
    """One wish as it is shown: never a picture alone, and always whose word it is."""

    kind: str
    icon: str
    words: str
    source: Source
    since: dt.date | None = None
    to_do: str = ""

    @property
    def hint(self) -> str:
        """What to do, and whose word it is."""
        return f"{self.to_do or self.words} ({self.source_words})"

    @property
    def source_words(self) -> str:
        """“remembered since Mar 3, 2026: they asked us to”."""
        if self.source is not Source.REMEMBERED or self.since is None:
            return str(self.source.label)
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
        "best_time": claim.best_time,
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
    if today:
        return today, Source.TODAY
    return (remembered, Source.REMEMBERED) if remembered else None


def shown(claim: claims.Claim, remembered: Remembered, record: OnRecord) -> list[Preference]:
    """Everything to show of how they like to be served, each with whose word it is. Today's word wins."""
    since = remembered.since
    found = [
        approach(today=claim.approach, remembered=remembered.approach, since=since),
        way(claim.best_way, remembered.best_way, since),
        plain("time", "clock", claim.best_time, remembered.best_time, since),
        to_be_understood(claim, record),
        plain_record("access", "accessibility", claim.access_needs, record.access_needs),
    ]
    return [one for one in found if one is not None]


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


def plain_record(kind: str, icon: str, today: str, recorded: str) -> Preference | None:
    if today:
        return Preference(kind, icon, today, Source.TODAY)
    return Preference(kind, icon, recorded, Source.RECORD) if recorded else None


def to_be_understood(claim: claims.Claim, record: OnRecord) -> Preference | None:
    """The interpreter and the language, as said today or else as on record."""
    recorded = name_language(record.language)
    spoken = claim.interpreter_language or name_language(claim.language)
    if claim.interpreter:
        return Preference("language", "languages", interpreter(spoken or recorded), Source.TODAY)
    if record.interpreter:
        return Preference("language", "languages", interpreter(spoken or recorded), Source.RECORD)
    return plain_record("language", "languages", spoken, recorded)


def interpreter(language: str) -> str:
    return f"{language} interpreter" if language else "Interpreter"
