"""Read the audit trail: who saw a patient, what a person did, newest first and a page at a time."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db import models

from checkin.models import Clinic
from checkin.models.audit import AuditEvent, AuditEventPatient
from checkin.models.visit_labels import visit_labels_by_id
from checkin.rules.audit import AuditPurpose
from checkin.rules.audit_words import (
    KIND_OF_ACTION,
    AuditKind,
    AuditParts,
    actions_of_kind,
    audit_sentence,
)
from checkin.rules.roles import Role

EVENTS_ON_A_PAGE = 50
_EVENTS_READ_AT_ONCE = 1000


class AuditPlace(NamedTuple):
    """Where a page of the log ends: the time and id of its last event."""

    at: dt.datetime
    pk: int


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to show of the log; None or "" is everything. `start` and `end` are moments, `end` is after it.

    `emergency_id`: only what this emergency access let in. `emergency_end`: when it stopped letting in.
    """

    staff_id: int | None = None
    patient_id: int | None = None
    kind: str = ""
    outcome: str = ""
    location_id: int | None = None
    device_id: int | None = None
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    emergency_id: int | None = None
    emergency_end: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One event in words. `who` and `place` are names of the clinic's own; patients are ids."""

    event: AuditEvent
    who: str
    role: str
    place: str
    sentence: str
    kind: AuditKind
    patients: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the log. `older` is where the next one begins, None at the end."""

    rows: list[AuditRow]
    older: AuditPlace | None


def filter_audit_events(clinic: Clinic, wanted: AuditFilter) -> models.QuerySet[AuditEvent]:
    """Return the clinic's events that the filter asks for, unsorted."""
    found: Any = clinic.audit_events.all()
    if wanted.patient_id is not None:
        # `clinic + 0`: by the index on clinic and time, SQLite reads every event of the clinic.
        of_clinic = AuditEvent.objects.annotate(owner=models.F("clinic_id") + 0).filter(owner=clinic.pk)
        found = of_clinic.about(wanted.patient_id)
    same = ("staff_id", "location_id", "device_id", "outcome")
    asked = {name: value for name in same if (value := getattr(wanted, name))}
    if wanted.start:
        asked["at__gte"] = wanted.start
    if wanted.end:
        asked["at__lt"] = wanted.end
    found = found.filter(**asked)
    if wanted.emergency_id:
        found = found.filter(was_let_in_by(wanted.emergency_id, wanted.emergency_end))
    if wanted.kind == AuditKind.OTHER:
        return found.exclude(action__in=list(KIND_OF_ACTION))  # type: ignore[no-any-return]
    return found.filter(action__in=actions_of_kind(wanted.kind)) if wanted.kind else found  # type: ignore[no-any-return]


def was_let_in_by(access_id: int, let_in_until: dt.datetime | None) -> models.Q:
    """Return the condition for events of this emergency access, to be used with its person and its times.

    Events of before migration 0051 do not name theirs. There only the times tell, and after its end they
    may be the next one's.
    """
    is_unnamed = models.Q(purpose=AuditPurpose.EMERGENCY) & ~models.Q(detail__has_key="emergency")
    if let_in_until:
        is_unnamed &= models.Q(at__lt=let_in_until)
    return models.Q(detail__emergency=access_id) | is_unnamed


def select_audit_page(
    clinic: Clinic, wanted: AuditFilter, before: AuditPlace | None, limit: int
) -> models.QuerySet[AuditEvent]:
    """Return the newest events, or the newest of those older than `before`. Never skips rows by count."""
    found = filter_audit_events(clinic, wanted)
    if before:
        earlier = models.Q(at__lt=before.at) | models.Q(at=before.at, pk__lt=before.pk)
        found = found.filter(earlier, at__lte=before.at)
    return found.order_by("-at", "-pk")[:limit]


