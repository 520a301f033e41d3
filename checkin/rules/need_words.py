"""Answers to needs in the words of the pressed button: a vaccine is "given", a concern "booked"."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from checkin.rules.child_labels import ChildLabel
from checkin.rules.need_reasons import NeedReason
from checkin.rules.need_types import NeedKind, NeedOutcome

_PRESSED_CONCERN_WORDS: dict[str, Promise] = {
    NeedReason.CONCERN_DONE: _("Done"),
    NeedReason.CONCERN_BOOKED: _("Booked"),
    NeedReason.CONCERN_NOT_POSSIBLE: _("Not possible"),
}
_GIVEN_WORD = _("Given")


def need_outcome_words(kind: str, outcome: str, reason_code: str = "") -> str:
    """Return the outcome in the words of the button that was pressed."""
    if kind == NeedKind.VACCINE and outcome == NeedOutcome.DONE:
        return str(_GIVEN_WORD)
    pressed = _PRESSED_CONCERN_WORDS.get(reason_code)
    return str(pressed or NeedOutcome(outcome).label)


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
