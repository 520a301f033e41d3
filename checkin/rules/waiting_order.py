"""Decide whose turn it is, and which appointments are late or missed."""

from __future__ import annotations

import datetime as dt

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


def visit_turn_time(
    *, arrived_at: dt.datetime, appointment_at: dt.datetime | None, walk_in_minutes: int
) -> dt.datetime:
    """Return when this visit's turn comes; the board is in this order.

    An appointment's turn is its time, or the arrival if they came late. A walk-in's turn comes
    `walk_in_minutes` after arrival. It is fixed, so later appointments cannot push it back forever.
    """
    if appointment_at is None:
        return arrived_at + dt.timedelta(minutes=walk_in_minutes)
    return max(arrived_at, appointment_at)


def board_sort_key(
    *, raised_at: dt.datetime | None, turn_at: dt.datetime, visit_id: int
) -> tuple[bool, dt.datetime, dt.datetime, int]:
    """Return a board row's sort key: children who cannot wait first, then by turn.

    Among children who cannot wait, the one raised earliest comes first.
    """
    return raised_at is None, raised_at or turn_at, turn_at, visit_id


class AppointmentExpectation(TextChoices):
    EXPECTED = "expected", _("Expected")
    LATE = "late", _("Late")
    MISSED = "missed", _("Missed")


def expectation_of_appointment(
    *, starts_at: dt.datetime, at: dt.datetime, late_after_minutes: int, missed_after_minutes: int
) -> AppointmentExpectation:
    """Return the status of an appointment for which nobody has signed in yet."""
    behind = at - starts_at
    if behind >= dt.timedelta(minutes=missed_after_minutes):
        return AppointmentExpectation.MISSED
    if behind >= dt.timedelta(minutes=late_after_minutes):
        return AppointmentExpectation.LATE
    return AppointmentExpectation.EXPECTED
