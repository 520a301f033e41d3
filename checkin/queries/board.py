"""What the board reads: a fixed number of queries, however many families are here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from checkin.models import Appointment, Clinic, Location, Visit
from checkin.rules import waits

MOST_CHANGES = 400
"""Changed visits in one answer. A board further behind than that is read anew."""


def desks(clinic: Clinic) -> list[Location]:
    """The clinic's front desks by name, each with its board's version."""
    return list(clinic.locations.select_related("board").order_by("name"))


def version(clinic: Clinic, location_id: int) -> int | None:
    """The board's version in one query; None where the clinic has no such front desk."""
    found = clinic.locations.filter(pk=location_id).values_list("board__version", flat=True)
    return next(iter(found), None)


def standing(clinic: Clinic, location_id: int) -> list[tuple[int, int]]:
    """Id and version of every visit that is here: who cannot wait, then whoever's turn it is."""
    here = clinic.visits.filter(location_id=location_id).open().order_by("turn_at", "id")
    found = here.values_list("raised_at", "turn_at", "pk", "board_version")
    # Sorted here: an order by both columns would keep the database from using the index on the turn.
    rows = sorted(found, key=lambda one: waits.place(raised_at=one[0], turn_at=one[1], visit_id=one[2]))
    return [(pk, version) for _, _, pk, version in rows]


def changed(clinic: Clinic, location_id: int, since: int) -> list[Visit]:
    """Visits that changed after the version `since`, those that left too; at most MOST_CHANGES + 1."""
    visits = clinic.visits.filter(location_id=location_id).changed_since(since)
    return list(visits.for_board()[: MOST_CHANGES + 1])


def visits(clinic: Clinic, ids: Iterable[int]) -> list[Visit]:
    """These visits with all that a row of the board shows; no query where there are none."""
    wanted = list(ids)
    return list(clinic.visits.for_board().filter(pk__in=wanted)) if wanted else []


def still_here(clinic: Clinic, location_id: int) -> list[Visit]:
    """Visits at this front desk that nobody has closed, longest here first."""
    here = clinic.visits.filter(location_id=location_id).open()
    return list(here.select_related("sign_in", "patient").order_by("arrived_at", "pk"))


def to_match(clinic: Clinic) -> int:
    """How many visits wait for somebody to say which child they are."""
    return clinic.visits.to_match().count()


class Expected(NamedTuple):
    """A booked appointment that nobody has signed in for yet."""

    appointment: Appointment
    status: waits.Expectation
    day: str = ""
    """Said of one on the other side of midnight: “yesterday” or “tomorrow”."""


def expected(clinic: Clinic, location_id: int, *, at: dt.datetime) -> list[Expected]:
    """Appointments at this front desk that have no visit, by time, with what to call each.

    Today's, and those near on the other side of midnight.
    """
    today = clinic.local_date(at)
    booked = clinic.appointments.filter(location_id=location_id).expected().between(*clinic.day_around(at))
    return [
        Expected(
            one,
            waits.expectation(
                starts_at=one.starts_at,
                at=at,
                late_after_minutes=clinic.late_after_minutes,
                missed_after_minutes=clinic.missed_after_minutes,
            ),
            other_day(clinic.local_date(one.starts_at), today=today),
        )
        for one in booked.select_related("patient").order_by("starts_at", "pk")
    ]


def other_day(date: dt.date, *, today: dt.date) -> str:
    if date == today:
        return ""
    return "yesterday" if date < today else "tomorrow"
