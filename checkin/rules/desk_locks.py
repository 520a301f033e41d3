"""When a desk that is left alone locks, when it asks for a full login, and which PINs are accepted.

Locked: the login goes on, nothing is shown, and a PIN opens it again. Ended: only a full login does.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from enum import StrEnum
from itertools import pairwise

from checkin.rules.passwords import is_repeated

DESK_SESSION_KEY = "desk_session"
"""Session key: id of this login's row of times."""
DEFAULT_LOCK_AFTER_MINUTES = 5
LONGEST_LOCK_AFTER_MINUTES = 15
FULL_LOGIN_AFTER_IDLE = dt.timedelta(minutes=30)
FULL_LOGIN_AFTER = dt.timedelta(hours=12)
"""From the login, however busy the desk was meanwhile."""
LOGIN_TIMES_KEPT = dt.timedelta(days=2)
"""From the login: longer than it may last, and than its browser's session can."""
_CLOCK_MAY_STEP_BACK = dt.timedelta(minutes=1)
"""A desk used later than now by no more than this stays open: a clock that is set right steps a little."""
_ACTIVITY_KEPT_EVERY = dt.timedelta(seconds=60)
MOST_UNLOCK_TRIES = 5
PIN_DIGITS = 6


class DeskState(StrEnum):
    OPEN = "open"
    LOCKED = "locked"
    ENDED = "ended"


def activity_kept_every(lock_after: dt.timedelta) -> dt.timedelta:
    """Return how often activity is written at most: once a minute, unless a desk locks within a few."""
    return min(_ACTIVITY_KEPT_EVERY, lock_after / 3)


def read_desk_state(
    *,
    logged_in_at: dt.datetime,
    active_at: dt.datetime,
    locked_at: dt.datetime | None,
    lock_after: dt.timedelta,
    at: dt.datetime,
) -> DeskState:
    """Return the state of a login at this moment, from the times of its login and its last activity.

    If the last activity is later than now, the clock went back: how long nobody was there is unknown, so the
    desk is locked. Unlocking it writes the time down.
    """
    idle = at - active_at
    if at - logged_in_at >= FULL_LOGIN_AFTER or idle >= FULL_LOGIN_AFTER_IDLE:
        return DeskState.ENDED
    if locked_at is not None or idle >= lock_after or idle < -_CLOCK_MAY_STEP_BACK:
        return DeskState.LOCKED
    return DeskState.OPEN


def read_typed_pin(typed: str) -> str:
    """Return the PIN without spaces around it, in ASCII digits whatever the keyboard's: ١ and １ are 1."""
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in typed.strip())


def pin_problem(pin: str) -> str:
    """Return why this PIN is not accepted, as a sentence; "" if it is."""
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        return "A PIN is six digits, such as those of a date that only you know."
    if is_repeated(pin) or _is_run(_collapse_repeats(pin)):
        return "This PIN is easy to guess: it repeats, or it counts up or down. Choose other digits."
    return ""


def _collapse_repeats(pin: str) -> str:
    """Return the digits without those equal to the one before: 112233 is 123."""
    return "".join(digit for before, digit in zip(" " + pin, pin, strict=False) if digit != before)


def _is_run(digits: str) -> bool:
    """Return whether the digits count up or down by one, past 9 too: 456789, 321098."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    return steps in ({1}, {9}, set())
