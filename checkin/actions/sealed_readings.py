"""Open what is sealed: only with a reason, and each opening is kept."""

from __future__ import annotations

import datetime as dt

from checkin.actions import audit
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import Patient, SealedReading, Staff, Visit
from checkin.rules.roles import StaffAct
from checkin.rules.sealed_readings import LONGEST_REASON, ReadingReason

REASON_MISSING = "Choose why you open it. For another reason, write it in a few words. Nothing was opened."
_SEALED_ELSEWHERE = "That record belongs to another clinic."


def open_sealed(
    *,
    by: Staff,
    at: dt.datetime,
    reason: ReadingReason,
    patient: Patient | None = None,
    visit: Visit | None = None,
    items: int = 0,
) -> SealedReading:
    """Record that this person opens what is sealed on this patient or visit; only then may it be shown.

    `items`: how much was there, for the trail. Raises Refused without a reason, and NotAllowed.
    """
    require_permission(StaffAct.READ_CHARTS, by)
    if not reason.is_given:
        raise Refused(REASON_MISSING)
    subject = visit or patient
    if subject is None:
        raise TypeError("a reading is of a patient or a visit")
    if any(one is not None and one.clinic_id != by.clinic_id for one in (patient, visit)):
        raise Refused(_SEALED_ELSEWHERE)
    child = patient.pk if patient else visit.patient_id if visit else None
    with write_in_turn():
        made = SealedReading.objects.create(
            clinic_id=by.clinic_id,
            patient_id=child,
            visit=visit,
            at=at,
            by=by,
            reason=reason.picked,
            typed=reason.typed.strip()[:LONGEST_REASON],
        )
        audit.write_audit_event(
            action="sealed.opened",
            subject=subject,
            at=at,
            by=by,
            patient_id=child,
            purpose=reason.purpose,
            reason=reason.picked,
            items=items,
        )
        return made
