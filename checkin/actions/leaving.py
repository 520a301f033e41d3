"""Close a visit's needs when it ends, and reopen them if that is undone."""

from __future__ import annotations

import datetime as dt

from checkin.actions import need_outcomes, needs
from checkin.actions.refusals import Refused
from checkin.models import Move, Need, NeedAnswer, Staff, Visit
from checkin.rules.coded_sentences import say_sentence
from checkin.rules.need_types import NeedOutcome
from checkin.rules.sentence_codes import SentenceCode
from checkin.rules.short_lines import put_on_one_line
from checkin.rules.visit_steps import VisitState, is_open_visit_state

_STILL_OPEN_CONFIDENTIALLY = (
    "Something is still open. Answer it on the visit’s page, or say why it is left open."
)


class NeedsStillOpen(Refused):
    """The visit is leaving with unanswered `needs`; a reason lets it leave.

    Of a confidential visit the sentence names none: a need may hold what the family typed, and whoever moves
    the visit on may not have opened it.
    """

    def __init__(self, still_open: list[Need], *, is_confidential: bool) -> None:
        self.needs = still_open
        if is_confidential:
            super().__init__(_STILL_OPEN_CONFIDENTIALLY)
            return
        labels = ", ".join(need.label_words for need in still_open)
        super().__init__(f"Still open: {labels}. Answer each, or say why it is left open.")


def close_needs_on_move(visit: Visit, *, to: str, reason: str, by: Staff, at: dt.datetime) -> list[Need]:
    """Close open needs if the visit ends in this state; return those left open.

    Call inside a transaction that locks the board. Raises NeedsStillOpen if the family is leaving, something
    is open and there is no reason.
    """
    reason = put_on_one_line(reason)
    if is_open_visit_state(to):
        return []
    if to == VisitState.LEFT:
        return _close_needs_on_leaving(visit, reason=reason, by=by, at=at)
    if to == VisitState.ENTERED_IN_ERROR:
        in_error = say_sentence(SentenceCode.ENTERED_IN_ERROR)
        _close_open_needs(visit, NeedOutcome.LAPSED, reason=in_error, by=by, at=at)
        return []
    why = (
        say_sentence(SentenceCode.LEFT_UNSEEN_BECAUSE, reason=reason)
        if reason
        else say_sentence(SentenceCode.LEFT_UNSEEN)
    )
    return _close_open_needs(visit, NeedOutcome.LEFT_OPEN, reason=why, by=by, at=at)


def _close_needs_on_leaving(visit: Visit, *, reason: str, by: Staff, at: dt.datetime) -> list[Need]:
    """Record for this reason that needs were left open; return them. Call inside a transaction.

    Raises NeedsStillOpen if something is open and there is no reason.
    """
    still_open = list(visit.needs.open().order_by("pk"))
    if still_open and not reason:
        raise NeedsStillOpen(still_open, is_confidential=visit.confidential)
    return _close_open_needs(visit, NeedOutcome.LEFT_OPEN, reason=reason, by=by, at=at)


def _close_open_needs(visit: Visit, outcome: str, *, reason: str, by: Staff, at: dt.datetime) -> list[Need]:
    still_open = list(visit.needs.open().select_for_update().order_by("pk"))
    for need in still_open:
        need_outcomes.record_need_outcome(need, outcome, reason=reason, by=by, at=at)
    if still_open:
        needs.refresh_need_chips(visit)
    return still_open


def reopen_closed_needs(visit: Visit, *, move: Move, by: Staff, at: dt.datetime) -> None:
    """Reopen what `move` closed when it ended the visit. Call inside a transaction."""
    closed = NeedAnswer.objects.standing().filter(
        need__visit=visit,
        outcome__in=[NeedOutcome.LEFT_OPEN, NeedOutcome.LAPSED],
        at=move.at,
        by=move.by_id,
    )
    for last in closed.select_related("need").order_by("pk"):
        if last.need.status == last.outcome:
            need_outcomes.record_need_outcome(
                last.need, NeedOutcome.OPEN, reason="", by=by, at=at, undoes=last
            )
    needs.refresh_need_chips(visit)
    needs.recompute_needs(visit=visit, at=at, by=by)
