"""Record each page about a person that staff open, and whom each list showed, in the audit log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.cache import caches
from django.utils import timezone

from checkin.actions import audit
from checkin.actions.write_queue import write_in_turn
from checkin.models import AfterWord, ExcuseNote, Patient, Promise, Visit
from checkin.web.access import StaffRequest

_HOUR_SECONDS = 3600


class ShownPatients(NamedTuple):
    """Whom an answer shows: ids of patients, and of visits that are nobody's yet."""

    patients: list[int]
    unmatched: list[int]

    def as_detail(self) -> dict[str, Any]:
        return {"visits": self.unmatched} if self.unmatched else {}


def _patients_shown(
    patients: Iterable[int | None] = (), visits: Iterable[tuple[int, int | None]] = ()
) -> ShownPatients:
    """Return whom these patients and these visits (id, patient's id) name, each once."""
    shown = list(visits)
    named = {pk for pk in (*patients, *(patient for _, patient in shown)) if pk is not None}
    return ShownPatients(sorted(named), sorted({visit for visit, patient in shown if patient is None}))


def audit_page_view(
    request: StaffRequest,
    subject: Patient | Visit | Promise | ExcuseNote | AfterWord,
    *,
    patient_id: int | None,
    others: Iterable[int | None] = (),
    action: str = "seen",
) -> None:
    """Record that this person opened this page. `others`: patients that it lists besides.

    A page about a visit that is nobody's yet is found by the visit's id.
    """
    also = {pk for pk in others if pk is not None and pk != patient_id}
    about = getattr(subject, "visit_id", None)
    detail: dict[str, Any] = {"visits": [about]} if patient_id is None and about is not None else {}
    with write_in_turn():
        audit.write_audit_event(
            action=action,
            subject=subject,
            by=request.user,
            at=timezone.now(),
            patient_id=patient_id,
            patient_ids=sorted(also),
            **detail,
        )


def audit_patients_listed(
    request: StaffRequest,
    action: str,
    *,
    patients: Iterable[int | None] = (),
    visits: Iterable[Visit] = (),
    **detail: Any,
) -> None:
    """Record in one event whom a list named: these patients, and these visits' patients.

    A visit that is nobody’s yet is named by its own id. Nothing is written for an empty list without detail.
    """
    shown = _patients_shown(patients, ((one.pk, one.patient_id) for one in visits))
    if shown.patients or shown.unmatched or detail:
        _write_list_event(request, action, shown, **detail)


def _write_list_event(request: StaffRequest, action: str, shown: ShownPatients, **detail: Any) -> None:
    with write_in_turn():
        audit.write_audit_event(
            action=action,
            subject=None,
            by=request.user,
            at=timezone.now(),
            patient_ids=shown.patients,
            **shown.as_detail(),
            **detail,
        )


def audit_board_view(
    request: StaffRequest,
    location_id: int,
    *,
    patients: Iterable[int | None] = (),
    visits: Iterable[tuple[int, int | None]] = (),
) -> None:
    """Record whom the board of this front desk showed to this person, each child once an hour.

    A board asks again every two seconds. Whom the trail has for this hour is kept in this process; if it
    forgets, or another one answers, a child is recorded once more, never left out. Each emergency access has
    lines of its own: the auditor counts by them what it let in.
    """
    shown = _patients_shown(patients, visits)
    key = _key_of_hour(request.user.pk, location_id)
    known: ShownPatients = caches["rows"].get(key) or ShownPatients([], [])
    fresh = ShownPatients(
        sorted(set(shown.patients) - set(known.patients)), sorted(set(shown.unmatched) - set(known.unmatched))
    )
    if not fresh.patients and not fresh.unmatched:
        return
    _write_list_event(request, "board.seen", fresh, location=location_id)
    # Only after the event is written: if that fails, nobody counts as recorded.
    kept = ShownPatients(known.patients + fresh.patients, known.unmatched + fresh.unmatched)
    caches["rows"].set(key, kept, timeout=3600)


def _key_of_hour(person_id: int, location_id: int) -> str:
    source = audit.origin.get()
    emergency = (source and source.emergency_id) or 0
    hour = int(timezone.now().timestamp()) // _HOUR_SECONDS
    return f"seen-on-board-{person_id}-{location_id}-{emergency}-{hour}"