def read_audit_page(clinic: Clinic, wanted: AuditFilter, before: AuditPlace | None = None) -> AuditPage:
    """Return a page in words. Six queries at most, however many rows there are."""
    found = list(select_audit_page(clinic, wanted, before, EVENTS_ON_A_PAGE + 1))
    shown = found[:EVENTS_ON_A_PAGE]
    older = AuditPlace(shown[-1].at, shown[-1].pk) if len(found) > EVENTS_ON_A_PAGE else None
    return AuditPage(_word_audit_events(clinic, shown, _read_clinic_names(clinic)), older)


def iter_audit_rows(clinic: Clinic, wanted: AuditFilter, *, until: AuditPlace) -> Iterator[AuditRow]:
    """Yield every event older than `until`, newest first, a thousand at a time.

    No query stays open between: an open reader on SQLite lets its log of writes grow.
    """
    names, before = _read_clinic_names(clinic), until
    while found := list(select_audit_page(clinic, wanted, before, _EVENTS_READ_AT_ONCE)):
        yield from _word_audit_events(clinic, found, names)
        before = AuditPlace(found[-1].at, found[-1].pk)


def count_audit_kinds(clinic: Clinic, wanted: AuditFilter) -> list[tuple[AuditKind, int]]:
    """Return how many events of each kind there are, the most first. One query."""
    found = filter_audit_events(clinic, replace(wanted, kind=""))
    counted: Counter[AuditKind] = Counter()
    for action, number in found.values_list("action").annotate(models.Count("pk")).order_by():
        counted[KIND_OF_ACTION.get(action, AuditKind.OTHER)] += number
    return counted.most_common()


class _ClinicNames(NamedTuple):
    """Names of the clinic's own. An event may name what is another clinic's: that stays unnamed."""

    staff: dict[int, str]
    devices: dict[int, str]
    locations: dict[int, str]


def _read_clinic_names(clinic: Clinic) -> _ClinicNames:
    owned = (clinic.staff, clinic.devices, clinic.locations)
    return _ClinicNames(*(dict(one.values_list("pk", "name")) for one in owned))


def _word_audit_events(clinic: Clinic, events: list[AuditEvent], names: _ClinicNames) -> list[AuditRow]:
    visits = clinic.visits.filter(pk__in={one.subject_id for one in events if one.subject_model == "Visit"})
    subjects = {
        "Visit": visit_labels_by_id(visits),
        "Staff": names.staff,
        "Device": names.devices,
    }
    patients = _read_event_patients(events)
    return [_word_audit_event(one, names, subjects, patients[one.pk]) for one in events]


def _word_audit_event(
    event: AuditEvent, names: _ClinicNames, subjects: dict[str, dict[int, str]], patients: Iterable[int]
) -> AuditRow:
    who = _name_who(event, names)
    subject = event.subject_model
    subject_name = subjects.get(subject, {}).get(event.subject_id or 0, "")
    parts = AuditParts(event.action, event.outcome, who, subject, event.subject_id, subject_name)
    alone = [event.patient_id] if event.patient_id else []
    return AuditRow(
        event=event,
        who=who,
        role=str(Role(event.role).label) if event.role in Role.values else event.role,
        place=names.locations.get(event.location_id or 0, ""),
        sentence=audit_sentence(parts),
        kind=KIND_OF_ACTION.get(event.action, AuditKind.OTHER),
        patients=tuple(dict.fromkeys([*alone, *patients])),
    )


def _name_who(event: AuditEvent, names: _ClinicNames) -> str:
    if event.staff_id:
        return names.staff.get(event.staff_id) or "Somebody of another clinic"
    if event.device_id:
        return names.devices.get(event.device_id) or "Another clinic’s tablet"
    return "The program"


def _read_event_patients(events: list[AuditEvent]) -> dict[int, list[int]]:
    """Return the ids of all patients that each event names besides its own."""
    of_each: dict[int, list[int]] = defaultdict(list)
    rows = AuditEventPatient.objects.filter(event__in=[one.pk for one in events]).order_by("pk")
    for event_id, patient_id in rows.values_list("event_id", "patient_id"):
        of_each[event_id].append(patient_id)
    return of_each
