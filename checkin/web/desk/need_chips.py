"""What a row of the board says this family will need. One function gives the chips, whatever their source."""

from __future__ import annotations

from typing import NamedTuple

from checkin.models import Visit
from checkin.queries import preferences as preference_queries
from checkin.rules import understanding as understanding_rules
from checkin.rules.need_types import NOTE_KIND_OF_NEED, NeedKind, need_heading
from checkin.web.locations import reverse_with_id

MOST_CHIPS_SHOWN = 4
"""Chips in view; how many more there are is said after them, and which on the visit's page."""

NEED_ICONS = {
    NeedKind.MATCH: "user-search",
    NeedKind.DISCREPANCY: "git-compare",
    NeedKind.INTERPRETER: "languages",
    NeedKind.ACCESS: "accessibility",
    NeedKind.PHONE_GUARDIAN: "phone",
    NeedKind.CONSENT_CONFLICT: "git-compare",
    NeedKind.VACCINE: "syringe",
    NeedKind.CHECK_UP: "clipboard-check",
    NeedKind.SCHOOL_NOTE: "school",
    NeedKind.WORK_NOTE: "briefcase",
    NeedKind.WRONG_NOTE: "file-x",
    NeedKind.SECOND_CONCERN: "message-circle-plus",
    NeedKind.PROMISE: "calendar-clock",
    NeedKind.CLINIC: "list-todo",
}
_NEED_HINTS = {
    NeedKind.MATCH: "Which child this is, is to be confirmed",
    NeedKind.DISCREPANCY: "What was typed is not what is recorded",
    NeedKind.WRONG_NOTE: "A note that was handed out names another child: void it or reissue it",
    NeedKind.PHONE_GUARDIAN: "Who came may not agree to everything: the visit says whom to phone",
    NeedKind.CONSENT_CONFLICT: "Two who may decide said yes and no: a clinician decides",
    NeedKind.PROMISE: "Something promised to this family is overdue",
}
_SHORT_NEED_LABELS = {
    NeedKind.MATCH: "Match",
    NeedKind.PHONE_GUARDIAN: "Phone first",
    NeedKind.PROMISE: "Overdue",
}
_KINDS_FOR_STAFF_TO_SETTLE = {
    NeedKind.CONSENT_CONFLICT,
    NeedKind.MATCH,
    NeedKind.DISCREPANCY,
    NeedKind.PROMISE,
    NeedKind.WRONG_NOTE,
}
"""What somebody here must put right; all else on the board is quiet."""


class NeedChip(NamedTuple):
    icon: str
    words: str
    hint: str = ""
    tone: str = ""
    """“ask”: somebody here must do something; otherwise quiet."""
    address: str = ""
    """Where one key or one press meets the need."""
    note: str = ""
    """Which note it is about."""


def build_visit_chips(visit: Visit) -> list[NeedChip]:
    """The visit's open needs as chips, in the order in which staff act, between help wanted and the language.

    The reason for the visit is never among them.
    """
    found = [_unread_chip(visit.pk)] if visit.unread else []
    found += [NeedChip("life-buoy", "Help wanted", tone="ask")] if visit.sign_in.help else []
    known = _word_sources_by_label(visit)
    found += [
        build_need_chip(visit, NeedKind(kind), label, known.get(label, ""))
        for kind, label in visit.chips
        if kind in NeedKind.values
    ]
    return found + _language_chips(visit, found)


def _word_sources_by_label(visit: Visit) -> dict[str, str]:
    """Whose word the interpreter and the access needs are, by the label of their need."""
    recorded = visit.patient.access_needs if visit.patient else ""
    helps = understanding_rules.access_help_by_source(visit.sign_in.access_needs, recorded)
    known = {understanding_rules.access_need_label(one.words): one.hint for one in helps}
    return known | {
        understanding_rules.interpreter_need_label(
            one.language
        ): f"{one.words} ({one.source.label}{one.more})"
        for one in preference_queries.list_languages_of_visit(visit)
        if one.is_interpreter
    }


def _language_chips(visit: Visit, found: list[NeedChip]) -> list[NeedChip]:
    """What they speak, today and on record, unless the chip of an interpreter says it."""
    named = {chip.words for chip in found}
    return [
        NeedChip(
            "languages", f"Speaks {one.language}", f"Speaks {one.language} ({one.source.label}{one.more})"
        )
        for one in preference_queries.list_languages_of_visit(visit)
        if one.language and one.words not in named
    ]


def _unread_chip(visit_id: int) -> NeedChip:
    """That something was typed which nobody has read. The words themselves are not on the board."""
    address = reverse_with_id("desk:reason", visit_id)
    return NeedChip("book-open", "Read me", "What the family typed: nobody has read it yet", "ask", address)


def build_need_chip(visit: Visit, kind: NeedKind, label: str, whose: str = "") -> NeedChip:
    hint, words = _NEED_HINTS.get(kind, whose), need_heading(kind, label)
    if kind in _SHORT_NEED_LABELS:
        words = _SHORT_NEED_LABELS[kind]
    elif kind == NeedKind.INTERPRETER:
        spoken = label.partition(" · ")[2]
        words = f"{spoken} interpreter" if spoken else "Interpreter"
    elif kind == NeedKind.ACCESS:
        words = label.partition(" · ")[2] or words
    note = NOTE_KIND_OF_NEED.get(kind, "")
    return NeedChip(
        NEED_ICONS[kind],
        words,
        hint,
        "ask" if kind in _KINDS_FOR_STAFF_TO_SETTLE else "",
        _note_draft_address(visit.pk, note),
        note,
    )


def _note_draft_address(visit_id: int, note: str) -> str:
    return f"{reverse_with_id('desk:visit', visit_id)}notes/{note}/" if note else ""
