"""The three answers to “anything else?”, in words that staff can say to a family."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules import second_concerns as second_concern_rules
from tests import make

THURSDAY = dt.date(2026, 3, 12)


@pytest.mark.parametrize(
    ("how", "words", "on", "kept"),
    [
        ("done", "", None, "done today"),
        ("done", "looked at the rash", None, "done today: looked at the rash"),
        ("booked", "", THURSDAY, "booked for Thursday, Mar 12, 2026"),
        ("booked", "", make.TUESDAY, "booked for Tuesday, Mar 10, 2026"),
        ("done", "", dt.date(2026, 3, 9), "done today"),
        ("booked", "after school", THURSDAY, "booked for Thursday, Mar 12, 2026, after school"),
        ("booked", "next week", None, "booked for next week"),
        ("not_possible", "it needs an hour", None, "not possible because it needs an hour"),
    ],
)
def test_answer_is_kept_in_the_words_told_to_the_family(
    how: str, words: str, on: dt.date | None, kept: str
) -> None:
    assert second_concern_rules.concern_answer_problem(how, words, on, today=make.TUESDAY) == ""
    assert second_concern_rules.say_concern_answer(how, words, on) == kept


@pytest.mark.parametrize(
    ("how", "words", "on", "sentence"),
    [
        ("", "x", None, second_concern_rules.NO_SUCH_CONCERN_ANSWER),
        ("later", "x", None, second_concern_rules.NO_SUCH_CONCERN_ANSWER),
        ("booked", "", None, second_concern_rules.SAY_WHEN_BOOKED),
        ("booked", "x", dt.date(2026, 3, 9), second_concern_rules.BOOKED_DAY_PASSED),
        ("not_possible", "", None, second_concern_rules.SAY_WHY_NOT_POSSIBLE),
    ],
)
def test_invalid_answer_gets_a_message_that_says_why(
    how: str, words: str, on: dt.date | None, sentence: str
) -> None:
    assert second_concern_rules.concern_answer_problem(how, words, on, today=make.TUESDAY) == sentence
