"""Undo exactly what a match decision did with each entry; leave entries that were changed since."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model

from checkin.actions import need_outcomes, record_corrections
from checkin.actions.entry_ledger import columns_as_json
from checkin.actions.entry_moves import MatchChange
from checkin.actions.returnable_entries import (
    find_later_answers,
    find_returnable_entries,
    group_entry_moves,
    lock_standing_subject,
    may_follow_visit,
)
from checkin.models import (
    ConsentRecord,
    Discrepancy,
    MatchDecision,
    Need,
    NeedAnswer,
    PaperMove,
    Patient,
    StandingProxy,
)
from checkin.models.row_json import column_values_from_json
from checkin.models.sign_in_records import (
    final_record_id,
    is_record_skipped_by_undo,
    record_id_after_move,
)
from checkin.models.visit_entries import VisitEntry
from checkin.rules.entry_fates import RECORD_ROW_TYPES, EntryKind, EntryOutcome

_RECORD_SHARED_SINCE = "its record is another visit’s too by now"


def give_back_entries(move: MatchChange, undoes: MatchDecision, *, asked: list[VisitEntry]) -> None:
    """Restore each entry, last first. Log each one that was changed since and stays.

    `asked`: entries of the visit that move by rule or by answer instead.
    """
    done = find_returnable_entries(undoes)
    going = {(type(one.row).__name__, one.row.pk) for one in asked}
    for group in group_entry_moves(undoes):
        head = group.head
        if group not in done and (head.subject, head.subject_id) not in going:
            _note_entry_left(move, head)
    for group in reversed(done):
        if group.head.done != EntryOutcome.KEPT or len(group.moves) > 1:
            _note_entry_returned(move, group.head)
        for one in reversed(group.moves):
            _undo_entry_move(one, move)


def _note_entry_left(move: MatchChange, head: PaperMove) -> None:
    """Log that the entry was used or changed since, so it stays where it is."""
    row = lock_standing_subject(head)
    if row is not None:
        now = head.patient_id
        left = move.ledger.note(row, EntryKind(head.paper), EntryOutcome.KEPT, was=now, now=now)
        of_another = move.undoes is not None and not may_follow_visit(head, move.undoes)
        left.why = _RECORD_SHARED_SINCE if of_another else _entry_left_words(row)


def _entry_left_words(row: Any) -> str:
    """Return why it is left: what happened to it since, and by whom if the row says so."""
    if isinstance(row, ConsentRecord) and row.withdrawn_at:
        return f"withdrawn since by {row.withdrawn_by or 'nobody we know'}"
    if isinstance(row, StandingProxy) and row.revoked_at:
        return f"revoked since by {row.revoked_by or 'nobody we know'}"
    if isinstance(row, Need) and row.answered_by:
        return f"changed since by {row.answered_by}"
    return "used or changed since"


def _note_entry_returned(move: MatchChange, head: PaperMove) -> None:
    """Log that the entry is back where it was."""
    row, now = lock_standing_subject(head), head.was_patient_id
    now = final_record_id(now) if now is not None else None
    if move.undoes is not None and is_record_skipped_by_undo(now, move.undoes, move.now_id):
        now = move.now_id
    if row is not None:
        move.ledger.note(row, EntryKind(head.paper), EntryOutcome.CHANGED, was=head.patient_id, now=now)


def _undo_entry_move(one: PaperMove, move: MatchChange) -> None:
    if one.done == EntryOutcome.REMOVED:
        _recreate_removed_row(one, move)
        return
    row = lock_standing_subject(one)
    if row is None or _is_column_of_skipped_record(row, move):
        return
    if isinstance(row, NeedAnswer):
        _undo_need_reopening(row, move)
    elif one.subject == "DiscrepancyDecision":
        record_corrections.apply_correction_again(row.discrepancy, by=move.by, at=move.at)
    elif one.done == EntryOutcome.MADE:
        row.delete()
    elif one.before:
        if isinstance(row, Discrepancy):
            _withdraw_rival_questions(row, one, move)
        stood = columns_as_json(row, one.before)
        _restore_columns(row, one, move)
        if one.subject in RECORD_ROW_TYPES and one.paper in (EntryKind.CHART, EntryKind.CORRECTION):
            # Log both values here: the merge that wrote the old one may be undone by now.
            facts: dict[str, Any] = {"before": stood, "after": columns_as_json(row, one.before)}
            whose = row.pk if isinstance(row, Patient) else row.patient_id
            move.ledger.note(row, EntryKind(one.paper), EntryOutcome.CHANGED, was=whose, now=whose, **facts)


def _is_column_of_skipped_record(row: Any, move: MatchChange) -> bool:
    """Return whether the row is on a record to which this undo does not return the visit."""
    if type(row).__name__ not in RECORD_ROW_TYPES or move.undoes is None:
        return False
    whose = row.pk if isinstance(row, Patient) else row.patient_id
    return is_record_skipped_by_undo(whose, move.undoes, move.now_id)


def _withdraw_rival_questions(row: Discrepancy, one: PaperMove, move: MatchChange) -> None:
    """Withdraw what was noticed meanwhile: a visit may have one open discrepancy per field."""
    status = Discrepancy.Status
    if one.before.get("status") in (status.OPEN, status.ASKING):
        between = row.visit.discrepancies.open().filter(field=row.field).exclude(pk=row.pk)
        between.update(status=status.WITHDRAWN, settled_at=move.at, settled_by=move.by)


def _restore_columns(row: Model, one: PaperMove, move: MatchChange) -> None:
    """Restore the columns and the search keys that depend on them."""
    kept = _follow_merged_patients(column_values_from_json(row, one.before), one, move)
    if isinstance(row, Need):
        # Logged before sentences were stored as codes: clear the code, so that the restored words count.
        kept |= {code: None for words, code in _CODED_WORDS.items() if words in kept and code not in kept}
    for name, value in kept.items():
        setattr(row, name, value)
    keys = ["phone_key"] if one.subject in ("Escort", "Guardian") else []
    row.save(update_fields=[*kept, *keys])


_CODED_WORDS = {"why": "why_sentence", "next_step": "step_sentence"}
"""Columns of a need with a sentence in words, each with its column for the same sentence as a code."""


def _recreate_removed_row(one: PaperMove, move: MatchChange) -> None:
    """Create the removed row again."""
    model: Any = apps.get_model("checkin", one.subject)
    # With its own id: decisions refer to the row by it.
    row = model(pk=one.subject_id)
    for name, value in _follow_merged_patients(column_values_from_json(row, one.before), one, move).items():
        setattr(row, name, value)
    row.save(force_insert=True)


def _follow_merged_patients(kept: dict[str, Any], one: PaperMove, move: MatchChange) -> dict[str, object]:
    """Return the columns with each patient id replaced by the record it was merged into since the move.

    An id of a record that this undo skips is replaced by the record to which the visit returns.
    """
    is_chart = one.subject == "ChartChange" and one.paper == EntryKind.CHART
    names = ["patient_id", "made_for_id", *(["subject_id"] if is_chart else [])]
    found = {name: record_id_after_move(kept[name], one) for name in names if kept.get(name) is not None}
    undoes, now = move.undoes, move.now_id
    if undoes is not None and now is not None:
        found = {
            name: now if is_record_skipped_by_undo(pk, undoes, now) else pk for name, pk in found.items()
        }
    return kept | found


def _undo_need_reopening(row: NeedAnswer, move: MatchChange) -> None:
    """Undo the reopening of the need and the answers that followed from it, last first."""
    need = row.need
    for line in [*find_later_answers(row).standing().order_by("-pk"), row]:
        stood = need.answers.standing().filter(pk__lt=line.pk).find_last()
        need_outcomes.record_need_outcome(
            need,
            line.before,
            reason=stood.told_reason if stood else "",
            reason_code=stood.reason_code if stood else "",
            by=move.by,
            at=move.at,
            undoes=line,
        )
    need.answered_at, need.answered_by = (stood.at, stood.by) if stood else (None, None)
    need.save(update_fields=["answered_at", "answered_by"])
