"""One way to decide: hold the rows, return a repeat, refuse whoever was slower, write, and tell the trail.

Two people may press at once, and one person twice. The same press by the same person is one decision. Whoever
was slower is told who did what, and changes nothing.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from checkin.actions import audit
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import Staff
from checkin.models.history import Decision

HeldRows = TypeVar("HeldRows")
DecisionRow = TypeVar("DecisionRow")
SomeDecision = TypeVar("SomeDecision", bound=Decision)


class AuditLine(NamedTuple):
    """The line of the trail that goes with a decision."""

    action: str
    subject: Any
    patient_id: int | None
    detail: dict[str, Any]


class WrittenDecision(NamedTuple, Generic[DecisionRow]):
    """A decision that was written now. `line` is None where whatever wrote the row has told the trail."""

    row: DecisionRow
    line: AuditLine | None


def decide(
    *,
    by: Staff,
    at: dt.datetime,
    lock: Callable[[], HeldRows],
    find_repeated: Callable[[HeldRows], DecisionRow | None],
    refuse_if_decided: Callable[[HeldRows], None],
    write: Callable[[HeldRows], WrittenDecision[DecisionRow] | str],
) -> DecisionRow:
    """Take one decision in a transaction; ask `require_permission` before.

    `lock` holds what the decision is about, boards first, and gives it as it is now. `find_repeated` gives
    the decision that this person took so already, which is returned; `refuse_if_decided` raises Refused where
    somebody was quicker. `write` writes; where it gives a sentence, what it has learnt stays written, and
    the sentence is raised as Refused.
    """
    with write_in_turn():
        held = lock()
        repeated = find_repeated(held)
        if repeated is not None:
            return repeated
        refuse_if_decided(held)
        written = write(held)
        if not isinstance(written, str) and written.line is not None:
            line = written.line
            audit.write_audit_event(
                action=line.action,
                subject=line.subject,
                at=at,
                by=by,
                patient_id=line.patient_id,
                **line.detail,
            )
    if isinstance(written, str):
        raise Refused(written)
    return written.row


def find_repeated_undo(newest: SomeDecision | None, *, seen: int | None, by: Staff) -> SomeDecision | None:
    """Return the newest decision where it is this person's undo of the one that the page showed."""
    if newest is None or newest.undoes_id is None:
        return None
    return newest if (newest.undoes_id, newest.by_id) == (seen, by.pk) else None


def is_decided_since(newest: Decision | None, seen: int | None) -> bool:
    """Whether another decision than the one on the page is the newest now. `seen` is None: not asked."""
    return seen is not None and newest is not None and newest.pk != seen


def clock_words(at: dt.datetime, zone: zoneinfo.ZoneInfo) -> str:
    """When somebody was quicker, as a refusal says it: "9:40"."""
    return f"{at.astimezone(zone):%-H:%M}"
