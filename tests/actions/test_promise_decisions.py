"""What is written when a promise is tried, ended or undone, and who is refused."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.actions import promise_decisions
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import AuditEvent, Location, Promise, Staff
from checkin.rules.promises import PromiseStatus
from tests import make
from tests.promising import attempt, keep, promise, undo


@pytest.fixture
def made(front: Location) -> Promise:
    return promise(front, due="9:30")


def end(made: Promise, by: Staff, **words: Any) -> Promise:
    with write_in_turn():
        held = promise_decisions.lock_promise(made)
        promise_decisions.end_promise(held, PromiseStatus.REACHED, by=by, at=make.at("9:45"), **words)
    return held


def test_an_end_is_on_the_promise_and_in_its_history(made: Promise, dana: Staff) -> None:
    held = end(made, dana, outcome="she was glad")
    stored = Promise.objects.get(pk=made.pk)
    for one in (held, stored):
        assert (one.status, one.outcome, one.ended_by, one.ended_at) == (
            "reached",
            "she was glad",
            dana,
            make.at("9:45"),
        )
    decision = made.decisions.get()
    assert (decision.status, decision.outcome, decision.by) == ("reached", "she was glad", dana)
    assert AuditEvent.objects.get(action="promise.reached").detail["late"] is True


def test_a_try_leaves_the_promise_open_and_names_nobody_as_its_end(made: Promise, dana: Staff) -> None:
    attempt(made, dana)
    stored = Promise.objects.get(pk=made.pk)
    assert (stored.status, stored.ended_at, stored.ended_by) == ("open", None, None)
    assert made.decisions.get().status == "open"


def test_an_undo_clears_who_ended_it_and_when(made: Promise, dana: Staff, noor: Staff) -> None:
    keep(made, dana)
    undo(made, noor)
    stored = Promise.objects.get(pk=made.pk)
    assert (stored.status, stored.outcome, stored.ended_at, stored.ended_by) == ("open", "", None, None)


@pytest.mark.parametrize(
    ("who", "words", "same"),
    [
        ("dana", {}, True),
        ("dana", {"outcome": "she was glad"}, True),
        ("dana", {"outcome": "no answer"}, False),
        ("dana", {"next_step": "she calls"}, False),
        ("dana", {"status": PromiseStatus.WITHDRAWN}, False),
        ("noor", {}, False),
    ],
)
def test_the_same_end_has_one_person_one_status_and_the_same_words_or_none(
    request: pytest.FixtureRequest,
    made: Promise,
    dana: Staff,
    who: str,
    words: dict[str, str] | dict[str, PromiseStatus],
    same: bool,
) -> None:
    held = end(made, dana, outcome="she was glad")
    said = {"status": PromiseStatus.REACHED, "by": request.getfixturevalue(who)} | words
    assert promise_decisions.is_same_promise_end(held, **said) is same


def test_an_open_promise_has_no_same_end(made: Promise, dana: Staff) -> None:
    assert not promise_decisions.is_same_promise_end(made, status=PromiseStatus.OPEN, by=dana)


def test_only_an_ended_promise_is_refused_with_who_ended_it_and_when(made: Promise, dana: Staff) -> None:
    promise_decisions.refuse_if_promise_ended(made)
    with pytest.raises(Refused) as refusal:
        promise_decisions.refuse_if_promise_ended(end(made, dana))
    assert refusal.value.sentence == "Dana already ended this at 9:45 AM: kept."
