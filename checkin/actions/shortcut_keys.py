"""Whether a person's shortcut keys are on: kept with their account, so the same on each machine."""

from __future__ import annotations

import datetime as dt

from checkin.actions import audit
from checkin.actions.write_queue import write_in_turn
from checkin.models import Staff


def set_shortcut_keys(*, person: Staff, is_on: bool, by: Staff, at: dt.datetime) -> Staff:
    """Switch this person's single-letter shortcuts on or off. Idempotent."""
    with write_in_turn():
        held = Staff.objects.select_for_update().get(pk=person.pk)
        if held.has_shortcut_keys != is_on:
            held.has_shortcut_keys = is_on
            held.save(update_fields=["has_shortcut_keys"])
            audit.write_audit_event(
                action="staff.shortcut_keys_set",
                subject=held,
                at=at,
                by=by,
                clinic_id=held.clinic_id,
                is_on=is_on,
            )
    return held
