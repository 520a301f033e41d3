"""When a call is due: on a day on which the clinic is open, and within the time that the family gave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple
from zoneinfo import ZoneInfo

from checkin.rules import clocks
from checkin.rules.best_times import Window
from checkin.rules.promises import AFTER_BEST

CLOSED = "The clinic is closed that day. Choose a day on which it is open."
AFTER_THEIR_END = "They asked to be reached before then. Choose an earlier time, or another day."
PASSED = "That time has passed. Choose a later time, or another day."
DAYS_AHEAD = 14


class Agreed(NamedTuple):
    """Their best time as a moment and when it is due; or why no such time can be."""

    best_from: dt.datetime | None = None
    due_at: dt.datetime | None = None
    problem: str = ""


def by_their_time(window: Window, *, at: dt.datetime, zone: ZoneInfo, days: Collection[int]) -> Agreed:
    """Return when it is due where only their words say so: half an hour after their best time has begun.

    Without a beginning it is due by the end that they gave; without either nothing is agreed.
    """
    if window == Window():
        return Agreed()
    today = at.astimezone(zone).date()
    for day in (today + dt.timedelta(days=n) for n in range(DAYS_AHEAD)):
        if day.weekday() not in days:
            continue
        best = clocks.moment(day, window.start, zone, after=at) if window.start else None
        end = last_moment(window, day, zone)
        if best is None and end > at:
            return Agreed(None, end)
        if best is not None and (best > at or (window.end and end > at)):
            return Agreed(best, min(max(best, at) + AFTER_BEST, end))
    return Agreed()


def by_a_pick(
    due: dt.datetime,
    window: Window,
    *,
    at: dt.datetime,
    zone: ZoneInfo,
    days: Collection[int],
    on_that_day: bool = True,
) -> Agreed:
    """Return when it is due where staff or a rule said by when: not before their time, nor after it.

    Unless `on_that_day`, their best time may be the one that runs now, or begin on any day from now.
    """
    day = due.astimezone(zone).date()
    if day.weekday() not in days:
        return Agreed(problem=CLOSED)
    if not on_that_day and window.start:
        best = begin(window, at=at, zone=zone, days=days)
    else:
        best = clocks.moment(day, window.start, zone, after=at) if window.start else None
    if best is not None:
        due = max(due, best + AFTER_BEST)
        day = best.astimezone(zone).date()
    if due <= at:
        return Agreed(problem=PASSED)
    # Half an hour after a time late at night is the next day, on which the clinic may be closed.
    if window.end or best is not None:
        due = min(due, last_moment(window, day, zone))
    return Agreed(best, due) if due > at else Agreed(problem=AFTER_THEIR_END)


def begin(window: Window, *, at: dt.datetime, zone: ZoneInfo, days: Collection[int]) -> dt.datetime | None:
    """Return when their best time begins, or began where it runs now: then there is nothing to wait for."""
    today = at.astimezone(zone).date()
    if window.start and today.weekday() in days:
        began = clocks.moment(today, window.start, zone, after=at)
        if began <= at < last_moment(window, today, zone):
            return began
    return by_their_time(Window(window.start), at=at, zone=zone, days=days).best_from


def at_a_time(
    due: dt.datetime, window: Window, *, at: dt.datetime, zone: ZoneInfo, days: Collection[int]
) -> Agreed:
    """Return when it is due where staff chose day and time themselves: refused, never moved."""
    day = due.astimezone(zone).date()
    if day.weekday() not in days:
        return Agreed(problem=CLOSED)
    best = clocks.moment(day, window.start, zone, after=at) if window.start else None
    if window.end and due > last_moment(window, day, zone):
        return Agreed(best, due, AFTER_THEIR_END)
    return Agreed(best, due)


def last_moment(window: Window, day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The end that they gave, on that day; without one, the last minute of it."""
    last = dt.time(23, 59, 59) if window.start == dt.time(23, 59) else dt.time(23, 59)
    return clocks.moment(day, window.end or last, zone)
