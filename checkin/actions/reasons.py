"""What a family typed as its reason is read by a person before the child is roomed."""

from __future__ import annotations

import datetime as dt

from checkin.actions import audit
from checkin.actions.boards import Refused, hold, show
from checkin.actions.permissions import require
from checkin.actions.writing import write
from checkin.models import ReasonReading, Staff, Visit
from checkin.rules.roles import Act
from checkin.rules.visits import State

INTO_CARE = frozenset({State.ROOMED, State.WITH_CLINICIAN, State.READY})
READ, ANYWAY = "read", "anyway"
"""What a person says who takes the next step: they read it now, or go on without."""


class Unread(Refused):
    """A step into care with a reason that nobody has read. It asks; a person's word lets it go."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(f"Nobody has read what {visit.token} typed. Read it, or go on anyway.")


def read(*, visit: Visit, by: Staff, at: dt.datetime) -> Visit:
    """This person has read the words. Read twice is read once."""
    require(Act.ANSWER_CALL, by)
    with write():
        hold(visit)
        if visit.unread:
            write_down(visit, by=by, at=at, was_read=True)
        return visit


def before_step(visit: Visit, *, to: str, said: str, by: Staff, at: dt.datetime) -> None:
    """Ask before a step into care. Call in the transaction of the step, with the board held.

    Raises Unread where nobody has read the words and this person says neither that they did nor “anyway”.
    """
    if to not in INTO_CARE or not Visit.objects.filter(pk=visit.pk, unread=True).exists():
        return
    if said not in (READ, ANYWAY):
        raise Unread(visit)
    write_down(visit, by=by, at=at, was_read=said == READ)


def write_down(visit: Visit, *, by: Staff, at: dt.datetime, was_read: bool) -> None:
    ReasonReading.objects.create(visit=visit, by=by, at=at, was_read=was_read)
    if was_read:
        show(visit, unread=False)
        visit.unread = False
    action = "visit.reason_read" if was_read else "visit.roomed_unread"
    audit.record(action=action, subject=visit, at=at, by=by, patient_id=visit.patient_id)
