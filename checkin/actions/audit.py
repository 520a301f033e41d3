"""The audit trail: what was done, and what was viewed."""

from __future__ import annotations

import contextlib
import datetime as dt
import enum
import functools
import threading
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import structlog
from django.conf import settings
from django.db import connection, transaction

from checkin.models import AuditEvent, Device, Staff
from checkin.models.audit import TrailUnwritten, append_to_chains
from checkin.models.audit_fallback import append_to_fallback
from checkin.rules.audit import NO_CLINIC, AuditOutcome, AuditPurpose, plain_detail

log = structlog.get_logger(__name__)
_ActInput = ParamSpec("_ActInput")
_ActResult = TypeVar("_ActResult")


@dataclass
class Origin:
    """The request that an event comes from."""

    request_id: str = ""
    address: str = ""
    location_id: int | None = None
    """The front desk that the page names."""
    was_not_allowed: bool = False
    """Whether an action refused what was asked because of the person's role."""
    emergency_id: int | None = None
    """The emergency access that is open for whoever asks."""


origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


def note_location(location_id: int) -> None:
    """Note the front desk of the page that is being answered, for the events that follow."""
    source = origin.get()
    if source:
        source.location_id = location_id


def note_not_allowed() -> None:
    """Note that an action refuses this for the person's role. Written once the act is rolled back."""
    source = origin.get()
    if source:
        source.was_not_allowed = True


def note_emergency(access_id: int) -> None:
    """Give every event of this request the purpose of an emergency, and the id of its access."""
    source = origin.get()
    if source:
        source.emergency_id = access_id


class NotInTurn(RuntimeError):
    """An event was to be written outside `write_in_turn`, so it might stay while its act is undone."""


class _Turn(threading.local):
    depth = 0


_turn = _Turn()


@dataclass(frozen=True)
class _Queued:
    """An event in the connection's list of what waits for the commit.

    Django takes what was added in a savepoint out of that list when it is rolled back.
    """

    event: AuditEvent

    def __call__(self) -> None:
        raise NotInTurn(f"{self.event} was not written before the commit")


@contextlib.contextmanager
def collect_events() -> Iterator[None]:
    """Write the events of all that happens inside at the end of the outermost of these blocks.

    They are numbered there because the end of the chain stays locked from then until the commit.
    """
    _turn.depth += 1
    try:
        yield
        if _turn.depth == 1:
            _write_queued_events()
    finally:
        _turn.depth -= 1


def _write_queued_events() -> None:
    waiting = connection.run_on_commit
    queued = [call.event for _, call, *_ in waiting if isinstance(call, _Queued)]
    # A trial run rolls back at the end: what it did not do leaves no line.
    if queued and not connection.needs_rollback:
        connection.run_on_commit = [one for one in waiting if not isinstance(one[1], _Queued)]
        _append_events(queued)


class _Trail(enum.Enum):
    """Where the lines of an act go."""

    CHAIN = enum.auto()
    FILE = enum.auto()


_trail: ContextVar[_Trail] = ContextVar("trail", default=_Trail.CHAIN)


def keep_if_trail_fails(act: Callable[_ActInput, _ActResult]) -> Callable[_ActInput, _ActResult]:
    """Do the act once more, with its lines in a file, if only the trail cannot be written.

    For a family's sign-in. Everything else fails with the trail. If the file fails too, so does this. A
    savepoint around the trail's rows would spare the second time, and cost two queries each time.
    """

    @functools.wraps(act)
    def act_or_fall_back(*args: _ActInput.args, **named: _ActInput.kwargs) -> _ActResult:
        try:
            return act(*args, **named)
        except TrailUnwritten as problem:
            log.error("audit_fallback", problem=type(problem.__cause__).__name__)
        token = _trail.set(_Trail.FILE)
        try:
            return act(*args, **named)
        finally:
            _trail.reset(token)

    return act_or_fall_back


def _append_events(events: list[AuditEvent]) -> None:
    try:
        if _trail.get() is _Trail.FILE:
            append_to_fallback(settings.AUDIT_FALLBACK, events)
        else:
            append_to_chains(events)
    except Exception as problem:
        raise TrailUnwritten("the audit trail cannot be written") from problem


def write_audit_event(
    *,
    action: str,
    subject: Any,
    at: dt.datetime,
    by: Staff | None = None,
    device: Device | None = None,
    patient_id: int | None = None,
    patient_ids: Iterable[int | None] = (),
    clinic_id: int | None = None,
    outcome: str = AuditOutcome.DONE,
    purpose: str = "",
    **detail: Any,
) -> AuditEvent:
    """Add one event to the audit trail; it is written just before the caller's transaction commits.

    `detail` holds ids, states and counts, never names or typed text: some readers of the trail may not see
    those. `patient_ids` are those that a list named. Without a subject, the clinic is that of `by`, or none.
    What an emergency access let in has that purpose, whatever `purpose` says. Raises NotInTurn outside
    `write_in_turn`.
    """
    if not _turn.depth:
        raise NotInTurn(f"{action} must be written inside write_in_turn, in the transaction of its act")
    named = [pk for pk in dict.fromkeys((patient_id, *patient_ids)) if pk is not None]
    clinic_id = _clinic_id_of(by if subject is None else subject) if clinic_id is None else clinic_id
    source = origin.get() or Origin()
    purpose, emergency = _purpose_within(source, purpose or _usual_purpose(named))
    # The page's front desk; else the tablet's, or the person's own.
    location_id = source.location_id or getattr(device or by, "location_id", None)
    event = AuditEvent(
        clinic_id=clinic_id,
        at=at,
        staff=by,
        role=by.role if by else "",
        device=device,
        location_id=location_id,
        address=source.address,
        request_id=source.request_id,
        action=action,
        subject="" if subject is None else subject._meta.object_name,  # request.user is a lazy object
        subject_id=subject.pk if subject is not None else None,
        outcome=AuditOutcome(outcome).value,
        purpose=AuditPurpose(purpose).value,
        patient_id=named[0] if len(named) == 1 else patient_id,
        detail=plain_detail(emergency | detail),
        chain=clinic_id or NO_CLINIC,
    )
    event.patient_ids = named if len(named) > 1 else ()
    transaction.on_commit(_Queued(event))
    return event


def _clinic_id_of(subject: Any) -> int | None:
    return None if subject is None else subject.clinic_id


def _purpose_within(source: Origin, purpose: str) -> tuple[str, dict[str, int]]:
    """Return the purpose, which an emergency access sets, and the detail that names this access.

    The trail is asked by this id and not by its time: a request let in just before the end writes just after.
    """
    if source.emergency_id is None:
        return purpose, {}
    return AuditPurpose.EMERGENCY, {"emergency": source.emergency_id}


def _usual_purpose(patients: list[int]) -> AuditPurpose:
    return AuditPurpose.TREATMENT if patients else AuditPurpose.OPERATIONS
