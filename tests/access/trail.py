"""Whom an answer shows, and whether the trail tells of it: children by name, and sheets that are printed."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from checkin.models import AuditEvent, Patient, Visit
from tests.leaks import without_tokens

FAMILY_NAMES = ("Ruiz", "Okafor", "Chen", "Stone", "Poole", "Moss", "Quill", "Berg")
"""Of the children of the standing morning; nobody on the staff has one."""
PRINT_ACTIONS = ("excuse_note.printed", "excuse_note.batch_printed")


def find_newest_event() -> int:
    """Return the id of the newest line of the trail; 0 if there is none."""
    return AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def list_untold(answer: Any, since: int, person_id: int | None) -> list[str]:
    """Return the names that the answer shows and that no line after `since` tells of: “PDF” for a sheet.

    A line tells of a name if it names a record with it, or a visit at which it was typed and that is nobody's
    or another child's, or that other child. `person_id`: whose lines count; None: those of nobody.
    """
    if answer.status_code in (204, 302):
        return []
    told = AuditEvent.objects.filter(pk__gt=since, staff_id=person_id)
    if answer.headers.get("Content-Type") == "application/pdf":
        printed = told.filter(action__in=PRINT_ACTIONS)
        return [] if any(any(name_subjects(one)) for one in printed) else ["PDF"]
    page = b"".join(answer).decode(errors="replace")
    shown = [name for name in FAMILY_NAMES if name in page]
    if shown:
        # A short name may stand in a random token by chance; taking those out costs more than looking.
        page = without_tokens(page)
        shown = [name for name in shown if name in page]
    if not shown:
        return []
    patients, visits = read_subjects(since, person_id)
    return [name for name in shown if not _is_told(name, patients, visits)]


def read_subjects(since: int, person_id: int | None) -> tuple[set[int], set[int]]:
    """Return the patients and the visits that this person's lines after this one name."""
    patients: set[int] = set()
    visits: set[int] = set()
    for event in AuditEvent.objects.filter(pk__gt=since, staff_id=person_id).prefetch_related("patients"):
        named = name_subjects(event)
        patients |= named[0]
        visits |= named[1]
    return patients, visits


def name_subjects(event: AuditEvent) -> tuple[set[int], set[int]]:
    """Return the patients and the visits that a line names."""
    patients = {one.patient_id for one in event.patients.all()}
    patients |= {event.patient_id} if event.patient_id is not None else set()
    visits = {int(event.subject_id)} if event.subject == "Visit" and event.subject_id else set()
    return patients, visits | set(event.detail.get("visits", []))


def _is_told(name: str, patients: set[int], visits: set[int]) -> bool:
    if Patient.objects.filter(family_name=name, pk__in=patients).exists():
        return True
    typed = Visit.objects.filter(sign_in__child_family_name=name).exclude(patient__family_name=name)
    return typed.filter(Q(pk__in=visits) | Q(patient__in=patients)).exists()
