"""Children who cannot wait: since when, and whom to call until somebody goes to the child."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules.roles import StaffAct, list_roles_allowed

_NEXT_CALL_AFTER = dt.timedelta(seconds=60)
"""The time for which one person is called before the next is called, too."""

ON_SHIFT_WITHIN = dt.timedelta(minutes=10)
"""Staff count as on shift if they used a board of the location within this time."""

CALL_EVERYBODY = None
"""Takes the place of a person's id: after each person was called and nobody went, all are called."""


class UrgentStepKind(TextChoices):
    RAISED = "raised", _("raised")
    CALLED = "called", _("called")
    TAKEN = "taken", _("taken")
    SETTLED = "settled", _("settled")
    UNDONE = "undone", _("undone")


class UrgentSource(TextChoices):
    """The source of the sign that a child cannot wait. The label is the text on the board."""

    FAMILY = "family", _("Worried")
    STAFF = "staff", _("Urgent")


@dataclass(frozen=True, slots=True)
class UrgentStep:
    """One row of the history, oldest first. `alarm` counts how often calling started over."""

    id: int
    kind: str
    at: dt.datetime
    alarm: int = 0
    source: str = ""
    person: int | None = None
    """The id of whoever raised it, was called, took it or settled it."""
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class UrgentState:
    """The state of an urgent visit: since when, who was called and who goes."""

    since: dt.datetime
    """The time when it was raised; the earliest comes first."""
    source: str
    alarm: int
    called_at: dt.datetime | None = None
    """The time when the current person was called, or when whoever was going said “I am not going”."""
    called: tuple[int | None, ...] = ()
    """Everyone whom this alarm has called, in order."""
    taken_by: int | None = None

    @property
    def calls(self) -> int | None:
        """The id of whoever is called now; CALL_EVERYBODY if all are called, or nobody yet."""
        return self.called[-1] if self.called else CALL_EVERYBODY


def derive_urgent_state(steps: Iterable[UrgentStep]) -> UrgentState | None:
    """Return the state that the rows add up to; None if it is not urgent, or no longer."""
    rows = list(steps)
    undone = {row.undoes for row in rows if row.undoes is not None}
    by_id = {row.id: row for row in rows}
    now: UrgentState | None = None
    for row in rows:
        if row.kind == UrgentStepKind.RAISED:
            now = _raise_urgent_state(now, row)
        elif now is None or row.id in undone:
            continue
        elif row.kind == UrgentStepKind.CALLED and row.alarm == now.alarm:
            now = replace(now, called_at=row.at, called=(*now.called, row.person))
        elif row.kind == UrgentStepKind.TAKEN:
            now = replace(now, taken_by=row.person)
        elif row.kind == UrgentStepKind.SETTLED:
            now = None
        elif row.kind == UrgentStepKind.UNDONE and by_id[row.undoes or 0].kind == UrgentStepKind.TAKEN:
            # The next person has a full minute from here.
            now = replace(now, called_at=row.at)
    return now


def _raise_urgent_state(now: UrgentState | None, row: UrgentStep) -> UrgentState:
    """Return the state after it was raised. If raised again, the first time stays and calls start over."""
    if now is None:
        return UrgentState(since=row.at, source=row.source, alarm=row.alarm)
    family = UrgentSource.FAMILY in (now.source, row.source)
    source = UrgentSource.FAMILY.value if family else row.source
    return UrgentState(since=now.since, source=source, alarm=row.alarm)


def is_urgent_news(now: UrgentState | None, source: str) -> bool:
    """Return whether raising it now changes anything: somebody may be on the way, or have settled it."""
    return now is None or now.taken_by is not None or (source == UrgentSource.FAMILY != now.source)


@dataclass(frozen=True, slots=True)
class CallablePerson:
    """Somebody who may be called. `rank`: front desk 0, clinician 1, manager 2."""

    id: int
    rank: int
    name: str
    is_present: bool = False


CALL_RANKS = {role: rank for rank, role in enumerate(list_roles_allowed(StaffAct.ANSWER_CALL))}
"""Roles that may be called, because they may go, in this order; other roles are never called."""


def order_urgent_calls(people: Iterable[CallablePerson], *, raised_by: int | None = None) -> list[int]:
    """Return whom to call, in order: those on shift, or everyone at the location if nobody is.

    Whoever raised it already knows, and is called only if there is nobody else.
    """
    some = sorted(people, key=lambda one: (one.rank, one.name, one.id))
    on_shift = [one.id for one in some if one.is_present] or [one.id for one in some]
    return [one for one in on_shift if one != raised_by] or on_shift


def list_urgent_calls_due(
    now: UrgentState, order: Sequence[int], *, at: dt.datetime
) -> list[tuple[dt.datetime, int | None]]:
    """Return the calls that are due, each with its time: the first at once, then one every 60 seconds.

    One alarm calls nobody twice. CALL_EVERYBODY is the last call.
    """
    found: list[tuple[dt.datetime, int | None]] = []
    called = list(now.called)
    moment = now.called_at
    while now.taken_by is None and CALL_EVERYBODY not in called:
        moment = at if moment is None else moment + _NEXT_CALL_AFTER
        if moment > at:
            break
        person = next((one for one in order if one not in called), CALL_EVERYBODY)
        called.append(person)
        found.append((moment, person))
    return found


def has_urgent_call_due(now: UrgentState | None, *, at: dt.datetime) -> bool:
    """Return whether somebody must be called, whoever it is."""
    return now is not None and bool(list_urgent_calls_due(now, (), at=at))
