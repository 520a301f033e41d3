"""How a family likes to be served: what they said today, or else what they asked us to remember.

Nothing is inferred: two visits with the same wish change nothing. Only “remember this” does. It replaces
everything remembered, so ticking it without a wish clears what we remember.

`WISHES` is the only list of wishes. Sign-ins, adults' rows, the form of preferences, pages and timelines go
through it. The desk's form for signing in asks for `approach` alone.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from checkin.rules.empty_answers import is_empty_answer, is_empty_name
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


@functools.cache
def _codes_offered(offered: type[TextChoices]) -> frozenset[str]:
    """Cached: `values` builds a list, and the board asks for each wish of each row."""
    return frozenset(offered.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class WishChoices:
    """The options of a wish that is picked from a list."""

    offered: type[TextChoices]
    icons: Mapping[str, str]
    instructions: Mapping[str, str | Promise] = field(default_factory=dict)
    """What staff do for each, if its label does not say so."""
    none_label: str | Promise
    """The desk form's label for no choice."""
    refusal: str
    """The desk's error message for any other value."""
    is_closed: bool
    """Whether a sign-in ignores any other value; otherwise it is shown as they said it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One wish that an adult may ask us to remember: how it is asked, stored and shown."""

    name: str
    """The name of its field in `WishAnswers`, in a sign-in and in the desk's form."""
    column: str
    """The escort's column that stores it."""
    limit: int
    """Longest typed text stored, in characters."""
    label: str | Promise
    """Its label in the desk's form."""
    timeline_label: str | Promise
    """Its label on a visit's page."""
    shown_kind: str
    """`ShownPreference.kind`."""
    lead: str = ""
    """What it is about, if its words alone do not say."""
    icon: str
    example: str = ""
    choices: WishChoices | None = None
    """None for a wish in their own words."""
    is_name: bool = False
    """Whether it asks for a name: “Na”, “X” and “Fine” are then answers; “-” and “N/A” are still none."""
    is_on_board: bool = False
    """Whether the board's row shows it. The column is narrow: it cuts labels after some eleven letters."""
    is_about_child: bool = False
    """Whether “Another child?” clears it on the tablet."""

    @property
    def is_typed(self) -> bool:
        """Whether a sign-in may give it in their own words."""
        return self.choices is None or not self.choices.is_closed

    def is_choice(self, value: str) -> bool:
        return self.choices is not None and value in _codes_offered(self.choices.offered)

    def name_choice(self, value: str) -> str:
        """Return the label of a choice; any other value as it was said."""
        if self.choices is None or not self.is_choice(value):
            return value
        return str(self.choices.offered(value).label)

    def is_no_answer(self, value: str) -> bool:
        """Return whether it is blank or means none (“no”, “-”). A choice that we offer never does."""
        if self.is_choice(value):
            return False
        return is_empty_name(value) if self.is_name else is_empty_answer(value)

    def read_answer(self, value: str) -> str:
        """Return the value; "" if it is not a choice of a closed list, or typed and no answer."""
        if self.choices is None:
            return "" if self.is_no_answer(value) else value
        return "" if self.choices.is_closed and not self.is_choice(value) else value

    @property
    def icons(self) -> tuple[str, ...]:
        """Every icon that it may be shown with."""
        return (self.icon, *self.choices.icons.values()) if self.choices else (self.icon,)

    def choose_answer(self, today: str, remembered: str) -> tuple[str, PreferenceSource] | None:
        """Return today's answer, or else the remembered one, with its source; None for no answer."""
        if not self.is_no_answer(today):
            return today, PreferenceSource.TODAY
        return None if self.is_no_answer(remembered) else (remembered, PreferenceSource.REMEMBERED)

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
        is_on_board=True,
        choices=WishChoices(
            offered=WaitingApproach,
            icons={WaitingApproach.GREET: "hand-heart", WaitingApproach.LEAVE: "armchair"},
            instructions={
                WaitingApproach.GREET: _("Come and greet them"),
                WaitingApproach.LEAVE: _("Leave them be until it is their turn"),
            },
            none_label=_("Neither"),
            refusal="Choose greet me, leave me be, or neither.",
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
            refusal="Choose one of the ways listed to reach them, or none.",
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
        example="after 5 pm",
    ),
    Wish(
        name="email",
        column="email",
        limit=254,
        label=_("E-mail address"),
        timeline_label=_("E-mail address"),
        shown_kind="email",
        lead="e-mail address",
        icon="mail",
        example="rosa@mail.example",
    ),
)
"""Every wish, in display order. Each has a field in `WishAnswers`."""

WISHES_BY_NAME = {one.name: one for one in WISHES}


@dataclass(frozen=True, slots=True, kw_only=True)
class WishAnswers:
    """The answer to each wish, "" for none: one field per row of `WISHES`, with the same name."""

    approach: str = ""
    best_way: str = ""
    best_time: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedPreferences(WishAnswers):
    """What an escort asked us to remember, and the day they asked, on the clinic's calendar."""

    since: str = ""
    """The date in words."""

    @classmethod
    def of(cls, columns: Mapping[str, object], *, since: str = "") -> Self:
        """Return the preferences stored in an escort's columns."""
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
    """Return the escort's columns to write for this claim; {} unless the claim asks us to remember.

    A blank wish about the child is not overwritten: “Another child?” keeps the tick and clears the wish.
    """
    if not claim.remember:
        return {}
    said = [(one, _answer_to_remember(one, getattr(claim, one.name))) for one in WISHES]
    kept: dict[str, object] = {one.column: value for one, value in said if value or not one.is_about_child}
    # Set even if nothing is stored: it keeps an older visit from overruling this one.
    return kept | {"remembered_at": at}


def _answer_to_remember(wish: Wish, value: str) -> str:
    """Return their words or a valid choice; "" for a choice that we do not know."""
    if wish.choices is not None and not wish.is_choice(value):
        return ""
    return wish.read_answer(value)


def list_remembered_words(columns: Mapping[str, Any]) -> str:
    """Return the wishes in an escort's columns: “Leave me be, Text message, mornings”; "" for none."""
    said = [(one, one.read_answer(columns.get(one.column) or "")) for one in WISHES]
    return ", ".join(one.name_choice(value) for one, value in said if value)


def current_preference_text(name: str, today: str, remembered: str) -> str:
    """Return the wish of that name as said today, or else as remembered; "" for none."""
    found = WISHES_BY_NAME[name].choose_answer(today, remembered)
    return found[0] if found else ""
