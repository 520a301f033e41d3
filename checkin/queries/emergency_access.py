"""Who opened charts in an emergency: the notices that a person has not read, and the auditor's list."""

from __future__ import annotations

import datetime as dt

from django.db import models

from checkin.models import AuditEvent, AuditEventPatient, Clinic, EmergencyAccess, Staff
from checkin.queries.audit_events import was_let_in_by
from checkin.rules.emergency_access import NOTICE_LASTS
from checkin.rules.roles import StaffAct

_MOST_NOTICES = 5
_MOST_LISTED = 200


def list_unread_notices(person: Staff, *, at: dt.datetime) -> list[EmergencyAccess]:
    """Return what this person has still to read, newest first. Asks the database only after an emergency."""
    last = person.clinic.emergency_started_at
    if last is None or at - last > NOTICE_LASTS or not person.may_act(StaffAct.READ_EMERGENCIES):
        return []
    unread = person.clinic.emergency_accesses.filter(started_at__gt=at - NOTICE_LASTS)
    unread = unread.exclude(staff=person).exclude(seen__staff=person)
    found = list(unread.select_related("staff").order_by("-started_at", "-pk")[:_MOST_NOTICES])
    for one in found:
        one.clinic = person.clinic
    return found


def list_emergency_accesses(clinic: Clinic) -> list[EmergencyAccess]:
    """Return the newest, each with `patients_read`, a count of patients, and `readers`, who has read it."""
    found = clinic.emergency_accesses.select_related("staff").prefetch_related(
        models.Prefetch("seen", to_attr="readers")
    )
    rows = list(found.order_by("-started_at", "-pk")[:_MOST_LISTED])
    for one in rows:
        one.patients_read = _count_patients_read(one)  # type: ignore[attr-defined]  # for the page
    return rows


def _count_patients_read(access: EmergencyAccess) -> int:
    """Return how many patients the events of this access name. The times are there for the index."""
    events = AuditEvent.objects.filter(
        was_let_in_by(access.pk, access.let_in_until),
        clinic_id=access.clinic_id,
        staff_id=access.staff_id,
        at__gte=access.started_at,
        at__lt=access.written_until,
    )
    alone = events.exclude(patient_id__isnull=True).values_list("patient_id", flat=True)
    listed = AuditEventPatient.objects.filter(event__in=events).values_list("patient_id", flat=True)
    return len({*alone, *listed})
