"""How a family likes to be served: what they said today, or else what they asked us to remember.

Never inferred: two visits with the same wish teach nothing. Only “remember this” does, and it replaces all
that was remembered by what was said with it, so saying nothing with it is asking to be forgotten.

`WISHES` is the one list of wishes. Sign-ins, adults' rows, forms, pages and timelines walk over it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from checkin.rules.empty_answers import is_empty_answer
from checkin.rules.understanding import PreferenceSource

if TYPE_CHECKING:
    from checkin.rules.sign_in_claims import SignInClaim


class WaitingApproach(TextChoices):
    """What to do while they wait."""

    GREET = "greet", _("Greet me")
    LEAVE = "leave", _("Leave me be")


class ContactWay(TextChoices):
    """How they want to be reached."""

    PHONE = "phone", _("Phone")
    TEXT = "text", _("Text message")
    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")
    IN_PERSON = "in_person", _("In person")


@dataclass(frozen=True, slots=True, kw_only=True)
class WishChoices:
    """The choices of a wish that is chosen from a list."""

    offered: type[TextChoices]
    icons: Mapping[str, str]
    instructions: Mapping[str, str | Promise] = field(default_factory=dict)
    """What staff do for each, where its label does not say it."""
    none_label: str | Promise
    """What the desk's form calls none of them."""
    refusal: str
    """Why the desk cannot keep anything else."""
    is_closed: bool
    """Whether a sign-in that says anything else says nothing; otherwise that is shown as they said it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One wish that an adult may ask us to remember: how it is asked, kept, shown and told."""

    name: str
    """The field of `WishAnswers`, of a sign-in and of the desk's form."""
    column: str
    """The escort's column where it is remembered."""
    limit: int
    """Characters kept of what was typed."""
    label: str | Promise
    """What the desk's form calls it."""
    timeline_label: str | Promise
    """What a visit's page calls it."""
    shown_kind: str
    """`ShownPreference.kind`."""
    lead: str = ""
    """What it is about, where its words alone do not say."""
    icon: str
    example: str = ""
    choices: WishChoices | None = None
    """None for a wish in their own words."""
    is_about_child: bool = False
    """Whether “Another child?” clears it on the tablet."""

    @property
    def is_typed(self) -> bool:
        """Whether a sign-in may say it in words of their own."""
        return self.choices is None or not self.choices.is_closed

    def name_choice(self, value: str) -> str:
        """A choice by its label; anything else as it was said."""
        if self.choices is None or value not in self.choices.offered.values:
            return value
        return str(self.choices.offered(value).label)

    def read_answer(self, value: str) -> str:
        """The value, or "" where it is none: no such choice, where only those count, or “no” and “-”."""
        if self.choices is None:
            return "" if is_empty_answer(value) else value
        return "" if self.choices.is_closed and value not in self.choices.offered.values else value

    @property
    def icons(self) -> tuple[str, ...]:
        """Every drawing that it may be shown with."""
        return tuple(self.choices.icons.values()) if self.choices else (self.icon,)

    def choose_icon(self, value: str) -> str:
        return self.choices.icons.get(value, self.icon) if self.choices else self.icon


