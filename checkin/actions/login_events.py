"""Tell the audit trail who logged in or out, who failed to, and who was refused a page."""

from __future__ import annotations

import datetime as dt

from checkin.actions import audit, emergency_access
from checkin.actions.write_queue import write_in_turn
from checkin.models import Staff
from checkin.rules.audit import AuditOutcome


def record_login(*, by: Staff, at: dt.datetime) -> None:
    with write_in_turn():
        audit.write_audit_event(action="login.done", subject=by, at=at, by=by)


def record_logout(*, by: Staff, at: dt.datetime) -> None:
    with write_in_turn():
        emergency_access.end_emergency_access(desk=by.desk, by=by, at=at, why="logout")
        audit.write_audit_event(action="login.ended", subject=by, at=at, by=by)


def record_failed_login(*, username: str, at: dt.datetime) -> None:
    """Record a wrong password. What was typed is not kept: people type passwords into the wrong box.

    It is in the clinic of the person whose username it was, or in that of nobody.
    """
    person = Staff.objects.find_by_username(username)
    with write_in_turn():
        audit.write_audit_event(action="login.failed", subject=person, at=at, outcome=AuditOutcome.FAILED)


def record_failed_factor(*, person: Staff | None, kind: str, at: dt.datetime) -> None:
    """Record a passkey or a code that opened nothing. `kind`: passkey or code.

    `person`: who had begun to log in, or whom a passkey named, as anybody can.
    """
    with write_in_turn():
        audit.write_audit_event(
            action="login.failed", subject=person, at=at, outcome=AuditOutcome.FAILED, kind=kind
        )


def record_throttled_login(*, username: str, limit: str, at: dt.datetime) -> None:
    """Record that a login was refused unread, after too many tries. `limit`: the code of the limit."""
    person = Staff.objects.find_by_username(username)
    with write_in_turn():
        audit.write_audit_event(
            action="login.throttled", subject=person, at=at, outcome=AuditOutcome.REFUSED, limit=limit
        )


def record_password_change(*, person: Staff, at: dt.datetime) -> None:
    """Record that this person has a new password."""
    with write_in_turn():
        audit.write_audit_event(action="staff.password_changed", subject=person, at=at, by=person)


def record_refusal(
    *, by: Staff, page: str, method: str, at: dt.datetime, action: str = "page.refused"
) -> None:
    """Record that a person's role does not allow what they asked for; `page` is the name of its URL.

    `action`: "act.refused" if the page is theirs, and the act behind it is not.
    """
    with write_in_turn():
        audit.write_audit_event(
            action=action,
            subject=by,
            at=at,
            by=by,
            outcome=AuditOutcome.REFUSED,
            page=page,
            method=method,
        )
