"""Mark a child who cannot wait, call staff until somebody goes to the child, and settle it.

Nothing here refuses, delays or ends a visit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from checkin.actions import audit
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import lock_visits, update_visit_and_boards
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Device, Move, Staff, Visit, WorryStep
from checkin.models import urgent_signs as urgent_sign_models
from checkin.rules import urgent_signs as urgent_sign_rules
from checkin.rules.roles import StaffAct
from checkin.rules.urgent_signs import UrgentSource, UrgentState, UrgentStepKind

_NOBODY_WORRIED_NOW = "Nobody is worried about {} anymore, so nothing was changed."


def begin_urgent_visit(visit: Visit, *, source: str, at: dt.datetime, tap: str = "") -> list[WorryStep]:
    """Set the urgent columns of an unsaved visit; return the steps to save after it."""
    rows = [WorryStep(kind=UrgentStepKind.RAISED, at=at, alarm=1, source=source, tap=tap)]
    rows += _make_urgent_calls(visit, rows, at=at)
    for name, value in _urgent_columns(rows).items():
        setattr(visit, name, value)
    return rows


def raise_urgent_visit(
    visit: Visit,
    *,
    source: str,
    at: dt.datetime,
    by: Staff | None = None,
    device: Device | None = None,
    tap: str = "",
) -> None:
    """Mark this visit urgent, unless that changes nothing. Call in a transaction, with the visit locked."""
    rows = _find_urgent_steps(visit)
    if not urgent_sign_rules.is_urgent_news(_standing_urgency(rows), source):
        return
    alarm = 1 + max((row.alarm for row in rows), default=0)
    made = WorryStep(visit=visit, kind=UrgentStepKind.RAISED, at=at, alarm=alarm, source=source, tap=tap)
    made.person = by
    made.save()
    audit.write_audit_event(
        action="visit.worried",
        subject=visit,
        at=at,
        by=by,
        device=device,
        patient_id=visit.patient_id,
        source=str(source),
        alarm=alarm,
    )
    _write_urgent_calls(visit, [*rows, made], at=at)


def _write_urgent_calls(visit: Visit, rows: list[WorryStep], *, at: dt.datetime) -> list[WorryStep]:
    """Write and return each call that is due; update the boards. Call with the visit locked."""
    made = _make_urgent_calls(visit, rows, at=at)
    for one in made:
        one.visit = visit
        one.save()
        audit.write_audit_event(
            action="visit.worry_called",
            subject=visit,
            at=at,
            patient_id=visit.patient_id,
            person=one.person_id,
            nth=one.nth,
        )
    _update_urgent_columns(visit, [*rows, *made])
    return made


def _make_urgent_calls(visit: Visit, rows: list[WorryStep], *, at: dt.datetime) -> list[WorryStep]:
    """Return the calls that are due, unsaved."""
    now = _standing_urgency(rows)
    if now is None:
        return []
    alarm = next(row for row in rows if row.kind == UrgentStepKind.RAISED and row.alarm == now.alarm)
    people = urgent_sign_models.list_people_to_call(visit.clinic_id, visit.location_id, at=at)
    order = urgent_sign_rules.order_urgent_calls(people, raised_by=alarm.person_id)
    return [
        WorryStep(kind=UrgentStepKind.CALLED, at=moment, alarm=now.alarm, nth=nth, person_id=person)
        for nth, (moment, person) in enumerate(
            urgent_sign_rules.list_urgent_calls_due(now, order, at=at), len(now.called)
        )
    ]


def _update_urgent_columns(visit: Visit, rows: Iterable[WorryStep]) -> None:
    """Update the visit's urgent columns from its steps."""
    said = _urgent_columns(rows)
    update_visit_and_boards(visit, **said)
    for name, value in said.items():
        setattr(visit, name, value)


def _urgent_columns(rows: Iterable[WorryStep]) -> dict[str, object]:
    """Return the urgent columns of a visit with these steps."""
    now = _standing_urgency(rows)
    return {
        "raised_at": now.since if now else None,
        "raised_by": now.source if now else "",
        "called_id": now.calls if now else None,
        "taken_by_id": now.taken_by if now else None,
    }


def call_for_urgent_visits(*, clinic: Clinic, at: dt.datetime) -> list[WorryStep]:
    """Call the next person for each child to whom nobody is going; return the calls. Safe to repeat."""
    made: list[WorryStep] = []
    waiting = list(clinic.visits.raised().filter(taken_by=None).order_by("raised_at", "pk"))
    now = urgent_sign_models.urgent_standings_by_visit(waiting)
    for visit in waiting:
        if not urgent_sign_rules.has_urgent_call_due(now[visit.pk], at=at):
            continue
        with write_in_turn():
            lock_visits(visit)
            rows = _find_urgent_steps(visit)
            if visit.raised_at is not None and urgent_sign_rules.has_urgent_call_due(
                _standing_urgency(rows), at=at
            ):
                made += _write_urgent_calls(visit, rows, at=at)
    return made


