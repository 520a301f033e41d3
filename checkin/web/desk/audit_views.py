"""Record each page about a person that staff open in the audit log."""

from __future__ import annotations

from django.utils import timezone

from checkin.actions import audit
from checkin.actions.write_queue import write_in_turn
from checkin.models import ExcuseNote, Patient, Promise, Visit
from checkin.web.access import StaffRequest


def audit_page_view(
    request: StaffRequest, subject: Patient | Visit | Promise | ExcuseNote, *, patient_id: int | None
) -> None:
    """Record that this person opened this page."""
    with write_in_turn():
        audit.audit_page_seen(subject=subject, by=request.user, at=timezone.now(), patient_id=patient_id)
