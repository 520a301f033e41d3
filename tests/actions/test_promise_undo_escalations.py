"""An undo and who is told: nobody twice, and nobody is forgotten who was to be told while it was ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import pytest_django
from django.core import mail

from checkin.actions import escalations, handovers
from checkin.models import Location, Promise, PromiseEscalation, Staff
from tests import make
from tests.promising import keep, promise, undo, withdraw

FIRST, SECOND = (0, make.at("9:31")), (1, make.at("9:55"))


@pytest.fixture
def made(front: Location, dana: Staff, max_: Staff) -> Promise:
    """Due at 9:30: its owner is told then, and the manager a quarter of an hour later."""
    for one in (dana, max_):
        one.email = f"{one.username}@example.org"
        one.save()
    return promise(front, owner=dana, due="9:30")


@pytest.fixture
def sent(
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> Callable[..., Any]:
    """Do something and let the mail go out; who got one."""

    def run(act: Any, *args: Any, **facts: Any) -> list[Any]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act(*args, **facts)
        return [address for one in mail.outbox for address in one.to]

    return run


def look(made: Promise, at: str) -> list[PromiseEscalation]:
    return escalations.escalate_due_promises(clinic=made.clinic, at=make.at(at))


def steps(made: Promise) -> list[Any]:
    return list(made.escalations.order_by("pk").values_list("step", "at"))


def test_who_was_told_before_is_not_told_again(made: Promise, dana: Staff, sent: Callable[..., Any]) -> None:
    assert sent(look, made, "9:31") == ["dana@example.org"]
    keep(made, dana, "9:35")
    assert sent(undo, made, dana, "9:40") == []
    assert sent(look, made, "9:41") == []
    assert steps(made) == [FIRST]


def test_a_step_that_passed_while_it_was_ended_is_told_once_it_is_undone(
    made: Promise, dana: Staff, sent: Callable[..., Any]
) -> None:
    look(made, "9:31")
    keep(made, dana, "9:35")
    assert sent(look, made, "9:50") == []
    assert sent(undo, made, dana, "9:55") == ["max_@example.org"]
    assert sent(look, made, "9:56") == []
    assert steps(made) == [FIRST, SECOND]


def test_one_that_was_ended_in_time_and_undone_too_late_tells_each_step_once(
    made: Promise, dana: Staff, sent: Callable[..., Any]
) -> None:
    withdraw(made, dana, "9:20")
    assert sorted(sent(undo, made, dana, "9:50")) == ["dana@example.org", "max_@example.org"]
    assert sent(look, made, "9:51") == []
    assert [step for step, _ in steps(made)] == [0, 1]


def test_one_that_is_undone_in_time_is_told_when_its_time_comes(
    made: Promise, dana: Staff, sent: Callable[..., Any]
) -> None:
    keep(made, dana, "9:10")
    assert sent(undo, made, dana, "9:12") == []
    assert sent(look, made, "9:31") == ["dana@example.org"]
    assert steps(made) == [FIRST]


def test_ended_and_undone_again_and_again_it_is_told_each_step_once(
    made: Promise, dana: Staff, sent: Callable[..., Any]
) -> None:
    told = []
    for minute in range(30, 57, 4):
        told += sent(look, made, f"9:{minute}")
        keep(made, dana, f"9:{minute + 1}")
        told += sent(undo, made, dana, f"9:{minute + 2}")
    assert sorted(told) == ["dana@example.org", "max_@example.org"]


def test_one_whose_owner_has_left_meanwhile_is_the_managers(
    front: Location, made: Promise, dana: Staff, noor: Staff
) -> None:
    made = promise(front, owner=noor, due="9:30")
    keep(made, dana, "9:20")
    noor.is_active = False
    noor.save()
    handovers.release_staff_promises(person=noor, by=None, at=make.at("9:25"))
    undo(made, dana, "9:50")
    made.refresh_from_db()
    assert (made.owner, made.owner_role, made.status) == (None, "manager", "open")
    assert PromiseEscalation.objects.filter(promise=made, to_role="manager").exists()
    assert not PromiseEscalation.objects.filter(promise=made, to=noor).exists()
