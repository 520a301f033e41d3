"""What staff pressed, in the words of the button: a vaccine is given, a second concern is booked."""

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
    """The outcome as the button said it that was pressed."""
    if kind == NeedKind.VACCINE and outcome == NeedOutcome.DONE:
        return str(_GIVEN_WORD)
    pressed = _PRESSED_CONCERN_WORDS.get(reason_code)
    return str(pressed or NeedOutcome(outcome).label)


def need_reason_words(reason_code: str, reason: str) -> str:
    """The reason beside the outcome; "" where “No longer needed” says all of it."""
    return "" if reason_code == NeedReason.FACTS_CHANGED else reason


def need_answer_words(kind: str, outcome: str, reason_code: str, reason: str) -> str:
    """The same as part of a sentence; of a second concern all that the family can be told."""
    is_whole = reason_code in _PRESSED_CONCERN_WORDS
    return reason if is_whole else need_outcome_words(kind, outcome, reason_code).lower()


def other_childs_need_refusal(label: str, whose: ChildLabel, now: ChildLabel, *, is_answered: bool) -> str:
    """Why a need of another child is neither answered nor opened again here."""
    said = "was answered" if is_answered else "is due"
    visit = f"and this visit is {now}’s now" if now.name else "and whose visit this is, is not settled"
    return f"“{label}” {said} for {whose}, {visit}. Nothing was changed."
