"""Second concerns: what happened to a family's extra request, in words that staff can tell them."""

from __future__ import annotations

import datetime as dt

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules.coded_sentences import CodedSentence, say_sentence
from checkin.rules.need_reasons import NeedReason
from checkin.rules.need_types import NeedOutcome
from checkin.rules.sentence_codes import SentenceCode


class ConcernAnswer(TextChoices):
    """The three answers that a family can get."""

    DONE = "done", _("Done today")
    BOOKED = "booked", _("Booked for …")
    NOT_POSSIBLE = "not_possible", _("Not possible because …")


OUTCOME_OF_ANSWER = {
    ConcernAnswer.DONE: NeedOutcome.DONE,
    ConcernAnswer.BOOKED: NeedOutcome.DEFERRED,
    ConcernAnswer.NOT_POSSIBLE: NeedOutcome.NOT_OFFERED,
}
ANSWER_OF_OUTCOME = {outcome: answer for answer, outcome in OUTCOME_OF_ANSWER.items()}
TELLABLE_OUTCOMES = frozenset(
    {NeedOutcome.DONE, NeedOutcome.DEFERRED, NeedOutcome.NOT_OFFERED, NeedOutcome.DECLINED}
)
"""Outcomes that are an answer, so the family can be told."""

REASON_OF_ANSWER = {
    ConcernAnswer.DONE: NeedReason.CONCERN_DONE,
    ConcernAnswer.BOOKED: NeedReason.CONCERN_BOOKED,
    ConcernAnswer.NOT_POSSIBLE: NeedReason.CONCERN_NOT_POSSIBLE,
}

LONGEST_CONCERN_WORDS = 400
NO_SUCH_CONCERN_ANSWER = "Choose done today, booked, or not possible."
SAY_WHEN_BOOKED = "Choose the day it is booked for, or write when."
BOOKED_DAY_PASSED = "That day has passed. Choose another."
SAY_WHY_NOT_POSSIBLE = "Please write in a few words why it is not possible today."


def concern_answer_problem(how: str, words: str, on: dt.date | None, *, today: dt.date) -> str:
    """Return what keeps this from being an answer; "" if nothing does."""
    if how not in ConcernAnswer.values:
        return NO_SUCH_CONCERN_ANSWER
    if how == ConcernAnswer.BOOKED and on is not None and on < today:
        return BOOKED_DAY_PASSED
    if how == ConcernAnswer.BOOKED and not words and on is None:
        return SAY_WHEN_BOOKED
    return SAY_WHY_NOT_POSSIBLE if how == ConcernAnswer.NOT_POSSIBLE and not words else ""


def say_concern_answer(how: str, words: str, on: dt.date | None) -> CodedSentence:
    """Return the answer as it is stored and told."""
    if how == ConcernAnswer.NOT_POSSIBLE:
        return say_sentence(SentenceCode.CONCERN_NOT_POSSIBLE, words=words)
    if how == ConcernAnswer.DONE:
        if not words:
            return say_sentence(SentenceCode.CONCERN_DONE)
        return say_sentence(SentenceCode.CONCERN_DONE_SO, words=words)
    if on is None:
        return say_sentence(SentenceCode.CONCERN_BOOKED_SO, words=words)
    if not words:
        return say_sentence(SentenceCode.CONCERN_BOOKED_ON, day_of_week=on)
    return say_sentence(SentenceCode.CONCERN_BOOKED_BOTH, day_of_week=on, words=words)
