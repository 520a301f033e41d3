"""The family's timeline: everything between them and us, newest first. One query per kind.

Each event belongs to the child on whose record it was written, even if its visit is another child's now.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from checkin.models import Patient, Promise, Staff
from checkin.models.confidential_marks import leave_out_confidential
from checkin.models.promises import read_promise_origins
from checkin.queries import family_timeline_events, family_timeline_rows, promise_events
from checkin.queries.timeline_events import TimelineEvent

_MOST_TIMELINE_LINES = 50
_TIMELINE_CURSOR = re.compile(r"(\d{1,18})-(\d{1,2})-(\d{1,18})", re.ASCII)
_UNIX_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_ONE_MICROSECOND = dt.timedelta(microseconds=1)


class TimelineKind(NamedTuple):
    """One kind of event: its rows, their time, and the function that describes them."""

    rows: Callable[[family_timeline_rows.TimelineChild], Any]
    when: str | Callable[[Any], dt.datetime]
    """The column of its time; for rows in a list, a function that returns it."""
    tell: Callable[..., TimelineEvent]
    visit: str = "visit_id"
    for_reader: bool = False
    """True if its text depends on the reader: not all may see what families said on leaving."""


TIMELINE_KINDS = (
    TimelineKind(
        family_timeline_rows.select_family_visits,
        "arrived_at",
        family_timeline_events.family_arrival_event,
        visit="pk",
    ),
    TimelineKind(
        family_timeline_rows.select_remembered_escorts,
        "remembered_at",
        family_timeline_events.preference_remembered_event,
        visit="",
    ),
    TimelineKind(
        family_timeline_rows.select_family_promises,
        "made_at",
        promise_events.promise_made_event,
        for_reader=True,
    ),
    TimelineKind(
        family_timeline_rows.select_broken_promises, "due_at", family_timeline_events.promise_broken_event
    ),
    TimelineKind(
        family_timeline_rows.select_promise_ends,
        "at",
        promise_events.family_promise_decision_event,
        visit="promise.visit_id",
    ),
    TimelineKind(
        family_timeline_rows.select_answered_needs, "answered_at", family_timeline_events.need_answered_event
    ),
    TimelineKind(
        family_timeline_rows.select_told_concerns,
        "at",
        family_timeline_events.second_concern_told_event,
        visit="answer.need.visit_id",
    ),
    TimelineKind(
        family_timeline_rows.select_family_notes, "issued_at", family_timeline_events.family_note_issued_event
    ),
    TimelineKind(
        family_timeline_rows.select_family_consents, "at", family_timeline_events.family_consent_event
    ),
    TimelineKind(
        family_timeline_rows.select_family_feedback,
        "at",
        family_timeline_events.family_feedback_event,
        for_reader=True,
    ),
    TimelineKind(
        family_timeline_rows.select_discrepancy_decisions,
        "at",
        family_timeline_events.discrepancy_decided_event,
        visit="discrepancy.visit_id",
    ),
    TimelineKind(
        family_timeline_rows.select_kept_need_answers,
        "at",
        family_timeline_events.kept_need_answer_event,
        visit="need.visit_id",
    ),
    TimelineKind(
        family_timeline_rows.select_family_chart_changes, "at", family_timeline_events.chart_change_event
    ),
    TimelineKind(
        family_timeline_rows.select_filed_proxies, "recorded_at", family_timeline_events.proxy_filed_event
    ),
    TimelineKind(
        family_timeline_rows.select_revoked_proxies, "revoked_at", family_timeline_events.proxy_revoked_event
    ),
    TimelineKind(
        family_timeline_rows.list_expired_proxies,
        family_timeline_rows.proxy_end_moment,
        family_timeline_events.proxy_expired_event,
        visit="",
    ),
)


class TimelinePlace(NamedTuple):
    """The position of an event in the timeline: its time, kind and row. Positions are unique."""

    at: dt.datetime
    kind: int
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - _UNIX_EPOCH) // _ONE_MICROSECOND}-{self.kind}-{self.pk}"


class TimelineLine(NamedTuple):
    place: TimelinePlace
    event: TimelineEvent
    visit_id: int | None


class FamilyTimelinePage(NamedTuple):
    """A page of the timeline. `older`: the position at which the next, older page starts; "" at the end."""

    lines: list[TimelineLine]
    older: str
    newest: bool


def read_family_timeline(
    patient: Patient,
    *,
    at: dt.datetime,
    before: TimelinePlace | None = None,
    limit: int = _MOST_TIMELINE_LINES,
    reader: Staff | None = None,
) -> FamilyTimelinePage:
    """Return the `limit` newest events, or the newest of those older than `before`.

    Runs one query per kind and one per level of merged records, however many events there are. Seventeen if
    no record was merged into this one.
    """
    child = family_timeline_rows.TimelineChild.of(patient, at=at)
    found = [
        line
        for number in range(len(TIMELINE_KINDS))
        for line in _iter_lines_of_kind(number, child, before, limit, reader)
    ]
    found.sort(key=lambda line: line.place, reverse=True)
    shown = found[:limit]
    return FamilyTimelinePage(shown, str(shown[-1].place) if len(found) > limit else "", before is None)


def _iter_lines_of_kind(
    number: int,
    child: family_timeline_rows.TimelineChild,
    before: TimelinePlace | None,
    limit: int,
    reader: Staff | None,
) -> Iterator[TimelineLine]:
    """Yield the `limit` newest of one kind, plus one: all of them may be among the newest overall."""
    kind = TIMELINE_KINDS[number]
    told = {"reader": reader} if kind.for_reader else {}
    found = sorted(_iter_placed_rows(number, child, before, limit), reverse=True, key=lambda one: one[0])
    if kind.for_reader:
        read_promise_origins(row for _, row in found if isinstance(row, Promise))
    for place, row in found[: limit + 1]:
        yield TimelineLine(place, kind.tell(row, **told), _follow_visit_path(row, kind.visit))


def _iter_placed_rows(
    number: int, child: family_timeline_rows.TimelineChild, before: TimelinePlace | None, limit: int
) -> Iterator[tuple[TimelinePlace, Any]]:
    """Yield rows of one kind with their positions: the newest of those older than `before`."""
    kind = TIMELINE_KINDS[number]
    rows = kind.rows(child)
    if isinstance(rows, QuerySet):
        rows = _leave_out_confidential(rows, kind.visit)
    if callable(kind.when):
        every = ((TimelinePlace(kind.when(row), number, row.pk), row) for row in rows)
        yield from (one for one in every if before is None or one[0] < before)
        return
    if before is not None:
        rows = rows.filter(_older_than_condition(before, number, kind.when))
    for row in rows.order_by(F(kind.when).desc(), "-pk")[: limit + 1]:
        yield TimelinePlace(getattr(row, kind.when), number, row.pk), row


def _leave_out_confidential(rows: QuerySet[Any], path: str) -> QuerySet[Any]:
    """Return the rows without those of confidential visits, to which `path` leads as in a TimelineKind."""
    if path in ("", "pk"):
        return leave_out_confidential(rows, "") if path else rows
    return leave_out_confidential(rows, path.removesuffix("_id").replace(".", "__"))


def _older_than_condition(place: TimelinePlace, number: int, when: str) -> Q:
    """Return the condition for rows of kind `number` that come after `place`, newest first."""
    earlier = Q(**{f"{when}__lt": place.at})
    if number > place.kind:
        return earlier
    if number < place.kind:
        return Q(**{f"{when}__lte": place.at})
    return earlier | Q(**{when: place.at, "pk__lt": place.pk})


def _follow_visit_path(row: Any, path: str) -> int | None:
    """Return the id at the end of a path such as `answer.need.visit_id` (rows are loaded); None for ""."""
    for name in filter(None, path.split(".")):
        row = getattr(row, name)
    return row if path else None


def parse_timeline_cursor(said: str) -> TimelinePlace | None:
    """Return the position in this text of a URL; None if it is none, and then the newest page is shown."""
    found = _TIMELINE_CURSOR.fullmatch(said)
    if found is None:
        return None
    at, kind, pk = map(int, found.groups())
    try:
        return TimelinePlace(_UNIX_EPOCH + at * _ONE_MICROSECOND, kind, pk)
    except OverflowError:
        return None
