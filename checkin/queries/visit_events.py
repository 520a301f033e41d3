"""What was written at a visit, as its story tells it: papers, promises, and what went on a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checkin.models import ChartChange, ConsentRecord, DiscrepancyDecision, ExcuseNote, Patient, Staff, Visit
from checkin.models.own_records import merged_here
from checkin.models.promises import read_origins
from checkin.queries import family_events as events
from checkin.queries.family_facts import with_record
from checkin.queries.story_events import Event


def written(visit: Visit, reader: Staff | None) -> list[Event]:
    """Return them all, in six queries and two more where something is another child’s."""
    told = [*consented(visit), *decided(visit), *charted(visit), *proxies(visit)]
    names = names_of_others(visit, {whose for whose, _ in told})
    found = [for_child(event, names.get(whose or 0, "")) for whose, event in told]
    return [*found, *promised(visit, reader), *noted(visit)]


Told = Iterator[tuple[int | None, Event]]
"""Each with the id of the record on which it stands; none: it waits at the visit."""


def names_of_others(visit: Visit, records: Iterable[int | None]) -> dict[int, str]:
    """The names of those children who are not, and did not become, the child of this visit."""
    others = {one for one in records if one is not None and one != visit.patient_id}
    if not others:
        return {}
    own = merged_here(visit.patient_id) if visit.patient_id else []
    return {one.pk: str(one) for one in Patient.objects.filter(pk__in=others).exclude(pk__in=own)}


def for_child(event: Event, name: str) -> Event:
    """Say whose record it is on where that is not the child of this visit."""
    return event._replace(what=f"{event.what}, on the record of {name}") if name else event


def consented(visit: Visit) -> Told:
    """What somebody agreed to or said no to, and what no longer counts."""
    for one in visit.consent_records.select_related("heard_by", "withdrawn_by").order_by("pk"):
        yield one.patient_id, consent_given(one)
        if one.withdrawn_at:
            what = f"No longer counts: what {one.who} said"
            yield one.patient_id, Event(one.withdrawn_at, "undo-2", what, str(one.withdrawn_by or ""))


def consent_given(one: ConsentRecord) -> Event:
    about = one.to_what or one.get_care_display().lower()
    what = f"{one.who} {'agreed to' if one.agreed else 'said no to'} {about}, {one.get_how_display().lower()}"
    return Event(one.at, "check", what, f"heard by {one.heard_by}", taken_back=one.withdrawn_at is not None)


def decided(visit: Visit) -> Told:
    """What somebody chose between typed and recorded, and what was put back."""
    from_visit = DiscrepancyDecision.objects.filter(discrepancy__visit=visit)
    for one in with_record(from_visit).select_related("discrepancy", "by", "undone_by").order_by("pk"):
        yield one.record, events.decided(one)


def charted(visit: Visit) -> Told:
    """Language, interpreter and access needs that were written on a record, or wait for one."""
    rows = visit.chart_changes.filter(subject="Patient").exclude(status=ChartChange.Status.TAKEN_OFF)
    for one in rows.select_related("by").order_by("pk"):
        yield one.patient_id, events.charted(one)


def proxies(visit: Visit) -> Told:
    """Written proxies that were put on file, and those of them that were revoked."""
    for one in visit.standing_proxies.select_related("recorded_by", "revoked_by").order_by("pk"):
        if one.recorded_at:
            yield one.patient_id, events.filed(one)
        if one.revoked_at:
            yield one.patient_id, events.revoked(one)


def promised(visit: Visit, reader: Staff | None) -> Iterator[Event]:
    """What was promised here and how that ended; what they said on leaving only to who may read it."""
    rows = visit.promises.select_related("promised_by", "ended_by").with_origin()
    for one in read_origins(rows.order_by("pk")):
        yield events.promised(one, reader)
        if one.ended_at:
            yield events.ended(one)


def noted(visit: Visit) -> list[Event]:
    """Notes that were handed out, and those made void."""
    events = []
    for one in visit.excuse_notes.numbered().select_related("issued_by", "voided_by").order_by("number"):
        events.append(note_issued(one))
        if one.voided_at:
            why = (("Why", one.void_reason),)
            events.append(Event(one.voided_at, "undo-2", f"{one} made void", str(one.voided_by or ""), why))
    return events


def note_issued(one: ExcuseNote) -> Event:
    assert one.issued_at is not None, "a numbered note was issued"  # noqa: S101
    return Event(one.issued_at, "check", f"{one} issued", str(one.issued_by or ""))
