"""Two things in one visit: what became of what a family asked for besides, in words that can be told them."""

from __future__ import annotations

import datetime as dt

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules.need_reasons import NeedReason
from checkin.rules.need_types import NeedOutcome


class ConcernAnswer(TextChoices):
    """The three answers a family can be given."""

    DONE = "done", _("Done today")
    BOOKED = "booked", _("Booked for …")
    NOT_POSSIBLE = "not_possible", _("Not possible because …")


OUTCOME_OF_ANSWER = {
    ConcernAnswer.DONE: NeedOutcome.DONE,
    ConcernAnswer.BOOKED: NeedOutcome.DEFERRED,
    ConcernAnswer.NOT_POSSIBLE: NeedOutcome.NOT_OFFERED,
}
TELLABLE_OUTCOMES = frozenset(
    {NeedOutcome.DONE, NeedOutcome.DEFERRED, NeedOutcome.NOT_OFFERED, NeedOutcome.DECLINED}
)
"""Outcomes that are an answer, and so can be told."""

REASON_OF_ANSWER = {
    ConcernAnswer.DONE: NeedReason.CONCERN_DONE,
    ConcernAnswer.BOOKED: NeedReason.CONCERN_BOOKED,
    ConcernAnswer.NOT_POSSIBLE: NeedReason.CONCERN_NOT_POSSIBLE,
}
_CONCERN_ANSWER_STARTS = {
    ConcernAnswer.DONE: "done today",
    ConcernAnswer.BOOKED: "booked for ",
    ConcernAnswer.NOT_POSSIBLE: "not possible because ",
}
"""How the answer begins that is kept and told."""

LONGEST_CONCERN_WORDS = 400
NO_SUCH_CONCERN_ANSWER = "Say done today, booked for when, or not possible and why."
SAY_WHEN_BOOKED = "Say when it is booked for: a day, or in words."
BOOKED_DAY_PASSED = "That day has passed. Choose another."
SAY_WHY_NOT_POSSIBLE = "Say in a few words why it is not possible today."


def concern_answer_problem(how: str, words: str, on: dt.date | None, *, today: dt.date) -> str:
    """What keeps this from being an answer; '' where nothing does."""
    if how not in ConcernAnswer.values:
        return NO_SUCH_CONCERN_ANSWER
    if how == ConcernAnswer.BOOKED and on is not None and on < today:
        return BOOKED_DAY_PASSED
    if how == ConcernAnswer.BOOKED and not words and on is None:
        return SAY_WHEN_BOOKED
    return SAY_WHY_NOT_POSSIBLE if how == ConcernAnswer.NOT_POSSIBLE and not words else ""


def concern_answer_words(how: str, words: str, on: dt.date | None) -> str:
    """The answer as it is kept and told."""
    if how == ConcernAnswer.DONE:
        return (
            f"{_CONCERN_ANSWER_STARTS[ConcernAnswer.DONE]}: {words}"
            if words
            else _CONCERN_ANSWER_STARTS[ConcernAnswer.DONE]
        )
    if how == ConcernAnswer.NOT_POSSIBLE:
        return f"{_CONCERN_ANSWER_STARTS[ConcernAnswer.NOT_POSSIBLE]}{words}"
    day = f"{on:%A} {on.day} {on:%b %Y}" if on else ""
    return _CONCERN_ANSWER_STARTS[ConcernAnswer.BOOKED] + ", ".join(filter(None, [day, words]))
