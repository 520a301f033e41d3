"""What a person typed at the desk and has not sent yet."""

from __future__ import annotations

import datetime as dt

from checkin.models import UnsentForm


def list_waiting_forms(staff_id: int, *, at: dt.datetime) -> list[UnsentForm]:
    """Return what this person may still send, oldest first."""
    return list(UnsentForm.objects.all().waiting_for(staff_id, at=at))


def is_form_waiting(staff_id: int, *, at: dt.datetime) -> bool:
    """Return whether this person may still send something."""
    return UnsentForm.objects.all().waiting_for(staff_id, at=at).exists()
