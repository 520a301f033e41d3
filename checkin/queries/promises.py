"""What the clinic owes: the board's rows, and the lists."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q

from checkin.models import Clinic, Promise, Staff
from checkin.models.promises import read_promise_origins
from checkin.rules import clocks
from checkin.rules.promises import (
    PromiseTiming,
    contact_problem_words,
)
from checkin.rules.roles import StaffAct, list_roles_allowed
from checkin.rules.visit_feedback import uncallable_number_warning

_MOST_PROMISES_LISTED = 400
PROMISE_LISTS = ("all", "overdue", "due", "mine")
"""The lists of /promises/: everything open, and three parts of it."""


class OwedPromise(NamedTuple):
    """One open promise at one moment, with its times in words by the clinic's clock."""

    promise: Promise
    standing: PromiseTiming
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
        return self.standing == PromiseTiming.OVERDUE

    @property
    def is_of_deceased(self) -> bool:
        """Whether it is about a child who has died: it stays owed to somebody, and is no call to make."""
        return self.promise.patient is not None and self.promise.patient.is_deceased


def make_owed_promise(
    promise: Promise, *, clinic: Clinic, at: dt.datetime, person: Staff | None = None
) -> OwedPromise:
    zone, late = clinic.zone, (at - promise.due_at).total_seconds()
    best = promise.best_words
    if not best and promise.best_from:
        best = f"from {clocks.day_and_time_words(promise.best_from, at=at, zone=zone)}"
    facts = clinic.identity_facts
    written = promise.number_written
    return OwedPromise(
        promise,
        promise.standing(at),
        clocks.day_and_time_words(promise.due_at, at=at, zone=zone),
        clocks.time_span_words(late) if late >= 0 else "",
        best,
        person is not None and (promise.owner_id == person.pk or promise.owner_role == person.role),
        contact_problem_words(promise.way, promise.reach_at, region=facts.region, ours=facts.phones),
        written if written != promise.reach_at else "",
        uncallable_number_warning(written, region=facts.region, ours=facts.phones),
    )


def list_promises_for_board(clinic: Clinic, location_id: int, *, at: dt.datetime) -> list[OwedPromise]:
    """What one front desk's board shows on top: overdue first, then due within the hour. One query."""
    rows = clinic.promises.filter(location_id=location_id).showing(at).with_people()
    shown = read_promise_origins(rows.order_by("due_at", "pk")[:_MOST_PROMISES_LISTED])
    return [make_owed_promise(one, clinic=clinic, at=at) for one in shown]


def list_open_promises(clinic: Clinic, person: Staff, *, at: dt.datetime) -> list[OwedPromise]:
    """Everything open in the clinic, the most pressing first. One query."""
    rows = read_promise_origins(
        clinic.promises.open().with_people().order_by("due_at", "pk")[:_MOST_PROMISES_LISTED]
    )
    return [make_owed_promise(one, clinic=clinic, at=at, person=person) for one in rows]


def filter_promise_list(rows: Iterable[OwedPromise], show: str) -> list[OwedPromise]:
    """The rows of one list; everything for a word that names none."""
    return [one for one in rows if show not in PROMISE_LISTS[1:] or show in _promise_list_names(one)]


def _promise_list_names(one: OwedPromise) -> set[str]:
    return {str(one.standing)} | ({"mine"} if one.mine else set())


def count_promise_lists(rows: Iterable[OwedPromise]) -> dict[str, int]:
    """How many rows each list has."""
    found = Counter(name for one in rows for name in {"all"} | _promise_list_names(one))
    return {name: found[name] for name in PROMISE_LISTS}


def list_promises_owned_by(person: Staff, *, at: dt.datetime) -> list[OwedPromise]:
    """What this person owns, not counting what their role owns: what a handover gives away."""
    rows = read_promise_origins(person.promises.open().with_people().order_by("due_at", "pk"))
    return [make_owed_promise(one, clinic=person.clinic, at=at, person=person) for one in rows]


def list_promises_of_family(
    clinic: Clinic, patient_id: int | None, *, visit_id: int | None = None, at: dt.datetime
) -> list[OwedPromise]:
    """What is still open that was promised about this child, or at this visit. One query."""
    child = Q(patient_id=patient_id, patient__isnull=False)
    rows = (
        clinic.promises.open()
        .filter(child | Q(visit_id=visit_id, visit__isnull=False))
        .with_people()
        .order_by("due_at", "pk")
    )
    return [
        make_owed_promise(one, clinic=clinic, at=at)
        for one in read_promise_origins(rows[:_MOST_PROMISES_LISTED])
    ]


def list_promise_owners(clinic: Clinic) -> list[Staff]:
    """Whoever may own a promise, by name."""
    keepers = clinic.staff.filter(is_active=True, role__in=list_roles_allowed(StaffAct.PROMISE))
    return list(keepers.order_by("name", "pk"))
