"""What a board row says this family will need. One function builds all chips, whatever their source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from checkin.models import Visit
from checkin.queries import preferences as preference_queries
from checkin.rules import understanding as understanding_rules
from checkin.rules.need_labels import need_heading
from checkin.rules.need_types import NEED_TRAITS, NeedKind
from checkin.rules.understanding import AccessHelp
from checkin.web.locations import reverse_with_id

MOST_CHIPS_SHOWN = 4
"""The most chips that are shown. The rest are counted, and listed on the visit's page."""


class NeedChip(NamedTuple):
    icon: str
    words: str
    hint: str = ""
    tone: str = ""
    """“unread” for text to read, “ask” if staff must do something; otherwise muted."""
    address: str = ""
    """URL where one press meets the need."""
    note: str = ""
    """The kind of note that meets it; "" if none does."""
    is_typed_today: bool = False
    """Whether the words are as typed at this sign-in, and so in its language."""


def build_visit_chips(visit: Visit) -> list[NeedChip]:
    """Return the visit's open needs as chips in the order staff act, after help and before the language.

    Never includes the reason for the visit.
    """
    found = [_unread_chip(visit.pk)] if visit.unread else []
    found += [NeedChip("life-buoy", "Help wanted", tone="ask")] if visit.sign_in.help else []
    helps = _access_help_by_subject(visit)
    known = _word_sources_by_need(visit, helps)
    found += [
        build_need_chip(visit, NeedKind(kind), text, known.get((kind, text), ""))._replace(
            is_typed_today=kind == NeedKind.ACCESS and text in helps and helps[text].is_typed_today
        )
        for kind, text in visit.chips
        if kind in NeedKind.values
    ]
    return found + _language_chips(visit, found)


def _access_help_by_subject(visit: Visit) -> dict[str, AccessHelp]:
    """Return what helps them, by the subject of its need."""
    recorded = visit.patient.access_needs if visit.patient else ""
    helps = understanding_rules.access_help_by_source(visit.sign_in.access_needs, recorded)
    return {understanding_rules.access_need_subject(one.words): one for one in helps}


def _word_sources_by_need(visit: Visit, helps: Mapping[str, AccessHelp]) -> dict[tuple[str, str], str]:
    """Return the source of interpreter and access needs, by kind and subject of the need."""
    known: dict[tuple[str, str], str] = {(NeedKind.ACCESS, text): one.hint for text, one in helps.items()}
    return known | {
        (NeedKind.INTERPRETER, one.language): f"{one.words} ({one.source.label}{one.more})"
        for one in preference_queries.list_languages_of_visit(visit)
        if one.is_interpreter
    }


def _language_chips(visit: Visit, found: list[NeedChip]) -> list[NeedChip]:
    """Return chips for languages spoken, as said today and on record, unless an interpreter chip says it."""
    named = {chip.words for chip in found}
    return [
        NeedChip(
            "languages", f"Speaks {one.language}", f"Speaks {one.language} ({one.source.label}{one.more})"
        )
        for one in preference_queries.list_languages_of_visit(visit)
        if one.language and one.words not in named
    ]


def _unread_chip(visit_id: int) -> NeedChip:
    """Return the chip for unread text. The board never shows the text itself."""
    address = reverse_with_id("desk:reason", visit_id)
    return NeedChip(
        "book-open", "Read me", "What the family typed: nobody has read it yet", "unread", address
    )


def build_need_chip(visit: Visit, kind: NeedKind, text: str, whose: str = "") -> NeedChip:
    """Return one need as its chip. `text`: what it is about, from `need_chip_text`."""
    traits, words = NEED_TRAITS[kind], need_heading(kind, text)
    if traits.short_label:
        words = traits.short_label
    elif kind == NeedKind.INTERPRETER:
        words = f"{text} interpreter" if text else "Interpreter"
    elif kind == NeedKind.ACCESS:
        words = text or words
    note = traits.note or ""
    return NeedChip(
        traits.icon,
        words,
        traits.hint or whose,
        "ask" if traits.asks_staff else "",
        _note_draft_address(visit.pk, note),
        note,
    )


def _note_draft_address(visit_id: int, note: str) -> str:
    return f"{reverse_with_id('desk:visit', visit_id)}notes/{note}/" if note else ""
