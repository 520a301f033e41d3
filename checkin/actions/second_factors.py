"""A person's second factors, and whom the clinic asks for one."""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator

from checkin.actions import audit, own_sessions
from checkin.actions.permissions import require_permission
from checkin.actions.write_queue import write_in_turn
from checkin.models import Staff
from checkin.rules.roles import StaffAct


def reset_second_factor(*, person: Staff, by: Staff | None, at: dt.datetime) -> int:
    """Remove all passkeys, apps and recovery codes of this person, and log them out everywhere.

    Returns how many were removed. They set up new ones at their next login, if the clinic asks for one.
    `by` is None from the command line. Raises NotAllowed.
    """
    require_permission(StaffAct.MANAGE_STAFF, by)
    with write_in_turn():
        theirs = Authenticator.objects.filter(user=person)
        kinds = sorted(theirs.values_list("type", flat=True))
        theirs.delete()
        audit.write_audit_event(
            action="staff.second_factor_reset",
            subject=person,
            at=at,
            by=by,
            clinic_id=person.clinic_id,
            kinds=kinds,
        )
        own_sessions.end_sessions(person=person, by=by, at=at)
    return len(kinds)


def record_factor_change(*, person: Staff, kind: str, change: str, at: dt.datetime) -> None:
    """Write to the audit trail that this person added, removed or replaced a factor of theirs.

    `kind`: totp, webauthn or recovery_codes. `change`: added, removed or replaced.
    """
    audit.write_audit_event(
        action=f"staff.second_factor_{change}",
        subject=person,
        at=at,
        by=person,
        clinic_id=person.clinic_id,
        kind=kind,
    )
