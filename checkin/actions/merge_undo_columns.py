"""Remove what a merge wrote to rows of the record that stayed.

A value that the merge of record A wrote to record B may have been copied to record C by the merge of B. It is
removed from each, in any order in which the merges are undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Exists, OuterRef

from checkin.actions.entry_ledger import EntryLedger, columns_as_json, lock_moved_row
from checkin.models import PaperMove, Patient, PatientMerge
from checkin.models.row_json import column_values_from_json
from checkin.rules.entry_fates import EntryKind, EntryOutcome

CHANGED_AGAIN_SINCE = "It was changed again since."


def note_row_left(ledger: EntryLedger, move: PaperMove, why: str) -> None:
    """Log that this row does not go back."""
    ledger.moves.append(
        PaperMove(
            paper=move.paper,
            done=EntryOutcome.KEPT,
            subject=move.subject,
            subject_id=move.subject_id,
            was_patient_id=move.patient_id,
            patient_id=move.patient_id,
            why=why,
        )
    )


def put_merged_columns_back(
    ledger: EntryLedger,
    row: Any,
    move: PaperMove,
    *,
    only: Mapping[str, Any] | None,
    seen: tuple[int, ...] = (),
) -> None:
    """Restore each column to its value before the move, unless it was changed since.

    Does the same in the next record's row if a merge that still counts copied the value there. `only`:
    restore just these columns, if the move wrote these values. `seen`: ids of the moves already followed.
    """
    wrote = {name: value for name, value in move.after.items() if only is None or only.get(name) == value}
    found = columns_as_json(row, wrote)
    before = {name: _value_before_move(move, name) for name in wrote}
    back = {name: before[name] for name, value in wrote.items() if found[name] == value}
    if back:
        write_undo_columns(ledger, row, EntryKind(move.paper), back)
    if any(name not in back and found[name] != before[name] for name in wrote):
        note_row_left(ledger, move, CHANGED_AGAIN_SINCE)
    take_out_of_later_merges(ledger, row, wrote, seen=(*seen, move.pk))


def put_hidden_columns_back(ledger: EntryLedger, merge: PatientMerge, way: list[int]) -> None:
    """Remove values of the merge that later answers, at visits which go back, had covered.

    Call after all those answers are removed. Columns changed since are logged already. An adult who left the
    records of `way` earlier had this removed then.
    """
    wrote = merge.paper_moves.filter(subject__in=["Patient", "Escort"], done=EntryOutcome.CHANGED)
    for move in wrote.order_by("-pk"):
        row = lock_moved_row(move)
        if row is not None and (isinstance(row, Patient) or row.patient_id in way):
            put_columns_back_quietly(ledger, row, move)


def put_columns_back_quietly(ledger: EntryLedger, row: Any, move: PaperMove) -> None:
    """Do `put_merged_columns_back`, but do not log again which columns were changed since."""
    again = EntryLedger()
    put_merged_columns_back(again, row, move, only=None)
    ledger.moves += [one for one in again.moves if one.done != EntryOutcome.KEPT]


def write_undo_columns(ledger: EntryLedger, row: Any, paper: EntryKind, values: Mapping[str, object]) -> None:
    """Write those of these columns, given as JSON values, that differ."""
    now = columns_as_json(row, values)
    to = column_values_from_json(row, {name: value for name, value in values.items() if now[name] != value})
    if to:
        whose = row.pk if isinstance(row, Patient) else row.patient_id
        ledger.change(row, paper, EntryOutcome.CHANGED, was=whose, now=whose, **to)


def take_out_of_later_merges(
    ledger: EntryLedger, row: object, said: Mapping[str, object] | None = None, *, seen: tuple[int, ...] = ()
) -> None:
    """Remove what later merges that still count copied from the row. `said`: only these columns and values.

    `seen`: ids of moves already followed, as rows can move between records in a circle.
    """
    for move in find_moves_taken_on(row):
        other = lock_moved_row(move) if move.pk not in seen else None
        if other is not None:
            put_merged_columns_back(ledger, other, move, only=said, seen=seen)


def find_moves_taken_on(row: Any) -> Iterator[PaperMove]:
    """Yield the moves by which the current merge of this row's record copied the row to the other record.

    If a decision on its visit separated or moved the record, there are none: the merge no longer counts, and
    that decision restored what it had written.
    """
    patient: Patient = row if isinstance(row, Patient) else row.patient
    merge: PatientMerge | None = patient.standing_merge()
    if merge is None:
        return
    if isinstance(row, Patient):
        yield from merge.paper_moves.filter(subject="Patient", done=EntryOutcome.CHANGED).order_by("pk")
        return
    kept = merge.paper_moves.filter(subject=type(row).__name__, subject_id=row.pk, done=EntryOutcome.KEPT)
    for stayed in kept.order_by("pk"):
        following = merge.paper_moves.filter(pk__gt=stayed.pk).order_by("pk").first()
        if following and (following.subject, following.done) == (stayed.subject, EntryOutcome.CHANGED):
            yield following


def _value_before_move(move: PaperMove, name: str) -> object:
    """Return the value before the move, ignoring what merges wrote that were undone or ended since."""
    value = move.before[name]
    earlier = PaperMove.objects.filter(
        subject=move.subject, subject_id=move.subject_id, done=EntryOutcome.CHANGED, pk__lt=move.pk,
        merge__undoes=None, merge__isnull=False,
    )  # fmt: skip
    for one in earlier.order_by("-pk"):
        if name in one.after and one.after[name] == value and _is_move_undone_since(one, name, since=move):
            value = one.before[name]
    return value


def _is_move_undone_since(move: PaperMove, name: str, *, since: PaperMove) -> bool:
    """Return whether its merge, or one that its value came from, was undone or ended after `since`."""
    before = PaperMove.objects.filter(merge=OuterRef("pk"), pk__lt=since.pk)
    # `since` may belong to a decision and no merge. An undo in progress has no moves yet.
    if PatientMerge.objects.filter(~Exists(before), undoes=move.merge_id).exists():
        return True
    if move.merge is not None and _is_merge_ended_by_decision(move.merge, since=since):
        return True
    source = _source_row_id(move)
    came = PaperMove.objects.filter(
        subject=move.subject, subject_id=source or 0, done=EntryOutcome.CHANGED, pk__lt=move.pk,
        merge__undoes=None, merge__isnull=False,
    )  # fmt: skip
    values = (one for one in came if name in one.after and one.after[name] == move.after[name])
    return any(_is_move_undone_since(one, name, since=since) for one in values)


def _is_merge_ended_by_decision(merge: PatientMerge, *, since: PaperMove) -> bool:
    """Return whether a decision on a visit moved the merged record after this move. No row undoes it."""
    went = PaperMove.objects.filter(
        decision__isnull=False, paper=EntryKind.RECORD, subject="Patient", subject_id=merge.merged_id,
        done=EntryOutcome.MOVED, pk__gt=since.pk,
    )  # fmt: skip
    return went.exists() and not PatientMerge.objects.standing().filter(pk=merge.pk).exists()


def _source_row_id(move: PaperMove) -> int | None:
    """Return the id of the row from which a merge took this value; None if unknown."""
    if move.subject == "Patient":
        return move.merge.merged_id if move.merge else None
    before = PaperMove.objects.filter(merge=move.merge_id, pk__lt=move.pk).order_by("pk").last()
    is_twin = before is not None and (before.subject, before.done) == (move.subject, EntryOutcome.KEPT)
    return before.subject_id if before is not None and is_twin else None
