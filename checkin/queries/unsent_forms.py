"""What a person typed at the desk and has not sent yet."""

from __future__ import annotations

import datetime as dt

from checkin.models import UnsentForm


def list_waiting_forms(staff_id: int, *, at: dt.datetime) -> list[UnsentForm]:
    """Return what this person may still send, oldest first."""
    return list(UnsentForm.objects.all().waiting_for(staff_id, at=at))


def find_same_form(
    staff_id: int, *, at: dt.datetime, action: str, fields: list[list[str]]
) -> UnsentForm | None:
    """Return the form with the same address and the same text that already waits for this person, if any."""
    waiting = UnsentForm.objects.all().waiting_for(staff_id, at=at).filter(action=action)
    return next((one for one in waiting if one.fields == fields), None)


def is_form_waiting(staff_id: int, *, at: dt.datetime) -> bool:
    """Return whether this person may still send something."""
    return UnsentForm.objects.all().waiting_for(staff_id, at=at).exists()
