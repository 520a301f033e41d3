"""Move back what a merge moved, together with what was written at its visits since."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Exists, F, Model, OuterRef

from checkin.actions import immunization_moves, merge_undo_charts, merge_undo_twins, sign_in_record_merges
from checkin.actions.entry_ledger import EntryLedger, columns_as_json, lock_moved_row
from checkin.actions.immunizations import DUE_NEED_KINDS
from checkin.actions.merge_entries import MOVING_MODELS_BY_NAME
from checkin.actions.merge_undo_columns import (
    note_row_left,
    put_merged_columns_back,
    take_out_of_later_merges,
    write_undo_columns,
)
from checkin.actions.merge_visits import release_and_save_appointment
from checkin.actions.visit_locks import lock_visits, update_visit_and_boards
from checkin.models import (
    Appointment,
    ChartChange,
    ConsentRecord,
    DueItem,
    Guardian,
    Immunization,
    MatchDecision,
    Need,
    PaperMove,
    Patient,
    PatientMerge,
    Promise,
    StandingProxy,
    Visit,
)
from checkin.models.row_json import column_values_from_json
from checkin.models.sign_in_record_merges import (
    MATCHES_MADE_AT_SIGN_IN,
    first_merge_move_id,
    is_record_of_visit_alone,
)
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from checkin.rules.need_types import NeedOutcome

_ROW_NOT_THERE = "It is not there anymore."
_ROW_ON_OTHER_RECORD = "It was put on another record since."
_APPOINTMENT_GIVEN_UP = (
    "This visit stays, and had taken the appointment of the other child, who is expected again."
)
_ENTRIES_AT_VISIT: dict[type[Model], EntryKind] = {
    ConsentRecord: EntryKind.CONSENT,
    StandingProxy: EntryKind.PROXY,
    Immunization: EntryKind.VACCINE,
    Promise: EntryKind.PROMISE,
}
"""Models whose rows may name the visit they were written at, and move with it."""

_FITTING_COLUMNS = ("position", "system", "value")
"""Columns besides the patient that a merge changes to fit the row into the other record."""


def give_back_merged_entries(
    ledger: EntryLedger, merge: PatientMerge, *, merged: Patient, way: list[int], visits: set[int]
) -> None:
    """Move all rows back except visits and escorts. `way`: ids of their possible records, kept one last."""
    promises: list[int] = []
    elsewhere = set() if _is_own_record_merge(merge, visits) else find_rows_taken_out(merge)
    own = list(merge.paper_moves.filter(subject__in=MOVING_MODELS_BY_NAME).order_by("pk"))
    for move in reversed([one for one in own if one.done == EntryOutcome.CHANGED]):
        # Last first: an import since may have overwritten what the merge wrote, and is logged after it.
        changed = lock_moved_row(move)
        # A guardian who has gone back already had this removed then.
        is_home = isinstance(changed, Guardian) and changed.patient_id not in way
        if changed is not None and not is_home:
            put_merged_columns_back(ledger, changed, move, only=None)
    brought_up = merge_undo_twins.twin_moves_brought_up(merge, merged, way).order_by("pk")
    for move in [*own, *brought_up, *sign_in_record_merges.find_moves_taken_along(merge, merged, way)]:
        if move.done != EntryOutcome.MOVED:
            continue
        row = lock_moved_row(move)
        why = _row_stays_words(row, way)
        if (
            not why
            and (move.subject, move.subject_id) in elsewhere
            and not _is_written_at_visits(row, visits)
        ):
            why = _ROW_ON_OTHER_RECORD
        if why:
            note_row_left(ledger, move, why)
            continue
        back = {
            name: value
            for name, value in column_values_from_json(row, move.before).items()
            if name in _FITTING_COLUMNS
        }
        back = {name: value for name, value in back.items() if _is_as_merge_wrote(row, move, name)}
        if isinstance(row, Appointment):
            _free_staying_visits(ledger, row, visits)
        if isinstance(row, Promise) and row.visit_id in visits and row.made_for_id in way:
            # A decision that was undone later had made it a promise for the other child.
            back["made_for"] = merged
        take_out_of_later_merges(ledger, row)
        was = row.patient_id
        ledger.change(
            row, EntryKind(move.paper), EntryOutcome.MOVED, was=was, now=merged.pk, patient=merged, **back
        )
        if isinstance(row, Promise):
            promises.append(row.pk)
    merge_undo_twins.bring_twin_rows_up(ledger, Patient.objects.get(pk=way[-1]))
    _move_visit_entries_back(ledger, merge, merged=merged, way=way, visits=visits)
    _move_replacing_promises(ledger, promises, merged=merged, kept=way[-1])


def _free_staying_visits(ledger: EntryLedger, row: Appointment, visits: set[int]) -> None:
    """Release the appointment of a visit that stays: its child is expected again, and it is a walk-in."""
    staying = list(Visit.objects.filter(appointment=row).exclude(pk__in=visits).order_by("pk"))
    lock_visits(*staying)
    for visit in staying:
        before = columns_as_json(visit, ["appointment_id"])
        release_and_save_appointment(visit)
        update_visit_and_boards(visit, appointment=None, turn_at=visit.turn_at)
        after = {"appointment_id": None}
        whose = visit.patient_id
        gone = ledger.note(
            visit,
            EntryKind.APPOINTMENT,
            EntryOutcome.REMOVED,
            was=whose,
            now=whose,
            before=before,
            after=after,
        )
        gone.why = _APPOINTMENT_GIVEN_UP
    if staying:
        row.refresh_from_db()


def _is_own_record_merge(merge: PatientMerge, visits: set[int]) -> bool:
    """Return whether it merged a record made by one of these visits' sign-ins, so all of it goes back."""
    settled = {
        "match_decisions__merge": merge,
        "match_decisions__previous_match__in": MATCHES_MADE_AT_SIGN_IN,
    }
    going = Visit.objects.filter(pk__in=visits, **settled).distinct()
    return any(is_record_of_visit_alone(merge, visit) for visit in going)


