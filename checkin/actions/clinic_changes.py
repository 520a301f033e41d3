"""Change settings of a clinic, for the actions that know what they mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from checkin.actions import audit
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Staff


def change_clinic(
    *, clinic: Clinic, wanted: Mapping[str, object], at: dt.datetime, by: Staff | None = None
) -> Clinic:
    """Write the columns that differ, by their names, with one line on the audit trail if any does.

    The caller checks the values, and whether `by` may change them; None is the command line.
    """
    with write_in_turn():
        # Not FOR UPDATE, which would make sign-ins wait: their rows refer to the clinic.
        held = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
        changed = [name for name, value in wanted.items() if getattr(held, name) != value]
        for name in changed:
            setattr(held, name, wanted[name])
        if changed:
            held.save(update_fields=changed)
            audit.write_audit_event(
                action="clinic.changed", subject=held, at=at, by=by, clinic_id=held.pk, columns=changed
            )
    return held
