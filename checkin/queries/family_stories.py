"""The family's story: all that passed between them and us, the newest first. One query for each kind."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from checkin.models import Patient, Staff
from checkin.queries import family_events as events
from checkin.queries import family_facts as facts
from checkin.queries.stories import Event

MOST_SHOWN = 50
CURSOR = re.compile(r"(\d{1,18})-(\d{1,2})-(\d{1,18})", re.ASCII)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


class Kind(NamedTuple):
    """One kind of thing that happens: its rows, the column of their time, and how it is told."""

    rows: Callable[[Patient, dt.datetime], QuerySet[Any]]
    when: str
    tell: Callable[..., Event]
    visit: str = "visit_id"
    for_reader: bool = False
    """Whether it is told otherwise to those who may not read what families say on leaving."""


KINDS = (
    Kind(facts.visits, "arrived_at", events.came, visit="pk"),
    Kind(facts.remembered, "remembered_at", events.remembered, visit=""),
    Kind(facts.promises, "made_at", events.promised, for_reader=True),
    Kind(facts.broken, "due_at", events.broken),
    Kind(facts.ended, "ended_at", events.ended),
    Kind(facts.needs, "answered_at", events.answered),
    Kind(facts.told, "at", events.told, visit="answer.need.visit_id"),
    Kind(facts.notes, "issued_at", events.issued),
    Kind(facts.consents, "at", events.agreed),
    Kind(facts.words, "at", events.word, for_reader=True),
    Kind(facts.decisions, "at", events.decided, visit="discrepancy.visit_id"),
)


class Place(NamedTuple):
    """Where in the story something stands: its time, its kind, its row. No two are the same."""

    at: dt.datetime
    kind: int
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // MICROSECOND}-{self.kind}-{self.pk}"


class Line(NamedTuple):
    place: Place
    event: Event
    visit_id: int | None


class FamilyStory(NamedTuple):
    """A page of it, and where the next, older one begins ('' where this is the end)."""

    lines: list[Line]
    older: str
    newest: bool


def story(
    patient: Patient,
    *,
    at: dt.datetime,
    before: Place | None = None,
    limit: int = MOST_SHOWN,
    reader: Staff | None = None,
) -> FamilyStory:
    """The `limit` newest things, or the newest of those older than `before`. Eleven queries, however many."""
    found = [
        line for number in range(len(KINDS)) for line in lines(number, patient, at, before, limit, reader)
    ]
    found.sort(key=lambda line: line.place, reverse=True)
    shown = found[:limit]
    return FamilyStory(shown, str(shown[-1].place) if len(found) > limit else "", before is None)


def lines(
    number: int, patient: Patient, at: dt.datetime, before: Place | None, limit: int, reader: Staff | None
) -> list[Line]:
    """The newest of one kind: as many as could all be among the newest of all, and one more."""
    kind = KINDS[number]
    rows = kind.rows(patient, at)
    if before is not None:
        rows = rows.filter(older_than(before, number, kind.when))
    told = {"reader": reader} if kind.for_reader else {}
    newest = rows.order_by(F(kind.when).desc(), "-pk")[: limit + 1]
    return [
        Line(
            Place(getattr(row, kind.when), number, row.pk), kind.tell(row, **told), visit_of(row, kind.visit)
        )
        for row in newest
    ]


def older_than(place: Place, number: int, when: str) -> Q:
    """Rows of kind `number` that come after `place` when the newest is told first."""
    earlier = Q(**{f"{when}__lt": place.at})
    if number > place.kind:
        return earlier
    if number < place.kind:
        return Q(**{f"{when}__lte": place.at})
    return earlier | Q(**{when: place.at, "pk__lt": place.pk})


def visit_of(row: Any, path: str) -> int | None:
    """Follow `answer.need.visit_id`, all of which was read along."""
    for name in filter(None, path.split(".")):
        row = getattr(row, name)
    return row if path else None


def cursor(said: str) -> Place | None:
    """The place that an address names; None, which is the newest, for anything else."""
    found = CURSOR.fullmatch(said)
    if found is None:
        return None
    at, kind, pk = map(int, found.groups())
    try:
        return Place(EPOCH + at * MICROSECOND, kind, pk)
    except OverflowError:
        return None
