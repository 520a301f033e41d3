"""A promise that was ended by the wrong key is open again as it was, whoever ended it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.db.migrations.loader import MigrationLoader

from checkin.actions import escalations, patient_merges
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, BoardVersion, Location, Promise, PromiseAttempt, Role, Staff
from checkin.queries import family_timeline, promise_events, visit_timeline
from tests import make
from tests.promising import attempt, keep, leave_message, promise, replace, undo, withdraw

filling = import_module("checkin.migrations.0030_fill_promise_decisions")
AS_IT_WAS = ("status", "outcome", "next_step", "ended_at", "ended_by_id", "due_at", "owner_id", "owner_role")


@pytest.fixture
def made(front: Location) -> Promise:
    return promise(front, due="9:30")


def columns(made: Promise) -> dict[str, object]:
    return Promise.objects.filter(pk=made.pk).values(*AS_IT_WAS, "about", "best_from", "patient_id").get()


def newest(made: Promise) -> int:
    return made.decisions.latest("pk").pk


ENDS = {"reached": keep, "left_word": leave_message, "withdrawn": withdraw, "replaced": replace}


@pytest.mark.parametrize("status", ENDS)
def test_it_is_open_again_exactly_as_it_was(made: Promise, dana: Staff, noor: Staff, status: str) -> None:
    attempt(made, dana)
    before, tries = columns(made), list(made.attempts.standing())
    ENDS[status](made, dana)
    assert columns(made)["status"] == status
    done = undo(made, noor)
    assert columns(made) == before
    assert list(made.attempts.standing()) == tries
    assert (done.by, done.undoes.by, done.undoes.status) == (noor, dana, status)


def test_a_try_that_is_undone_does_not_count(made: Promise, dana: Staff, noor: Staff) -> None:
    attempt(made, dana)
    undo(made, noor)
    assert (made.attempts.count(), made.attempts.standing().count()) == (1, 0)
    with pytest.raises(Refused, match="One try is not enough"):
        leave_message(made, dana)


def test_tries_are_undone_one_by_one_the_last_one_first(made: Promise, dana: Staff) -> None:
    for at, note in (("9:35", "rang out"), ("9:36", "her son answered")):
        attempt(made, dana, at=at, note=note)
    undone = [undo(made, dana, at="9:45").undoes.attempt.note for _ in range(2)]
    assert undone == ["her son answered", "rang out"]
    with pytest.raises(Refused, match="There is nothing to undo for the promise to Ana Ruiz"):
        undo(made, dana)


def test_it_can_be_ended_again_after_that(made: Promise, dana: Staff, noor: Staff) -> None:
    keep(made, dana)
    undo(made, noor)
    withdraw(made, dana, at="9:50")
    assert (columns(made)["status"], columns(made)["ended_by_id"]) == ("withdrawn", dana.pk)
    undo(made, noor, at="9:55")
    assert columns(made)["status"] == "open"


def test_a_promise_of_which_nothing_was_done_has_nothing_to_undo(made: Promise, dana: Staff) -> None:
    with pytest.raises(Refused, match="There is nothing to undo"):
        undo(made, dana)


def test_the_same_undo_twice_by_one_person_is_one(made: Promise, dana: Staff) -> None:
    keep(made, dana)
    shown = newest(made)
    first, second = (undo(made, dana, seen=shown) for _ in range(2))
    assert first == second
    assert AuditEvent.objects.filter(action="promise.decision_undone").count() == 1


def test_whoever_is_slower_undoes_nothing_and_is_told_who_undid_it(
    made: Promise, dana: Staff, noor: Staff
) -> None:
    attempt(made, dana)
    keep(made, dana)
    shown = newest(made)
    undo(made, noor, seen=shown)
    with pytest.raises(Refused) as told:
        undo(made, dana, at="9:46", seen=shown)
    assert told.value.sentence == "Noor undid “Kept” at 9:45 AM. Nothing more was changed."
    assert made.attempts.standing().count() == 1


def test_whoever_looked_before_it_ended_undoes_nothing_and_is_told_how_it_ended(
    made: Promise, dana: Staff, noor: Staff
) -> None:
    attempt(made, dana)
    shown = newest(made)
    withdraw(made, noor)
    with pytest.raises(Refused) as told:
        undo(made, dana, seen=shown)
    assert told.value.sentence == "Noor said “Withdrawn by the family” at 9:40 AM. Nothing more was changed."
    assert columns(made)["status"] == "withdrawn"


def test_whoever_looked_before_a_try_is_told_of_the_try(made: Promise, dana: Staff, noor: Staff) -> None:
    attempt(made, dana)
    shown = newest(made)
    attempt(made, noor, at="9:38")
    with pytest.raises(Refused, match="Noor said “Tried: no answer” at 9:38 AM"):
        undo(made, dana, seen=shown)


@pytest.mark.parametrize("role", Role.values)
def test_whoever_may_keep_promises_may_undo_what_another_did(made: Promise, dana: Staff, role: str) -> None:
    keep(made, dana)
    somebody = make.staff(made.clinic, "sam", role)
    if role in (Role.ADMINISTRATOR, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            undo(made, somebody)
        assert columns(made)["status"] == "reached"
        return
    assert undo(made, somebody).by == somebody


def test_the_trail_has_a_line_that_says_whose_it_was(made: Promise, dana: Staff, noor: Staff) -> None:
    keep(made, dana)
    undo(made, noor)
    line = AuditEvent.objects.get(action="promise.decision_undone")
    assert (line.staff, line.detail) == (noor, {"made_by": dana.pk, "was": "reached"})


def test_every_board_hears_of_it(made: Promise, dana: Staff) -> None:
    keep(made, dana)
    before = BoardVersion.objects.get(location=made.location).version
    undo(made, dana)
    assert BoardVersion.objects.get(location=made.location).version > before


def test_the_need_is_on_the_visits_row_again(
    front: Location, dana: Staff, noor: Staff, tuesday: time_machine.Traveller
) -> None:
    make.patient(front.clinic)
    visit = make.visit(front, make.at("9:20"))
    made = promise(front, patient=visit.patient, visit=visit, due="9:26")
    escalations.escalate_due_promises(clinic=front.clinic, at=make.at("9:30"))

    def chips() -> list[Any]:
        visit.refresh_from_db()
        return [kind for kind, _ in visit.chips]

    assert "promise" in chips()
    keep(made, dana, "9:32")
    assert "promise" not in chips()
    undo(made, noor, "9:35")  # nobody more is to be told then: it is the undo that brings it back
    assert "promise" in chips()


def test_what_became_overdue_while_it_was_ended_is_a_need_at_once(
    front: Location, dana: Staff, tuesday: time_machine.Traveller
) -> None:
    visit = make.visit(front)
    made = promise(front, patient=visit.patient, due="9:43")
    keep(made, dana)
    undo(made, dana)
    visit.refresh_from_db()
    assert "promise" in [kind for kind, _ in visit.chips]


def test_the_familys_timeline_says_who_did_it_and_who_undid_it(
    front: Location, dana: Staff, noor: Staff
) -> None:
    leo = make.patient(front.clinic)
    made = promise(front, patient=leo, due="9:30")
    keep(made, dana)
    undo(made, noor)
    page = family_timeline.read_family_timeline(leo, at=make.at("10:00"))
    lines = [(one.event.what, one.event.who, one.event.taken_back) for one in page.lines]
    assert lines[:2] == [
        ("Undone: promise kept late", "Noor", False),
        ("Promise kept late", "Dana", True),
    ]
    broken = next(one.event for one in page.lines if one.event.what.startswith("Promise broken"))
    assert (broken.what, broken.beside) == ("Promise broken: Ana Ruiz was not reached in time", "Manager")


def test_the_visits_timeline_says_so_too(
    front: Location, dana: Staff, noor: Staff, tuesday: time_machine.Traveller
) -> None:
    visit = make.visit(front)
    made = promise(front, patient=visit.patient, visit=visit, due="9:55")
    withdraw(made, dana)
    undo(made, noor)
    told = [(one.what, one.who, one.taken_back) for one in visit_timeline.read_visit_timeline(visit).events]
    assert ("Promise ended: withdrawn by the family", "Dana", True) in told
    assert ("Undone: promise ended: withdrawn by the family", "Noor", False) in told


def test_its_own_page_tells_of_the_try_and_of_what_was_said(made: Promise, dana: Staff, noor: Staff) -> None:
    attempt(made, dana)
    leave_message(made, dana)
    undo(made, noor)
    told = promise_events.list_promise_events(made, clinic=made.clinic)
    assert [(one.what, one.who, one.taken_back) for one in told[1:5]] == [
        ("Tried: no answer", "Dana", False),
        ("Tried: left a message", "Dana", True),
        ("Message left", "Dana", True),
        ("Undone: “Message left”", "Noor", False),
    ]
    assert ("Next step", "they call on Monday") in told[3].words


def test_a_promise_of_a_merged_record_is_undone_on_the_record_that_stands(
    front: Location, dana: Staff, tuesday: time_machine.Traveller
) -> None:
    make.patient(front.clinic)
    visit = make.visit(front)
    extra = make.patient(front.clinic, "Leo Ruis")
    made = promise(front, patient=extra, due="9:06")
    keep(made, dana)
    patient_merges.merge_patients(
        merged=extra, into=visit.patient, by=dana, at=make.at("9:42"), sure=True, why="one child"
    )
    undo(made, dana)
    visit.refresh_from_db()
    assert "promise" in [kind for kind, _ in visit.chips]


def test_ends_on_file_become_decisions_once_and_can_be_undone(
    front: Location, dana: Staff, noor: Staff
) -> None:
    """The migration, again and again: what ended before there were decisions."""
    kept, open_one = promise(front, due="9:30"), promise(front, due="9:31")
    reached = PromiseAttempt.objects.create(promise=kept, at=make.at("9:40"), by=dana, result="reached")
    ended = {"status": "reached", "ended_at": make.at("9:40"), "ended_by": dana, "outcome": "she is glad"}
    Promise.objects.filter(pk=kept.pk).update(**ended)
    apps = MigrationLoader(None).project_state([("checkin", "0030_fill_promise_decisions")]).apps
    for _ in range(2):
        filling.fill_decisions(apps, None)
    found = kept.decisions.get()
    assert (found.status, found.by, found.at, found.outcome) == (
        "reached",
        dana,
        make.at("9:40"),
        "she is glad",
    )
    assert (found.attempt, open_one.decisions.count()) == (reached, 0)
    undo(kept, noor)
    kept.refresh_from_db()
    assert (kept.status, kept.outcome, kept.attempts.standing().count()) == ("open", "", 0)
