"""The page that asks, checked inside the transaction: what it spoke of is held, and as it showed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

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


_asking: ContextVar[PageMark | None] = ContextVar("page_mark", default=None)


@contextmanager
def asked_by(mark: PageMark | None) -> Iterator[None]:
    """Let the first action in this block that holds its rows check them against the page that asked."""
    token = _asking.set(mark)
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
    mark = _asking.get()
    if mark is None or not connection.in_atomic_block:
        return
    now = fresh(mark, held)
    if not rules.is_same_child(mark, now) or rules.has_ended_or_come_back(mark.state, now.state):
        raise PageChanged(mark, now)
    _asking.set(None)


def fresh(mark: PageMark, held: Iterable[Visit]) -> PageMark:
    """What the mark speaks of, as it is now, and held."""
    if mark.promise:
        promise = Promise.objects.select_related("patient").get(pk=mark.promise)
        return replace(mark, patient=promise.patient_id, named=stamp_of(promise.patient))
    if mark.visit:
        visit = next((one for one in held if one.pk == mark.visit), None)
        visit = visit or Visit.objects.select_for_update(of=("self",)).get(pk=mark.visit)
        child = Patient.objects.filter(pk=visit.patient_id).first() if visit.patient_id else None
        state = mark.state and visit.state
        return replace(mark, patient=visit.patient_id, named=stamp_of(child), state=state)
    record = Patient.objects.select_for_update().get(pk=mark.patient or 0)
    now = replace(mark, merged_into=record.merged_into_id, merge=record.last_merge_id)
    return replace(now, named=stamp_of(record))


def stamp_of(patient: Patient | None) -> str:
    return rules.stamp(patient.name, patient.birth_date) if patient is not None else ""
