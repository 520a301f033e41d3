"""What a row of the board says this family will need. One function gives the chips, whatever their source."""

from __future__ import annotations

from typing import NamedTuple

from checkin.models import Visit
from checkin.queries import preferences
from checkin.rules import understanding
from checkin.rules.need_facts import Kind, heading
from checkin.web.locations import address_of

SHOWN = 4
"""Chips in view; how many more there are is said after them, and which on the visit's page."""

ICONS = {
    Kind.MATCH: "user-search",
    Kind.DISCREPANCY: "git-compare",
    Kind.INTERPRETER: "languages",
    Kind.ACCESS: "accessibility",
    Kind.PHONE_GUARDIAN: "phone",
    Kind.CONSENT_CONFLICT: "git-compare",
    Kind.VACCINE: "syringe",
    Kind.CHECK_UP: "clipboard-check",
    Kind.SCHOOL_NOTE: "school",
    Kind.WORK_NOTE: "briefcase",
    Kind.WRONG_NOTE: "file-x",
    Kind.SECOND_CONCERN: "message-circle-plus",
    Kind.PROMISE: "calendar-clock",
    Kind.CLINIC: "list-todo",
}
HINTS = {
    Kind.MATCH: "Which child this is, is to be confirmed",
    Kind.DISCREPANCY: "What was typed is not what is recorded",
    Kind.WRONG_NOTE: "A note that was handed out names another child: void it or reissue it",
    Kind.PHONE_GUARDIAN: "Who came may not agree to everything: the visit says whom to phone",
    Kind.CONSENT_CONFLICT: "Two who may decide said yes and no: a clinician decides",
    Kind.PROMISE: "Something promised to this family is overdue",
}
SHORT = {Kind.MATCH: "Match", Kind.PHONE_GUARDIAN: "Phone first", Kind.PROMISE: "Overdue"}
ASKS = {Kind.CONSENT_CONFLICT, Kind.MATCH, Kind.DISCREPANCY, Kind.PROMISE, Kind.WRONG_NOTE}
"""What somebody here must put right; all else on the board is quiet."""

NOTES = {Kind.SCHOOL_NOTE: "school", Kind.WORK_NOTE: "work"}


class Chip(NamedTuple):
    icon: str
    words: str
    hint: str = ""
    tone: str = ""
    """“ask”: somebody here must do something; otherwise quiet."""
    address: str = ""
    """Where one key or one press meets the need."""
    note: str = ""
    """Which note it is about."""


def chips(visit: Visit) -> list[Chip]:
    """The visit's open needs as chips, in the order in which staff act, between help wanted and the language.

    The reason for the visit is never among them.
    """
    found = [read_me(visit.pk)] if visit.unread else []
    found += [Chip("life-buoy", "Help wanted", tone="ask")] if visit.sign_in.help else []
    known = by_source(visit)
    found += [
        of_need(visit, Kind(kind), label, known.get(label, ""))
        for kind, label in visit.chips
        if kind in Kind.values
    ]
    return found + languages(visit, found)


def by_source(visit: Visit) -> dict[str, str]:
    """Whose word the interpreter and the access needs are, by the label of their need."""
    recorded = visit.patient.access_needs if visit.patient else ""
    helps = understanding.by_source(visit.sign_in.access_needs, recorded)
    known = {understanding.access_label(one.words): one.hint for one in helps}
    return known | {
        understanding.interpreter_label(one.language): f"{one.words} ({one.source.label}{one.more})"
        for one in preferences.understood(visit)
        if one.is_interpreter
    }


def languages(visit: Visit, found: list[Chip]) -> list[Chip]:
    """What they speak, today and on record, unless the chip of an interpreter says it."""
    named = {chip.words for chip in found}
    return [
        Chip("languages", f"Speaks {one.language}", f"Speaks {one.language} ({one.source.label}{one.more})")
        for one in preferences.understood(visit)
        if one.language and one.words not in named
    ]


def read_me(visit_id: int) -> Chip:
    """That something was typed which nobody has read. The words themselves are not on the board."""
    address = address_of("desk:reason", visit_id)
    return Chip("book-open", "Read me", "What the family typed: nobody has read it yet", "ask", address)


def of_need(visit: Visit, kind: Kind, label: str, whose: str = "") -> Chip:
    hint, words = HINTS.get(kind, whose), heading(kind, label)
    if kind in SHORT:
        words = SHORT[kind]
    elif kind == Kind.INTERPRETER:
        spoken = label.partition(" · ")[2]
        words = f"{spoken} interpreter" if spoken else "Interpreter"
    elif kind == Kind.ACCESS:
        words = label.partition(" · ")[2] or words
    note = NOTES.get(kind, "")
    return Chip(ICONS[kind], words, hint, "ask" if kind in ASKS else "", draft(visit.pk, note), note)


def draft(visit_id: int, note: str) -> str:
    return f"{address_of('desk:visit', visit_id)}notes/{note}/" if note else ""
