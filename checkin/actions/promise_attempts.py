"""Attempts to keep a promise: reached, left a message, or no answer. Reaching the family ends it."""

from __future__ import annotations

import datetime as dt

from checkin.actions.decisions import WrittenDecision, decide
from checkin.actions.permissions import require_permission
from checkin.actions.promise_decisions import (
    LONGEST_OUTCOME,
    audit_promise,
    end_promise,
    is_same_promise_end,
    lock_promise,
    recompute_promised_family,
    record_promise_decision,
    refuse_if_promise_ended,
)
from checkin.actions.refusals import Refused
from checkin.models import Promise, PromiseAttempt, Staff
from checkin.rules import promises as promise_rules
from checkin.rules.promises import AttemptResult, PromiseStatus
from checkin.rules.roles import StaffAct

_SAME_ATTEMPT_WITHIN = dt.timedelta(seconds=30)
"""A second press with the same words within this time is the same attempt: two clicks are one call."""


def keep_promise(*, promise: Promise, by: Staff, at: dt.datetime, outcome: str = "") -> Promise:
    """Record that the family was reached; return the promise. Raises Refused if somebody else ended it."""
    require_permission(StaffAct.PROMISE, by)
    return attempt_promise(promise=promise, result=AttemptResult.REACHED, note=outcome, by=by, at=at)


def attempt_promise(
    *, promise: Promise, result: str, by: Staff, at: dt.datetime, note: str = "", next_step: str = ""
) -> Promise:
    """Record one attempt; return the promise. Reaching the family ends it.

    A message with a next step also ends it, but not on the first attempt. Raises Refused if somebody else has
    ended it, or it is too early to end it with a message.
    """
    require_permission(StaffAct.PROMISE, by)
    note, next_step = note.strip()[:LONGEST_OUTCOME], next_step.strip()[:LONGEST_OUTCOME]
    if result not in AttemptResult.values:
        raise Refused("Choose the result: kept, left a message, or no answer.")
    ends = _end_of_attempt(result, next_step)

    def find_repeated(held: Promise) -> Promise | None:
        said = {"outcome": note, "next_step": next_step if ends else ""}
        is_same_end = is_same_promise_end(held, status=ends, by=by, **said)
        is_same_try = not ends and held.is_open and _find_repeated_attempt(held, result, note, by=by, at=at)
        return held if is_same_end or is_same_try else None

    def write(held: Promise) -> WrittenDecision[Promise]:
        _write_promise_attempt(held, result, ends, note=note, next_step=next_step, by=by, at=at)
        return WrittenDecision(held, None)

    made = decide(
        by=by,
        at=at,
        lock=lambda: lock_promise(promise),
        find_repeated=find_repeated,
        refuse_if_decided=lambda held: _refuse_promise_attempt(held, ends),
        write=write,
    )
    if ends:
        recompute_promised_family(made, by=by, at=at)
    return made


def _end_of_attempt(result: str, next_step: str) -> PromiseStatus | None:
    """Return the status with which this attempt ends the promise; None if it stays open."""
    if result == AttemptResult.REACHED:
        return PromiseStatus.REACHED
    return PromiseStatus.LEFT_WORD if result == AttemptResult.LEFT_WORD and next_step else None


def _refuse_promise_attempt(held: Promise, ends: PromiseStatus | None) -> None:
    """Raise Refused if somebody else has ended it, or it is too early to end it with a message."""
    refuse_if_promise_ended(held)
    tries = held.attempts.standing().count()
    if ends == PromiseStatus.LEFT_WORD and tries + 1 < promise_rules.TRIES_BEFORE_MESSAGE:
        raise Refused("One try is not enough to end the promise. Save this try, and try once more.")


def _find_repeated_attempt(
    held: Promise, result: str, note: str, *, by: Staff, at: dt.datetime
) -> PromiseAttempt | None:
    """Return the last attempt if it is this one again, soon after: two clicks are one call; else None."""
    last: PromiseAttempt | None = held.attempts.standing().order_by("pk").last()
    if last is None or (last.by_id, last.result, last.note) != (by.pk, result, note):
        return None
    return last if at - last.at < _SAME_ATTEMPT_WITHIN else None


def _write_promise_attempt(
    held: Promise,
    result: str,
    ends: PromiseStatus | None,
    *,
    note: str,
    next_step: str,
    by: Staff,
    at: dt.datetime,
) -> None:
    """Write the attempt, and the promise's status after it."""
    made = None
    if not _find_repeated_attempt(held, result, note, by=by, at=at):
        made = PromiseAttempt.objects.create(promise=held, at=at, by=by, result=result, note=note)
        audit_promise("tried", held, by=by, at=at, result=str(result))
    if ends:
        end_promise(held, ends, by=by, at=at, outcome=note, next_step=next_step, attempt=made)
    else:
        record_promise_decision(held, PromiseStatus.OPEN, by=by, at=at, attempt=made)
