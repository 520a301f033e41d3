"""Check, inside the transaction, that what the requesting page showed is unchanged, and lock it.

This includes every other record that its form names: to link, to merge into, or declared another child.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import NamedTuple

from django.db import connection

from checkin.models import Patient, Promise, Visit
from checkin.rules import page_versions as page_version_rules
from checkin.rules.page_versions import PageVersion


class PageChanged(Exception):
    """A page shows a child or a state that is no longer current. Nothing was written.

    `drawn`: the version that the page shows; None if it does not say. `now`: the current version.
    """

    def __init__(self, drawn: PageVersion | None, now: PageVersion) -> None:
        super().__init__(f"{drawn.text if drawn else 'unmarked'} is {now.text}")
        self.drawn, self.now = drawn, now


class RecordChanged(PageChanged):
    """Another record that the form names is no longer what the page showed."""


class AskingPage(NamedTuple):
    """The version that the page shows, if it has one, and those of the other records that its form names."""

    mark: PageVersion | None = None
    beside: tuple[PageVersion, ...] = ()


_asking_page: ContextVar[AskingPage | None] = ContextVar("page_mark", default=None)


@contextmanager
def expect_page_version(mark: PageVersion | None, beside: tuple[PageVersion, ...] = ()) -> Iterator[None]:
    """Compare the requesting page with the rows that the first action in this block locks."""
    token = _asking_page.set(AskingPage(mark, beside) if mark or beside else None)
    try:
        yield
    finally:
        _asking_page.reset(token)


def is_page_unchecked() -> bool:
    """Return whether the requesting page still has to be checked by an action."""
    return _asking_page.get() is not None


def verify_page_version(held: Iterable[Visit] = ()) -> None:
    """Raise PageChanged if the requesting page is outdated. Call once boards and visits are locked.

    Corrections and merges lock the same boards, so what is read here cannot change until the transaction
    ends. Checked once per request: later changes are this request's own.
    """
    asking = _asking_page.get()
    if asking is None or not connection.in_atomic_block:
        return
    if asking.beside:
        verify_named_records(asking.beside, _lock_named_records(asking.beside))
    if (mark := asking.mark) is not None:
        now = _fresh_page_version(mark, held)
        if not page_version_rules.is_page_of_same_family(
            mark, now
        ) or page_version_rules.has_visit_ended_or_reopened(mark.state, now.state):
            raise PageChanged(mark, now)
    _asking_page.set(None)


def _lock_named_records(marks: Iterable[PageVersion]) -> dict[int, Patient]:
    ids = [mark.patient or 0 for mark in marks]
    rows = Patient.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}


def verify_named_records(marks: Iterable[PageVersion], records: Mapping[int, Patient]) -> None:
    """Raise RecordChanged if a record is not as the page showed it. A mark's `visit`: the one to link."""
    for mark in marks:
        record = records.get(mark.patient or 0)
        if record is None:
            continue
        now = _page_version_of_record(mark, record)
        if not page_version_rules.is_page_of_same_child(mark, now) and not _is_visit_of_named_record(mark):
            raise RecordChanged(mark, now)


def _is_visit_of_named_record(mark: PageVersion) -> bool:
    """Return whether the mark's visit is on this record already: a repeated press is no conflict."""
    visit = Visit.objects.filter(pk=mark.visit, patient=mark.patient).first() if mark.visit else None
    return visit is not None and not visit.is_unsettled


def _fresh_page_version(mark: PageVersion, held: Iterable[Visit]) -> PageVersion:
    """Return the current version of what the mark is about. Locks the visit or the record."""
    if mark.promise:
        promise = Promise.objects.select_related("patient").get(pk=mark.promise)
        return replace(mark, patient=promise.patient_id, named=patient_stamp(promise.patient))
    if mark.visit:
        visit = next((one for one in held if one.pk == mark.visit), None)
        visit = visit or Visit.objects.select_for_update(of=("self",)).get(pk=mark.visit)
        child = Patient.objects.filter(pk=visit.patient_id).first() if visit.patient_id else None
        state, adult = mark.state and visit.state, mark.adult and current_adult_stamp(visit.pk)
        return replace(mark, patient=visit.patient_id, named=patient_stamp(child), adult=adult, state=state)
    return _page_version_of_record(mark, Patient.objects.select_for_update().get(pk=mark.patient or 0))


def _page_version_of_record(mark: PageVersion, record: Patient) -> PageVersion:
    """Return the mark that a page about this record would have now."""
    now = replace(mark, merged_into=record.merged_into_id, merge=record.last_merge_id)
    return replace(now, named=patient_stamp(record))


def current_adult_stamp(visit_id: int) -> str:
    """Return the fingerprint of this visit's adult, read again: the family may have typed more since."""
    return visit_adult_stamp(Visit.objects.select_related("escort", "sign_in").get(pk=visit_id))


def visit_adult_stamp(visit: Visit) -> str:
    """Return a fingerprint of the adult with the child: who they said they are, and the row in use."""
    said, row = visit.sign_in, visit.escort
    return page_version_rules.adult_fingerprint(
        on_record=row.name if row else None,
        said=said.escort_name,
        relationship=said.relationship,
        is_alone=said.is_patient,
    )


def patient_stamp(patient: Patient | None) -> str:
    """Return a fingerprint of name and birth date; "" for no patient."""
    return (
        page_version_rules.child_fingerprint(patient.name, patient.birth_date) if patient is not None else ""
    )
