"""Undo the last decision about a promise: an attempt, an end, or a replacement."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple, NoReturn

from checkin.actions import decisions, escalations
from checkin.actions.decisions import AuditLine, WrittenDecision
from checkin.actions.permissions import require_permission
from checkin.actions.promise_decisions import (
    end_promise,
    lock_promise,
    recompute_promised_family,
    record_promise_decision,
)
from checkin.actions.refusals import Refused
from checkin.models import Promise, PromiseDecision, Staff
from checkin.queries import promises as promise_queries
from checkin.rules.promises import PromiseStatus
from checkin.rules.roles import StaffAct

_REPLACEMENT_ENDED = "The promise in its place has ended. Nothing was changed."


class _HeldUndo(NamedTuple):
    """The locked promise and its replacement, and the decisions that an undo depends on."""

    promise: Promise
    newest: PromiseDecision | None
    standing: PromiseDecision | None
    replacement: Promise | None


def undo_promise_decision(
    *, promise: Promise, by: Staff, at: dt.datetime, seen: int | None = None
) -> PromiseDecision:
    """Undo the last decision about a promise, also another person's; return the undo.

    The promise is open again with its due time, its owner and the earlier attempts. People who were told that
    it is overdue are not told again. People who would have been told while it was ended are told now. If it
    was replaced, the replacement ends as undone. `seen`: the id of the newest decision on the page. Raises
    Refused if somebody was faster, nothing can be undone, or something was done about the replacement.
    """
    require_permission(StaffAct.PROMISE, by)
    made: PromiseDecision = decisions.decide(
        by=by,
        at=at,
        lock=lambda: _lock_promise_undo(promise),
        find_repeated=lambda held: decisions.find_repeated_undo(held.newest, seen=seen, by=by),
        refuse_if_decided=lambda held: _refuse_promise_undo(held, seen=seen),
        write=lambda held: _write_promise_undo(held, by=by, at=at),
    )
    recompute_promised_family(made.promise, by=by, at=at)
    escalations.escalate_due_promises(clinic=made.promise.clinic, at=at)
    return made


def _lock_promise_undo(promise: Promise) -> _HeldUndo:
    """Lock and return the promise and then its replacement. All actions use this order, against deadlocks."""
    held = lock_promise(promise)
    replacement = held.find_replacement()
    return _HeldUndo(
        held,
        held.decisions.select_related("undoes").find_last(),
        held.decisions.standing().select_related("attempt").find_last(),
        lock_promise(replacement) if replacement is not None else None,
    )


def _refuse_promise_undo(held: _HeldUndo, *, seen: int | None) -> None:
    """Raise Refused if nothing can be undone now."""
    if held.newest is not None and decisions.is_decided_since(held.newest, seen):
        _refuse_slower_promise_undo(held.promise, held.newest)
    last = held.standing
    if last is None or last.status != held.promise.status or last.status == PromiseStatus.UNDONE:
        raise Refused(f"There is nothing to undo for the promise to {held.promise}.")
    # Asked with both locked, so that what somebody just did about the replacement counts.
    if held.replacement is not None and promise_queries.has_used_replacement(held.promise):
        _refuse_used_replacement(held.replacement)


def _refuse_slower_promise_undo(held: Promise, newest: PromiseDecision) -> NoReturn:
    """Raise Refused, naming the newest decision, which the page did not show."""
    did, clinic = "undid" if newest.undoes_id is not None else "said", held.location.clinic
    raise Refused(decisions.faster_decision_words(newest, f"{did} “{newest.label}”", clinic=clinic))


def _refuse_used_replacement(replacement: Promise) -> NoReturn:
    """Raise Refused, saying what was done about the replacement, which an undo would lose."""
    done: PromiseDecision | None = replacement.decisions.standing().select_related("attempt").find_last()
    if done is None:
        raise Refused(_REPLACEMENT_ENDED)
    clock = replacement.location.clinic.time_words(done.at)
    raise Refused(
        f"{done.by or 'Somebody'} said “{done.label}” at {clock} of the promise in its place."
        " Undo that first, then this."
    )


def _write_promise_undo(held: _HeldUndo, *, by: Staff, at: dt.datetime) -> WrittenDecision[PromiseDecision]:
    promise, last = held.promise, held.standing
    if held.replacement is not None:
        end_promise(held.replacement, PromiseStatus.UNDONE, by=by, at=at)
    made = record_promise_decision(promise, PromiseStatus.OPEN, by=by, at=at, undoes=last)
    detail = {"made_by": last.by_id, "was": last.status} if last is not None else {}
    return WrittenDecision(made, AuditLine("promise.decision_undone", promise, promise.patient_id, detail))
