"""Create staff logins: one per person, with one role."""

from __future__ import annotations

import datetime as dt
import secrets

from checkin.actions import audit
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import Location, Staff
from checkin.rules.roles import Role

_STAFF_PASSWORD_BYTES = 18


def create_staff_login(
    *, location: Location, username: str, name: str, role: str, by: Staff | None, at: dt.datetime
) -> tuple[Staff, str]:
    """Create a login; return the person and their password, which cannot be shown again.

    Raises Refused.
    """
    if role not in Role.values:
        raise Refused(f"There is no role “{role[:20]}”: choose one of {', '.join(Role.values)}.")
    for text, column in ((username, "username"), (name, "name")):
        limit = getattr(Staff._meta.get_field(column), "max_length", 0)
        if not text or len(text) > limit:
            raise Refused(f"The {column} needs 1 to {limit} letters.")
    password = secrets.token_urlsafe(_STAFF_PASSWORD_BYTES)
    with write_in_turn():
        if Staff.objects.filter(username__iexact=username).exists():
            raise Refused(f"Somebody has the username {username} already: choose another.")
        made = Staff.objects.create_user(
            username=username,
            password=password,
            name=name,
            role=role,
            clinic=location.clinic,
            location=location,
        )
        audit.write_audit_event(
            action="staff.created", subject=made, clinic_id=location.clinic_id, at=at, by=by, role=role
        )
    return made, password
