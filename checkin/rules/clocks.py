"""Times as people say them, by the clinic's clock: "today 17:00", "after 5 pm"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

USUAL_CLOSING_TIME, _USUAL_OPENING_TIME = dt.time(17, 0), dt.time(9, 0)
USUAL_OPEN_DAYS = (0, 1, 2, 3, 4)
"""Monday to Friday, where a clinic does not say otherwise (0 is Monday)."""

_ONE_HOUR = dt.timedelta(hours=1)


class DueTimePick(TextChoices):
    """By when, in one key."""

    HOUR = "hour", _("Within the hour")
    TODAY = "today", _("Today 17:00")
    TOMORROW = "tomorrow", _("Tomorrow 9:00")


def local_time_in_utc(
    day: dt.date, clock: dt.time, zone: ZoneInfo, *, after: dt.datetime | None = None
) -> dt.datetime:
    """That time on the wall of `zone`, as a moment in UTC.

    An hour that the clock skips is read as the hour after it. An hour that comes twice is the first of
    the two, unless that is not after `after` and the second is.
    """
    first = dt.datetime.combine(day, clock.replace(fold=0), tzinfo=zone).astimezone(dt.UTC)
    second = dt.datetime.combine(day, clock.replace(fold=1), tzinfo=zone).astimezone(dt.UTC)
    return second if after is not None and first <= after < second else first


def read_open_days(kept: object) -> tuple[int, ...]:
    """The weekdays on which a clinic is open, out of its settings; the usual ones where none can be read."""
    listed = kept if isinstance(kept, list | tuple) else ()
    days = {day for day in listed if isinstance(day, int) and not isinstance(day, bool) and 0 <= day <= 6}
    return tuple(sorted(days)) or USUAL_OPEN_DAYS


def first_open_day(day: dt.date, days: Collection[int]) -> dt.date:
    """That day, or the first after it that is one of these weekdays."""
    week = (day + dt.timedelta(days=n) for n in range(7))
    return next((one for one in week if one.weekday() in days), day)


def due_time_of_pick(
    pick: str, *, at: dt.datetime, zone: ZoneInfo, days: Collection[int] = range(7)
) -> dt.datetime:
    """The moment that a quick pick means; tomorrow is the next of these weekdays."""
    today = at.astimezone(zone).date()
    if pick == DueTimePick.TODAY:
        return local_time_in_utc(today, USUAL_CLOSING_TIME, zone)
    if pick == DueTimePick.TOMORROW:
        return local_time_in_utc(
            first_open_day(today + dt.timedelta(days=1), days), _USUAL_OPENING_TIME, zone
        )
    return at.astimezone(dt.UTC) + _ONE_HOUR


def date_words(day: dt.date) -> str:
    """A date as the desk says it: "Mar 14, 2018"."""
    return f"{day:%b} {day.day}, {day.year}"


def day_and_time_words(then: dt.datetime, *, at: dt.datetime, zone: ZoneInfo) -> str:
    """As people say it at `at`: "17:30", "tomorrow 9:00", "yesterday 17:30", "Thu 12 Mar 9:00"."""
    there = then.astimezone(zone)
    clock = f"{there.hour}:{there:%M}"
    days = (there.date() - at.astimezone(zone).date()).days
    near = {0: "", 1: "tomorrow ", -1: "yesterday "}
    return near.get(days, f"{there:%a} {there.day} {there:%b} ") + clock


def time_span_words(seconds: float) -> str:
    """ "25 min", "3 h 5 min", "2 days"."""
    minutes = max(0, int(seconds // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    days = minutes // (24 * 60)
    return f"{days} days" if days > 1 else "1 day"
