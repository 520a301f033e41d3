"""What becomes of a paper of a visit that goes to another child, in words: by the rule, or as the choices.

The page names both children in full once, on top; here each is a few words that tell it from the other.
"""

from __future__ import annotations

from checkin.models.paper_words import Names, capitalised
from checkin.rules.paper_fates import Paper, Whose


def question(paper: str, names: Names, *, is_name: bool = False) -> str:
    """What is asked of a paper whose child a person has to say."""
    if paper == Paper.VACCINE:
        return "Which child got it?"
    if paper == Paper.CORRECTION:
        return f"Put {'the name' if is_name else 'it'} back on the record of {names.old}?"
    return "Whose is it?"


def choice(paper: str, whose: str, names: Names, *, before: str = "") -> str:
    """One answer, whose it is first. `before` is what stood on the record before a correction."""
    if paper == Paper.CORRECTION:
        return f"Yes: put {before or 'it'} back" if whose == Whose.NOBODY else "No: leave it as it is now"
    does = does_words(paper, whose, names)
    return f"{whose_words(whose, names)}: {does}" if does else whose_words(whose, names)


def whose_words(whose: str, names: Names) -> str:
    both = names.old and names.new
    return {
        Whose.NEW: names.new or f"The child of {names.token}, not found yet",
        Whose.OLD: names.old,
        Whose.BOTH: "Both",
        Whose.NOBODY: "Neither" if both else "Nobody",
    }[Whose(whose)]


def does_words(paper: str, whose: str, names: Names) -> str:
    """What the answer does; "" where it says that itself."""
    if whose == Whose.NEW and not names.new:
        return "" if paper == Paper.VACCINE else f"waits at {names.token}"
    if paper == Paper.VACCINE:
        return "it was not given" if whose == Whose.NOBODY else ""
    if paper == Paper.CHART:
        return {Whose.BOTH: "on each record", Whose.NOBODY: "on no record"}.get(
            Whose(whose), "on this record only" if names.old else "on this record"
        )
    return {
        Whose.NEW: f"goes with {names.token}",
        Whose.OLD: "stays on this record",
        Whose.NOBODY: "counts no longer",
    }[Whose(whose)]


def fate(paper: str, whose: str, names: Names) -> str:
    """What becomes by the rule of a paper that is whose."""
    return capitalised(fate_words(paper, whose, names))


def fate_words(paper: str, whose: str, names: Names) -> str:
    if paper == Paper.CORRECTION:
        return "counts no longer" if whose == Whose.NOBODY else f"stays on the record of {names.old}"
    if paper == Paper.NOTE:
        return f"stays a note of {names.token}; where it names another child, void it and reissue it"
    if paper == Paper.NEED:
        return {
            Whose.NEW: f"stays answered at {names.token}",
            Whose.OLD: f"stays in the history of {names.token}, as said of {names.old}",
            Whose.NOBODY: "counts no longer; asked again where it is needed",
        }[Whose(whose)]
    to = f"goes with {names.token} to {names.new}"
    return to if names.new else f"waits at {names.token} until its child is found"
