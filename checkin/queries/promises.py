"""Read open and ended promises, for the board, the lists, a visit and a child, and what can be undone."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from checkin.models import Clinic, Promise, PromiseDecision, Staff
from checkin.models.confidential_marks import close_promise, is_promise_closed
from checkin.models.promises import PromiseQuerySet, read_promise_origins
from checkin.rules import clocks
from checkin.rules.phones import has_phone_in_common
from checkin.rules.promises import (
    PromiseStatus,
    PromiseTiming,
    contact_problem_words,
)
from checkin.rules.roles import StaffAct, list_roles_allowed
from checkin.rules.visit_feedback import uncallable_number_warning

_MOST_PROMISES_LISTED = 400
PROMISE_LISTS = ("all", "overdue", "due", "mine")
"""The lists of /promises/: everything open, and three parts of it."""


class OwedPromise(NamedTuple):
    """One open promise at one moment, with its times in words, on the clinic's clock."""

    promise: Promise
    standing: PromiseTiming
    due: str
    late: str
    best: str
    mine: bool
    mark: str
    """A problem with the number or address; "" if there is none."""
    written: str
    """The number they wrote on leaving, if it differs from `reach_at`."""
    written_mark: str

    @property
    def is_overdue(self) -> bool:
        return self.standing == PromiseTiming.OVERDUE

    @property
    def is_of_deceased(self) -> bool:
        """True if it is about a child who has died: it stays open, but nobody should phone."""
        return self.promise.patient is not None and self.promise.patient.is_deceased


def make_owed_promise(
    promise: Promise,
    *,
    clinic: Clinic,
    at: dt.datetime,
    person: Staff | None = None,
    opened: int | None = None,
) -> OwedPromise:
    """Return the promise for a line about it, without words if it is of a confidential visit but `opened`."""
    late = (at - promise.due_at).total_seconds()
    best = promise.best_words
    if not best and promise.best_from:
        best = f"from {clinic.day_and_time_words(promise.best_from, at=at)}"
    facts = clinic.identity_facts
    is_closed = is_promise_closed(promise, opened=opened)
    written = "" if is_closed else promise.number_written
    return OwedPromise(
        close_promise(promise, opened=opened),
        promise.standing(at),
        clinic.day_and_time_words(promise.due_at, at=at),
        clocks.time_span_words(late) if late >= 0 else "",
        "" if is_closed else best,
        person is not None and (promise.owner_id == person.pk or promise.owner_role == person.role),
        ""
        if is_closed
        else contact_problem_words(promise.way, promise.reach_at, region=facts.region, ours=facts.phones),
        "" if _is_same_contact(written, promise.reach_at, facts.region) else written,
        uncallable_number_warning(written, region=facts.region, ours=facts.phones),
    )


def _is_same_contact(one: str, other: str, region: str) -> bool:
    return one == other or has_phone_in_common(one, other, region)


def list_promises_for_board(clinic: Clinic, location_id: int, *, at: dt.datetime) -> list[OwedPromise]:
    """Return a front desk's promises for the board: overdue first, then due within the hour. One query."""
    rows = clinic.promises.filter(location_id=location_id).showing(at).with_people()
    shown = read_promise_origins(rows.order_by("due_at", "pk")[:_MOST_PROMISES_LISTED])
    return [make_owed_promise(one, clinic=clinic, at=at) for one in shown]


def list_open_promises(clinic: Clinic, person: Staff, *, at: dt.datetime) -> list[OwedPromise]:
    """Return everything open in the clinic, most urgent first. One query."""
    rows = read_promise_origins(
        clinic.promises.open().with_people().order_by("due_at", "pk")[:_MOST_PROMISES_LISTED]
    )
    return [make_owed_promise(one, clinic=clinic, at=at, person=person) for one in rows]


def filter_promise_list(rows: Iterable[OwedPromise], show: str) -> list[OwedPromise]:
    """Return the rows of one list; all rows for an unknown list name."""
    return [one for one in rows if show not in PROMISE_LISTS[1:] or show in _promise_list_names(one)]


def _promise_list_names(one: OwedPromise) -> set[str]:
    return {str(one.standing)} | ({"mine"} if one.mine else set())


def count_promise_lists(rows: Iterable[OwedPromise]) -> dict[str, int]:
    """Return how many rows each list has."""
    found = Counter(name for one in rows for name in {"all"} | _promise_list_names(one))
    return {name: found[name] for name in PROMISE_LISTS}


def list_promises_owned_by(person: Staff, *, at: dt.datetime) -> list[OwedPromise]:
    """Return the open promises of this person, without their role's: those that a handover passes on."""
    rows = read_promise_origins(person.promises.open().with_people().order_by("due_at", "pk"))
    return [make_owed_promise(one, clinic=person.clinic, at=at, person=person) for one in rows]


