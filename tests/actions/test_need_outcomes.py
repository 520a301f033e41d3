"""The outcome of a need is on its row, and each has its line of history."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.actions import need_outcomes
from checkin.models import Clinic, Location, Need, NeedAnswer, Staff
from checkin.rules.need_reasons import NeedReason
from checkin.rules.need_types import NeedOutcome
from tests import make


@pytest.fixture
def need(front: Location) -> Need:
    return make.visit(front, notes_wanted=["school"]).needs.get(kind="school_note")


def record(
    need: Need, outcome: NeedOutcome, by: None, reason: str = "", clock: str = "9:50", **facts: Any
) -> NeedAnswer:
    return need_outcomes.record_need_outcome(need, outcome, reason=reason, by=by, at=make.at(clock), **facts)


def test_an_outcome_is_written_on_the_need_with_who_and_why(need: Need, noor: Staff) -> None:
    line = record(need, NeedOutcome.DEFERRED, noor, "next week")
    need.refresh_from_db()
    assert (need.status, need.reason, need.answered_by) == ("deferred", "next week", noor)
    assert need.answered_at == make.at("9:50")
    assert (line.before, line.outcome, line.reason, line.by) == ("open", "deferred", "next week", noor)


def test_opened_again_it_is_nobodys_answer(need: Need, noor: Staff) -> None:
    first = record(need, NeedOutcome.DONE, noor)
    again = record(need, NeedOutcome.OPEN, noor, undoes=first)
    need.refresh_from_db()
    assert (need.status, need.answered_at, need.answered_by) == ("open", None, None)
    assert (again.before, again.undoes) == ("done", first)
    assert need_outcomes.find_standing_need_answer(need) is None


def test_of_several_answers_the_last_that_was_not_undone_stands(need: Need, noor: Staff, dana: Staff) -> None:
    assert need_outcomes.find_standing_need_answer(need) is None
    first = record(need, NeedOutcome.DEFERRED, noor, "later")
    second = record(need, NeedOutcome.DONE, dana)
    assert need_outcomes.find_standing_need_answer(need) == second
    record(need, NeedOutcome.DEFERRED, dana, "later", undoes=second)
    assert need_outcomes.find_standing_need_answer(need) == first


def test_a_reason_is_a_code_or_words_which_are_cut_to_what_fits(need: Need, noor: Staff) -> None:
    coded = record(need, NeedOutcome.LAPSED, None, reason_code=NeedReason.FACTS_CHANGED)
    assert (coded.reason_code, coded.reason, need.reason_code) == ("facts_changed", "", "facts_changed")
    told = record(need, NeedOutcome.DEFERRED, noor, "x" * 501)
    need.refresh_from_db()
    assert need.reason == told.reason == "x" * 500
    assert need.reason_code == ""


def test_a_need_that_is_held_is_as_it_is_by_now(
    brook: Clinic, front: Location, noor: Staff, need: Need
) -> None:
    make.patient(brook)
    old = type(need).objects.select_related("visit__location").get(pk=need.pk)
    record(need, NeedOutcome.DONE, noor)
    held = need_outcomes.lock_need(old)
    assert (held.need.status, held.need.visit, held.family) == ("done", old.visit, [old.visit])
