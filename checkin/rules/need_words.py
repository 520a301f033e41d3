"""What staff pressed, in the words of the button: a vaccine is given, a second concern is booked."""

from __future__ import annotations

from checkin.rules.need_facts import Kind, Outcome
from checkin.rules.second_concerns import STARTS, How
from checkin.rules.telling_apart import Told

FACTS_CHANGED = "the facts changed: it is no longer needed"
"""Why the program itself lets a need lapse; “No longer needed” says all of it."""

_PRESSED = {How.DONE: "Done", How.BOOKED: "Booked", How.NOT_POSSIBLE: "Not possible"}


def outcome_words(kind: str, outcome: str, reason: str = "") -> str:
    """The outcome as the button said it that was pressed."""
    if kind == Kind.VACCINE and outcome == Outcome.DONE:
        return "Given"
    if kind == Kind.SECOND_CONCERN and (how := how_answered(reason)):
        return _PRESSED[how]
    return str(Outcome(outcome).label)


def why_words(reason: str) -> str:
    """The reason beside the outcome; "" where the outcome says it already."""
    return "" if reason == FACTS_CHANGED else reason


def answer_words(kind: str, outcome: str, reason: str = "") -> str:
    """The same as part of a sentence; of a second concern all that the family can be told."""
    is_whole = kind == Kind.SECOND_CONCERN and how_answered(reason)
    return reason if is_whole else outcome_words(kind, outcome, reason).lower()


def not_for_this_child(label: str, whose: Told, now: Told, *, is_answered: bool) -> str:
    """Why a need of another child is neither answered nor opened again here."""
    said = "was answered" if is_answered else "is due"
    visit = f"and this visit is {now}’s now" if now.name else "and whose visit this is, is not settled"
    return f"“{label}” {said} for {whose}, {visit}. Nothing was changed."


def how_answered(reason: str) -> How | None:
    return next((how for how, start in STARTS.items() if reason.startswith(start)), None)
