"""Tries to keep a promise: who was reached, what was left, and which try ends it."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.actions import handovers, promise_attempts, promises
from checkin.actions.refusals import Refused
from checkin.models import Location, Promise, Staff
from checkin.rules.promises import PromiseStatus
from tests import make
from tests.promising import promise, said


def test_keeping_a_promise_records_an_attempt_that_reached_them(front: Location, dana: Staff) -> None:
    made = promise_attempts.keep_promise(
        promise=promise(front), by=dana, at=make.at("17:10"), outcome="she is glad"
    )
    made.refresh_from_db()
    assert (made.status, made.ended_by, made.outcome, made.kept) == ("reached", dana, "she is glad", True)
    assert [one.result for one in made.attempts.all()] == ["reached"]


def test_the_same_person_keeping_it_twice_counts_once(front: Location, dana: Staff) -> None:
    made = promise(front)
    for clock in ("17:10", "17:20"):
        assert (
            promise_attempts.keep_promise(promise=made, by=dana, at=make.at(clock)).status
            == PromiseStatus.REACHED
        )
    assert made.attempts.count() == 1
    made.refresh_from_db()
    assert made.ended_at == make.at("17:10")


def test_a_second_person_is_told_who_ended_it(front: Location, dana: Staff, noor: Staff) -> None:
    made = promise(front)
    promise_attempts.keep_promise(promise=made, by=noor, at=make.at("17:10"))
    acts = [
        lambda: promise_attempts.keep_promise(promise=made, by=dana, at=make.at("17:11")),
        lambda: promises.withdraw_promise(promise=made, words="no need", by=dana, at=make.at("17:11")),
        lambda: promises.replace_promise(promise=made, said=said(), owner=dana, by=dana, at=make.at("9:11")),
        lambda: promise_attempts.attempt_promise(
            promise=made, result="no_answer", by=dana, at=make.at("17:11")
        ),
        lambda: handovers.hand_over_promise(promise=made, to=dana, by=dana, at=make.at("17:11")),
    ]
    for act in acts:
        with pytest.raises(Refused, match="Noor already ended this at 5:10 PM: kept"):
            act()
    made.refresh_from_db()
    assert (made.ended_by, made.attempts.count(), Promise.objects.count()) == (noor, 1, 1)


def test_an_attempt_without_an_answer_leaves_it_open(front: Location, dana: Staff) -> None:
    made = promise(front)
    promise_attempts.attempt_promise(promise=made, result="no_answer", by=dana, at=make.at("17:10"))
    made.refresh_from_db()
    assert (made.status, made.attempts.count()) == ("open", 1)


def test_a_message_left_at_the_first_attempt_does_not_end_it(front: Location, dana: Staff) -> None:
    made = promise(front)
    promise_attempts.attempt_promise(promise=made, result="left_word", by=dana, at=make.at("17:10"))
    made.refresh_from_db()
    assert made.status == PromiseStatus.OPEN
    with pytest.raises(Refused, match="One try is not enough"):
        promise_attempts.attempt_promise(
            promise=promise(front), result="left_word", next_step="she calls", by=dana, at=make.at("17:10")
        )


def test_a_message_with_a_next_step_ends_it_from_the_second_attempt_on(front: Location, dana: Staff) -> None:
    made = promise(front)
    promise_attempts.attempt_promise(promise=made, result="no_answer", by=dana, at=make.at("17:10"))
    promise_attempts.attempt_promise(
        promise=made, result="left_word", next_step="she calls", by=dana, at=make.at("17:25")
    )
    made.refresh_from_db()
    assert (made.status, made.next_step, made.attempts.count()) == ("left_word", "she calls", 2)


def test_a_message_without_a_next_step_never_ends_it(front: Location, dana: Staff) -> None:
    made = promise(front)
    for clock in ("17:10", "17:20", "17:30"):
        promise_attempts.attempt_promise(
            promise=made, result="left_word", next_step="  ", by=dana, at=make.at(clock)
        )
    made.refresh_from_db()
    assert (made.status, made.attempts.count()) == ("open", 3)


def test_a_double_click_makes_one_attempt(front: Location, dana: Staff) -> None:
    made = promise(front)
    for _ in range(2):
        promise_attempts.attempt_promise(promise=made, result="no_answer", by=dana, at=make.at("17:10"))
    assert made.attempts.count() == 1
    with pytest.raises(Refused, match="who withdrew it"):
        promises.withdraw_promise(promise=made, words=" ", by=dana, at=make.at("17:10"))


def test_an_attempt_needs_a_known_result(front: Location, dana: Staff) -> None:
    with pytest.raises(Refused, match="Choose the result"):
        promise_attempts.attempt_promise(promise=promise(front), result="dunno", by=dana, at=make.at("17:10"))


def test_a_message_noted_at_once_again_with_its_next_step_ends_the_promise(
    front: Location, dana: Staff
) -> None:
    """The same words within seconds are the same attempt, but the next step is more than was said before."""
    made, left = promise(front), {"result": "left_word", "note": "with her son", "by": dana}
    promise_attempts.attempt_promise(promise=made, **left, at=make.at("17:10"))
    promise_attempts.attempt_promise(
        promise=made, **left, next_step="she calls", at=make.at("17:10") + dt.timedelta(seconds=5)
    )
    made.refresh_from_db()
    assert (made.status, made.next_step, made.attempts.count()) == ("left_word", "she calls", 1)


def test_the_same_attempt_within_thirty_seconds_counts_once_and_changes_nothing(
    front: Location, dana: Staff
) -> None:
    made = promise(front)
    rows = []
    for seconds in (0, 29.5, 30):
        at = make.at("17:10") + dt.timedelta(seconds=seconds)
        promise_attempts.attempt_promise(promise=made, result="no_answer", by=dana, at=at)
        rows.append((made.attempts.count(), made.decisions.count()))
    assert rows[1] == rows[0]
    assert rows[2] == (2, rows[0][1] + 1)