def find_rows_taken_out(merge: PatientMerge) -> set[tuple[str, int]]:
    """Return (model name, id) of rows that were moved from where this merge put them, and not back since.

    The undo of an earlier merge or a corrected match did that. Such a row is not where it is because of this
    merge, even if a later merge moved it to the same record again.
    """
    ids = list(merge.paper_moves.filter(done=EntryOutcome.MOVED).values_list("subject", "subject_id"))
    later = PaperMove.objects.filter(
        pk__gt=first_merge_move_id(merge), done=EntryOutcome.MOVED, subject_id__in={pk for _, pk in ids}
    ).exclude(merge=merge)
    on_top: dict[tuple[str, int], set[int | None]] = defaultdict(set)
    gone: set[tuple[str, int]] = set()
    for move in later.select_related("merge", "decision").order_by("pk"):
        row = move.subject, move.subject_id
        if move.merge is not None and move.merge.pk < merge.pk:
            # An import wrote the row since, for a record that an earlier merge had put there.
            continue
        if move.was_patient_id == move.patient_id or _is_move_given_back(move):
            # For example, a visit took this appointment: it is still on the same record.
            continue
        if move.merge is not None and move.merge.undoes_id is None:
            on_top[row].add(move.merge_id)
        elif move.merge is not None and move.merge.undoes_id in on_top[row]:
            on_top[row].discard(move.merge.undoes_id)
        else:
            gone.add(row)
    return gone & set(ids)


def _is_move_given_back(move: PaperMove) -> bool:
    """Return whether a decision on a visit moved it and was undone, or this move is that undo."""
    one = move.decision
    if one is None:
        return False
    undo = one if one.undoes_id else MatchDecision.objects.filter(undoes=one).first()
    if undo is None:
        return False
    same = {"subject": move.subject, "subject_id": move.subject_id}
    left = undo.paper_moves.filter(**same, done__in=[EntryOutcome.KEPT, EntryOutcome.ENDED])
    went = PaperMove.objects.filter(**same, decision=undo.undoes_id, done=EntryOutcome.MOVED)
    return went.exists() and not left.exists()


def _is_written_at_visits(row: Any, visits: set[int]) -> bool:
    """Return whether the row was written at one of these visits, so that it goes with that visit."""
    return type(row) in _ENTRIES_AT_VISIT and row.visit_id in visits


