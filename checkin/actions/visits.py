"""The one door of a sign-in, and the moves of the visit it opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, OperationalError

from checkin.actions import arrival, audit, bookings, door, page_marks, reasons, repeats, worries
from checkin.actions.boards import Refused, show
from checkin.actions.permissions import require
from checkin.actions.writing import write
from checkin.models import (
    Appointment,
    BoardVersion,
    Device,
    Location,
    Move,
    Staff,
    Visit,
)
from checkin.models import lookup as records
from checkin.rules import claims, tokens
from checkin.rules.roles import Act
from checkin.rules.visits import State, is_open, may_move

TRIES = 5
TOKENS_PASSED = 11
"""Further on by so many at each new try: past whatever stood in the way, to another color and animal."""

__all__ = ["Receipt", "Refused", "move", "show", "sign_in", "undo"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a sign-in: the same for the same key, whatever matched."""

    visit: Visit
    first: bool
    differs: bool = False
    """The key had come before, and said something else: both are kept with the visit."""

    @property
    def token(self) -> tokens.Token:
        return self.visit.token_parts

    @property
    def received_at(self) -> dt.datetime:
        return self.visit.arrived_at


def sign_in(
    *,
    location: Location,
    claim: Mapping[str, Any],
    at: dt.datetime,
    channel: str,
    device: Device | None = None,
    by: Staff | None = None,
) -> Receipt:
    """Make the visit that this claim asks for, or answer again for the visit it already made.

    Never raises for content. Raises only what the database raises when it is away or locked
    (`OperationalError`, `InterfaceError`), which doors answer with 503: nothing was kept.
    """
    said = claims.claim(claim)
    for attempt in range(TRIES):
        # Most claims are new, and the constraint on the key says which are not: a query less for each.
        known = repeats.known(location, said) if attempt else None
        while known and repeats.starts_over(known, said):
            said = replace(said, key=repeats.next_key(known, said))
            known = repeats.known(location, said)
        if known:
            try:
                differs = repeats.keep(known, said, at=at, device=device)
            except repeats.HasEnded as problem:
                conflict: Exception = problem
                continue
            return Receipt(known.visit, first=False, differs=differs)
        seen = arrival.look(location, said, at=at, channel=channel, device=device, by=by)
        if attempt == TRIES - 1:
            seen = seen.without_record()
        try:
            with write():
                return Receipt(arrival.make_visit(seen, passing=attempt * TOKENS_PASSED), first=True)
        except IntegrityError as problem:
            # Another writer was quicker: with this key, the appointment, the escort's row or the token.
            conflict = problem
    raise OperationalError("this sign-in could not be kept beside what other writers keep") from conflict


def move(*, visit: Visit, to: str, by: Staff, at: dt.datetime, reason: str = "", reading: str = "") -> Move:
    """Take the visit one step on. The same hand twice is one move; another's is a named refusal.

    Raises `door.StillOpen`, a Refused, where the family leaves with open needs and no reason is given, and
    `reasons.Unread` where nobody has read what was typed and `reading` does not say “read” or “anyway”.
    """
    require(Act.MOVE, by)
    with write():
        return step(visit=visit, to=to, by=by, at=at, reason=reason, reading=reading)


def step(*, visit: Visit, to: str, by: Staff, at: dt.datetime, reason: str, reading: str) -> Move:
    old = visit.state
    if to not in State.values or not may_move(old=old, new=to):
        return repeated(visit, to=to, by=by)
    version = BoardVersion.bump(visit.location_id)
    page_marks.verify()
    claimed = Visit.objects.filter(pk=visit.pk, state=old).update(
        state=to, state_since=at, board_version=version
    )
    if not claimed:
        visit.refresh_from_db()
        return repeated(visit, to=to, by=by)
    reasons.before_step(visit, to=to, said=reading, by=by, at=at)
    left_open = door.end(visit, to=to, reason=reason, by=by, at=at)
    visit.state, visit.state_since, visit.board_version = to, at, max(version, visit.board_version)
    facts = given_back(visit) if to == State.ENTERED_IN_ERROR else {}
    made = Move.objects.create(visit=visit, from_state=old, to_state=to, at=at, by=by, **facts)
    worries.end(visit, move=made, by=by, at=at)
    follow(visit)
    audit.record(
        action="visit.moved",
        subject=visit,
        at=at,
        by=by,
        patient_id=visit.patient_id,
        old=str(old),
        new=str(to),
        left_open=len(left_open),
    )
    return made


