"""What the clinic owes: the board's rows, the lists, and the story of one promise or one family."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q

from checkin.models import (
    Clinic,
    Promise,
    PromiseAttempt,
    PromiseEscalation,
    PromiseHandover,
    Staff,
)
from checkin.models.promises import read_origins
from checkin.queries.story_events import Event
from checkin.rules import clocks
from checkin.rules.after_words import check_mark
from checkin.rules.promises import Result, Standing, Status, Way, reach_mark
from checkin.rules.roles import Act, Role, roles_for

MOST_LISTED = 400
SHOWS = ("all", "overdue", "due", "mine")
"""The lists of /promises/: everything open, and three parts of it."""

VERBS = {
    Way.PHONE: "phone",
    Way.TEXT: "text",
    Way.EMAIL: "e-mail",
    Way.LETTER: "write to",
    Way.IN_PERSON: "see",
}
TELLS = {
    Result.REACHED: "Reached",
    Result.LEFT_WORD: "Tried: word left",
    Result.NO_ANSWER: "Tried: no answer",
}


DO_NOT_PHONE = "The child has died. Do not phone."


class Owed(NamedTuple):
    """One open promise at one moment, with its times in words by the clinic's clock."""

    promise: Promise
    standing: Standing
    due: str
    late: str
    best: str
    mine: bool
    mark: str
    """What is odd about the number or address."""
    written: str
    """What they wrote as their number on leaving, where it is not where the promise says to reach them."""
    written_mark: str

    @property
    def is_overdue(self) -> bool:
        return self.standing == Standing.OVERDUE

    @property
    def is_of_deceased(self) -> bool:
        """Whether it is about a child who has died: it stays owed to somebody, and is no call to make."""
        return self.promise.patient is not None and self.promise.patient.is_deceased


def owed(promise: Promise, *, clinic: Clinic, at: dt.datetime, person: Staff | None = None) -> Owed:
    zone, late = clinic.zone, (at - promise.due_at).total_seconds()
    best = promise.best_words
    if not best and promise.best_from:
        best = f"from {clocks.day_and_time(promise.best_from, at=at, zone=zone)}"
    facts = clinic.identity_facts
    written = promise.number_written
    return Owed(
        promise,
        promise.standing(at),
        clocks.day_and_time(promise.due_at, at=at, zone=zone),
        clocks.span(late) if late >= 0 else "",
        best,
        person is not None and (promise.owner_id == person.pk or promise.owner_role == person.role),
        reach_mark(promise.way, promise.reach_at, region=facts.region, ours=facts.phones),
        written if written != promise.reach_at else "",
        check_mark(written, region=facts.region, ours=facts.phones),
    )


def for_board(clinic: Clinic, location_id: int, *, at: dt.datetime) -> list[Owed]:
    """What one front desk's board shows on top: overdue first, then due within the hour. One query."""
    rows = clinic.promises.filter(location_id=location_id).showing(at).with_people()
    shown = read_origins(rows.order_by("due_at", "pk")[:MOST_LISTED])
    return [owed(one, clinic=clinic, at=at) for one in shown]


def standing_open(clinic: Clinic, person: Staff, *, at: dt.datetime) -> list[Owed]:
    """Everything open in the clinic, the most pressing first. One query."""
    rows = read_origins(clinic.promises.open().with_people().order_by("due_at", "pk")[:MOST_LISTED])
    return [owed(one, clinic=clinic, at=at, person=person) for one in rows]


def part(rows: Iterable[Owed], show: str) -> list[Owed]:
    """The rows of one list; everything for a word that names none."""
    return [one for one in rows if show not in SHOWS[1:] or show in belongs(one)]


def belongs(one: Owed) -> set[str]:
    return {str(one.standing)} | ({"mine"} if one.mine else set())


def counts(rows: Iterable[Owed]) -> dict[str, int]:
    """How many rows each list has."""
    found = Counter(name for one in rows for name in {"all"} | belongs(one))
    return {name: found[name] for name in SHOWS}


def of_person(person: Staff, *, at: dt.datetime) -> list[Owed]:
    """What this person owns, not counting what their role owns: what a handover gives away."""
    rows = read_origins(person.promises.open().with_people().order_by("due_at", "pk"))
    return [owed(one, clinic=person.clinic, at=at, person=person) for one in rows]


def of_family(
    clinic: Clinic, patient_id: int | None, *, visit_id: int | None = None, at: dt.datetime
) -> list[Owed]:
    """What is still open that was promised about this child, or at this visit. One query."""
    child = Q(patient_id=patient_id, patient__isnull=False)
    rows = (
        clinic.promises.open()
        .filter(child | Q(visit_id=visit_id, visit__isnull=False))
        .with_people()
        .order_by("due_at", "pk")
    )
    return [owed(one, clinic=clinic, at=at) for one in read_origins(rows[:MOST_LISTED])]


def colleagues(clinic: Clinic) -> list[Staff]:
    """Whoever may own a promise, by name."""
    keepers = clinic.staff.filter(is_active=True, role__in=roles_for(Act.PROMISE))
    return list(keepers.order_by("name", "pk"))


def events(promise: Promise, *, zone: ZoneInfo) -> list[Event]:
    """All that happened to one promise, in the order it happened. Three queries."""
    tries = promise.attempts.select_related("by").order_by("pk")
    gone = promise.handovers.select_related("by", "from_owner", "to_owner").order_by("pk")
    told = promise.escalations.select_related("to").order_by("pk")
    found = [
        made(promise),
        *map(handed, gone),
        *(told_up(one, zone) for one in told),
        *map(attempted, tries),
    ]
    if not promise.is_open and promise.status != Status.REACHED:
        found.append(ended(promise))
    return sorted(found, key=lambda one: one.at)


def made(promise: Promise, reader: Staff | None = None) -> Event:
    verb = VERBS[Way(promise.way)]
    about = (("About", promise.about_for(reader)),) if promise.about else ()
    return Event(
        promise.made_at,
        "phone",
        f"Promised to {verb} {promise.to_whom}",
        str(promise.promised_by or ""),
        about,
    )


def attempted(one: PromiseAttempt) -> Event:
    note = (("Note", one.note),) if one.note else ()
    return Event(one.at, "phone", TELLS[Result(one.result)], str(one.by), note)


def handed(one: PromiseHandover) -> Event:
    whom = one.to_owner or Role(one.to_role).label
    was = one.from_owner or Role(one.from_role).label
    why = (("Why", one.why),) if one.why else ()
    return Event(one.at, "arrow-right", f"Handed over by {was} to {whom}", str(one.by or "by itself"), why)


def told_up(one: PromiseEscalation, zone: ZoneInfo) -> Event:
    whom = one.to or Role(one.to_role).label
    due = clocks.day_and_time(one.due_at, at=one.at, zone=zone)
    died = one.promise.patient is not None and one.promise.patient.is_deceased
    about = (("Please note", DO_NOT_PHONE),) if died else ()
    what = "Handed over while overdue" if one.handover_id else "Overdue"
    return Event(one.at, "clock-alert", f"{what} since {due}; told: {whom}", words=about)


def ended(promise: Promise) -> Event:
    words = (("Outcome", promise.outcome), ("Next step", promise.next_step))
    return Event(
        promise.ended_at or promise.made_at,
        "check",
        str(Status(promise.status).label),
        str(promise.ended_by or ""),
        tuple(one for one in words if one[1]),
    )
