"""A child who cannot wait: raised by a family or by staff, called for until a person goes, settled by one.

It only ever raises. Nothing here refuses, delays or ends a visit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from checkin.actions import audit
from checkin.actions.boards import Refused, hold, show
from checkin.actions.permissions import require
from checkin.actions.writing import write
from checkin.models import Clinic, Device, Move, Staff, Visit, WorryStep
from checkin.models import worries as reads
from checkin.rules import worries as rules
from checkin.rules.roles import Act
from checkin.rules.worries import Kind, Source, Standing

NO_LONGER = "Nobody is worried about {} any more, so nothing was changed."


def begin(visit: Visit, *, source: str, at: dt.datetime, tap: str = "") -> list[WorryStep]:
    """Raise a visit that is not saved yet: its columns, and the steps to write once it is."""
    rows = [WorryStep(kind=Kind.RAISED, at=at, alarm=1, source=source, tap=tap)]
    rows += calls(visit, rows, at=at)
    for name, value in columns(rows).items():
        setattr(visit, name, value)
    return rows


def raise_visit(
    visit: Visit,
    *,
    source: str,
    at: dt.datetime,
    by: Staff | None = None,
    device: Device | None = None,
    tap: str = "",
) -> None:
    """Put this visit first, where that is news. Call inside a transaction, with the visit held."""
    rows = steps_of(visit)
    if not rules.is_news(standing_of(rows), source):
        return
    alarm = 1 + max((row.alarm for row in rows), default=0)
    made = WorryStep(visit=visit, kind=Kind.RAISED, at=at, alarm=alarm, source=source, tap=tap)
    made.person = by
    made.save()
    audit.record(
        action="visit.worried",
        subject=visit,
        at=at,
        by=by,
        device=device,
        patient_id=visit.patient_id,
        source=str(source),
        alarm=alarm,
    )
    call(visit, [*rows, made], at=at)


def call(visit: Visit, rows: list[WorryStep], *, at: dt.datetime) -> list[WorryStep]:
    """Write each call whose time has come, and let the boards know. Call with the visit held."""
    made = calls(visit, rows, at=at)
    for one in made:
        one.visit = visit
        one.save()
        audit.record(
            action="visit.worry_called",
            subject=visit,
            at=at,
            patient_id=visit.patient_id,
            person=one.person_id,
            nth=one.nth,
        )
    stand(visit, [*rows, *made])
    return made


def calls(visit: Visit, rows: list[WorryStep], *, at: dt.datetime) -> list[WorryStep]:
    """The calls whose time has come, not written yet."""
    now = standing_of(rows)
    if now is None:
        return []
    alarm = next(row for row in rows if row.kind == Kind.RAISED and row.alarm == now.alarm)
    people = reads.people(visit.clinic_id, visit.location_id, at=at)
    order = rules.order_of_calls(people, raised_by=alarm.person_id)
    return [
        WorryStep(kind=Kind.CALLED, at=moment, alarm=now.alarm, nth=nth, person_id=person)
        for nth, (moment, person) in enumerate(rules.calls_due(now, order, at=at), len(now.called))
    ]


def stand(visit: Visit, rows: Iterable[WorryStep]) -> None:
    """Let the visit's row say what its steps come to."""
    said = columns(rows)
    show(visit, **said)
    for name, value in said.items():
        setattr(visit, name, value)


def columns(rows: Iterable[WorryStep]) -> dict[str, Any]:
    """What these steps come to, as columns of their visit."""
    now = standing_of(rows)
    return {
        "raised_at": now.since if now else None,
        "raised_by": now.source if now else "",
        "called_id": now.calls if now else None,
        "taken_by_id": now.taken_by if now else None,
    }


def call_due(*, clinic: Clinic, at: dt.datetime) -> list[WorryStep]:
    """Call the next person for every child whom nobody has gone to. Again, or twice at once: nothing new."""
    made: list[WorryStep] = []
    waiting = list(clinic.visits.raised().filter(taken_by=None).order_by("raised_at", "pk"))
    now = reads.standings(waiting)
    for visit in waiting:
        if not rules.has_call_due(now[visit.pk], at=at):
            continue
        with write():
            hold(visit)
            rows = steps_of(visit)
            if visit.raised_at is not None and rules.has_call_due(standing_of(rows), at=at):
                made += call(visit, rows, at=at)
    return made


