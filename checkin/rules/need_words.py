"""Answers to needs in the words of the pressed button: a vaccine is "given", a guardian "reached"."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from checkin.rules.child_labels import ChildLabel
from checkin.rules.need_answers import find_need_choice
from checkin.rules.need_reasons import NeedReason
from checkin.rules.need_types import NeedKind, NeedOutcome

_PRESSED_CONCERN_WORDS: dict[str, Promise] = {
    NeedReason.CONCERN_DONE: _("Done"),
    NeedReason.CONCERN_BOOKED: _("Booked"),
    NeedReason.CONCERN_NOT_POSSIBLE: _("Not possible"),
}


def need_outcome_words(kind: str, outcome: str, reason_code: str = "") -> str:
    """Return the outcome in the words of the button that was pressed."""
    if pressed := _PRESSED_CONCERN_WORDS.get(reason_code):
        return str(pressed)
    # The reason beside an outcome left open says why. A second concern of before has no code of its button.
    is_said_otherwise = outcome == NeedOutcome.LEFT_OPEN or kind == NeedKind.SECOND_CONCERN
    choice = None if is_said_otherwise else find_need_choice(kind, outcome)
    return str(choice.words if choice else NeedOutcome(outcome).label)


def need_reason_words(reason_code: str, reason: str) -> str:
    """Return the reason next to the outcome; "" if “No longer needed” already says it."""
    return "" if reason_code == NeedReason.FACTS_CHANGED else reason


def need_answer_words(kind: str, outcome: str, reason_code: str, reason: str) -> str:
    """Return the answer as part of a sentence. For a second concern it is all that the family is told."""
    is_whole = reason_code in _PRESSED_CONCERN_WORDS
    return reason if is_whole else need_outcome_words(kind, outcome, reason_code).lower()


def other_childs_need_refusal(label: str, whose: ChildLabel, now: ChildLabel, *, is_answered: bool) -> str:
    """Return why another child's need can be neither answered nor reopened here."""
    said = "was answered" if is_answered else "is due"
    visit = f"and this visit is {now}’s now" if now.name else "and whose visit this is, is not settled"
    return f"“{label}” {said} for {whose}, {visit}. Nothing was changed."
