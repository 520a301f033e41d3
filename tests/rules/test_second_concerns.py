"""The three answers to “anything else?”, in words that can be told a family."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules import second_concerns as rules
from tests import make

THURSDAY = dt.date(2026, 3, 12)


@pytest.mark.parametrize(
    ("how", "words", "on", "kept"),
    [
        ("done", "", None, "done today"),
        ("done", "looked at the rash", None, "done today: looked at the rash"),
        ("booked", "", THURSDAY, "booked for Thursday 12 Mar 2026"),
        ("booked", "", make.TUESDAY, "booked for Tuesday 10 Mar 2026"),
        ("done", "", dt.date(2026, 3, 9), "done today"),
        ("booked", "after school", THURSDAY, "booked for Thursday 12 Mar 2026, after school"),
        ("booked", "next week", None, "booked for next week"),
        ("not_possible", "it needs an hour", None, "not possible because it needs an hour"),
    ],
)
def test_an_answer_is_kept_as_it_is_told(how, words, on, kept):
    assert rules.problem(how, words, on, today=make.TUESDAY) == ""
    assert rules.reason(how, words, on) == kept


@pytest.mark.parametrize(
    ("how", "words", "on", "sentence"),
    [
        ("", "x", None, rules.NO_SUCH),
        ("later", "x", None, rules.NO_SUCH),
        ("booked", "", None, rules.WHEN),
        ("booked", "x", dt.date(2026, 3, 9), rules.PASSED),
        ("not_possible", "", None, rules.WHY),
    ],
)
def test_what_is_no_answer_gets_a_sentence_that_says_why(how, words, on, sentence):
    assert rules.problem(how, words, on, today=make.TUESDAY) == sentence
