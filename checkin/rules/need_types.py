"""What a need can be, who owns it and how it may end; and the input of the rules of needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from checkin.rules import consent as consent_rules
from checkin.rules.coded_sentences import NOTHING_SAID, CodedSentence
from checkin.rules.doses import GivenDose, ItemBesideDose
from checkin.rules.excuse_notes import NOTE_WORDS, HandedNote, NoteKind
from checkin.rules.need_settings import NeedSettings
from checkin.rules.understanding import NeedsOnRecord, NeedsSaidToday


class HasNeedKind(Protocol):
    @property
    def kind(self) -> str: ...


AnyNeed = TypeVar("AnyNeed", bound=HasNeedKind)


class NeedKind(TextChoices):
    SCHOOL_NOTE = "school_note", NoteKind.SCHOOL.label
    WORK_NOTE = "work_note", NoteKind.WORK.label
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


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedTraits:
    """Traits of one kind of need: how it is shown, when it is found and how it ends."""

    icon: str
    """The name of its icon in the icon set."""
    label: Promise | str = ""
    """Its name in the middle of a line; "" if `is_named_by_others`."""
    hint: str = ""
    """The board's tooltip."""
    short_label: str = ""
    """Its text on a chip, in place of the label. A chip beside others shows about 16 characters."""
    asks_staff: bool = False
    """Whether staff must put something right. The board emphasizes its chip and mutes the others."""
    is_of_record: bool
    """Whether an answer for one child says nothing about another, because it comes from the record alone.

    False for what is also true of what a family typed: its answer stays when the visit gets another record.
    """
    is_found_after_death: bool
    """Whether it is also found for a child who has died."""
    is_met_in_passing: bool
    """Whether it is usually met during the visit, as in the demo; otherwise it waits for another day."""
    note: NoteKind | None = None
    """The note that meets it."""
    is_named_by_others: bool = False
    """Whether its name comes from the record or the clinic."""


NEED_TRAITS = {
    NeedKind.MATCH: NeedTraits(
        icon="user-search",
        label=_("who is this?"),
        hint="Confirm which child this is",
        short_label="Match",
        asks_staff=True,
        is_of_record=True,
        is_found_after_death=True,
        is_met_in_passing=False,
    ),
    NeedKind.DISCREPANCY: NeedTraits(
        icon="git-compare",
        label=_("typed and recorded differ"),
        hint="What was typed is not what is recorded",
        asks_staff=True,
        is_of_record=True,
        is_found_after_death=True,
        is_met_in_passing=False,
    ),
    NeedKind.INTERPRETER: NeedTraits(
        icon="languages",
        label=_("interpreter, ask which language"),
        is_of_record=False,
        is_found_after_death=True,
        is_met_in_passing=True,
    ),
    NeedKind.ACCESS: NeedTraits(
        icon="accessibility",
        label=_("access"),
        is_of_record=False,
        is_found_after_death=True,
        is_met_in_passing=True,
    ),
    NeedKind.PHONE_GUARDIAN: NeedTraits(
        icon="phone",
        label=_("phone a guardian"),
        hint="The adult who came may not agree to everything. The visit says whom to phone.",
        short_label="Phone first",
        is_of_record=True,
        is_found_after_death=False,
        is_met_in_passing=True,
    ),
    NeedKind.CONSENT_CONFLICT: NeedTraits(
        icon="git-compare",
        label=_("guardians disagree"),
        hint="Two adults who may decide disagree. A clinician decides.",
        asks_staff=True,
        is_of_record=True,
        is_found_after_death=False,
        is_met_in_passing=False,
    ),
    NeedKind.VACCINE: NeedTraits(
        icon="syringe",
        is_of_record=False,
        is_found_after_death=False,
        is_met_in_passing=False,
        is_named_by_others=True,
    ),
    NeedKind.CHECK_UP: NeedTraits(
        icon="clipboard-check",
        is_of_record=False,
        is_found_after_death=False,
        is_met_in_passing=False,
        is_named_by_others=True,
    ),
    NeedKind.SCHOOL_NOTE: NeedTraits(
        icon="school",
        label=NOTE_WORDS[NoteKind.SCHOOL],
        note=NoteKind.SCHOOL,
        is_of_record=False,
        is_found_after_death=True,
        is_met_in_passing=True,
    ),
    NeedKind.WORK_NOTE: NeedTraits(
        icon="briefcase",
        label=NOTE_WORDS[NoteKind.WORK],
        note=NoteKind.WORK,
        is_of_record=False,
        is_found_after_death=True,
        is_met_in_passing=True,
    ),
    NeedKind.WRONG_NOTE: NeedTraits(
        icon="file-x",
        label=_("note in another name"),
        hint="A note that was handed out names another child. Void or reissue it.",
        asks_staff=True,
        is_of_record=False,
        is_found_after_death=True,
        is_met_in_passing=False,
    ),
    NeedKind.SECOND_CONCERN: NeedTraits(
        icon="message-circle-plus",
        label=_("second concern"),
        is_of_record=False,
        is_found_after_death=True,
        is_met_in_passing=True,
    ),
    NeedKind.PROMISE: NeedTraits(
        icon="calendar-clock",
        label=_("overdue promise"),
        hint="Something promised to this family is overdue",
        short_label="Overdue",
        asks_staff=True,
        is_of_record=True,
        is_found_after_death=False,
        is_met_in_passing=False,
    ),
    NeedKind.CLINIC: NeedTraits(
        icon="list-todo",
        is_of_record=False,
        is_found_after_death=False,
        is_met_in_passing=False,
        is_named_by_others=True,
    ),
}
"""Every kind of need, for the board, the demo and corrected matches. The rules are in `rules.needs`."""

