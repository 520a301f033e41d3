"""Forget a patient: erase the record and all that was typed about it. The trail keeps its number only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction

from checkin.actions import audit
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.unsent_forms import delete_every_unsent_form
from checkin.actions.visit_locks import lock_clinic_boards
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Patient, Staff, Visit
from checkin.models.disk_lines import append_lines
from checkin.models.erasure import Erasure, overwrite_what_is_erased
from checkin.rules.confidential_visits import HELD_MESSAGES_KEY
from checkin.rules.forgetting import (
    ForgetReason,
    ForgottenPatient,
    RetentionTerm,
    may_be_forgotten,
    parse_forgotten,
    select_unfinished,
)
from checkin.rules.roles import StaffAct

SESSION_KEYS_WITH_NAMES = ("typed", "searches", SessionStorage.session_key, HELD_MESSAGES_KEY)
"""Unsent forms of an earlier version, kept searches, by the name that the pages give them, sentences that the
next page would show, and those that wait for a closed visit."""


class PatientGone(Refused):
    """There is no such record."""


class PatientInUse(Refused):
    """Retention does not let go of the record: it was in use since."""


class ListUnfinished(Exception):
    """It was erased, and the list outside the database says only that this was begun."""


class Forgotten(NamedTuple):
    """What is erased, or would be."""

    patients: list[int]
    counts: dict[str, int]
    """Rows of each model."""


def find_what_goes(clinic: Clinic, patient_ids: list[int]) -> Forgotten:
    """Return what forgetting these patients erases, with the records that were merged with them."""
    found = sorted({pk for one in patient_ids for pk in _merged_with(clinic, one)})
    return Forgotten(found, Erasure(patients=found).counts())


def forget_patient(
    *,
    clinic: Clinic,
    patient_id: int,
    reason: str,
    by: Staff,
    at: dt.datetime,
    term: RetentionTerm | None = None,
) -> Forgotten:
    """Erase a patient and the records merged with it. Raises NotAllowed, PatientGone, PatientInUse if `term`
    keeps it, or OSError if the list outside the database cannot be written; then nothing is erased. Raises
    ListUnfinished if it was erased and the list cannot say so."""
    require_permission(StaffAct.MANAGE_BACKUPS, by)
    if by.clinic_id != clinic.pk:
        raise PatientGone(f"This clinic has no patient {patient_id}. Nothing was erased.")
    overwrite_what_is_erased()
    with write_in_turn():
        # Everybody locks boards before records. A sign-in sees from its board that it must look again.
        lock_clinic_boards(clinic.pk)
        # Locked before it is judged: a sign-in locks the record that it matches too.
        held = Patient.objects.select_for_update().filter(pk__in=_merged_with(clinic, patient_id))
        records = list(held.order_by("pk"))
        goes = sorted(one.pk for one in records)
        erasure = Erasure(patients=goes)
        if term and not _is_expired(records, erasure, term):
            raise PatientInUse(f"Patient {patient_id} was in use since. It was kept.")
        counts = erasure.counts()
        erasure.carry_out()
        cleared, unsent = _empty_sessions(), delete_every_unsent_form()
        audit.write_audit_event(
            action="patient.forgotten",
            subject=clinic,
            clinic_id=clinic.pk,
            at=at,
            by=by,
            patient_id=patient_id,
            patient_ids=goes,
            reason=ForgetReason(reason).value,
            rows=counts,
            sessions=cleared,
            unsent_forms=unsent,
        )
        _list_with_commit(records, reason, at=at)
    return Forgotten(goes, counts)


def select_expired(clinic: Clinic, term: RetentionTerm) -> list[int]:
    """Return the patients of whom no row was in use since that day, and who have reached that age.

    Records merged into one, through others too, go with it: a row of any of them keeps them all.
    """
    start = dt.datetime.combine(term.before, dt.time(), dt.UTC)
    lately = Visit.objects.filter(clinic=clinic, patient__isnull=False, arrived_at__gte=start)
    # Those who came lately are most of a clinic's records; their other rows need no look.
    old = clinic.patients.filter(merged_into=None, updated_at__lt=start).exclude(
        pk__in=lately.values("patient")
    )
    found = []
    for pk in old.order_by("pk").values_list("pk", flat=True):
        records = list(clinic.patients.filter(pk__in=_merged_with(clinic, pk)))
        if _is_expired(records, Erasure(patients=[one.pk for one in records]), term):
            found.append(pk)
    return found


def _is_expired(records: list[Patient], erasure: Erasure, term: RetentionTerm) -> bool:
    """Return whether retention lets go of records that were merged into one, with all their rows."""
    born = next((one.birth_date for one in records if not one.merged_into_id), None)
    return may_be_forgotten(last_seen=erasure.find_last_use(), birth_date=born, term=term)


def list_returned(clinic: Clinic) -> list[ForgottenPatient]:
    """Return the forgotten patients who are here again, as after an older backup was restored, each once.

    A later record that has the same number was made at another time.
    """
    return _select_on_file(clinic, (one for one in _read_forgotten_list() if one.is_done))


def list_unfinished(clinic: Clinic) -> list[ForgottenPatient]:
    """Return the patients on file whom somebody began to forget, and nobody knows whether it was done.

    It failed, or an older backup was restored after it was done and the list could not say so. A person
    decides: nothing erases these by itself.
    """
    return _select_on_file(clinic, select_unfinished(list(_read_forgotten_list())))


def _select_on_file(clinic: Clinic, listed: Iterable[ForgottenPatient]) -> list[ForgottenPatient]:
    """Return those who have a record, each once."""
    wanted = [one for one in listed if one.clinic == clinic.pk]
    made = dict(
        clinic.patients.filter(pk__in=[one.patient for one in wanted]).values_list("pk", "created_at")
    )
    found = {
        one.patient: one
        for one in wanted
        if one.patient in made and made[one.patient].isoformat() == one.created
    }
    return list(found.values())


def is_anybody_listed() -> bool:
    """Return whether the list outside the database names anybody. Raises OSError if it is unreadable."""
    return any(True for _ in _read_forgotten_list())


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
    """Take unsent forms, kept searches and sentences to show out of every session: whom they name cannot be
    told."""
    changed = 0
    for row in Session.objects.all().iterator():
        store = SessionStore(row.session_key)
        kept = row.get_decoded()
        typed = [kept.pop(key, None) for key in SESSION_KEYS_WITH_NAMES]
        if any(typed):
            Session.objects.filter(pk=row.pk).update(session_data=store.encode(kept))
            changed += 1
    return changed


def _list_with_commit(records: list[Patient], reason: str, *, at: dt.datetime) -> None:
    """Write that forgetting these is begun, and once it is committed that it is done."""
    when = at.isoformat(timespec="seconds")
    begun = [
        ForgottenPatient(when, one.clinic_id, one.pk, one.created_at.isoformat(), reason, is_done=False)
        for one in records
    ]
    _append_to_list(begun)
    transaction.on_commit(lambda: _list_as_done(begun))


def _list_as_done(begun: list[ForgottenPatient]) -> None:
    try:
        _append_to_list([one._replace(is_done=True) for one in begun])
    except OSError as problem:
        raise ListUnfinished(
            f"Patient {', '.join(str(one.patient) for one in begun)} was erased. {_forgotten_list_path()} "
            f"says only that this was begun, because it could not be written again ({problem.strerror}): "
            "note it. After restoring an older backup, `manage.py forget --again` names the patient and "
            "erases nothing: then forget the patient by the number."
        ) from None


def _append_to_list(lines: list[ForgottenPatient]) -> None:
    """Append the records that the list does not hold as done: forgotten again, they are in it."""
    done = {one.record() for one in _read_forgotten_list() if one.is_done}
    new = [one for one in lines if one.record() not in done]
    append_lines(_forgotten_list_path(), "".join(one.line() for one in new))
