"""Tells overdue promises upwards, and calls the next person for a child who cannot wait; each step once."""

from __future__ import annotations

import contextlib
import os
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

import structlog
from django.db import DatabaseError, connections
from django.utils.timezone import now

from checkin.actions import escalations, storage, worries
from checkin.management.plain import PlainCommand
from checkin.models import Clinic

EVERY_SECONDS, GLANCE_SECONDS = 60, 5
log = structlog.get_logger(__name__)


def call_next() -> int:
    """Call the next person for each child whom nobody has gone to; how many were called."""
    at = now()
    return sum(len(worries.call_due(clinic=clinic, at=at)) for clinic in Clinic.objects.order_by("pk"))


def sweep() -> int:
    """One look at every clinic; how many steps were written."""
    at = now()
    told = sum(
        len(escalations.escalate_due(clinic=clinic, at=at)) for clinic in Clinic.objects.order_by("pk")
    )
    storage.remember_escalation(at=at)
    return told


def attempt(look: Callable[[], int]) -> None:
    """Look once. A database that is away is looked for again at the next."""
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
        self, *, once: bool, with_parent: bool = False, parent: int | None = None, **options: Any
    ) -> None:
        if once:
            self.stdout.write(f"{call_next() + sweep()} told.")
            return
        whose = parent or (os.getppid() if with_parent else None)
        self.watch(lambda: whose is None or os.getppid() == whose)

    def watch(self, goes_on: Callable[[], bool], pause: Callable[[float], None] = time.sleep) -> None:
        """Look every minute, and every few seconds for who cannot wait."""
        with contextlib.suppress(KeyboardInterrupt):
            while goes_on():
                attempt(sweep)
                attempt(call_next)
                for _ in range(EVERY_SECONDS // GLANCE_SECONDS):
                    pause(GLANCE_SECONDS)
                    if not goes_on():
                        return
                    attempt(call_next)
