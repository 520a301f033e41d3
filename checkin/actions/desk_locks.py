"""Lock a desk that is left alone, and unlock it with a PIN, a password or a passkey."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib.auth.hashers import check_password, make_password
from django.db import InterfaceError, OperationalError
from django.db.models import F

from checkin.actions import audit, emergency_access
from checkin.actions.clinic_changes import change_clinic
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, DeskSession, Staff
from checkin.rules.desk_locks import (
    LONGEST_LOCK_AFTER_MINUTES,
    MOST_UNLOCK_TRIES,
    pin_problem,
    read_typed_pin,
)

_LAST_TRY_SECONDS = 3.0
"""How long another try waits for the fifth that is being compared: a hash takes some tenths of a second."""
_LOOKS_AGAIN_SECONDS = 0.05


class Unlock(NamedTuple):
    """What came of a try to unlock."""

    is_open: bool
    tries_left: int = 0


def begin_desk_session(*, person: Staff, at: dt.datetime) -> DeskSession:
    """Write down that this person has just logged in."""
    with write_in_turn():
        return DeskSession.objects.create(staff=person, logged_in_at=at, active_at=at)


def keep_activity(*, desk: DeskSession, at: dt.datetime) -> None:
    """Write down that somebody used this desk at `at`. Never opens a locked one.

    A page is shown even if nothing can be written now: the desk then only locks earlier.
    """
    if at <= desk.active_at:
        return
    with contextlib.suppress(OperationalError, InterfaceError), write_in_turn():
        DeskSession.objects.filter(pk=desk.pk, locked_at=None, ended_at=None, active_at__lt=at).update(
            active_at=at
        )


def lock_desk(*, desk: DeskSession, person: Staff, at: dt.datetime, how: str) -> None:
    """Lock this login, once. `how`: "idle" or "pressed"."""
    with write_in_turn():
        open_one = DeskSession.objects.filter(pk=desk.pk, locked_at=None, ended_at=None)
        if open_one.update(locked_at=at):
            _audit("desk.locked", person, at, how=how)


def end_desk_session(*, desk: DeskSession, person: Staff, at: dt.datetime, why: str) -> None:
    """End this login, once: only a full login opens the desk again. `why`: a word for the trail."""
    with write_in_turn():
        if DeskSession.objects.filter(pk=desk.pk, ended_at=None).update(ended_at=at):
            emergency_access.end_emergency_access(desk=desk, by=person, at=at, why="logout")
            _audit("desk.ended", person, at, why=why)


def unlock_desk(*, desk: DeskSession, person: Staff, secret: str, at: dt.datetime) -> Unlock:
    """Unlock with the person's PIN or password. The fifth wrong one ends the login."""
    return unlock_desk_if(desk=desk, person=person, is_right=lambda: _is_secret_right(person, secret), at=at)


def unlock_desk_if(
    *, desk: DeskSession, person: Staff, is_right: Callable[[], bool], at: dt.datetime, **detail: Any
) -> Unlock:
    """Unlock if what the person gave is right, by `is_right`. `detail`: for the trail.

    A try is counted before it is compared, so that many at once are no more than five.
    """
    if not _count_try(desk):
        # Whoever made the fifth try may not have got as far as ending the login.
        end_desk_session(desk=desk, person=person, at=at, why="tries")
        return Unlock(is_open=False)
    # Slow on purpose, so outside of the turn to write.
    may_open = is_right()
    with write_in_turn():
        held = DeskSession.objects.select_for_update().get(pk=desk.pk)
        left = MOST_UNLOCK_TRIES - held.unlock_tries
        if may_open and held.ended_at is None:
            held.active_at, held.locked_at, held.unlock_tries = at, None, 0
            _audit("desk.unlocked", person, at, **detail)
        else:
            _audit("desk.unlock_refused", person, at, outcome="refused", tries_left=left, **detail)
            if left <= 0 and held.ended_at is None:
                held.ended_at = at
                emergency_access.end_emergency_access(desk=desk, by=person, at=at, why="logout")
                _audit("desk.ended", person, at, why="tries")
        held.save()
    return Unlock(is_open=may_open and held.ended_at is None, tries_left=max(left, 0))


def _count_try(desk: DeskSession) -> bool:
    """Count one more try in one statement; return False if there is none left or the login has ended.

    A fifth that is being compared now decides first: the same right PIN may come twice, by a double tap.
    """
    login = DeskSession.objects.filter(pk=desk.pk, ended_at=None)
    until = time.monotonic() + _LAST_TRY_SECONDS
    while login.filter(unlock_tries__gte=MOST_UNLOCK_TRIES).exists() and time.monotonic() < until:
        time.sleep(_LOOKS_AGAIN_SECONDS)
    with write_in_turn():
        left = login.filter(unlock_tries__lt=MOST_UNLOCK_TRIES)
        return bool(left.update(unlock_tries=F("unlock_tries") + 1))


def _is_secret_right(person: Staff, secret: str) -> bool:
    """Return whether this is the person's PIN or password."""
    pin = read_typed_pin(secret)
    if person.pin and not pin_problem(pin):
        return check_password(pin, person.pin)
    return person.check_password(secret)


def set_pin(*, person: Staff, pin: str, by: Staff | None, at: dt.datetime) -> Staff:
    """Set this person's PIN; "" removes it. Raises Refused if it is easy to guess."""
    if pin and (problem := pin_problem(pin)):
        raise Refused(problem)
    kept = make_password(pin) if pin else ""
    with write_in_turn():
        held = Staff.objects.select_for_update().get(pk=person.pk)
        held.pin = kept
        held.save(update_fields=["pin"])
        _audit("staff.pin_set", held, at, by=by, is_set=bool(pin))
    return held


def set_lock_after(*, clinic: Clinic, minutes: int, at: dt.datetime) -> Clinic:
    """Set after how many minutes without a press this clinic's desks lock. Raises Refused."""
    if not 1 <= minutes <= LONGEST_LOCK_AFTER_MINUTES:
        raise Refused(
            f"A desk locks after 1 to {LONGEST_LOCK_AFTER_MINUTES} minutes. Give one of these numbers."
        )
    return change_clinic(clinic=clinic, wanted={"lock_after_minutes": minutes}, at=at)


def _audit(action: str, person: Staff, at: dt.datetime, *, by: Staff | None = None, **detail: Any) -> None:
    audit.write_audit_event(action=action, subject=person, at=at, by=by or person, **detail)
