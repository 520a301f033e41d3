"""Record sign-ins, move the visits that they create step by step, and undo moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from django.db import IntegrityError, OperationalError

from checkin.actions import (
    appointments,
    arrivals,
    audit,
    confidential_visits,
    leaving,
    reasons,
    sign_in_repeats,
    urgent_signs,
)
from checkin.actions.decisions import AuditLine, WrittenDecision, decide
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import lock_visits, update_visit_and_boards
from checkin.actions.write_queue import write_in_turn
from checkin.models import (
    Appointment,
    Device,
    Location,
    Move,
    Staff,
    Visit,
)
from checkin.models.tokens import find_free_token
from checkin.queries import patient_dossiers
from checkin.rules import sign_in_claims
from checkin.rules import tokens as token_rules
from checkin.rules.roles import StaffAct
from checkin.rules.visit_steps import VisitState, is_open_visit_state, may_change_visit_state

SIGN_IN_TRIES = 5


@dataclass(frozen=True, slots=True)
class SignInReceipt:
    """The answer to a sign-in. The same key gets the same answer, and it says nothing about a match."""

    visit: Visit
    first: bool
    differs: bool = False
    """True if the key came before with other content: both are stored with the visit."""

    @property
    def token(self) -> token_rules.VisitToken:
        return self.visit.token_parts

    @property
    def received_at(self) -> dt.datetime:
        return self.visit.arrived_at


@audit.keep_if_trail_fails
def record_sign_in(
    *,
    location: Location,
    claim: Mapping[str, object],
    at: dt.datetime,
    channel: str,
    device: Device | None = None,
    by: Staff | None = None,
    confidential: bool = False,
) -> SignInReceipt:
    """Create the visit that this claim asks for, or return the visit it already made.

    `confidential`: mark the visit too, in the same transaction, unless it had a mark before. One that goes on
    from a confidential visit which has ended is as confidential.

    Never raises for content. Raises only what the database raises when it is away or locked
    (`OperationalError`, `InterfaceError`), which views answer with 503. Nothing was stored then, except after
    `StandbyUnconfirmed`. If only the audit trail fails, the sign-in stays, and its lines go to a file.
    """
    found = sign_in_repeats.FollowedSignIn(sign_in_claims.read_sign_in_claim(claim), known=None, ended=None)
    for attempt in range(SIGN_IN_TRIES):
        # Not on the first try: most claims are new, and the unique key shows the others. Saves a query.
        if attempt:
            found = sign_in_repeats.follow_sign_in(location, found.said, ended=found.ended)
        said, known = found.said, found.known
        if known:
            try:
                with write_in_turn():
                    differs = sign_in_repeats.keep_sign_in_repeat(known, said, at=at, device=device)
                    confidential_visits.mark_repeat(known.visit, asked=confidential, by=by, at=at)
            except sign_in_repeats.VisitHasEnded as problem:
                conflict: Exception = problem
                continue
            return SignInReceipt(known.visit, first=False, differs=differs)
        seen = arrivals.identify_arrival(location, said, at=at, channel=channel, device=device, by=by)
        if attempt == SIGN_IN_TRIES - 1:
            seen = seen.without_record()
        try:
            with write_in_turn():
                visit = arrivals.create_arrival_visit(seen, passing=attempt)
                confidential_visits.mark_arrival(visit, asked=confidential, continues=found.ended)
                return SignInReceipt(visit, first=True)
        except IntegrityError as problem:
            # Another writer was faster: with this key, the appointment, the escort's row or the token.
            conflict = problem
    raise OperationalError("this sign-in could not be kept beside what other writers keep") from conflict


def move_visit(
    *, visit: Visit, to: str, by: Staff, at: dt.datetime, reason: str = "", reading: str = ""
) -> Move:
    """Move the visit to its next state; return the move. A repeat by the same person is one move.

    Raises Refused if somebody else was faster; `leaving.NeedsStillOpen` if the family leaves with open needs
    and no reason; `reasons.UnreadReason` if nobody has read what was typed and `reading` is neither “read”
    nor “anyway”; NotAllowed.
    """
    require_permission(StaffAct.MOVE, by)
    before = visit.state
    return decide(
        by=by,
        at=at,
        lock=lambda: _lock_visit(visit),
        find_repeated=lambda held: _find_repeated_move(held, to=to, by=by),
        refuse_if_decided=lambda held: _refuse_visit_step(held, before=before, to=to),
        write=lambda held: _write_visit_step(held, to=to, by=by, at=at, reason=reason, reading=reading),
    )


def _lock_visit(visit: Visit) -> Visit:
    lock_visits(visit)
    return visit


def _refuse_visit_step(visit: Visit, *, before: str, to: str) -> None:
    """Raise Refused if this step is not possible, or somebody has moved the visit since it was read."""
    is_step = to in VisitState.values and may_change_visit_state(old=before, new=to)
    if visit.state != before or not is_step:
        _refuse_moved_visit(visit, to=to)


def _write_visit_step(
    visit: Visit, *, to: str, by: Staff, at: dt.datetime, reason: str, reading: str
) -> WrittenDecision[Move]:
    old = visit.state
    reasons.require_reason_read(visit, to=to, said=reading, by=by, at=at)
    left_open = leaving.close_needs_on_move(visit, to=to, reason=reason, by=by, at=at)
    update_visit_and_boards(visit, state=to, state_since=at)
    visit.state, visit.state_since = to, at
    # Store what a visit entered in error gives up, so that an undo can restore it.
    had = {"gave_back_id": visit.appointment_id, "had_turn": visit.turn_at}
    facts: dict[str, Any] = had if to == VisitState.ENTERED_IN_ERROR else {}
    made = Move.objects.create(visit=visit, from_state=old, to_state=to, at=at, by=by, **facts)
    urgent_signs.settle_urgency_by_move(visit, move=made, by=by, at=at)
    _update_visit_appointment(visit)
    detail = {"old": str(old), "new": str(to), "left_open": len(left_open)}
    return WrittenDecision(made, AuditLine("visit.moved", visit, visit.patient_id, detail))


def confirm_repeated_move(visit: Visit, *, to: str, by: Staff) -> Move:
    """Return the move that this one repeats; raise Refused, saying who was faster, if there is none."""
    return _find_repeated_move(visit, to=to, by=by) or _refuse_moved_visit(visit, to=to)


def _find_repeated_move(visit: Visit, *, to: str, by: Staff) -> Move | None:
    """Return the last move if this person made it to that state and the visit is still there."""
    last: Move | None = visit.moves.find_last() if visit.state == to else None
    return last if last and (last.to_state, last.by_id) == (to, by.pk) else None


def _refuse_moved_visit(visit: Visit, *, to: str) -> NoReturn:
    last: Move | None = visit.moves.find_last()
    if last and last.to_state == to and visit.state == to:
        raise Refused(f"{last.by or 'Somebody'} already did this at {_move_clock_words(last)}.")
    label = VisitState(visit.state).label
    now = f"{visit.token} is “{label}” now"
    if last and last.by:
        now = f"{last.by} moved {visit.token} to “{label}” at {_move_clock_words(last)}"
    raise Refused(f"{now}, so this step was not taken. The board is up to date again.")


def _move_clock_words(move: Move) -> str:
    return move.visit.clinic.time_words(move.at)


def undo_visit_move(*, visit: Visit, by: Staff, at: dt.datetime, seen: str = "") -> Move:
    """Undo the visit's last move, also another person's, by a new move; return that.

    `seen`: the state of the visit on the page. If it has changed since, raises Refused, saying who was
    faster.
    """
    require_permission(StaffAct.MOVE, by)
    return decide(
        by=by,
        at=at,
        lock=lambda: _lock_visit(visit),
        find_repeated=lambda held: None,
        refuse_if_decided=lambda held: _refuse_move_undo(held, seen=seen),
        write=lambda held: _write_move_undo(held, by=by, at=at),
    )


def _refuse_move_undo(visit: Visit, *, seen: str) -> None:
    """Raise Refused if there is no move to undo, or somebody was faster. The visit is locked."""
    last: Move | None = visit.moves.undoable().find_last()
    if seen and visit.state != seen:
        newest = visit.moves.select_related("by").latest("pk")
        who, label = newest.by or "Somebody", VisitState(visit.state).label
        did = f"{who} moved {visit.token} to “{label}” at {_move_clock_words(newest)}"
        raise Refused(f"{did}, so nothing was undone. The board is up to date again.")
    if last is None:
        raise Refused(f"There is nothing to undo for {visit.token}.")
    if visit.state != last.to_state:
        raise Refused(f"{visit.token} has moved on, so there is nothing to undo.")


def _write_move_undo(visit: Visit, *, by: Staff, at: dt.datetime) -> WrittenDecision[Move]:
    last = visit.moves.undoable().latest("pk")
    since = visit.moves.filter(to_state=last.from_state, pk__lt=last.pk).order_by("pk").last()
    visit.state, visit.state_since = last.from_state, since.at if since else visit.arrived_at
    had_token = visit.token
    _keep_or_change_token(visit, at=at)
    update_visit_and_boards(
        visit,
        state=visit.state,
        state_since=visit.state_since,
        colour=visit.colour,
        thing=visit.thing,
        token_number=visit.token_number,
    )
    made = Move.objects.create(
        visit=visit, from_state=last.to_state, to_state=last.from_state, at=at, by=by, undoes=last
    )
    _update_visit_appointment(visit, undone=last)
    urgent_signs.raise_urgency_again(visit, move=last, by=by, at=at)
    if not is_open_visit_state(last.to_state):
        leaving.reopen_closed_needs(visit, move=last, by=by, at=at)
    detail = {"old": str(last.to_state), "new": str(last.from_state), "made_by": last.by_id}
    if visit.token != had_token:
        detail |= {"old_token": str(had_token), "new_token": str(visit.token)}
    return WrittenDecision(made, AuditLine("visit.move_undone", visit, visit.patient_id, detail))


def _keep_or_change_token(visit: Visit, *, at: dt.datetime) -> None:
    """Give a visit that opens again another token if its own is held by now. The board is locked."""
    words = {"colour": visit.colour, "thing": visit.thing, "token_number": visit.token_number}
    others = Visit.objects.open().filter(location_id=visit.location_id, **words).exclude(pk=visit.pk)
    if visit.is_open and others.exists():
        today = visit.location.clinic.local_date(at)
        visit.colour, visit.thing, visit.token_number = find_free_token(visit.location_id, today)


def _update_visit_appointment(visit: Visit, *, undone: Move | None = None) -> None:
    """Update the appointment's status to the visit's; a visit entered in error releases it.

    If the step `undone` released one, the visit takes it again, with its old turn.
    """
    if visit.state == VisitState.ENTERED_IN_ERROR:
        appointments.release_appointment(visit)
    elif visit.appointment_id is None and visit.patient is not None and visit.is_open:
        on, had = visit.arrived_at, undone.gave_back_id if undone else None
        found = patient_dossiers.read_dossiers(clinic=visit.clinic, patients=[visit.patient], at=on)
        appointments.take_appointment_keeping_turn(
            visit, found.appointment_of(visit.patient.pk, location_id=visit.location_id, at=on, had=had)
        )
        if undone and undone.had_turn and visit.appointment_id == had:
            visit.turn_at = undone.had_turn
    elif visit.appointment_id is not None:
        status = (
            Appointment.Status.FULFILLED if visit.state == VisitState.LEFT else Appointment.Status.ARRIVED
        )
        Appointment.objects.filter(pk=visit.appointment_id).update(status=status)
        return
    Visit.objects.filter(pk=visit.pk).update(appointment=visit.appointment_id, turn_at=visit.turn_at)