def take_urgent_visit(*, visit: Visit, by: Staff, at: dt.datetime) -> WorryStep:
    """Record that this person is going; the visit stays first. Raises Refused if somebody else is going."""
    require_permission(StaffAct.ANSWER_CALL, by)
    with write_in_turn():
        lock_visits(visit)
        rows = _find_urgent_steps(visit)
        now = _standing_urgency(rows)
        if now is None:
            raise Refused(_NOBODY_WORRIED_NOW.format(visit.token))
        last = next((row for row in reversed(rows) if row.kind == UrgentStepKind.TAKEN), None)
        if now.taken_by is not None and last is not None:
            if now.taken_by == by.pk:
                return last
            raise Refused(f"{last.person} is going to {visit.token} already.")
        return _write_urgent_step(visit, rows, UrgentStepKind.TAKEN, "visit.worry_taken", by=by, at=at)


def settle_urgent_visit(*, visit: Visit, by: Staff, at: dt.datetime) -> WorryStep:
    """Settle the urgency: the visit has its usual turn again. Raises Refused if it is not urgent."""
    require_permission(StaffAct.ANSWER_CALL, by)
    with write_in_turn():
        lock_visits(visit)
        rows = _find_urgent_steps(visit)
        last = rows[-1] if rows else None
        if _standing_urgency(rows) is None:
            if last is not None and last.kind == UrgentStepKind.SETTLED and last.person_id == by.pk:
                return last
            raise Refused(_NOBODY_WORRIED_NOW.format(visit.token))
        return _write_urgent_step(visit, rows, UrgentStepKind.SETTLED, "visit.worry_settled", by=by, at=at)


def lower_staff_urgency(visit: Visit, *, by: Staff, at: dt.datetime) -> None:
    """End urgency that staff set; what a family said stays. Call with the visit locked."""
    rows = _find_urgent_steps(visit)
    now = _standing_urgency(rows)
    if now is not None and now.source == UrgentSource.STAFF:
        _write_urgent_step(visit, rows, UrgentStepKind.SETTLED, "visit.worry_settled", by=by, at=at)


def undo_urgent_step(*, visit: Visit, by: Staff, at: dt.datetime) -> WorryStep:
    """Undo the last “I am going” or “Mark as settled”. Whoever may raise may undo: no child waits."""
    require_permission(StaffAct.RAISE, by)
    with write_in_turn():
        lock_visits(visit)
        rows = _find_urgent_steps(visit)
        undone = {row.undoes_id for row in rows}
        last = next(
            (row for row in reversed(rows) if row.kind in (UrgentStepKind.TAKEN, UrgentStepKind.SETTLED)),
            None,
        )
        if last is None or last.pk in undone or last.move_id is not None:
            raise Refused(f"There is nothing to undo for {visit.token}.")
        return _write_urgent_step(
            visit, rows, UrgentStepKind.UNDONE, "visit.worry_undone", by=by, at=at, undoes=last
        )


def settle_urgency_by_move(visit: Visit, *, move: Move, by: Staff, at: dt.datetime) -> None:
    """Settle the urgency because a move shows that the child was seen. Call with the board locked."""
    rows = _find_urgent_steps(visit)
    if _standing_urgency(rows) is not None:
        _write_urgent_step(
            visit, rows, UrgentStepKind.SETTLED, "visit.worry_settled", by=by, at=at, move=move
        )


def raise_urgency_again(visit: Visit, *, move: Move, by: Staff, at: dt.datetime) -> None:
    """Restore the urgency that this move settled, because the move was undone. Call with the board locked."""
    rows = _find_urgent_steps(visit)
    last = next((row for row in rows if row.move_id == move.pk), None)
    if last is not None:
        _write_urgent_step(
            visit, rows, UrgentStepKind.UNDONE, "visit.worry_undone", by=by, at=at, undoes=last
        )


def _write_urgent_step(
    visit: Visit,
    rows: list[WorryStep],
    kind: UrgentStepKind,
    action: str,
    *,
    by: Staff,
    at: dt.datetime,
    undoes: WorryStep | None = None,
    move: Move | None = None,
) -> WorryStep:
    made = WorryStep.objects.create(
        visit=visit, kind=kind, at=at, alarm=rows[-1].alarm, person=by, undoes=undoes, move=move
    )
    audit.write_audit_event(
        action=action, subject=visit, at=at, by=by, patient_id=visit.patient_id, alarm=made.alarm
    )
    _update_urgent_columns(visit, [*rows, made])
    return made


def _find_urgent_steps(visit: Visit) -> list[WorryStep]:
    return list(visit.worry_steps.select_related("person").order_by("pk"))


def _standing_urgency(rows: Iterable[WorryStep]) -> UrgentState | None:
    return urgent_sign_rules.derive_urgent_state(row.as_step() for row in rows)
