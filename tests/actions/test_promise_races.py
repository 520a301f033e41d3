"""Several people act on one promise, in real transactions and real threads."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

import pytest

from checkin.actions import escalations, handovers, promise_attempts
from checkin.actions.refusals import Refused
from checkin.models import Location, Promise, PromiseAttempt, PromiseDecision, PromiseEscalation, Role
from tests import make
from tests.promising import attempt, keep, promise, replace, undo
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk() -> Location:
    return make.location(make.clinic())


@pytest.fixture
def hands(desk: Location) -> list[Any]:
    return [make.staff(desk.clinic, name, Role.MANAGER) for name in ("dana", "noor", "max", "ada")]


def test_two_people_keeping_a_promise_at_once_make_one_outcome_and_one_refusal(
    desk: Location, hands: list[Any]
) -> None:
    for _ in range(5):
        made = promise(desk)
        jobs = [
            partial(promise_attempts.keep_promise, promise=made, by=who, at=make.at("17:10"))
            for who in hands[:2]
        ]
        results = at_once(*jobs)
        kept = [one for one in results if isinstance(one, Promise)]
        (told,) = [one for one in results if isinstance(one, Refused)]
        made.refresh_from_db()
        assert [one.ended_by for one in kept] == [made.ended_by]
        assert told.sentence == f"{made.ended_by} already ended this at 5:10 PM: kept."
    assert PromiseAttempt.objects.count() == 5


def test_the_same_form_sent_from_four_windows_makes_one_promise(desk: Location) -> None:
    key = uuid.uuid4()
    results = at_once(*[lambda: promise(desk, key=key)] * 4)
    assert len({one.pk for one in results}) == 1
    assert Promise.objects.count() == 1


def test_four_simultaneous_checks_escalate_each_step_once(desk: Location) -> None:
    for _ in range(3):
        promise(desk, due="10:00")
    clinic = desk.clinic
    results = at_once(*[lambda: escalations.escalate_due_promises(clinic=clinic, at=make.at("11:00"))] * 4)
    assert sorted(len(one) for one in results) == [0, 0, 0, 6]
    assert PromiseEscalation.objects.count() == 6


def test_keeping_handing_over_and_escalating_at_once_do_not_deadlock(
    desk: Location, hands: list[Any]
) -> None:
    for _ in range(5):
        made = [promise(desk, owner=hands[0], due="10:00") for _ in range(3)]
        jobs = [
            lambda: handovers.hand_over_all_promises(
                person=hands[0], to=hands[1], by=hands[0], at=make.at("11:00")
            ),
            lambda: escalations.escalate_due_promises(clinic=desk.clinic, at=make.at("11:00")),
            lambda made=made: promise_attempts.keep_promise(
                promise=made[2], by=hands[2], at=make.at("11:00")
            ),
            lambda made=made: promise_attempts.keep_promise(
                promise=made[0], by=hands[3], at=make.at("11:00")
            ),
        ]
        problems = [one for one in at_once(*jobs) if isinstance(one, Exception)]
        assert problems == []
    late = Promise.objects.open().exclude(escalations__step=1)
    assert not late.exists()


def test_two_who_undo_the_same_end_at_once_undo_one_and_the_other_is_told(
    desk: Location, hands: list[Any]
) -> None:
    for _ in range(5):
        made = promise(desk)
        attempt(made, hands[2])
        keep(made, hands[3], "9:40")
        seen = made.decisions.latest("pk").pk
        results = at_once(*[partial(undo, made, who, "9:45", seen) for who in hands[:2]])
        (done,) = [one for one in results if isinstance(one, PromiseDecision)]
        (told,) = [one for one in results if isinstance(one, Refused)]
        assert told.sentence == f"{done.by} undid “Kept” at 9:45 AM. Nothing more was changed."
        made.refresh_from_db()
        assert (made.status, made.attempts.standing().count()) == ("open", 1)


def test_one_person_who_undoes_in_four_windows_at_once_undoes_one(desk: Location, hands: list[Any]) -> None:
    made = promise(desk)
    attempt(made, hands[0])
    keep(made, hands[0], "9:40")
    seen = made.decisions.latest("pk").pk
    results = at_once(*[partial(undo, made, hands[0], "9:45", seen)] * 4)
    assert len({one.pk for one in results}) == 1
    assert made.attempts.standing().count() == 1


def test_a_replacement_is_undone_or_its_promise_is_kept_and_never_both(
    desk: Location, hands: list[Any]
) -> None:
    for _ in range(5):
        made = promise(desk)
        other = replace(made, hands[0])
        results = at_once(
            partial(undo, made, hands[0], "9:45"), partial(keep, other, hands[1], "9:45"), lambda: None
        )
        assert len([one for one in results if isinstance(one, Refused)]) == 1
        statuses = {one.pk: one.status for one in Promise.objects.filter(pk__in=[made.pk, other.pk])}
        assert (statuses[made.pk], statuses[other.pk]) in {("open", "undone"), ("replaced", "reached")}


def test_undoing_and_escalating_at_once_tells_each_step_once(desk: Location, hands: list[Any]) -> None:
    for _ in range(5):
        made = promise(desk, owner=hands[0], due="9:30")
        keep(made, hands[0], "9:20")
        look = partial(escalations.escalate_due_promises, clinic=desk.clinic, at=make.at("9:50"))
        results = at_once(partial(undo, made, hands[1], "9:50"), look, look, look)
        assert [one for one in results if isinstance(one, Exception)] == []
        assert sorted(made.escalations.values_list("step", flat=True)) == [0, 1]
