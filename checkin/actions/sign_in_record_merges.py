"""Move the record that a visit's sign-in made together with the visit, even after it was merged."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Max

from checkin.actions.entry_ledger import EntryLedger, columns_as_json
from checkin.actions.merge_entries import (
    HIGHEST_GUARDIAN_POSITION,
    MOVING_MODELS_BY_NAME,
    columns_twin_lacks,
    find_twin_guardian,
)
from checkin.models import ChartChange, Guardian, MatchDecision, PaperMove, Patient, PatientMerge, Visit
from checkin.models.row_json import column_values_from_json
from checkin.models.sign_in_record_merges import (
    find_sign_in_record_merge,
    record_ids_with_merged,
    select_moves_with_record,
)
from checkin.models.sign_in_records import final_record_id
from checkin.rules.entry_fates import EntryKind, EntryOutcome


def carry_own_guardian(
    row: Guardian, ledger: EntryLedger, *, visit: Visit, was: int | None, now: Patient
) -> None:
    """Move the guardian to the end of the new chart's, or to the own record if that chart has the adult."""
    merge = find_sign_in_record_merge(visit)
    own = merge.merged_id if merge is not None else now.pk
    there = list(now.guardians.exclude(pk=row.pk))
    twin = find_twin_guardian(row, there, [row], now.clinic.region) if now.pk != own else None
    is_twin = twin is not None and not columns_twin_lacks(row, twin)
    to: dict[str, object] = {"patient_id": own if is_twin else now.pk}
    if not is_twin:
        last = now.guardians.exclude(pk=row.pk).aggregate(last=Max("position"))["last"] or 0
        to["position"] = min(last + 1, HIGHEST_GUARDIAN_POSITION)
        if row.value and any((one.system, one.value) == (row.system, row.value) for one in there):
            to |= {"system": "", "value": ""}
    if row.patient_id != to["patient_id"]:
        ledger.change(row, EntryKind.RECORD, EntryOutcome.MOVED, was=was, now=now.pk, **to)


def repoint_own_record(
    ledger: EntryLedger,
    merge: PatientMerge | None,
    undoes: MatchDecision | None,
    *,
    was: Patient | None,
    now: Patient | None,
    at: dt.datetime,
) -> None:
    """Merge the visit's own record into the one that the visit is on now, or separate it if it is that one.

    An undo restores the exact record it was merged into, even if that was merged further. Call after the
    entries are moved.
    """
    if merge is None or was is None or now is None:
        return
    own = Patient.objects.select_for_update().get(pk=merge.merged_id)
    if now.pk == own.pk:
        away: dict[str, object] = {"status": Patient.Status.ACTIVE, "merged_into_id": None}
    else:
        away = {"status": Patient.Status.MERGED, "merged_into_id": _merged_into_before(own, undoes, now)}
    ledger.change(own, EntryKind.RECORD, EntryOutcome.MOVED, was=was.pk, now=now.pk, **away)
    own.updated_at = at
    own.save(update_fields=["updated_at"])


def _merged_into_before(own: Patient, undoes: MatchDecision | None, now: Patient) -> int:
    """Return the id of the record it was merged into before the undone decision, if `now` includes that.

    Otherwise return the id of `now`.
    """
    moves = PaperMove.objects.filter(
        paper=EntryKind.RECORD, subject="Patient", subject_id=own.pk, done=EntryOutcome.MOVED
    )
    moved = moves.filter(decision=undoes, decision__isnull=False).first()
    into: int | None = moved.before.get("merged_into_id") if moved else None
    return into if into is not None and into != own.pk and final_record_id(into) == now.pk else now.pk


def undo_merged_columns(
    ledger: EntryLedger, merge: PatientMerge | None, visit: Visit, *, was: Patient | None, now: Patient | None
) -> None:
    """Undo what the merge wrote to the kept record, except what was changed or confirmed since."""
    if merge is None or was is None or now is None or was.pk != merge.into_id:
        return
    kept = {
        name
        for change in ChartChange.objects.standing_on_charts().filter(visit=visit, patient=was)
        for name in change.after
    }
    row = Patient.objects.select_for_update().get(pk=was.pk)
    for move in _merge_moves_of_columns(merge):
        still = columns_as_json(row, move.after)
        names = [name for name in move.after if still[name] == move.after[name] and name not in kept]
        if names:
            before = column_values_from_json(row, {name: move.before[name] for name in names})
            ledger.change(row, EntryKind.RECORD, EntryOutcome.CHANGED, was=was.pk, now=was.pk, **before)


def redo_merged_columns(ledger: EntryLedger, undoes: MatchDecision) -> None:
    """Write the columns again that `undo_merged_columns` removed, because an undo brings the visit back."""
    taken = undoes.paper_moves.filter(paper=EntryKind.RECORD, subject="Patient", done=EntryOutcome.CHANGED)
    for move in taken.order_by("-pk"):
        row = Patient.objects.select_for_update().get(pk=move.subject_id)
        if columns_as_json(row, move.after) == move.after:
            before = column_values_from_json(row, move.before)
            ledger.change(row, EntryKind.RECORD, EntryOutcome.CHANGED, was=row.pk, now=row.pk, **before)


def _merge_moves_of_columns(merge: PatientMerge) -> list[PaperMove]:
    """Return the moves by which the merge wrote columns of the kept record, newest first."""
    moves = merge.paper_moves.filter(subject="Patient", subject_id=merge.into_id, done=EntryOutcome.CHANGED)
    return list(moves.order_by("-pk"))


def find_moves_taken_along(merge: PatientMerge, merged: Patient, way: list[int]) -> list[PaperMove]:
    """Return moves by which decisions on a visit moved entries of this record, or of one merged into it.

    Only rows that are now on records of `way`, and the first move of each. Leaves out rows that this merge
    also moved, and rows written at that visit, which go with it.
    """
    done = set(merge.paper_moves.filter(done=EntryOutcome.MOVED).values_list("subject", "subject_id"))
    found: dict[tuple[str, int], PaperMove] = {}
    for move in (
        select_moves_with_record(record_ids_with_merged(merged.pk)).select_related("decision").order_by("pk")
    ):
        row: Any = MOVING_MODELS_BY_NAME[move.subject]._default_manager.filter(pk=move.subject_id).first()
        if row is None or row.patient_id not in way or (move.subject, move.subject_id) in done:
            continue
        if move.decision is not None and getattr(row, "visit_id", None) != move.decision.visit_id:
            found.setdefault((move.subject, move.subject_id), move)
    return list(found.values())
