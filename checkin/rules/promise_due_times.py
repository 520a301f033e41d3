"""Decide when a call is due: on a day when the clinic is open, within the time that the family gave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple
from zoneinfo import ZoneInfo

from checkin.rules import clocks
from checkin.rules.best_times import CallWindow
from checkin.rules.promises import DUE_AFTER_BEST_TIME

_CLOSED_THAT_DAY = "The clinic is closed that day. Choose a day on which it is open."
AFTER_THEIR_BEST_TIME = "They asked to be reached before then. Choose an earlier time, or another day."
DUE_TIME_PASSED = "That time has passed. Choose a later time, or another day."
_DAYS_AHEAD = 14


class AgreedDueTime(NamedTuple):
    """The start of their best time and when the promise is due; or why no such time exists."""

    best_from: dt.datetime | None = None
    due_at: dt.datetime | None = None
    problem: str = ""


def agree_on_best_time(
    window: CallWindow, *, at: dt.datetime, zone: ZoneInfo, days: Collection[int]
) -> AgreedDueTime:
    """Return when a promise is due by their best time alone: half an hour after it starts.

    If they gave only an end, it is due by that end. If they gave neither, nothing is agreed.
    """
    if window == CallWindow():
        return AgreedDueTime()
    today = at.astimezone(zone).date()
    for day in (today + dt.timedelta(days=n) for n in range(_DAYS_AHEAD)):
        if day.weekday() not in days:
            continue
        best = clocks.local_time_in_utc(day, window.start, zone, after=at) if window.start else None
        end = _last_moment_of_window(window, day, zone)
        if best is None and end > at:
            return AgreedDueTime(None, end)
        if best is not None and (best > at or (window.end and end > at)):
            return AgreedDueTime(best, min(max(best, at) + DUE_AFTER_BEST_TIME, end))
    return AgreedDueTime()


def agree_on_picked_time(
    due: dt.datetime,
    window: CallWindow,
    *,
    at: dt.datetime,
    zone: ZoneInfo,
    days: Collection[int],
    on_that_day: bool = True,
) -> AgreedDueTime:
    """Return when a promise is due if staff or a rule gave a time: not before or after their best time.

    Unless `on_that_day`, their best time may be the one running now, or start on any later day.
    """
    day = due.astimezone(zone).date()
    if day.weekday() not in days:
        return AgreedDueTime(problem=_CLOSED_THAT_DAY)
    if not on_that_day and window.start:
        best = _best_time_start(window, at=at, zone=zone, days=days)
    else:
        best = clocks.local_time_in_utc(day, window.start, zone, after=at) if window.start else None
    if best is not None:
        due = max(due, best + DUE_AFTER_BEST_TIME)
        day = best.astimezone(zone).date()
    if due <= at:
        return AgreedDueTime(problem=DUE_TIME_PASSED)
    # Half an hour after a late-night time is the next day, when the clinic may be closed.
    if window.end or best is not None:
        due = min(due, _last_moment_of_window(window, day, zone))
    return AgreedDueTime(best, due) if due > at else AgreedDueTime(problem=AFTER_THEIR_BEST_TIME)


def _best_time_start(
    window: CallWindow, *, at: dt.datetime, zone: ZoneInfo, days: Collection[int]
) -> dt.datetime | None:
    """Return the start of their next best time, or of the one running now: there is nothing to wait for."""
    today = at.astimezone(zone).date()
    if window.start and today.weekday() in days:
        began = clocks.local_time_in_utc(today, window.start, zone, after=at)
        if began <= at < _last_moment_of_window(window, today, zone):
            return began
    return agree_on_best_time(CallWindow(window.start), at=at, zone=zone, days=days).best_from


def agree_on_exact_time(
    due: dt.datetime, window: CallWindow, *, at: dt.datetime, zone: ZoneInfo, days: Collection[int]
) -> AgreedDueTime:
    """Return when it is due if staff chose the day and time: a bad time is refused, never moved."""
    day = due.astimezone(zone).date()
    if day.weekday() not in days:
        return AgreedDueTime(problem=_CLOSED_THAT_DAY)
    best = clocks.local_time_in_utc(day, window.start, zone, after=at) if window.start else None
    if window.end and due > _last_moment_of_window(window, day, zone):
        return AgreedDueTime(best, due, AFTER_THEIR_BEST_TIME)
    return AgreedDueTime(best, due)


def _last_moment_of_window(window: CallWindow, day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Return the end that they gave on that day, or the last minute of the day."""
    last = dt.time(23, 59, 59) if window.start == dt.time(23, 59) else dt.time(23, 59)
    return clocks.local_time_in_utc(day, window.end or last, zone)
