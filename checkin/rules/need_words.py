"""What staff pressed, in the words of the button: a vaccine is given, a second concern is booked."""

from __future__ import annotations

from checkin.rules.child_labels import ChildLabel
from checkin.rules.need_types import NeedKind, NeedOutcome
from checkin.rules.second_concerns import CONCERN_ANSWER_STARTS, ConcernAnswer

NEED_FACTS_CHANGED = "the facts changed: it is no longer needed"
"""Why the program itself lets a need lapse; “No longer needed” says all of it."""

_PRESSED_CONCERN_WORDS = {
    ConcernAnswer.DONE: "Done",
    ConcernAnswer.BOOKED: "Booked",
    ConcernAnswer.NOT_POSSIBLE: "Not possible",
}


def need_outcome_words(kind: str, outcome: str, reason: str = "") -> str:
    """The outcome as the button said it that was pressed."""
    if kind == NeedKind.VACCINE and outcome == NeedOutcome.DONE:
        return "Given"
    if kind == NeedKind.SECOND_CONCERN and (how := _read_concern_answer(reason)):
        return _PRESSED_CONCERN_WORDS[how]
    return str(NeedOutcome(outcome).label)


def need_reason_words(reason: str) -> str:
    """The reason beside the outcome; "" where the outcome says it already."""
    return "" if reason == NEED_FACTS_CHANGED else reason


def need_answer_words(kind: str, outcome: str, reason: str = "") -> str:
    """The same as part of a sentence; of a second concern all that the family can be told."""
    is_whole = kind == NeedKind.SECOND_CONCERN and _read_concern_answer(reason)
    return reason if is_whole else need_outcome_words(kind, outcome, reason).lower()


def other_childs_need_refusal(label: str, whose: ChildLabel, now: ChildLabel, *, is_answered: bool) -> str:
    """Why a need of another child is neither answered nor opened again here."""
    said = "was answered" if is_answered else "is due"
    visit = f"and this visit is {now}’s now" if now.name else "and whose visit this is, is not settled"
    return f"“{label}” {said} for {whose}, {visit}. Nothing was changed."


def _read_concern_answer(reason: str) -> ConcernAnswer | None:
    return next((how for how, start in CONCERN_ANSWER_STARTS.items() if reason.startswith(start)), None)
