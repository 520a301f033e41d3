"""Reads for the board: a fixed number of queries, however many families are here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import CharField, Count, Exists, OuterRef, QuerySet, Value

from checkin.models import Appointment, CareAlert, Clinic, Location, Visit
from checkin.queries import match_candidates
from checkin.rules import waiting_order

MOST_BOARD_CHANGES = 400
"""Most changed visits in one answer. A board that is further behind is reloaded in full."""


def list_front_desks(clinic: Clinic) -> list[Location]:
    """Return the clinic's front desks by name, each with its board's version."""
    return list(clinic.locations.select_related("board").order_by("name"))


def read_board_version(clinic: Clinic, location_id: int) -> int | None:
    """Return the board's version in one query; None if the clinic has no such front desk."""
    found = clinic.locations.filter(pk=location_id).values_list("board__version", flat=True)
    return next(iter(found), None)


class OpenVisit(NamedTuple):
    """An open visit, with the version of its row and the patient whom the row names, if there is one."""

    pk: int
    version: int
    patient_id: int | None
    is_closed: bool
    """It is confidential: its row names nobody."""


def list_open_visit_versions(clinic: Clinic, location_id: int) -> list[OpenVisit]:
    """Return every open visit: children who cannot wait first, then by turn."""
    here = clinic.visits.filter(location_id=location_id).open().order_by("turn_at", "id")
    found = here.values_list("raised_at", "turn_at", "pk", "board_version", "patient_id", "confidential")
    # Sorted here: sorting by both columns in SQL would keep the database from using the turn's index.
    rows = sorted(
        found, key=lambda one: waiting_order.board_sort_key(raised_at=one[0], turn_at=one[1], visit_id=one[2])
    )
    return [OpenVisit(*one[2:]) for one in rows]


def list_changed_visits(clinic: Clinic, location_id: int, since: int) -> list[Visit]:
    """Return visits that changed after version `since`, ended ones too; at most MOST_BOARD_CHANGES + 1."""
    visits = clinic.visits.filter(location_id=location_id).changed_since(since)
    return list(_with_sealed_mark(visits.for_board())[: MOST_BOARD_CHANGES + 1])


def list_board_visits(clinic: Clinic, ids: Iterable[int]) -> list[Visit]:
    """Return these visits with everything that a board row shows; no query if there are no ids."""
    wanted = list(ids)
    return list(_with_sealed_mark(clinic.visits.for_board()).filter(pk__in=wanted)) if wanted else []


def _with_sealed_mark(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """Add `is_sealed`: whether something of the child may only be opened with a reason."""
    alerts = CareAlert.objects.active().filter(patient=OuterRef("patient"))
    return visits.annotate(is_sealed=Exists(alerts))


def list_visits_still_open(clinic: Clinic, location_id: int) -> list[Visit]:
    """Return this front desk's open visits, earliest arrival first."""
    here = clinic.visits.filter(location_id=location_id).open()
    return list(here.select_related("sign_in", "patient").order_by("arrived_at", "pk"))


class OpenWork(NamedTuple):
    """How much waits for somebody at the desk: the numbers in the menu."""

    match: int
    """Visits to match; all without a name count as one, as in the queue of the match page."""
    discrepancies: int
    """Open ones at one front desk, as its page lists them."""
    promises: int
    """Promises of the clinic that are overdue, or due within the hour."""


def count_open_work(clinic: Clinic, location_id: int, *, at: dt.datetime) -> OpenWork:
    """Return the numbers in the menu of this front desk. One query, because every page asks."""
    to_match = clinic.visits.to_match()
    found = {
        "all": to_match,
        "nameless": to_match.filter(match_candidates.NAMELESS_VISIT),
        "discrepancies": clinic.discrepancies.at_location(location_id).open(),
        "promises": clinic.promises.due_or_overdue(at),
    }
    counted = [_count_rows(rows, name) for name, rows in found.items()]
    counts = dict(counted[0].union(*counted[1:], all=True))
    named = counts["all"] - counts["nameless"]
    return OpenWork(named + bool(counts["nameless"]), counts["discrepancies"], counts["promises"])


def _count_rows(rows: QuerySet[Any], name: str) -> QuerySet[Any, tuple[str, int]]:
    """Return the name with the number of rows, as one row of a union."""
    named = rows.order_by().annotate(of=Value(name, output_field=CharField())).values("of")
    counted: QuerySet[Any, tuple[str, int]] = named.annotate(number=Count("pk")).values_list("of", "number")
    return counted


class ExpectedAppointment(NamedTuple):
    """A booked appointment that nobody has signed in for yet."""

    appointment: Appointment
    status: waiting_order.AppointmentExpectation
    day: str = ""
    """“yesterday” or “tomorrow” for one on the other side of midnight."""


def list_expected_appointments(
    clinic: Clinic, location_id: int, *, at: dt.datetime
) -> list[ExpectedAppointment]:
    """Return this front desk's appointments without a visit, by time, each with its status.

    Covers today and, near midnight, a few hours of the day before or after.
    """
    today = clinic.local_date(at)
    booked = clinic.appointments.filter(location_id=location_id).expected().between(*clinic.day_around(at))
    return [
        ExpectedAppointment(
            one,
            waiting_order.expectation_of_appointment(
                starts_at=one.starts_at,
                at=at,
                late_after_minutes=clinic.late_after_minutes,
                missed_after_minutes=clinic.missed_after_minutes,
            ),
            _other_day_word(clinic.local_date(one.starts_at), today=today),
        )
        for one in booked.select_related("patient").order_by("starts_at", "pk")
    ]


def _other_day_word(date: dt.date, *, today: dt.date) -> str:
    if date == today:
        return ""
    return "yesterday" if date < today else "tomorrow"
