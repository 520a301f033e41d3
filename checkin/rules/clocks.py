"""Times that people agree on, on the clinic's clock, and durations in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules.local_formats import time_words

USUAL_CLOSING_TIME, _USUAL_OPENING_TIME = dt.time(17, 0), dt.time(9, 0)
USUAL_OPEN_DAYS = (0, 1, 2, 3, 4)
"""Monday to Friday (0 is Monday), for a clinic that sets no days."""

_ONE_HOUR = dt.timedelta(hours=1)


class DueTimePick(TextChoices):
    """A due time that staff pick with one key. Labels without the time: see `due_pick_words`."""

    HOUR = "hour", _("Within the hour")
    TODAY = "today", _("Today")
    TOMORROW = "tomorrow", _("Tomorrow")


_PICKED_TIMES = {DueTimePick.TODAY: USUAL_CLOSING_TIME, DueTimePick.TOMORROW: _USUAL_OPENING_TIME}


def local_time_in_utc(
    day: dt.date, clock: dt.time, zone: ZoneInfo, *, after: dt.datetime | None = None
) -> dt.datetime:
    """Return a local time in `zone` as a moment in UTC.

    A time that daylight saving skips is read as one hour later. Of a time that occurs twice, return the
    first, or the second if only that one is after `after`.
    """
    first = dt.datetime.combine(day, clock.replace(fold=0), tzinfo=zone).astimezone(dt.UTC)
    second = dt.datetime.combine(day, clock.replace(fold=1), tzinfo=zone).astimezone(dt.UTC)
    return second if after is not None and first <= after < second else first


def read_open_days(kept: object) -> tuple[int, ...]:
    """Return the weekdays on which a clinic is open, from its settings; Monday to Friday if unreadable."""
    listed = kept if isinstance(kept, list | tuple) else ()
    days = {day for day in listed if isinstance(day, int) and not isinstance(day, bool) and 0 <= day <= 6}
    return tuple(sorted(days)) or USUAL_OPEN_DAYS


def first_open_day(day: dt.date, days: Collection[int]) -> dt.date:
    """Return `day`, or the first day after it whose weekday is in `days`."""
    week = (day + dt.timedelta(days=n) for n in range(7))
    return next((one for one in week if one.weekday() in days), day)


def due_time_of_pick(
    pick: str, *, at: dt.datetime, zone: ZoneInfo, days: Collection[int] = range(7)
) -> dt.datetime:
    """Return the moment of a quick pick. "Tomorrow" is the next day whose weekday is in `days`."""
    today = at.astimezone(zone).date()
    if pick == DueTimePick.TODAY:
        return local_time_in_utc(today, USUAL_CLOSING_TIME, zone)
    if pick == DueTimePick.TOMORROW:
        return local_time_in_utc(
            first_open_day(today + dt.timedelta(days=1), days), _USUAL_OPENING_TIME, zone
        )
    return at.astimezone(dt.UTC) + _ONE_HOUR


def due_pick_words(pick: DueTimePick, region: str) -> str:
    """Return a quick pick with its time: "Within the hour", "Today 5:00 PM", "Tomorrow 9:00 AM"."""
    clock = _PICKED_TIMES.get(pick)
    return f"{pick.label} {time_words(clock, region)}" if clock else str(pick.label)


def time_span_words(seconds: float) -> str:
    """Return a duration in words: "25 min", "3 h 5 min", "2 days"."""
    minutes = max(0, int(seconds // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    days = minutes // (24 * 60)
    return f"{days} days" if days > 1 else "1 day"
