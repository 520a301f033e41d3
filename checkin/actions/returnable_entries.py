"""Find what a match decision did with each entry, and which entries an undo can restore."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.apps import apps

from checkin.actions import record_corrections
from checkin.actions.entry_ledger import is_row_as_move_left
from checkin.models import (
    ChartChange,
    ConsentRecord,
    Discrepancy,
    MatchDecision,
    Need,
    NeedAnswer,
    PaperMove,
    Patient,
    StandingProxy,
)
from checkin.models.sign_in_record_merges import find_merge_into_visit_record
from checkin.models.sign_in_records import record_id_after_move
from checkin.models.visit_entries import VisitEntry
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from checkin.rules.need_types import NeedOutcome

_HEAD_SUBJECTS = {
    EntryKind.CONSENT: ("ConsentRecord",),
    EntryKind.PROXY: ("StandingProxy",),
    EntryKind.VACCINE: ("Need",),
    EntryKind.CHART: ("ChartChange",),
    EntryKind.CORRECTION: ("Discrepancy",),
    EntryKind.NEED: ("NeedAnswer", "Need"),
}
"""The models of the row that represents an entry. The moves after its move were written for the same entry.

Preferences, promises, escort and appointment are not here: they move with the visit each time.
"""


class EntryMoveGroup(NamedTuple):
    """One entry's moves, starting with the one that represents it."""

    moves: list[PaperMove]

    @property
    def head(self) -> PaperMove:
        return self.moves[0]


def group_entry_moves(decision: MatchDecision) -> list[EntryMoveGroup]:
    """Return what a decision did, grouped by entry."""
    found: list[EntryMoveGroup] = []
    for move in decision.paper_moves.order_by("pk"):
        heads = _HEAD_SUBJECTS.get(EntryKind(move.paper), ())
        if move.subject in heads:
            found.append(EntryMoveGroup([move]))
        elif found and EntryKind(move.paper) in (*_HEAD_SUBJECTS, EntryKind.DUE_ITEM, EntryKind.GUARDIAN):
            found[-1].moves.append(move)
    return found


def find_returnable_entries(decision: MatchDecision) -> list[EntryMoveGroup]:
    """Return the entries that are still as the decision left them and may go with the visit."""
    return [
        one
        for one in group_entry_moves(decision)
        if all(map(_is_unused_since_move, one.moves)) and may_follow_visit(one.head, decision)
    ]


def may_follow_visit(head: PaperMove, decision: MatchDecision) -> bool:
    """Return whether the entry may go back with the visit.

    An entry that was written at the visit may. One of the record itself may only if the record is the visit's
    own, not if other visits use it by now.
    """
    row = lock_standing_subject(head)
    if isinstance(row, ChartChange):
        of_record = head.patient_id is not None and head.before.get("patient_id") == head.patient_id
    else:
        of_record = isinstance(row, (ConsentRecord, StandingProxy)) and row.visit_id is None
    return not of_record or find_merge_into_visit_record(decision.visit, decision.visit.patient) is not None


def find_record_rewrites(decision: MatchDecision) -> list[PaperMove]:
    """Return moves whose undo rewrites a record's own columns, such as the child's name.

    Staff review these before the undo, even if nothing else was written at the visit.
    """
    given_back = [move for one in find_returnable_entries(decision) for move in one.moves]
    merged = decision.paper_moves.filter(paper=EntryKind.RECORD, subject="Patient")
    return [one for one in (*given_back, *filter(_is_unused_since_move, merged)) if _is_record_rewrite(one)]


def _is_record_rewrite(move: PaperMove) -> bool:
    of_record = move.subject == "Patient" or move.paper == EntryKind.CORRECTION
    return move.done == EntryOutcome.CHANGED and of_record


def is_untouched_by_decision(one: VisitEntry, undoes: MatchDecision) -> bool:
    """Return whether the decision left the entry as it is now, so that its undo does too.

    It was answered before the visit had a child, or an earlier decision had settled whose it is.
    """
    row, subject = one.row, type(one.row).__name__
    if (
        one.paper not in _HEAD_SUBJECTS
        or undoes.paper_moves.filter(subject=subject, subject_id=row.pk).exists()
    ):
        return False
    written = _entry_written_at(row)
    if written is not None and written >= undoes.at:
        return False
    earlier = PaperMove.objects.filter(
        decision__visit=undoes.visit_id, decision__lt=undoes.pk, subject=subject, subject_id=row.pk
    )
    last = earlier.order_by("pk").last()
    return one.paper == EntryKind.NEED or (last is not None and last.done == EntryOutcome.KEPT)


def _entry_written_at(row: Any) -> dt.datetime | None:
    """Return when staff last wrote the entry; None if unknown, as on some older rows."""
    if isinstance(row, Need):
        return row.answered_at
    if isinstance(row, StandingProxy):
        return row.recorded_at
    if isinstance(row, Discrepancy):
        last = record_corrections.find_standing_correction(row)
        return last.at if last else None
    found: dt.datetime = row.at
    return found


def lock_standing_subject(move: PaperMove) -> Any:
    """Return the move's row, locked, or the kept record if it was merged since; None if it is gone."""
    model, pk = apps.get_model("checkin", move.subject), move.subject_id
    pk = record_id_after_move(pk, move) if model is Patient else pk
    return model._default_manager.select_for_update().filter(pk=pk).first()


def _is_unused_since_move(move: PaperMove) -> bool:
    """Return whether nobody has used the row since the move."""
    row = lock_standing_subject(move)
    if move.done == EntryOutcome.REMOVED:
        return row is None and not _is_removed_row_rewritten(move)
    if row is None:
        return False
    if isinstance(row, NeedAnswer):
        return (
            not find_later_answers(row).exclude(outcome__in=[NeedOutcome.OPEN, NeedOutcome.LAPSED]).exists()
        )
    return is_row_as_move_left(row, move)


def _is_removed_row_rewritten(move: PaperMove) -> bool:
    """Return whether the removed row has been created again meanwhile."""
    model: Any = apps.get_model("checkin", move.subject)
    value = move.before.get("value")
    clinic = {"clinic_id": move.before.get("clinic_id"), "system": move.before.get("system")}
    return bool(value) and model._default_manager.filter(value=value, **clinic).exists()


def find_later_answers(answer: NeedAnswer) -> Any:
    """Return the later answers to the same need."""
    return NeedAnswer.objects.filter(need_id=answer.need_id, pk__gt=answer.pk)
