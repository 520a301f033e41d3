"""Escalate overdue promises step by step. Each step happens once, even if several processes run this."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from checkin.actions import handovers, promise_decisions, visit_feedback_answers
from checkin.actions.escalation_notices import mail_escalations_after_commit, make_escalation_row
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Promise, PromiseEscalation
from checkin.rules import promises as promise_rules

_HandoverTimes = dict[tuple[int, dt.datetime, int | None, str], dt.datetime]
"""Times of handover notices, by promise, due time and owner (a person's id or a role)."""


def escalate_due_promises(*, clinic: Clinic, at: dt.datetime) -> list[PromiseEscalation]:
    """Write and return every step that is due and not written yet. Safe to repeat or run concurrently.

    Also gives promises of people who left to the managers, and escalates unanswered feedback. Sends e-mail
    after the transaction, if configured.
    """
    handovers.adopt_orphaned_promises(clinic=clinic, at=at)
    visit_feedback_answers.escalate_due_feedback(clinic=clinic, at=at)
    late = find_missing_escalations(clinic.promises.overdue(at), clinic, at=at)
    if not late:
        return []
    with write_in_turn():
        held = handovers.lock_open_promises(clinic=clinic, pk__in={one.promise_id for one in late})
        made = find_missing_escalations(held, clinic, at=at)
        PromiseEscalation.objects.bulk_create(made)
        mail_escalations_after_commit(made, clinic, at=at)
    for late_one in {one.promise.patient_id: one.promise for one in made}.values():
        promise_decisions.recompute_promised_family(late_one, by=None, at=at)
    return made


def find_missing_escalations(
    promises: Iterable[Promise], clinic: Clinic, *, at: dt.datetime
) -> list[PromiseEscalation]:
    """Return the missing escalation rows, unsaved."""
    wanted, late = promise_rules.read_escalation_steps(clinic.promise_settings), list(promises)
    if not late:
        return []
    rows = list(PromiseEscalation.objects.filter(promise__in=late))
    told = {(one.promise_id, one.step, one.due_at) for one in rows if one.handover_id is None}
    heard = {(one.promise_id, one.due_at, one.to_id, one.to_role): one.at for one in rows if one.handover_id}
    return [
        make_escalation_row(one, nth, step, at=at)
        for one in late
        for nth, step in promise_rules.passed_escalation_steps(wanted, due_at=one.due_at, at=at)
        if (one.pk, nth, one.due_at) not in told and not _has_owner_heard(one, step, heard)
    ]


def _has_owner_heard(promise: Promise, step: promise_rules.EscalationStep, heard: _HandoverTimes) -> bool:
    """Return whether the owner was told at a handover after this step was due."""
    when = heard.get((promise.pk, promise.due_at, promise.owner_id, promise.owner_role))
    passed = promise.due_at + dt.timedelta(minutes=step.after_minutes)
    return step.to == promise_rules.ESCALATE_TO_OWNER and when is not None and when >= passed
