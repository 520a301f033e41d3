"""Tries to keep a promise: reached, left a message, or no answer. Reaching the family ends it."""

from __future__ import annotations

import datetime as dt

from checkin.actions.permissions import require_permission
from checkin.actions.promises import (
    LONGEST_OUTCOME,
    audit_promise,
    confirm_same_ending,
    end_promise,
    lock_promise,
    recompute_promised_family,
)
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import Promise, PromiseAttempt, Staff
from checkin.rules import promises as promise_rules
from checkin.rules.promises import AttemptResult, PromiseStatus
from checkin.rules.roles import StaffAct

_SAME_ATTEMPT_WITHIN = dt.timedelta(seconds=30)
"""Within this a second press with the same words is the same attempt: two clicks are one call."""


def keep_promise(*, promise: Promise, by: Staff, at: dt.datetime, outcome: str = "") -> Promise:
    """They were reached. The same hand twice is once; another's is told who was quicker."""
    require_permission(StaffAct.PROMISE, by)
    return attempt_promise(promise=promise, result=AttemptResult.REACHED, note=outcome, by=by, at=at)


def attempt_promise(
    *, promise: Promise, result: str, by: Staff, at: dt.datetime, note: str = "", next_step: str = ""
) -> Promise:
    """One try. Reached ends it; word left with a next step ends it from the second try on; else it stays.

    Raises Refused with a sentence where somebody else has ended it, or word was left too soon.
    """
    require_permission(StaffAct.PROMISE, by)
    note, next_step = note.strip()[:LONGEST_OUTCOME], next_step.strip()[:LONGEST_OUTCOME]
    if result not in AttemptResult.values:
        raise Refused("Say what came of it: reached, left word, or no answer.")
    with write_in_turn():
        held = lock_promise(promise)
        ends = PromiseStatus.REACHED if result == AttemptResult.REACHED else None
        if result == AttemptResult.LEFT_WORD and next_step:
            ends = PromiseStatus.LEFT_WORD
        if not held.is_open:
            return confirm_same_ending(
                held, status=ends, by=by, outcome=note, next_step=next_step if ends else ""
            )
        tries = held.attempts.count()
        if ends == PromiseStatus.LEFT_WORD and tries + 1 < promise_rules.TRIES_BEFORE_MESSAGE:
            raise Refused("One try is not enough to leave it at that: keep this try, and try once more.")
        _write_promise_attempt(held, result, note=note, by=by, at=at)
        if ends:
            end_promise(held, ends, by=by, at=at, outcome=note, next_step=next_step)
    if ends:
        recompute_promised_family(held, by=by, at=at)
    return held


def _write_promise_attempt(held: Promise, result: str, *, note: str, by: Staff, at: dt.datetime) -> None:
    last = held.attempts.order_by("pk").last()
    said = (by.pk, result, note)
    if last and (last.by_id, last.result, last.note) == said and at - last.at < _SAME_ATTEMPT_WITHIN:
        return
    PromiseAttempt.objects.create(promise=held, at=at, by=by, result=result, note=note)
    audit_promise("tried", held, by=by, at=at, result=str(result))
