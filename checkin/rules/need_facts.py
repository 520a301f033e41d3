"""What a need can be, whose it is and how it may end; and all that the rules of needs look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules import consent, excuse_notes
from checkin.rules.doses import Beside, Dose
from checkin.rules.need_settings import Settings
from checkin.rules.understanding import OnRecord, SaidToday


class OfKind(Protocol):
    @property
    def kind(self) -> str: ...


One = TypeVar("One", bound=OfKind)


class Kind(TextChoices):
    SCHOOL_NOTE = "school_note", _("School note")
    WORK_NOTE = "work_note", _("Work note")
    WRONG_NOTE = "wrong_note", _("Note in another name")
    VACCINE = "vaccine", _("Vaccine due")
    CHECK_UP = "check_up", _("Check-up due")
    INTERPRETER = "interpreter", _("Interpreter")
    ACCESS = "access", _("Access")
    SECOND_CONCERN = "second_concern", _("Second concern")
    PHONE_GUARDIAN = "phone_guardian", _("Phone a guardian")
    CONSENT_CONFLICT = "consent_conflict", _("Answers that contradict")
    MATCH = "match", _("Match to confirm")
    DISCREPANCY = "discrepancy", _("Discrepancy to settle")
    PROMISE = "promise", _("Overdue promise")
    CLINIC = "clinic", _("Clinic's own")


FLU = "flu vaccine"
"""What this season's influenza vaccine is called where the record names none."""

NAMED_BY_OTHERS = frozenset({Kind.VACCINE, Kind.CHECK_UP, Kind.CLINIC})
"""Called as the record or the clinic calls it."""


def heading(kind: str, label: str) -> str:
    """Return what a need is called where a line begins: our own words with a capital letter.

    A name that the record gives stays as it is: a "dT booster" is no DT booster.
    """
    if kind in NAMED_BY_OTHERS and label != FLU:
        return label
    return label[:1].upper() + label[1:]


def in_order(needs: Iterable[One]) -> list[One]:
    """Who the child is and what differs first, as staff act, though it was noticed later than the rest."""
    first = (Kind.MATCH, Kind.DISCREPANCY)
    return sorted(needs, key=lambda need: need.kind not in first)


class Outcome(TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DECLINED = "declined", _("Declined")
    DEFERRED = "deferred", _("Deferred")
    NOT_OFFERED = "not_offered", _("Not offered")
    LEFT_OPEN = "left_open", _("Left open")
    LAPSED = "lapsed", _("No longer needed")


OPEN = frozenset({Outcome.OPEN})


class Owner(TextChoices):
    """Whose it is until somebody takes it."""

    FRONT_DESK = "front_desk", _("Front desk")
    CLINICIAN = "clinician", _("Clinician")
    MANAGER = "manager", _("Manager")


@dataclass(frozen=True, slots=True)
class Due:
    """A vaccine or check-up that the record says is due."""

    pk: int
    kind: str
    name: str
    due_on: dt.date
    code: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules look at: plain values of one visit. Dates and times are the clinic's own."""

    arrived: dt.datetime
    birth_date: dt.date | None = None
    linked: bool = False
    deceased: bool = False
    """Whether the record says that the child has died."""
    match: str = "unknown"
    notes_wanted: tuple[str, ...] = ()
    today: SaidToday = SaidToday()
    recorded: OnRecord = OnRecord()
    own_language: str = ""
    also: str = ""
    due: tuple[Due, ...] = ()
    given: tuple[Dose, ...] = ()
    """What was given or done since something like it became due, by any source."""
    beside: tuple[Beside, ...] = ()
    """Which items stood beside one that was given here: they ask for a dose of their own."""
    influenza_given_on: dt.date | None = None
    discrepancies: tuple[str, ...] = ()
    overdue_promises: int = 0
    notes: tuple[excuse_notes.Handed, ...] = ()
    consent: consent.Facts = field(default_factory=consent.Facts)
    settings: Settings = field(default_factory=Settings)


class Found(NamedTuple):
    """A need that a rule found, before it is a row."""

    kind: Kind
    label: str
    why: str
    owner: Owner
    key: str = ""
    next_step: str = ""
    due_item: int | None = None
    again: bool = False
    """Asked again where it was done: what was done counts no longer, as `why` says."""

    def clipped(self) -> Found:
        """With no words longer than a row holds."""
        return self._replace(label=self.label[:200], why=self.why[:500], next_step=self.next_step[:500])
