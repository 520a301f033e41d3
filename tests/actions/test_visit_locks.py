"""Visits are held and read again before anything is decided, and every open board learns of a change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
import pytest_django
from django.db import transaction

from checkin.actions import visit_locks, visits
from checkin.actions.write_queue import write_in_turn
from checkin.models import BoardVersion, Clinic, Location, Staff, Visit
from tests import make
from tests.racing import at_once


def lock_open_visits_of(patient_id: int) -> list[Visit]:
    return visit_locks.lock_open_visits([patient_id])


def version(location: Location) -> int:
    return BoardVersion.objects.get(location=location).version


def test_a_change_of_a_visit_lets_its_board_know_and_no_other(front: Location, annexe: Location) -> None:
    visit = make.visit(front)
    here, there = version(front), version(annexe)
    visit_locks.update_visit_and_boards(visit, unread=True)
    assert (version(front), version(annexe)) == (here + 1, there)
    stored = Visit.objects.get(pk=visit.pk)
    assert stored.unread and stored.board_version == visit.board_version == here + 1


def test_a_visit_that_is_held_is_as_it_is_by_now(front: Location, dana: Staff) -> None:
    visit, again = make.visit(front), Visit.objects.get()
    visits.move_visit(visit=again, to="roomed", by=dana, at=make.at("9:50"))
    assert visit.state == "arrived"
    with transaction.atomic():
        visit_locks.lock_visits(visit)
    assert visit.state == "roomed"


def test_a_decision_on_a_record_bumps_every_board_of_its_clinic(
    front: Location, annexe: Location, hilltop: Location
) -> None:
    before = [version(one) for one in (front, annexe, hilltop)]
    with transaction.atomic():
        visit_locks.lock_clinic_boards(front.clinic_id)
    assert [version(one) for one in (front, annexe, hilltop)] == [before[0] + 1, before[1] + 1, before[2]]


def test_with_a_visit_every_open_visit_of_its_child_is_held(
    brook: Clinic, front: Location, annexe: Location, dana: Staff
) -> None:
    leo = make.patient(brook)
    make.guardian(leo)
    left, here, there = (make.visit(where) for where in (front, front, annexe))
    visits.move_visit(visit=left, to="left_without_being_seen", by=dana, at=make.at("9:50"))
    assert [one.patient for one in (left, here, there)] == [leo] * 3
    with transaction.atomic():
        assert visit_locks.lock_patient_visits(leo.pk, here) == [here, there]
        assert visit_locks.lock_patient_visits(leo.pk, left) == [left, here, there]


def test_a_visit_of_nobody_is_held_alone(front: Location) -> None:
    visit = make.visit(front, name="", born="")
    make.visit(front, name="", born="")
    with transaction.atomic():
        held = visit_locks.lock_patient_visits(None, visit)
    assert held == [visit] and held[0] is visit


@pytest.mark.parametrize("act", [visit_locks.lock_visits, visit_locks.lock_patient_visits])
def test_nobody_holds_nothing(
    db: None,
    act: Callable[..., None] | Callable[..., list[Visit]],
    django_assert_max_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(2), transaction.atomic():
        assert not act(*([None] if act is visit_locks.lock_patient_visits else []))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lock", [visit_locks.lock_patient_visits, lock_open_visits_of])
def test_a_visit_that_opens_while_the_lock_waits_is_held_too(
    lock: Callable[[int], list[Visit]],
) -> None:
    """At the same desk or another one. It could not see what the holder of the lock is about to write."""
    brook = make.clinic()
    front, annexe = make.location(brook), make.location(brook, "Annex")
    leo = make.patient(brook)
    make.guardian(leo)
    here = make.visit(front)
    opened: list[int] = []
    is_held = threading.Event()

    def sign_in() -> None:
        with write_in_turn():
            visit_locks.lock_visits(Visit.objects.get(pk=here.pk))
            is_held.set()
            time.sleep(0.5)
            opened.extend(make.visit(where, make.at("9:45")).pk for where in (front, annexe))

    def hold() -> list[int]:
        assert is_held.wait(10)
        with write_in_turn():
            return [one.pk for one in lock(leo.pk)]

    results = at_once(sign_in, hold)
    assert [here.pk, *opened] in results
