"""What happens to the entries of a visit when its match is corrected or two records are merged."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules.need_types import NEED_TRAITS, NeedKind, NeedOutcome


class EntryKind(TextChoices):
    """Kinds of rows on a child's chart or of a visit."""

    VISIT = "visit", _("Visit")
    CONSENT = "consent", _("Consent")
    PROXY = "proxy", _("Written proxy")
    WISH = "wish", _("Preferences")
    CHART = "chart", _("Language, interpreter, access needs")
    CORRECTION = "correction", _("Correction of the record")
    VACCINE = "vaccine", _("Vaccine given")
    DUE_ITEM = "due_item", _("Due item")
    NOTE = "note", _("Excuse note")
    PROMISE = "promise", _("Promise")
    NEED = "need", _("Answered need")
    ESCORT = "escort", _("Escort")
    GUARDIAN = "guardian", _("Guardian")
    IDENTIFIER = "identifier", _("Record number")
    APPOINTMENT = "appointment", _("Appointment")
    RECORD = "record", _("Record")
    SAFETY = "safety", _("Other entry")


class EntryOutcome(TextChoices):
    """What happened to an entry."""

    MOVED = "moved", _("Moved")
    KEPT = "kept", _("Left where it is")
    CHANGED = "changed", _("Changed")
    ENDED = "ended", _("Counts no longer")
    MADE = "made", _("Written down")
    REMOVED = "removed", _("Taken off")


class EntryChild(TextChoices):
    """The child that an entry belongs to, once the visit turns out to be another child's.

    NEW is the child that the visit goes to; if it goes to nobody, the entry waits at the visit.
    """

    NEW = "new", _("The child of this visit")
    OLD = "old", _("The child before")
    BOTH = "both", _("Both children")
    NOBODY = "nobody", _("Neither")


class EntryFacts(NamedTuple):
    """What the rule needs to know about an entry and the two charts."""

    said_by_old_family: bool = False
    """Its author is a guardian, a proxy or a grantor on the old chart and not on the new one."""
    made_here: bool = False
    """The old chart was made from this sign-in, so no other child can own the entry."""
    waited: bool = False
    """Nobody was linked before, so the entry waited at the visit."""
    differs: bool = False
    """The new chart has a different value in the same place."""
    to_nobody: bool = False
    """The visit goes to nobody for now."""
    is_kept_old: bool = False
    """For a difference: somebody kept the recorded value, or is asking the family."""
    need: tuple[str, str, str] = ("", "", "")
    """For a need: its kind, key and outcome."""


def possible_entry_children(paper: str, facts: EntryFacts) -> tuple[EntryChild, ...]:
    """Return which children an entry may belong to: one if the rule decides, several if a person must.

    | written at the visit               | what happens to it                                            |
    |------------------------------------|---------------------------------------------------------------|
    | consent, proxy                     | to the new child; asks if the old family may have said it     |
    | escort's wish, promise, note       | to the new child                                              |
    | language, interpreter, access      | asks: it corrected a chart                                    |
    | vaccine given, check-up done       | asks: which child got it?                                     |
    | "use the new"                      | asks: restore the value before?                               |
    | keep the old, asking               | a difference from the old chart: withdrawn                    |
    | answered need                      | see `child_of_answered_need`                                  |
    """
    if paper == EntryKind.CORRECTION:
        if facts.is_kept_old:
            return (EntryChild.NOBODY,)
        return (EntryChild.OLD,) if facts.made_here else (EntryChild.NOBODY, EntryChild.OLD)
    if paper == EntryKind.NEED:
        return (child_of_answered_need(*facts.need),)
    if facts.made_here or facts.waited:
        # The entry goes to the new child, but never overwrites a different value on the chart without asking.
        return (EntryChild.NEW, EntryChild.NOBODY) if facts.differs else (EntryChild.NEW,)
    if paper in (EntryKind.CONSENT, EntryKind.PROXY):
        asks = (EntryChild.NEW, EntryChild.OLD, EntryChild.NOBODY)
        return asks if facts.said_by_old_family else (EntryChild.NEW,)
    if paper == EntryKind.CHART:
        both = () if facts.to_nobody else (EntryChild.BOTH,)
        return (EntryChild.NEW, EntryChild.OLD, *both, EntryChild.NOBODY)
    if paper == EntryKind.VACCINE:
        return (EntryChild.NEW, EntryChild.OLD, EntryChild.NOBODY)
    return (EntryChild.NEW,)


CHART_NEED_KINDS = frozenset(kind for kind, traits in NEED_TRAITS.items() if traits.is_of_record)
"""Needs that come from a child's record: an answer for one child says nothing about another."""


def child_of_answered_need(kind: str, key: str, outcome: str) -> EntryChild:
    """Return which child an answered need belongs to; NOBODY if the old record made it."""
    if kind in CHART_NEED_KINDS:
        return EntryChild.NOBODY
    if kind in (NeedKind.VACCINE, NeedKind.CHECK_UP) and outcome != NeedOutcome.DONE:
        # An item of the old chart stays in the visit's history. The new child is asked about the flu shot
        # again.
        return EntryChild.OLD if key.isdigit() else EntryChild.NOBODY
    return EntryChild.NEW


ADULT_ROW_TYPES = ("Guardian", "Escort")
"""Rows of adults, who have phones of their own."""
RECORD_ROW_TYPES = ("Patient", *ADULT_ROW_TYPES)
"""Rows whose columns are shown on a record's page, so a page lists what an undo writes there."""

TOLD_ROW_TYPES = {
    EntryKind.CONSENT: ("ConsentRecord",),
    EntryKind.PROXY: ("StandingProxy",),
    EntryKind.VACCINE: ("Need",),
    EntryKind.CHART: ("ChartChange", "Patient"),
    EntryKind.CORRECTION: ("Discrepancy",),
    EntryKind.WISH: ("ChartChange", "SignIn"),
    EntryKind.PROMISE: ("Promise",),
    EntryKind.NOTE: ("ExcuseNote",),
    EntryKind.NEED: ("NeedAnswer", "Need"),
    EntryKind.ESCORT: ("Escort",),
    EntryKind.APPOINTMENT: ("Appointment",),
    EntryKind.RECORD: ("Guardian", "Patient"),
}
"""The row types of each entry that pages describe; other rows written for it are left out."""
