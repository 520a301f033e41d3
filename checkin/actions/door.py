"""At the door: a visit ends with its needs answered, or left open for a reason; and comes back as it was."""

from __future__ import annotations

import datetime as dt

from checkin.actions import needs
from checkin.actions.boards import Refused
from checkin.models import Need, NeedAnswer, Staff, Visit
from checkin.rules.need_facts import Outcome
from checkin.rules.visits import State, is_open

UNSEEN = "left without being seen"
IN_ERROR = "entered in error"


class StillOpen(Refused):
    """The visit is leaving with needs that nobody has answered. `needs` are those; a reason lets it go."""

    def __init__(self, still_open: list[Need]) -> None:
        self.needs = still_open
        labels = ", ".join(need.label for need in still_open)
        super().__init__(f"Still open: {labels}. Answer each, or say why it is left open.")


def end(visit: Visit, *, to: str, reason: str, by: Staff, at: dt.datetime) -> list[Need]:
    """The visit goes to this state: where it ends there, none of its needs stays open. Those left open.

    Call inside a transaction that holds the board. Raises StillOpen where the family is leaving, something
    is open and no reason was given.
    """
    reason = " ".join(reason.split())
    if is_open(to):
        return []
    if to == State.LEFT:
        return leave(visit, reason=reason, by=by, at=at)
    if to == State.ENTERED_IN_ERROR:
        close(visit, Outcome.LAPSED, reason=IN_ERROR, by=by, at=at)
        return []
    why = f"{UNSEEN}: {reason}" if reason else UNSEEN
    return close(visit, Outcome.LEFT_OPEN, reason=why, by=by, at=at)


def leave(visit: Visit, *, reason: str, by: Staff, at: dt.datetime) -> list[Need]:
    """The family leaves: what is still open is left open for this reason. Call inside a transaction.

    Raises StillOpen where something is open and no reason was given.
    """
    still_open = list(visit.needs.open().order_by("pk"))
    if still_open and not reason:
        raise StillOpen(still_open)
    return close(visit, Outcome.LEFT_OPEN, reason=reason, by=by, at=at)


def close(visit: Visit, outcome: str, *, reason: str, by: Staff, at: dt.datetime) -> list[Need]:
    still_open = list(visit.needs.open().select_for_update().order_by("pk"))
    for need in still_open:
        needs.settle(need, outcome, reason=reason, by=by, at=at)
    if still_open:
        needs.refresh(visit)
    return still_open


def come_back(visit: Visit, *, by: Staff, since: dt.datetime, at: dt.datetime) -> None:
    """The end of a visit was undone: what it closed is open again. Call inside a transaction."""
    closed = NeedAnswer.objects.filter(
        need__visit=visit, outcome__in=[Outcome.LEFT_OPEN, Outcome.LAPSED], at=since, by=by, undone_by=None
    )
    for last in closed.select_related("need").order_by("pk"):
        if last.need.status == last.outcome:
            needs.settle(last.need, Outcome.OPEN, reason="", by=by, at=at, undoes=last)
    needs.refresh(visit)
    needs.recompute(visit=visit, at=at, by=by)
