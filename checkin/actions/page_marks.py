"""The page that asks, checked inside the transaction: what it spoke of is held, and as it showed it.

So is every record that its form names beside that: the one to link, to merge into, or said to be another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import NamedTuple

from django.db import connection

from checkin.models import Patient, Promise, Visit
from checkin.rules import page_marks as rules
from checkin.rules.page_marks import PageMark


class PageChanged(Exception):
    """A page speaks of a child, or of a state, that is no longer so. Nothing is written.

    `drawn` is what it was drawn for (None where it does not say), `now` what that is now.
    """

    def __init__(self, drawn: PageMark | None, now: PageMark) -> None:
        super().__init__(f"{drawn.text if drawn else 'unmarked'} is {now.text}")
        self.drawn, self.now = drawn, now


class RecordChanged(PageChanged):
    """A record that the form names beside the one it is about is no longer what the page showed of it."""


class Asking(NamedTuple):
    """What the page was drawn for, where that is compared, and how it drew each record named beside it."""

    mark: PageMark | None = None
    beside: tuple[PageMark, ...] = ()


_asking: ContextVar[Asking | None] = ContextVar("page_mark", default=None)


@contextmanager
def asked_by(mark: PageMark | None, beside: tuple[PageMark, ...] = ()) -> Iterator[None]:
    """Let the first action in this block that holds its rows check them against the page that asked."""
    token = _asking.set(Asking(mark, beside) if mark or beside else None)
    try:
        yield
    finally:
        _asking.reset(token)


def is_unchecked() -> bool:
    """Whether the page that asks has not been checked by an action that held its rows."""
    return _asking.get() is not None


def verify(held: Iterable[Visit] = ()) -> None:
    """Raise PageChanged where the page that asks is behind. Call it once boards and visits are held.

    Who corrects a match or merges holds the same boards, so what is read here stays so until the end of the
    transaction. Checked once a request: after that, what changes is what this very request does.
    """
    asking = _asking.get()
    if asking is None or not connection.in_atomic_block:
        return
    if asking.beside:
        compare_beside(asking.beside, hold_records(asking.beside))
    if (mark := asking.mark) is not None:
        now = fresh(mark, held)
        if not rules.is_same_family(mark, now) or rules.has_ended_or_come_back(mark.state, now.state):
            raise PageChanged(mark, now)
    _asking.set(None)


def hold_records(marks: Iterable[PageMark]) -> dict[int, Patient]:
    ids = [mark.patient or 0 for mark in marks]
    rows = Patient.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}


def compare_beside(marks: Iterable[PageMark], records: Mapping[int, Patient]) -> None:
    """Raise RecordChanged where a record is not as the page drew it. A mark's `visit`: what it is for."""
    for mark in marks:
        record = records.get(mark.patient or 0)
        if record is None:
            continue
        now = of_record(mark, record)
        if not rules.is_same_child(mark, now) and not is_there(mark):
            raise RecordChanged(mark, now)


def is_there(mark: PageMark) -> bool:
    """Whether the visit is this record's by now: the same press twice is one, and the first may merge."""
    visit = Visit.objects.filter(pk=mark.visit, patient=mark.patient).first() if mark.visit else None
    return visit is not None and not visit.is_unsettled


def fresh(mark: PageMark, held: Iterable[Visit]) -> PageMark:
    """What the mark speaks of, as it is now, and held."""
    if mark.promise:
        promise = Promise.objects.select_related("patient").get(pk=mark.promise)
        return replace(mark, patient=promise.patient_id, named=stamp_of(promise.patient))
    if mark.visit:
        visit = next((one for one in held if one.pk == mark.visit), None)
        visit = visit or Visit.objects.select_for_update(of=("self",)).get(pk=mark.visit)
        child = Patient.objects.filter(pk=visit.patient_id).first() if visit.patient_id else None
        state, adult = mark.state and visit.state, mark.adult and adult_now(visit.pk)
        return replace(mark, patient=visit.patient_id, named=stamp_of(child), adult=adult, state=state)
    return of_record(mark, Patient.objects.select_for_update().get(pk=mark.patient or 0))


def of_record(mark: PageMark, record: Patient) -> PageMark:
    """The mark as a page would draw it now of this record."""
    now = replace(mark, merged_into=record.merged_into_id, merge=record.last_merge_id)
    return replace(now, named=stamp_of(record))


def adult_now(visit_id: int) -> str:
    """Stand for the adult of this visit, read anew: a family may have typed on since it was loaded."""
    return adult_of(Visit.objects.select_related("escort", "sign_in").get(pk=visit_id))


def adult_of(visit: Visit) -> str:
    """Stand for who is here with the child: who they said to be, and the row that is written on."""
    said, row = visit.sign_in, visit.escort
    return rules.stamp_adult(
        on_record=row.name if row else None,
        said=said.escort_name,
        relationship=said.relationship,
        is_alone=said.is_patient,
    )


def stamp_of(patient: Patient | None) -> str:
    return rules.stamp(patient.name, patient.birth_date) if patient is not None else ""