NEED_KIND_OF_NOTE = {traits.note: kind for kind, traits in NEED_TRAITS.items() if traits.note}

NEEDS_NAMED_BY_OTHERS = frozenset(kind for kind, traits in NEED_TRAITS.items() if traits.is_named_by_others)

FLU_NEED_KEY, FLU_VACCINE_NAME = "influenza", "flu vaccine"
"""The key of the seasonal flu need, and the vaccine's name if the record gives none."""


def sort_needs_for_staff(needs: Iterable[AnyNeed]) -> list[AnyNeed]:
    """Sort matches and discrepancies first, as staff act on them first, though they are noticed last."""
    first = (NeedKind.MATCH, NeedKind.DISCREPANCY)
    return sorted(needs, key=lambda need: need.kind not in first)


class NeedOutcome(TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DECLINED = "declined", _("Declined")
    DEFERRED = "deferred", _("Deferred")
    NOT_OFFERED = "not_offered", _("Not offered")
    LEFT_OPEN = "left_open", _("Left open")
    LAPSED = "lapsed", _("No longer needed")


OPEN_NEED_OUTCOMES = frozenset({NeedOutcome.OPEN})


class NeedOwner(TextChoices):
    """The role that handles a need until somebody takes it."""

    FRONT_DESK = "front_desk", _("Front desk")
    CLINICIAN = "clinician", _("Clinician")
    MANAGER = "manager", _("Manager")


@dataclass(frozen=True, slots=True)
class DueItemFacts:
    """A vaccine or check-up that is due according to the record."""

    pk: int
    kind: str
    name: str
    due_on: dt.date
    code: str = ""


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """The input of the rules: plain values of one visit. Dates and times are on the clinic's clock."""

    arrived: dt.datetime
    birth_date: dt.date | None = None
    linked: bool = False
    deceased: bool = False
    """Whether the child has died, according to the record."""
    match: str = "unknown"
    notes_wanted: tuple[str, ...] = ()
    today: NeedsSaidToday = field(default_factory=NeedsSaidToday)
    recorded: NeedsOnRecord = field(default_factory=NeedsOnRecord)
    own_language: str = ""
    also: str = ""
    due: tuple[DueItemFacts, ...] = ()
    given: tuple[GivenDose, ...] = ()
    """What was given or done since a similar item became due, from any source."""
    beside: tuple[ItemBesideDose, ...] = ()
    """Items due at a visit at which another item was given: each needs its own dose."""
    influenza_given_on: dt.date | None = None
    discrepancies: tuple[str, ...] = ()
    overdue_promises: int = 0
    notes: tuple[HandedNote, ...] = ()
    consent: consent_rules.ConsentFacts = field(default_factory=consent_rules.ConsentFacts)
    settings: NeedSettings = field(default_factory=NeedSettings)


class FoundNeed(NamedTuple):
    """A need found by a rule, before it is stored as a row."""

    kind: NeedKind
    why: CodedSentence
    owner: NeedOwner
    key: str = ""
    label: str = ""
    """The name from the record or the clinic; "" if the kind and the subject name it."""
    subject: str = ""
    """The subject of a need that we name ourselves: a language, what helps, a note, fields."""
    next_step: CodedSentence = NOTHING_SAID
    due_item: int | None = None
    again: bool = False
    """Whether to ask again though it was done: what was done no longer counts, as `why` says."""

    def clipped(self) -> FoundNeed:
        """Return the need with its texts cut to what a row holds."""
        return self._replace(label=self.label[:200], subject=self.subject[:200])
