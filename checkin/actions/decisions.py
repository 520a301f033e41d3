"""The steps of every decision: lock, return a repeat, refuse if somebody was faster, write, and audit.

Two people may press at once, and one person twice. The same press by the same person is one decision. The
slower of two people changes nothing and is told who did what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from checkin.actions import audit
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Staff
from checkin.models.history import Decision, SomeDecision

HeldRows = TypeVar("HeldRows")
DecisionRow = TypeVar("DecisionRow")


class AuditLine(NamedTuple):
    """The audit event that goes with a decision."""

    action: str
    subject: Any
    patient_id: int | None
    detail: dict[str, Any]


class WrittenDecision(NamedTuple, Generic[DecisionRow]):
    """A decision just written. `line` is None if the code that wrote the row has audited it."""

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
    """Make one decision in a transaction; return its row. Call `require_permission` first.

    `lock` locks what the decision is about, boards first, and returns it as it is now. `find_repeated`
    returns the same decision if this person made it before. `refuse_if_decided` raises Refused if somebody
    was faster. If `write` returns a sentence, what it wrote is committed, then Refused is raised with it.
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
    """Return the newest decision if it is this person's undo of the one that the page showed."""
    if newest is None or newest.undoes_id is None:
        return None
    return newest if (newest.undoes_id, newest.by_id) == (seen, by.pk) else None


def is_decided_since(newest: Decision | None, seen: int | None) -> bool:
    """Return whether the newest decision is not the one on the page. False if `seen` is None (not asked)."""
    return seen is not None and newest is not None and newest.pk != seen


def faster_decision_words(
    newest: Decision, did: str, *, clinic: Clinic, result: str = "", nobody: str = "Somebody"
) -> str:
    """Return the refusal for the slower person: "Noor undid “Reached” at 9:45 AM. Nothing more was changed."

    `did`: verb and object. `result`: text after the time. `nobody`: the subject if no person decided.
    """
    who, clock = newest.by or nobody, clinic.time_words(newest.at)
    return f"{who} {did} at {clock}{result}. Nothing more was changed."
