"""Record that staff read the reason that a family typed, and require it before the child is roomed."""

from __future__ import annotations

import datetime as dt

from checkin.actions import audit
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import lock_visits, update_visit_and_boards
from checkin.actions.write_queue import write_in_turn
from checkin.models import ReasonReading, Staff, Visit
from checkin.rules.roles import StaffAct
from checkin.rules.visit_steps import VisitState

CARE_STATES = frozenset({VisitState.ROOMED, VisitState.WITH_CLINICIAN, VisitState.READY})
_SAID_READ, _SAID_ANYWAY = "read", "anyway"
"""Answers of the person who takes the next step: they have read it, or go on without."""


class UnreadReason(Refused):
    """Nobody has read the reason before a step into care; the person can confirm to go on."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(f"Nobody has read what {visit.token} typed. Read it, or go on anyway.")


def read_visit_reason(*, visit: Visit, by: Staff, at: dt.datetime) -> Visit:
    """Record that this person has read the reason. Safe to repeat."""
    require_permission(StaffAct.ANSWER_CALL, by)
    with write_in_turn():
        lock_visits(visit)
        if visit.unread:
            _record_reason_reading(visit, by=by, at=at, was_read=True)
        return visit


def require_reason_read(visit: Visit, *, to: str, said: str, by: Staff, at: dt.datetime) -> None:
    """Raise UnreadReason before a step into care if nobody has read the reason.

    Passes if the person says that they read it or go on “anyway”. Call in the step's transaction, with the
    board locked.
    """
    if to not in CARE_STATES or not Visit.objects.filter(pk=visit.pk, unread=True).exists():
        return
    if said not in (_SAID_READ, _SAID_ANYWAY):
        raise UnreadReason(visit)
    _record_reason_reading(visit, by=by, at=at, was_read=said == _SAID_READ)


def _record_reason_reading(visit: Visit, *, by: Staff, at: dt.datetime, was_read: bool) -> None:
    ReasonReading.objects.create(visit=visit, by=by, at=at, was_read=was_read)
    if was_read:
        update_visit_and_boards(visit, unread=False)
        visit.unread = False
    action = "visit.reason_read" if was_read else "visit.roomed_unread"
    audit.write_audit_event(action=action, subject=visit, at=at, by=by, patient_id=visit.patient_id)
