"""The audit trail: what was done, and what was viewed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.models import AuditEvent, Device, Staff


def write_audit_event(
    *,
    action: str,
    subject: Any,
    at: dt.datetime,
    by: Staff | None = None,
    device: Device | None = None,
    patient_id: int | None = None,
    clinic_id: int | None = None,
    **detail: object,
) -> AuditEvent:
    """Write one line of the audit trail, in the caller's transaction.

    `detail` holds ids, states and counts, never names or typed text: some readers of the trail may not see
    those.
    """
    return AuditEvent.objects.create(
        clinic_id=clinic_id or subject.clinic_id,
        at=at,
        staff=by,
        device=device,
        action=action,
        subject=type(subject).__name__,
        subject_id=subject.pk,
        patient_id=patient_id,
        detail=detail,
    )


def audit_page_seen(
    *, subject: object, by: Staff, at: dt.datetime, patient_id: int | None = None
) -> AuditEvent:
    """Record that somebody opened the page of this patient or visit."""
    return write_audit_event(action="seen", subject=subject, at=at, by=by, patient_id=patient_id)
