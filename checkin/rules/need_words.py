"""Answers to needs in the words of the pressed button: a vaccine is "given", a guardian "reached"."""

from __future__ import annotations

from checkin.rules.child_labels import ChildLabel
from checkin.rules.need_answers import find_need_choice
from checkin.rules.need_reasons import NeedReason
from checkin.rules.need_types import NeedKind, NeedOutcome

_PRESSED_CONCERN_OUTCOMES: dict[str, NeedOutcome] = {
    NeedReason.CONCERN_DONE: NeedOutcome.DONE,
    NeedReason.CONCERN_BOOKED: NeedOutcome.DEFERRED,
    NeedReason.CONCERN_NOT_POSSIBLE: NeedOutcome.NOT_OFFERED,
}


def need_outcome_words(kind: str, outcome: str, reason_code: str = "") -> str:
    """Return the outcome in the words of the button that was pressed."""
    pressed = _PRESSED_CONCERN_OUTCOMES.get(reason_code)
    # The reason beside an outcome left open says why. A second concern of before has no code of its button.
    is_said_otherwise = outcome == NeedOutcome.LEFT_OPEN or kind == NeedKind.SECOND_CONCERN
    if pressed is not None:
        choice = find_need_choice(NeedKind.SECOND_CONCERN, pressed)
    else:
        choice = None if is_said_otherwise else find_need_choice(kind, outcome)
    return str(choice.words if choice else NeedOutcome(outcome).label)


def need_reason_words(reason_code: str, reason: str) -> str:
    """Return the reason next to the outcome; "" if “No longer needed” already says it."""
    return "" if reason_code == NeedReason.FACTS_CHANGED else reason


def need_answer_words(kind: str, outcome: str, reason_code: str, reason: str) -> str:
    """Return the answer as part of a sentence. For a second concern it is all that the family is told."""
    is_whole = reason_code in _PRESSED_CONCERN_OUTCOMES
    return reason if is_whole else need_outcome_words(kind, outcome, reason_code).lower()


def other_childs_need_refusal(label: str, whose: ChildLabel, now: ChildLabel, *, is_answered: bool) -> str:
    """Return why another child's need can be neither answered nor reopened here."""
    said = "was answered" if is_answered else "is due"
    visit = f"and this visit is {now}’s now" if now.name else "and whose visit this is, is not settled"
    return f"“{label}” {said} for {whose}, {visit}. Nothing was changed."