def take(*, visit: Visit, by: Staff, at: dt.datetime) -> WorryStep:
    """This person goes. It stays first, and is silent. Raises Refused where another goes already."""
    require(Act.ANSWER_CALL, by)
    with write():
        hold(visit)
        rows = steps_of(visit)
        now = standing_of(rows)
        if now is None:
            raise Refused(NO_LONGER.format(visit.token))
        last = next((row for row in reversed(rows) if row.kind == Kind.TAKEN), None)
        if now.taken_by is not None and last is not None:
            if now.taken_by == by.pk:
                return last
            raise Refused(f"{last.person} is going to {visit.token} already.")
        return write_step(visit, rows, Kind.TAKEN, "visit.worry_taken", by=by, at=at)


def settle(*, visit: Visit, by: Staff, at: dt.datetime) -> WorryStep:
    """A person has seen to it: the visit takes its turn again. Raises Refused where nobody is worried."""
    require(Act.ANSWER_CALL, by)
    with write():
        hold(visit)
        rows = steps_of(visit)
        last = rows[-1] if rows else None
        if standing_of(rows) is None:
            if last is not None and last.kind == Kind.SETTLED and last.person_id == by.pk:
                return last
            raise Refused(NO_LONGER.format(visit.token))
        return write_step(visit, rows, Kind.SETTLED, "visit.worry_settled", by=by, at=at)


def lower(visit: Visit, *, by: Staff, at: dt.datetime) -> None:
    """Staff no longer call it urgent. What a family said stands. Call with the visit held."""
    rows = steps_of(visit)
    now = standing_of(rows)
    if now is not None and now.source == Source.STAFF:
        write_step(visit, rows, Kind.SETTLED, "visit.worry_settled", by=by, at=at)


def undo(*, visit: Visit, by: Staff, at: dt.datetime) -> WorryStep:
    """Undo the last “I am going” or “settled”. Anybody may: it raises, and a child must not wait for it."""
    require(Act.RAISE, by)
    with write():
        hold(visit)
        rows = steps_of(visit)
        undone = {row.undoes_id for row in rows}
        last = next((row for row in reversed(rows) if row.kind in (Kind.TAKEN, Kind.SETTLED)), None)
        if last is None or last.pk in undone or last.move_id is not None:
            raise Refused(f"There is nothing to undo for {visit.token}.")
        return write_step(visit, rows, Kind.UNDONE, "visit.worry_undone", by=by, at=at, undoes=last)


def end(visit: Visit, *, move: Move, by: Staff, at: dt.datetime) -> None:
    """The child was taken a step on, and so was seen. Call with the board held."""
    rows = steps_of(visit)
    if standing_of(rows) is not None:
        write_step(visit, rows, Kind.SETTLED, "visit.worry_settled", by=by, at=at, move=move)


def come_back(visit: Visit, *, move: Move, by: Staff, at: dt.datetime) -> None:
    """That move was undone: who was raised before it is raised again. Call with the board held."""
    rows = steps_of(visit)
    last = next((row for row in rows if row.move_id == move.pk), None)
    if last is not None:
        write_step(visit, rows, Kind.UNDONE, "visit.worry_undone", by=by, at=at, undoes=last)


def write_step(
    visit: Visit,
    rows: list[WorryStep],
    kind: Kind,
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
    audit.record(action=action, subject=visit, at=at, by=by, patient_id=visit.patient_id, alarm=made.alarm)
    stand(visit, [*rows, made])
    return made


def steps_of(visit: Visit) -> list[WorryStep]:
    return list(visit.worry_steps.select_related("person").order_by("pk"))


def standing_of(rows: Iterable[WorryStep]) -> Standing | None:
    return rules.standing(row.as_step() for row in rows)
