"""End the sessions of a person: on one machine, or everywhere."""

from __future__ import annotations

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session

from checkin.actions import audit, emergency_access
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import DeskSession, Staff
from checkin.rules.desk_locks import DESK_SESSION_KEY


def end_sessions(*, person: Staff, by: Staff | None, at: dt.datetime, but_key: str = "") -> int:
    """Log this person out everywhere, except from the session `but_key`; return how many sessions ended.

    Every stored session is looked at, also one that is in no list of theirs. `by` is None from the command
    line.
    """
    with write_in_turn():
        _lock_logins(person)
        theirs = [
            row.session_key
            for row in Session.objects.filter(expire_date__gt=at).exclude(session_key=but_key)
            if row.get_decoded().get(SESSION_KEY) == str(person.pk)
        ]
        Session.objects.filter(session_key__in=theirs).delete()
        UserSession.objects.filter(user=person).exclude(session_key=but_key).delete()
        kept = _load_desk(but_key)
        emergency_access.end_all_emergency_access(person=person, by=by, at=at, why="logout", but=kept)
        audit.write_audit_event(
            action="staff.sessions_ended",
            subject=person,
            at=at,
            by=by,
            clinic_id=person.clinic_id,
            count=len(theirs),
        )
    return len(theirs)


def end_session(*, person: Staff, number: int, by: Staff, at: dt.datetime) -> None:
    """End one of this person's sessions, by its id in their list. Raises Refused if it has ended already."""
    with write_in_turn():
        _lock_logins(person)
        found = UserSession.objects.filter(user=person, pk=number).first()
        if found is None:
            raise Refused("That login has ended already.")
        desk = _load_desk(found.session_key)
        Session.objects.filter(session_key=found.session_key).delete()
        found.delete()
        emergency_access.end_emergency_access(desk=desk, by=by, at=at, why="logout")
        audit.write_audit_event(
            action="staff.sessions_ended", subject=person, at=at, by=by, clinic_id=person.clinic_id, count=1
        )


def _load_desk(session_key: str) -> DeskSession | None:
    """Return the times of the login with this session; None if they are not known."""
    row = Session.objects.filter(session_key=session_key).first()
    known = row.get_decoded().get(DESK_SESSION_KEY) if row else None
    return DeskSession.objects.filter(pk=known).first() if known else None


def renew_session_key(*, person: Staff, session: SessionBase) -> bool:
    """Give this session a new key, also in its person's list of logins: by its key it is shown and ended.

    Both or neither: the browser would keep a key that is gone. Returns False, with nothing changed, if the
    session was ended since this request began: it would go on from memory, under its new key.
    """
    with write_in_turn():
        _lock_logins(person)
        old_key = session.session_key
        if not Session.objects.filter(session_key=old_key).exists():
            return False
        session.cycle_key()
        UserSession.objects.filter(user=person, session_key=old_key).update(session_key=session.session_key)
    return True


def _lock_logins(person: Staff) -> None:
    """Let nobody renew a session of this person while another transaction looks for those to end."""
    Staff.objects.select_for_update(no_key=True).get(pk=person.pk)
