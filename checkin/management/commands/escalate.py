"""Escalate overdue promises and call the next person for urgent visits; each step once."""

from __future__ import annotations

import contextlib
import os
import time
from argparse import ArgumentParser
from collections.abc import Callable

import structlog
from django.db import DatabaseError, connections
from django.utils.timezone import now

from checkin.actions import escalations, storage_faults, urgent_signs
from checkin.management.plain_commands import PlainCommand
from checkin.models import Clinic

_EVERY_SECONDS, _GLANCE_SECONDS = 60, 5
log = structlog.get_logger(__name__)


def call_next_responders() -> int:
    """Call the next person for each child nobody has gone to; return how many were called."""
    at = now()
    return sum(
        len(urgent_signs.call_for_urgent_visits(clinic=clinic, at=at))
        for clinic in Clinic.objects.order_by("pk")
    )


def escalate_every_clinic() -> int:
    """Escalate overdue promises of every clinic once; return how many steps were written."""
    at = now()
    told = sum(
        len(escalations.escalate_due_promises(clinic=clinic, at=at))
        for clinic in Clinic.objects.order_by("pk")
    )
    storage_faults.remember_escalation_run(at=at)
    return told


def _run_past_database_errors(look: Callable[[], int]) -> None:
    """Run once. If the database is down, log that and leave it to the next run."""
    try:
        look()
    except DatabaseError as problem:
        log.error("escalation_put_off", problem=type(problem).__name__)
        connections.close_all()


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
            self.stdout.write(f"{call_next_responders() + escalate_every_clinic()} told.")
            return
        whose = parent or (os.getppid() if with_parent else None)
        self.watch(lambda: whose is None or os.getppid() == whose)

    def watch(self, goes_on: Callable[[], bool], pause: Callable[[float], None] = time.sleep) -> None:
        """Escalate every minute, and check urgent visits every few seconds."""
        with contextlib.suppress(KeyboardInterrupt):
            while goes_on():
                _run_past_database_errors(escalate_every_clinic)
                _run_past_database_errors(call_next_responders)
                for _ in range(_EVERY_SECONDS // _GLANCE_SECONDS):
                    pause(_GLANCE_SECONDS)
                    if not goes_on():
                        return
                    _run_past_database_errors(call_next_responders)
