"""A child who cannot wait: who stands first, and who is called until a person goes. It only ever raises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

NEXT_AFTER = dt.timedelta(seconds=60)
"""How long one person is called before the next is."""

RECENT = dt.timedelta(minutes=10)
"""Whoever used a board of the location this long ago or less is on shift."""

EVERYBODY = None
"""Who is called when each person was called and none has gone."""


class Kind(TextChoices):
    RAISED = "raised", _("raised")
    CALLED = "called", _("called")
    TAKEN = "taken", _("taken")
    SETTLED = "settled", _("settled")
    UNDONE = "undone", _("undone")


class Source(TextChoices):
    """Who says that this child cannot wait, as the word on its pill."""

    FAMILY = "family", _("Worried")
    STAFF = "staff", _("Urgent")


@dataclass(frozen=True, slots=True)
class Step:
    """One row of what happened, oldest first. `alarm` counts how often the call began anew."""

    id: int
    kind: str
    at: dt.datetime
    alarm: int = 0
    source: str = ""
    person: int | None = None
    """Who raised it, was called, took it or settled it."""
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """That this visit stands first, and who goes."""

    since: dt.datetime
    """When it was raised: the earliest stands first."""
    source: str
    alarm: int
    called_at: dt.datetime | None = None
    """When the person called now was called, or when the one who was going let it go."""
    called: tuple[int | None, ...] = ()
    """Whom this alarm has called, in order."""
    taken_by: int | None = None

    @property
    def calls(self) -> int | None:
        """Who is called now; EVERYBODY where each person was called already."""
        return self.called[-1] if self.called else EVERYBODY


def standing(steps: Iterable[Step]) -> Standing | None:
    """Return what the rows come to; None where nobody is worried (any more)."""
    rows = list(steps)
    undone = {row.undoes for row in rows if row.undoes is not None}
    by_id = {row.id: row for row in rows}
    now: Standing | None = None
    for row in rows:
        if row.kind == Kind.RAISED:
            now = raised(now, row)
        elif now is None or row.id in undone:
            continue
        elif row.kind == Kind.CALLED and row.alarm == now.alarm:
            now = replace(now, called_at=row.at, called=(*now.called, row.person))
        elif row.kind == Kind.TAKEN:
            now = replace(now, taken_by=row.person)
        elif row.kind == Kind.SETTLED:
            now = None
        elif row.kind == Kind.UNDONE and by_id[row.undoes or 0].kind == Kind.TAKEN:
            # Whoever is next has a minute of their own from here.
            now = replace(now, called_at=row.at)
    return now


def raised(now: Standing | None, row: Step) -> Standing:
    """Raise it, or raise it again: the first moment stays, the call begins anew."""
    if now is None:
        return Standing(since=row.at, source=row.source, alarm=row.alarm)
    family = Source.FAMILY in (now.source, row.source)
    source = Source.FAMILY.value if family else row.source
    return Standing(since=now.since, source=source, alarm=row.alarm)


def is_news(now: Standing | None, source: str) -> bool:
    """Whether raising it now changes anything: somebody may be on the way, or may have settled it."""
    return now is None or now.taken_by is not None or (source == Source.FAMILY != now.source)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be called. `rank`: front desk 0, clinician 1, manager 2, administrator 3."""

    id: int
    rank: int
    name: str
    is_present: bool = False


RANKS = {"front_desk": 0, "clinician": 1, "manager": 2, "administrator": 3}
"""Roles that may be called, in this order; whoever has another is never called."""


def order_of_calls(people: Iterable[Person], *, raised_by: int | None = None) -> list[int]:
    """Return whom to call, in order: who is on shift, or everybody of the location where nobody is.

    Whoever raised it knows already, and is called only where there is nobody else.
    """
    some = sorted(people, key=lambda one: (one.rank, one.name, one.id))
    on_shift = [one.id for one in some if one.is_present] or [one.id for one in some]
    return [one for one in on_shift if one != raised_by] or on_shift


def calls_due(
    now: Standing, order: Sequence[int], *, at: dt.datetime
) -> list[tuple[dt.datetime, int | None]]:
    """Return the calls whose time has come, each with its moment: the first at once, the next every 60 s.

    Nobody is called twice by one alarm. EVERYBODY is the last call.
    """
    found: list[tuple[dt.datetime, int | None]] = []
    called = list(now.called)
    moment = now.called_at
    while now.taken_by is None and EVERYBODY not in called:
        moment = at if moment is None else moment + NEXT_AFTER
        if moment > at:
            break
        person = next((one for one in order if one not in called), EVERYBODY)
        called.append(person)
        found.append((moment, person))
    return found


def has_call_due(now: Standing | None, *, at: dt.datetime) -> bool:
    """Whether somebody is to be called, whoever that is."""
    return now is not None and bool(calls_due(now, (), at=at))
