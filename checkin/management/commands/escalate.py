"""Escalate overdue promises and call the next person for urgent visits; each step once."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import time
import traceback
from argparse import ArgumentParser
from collections.abc import Callable, Sized
from functools import partial
from pathlib import Path
from typing import NamedTuple

import structlog
from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, InterfaceError, connections
from django.utils.timezone import now

from checkin.actions import (
    audit_anchors,
    emergency_access,
    ended_sessions,
    escalations,
    storage_faults,
    unsent_forms,
    urgent_signs,
)
from checkin.management.plain_commands import PlainCommand
from checkin.models import Clinic

_EVERY_SECONDS, _GLANCE_SECONDS = 60, 5
_CLEARED_EACH_MINUTE = (
    ended_sessions.delete_ended_sessions,
    ended_sessions.delete_old_login_times,
    emergency_access.end_what_is_over,
    unsent_forms.delete_old_unsent_forms,
)
log = structlog.get_logger(__name__)


class ClinicSweep(NamedTuple):
    """How many people were told in one run over every clinic, and for how many clinics it failed."""

    told: int
    put_off: int


def call_next_responders() -> ClinicSweep:
    """Call the next person for each child nobody has gone to."""
    return _run_for_every_clinic(urgent_signs.call_for_urgent_visits, at=now())


def escalate_every_clinic() -> ClinicSweep:
    """Escalate overdue promises of every clinic once."""
    at = now()
    sweep = _run_for_every_clinic(escalations.escalate_due_promises, at=at)
    if not sweep.put_off:
        # Otherwise the time of the last run grows old, and /readyz reports it.
        storage_faults.remember_escalation_run(at=at)
    return sweep


def _run_for_every_clinic(act: Callable[..., Sized], *, at: dt.datetime) -> ClinicSweep:
    """Run for each clinic, whatever goes wrong in another one: that one is put off to the next run."""
    told, put_off = 0, 0
    for clinic in Clinic.objects.order_by("pk"):
        try:
            told += len(act(clinic=clinic, at=at))
        except Exception as problem:
            # Whatever it is: the other clinics must not wait for this one.
            put_off += 1
            _log_put_off(problem, clinic=clinic.pk)
    return ClinicSweep(told, put_off)


def _log_put_off(problem: Exception, **about: object) -> None:
    """Log what went wrong and where, but not its message, which may contain a name."""
    steps = traceback.extract_tb(problem.__traceback__)
    where = [f"{Path(step.filename).name}:{step.lineno}" for step in steps[-3:]]
    log.error("escalation_put_off", problem=type(problem).__name__, where=where, **about)
    if isinstance(problem, DatabaseError | InterfaceError):
        connections.close_all()


def _run_past_errors(look: Callable[[], object]) -> None:
    """Run once. Log what went wrong, such as no database, and leave it to the next run."""
    try:
        look()
    except Exception as problem:
        # Whatever it is: this process must go on calling for urgent visits.
        _log_put_off(problem)


def _anchor_writer() -> Callable[[], int]:
    """Return what writes how far the audit trail has come, if five minutes have passed."""
    writer = audit_anchors.AnchorWriter(settings.AUDIT_ANCHOR)
    return lambda: writer.write_when_due(at=now())


class Command(PlainCommand):
    help = "Tell whoever owns an overdue promise, then whom the clinic's steps name; every minute, or once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="look once and stop, for a timer such as cron"
        )
        parser.add_argument(
            "--with-parent", action="store_true", help="stop when the process that started this one has ended"
        )
        parser.add_argument(
            "--parent", type=int, help="the number of that process; it may have ended already"
        )

    def handle(
        self, *, once: bool, with_parent: bool = False, parent: int | None = None, **options: object
    ) -> None:
        if once:
            self.run_once()
            return
        whose = parent or (os.getppid() if with_parent else None)
        self.watch(lambda: whose is None or os.getppid() == whose)

    def run_once(self) -> None:
        """Raises CommandError if it failed for a clinic, so that a timer reports it."""
        calls, steps = call_next_responders(), escalate_every_clinic()
        _run_past_errors(_anchor_writer())
        self.stdout.write(f"{calls.told + steps.told} told.")
        if calls.put_off or steps.put_off:
            most = max(calls.put_off, steps.put_off)
            raise CommandError(
                f"It failed for {most} {'clinic' if most == 1 else 'clinics'}, and was done for the others. "
                "The log says why. It is safe to run again."
            )

    def watch(self, goes_on: Callable[[], bool], pause: Callable[[float], None] = time.sleep) -> None:
        """Escalate every minute, and check urgent visits every few seconds."""
        write_anchors = _anchor_writer()
        with contextlib.suppress(KeyboardInterrupt):
            while goes_on():
                _run_past_errors(write_anchors)
                _run_past_errors(escalate_every_clinic)
                for clear in _CLEARED_EACH_MINUTE:
                    _run_past_errors(partial(clear, at=now()))
                _run_past_errors(call_next_responders)
                for _ in range(_EVERY_SECONDS // _GLANCE_SECONDS):
                    pause(_GLANCE_SECONDS)
                    if not goes_on():
                        return
                    _run_past_errors(call_next_responders)
