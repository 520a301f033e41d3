"""Whose turn it is, how long they have waited, and who has not come yet."""

from __future__ import annotations

import datetime as dt

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


def turn_at(
    *, arrived_at: dt.datetime, appointment_at: dt.datetime | None, walk_in_minutes: int
) -> dt.datetime:
    """The moment this visit's turn comes; the board is in this order.

    An appointment's turn is its time, or the arrival where they came late. A walk-in's turn comes
    `walk_in_minutes` after arrival: fixed, so later appointments cannot push it back for ever.
    """
    if appointment_at is None:
        return arrived_at + dt.timedelta(minutes=walk_in_minutes)
    return max(arrived_at, appointment_at)


class Expectation(TextChoices):
    EXPECTED = "expected", _("Expected")
    LATE = "late", _("Late")
    MISSED = "missed", _("Missed")


def expectation(
    *, starts_at: dt.datetime, at: dt.datetime, late_after_minutes: int, missed_after_minutes: int
) -> Expectation:
    """What to call an appointment for which nobody has signed in yet."""
    behind = at - starts_at
    if behind >= dt.timedelta(minutes=missed_after_minutes):
        return Expectation.MISSED
    if behind >= dt.timedelta(minutes=late_after_minutes):
        return Expectation.LATE
    return Expectation.EXPECTED
