"""Forget a patient: erase the record and all that was typed about it. The trail keeps its number only."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import models

from checkin.actions import audit
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.unsent_forms import delete_every_unsent_form
from checkin.actions.write_queue import write_in_turn
from checkin.models import Appointment, BoardVersion, Clinic, Location, Patient, Staff, Visit
from checkin.models.erasure import Erasure, overwrite_what_is_erased
from checkin.rules.forgetting import ForgetReason, ForgottenPatient, may_be_forgotten, parse_forgotten
from checkin.rules.roles import StaffAct

SESSION_KEYS_WITH_TYPED_TEXT = ("typed", "searches")
"""Kept searches, by the name that the pages give them, and unsent forms of an earlier version."""


class PatientGone(Refused):
    """There is no such record."""


class Forgotten(NamedTuple):
    """What is erased, or would be."""

    patients: list[int]
    counts: dict[str, int]
    """Rows of each model."""


def find_what_goes(clinic: Clinic, patient_ids: list[int]) -> Forgotten:
    """Return what forgetting these patients erases, with the records that were merged with them."""
    found = sorted({pk for one in patient_ids for pk in _merged_with(clinic, one)})
    return Forgotten(found, Erasure(patients=found).counts())


def forget_patient(*, clinic: Clinic, patient_id: int, reason: str, by: Staff, at: dt.datetime) -> Forgotten:
    """Erase a patient and the records merged with it. Raises NotAllowed, PatientGone, or OSError if the list
    outside the database cannot be written; then nothing is erased."""
    require_permission(StaffAct.MANAGE_BACKUPS, by)
    if by.clinic_id != clinic.pk:
        raise PatientGone(f"This clinic has no patient {patient_id}. Nothing was erased.")
    overwrite_what_is_erased()
    with write_in_turn():
        goes = find_what_goes(clinic, [patient_id])
        erasure = Erasure(patients=goes.patients)
        counts = erasure.counts()
        records = list(Patient.objects.filter(pk__in=goes.patients).order_by("pk"))
        erasure.carry_out()
        cleared, unsent = _empty_sessions(), delete_every_unsent_form()
        for location in Location.objects.filter(clinic=clinic):
            BoardVersion.bump(location.pk)
        audit.write_audit_event(
            action="patient.forgotten",
            subject=clinic,
            clinic_id=clinic.pk,
            at=at,
            by=by,
            patient_id=patient_id,
            patient_ids=goes.patients,
            reason=ForgetReason(reason).value,
            rows=counts,
            sessions=cleared,
            unsent_forms=unsent,
        )
        _append_to_list(
            [
                ForgottenPatient(
                    at.isoformat(timespec="seconds"), clinic.pk, one.pk, one.created_at.isoformat(), reason
                )
                for one in records
            ]
        )
    return Forgotten(goes.patients, counts)


def select_expired(clinic: Clinic, *, before: dt.date, until_age: int | None, today: dt.date) -> list[int]:
    """Return the patients whose record was last in use before that day, and who have reached that age."""
    latest: dict[int, dt.date] = {}
    rows = [
        clinic.patients.values_list("pk", "updated_at"),
        Visit.objects.filter(clinic=clinic, patient__isnull=False)
        .values_list("patient")
        .annotate(models.Max("arrived_at")),
        Appointment.objects.filter(clinic=clinic).values_list("patient").annotate(models.Max("starts_at")),
    ]
    for found in rows:
        for pk, moment in found:
            latest[pk] = max(latest.get(pk, dt.date.min), moment.date())
    # A record and those merged into it go together, so the latest of them counts.
    for pk, root in clinic.patients.exclude(merged_into=None).values_list("pk", "merged_into"):
        if pk in latest and root in latest:
            latest[root] = max(latest[root], latest.pop(pk))
    born = dict(clinic.patients.values_list("pk", "birth_date"))
    return [
        pk
        for pk, last_seen in sorted(latest.items())
        if may_be_forgotten(
            last_seen=last_seen, birth_date=born.get(pk), before=before, until_age=until_age, today=today
        )
    ]


def list_returned(clinic: Clinic) -> list[ForgottenPatient]:
    """Return the forgotten patients who are here again, as after an older backup was restored.

    A later record that has the same number was made at another time.
    """
    wanted = [one for one in _read_forgotten_list() if one.clinic == clinic.pk]
    made = dict(
        clinic.patients.filter(pk__in=[one.patient for one in wanted]).values_list("pk", "created_at")
    )
    return [one for one in wanted if one.patient in made and made[one.patient].isoformat() == one.created]


def _read_forgotten_list() -> Iterator[ForgottenPatient]:
    """Yield the list outside the database; nothing if there is none. Raises OSError if it is unreadable."""
    try:
        with _forgotten_list_path().open(errors="replace") as file:
            yield from parse_forgotten(file)
    except FileNotFoundError:
        return


def _forgotten_list_path() -> Path:
    return Path(settings.FORGOTTEN_LIST)


def _merged_with(clinic: Clinic, patient_id: int) -> set[int]:
    """Return the record, the one that it was merged into, and all that were merged into that."""
    one = clinic.patients.filter(pk=patient_id).first()
    if not one:
        raise PatientGone(f"This clinic has no patient {patient_id}. Nothing was erased.")
    while one.merged_into_id:
        one = clinic.patients.get(pk=one.merged_into_id)
    found, new = {one.pk}, {one.pk}
    while new:
        new = set(clinic.patients.filter(merged_into__in=new).values_list("pk", flat=True)) - found
        found |= new
    return found


def _empty_sessions() -> int:
    """Take unsent forms and kept searches out of every session: whom they name cannot be told."""
    changed = 0
    for row in Session.objects.all().iterator():
        store = SessionStore(row.session_key)
        kept = row.get_decoded()
        typed = [kept.pop(key, None) for key in SESSION_KEYS_WITH_TYPED_TEXT]
        if any(typed):
            Session.objects.filter(pk=row.pk).update(session_data=store.encode(kept))
            changed += 1
    return changed


def _append_to_list(lines: list[ForgottenPatient]) -> None:
    descriptor = os.open(_forgotten_list_path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a") as file:
        file.write("".join(one.line() for one in lines))
        file.flush()
        os.fsync(file.fileno())
