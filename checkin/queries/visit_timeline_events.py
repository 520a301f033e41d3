"""Events of a visit's timeline about what was written at it: notes, promises, changes on a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Prefetch

from checkin.models import (
    ChartChange,
    ConsentRecord,
    DiscrepancyDecision,
    ExcuseNote,
    Patient,
    PromiseDecision,
    Staff,
    Visit,
)
from checkin.models.promises import read_promise_origins
from checkin.models.sign_in_record_merges import record_ids_with_merged
from checkin.queries import family_timeline_events, promise_events
from checkin.queries.family_timeline_rows import annotate_decision_record
from checkin.queries.timeline_events import TimelineEvent


def list_visit_entry_events(visit: Visit, reader: Staff | None) -> list[TimelineEvent]:
    """Return all these events, in seven queries and two more if something is another child’s."""
    told = [
        *_iter_consent_events(visit),
        *_iter_discrepancy_events(visit),
        *_iter_chart_change_events(visit),
        *_iter_proxy_events(visit),
    ]
    names = _names_of_other_children(visit, {whose for whose, _ in told})
    found = [_name_record_in_event(event, names.get(whose or 0, "")) for whose, event in told]
    return [*found, *_iter_promise_events(visit, reader), *_list_note_events(visit)]


_RecordEvents = Iterator[tuple[int | None, TimelineEvent]]
"""Events, each after the id of the record it is on, or None if it waits at the visit."""


def _names_of_other_children(visit: Visit, records: Iterable[int | None]) -> dict[int, str]:
    """Return the names of these records by id, without those of this visit's child."""
    others = {one for one in records if one is not None and one != visit.patient_id}
    if not others:
        return {}
    own = record_ids_with_merged(visit.patient_id) if visit.patient_id else []
    return {one.pk: str(one) for one in Patient.objects.filter(pk__in=others).exclude(pk__in=own)}


def _name_record_in_event(event: TimelineEvent, name: str) -> TimelineEvent:
    """Return the event with the name on its record added; unchanged if `name` is ""."""
    return event._replace(what=f"{event.what}, on the record of {name}") if name else event


def _iter_consent_events(visit: Visit) -> _RecordEvents:
    """Yield consents that somebody gave or refused, and those that no longer count."""
    for one in visit.consent_records.select_related("heard_by", "withdrawn_by").order_by("pk"):
        yield one.patient_id, _visit_consent_event(one)
        if one.withdrawn_at:
            what = f"No longer counts: what {one.who} said"
            yield one.patient_id, TimelineEvent(one.withdrawn_at, "undo-2", what, str(one.withdrawn_by or ""))


def _visit_consent_event(one: ConsentRecord) -> TimelineEvent:
    about = one.to_what or one.get_care_display().lower()
    what = f"{one.who} {'agreed to' if one.agreed else 'said no to'} {about}, {one.get_how_display().lower()}"
    return TimelineEvent(
        one.at, "check", what, taken_back=one.withdrawn_at is not None, beside=f"heard by {one.heard_by}"
    )


def _iter_discrepancy_events(visit: Visit) -> _RecordEvents:
    """Yield decisions between typed and recorded values, and their undos."""
    from_visit = DiscrepancyDecision.objects.filter(discrepancy__visit=visit)
    for one in (
        annotate_decision_record(from_visit).select_related("discrepancy", "by", "undone_by").order_by("pk")
    ):
        yield one.record, family_timeline_events.discrepancy_decided_event(one)


def _iter_chart_change_events(visit: Visit) -> _RecordEvents:
    """Yield language, interpreter and access needs written on a record or waiting for one."""
    rows = visit.chart_changes.filter(subject="Patient").exclude(status=ChartChange.Status.TAKEN_OFF)
    for one in rows.select_related("by").order_by("pk"):
        yield one.patient_id, family_timeline_events.chart_change_event(one)


def _iter_proxy_events(visit: Visit) -> _RecordEvents:
    """Yield written proxies that were filed, and those that were revoked."""
    for one in visit.standing_proxies.select_related("recorded_by", "revoked_by").order_by("pk"):
        if one.recorded_at:
            yield one.patient_id, family_timeline_events.proxy_filed_event(one)
        if one.revoked_at:
            yield one.patient_id, family_timeline_events.proxy_revoked_event(one)


def _iter_promise_events(visit: Visit, reader: Staff | None) -> Iterator[TimelineEvent]:
    """Yield what was promised here and how it ended; feedback words only for those who may read them."""
    ends = PromiseDecision.objects.ends_and_their_undos().select_related("by", "undone_by", "undoes")
    rows = visit.promises.select_related("promised_by").with_origin()
    rows = rows.prefetch_related(Prefetch("decisions", ends.order_by("pk")))
    for one in read_promise_origins(rows.order_by("pk")):
        yield promise_events.promise_made_event(one, reader)
        yield from map(promise_events.family_promise_decision_event, one.decisions.all())


def _list_note_events(visit: Visit) -> list[TimelineEvent]:
    """Return notes that were handed out, and those that were voided."""
    events = []
    for one in visit.excuse_notes.numbered().select_related("issued_by", "voided_by").order_by("number"):
        events.append(_visit_note_issued_event(one))
        if one.voided_at:
            why = (("Why", one.void_reason),)
            events.append(
                TimelineEvent(one.voided_at, "undo-2", f"{one} voided", str(one.voided_by or ""), reasons=why)
            )
    return events


def _visit_note_issued_event(one: ExcuseNote) -> TimelineEvent:
    assert one.issued_at is not None, "a numbered note was issued"  # noqa: S101
    return TimelineEvent(one.issued_at, "check", f"{one} issued", str(one.issued_by or ""))
