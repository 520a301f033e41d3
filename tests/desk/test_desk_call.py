"""What a locked desk learns about a child who cannot wait: that one calls, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from checkin.actions import urgent_signs
from checkin.models import AuditEvent, Clinic, DeskSession, Location, Role, Staff
from tests import make
from tests.desk.test_desk_locks import SCRIPT, Desk

ADDRESS = "/account/call/"
SILENT, CALLED = b'{"urgent": false}', b'{"urgent": true}'


@pytest.fixture
def desk(dana: Staff, front: Location, tuesday: time_machine.Traveller) -> Desk:
    """Return Dana's browser, locked a minute ago."""
    desk = Desk(dana, tuesday)
    desk.wait(minutes=6)
    assert desk.get(headers=SCRIPT).status_code == 423
    return desk


def heard(desk: Desk, path: str = ADDRESS) -> bytes:
    answer = desk.get(path, SCRIPT)
    assert answer.status_code == 200
    return bytes(answer.content)


def test_a_locked_desk_hears_yes_until_somebody_is_going(desk: Desk, front: Location, noor: Staff) -> None:
    make.visit(front, name="Mia Novak")
    assert heard(desk) == SILENT
    visit = make.visit(front, name="Leo Ruiz", worried=True)
    assert heard(desk) == CALLED, "no name and no token"
    urgent_signs.take_urgent_visit(visit=visit, by=noor, at=make.at("9:50"))
    assert heard(desk) == SILENT
    urgent_signs.undo_urgent_step(visit=visit, by=noor, at=make.at("9:51"))
    assert heard(desk) == CALLED
    urgent_signs.settle_urgent_visit(visit=visit, by=noor, at=make.at("9:52"))
    assert heard(desk) == SILENT


def test_the_desk_stays_locked(desk: Desk, front: Location) -> None:
    make.visit(front, worried=True)
    heard(desk)
    assert desk.get().status_code == 423
    assert desk.get(f"/board/rows/?location={front.pk}", SCRIPT).content == b""


def test_a_call_elsewhere_is_not_heard_here(desk: Desk, front: Location, brook: Clinic, hill: Clinic) -> None:
    second, hilltop = make.location(brook, "Second desk"), make.location(hill, "Hilltop")
    for where in (second, hilltop):
        make.visit(where, worried=True)
    assert heard(desk) == SILENT
    assert heard(desk, f"/at/{second.pk}{ADDRESS}") == CALLED
    assert desk.get(f"/at/{hilltop.pk}{ADDRESS}", SCRIPT).status_code == 404


def test_asking_is_no_activity_and_leaves_no_line_on_the_trail(desk: Desk, dana: Staff) -> None:
    before, lines = DeskSession.objects.get(staff=dana).active_at, AuditEvent.objects.count()
    for _ in range(5):
        desk.wait(minutes=4)
        heard(desk)
    assert DeskSession.objects.get(staff=dana).active_at == before
    assert AuditEvent.objects.count() == lines
    desk.wait(minutes=4)
    assert desk.get(ADDRESS, SCRIPT).url.startswith("/account/login/"), "30 minutes are over"


def test_an_open_desk_that_asks_is_locked_all_the_same(dana: Staff, tuesday: time_machine.Traveller) -> None:
    desk = Desk(dana, tuesday)
    for _ in range(5):
        desk.wait(minutes=1)
        heard(desk)
    assert not desk.is_open()


def test_only_who_may_go_to_the_child_hears_it(
    client: Client, as_: Callable[[Staff], Client], brook: Clinic, front: Location, dana: Staff
) -> None:
    otto = make.staff(brook, "otto", Role.AUDITOR, location=front)
    assert client.get(ADDRESS).url.startswith("/account/login/")
    assert as_(otto).get(ADDRESS).status_code == 403
    assert as_(dana).post(ADDRESS).status_code == 405
    for person, asks in ((dana, True), (otto, False)):
        page = as_(person).post("/account/lock/", headers={"Accept": "text/html"})
        assert (f'data-call="{ADDRESS}"' in page.content.decode()) is asks
