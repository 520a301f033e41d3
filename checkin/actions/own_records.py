"""The record that a visit's sign-in made goes with the visit, also once it was merged into another."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Max

from checkin.actions.merge_papers import LAST_POSITION, SUBJECTS, says_more, twin_of
from checkin.actions.paper_ledger import Ledger, columns
from checkin.models import ChartChange, Guardian, MatchDecision, PaperMove, Patient, PatientMerge, Visit
from checkin.models.made_records import end_of
from checkin.models.own_records import merged_here, moved_along, own_merge
from checkin.models.row_json import from_json
from checkin.rules.paper_fates import Done, Paper


def carry_guardian(row: Guardian, ledger: Ledger, *, visit: Visit, was: int | None, now: Patient) -> None:
    """After those of the new chart. Who stands there, saying no less, stays on the visit's own record."""
    merge = own_merge(visit)
    own = merge.merged_id if merge is not None else now.pk
    there = list(now.guardians.exclude(pk=row.pk))
    twin = twin_of(row, there, [row], now.clinic.region) if now.pk != own else None
    is_twin = twin is not None and not says_more(row, twin)
    to: dict[str, Any] = {"patient_id": own if is_twin else now.pk}
    if not is_twin:
        last = now.guardians.exclude(pk=row.pk).aggregate(last=Max("position"))["last"] or 0
        to["position"] = min(last + 1, LAST_POSITION)
        if row.value and any((one.system, one.value) == (row.system, row.value) for one in there):
            to |= {"system": "", "value": ""}
    if row.patient_id != to["patient_id"]:
        ledger.change(row, Paper.RECORD, Done.MOVED, was=was, now=now.pk, **to)


def aim(
    ledger: Ledger,
    merge: PatientMerge | None,
    undoes: MatchDecision | None,
    *,
    was: Patient | None,
    now: Patient | None,
    at: dt.datetime,
) -> None:
    """The visit's own record is a part of where the visit is now, and no longer of where it was.

    An undo puts it into the very record that it was merged into, also where that was merged on from there.
    Call once the papers are carried.
    """
    if merge is None or was is None or now is None:
        return
    own = Patient.objects.select_for_update().get(pk=merge.merged_id)
    if now.pk == own.pk:
        away: dict[str, Any] = {"status": Patient.Status.ACTIVE, "merged_into_id": None}
    else:
        away = {"status": Patient.Status.MERGED, "merged_into_id": before_of(own, undoes, now)}
    ledger.change(own, Paper.RECORD, Done.MOVED, was=was.pk, now=now.pk, **away)
    own.updated_at = at
    own.save(update_fields=["updated_at"])


def before_of(own: Patient, undoes: MatchDecision | None, now: Patient) -> int:
    """Into which record it was merged before the decision that is undone: `now`, or one merged into that."""
    moves = PaperMove.objects.filter(
        paper=Paper.RECORD, subject="Patient", subject_id=own.pk, done=Done.MOVED
    )
    moved = moves.filter(decision=undoes, decision__isnull=False).first()
    into: int | None = moved.before.get("merged_into_id") if moved else None
    return into if into is not None and into != own.pk and end_of(into) == now.pk else now.pk


def take_columns_back(
    ledger: Ledger, merge: PatientMerge | None, visit: Visit, *, was: Patient | None, now: Patient | None
) -> None:
    """What the merge wrote on the record that stayed, and nobody has changed or said to be of it since."""
    if merge is None or was is None or now is None or was.pk != merge.into_id:
        return
    kept = {
        name
        for change in ChartChange.objects.filter(visit=visit, subject="Patient", patient=was, status="stands")
        for name in change.after
    }
    row = Patient.objects.select_for_update().get(pk=was.pk)
    for move in written(merge):
        still = columns(row, move.after)
        names = [name for name in move.after if still[name] == move.after[name] and name not in kept]
        if names:
            before = from_json(row, {name: move.before[name] for name in names})
            ledger.change(row, Paper.RECORD, Done.CHANGED, was=was.pk, now=was.pk, **before)


def put_columns_again(ledger: Ledger, undoes: MatchDecision) -> None:
    """An undo has brought the visit back: so are the columns that its leaving took back."""
    taken = undoes.paper_moves.filter(paper=Paper.RECORD, subject="Patient", done=Done.CHANGED)
    for move in taken.order_by("-pk"):
        row = Patient.objects.select_for_update().get(pk=move.subject_id)
        if columns(row, move.after) == move.after:
            before = from_json(row, move.before)
            ledger.change(row, Paper.RECORD, Done.CHANGED, was=row.pk, now=row.pk, **before)


def written(merge: PatientMerge) -> list[PaperMove]:
    """The merge's columns on the record that stayed."""
    moves = merge.paper_moves.filter(subject="Patient", subject_id=merge.into_id, done=Done.CHANGED)
    return list(moves.order_by("-pk"))


def came_along(merge: PatientMerge, merged: Patient, way: list[int]) -> list[PaperMove]:
    """How decisions on a visit took along what this record, or one merged into it, had held by itself.

    Of what is on the way now, the first move of each row. What this merge has moved as well is no part of it,
    nor what was written at that visit, with which it goes.
    """
    done = set(merge.paper_moves.filter(done=Done.MOVED).values_list("subject", "subject_id"))
    found: dict[tuple[str, int], PaperMove] = {}
    for move in moved_along(merged_here(merged.pk)).select_related("decision").order_by("pk"):
        row: Any = SUBJECTS[move.subject]._default_manager.filter(pk=move.subject_id).first()
        if row is None or row.patient_id not in way or (move.subject, move.subject_id) in done:
            continue
        if move.decision is not None and getattr(row, "visit_id", None) != move.decision.visit_id:
            found.setdefault((move.subject, move.subject_id), move)
    return list(found.values())