def _is_as_merge_wrote(row: object, move: PaperMove, name: str) -> bool:
    """Return whether the value is what this merge wrote, or what a later move wrote to fit the row in."""
    later = PaperMove.objects.filter(subject=move.subject, subject_id=move.subject_id, pk__gt=move.pk)
    said = getattr(row, name)
    return said == move.after.get(name) or any(name in one.after and one.after[name] == said for one in later)


def _row_stays_words(row: Any, way: list[int]) -> str:
    if row is None:
        return _ROW_NOT_THERE
    if row.patient_id not in way:
        return _ROW_ON_OTHER_RECORD
    return ""


def _find_rows_said_to_stay(merge: PatientMerge, model: type[Model], way: list[int]) -> list[int]:
    """Return ids of rows that staff assigned to the other record's child before the merge."""
    kept = PaperMove.objects.filter(
        subject=model.__name__, done=EntryOutcome.KEPT, decision__isnull=False, patient__in=way,
        pk__lt=first_merge_move_id(merge),
    )  # fmt: skip
    return list(kept.values_list("subject_id", flat=True))


def _move_visit_entries_back(
    ledger: EntryLedger, merge: PatientMerge, *, merged: Patient, way: list[int], visits: set[int]
) -> None:
    """Move what was written since at a returning visit to that visit's child."""
    for model, paper in _ENTRIES_AT_VISIT.items():
        rows = model._default_manager.select_for_update().filter(visit__in=visits, patient__in=way)
        row: Any
        for row in rows.exclude(pk__in=_find_rows_said_to_stay(merge, model, way)).order_by("pk"):
            was, to = row.patient_id, {"patient": merged}
            if isinstance(row, Promise) and row.made_for_id in way:
                to["made_for"] = merged
            ledger.change(row, paper, EntryOutcome.MOVED, was=was, now=merged.pk, **to)
    standing = ChartChange.objects.standing_on_charts().select_for_update()
    changes = standing.filter(visit__in=visits, patient__in=way)
    said = changes.exclude(pk__in=_find_rows_said_to_stay(merge, ChartChange, way))
    merge_undo_charts.move_chart_changes_back(ledger, said, merged=merged)


def _move_replacing_promises(ledger: EntryLedger, promises: list[int], *, merged: Patient, kept: int) -> None:
    """Move promises that replaced one that goes back: each continues the same promise."""
    while promises:
        after = list(
            Promise.objects.select_for_update().filter(replaces__in=promises, patient=kept).order_by("pk")
        )
        for row in after:
            to = {"patient": merged, "made_for": merged}
            ledger.change(row, EntryKind.PROMISE, EntryOutcome.MOVED, was=kept, now=merged.pk, **to)
        promises = [row.pk for row in after]


def settle_undone_due_items(ledger: EntryLedger, *, merged: Patient, way: list[int]) -> None:
    """Make an item due again if it was marked as given by a visit of the other child."""
    done = Need.objects.filter(due_item=OuterRef("pk"), status=NeedOutcome.DONE)
    given = DueItem.objects.select_for_update().filter(
        Exists(done), patient__in=[merged.pk, *way], status=DueItem.Status.GIVEN
    )
    for item in given.order_by("pk"):
        answered = Need.objects.filter(due_item=item, status=NeedOutcome.DONE)
        child = merged.pk if item.patient_id == merged.pk else way[-1]
        if not answered.filter(visit__patient=child).exists():
            take_out_of_later_merges(ledger, item, {"status": DueItem.Status.GIVEN})
            write_undo_columns(ledger, item, EntryKind.DUE_ITEM, {"status": DueItem.Status.DUE})
    both = {merged.pk, way[-1]}
    elsewhere = Need.objects.select_for_update(of=("self",)).filter(
        kind__in=DUE_NEED_KINDS, status=NeedOutcome.DONE, visit__patient__in=both, due_item__patient__in=both
    )
    for need in elsewhere.exclude(due_item__patient=F("visit__patient")).order_by("pk"):
        # Given while the two were one, and matched with the other child's item: use this child's own.
        child = need.visit.patient_id or 0
        immunization_moves.put_given_on_chart(need, ledger=ledger, was=child, now=child)
