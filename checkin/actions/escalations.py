"""Overdue promises are told upwards, step by step; each step once, whoever looks first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from checkin.actions import after_word_answers, handovers, promises
from checkin.actions.tellings import row, tell_after_commit
from checkin.actions.writing import write
from checkin.models import Clinic, Promise, PromiseEscalation
from checkin.models.mailing import CONSOLE as CONSOLE
from checkin.rules import promises as rules

Heard = dict[tuple[int, dt.datetime, int | None, str], dt.datetime]
"""When which owner was told that a promise was handed over to them."""


def escalate_due(*, clinic: Clinic, at: dt.datetime) -> list[PromiseEscalation]:
    """Write every step whose time has come and that is not on record. Again, or twice at once: nothing new.

    Also gives the promises of who left to the managers, and tells of words that wait for an answer. E-mail
    goes out after the transaction, where it is configured.
    """
    handovers.adopt(clinic=clinic, at=at)
    after_word_answers.tell_due(clinic=clinic, at=at)
    late = missing(clinic.promises.overdue(at), clinic, at=at)
    if not late:
        return []
    with write():
        held = handovers.hold_open(clinic=clinic, pk__in={one.promise_id for one in late})
        made = missing(held, clinic, at=at)
        PromiseEscalation.objects.bulk_create(made)
        tell_after_commit(made, clinic, at=at)
    for late_one in {one.promise.patient_id: one.promise for one in made}.values():
        promises.catch_up(late_one, by=None, at=at)
    return made


def missing(promises: Iterable[Promise], clinic: Clinic, *, at: dt.datetime) -> list[PromiseEscalation]:
    """The rows to write, not saved yet."""
    wanted, late = rules.steps(clinic.promise_settings), list(promises)
    if not late:
        return []
    rows = list(PromiseEscalation.objects.filter(promise__in=late))
    told = {(one.promise_id, one.step, one.due_at) for one in rows if one.handover_id is None}
    heard = {(one.promise_id, one.due_at, one.to_id, one.to_role): one.at for one in rows if one.handover_id}
    return [
        row(one, nth, step, at=at)
        for one in late
        for nth, step in rules.steps_passed(wanted, due_at=one.due_at, at=at)
        if (one.pk, nth, one.due_at) not in told and not has_heard(one, step, heard)
    ]


def has_heard(promise: Promise, step: rules.Step, heard: Heard) -> bool:
    """Whether the owner was told of it when they were given it, after the time of this step."""
    when = heard.get((promise.pk, promise.due_at, promise.owner_id, promise.owner_role))
    passed = promise.due_at + dt.timedelta(minutes=step.after_minutes)
    return step.to == rules.OWNER and when is not None and when >= passed
