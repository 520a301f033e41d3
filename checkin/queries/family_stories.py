"""The family's story: all that passed between them and us, the newest first. One query for each kind.

Each thing is told of the child on whose record it was written, also where its visit is another child's now.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db.models import F, Q

from checkin.models import Patient, Promise, Staff
from checkin.models.promises import read_origins
from checkin.queries import family_events as events
from checkin.queries import family_facts as facts
from checkin.queries.story_events import Event

MOST_SHOWN = 50
CURSOR = re.compile(r"(\d{1,18})-(\d{1,2})-(\d{1,18})", re.ASCII)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


class Kind(NamedTuple):
    """One kind of thing that happens: its rows, their time, and how it is told."""

    rows: Callable[[facts.Child], Any]
    when: str | Callable[[Any], dt.datetime]
    """The column of its time; of rows that come as a list, what works it out."""
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
    Kind(facts.given_here, "at", events.given_here, visit="need.visit_id"),
    Kind(facts.chart, "at", events.charted),
    Kind(facts.filed, "recorded_at", events.filed),
    Kind(facts.revoked, "revoked_at", events.revoked),
    Kind(facts.expired, facts.end_of, events.expired, visit=""),
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
    """The `limit` newest things, or the newest of those older than `before`.

    Seventeen queries, however many: one of each kind, and one for each further remove of merged records.
    """
    child = facts.Child.of(patient, at=at)
    found = [line for number in range(len(KINDS)) for line in lines(number, child, before, limit, reader)]
    found.sort(key=lambda line: line.place, reverse=True)
    shown = found[:limit]
    return FamilyStory(shown, str(shown[-1].place) if len(found) > limit else "", before is None)


def lines(
    number: int, child: facts.Child, before: Place | None, limit: int, reader: Staff | None
) -> Iterator[Line]:
    """The newest of one kind: as many as could all be among the newest of all, and one more."""
    kind = KINDS[number]
    told = {"reader": reader} if kind.for_reader else {}
    found = sorted(placed(number, child, before, limit), reverse=True, key=lambda one: one[0])
    if kind.for_reader:
        read_origins(row for _, row in found if isinstance(row, Promise))
    for place, row in found[: limit + 1]:
        yield Line(place, kind.tell(row, **told), visit_of(row, kind.visit))


def placed(number: int, child: facts.Child, before: Place | None, limit: int) -> Iterator[tuple[Place, Any]]:
    """Rows of one kind with their places, the newest of those older than `before`."""
    kind = KINDS[number]
    rows = kind.rows(child)
    if callable(kind.when):
        every = ((Place(kind.when(row), number, row.pk), row) for row in rows)
        yield from (one for one in every if before is None or one[0] < before)
        return
    if before is not None:
        rows = rows.filter(older_than(before, number, kind.when))
    for row in rows.order_by(F(kind.when).desc(), "-pk")[: limit + 1]:
        yield Place(getattr(row, kind.when), number, row.pk), row


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