def list_promises_of_family(
    clinic: Clinic, patient_id: int | None, *, visit_id: int | None = None, at: dt.datetime
) -> list[OwedPromise]:
    """Return open promises about this child or made at this visit. One query."""
    rows = (
        clinic.promises.open()
        .filter(_of_family_condition(patient_id, visit_id))
        .with_people()
        .order_by("due_at", "pk")
    )
    return [
        make_owed_promise(one, clinic=clinic, at=at, opened=visit_id)
        for one in read_promise_origins(rows[:_MOST_PROMISES_LISTED])
    ]


def list_promise_owners(clinic: Clinic) -> list[Staff]:
    """Return the staff who may own a promise, by name."""
    keepers = clinic.staff.filter(is_active=True, role__in=list_roles_allowed(StaffAct.PROMISE))
    return list(keepers.order_by("name", "pk"))


class PromiseUndo(NamedTuple):
    """The decision about a promise that can be undone now."""

    promise: Promise
    decision: PromiseDecision
    seen: int
    """The id of the newest decision on the page, which the form sends back."""


class EndedPromise(NamedTuple):
    """A promise that has ended, with the decision that ended it."""

    owed: OwedPromise
    end: PromiseDecision | None
    may_undo: bool


def find_promise_undo(promise: Promise) -> PromiseUndo | None:
    """Return the decision that an undo would undo; None if nothing can be undone.

    For a replacement about which nothing was done yet, that is the decision to replace the earlier promise.
    """
    if promise.status == PromiseStatus.UNDONE:
        return None
    found = promise.decisions.standing().select_related("attempt").find_last()
    if found is None and promise.replaces is not None:
        return find_promise_undo(promise.replaces)
    if found is None or has_used_replacement(promise):
        return None
    newest = promise.decisions.find_last()
    return PromiseUndo(promise, found, (newest or found).pk)


def has_used_replacement(promise: Promise) -> bool:
    """Return whether its replacement was tried or has ended, so that an undo would lose what was done.

    `actions.promise_undo` also asks this, with both promises locked.
    """
    return bool(_ids_with_used_replacement([promise]))


def _ids_with_used_replacement(promises: Iterable[Promise]) -> set[int | None]:
    """Return the ids of these promises whose replacement was tried or has ended."""
    stands = PromiseDecision.objects.standing().filter(promise=OuterRef("pk"))
    others = Promise.objects.filter(replaces__in=promises).exclude(status=PromiseStatus.UNDONE)
    used = others.filter(~Q(status=PromiseStatus.OPEN) | Exists(stands))
    return set(used.values_list("replaces_id", flat=True))


def list_promises_ended_today(
    clinic: Clinic, *, at: dt.datetime, person: Staff | None = None
) -> list[EndedPromise]:
    """Return promises that have ended since the clinic's day began, newest first. Three queries."""
    return _make_ended_promises(_promises_ended_today(clinic, at=at), clinic, at=at, person=person)


def list_family_promises_ended_today(
    clinic: Clinic, patient_id: int | None, *, visit_id: int | None = None, at: dt.datetime
) -> list[EndedPromise]:
    """Return promises about this child or made at this visit that have ended today, newest first."""
    rows = _promises_ended_today(clinic, at=at).filter(_of_family_condition(patient_id, visit_id))
    return _make_ended_promises(rows, clinic, at=at, opened=visit_id)


def _promises_ended_today(clinic: Clinic, *, at: dt.datetime) -> PromiseQuerySet:
    """Return promises that ended today, without undone replacements: the earlier promise is open again."""
    today = clinic.day(clinic.local_date(at))[0]
    return clinic.promises.filter(ended_at__gte=today).exclude(status=PromiseStatus.UNDONE)


def _make_ended_promises(
    rows: PromiseQuerySet,
    clinic: Clinic,
    *,
    at: dt.datetime,
    person: Staff | None = None,
    opened: int | None = None,
) -> list[EndedPromise]:
    found = read_promise_origins(rows.with_people().order_by("-ended_at", "-pk")[:_MOST_PROMISES_LISTED])
    if not found:
        return []
    standing = PromiseDecision.objects.standing().filter(promise__in=found).order_by("pk")
    ends = {one.promise_id: one for one in standing.select_related("by", "attempt")}
    used = _ids_with_used_replacement(found)
    return [
        EndedPromise(
            make_owed_promise(one, clinic=clinic, at=at, person=person, opened=opened),
            ends.get(one.pk),
            one.pk in ends and one.pk not in used,
        )
        for one in found
    ]


def _of_family_condition(patient_id: int | None, visit_id: int | None) -> Q:
    child = Q(patient_id=patient_id, patient__isnull=False)
    return child | Q(visit_id=visit_id, visit__isnull=False)
