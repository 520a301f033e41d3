"""`decide`: a repeat is returned, a slower second person is refused, and what is written is audited."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from checkin.actions.decisions import (
    AuditLine,
    WrittenDecision,
    decide,
    faster_decision_words,
    find_repeated_undo,
    is_decided_since,
)
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, Location, Move, Staff, Visit
from tests import make


@pytest.fixture
def visit(front: Location, tuesday: time_machine.Traveller) -> Visit:
    return make.visit(front)


def step(
    visit: Visit, dana: Staff, *, repeated: Move | None = None, refuses: str = "", says: str = ""
) -> Any:
    """Make one decision whose parts record the order in which they were called."""
    asked = []

    def refuse(held: Any) -> None:
        asked.append("refuse")
        if refuses:
            raise Refused(refuses)

    def write(held: Any) -> str | WrittenDecision[Any]:
        asked.append("write")
        move = Move.objects.create(visit=held, from_state="arrived", to_state="roomed", at=make.at(), by=dana)
        return says or WrittenDecision(move, AuditLine("visit.tried", held, None, {"new": "roomed"}))

    def find(held: Any) -> Move | None:
        asked.append("repeat")
        return repeated

    def lock() -> Visit:
        asked.append("lock")
        return visit

    facts = {"by": dana, "at": make.at(), "find_repeated": find, "refuse_if_decided": refuse}
    try:
        return decide(lock=lock, write=write, **facts), asked
    except Refused as refusal:
        return refusal.sentence, asked


def told() -> list[tuple[str, str, dict]]:
    lines = AuditEvent.objects.filter(action="visit.tried")
    return [(one.action, one.staff.username, one.detail) for one in lines]


def test_decide_locks_checks_and_writes_in_order_and_audits_once(visit: Visit, dana: Staff) -> None:
    made, asked = step(visit, dana)
    assert (made.to_state, asked) == ("roomed", ["lock", "repeat", "refuse", "write"])
    assert told() == [("visit.tried", "dana", {"new": "roomed"})]


def test_a_repeat_is_returned_and_nothing_is_written(visit: Visit, dana: Staff) -> None:
    first = visit.moves.get()
    made, asked = step(visit, dana, repeated=first, refuses="Noor was quicker.")
    assert (made, asked, told()) == (first, ["lock", "repeat"], [])


def test_a_slower_second_person_is_refused_and_nothing_is_written(visit: Visit, dana: Staff) -> None:
    said, asked = step(visit, dana, refuses="Noor was quicker.")
    assert (said, asked, told()) == ("Noor was quicker.", ["lock", "repeat", "refuse"], [])


def test_a_refusal_returned_by_write_keeps_what_it_wrote(visit: Visit, dana: Staff) -> None:
    said, _ = step(visit, dana, says="The record was changed meanwhile.")
    assert said == "The record was changed meanwhile."
    assert visit.moves.filter(to_state="roomed").count() == 1
    assert told() == []


def test_only_the_same_persons_undo_of_the_shown_decision_is_a_repeat(
    visit: Visit, dana: Staff, noor: Staff
) -> None:
    facts = {"visit": visit, "from_state": "arrived", "to_state": "roomed", "at": make.at()}
    first = Move.objects.create(by=dana, **facts)
    undo = Move.objects.create(by=dana, undoes=first, **facts)
    assert find_repeated_undo(undo, seen=first.pk, by=dana) == undo
    assert find_repeated_undo(undo, seen=first.pk, by=noor) is None
    assert find_repeated_undo(undo, seen=undo.pk, by=dana) is None
    assert find_repeated_undo(undo, seen=None, by=dana) is None
    assert find_repeated_undo(first, seen=None, by=dana) is None


def test_a_page_without_a_seen_decision_is_not_compared(visit: Visit, dana: Staff) -> None:
    last = visit.moves.get()
    assert [is_decided_since(last, seen) for seen in (None, last.pk, 0)] == [False, False, True]
    assert not is_decided_since(None, 0)


def test_whoever_was_slower_is_told_who_did_what_and_when(visit: Visit, dana: Staff) -> None:
    clinic = visit.clinic
    made = Move(visit=visit, by=dana, at=make.at("9:45"))
    words = faster_decision_words(made, "undid “Reached”", clinic=clinic)
    assert words == "Dana undid “Reached” at 9:45 AM. Nothing more was changed."
    made.by = None
    assert faster_decision_words(made, "kept the old", clinic=clinic).startswith(
        "Somebody kept the old at 9:45 AM. "
    )
    told = faster_decision_words(
        made, "settled it", clinic=clinic, result=": it is Leo", nobody="The computer"
    )
    assert told == "The computer settled it at 9:45 AM: it is Leo. Nothing more was changed."
