"""Wording of what happens to an entry when its visit goes to another child: one fixed result, or choices.

The top of the page names both children in full, so these texts use short names.
"""

from __future__ import annotations

from checkin.models.entry_wording import SentenceNames, capitalize_first_letter
from checkin.rules.entry_fates import EntryChild, EntryKind


def entry_question(paper: str, names: SentenceNames, *, is_name: bool = False) -> str:
    """Return the question about an entry whose child a person has to choose."""
    if paper == EntryKind.VACCINE:
        return "Which child got it?"
    if paper == EntryKind.CORRECTION:
        return f"Put {'the name' if is_name else 'it'} back on the record of {names.old}?"
    return "Whose is it?"


def entry_choice_words(paper: str, whose: str, names: SentenceNames, *, before: str = "") -> str:
    """Return one answer, starting with the child. `before` is the value before a correction."""
    if paper == EntryKind.CORRECTION:
        return (
            f"Yes: put {before or 'it'} back" if whose == EntryChild.NOBODY else "No: leave it as it is now"
        )
    does = _entry_choice_effect(paper, whose, names)
    return f"{_entry_owner_words(whose, names)}: {does}" if does else _entry_owner_words(whose, names)


def _entry_owner_words(whose: str, names: SentenceNames) -> str:
    both = names.old and names.new
    return {
        EntryChild.NEW: names.new or f"The child of {names.token}, not found yet",
        EntryChild.OLD: names.old,
        EntryChild.BOTH: "Both",
        EntryChild.NOBODY: "Neither" if both else "Nobody",
    }[EntryChild(whose)]


def _entry_choice_effect(paper: str, whose: str, names: SentenceNames) -> str:
    """Return the effect of the answer in words; "" if the answer itself says it."""
    if whose == EntryChild.NEW and not names.new:
        return "" if paper == EntryKind.VACCINE else f"waits at {names.token}"
    if paper == EntryKind.VACCINE:
        return "it was not given" if whose == EntryChild.NOBODY else ""
    if paper == EntryKind.CHART:
        return {EntryChild.BOTH: "on each record", EntryChild.NOBODY: "on no record"}.get(
            EntryChild(whose), "on this record only" if names.old else "on this record"
        )
    return {
        EntryChild.NEW: f"goes with {names.token}",
        EntryChild.OLD: "stays on this record",
        EntryChild.NOBODY: "no longer counts",
    }[EntryChild(whose)]


def entry_fate_sentence(paper: str, whose: str, names: SentenceNames) -> str:
    """Return, in a sentence, what the rule does with an entry that belongs to that child."""
    return capitalize_first_letter(_entry_fate_phrase(paper, whose, names))


def _entry_fate_phrase(paper: str, whose: str, names: SentenceNames) -> str:
    if paper == EntryKind.CORRECTION:
        return "no longer counts" if whose == EntryChild.NOBODY else f"stays on the record of {names.old}"
    if paper == EntryKind.NOTE:
        return f"stays a note of {names.token}; where it names another child, void it and reissue it"
    if paper == EntryKind.NEED:
        return {
            EntryChild.NEW: f"stays answered at {names.token}",
            EntryChild.OLD: f"stays in the history of {names.token}, as said of {names.old}",
            EntryChild.NOBODY: "no longer counts; asked again where it is needed",
        }[EntryChild(whose)]
    to = f"goes with {names.token} to {names.new}"
    return to if names.new else f"waits at {names.token} until its child is found"
