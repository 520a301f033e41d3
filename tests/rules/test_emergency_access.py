"""Which reason will do, what it opens, and how long it lasts."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules.emergency_access import (
    EMERGENCY_ACTS,
    EMERGENCY_LASTS,
    LONGEST_REASON,
    minutes_left,
    reason_problem,
)
from checkin.rules.roles import StaffAct
from tests import make


@pytest.mark.parametrize(
    "reason", ["Fire alarm here", "Child collapsed, nobody at the desk", "Niño sin aire"]
)
def test_a_few_words_will_do(reason: str) -> None:
    assert reason_problem(reason) == ""


@pytest.mark.parametrize("reason", ["", " \n", "emergency", "a b c", "1234 5678", "x " * LONGEST_REASON])
def test_no_words_or_far_too_many_are_refused_and_nothing_is_open(reason: str) -> None:
    assert reason_problem(reason).startswith("Nothing is open yet")


def test_it_opens_reading_and_what_keeps_a_child_safe_for_an_hour_at_most() -> None:
    assert {StaffAct.READ_CHARTS, StaffAct.RAISE, StaffAct.ANSWER_CALL} == EMERGENCY_ACTS
    assert dt.timedelta(minutes=60) >= EMERGENCY_LASTS


@pytest.mark.parametrize(("at", "left"), [("9:40", 60), ("10:39", 1), ("10:40", 0), ("11:00", 0)])
def test_minutes_left_count_down_to_nothing(at: str, left: int) -> None:
    assert minutes_left(make.at("10:40"), make.at(at)) == left