def repeated(visit: Visit, *, to: str, by: Staff) -> Move:
    """The move that this one repeats, or a refusal that says who was quicker."""
    last = visit.moves.select_related("by").order_by("pk").last()
    if last and last.to_state == to and visit.state == to:
        if last.by_id == by.pk:
            return last
        raise Refused(f"{last.by or 'Somebody'} already did this at {local(visit, last.at)}.")
    label = State(visit.state).label
    now = f"{visit.token} is “{label}” now"
    if last and last.by:
        now = f"{last.by} moved {visit.token} to “{label}” at {local(visit, last.at)}"
    raise Refused(f"{now}, so this step was not taken. The board is up to date again.")


def undo(*, visit: Visit, by: Staff, at: dt.datetime) -> Move:
    """Take back the visit's last standing move, if this person made it: again a move."""
    require(Act.MOVE, by)
    with write():
        visit.refresh_from_db()
        last = standing(visit)
        if last is None:
            raise Refused(f"There is nothing to undo for {visit.token}.")
        if last.by_id != by.pk:
            raise Refused(f"{last.by or 'Somebody'} made this move; only they can undo it.")
        version = BoardVersion.bump(visit.location_id)
        page_marks.verify()
        since = visit.moves.filter(to_state=last.from_state, pk__lt=last.pk).order_by("pk").last()
        claimed = Visit.objects.filter(pk=visit.pk, state=last.to_state).update(
            state=last.from_state, state_since=since.at if since else visit.arrived_at, board_version=version
        )
        if not claimed:
            raise Refused(f"{visit.token} has moved on, so there is nothing to undo.")
        visit.refresh_from_db()
        made = Move.objects.create(
            visit=visit, from_state=last.to_state, to_state=last.from_state, at=at, by=by, undoes=last
        )
        follow(visit, undone=last)
        worries.come_back(visit, move=last, by=by, at=at)
        if not is_open(last.to_state):
            door.come_back(visit, by=by, since=last.at, at=at)
        audit.record(
            action="visit.move_undone",
            subject=visit,
            at=at,
            by=by,
            patient_id=visit.patient_id,
            old=str(last.to_state),
            new=str(last.from_state),
        )
        return made


def standing(visit: Visit) -> Move | None:
    """The last move that is neither an undo nor undone; None where only the arrival stands."""
    moves = visit.moves.filter(undoes=None, undone_by=None).exclude(from_state="")
    return moves.select_related("by").order_by("pk").last()


def given_back(visit: Visit) -> dict[str, Any]:
    """What a visit that is entered in error had, so that an undo can give just that back."""
    visit.refresh_from_db(fields=["appointment", "turn_at"])
    return {"gave_back_id": visit.appointment_id, "had_turn": visit.turn_at}


def follow(visit: Visit, *, undone: Move | None = None) -> None:
    """Let the appointment say what the visit says; a visit entered in error gives it back.

    Where the step `undone` gave one back, the visit takes that one again, and has the turn that it had.
    """
    if visit.state == State.ENTERED_IN_ERROR:
        bookings.give_back(visit)
    elif visit.appointment_id is None and visit.patient is not None and visit.is_open:
        on, had = visit.arrived_at, undone.gave_back_id if undone else None
        found = records.about(clinic=visit.clinic, patients=[visit.patient], at=on)
        bookings.book_later(
            visit, found.appointment_of(visit.patient.pk, location_id=visit.location_id, at=on, had=had)
        )
        if undone and undone.had_turn and visit.appointment_id == had:
            visit.turn_at = undone.had_turn
    elif visit.appointment_id is not None:
        status = Appointment.Status.FULFILLED if visit.state == State.LEFT else Appointment.Status.ARRIVED
        Appointment.objects.filter(pk=visit.appointment_id).update(status=status)
        return
    Visit.objects.filter(pk=visit.pk).update(appointment=visit.appointment_id, turn_at=visit.turn_at)


def local(visit: Visit, at: dt.datetime) -> str:
    clock = at.astimezone(visit.clinic.zone)
    return f"{clock.hour}:{clock:%M}"