WISHES = (
    Wish(
        name="approach",
        column="approach",
        limit=20,
        label=_("While they wait"),
        timeline_label=_("While they wait"),
        shown_kind="approach",
        icon="hand-heart",
        choices=WishChoices(
            offered=WaitingApproach,
            icons={WaitingApproach.GREET: "hand-heart", WaitingApproach.LEAVE: "armchair"},
            instructions={
                WaitingApproach.GREET: _("Come and greet them"),
                WaitingApproach.LEAVE: _("Leave them be until it is their turn"),
            },
            none_label=_("Neither"),
            refusal="Say greet me, leave me be, or neither.",
            is_closed=True,
        ),
    ),
    Wish(
        name="best_way",
        column="best_way",
        limit=20,
        label=_("Best way to reach them"),
        timeline_label=_("Reach me by"),
        shown_kind="way",
        lead="best way to reach them",
        icon="phone",
        choices=WishChoices(
            offered=ContactWay,
            icons={
                ContactWay.PHONE: "phone",
                ContactWay.TEXT: "message-square-text",
                ContactWay.EMAIL: "mail",
                ContactWay.LETTER: "mailbox",
                ContactWay.IN_PERSON: "user-round",
            },
            none_label=_("Any way"),
            refusal="Say by which of the ways listed they want to be reached, or none.",
            is_closed=False,
        ),
    ),
    Wish(
        name="best_time",
        column="best_time",
        limit=200,
        label=_("Best time, in their words"),
        timeline_label=_("Best time"),
        shown_kind="time",
        lead="best time to reach them",
        icon="clock",
        example="after 17:00",
    ),
)
"""Every wish, in the order in which it is shown. Each has a field in `WishAnswers`."""

WISHES_BY_NAME = {one.name: one for one in WISHES}


@dataclass(frozen=True, slots=True, kw_only=True)
class WishAnswers:
    """What was said of each wish, "" for nothing: a field for each row of `WISHES`, of the same name."""

    approach: str = ""
    best_way: str = ""
    best_time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedPreferences(WishAnswers):
    """What an escort asked us to remember, and the clinic's day they did."""

    since: dt.date | None = None

    @classmethod
    def of(cls, columns: Mapping[str, object], *, since: dt.date | None = None) -> Self:
        """From an escort's columns."""
        said: dict[str, Any] = {one.name: _read_remembered(one, columns) for one in WISHES}
        return cls(since=since, **said)

    @property
    def has_wish(self) -> bool:
        return any(getattr(self, one.name) for one in WISHES)


def _read_remembered(wish: Wish, columns: Mapping[str, Any]) -> str:
    value: str = columns.get(wish.column) or ""
    return value if wish.choices else wish.read_answer(value)


FORGOTTEN_PREFERENCES: dict[str, object] = {one.column: "" for one in WISHES}
"""An escort's columns when nothing is remembered."""


def preferences_to_remember(claim: SignInClaim, *, at: dt.datetime) -> dict[str, object]:
    """The escort's columns to write because of this claim: none unless it asks for that.

    A blank wish about the child is left as it is: “Another child?” keeps the tick and clears the wish.
    """
    if not claim.remember:
        return {}
    said = [(one, _answer_to_remember(one, getattr(claim, one.name))) for one in WISHES]
    kept: dict[str, object] = {one.column: value for one, value in said if value or not one.is_about_child}
    # Also when nothing is kept: it says from when on, so that no older visit overrules it.
    return kept | {"remembered_at": at}


def _answer_to_remember(wish: Wish, value: str) -> str:
    """Their words, or one of the choices: what we do not know is not remembered."""
    if wish.choices is not None and value not in wish.choices.offered.values:
        return ""
    return wish.read_answer(value)


def list_remembered_words(columns: Mapping[str, Any]) -> str:
    """What an escort's columns say: “Leave me be, Text message, mornings”; "" for nothing."""
    said = [(one, one.read_answer(columns.get(one.column) or "")) for one in WISHES]
    return ", ".join(one.name_choice(value) for one, value in said if value)


def choose_said_or_remembered(today: str, remembered: str) -> tuple[str, PreferenceSource] | None:
    """Today's word, or else the remembered one. "No" and "-" are no wish, of either."""
    if not is_empty_answer(today):
        return today, PreferenceSource.TODAY
    return None if is_empty_answer(remembered) else (remembered, PreferenceSource.REMEMBERED)


def current_preference_text(today: str, remembered: str) -> str:
    """What they wish, as said today or else as remembered; "" for no wish."""
    found = choose_said_or_remembered(today, remembered)
    return found[0] if found else ""
