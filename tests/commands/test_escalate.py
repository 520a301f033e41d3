"""`manage.py escalate`: overdue promises are escalated by a separate process."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError
from structlog.testing import capture_logs

from checkin.actions import escalations, storage_faults, urgent_signs
from checkin.management.commands import escalate
from checkin.models import Clinic, Location, PromiseEscalation
from tests import make
from tests.promising import promise, said


def once() -> str:
    said = io.StringIO()
    call_command("escalate", "--once", stdout=said)
    return said.getvalue().strip()


def test_each_step_is_told_once_in_every_clinic(front: Location, hilltop: Location) -> None:
    for where in (front, hilltop):
        promise(where)
    told = []
    for clock in ("17:29", "17:30", "17:31", "17:45"):
        with time_machine.travel(make.at(clock), tick=False):
            told.append(once())
    assert told == ["0 told.", "2 told.", "0 told.", "2 told."]
    assert PromiseEscalation.objects.count() == 4


def test_each_step_is_told_once_and_on_time_over_a_day_and_a_night(brook: Clinic, front: Location) -> None:
    """Across midnight and the start of daylight saving, checked every 15 minutes."""
    saturday = dt.date(2026, 3, 7)
    steps = [(0, "owner"), (15, "manager"), (180, "clinician"), (24 * 60, "manager")]
    brook.promise_settings = {"steps": [{"after_minutes": wait, "to": to} for wait, to in steps]}
    brook.save()
    due = make.at("14:30", saturday)
    made = promise(front, said=said(best_from=None, best_words="", due_at=due), at=make.at("9:00", saturday))
    at = make.at("9:00", saturday).astimezone(dt.UTC)
    while at < make.at("18:00", saturday + dt.timedelta(days=1)):
        with time_machine.travel(at, tick=False):
            once()
        at += dt.timedelta(minutes=15)
    told = [(one.at - due, one.to_role) for one in made.escalations.order_by("at", "pk")]
    assert told == [(dt.timedelta(minutes=wait), "manager" if to == "owner" else to) for wait, to in steps]


def test_nothing_is_told_without_a_clinic(db: None) -> None:
    assert once() == "0 told."


@pytest.fixture
def sweeps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr(escalate, "escalate_every_clinic", lambda: found.append(1))
    monkeypatch.setattr(escalate, "call_next_responders", lambda: 0)
    monkeypatch.setattr(escalate, "_anchor_writer", lambda: lambda: 0)
    return found


def watch(minutes: int) -> None:
    """Let it run for so many minutes without waiting."""
    slept: list[float] = []
    escalate.Command().watch(goes_on=lambda: sum(slept) < minutes * 60, pause=slept.append)


def test_command_checks_every_minute_until_the_server_is_gone(sweeps: list[int]) -> None:
    watch(minutes=3)
    assert len(sweeps) == 3


def test_command_stops_within_seconds_of_the_server(sweeps: list[int]) -> None:
    slept: list[float] = []
    escalate.Command().watch(goes_on=lambda: len(slept) < 2, pause=slept.append)
    assert (len(sweeps), sum(slept)) == (1, 10)


def test_unavailable_database_is_tried_again(sweeps: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        sweeps.append(1)
        raise OperationalError

    monkeypatch.setattr(escalate, "escalate_every_clinic", away)
    monkeypatch.setattr(escalate.connections, "close_all", lambda: None)
    watch(minutes=2)
    assert len(sweeps) == 2


@pytest.mark.parametrize("problem", [InterfaceError, KeyError, ValueError])
def test_any_error_is_tried_again(
    sweeps: list[int], monkeypatch: pytest.MonkeyPatch, problem: type[Exception]
) -> None:
    """It ended the process, and after each restart again before the urgent calls."""
    calls: list[int] = []

    def fail() -> None:
        sweeps.append(1)
        raise problem("Leo Ruiz")

    monkeypatch.setattr(escalate, "escalate_every_clinic", fail)
    monkeypatch.setattr(escalate, "call_next_responders", lambda: calls.append(1))
    monkeypatch.setattr(escalate.connections, "close_all", lambda: None)
    monkeypatch.setattr(escalate, "_CLEARED_EACH_MINUTE", ())
    with capture_logs() as events:
        watch(minutes=2)
    assert (len(sweeps), len(calls)) == (2, 25)
    assert [(one["event"], one["problem"]) for one in events] == [
        ("escalation_put_off", problem.__name__)
    ] * 2
    assert "Leo" not in str(events)


@pytest.mark.parametrize("problem", [InterfaceError, OperationalError, KeyError])
def test_one_clinics_error_does_not_stop_the_others(
    front: Location, hilltop: Location, monkeypatch: pytest.MonkeyPatch, problem: type[Exception]
) -> None:
    first, _ = sorted((front.clinic, hilltop.clinic), key=lambda one: one.pk)
    for where in (front, hilltop):
        promise(where)
    escalate_clinic = escalations.escalate_due_promises

    def fail_for_the_first(*, clinic: Clinic, at: dt.datetime) -> list[PromiseEscalation]:
        if clinic == first:
            raise problem("Leo Ruiz")
        return escalate_clinic(clinic=clinic, at=at)

    monkeypatch.setattr(escalations, "escalate_due_promises", fail_for_the_first)
    monkeypatch.setattr(urgent_signs, "call_for_urgent_visits", fail_for_the_first)
    monkeypatch.setattr(escalate.connections, "close_all", lambda: None)
    with (
        time_machine.travel(make.at("17:30"), tick=False),
        capture_logs() as events,
        pytest.raises(CommandError, match="failed for 1 clinic,"),
    ):
        once()
    assert [step.promise.clinic != first for step in PromiseEscalation.objects.all()] == [True]
    assert [(one["problem"], one["clinic"]) for one in events] == [(problem.__name__, first.pk)] * 2
    assert "Leo" not in str(events)
    assert storage_faults.last_escalation_run() is None


def test_ctrl_c_stops_it_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(escalate, "escalate_every_clinic", pressed)
    escalate.Command().watch(goes_on=lambda: True)


def test_command_ends_at_once_if_the_server_ended_during_startup(sweeps: list[int]) -> None:
    call_command("escalate", "--parent=1999999999")
    assert not sweeps


def test_last_run_is_remembered_for_monitoring(front: Location, tuesday: time_machine.Traveller) -> None:
    assert storage_faults.last_escalation_run() is None
    once()
    assert storage_faults.last_escalation_run() == make.at("9:40")


def test_command_ends_with_the_server_that_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    parents = iter([70, 70, 70, 1])
    monkeypatch.setattr(escalate.os, "getppid", lambda: next(parents))
    watched: list[bool] = []
    monkeypatch.setattr(
        escalate.Command, "watch", lambda self, goes_on: watched.extend(goes_on() for _ in range(3))
    )
    call_command("escalate", "--with-parent")
    assert watched == [True, True, False]
