"""What is written down at a visit, and what a corrected match or a merge can do with it."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules.need_types import NEED_TRAITS, NeedKind, NeedOutcome


class EntryKind(TextChoices):
    """Kinds of rows that stand on a child's chart or belong to a visit."""

    VISIT = "visit", _("Visit")
    CONSENT = "consent", _("Consent")
    PROXY = "proxy", _("Written proxy")
    WISH = "wish", _("How they like to be served")
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


class EntryOutcome(TextChoices):
    """What became of a paper."""

    MOVED = "moved", _("Moved")
    KEPT = "kept", _("Left where it is")
    CHANGED = "changed", _("Changed")
    ENDED = "ended", _("Counts no longer")
    MADE = "made", _("Written down")
    REMOVED = "removed", _("Taken off")


class EntryChild(TextChoices):
    """Of which child a paper is, once the visit turns out to be another's.

    NEW is the child that the visit goes to; where it goes to nobody, the paper waits at the visit.
    """

    NEW = "new", _("The child of this visit")
    OLD = "old", _("The child before")
    BOTH = "both", _("Both children")
    NOBODY = "nobody", _("Neither")


class EntryFacts(NamedTuple):
    """What the rule has to know of a paper and of the two charts."""

    said_by_old_family: bool = False
    """Who said it is a guardian, a proxy or a grantor of the old chart and not of the new one."""
    made_here: bool = False
    """The old chart was made from this very sign-in: there is no other child whose it could be."""
    waited: bool = False
    """Nobody was linked before: it waited at the visit."""
    differs: bool = False
    """The new chart says something else in the same place."""
    to_nobody: bool = False
    """The visit goes to nobody for now."""
    is_kept_old: bool = False
    """Of a difference: somebody kept what is on record, or is asking the family."""
    need: tuple[str, str, str] = ("", "", "")
    """Of a need: its kind, its key and its outcome."""


def possible_entry_children(paper: str, facts: EntryFacts) -> tuple[EntryChild, ...]:
    """Return whose the paper is: one where the rule says it, several where a person has to.

    | written at the visit               | fate                                                          |
    |------------------------------------|---------------------------------------------------------------|
    | consent, proxy                     | goes with the visit; asks where the old chart's family said it |
    | wish of the escort, promise, note  | goes with the visit                                           |
    | language, interpreter, access      | asks: it corrected a chart                                     |
    | vaccine given, check-up done       | asks: which child got it?                                      |
    | "use the new"                      | asks: put back what stood there?                               |
    | keep the old, asking               | the old child's difference: withdrawn                          |
    | answered need                      | see `child_of_answered_need`                                   |
    """
    if paper == EntryKind.CORRECTION:
        if facts.is_kept_old:
            return (EntryChild.NOBODY,)
        return (EntryChild.OLD,) if facts.made_here else (EntryChild.NOBODY, EntryChild.OLD)
    if paper == EntryKind.NEED:
        return (child_of_answered_need(*facts.need),)
    if facts.made_here or facts.waited:
        # It goes along. Only a chart that says otherwise is not written over unasked.
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
"""Needs that a child's record makes: answered for one child, they say nothing of another."""


def child_of_answered_need(kind: str, key: str, outcome: str) -> EntryChild:
    """Whose an answer is. What the old record made counts no longer; what the family asked for stays."""
    if kind in CHART_NEED_KINDS:
        return EntryChild.NOBODY
    if kind in (NeedKind.VACCINE, NeedKind.CHECK_UP) and outcome != NeedOutcome.DONE:
        # An item of the old chart stays in the visit's history; the season's is asked of the new child too.
        return EntryChild.OLD if key.isdigit() else EntryChild.NOBODY
    return EntryChild.NEW


ADULT_ROW_TYPES = ("Guardian", "Escort")
"""The rows of adults, who have a phone of their own."""
RECORD_ROW_TYPES = ("Patient", *ADULT_ROW_TYPES)
"""Rows whose columns a record's page says: what an undo writes there is told."""

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
"""The row of a paper that is told; what else was written for it goes without saying."""
