"""Record each page about a person that staff open, and whom each list showed, in the audit log."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from checkin.actions import audit
from checkin.actions.write_queue import write_in_turn
from checkin.models import ExcuseNote, Patient, Promise, Visit
from checkin.web.access import StaffRequest


def audit_page_view(
    request: StaffRequest,
    subject: Patient | Visit | Promise | ExcuseNote,
    *,
    patient_id: int | None,
    others: Iterable[int | None] = (),
) -> None:
    """Record that this person opened this page. `others`: patients that it lists besides."""
    with write_in_turn():
        audit.write_audit_event(
            action="seen",
            subject=subject,
            by=request.user,
            at=timezone.now(),
            patient_id=patient_id,
            patient_ids=sorted({pk for pk in others if pk is not None and pk != patient_id}),
        )


def audit_patients_listed(
    request: StaffRequest,
    action: str,
    *,
    patients: Iterable[int | None] = (),
    visits: Iterable[Visit] = (),
) -> None:
    """Record in one event whom a list named: these patients, and these visits' patients.

    A visit that is nobody's yet is named by its own id. Nothing is written for an empty list.
    """
    shown = list(visits)
    named = sorted({pk for pk in (*patients, *(one.patient_id for one in shown)) if pk is not None})
    unmatched = sorted({one.pk for one in shown if one.patient_id is None})
    if not named and not unmatched:
        return
    with write_in_turn():
        audit.write_audit_event(
            action=action,
            subject=None,
            by=request.user,
            at=timezone.now(),
            patient_ids=named,
            **({"visits": unmatched} if unmatched else {}),
        )
