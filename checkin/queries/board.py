"""What the board reads: a fixed number of queries, however many families are here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from checkin.models import Appointment, Clinic, Location, Visit
from checkin.rules import waiting_order

MOST_BOARD_CHANGES = 400
"""Changed visits in one answer. A board further behind than that is read anew."""


def list_front_desks(clinic: Clinic) -> list[Location]:
    """The clinic's front desks by name, each with its board's version."""
    return list(clinic.locations.select_related("board").order_by("name"))


def read_board_version(clinic: Clinic, location_id: int) -> int | None:
    """The board's version in one query; None where the clinic has no such front desk."""
    found = clinic.locations.filter(pk=location_id).values_list("board__version", flat=True)
    return next(iter(found), None)


def list_open_visit_versions(clinic: Clinic, location_id: int) -> list[tuple[int, int]]:
    """Id and version of every visit that is here: who cannot wait, then whoever's turn it is."""
    here = clinic.visits.filter(location_id=location_id).open().order_by("turn_at", "id")
    found = here.values_list("raised_at", "turn_at", "pk", "board_version")
    # Sorted here: an order by both columns would keep the database from using the index on the turn.
    rows = sorted(
        found, key=lambda one: waiting_order.board_sort_key(raised_at=one[0], turn_at=one[1], visit_id=one[2])
    )
    return [(pk, version) for _, _, pk, version in rows]


def list_changed_visits(clinic: Clinic, location_id: int, since: int) -> list[Visit]:
    """Visits that changed after the version `since`, those that left too; at most MOST_CHANGES + 1."""
    visits = clinic.visits.filter(location_id=location_id).changed_since(since)
    return list(visits.for_board()[: MOST_BOARD_CHANGES + 1])


def list_board_visits(clinic: Clinic, ids: Iterable[int]) -> list[Visit]:
    """These visits with all that a row of the board shows; no query where there are none."""
    wanted = list(ids)
    return list(clinic.visits.for_board().filter(pk__in=wanted)) if wanted else []


def list_visits_still_open(clinic: Clinic, location_id: int) -> list[Visit]:
    """Visits at this front desk that nobody has closed, longest here first."""
    here = clinic.visits.filter(location_id=location_id).open()
    return list(here.select_related("sign_in", "patient").order_by("arrived_at", "pk"))


def count_visits_to_match(clinic: Clinic) -> int:
    """How many visits wait for somebody to say which child they are."""
    return clinic.visits.to_match().count()


class ExpectedAppointment(NamedTuple):
    """A booked appointment that nobody has signed in for yet."""

    appointment: Appointment
    status: waiting_order.AppointmentExpectation
    day: str = ""
    """Said of one on the other side of midnight: “yesterday” or “tomorrow”."""


def list_expected_appointments(
    clinic: Clinic, location_id: int, *, at: dt.datetime
) -> list[ExpectedAppointment]:
    """Appointments at this front desk that have no visit, by time, with what to call each.

    Today's, and those near on the other side of midnight.
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
