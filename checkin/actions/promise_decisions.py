"""Steps of all actions on a promise: lock it, record a decision, refuse if it has ended, and audit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import audit, needs, page_versions
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import lock_patient_visits
from checkin.actions.write_queue import write_in_turn
from checkin.models import BoardVersion, Promise, PromiseAttempt, PromiseDecision, Staff
from checkin.rules.promises import PromiseStatus

LONGEST_OUTCOME = 500


def lock_promise(promise: Promise) -> Promise:
    """Return the promise as it is now, locked until the transaction ends. Locks the board first."""
    BoardVersion.bump(promise.location_id)
    page_versions.verify_page_version()
    locked = Promise.objects.select_for_update(of=("self",), no_key=True)
    people = ("owner", "ended_by", "patient", "visit")
    return locked.select_related("location__clinic", *people).get(pk=promise.pk)


def record_promise_decision(
    held: Promise,
    status: str,
    *,
    by: Staff | None,
    at: dt.datetime,
    outcome: str = "",
    next_step: str = "",
    attempt: PromiseAttempt | None = None,
    undoes: PromiseDecision | None = None,
) -> PromiseDecision:
    """Record a decision and update the promise. Call inside a transaction, with the promise locked."""
    said = {"status": status, "outcome": outcome, "next_step": next_step}
    made: PromiseDecision = PromiseDecision.objects.create(
        promise=held, **said, attempt=attempt, undoes=undoes, by=by, at=at
    )
    if status == held.status:
        return made
    is_open = status == PromiseStatus.OPEN
    now = {**said, "ended_at": None if is_open else at, "ended_by": None if is_open else by}
    Promise.objects.filter(pk=held.pk).update(**now)
    for name, value in now.items():
        setattr(held, name, value)
    return made


def end_promise(
    held: Promise,
    status: str,
    *,
    by: Staff | None,
    at: dt.datetime,
    outcome: str = "",
    next_step: str = "",
    attempt: PromiseAttempt | None = None,
) -> None:
    """Record how it ended, and audit that. Call inside a transaction, with the promise locked and open."""
    record_promise_decision(held, status, outcome=outcome, next_step=next_step, attempt=attempt, by=by, at=at)
    audit_promise(str(status), held, by=by, at=at, late=held.kept is False)


def is_same_promise_end(
    held: Promise, *, status: str | None, by: Staff, outcome: str = "", next_step: str = ""
) -> bool:
    """Return whether this person ended it the same way before, with the same words or with none now.

    Other words are not a repeat: as a repeat, they would be lost without notice.
    """
    same = not held.is_open and (held.status, held.ended_by_id) == (status, by.pk)
    return same and outcome in ("", held.outcome) and next_step in ("", held.next_step)


def refuse_if_promise_ended(held: Promise) -> None:
    """Raise Refused, saying who ended it, when and how, if it is no longer open."""
    if not held.is_open:
        clock = held.location.clinic.time_words(held.ended_at or held.made_at)
        label = PromiseStatus(held.status).words.lower()
        raise Refused(f"{held.ended_by or 'Somebody'} already ended this at {clock}: {label}.")


def recompute_promised_family(held: Promise, *, by: Staff | None, at: dt.datetime) -> None:
    """Recompute the needs of the family's open visits after a promise changed.

    Uses a transaction of its own: visits must be locked before promises, or two actions could deadlock.
    """
    if held.patient_id is None:
        return
    with write_in_turn():
        needs.recompute_needs_of_all(lock_patient_visits(held.patient_id), at=at, by=by)


def audit_promise(what: str, promise: Promise, *, by: Staff | None, at: dt.datetime, **detail: Any) -> None:
    audit.write_audit_event(
        action=f"promise.{what}", subject=promise, at=at, by=by, patient_id=promise.patient_id, **detail
    )
