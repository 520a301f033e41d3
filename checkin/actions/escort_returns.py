"""Move adults back to a record that is separate again, after a merge had moved them."""

from __future__ import annotations

from collections.abc import Iterable

from checkin.actions import escort_phones, escorts
from checkin.actions.entry_ledger import EntryLedger, lock_moved_row, row_column_names
from checkin.actions.merge_undo_columns import put_columns_back_quietly, take_out_of_later_merges
from checkin.models import ChartChange, Escort, MatchDecision, PaperMove, Patient, Visit
from checkin.models.row_json import column_values_from_json
from checkin.models.sign_in_record_merges import (
    find_sign_in_record_merge,
    has_escort_on_record,
    is_same_escort,
    list_escort_rows_of_adult,
    record_ids_with_merged,
)
from checkin.models.sign_in_records import final_record_id, list_merge_path_ids
from checkin.rules.entry_fates import EntryKind, EntryOutcome


def return_own_record_escorts(ledger: EntryLedger, visit: Visit, now_id: int | None) -> None:
    """Move adults back to the visit's own record if its merge had moved them.

    If the visit goes to another child's record, they move only if preferences were edited on their own
    record's page, which then show there too, or if no visit names them anymore. Call after the visit drops
    its escort, and before it finds one on `now_id`, its record from now on.
    """
    merge = find_sign_in_record_merge(visit)
    if merge is None or now_id is None:
        return
    way = list_merge_path_ids(merge.into_id)
    if now_id in way:
        return
    for move in merge.paper_moves.filter(paper=EntryKind.ESCORT).order_by("pk"):
        row: Escort | None = lock_moved_row(move)
        if row is None or row.patient_id not in way:
            continue
        if move.done == EntryOutcome.CHANGED:
            put_columns_back_quietly(ledger, row, move)
            _rewrite_adult_preferences(row, way)
            continue
        if move.done != EntryOutcome.MOVED or has_escort_on_record(row, merge.merged_id):
            continue
        if merge.merged_id == now_id or _is_going_with_record(row, _last_move_off_record(row, move), visit):
            for one in (row, return_escort_to_record(ledger, row, move, to=merge.merged, visits={visit.pk})):
                escorts.write_latest_preferences(one)


def _rewrite_adult_preferences(row: Escort, way: list[int]) -> None:
    """Write this adult's preferences on the records of `way` again, after a record joined or left."""
    for one in Escort.objects.filter(patient__in=way).order_by("pk"):
        if is_same_escort(one, row):
            escorts.write_latest_preferences(one)


def _last_move_off_record(row: Escort, move: PaperMove) -> PaperMove:
    """Return the row's last logged move off the record from which the merge moved it, else `move`.

    The record may have been separated and merged again since. Only moves that log `on_record` count.
    """
    off = PaperMove.objects.filter(
        paper=EntryKind.ESCORT, subject="Escort", subject_id=row.pk, done=EntryOutcome.MOVED, pk__gt=move.pk,
        was_patient=move.was_patient_id,
    )  # fmt: skip
    return next((one for one in off.order_by("-pk") if "on_record" in one.before), move)


def _is_going_with_record(row: Escort, move: PaperMove, visit: Visit) -> bool:
    """Return whether the row goes with its old record, even into another child's."""
    if _preferences_on_old_page(row, move) is not None:
        return True
    return not row.visits.exists() and escorts.is_escort_only_of_visit(row, visit)


def _preferences_on_old_page(row: Escort, move: PaperMove) -> dict[str, object] | None:
    """Return the preferences edited at no visit on the page of the record the merge moved them from."""
    kept: dict[str, object] | None = row.on_record
    if _preferences_told_since(row, move) is None:
        return kept
    kept, before = move.before.get("on_record"), escorts.remembered_columns_of(move.before)
    at = column_values_from_json(row, before)["remembered_at"]
    # Preferences from before history was kept are in the columns alone.
    return kept if at is None or escorts.is_preference_kept_elsewhere(row, at) else {**(kept or {}), **before}


def _preferences_told_since(row: Escort, move: PaperMove) -> dict[str, object] | None:
    """Return preferences edited at no visit since the move; None if none were.

    They belong to the record on whose page they were edited.
    """
    said = row.on_record or {}
    is_known = "on_record" not in move.before or move.before["on_record"] == row.on_record
    # Preferences from before history was kept become the row's own only when overwritten.
    if is_known or said.get("remembered_at") == move.before.get("remembered_at"):
        return None
    return escorts.remembered_columns_of(said)


def undo_escort_returns(ledger: EntryLedger, undoes: MatchDecision, patient_id: int | None) -> None:
    """Undo what `return_own_record_escorts` did, unless the record has a row for the same adult by now.

    Call after the visit drops its escort, and before it finds one on the record.
    """
    came = undoes.paper_moves.filter(
        paper=EntryKind.ESCORT, done=EntryOutcome.MOVED, was_patient__isnull=False
    )
    for move in came.order_by("pk"):
        row = Escort.objects.select_for_update().filter(pk=move.subject_id, patient=move.patient_id).first()
        was = move.was_patient_id
        if row is None or row.visits.exists() or final_record_id(was or 0) != patient_id:
            continue
        to = next((one for one in (patient_id, was) if not has_escort_on_record(row, one)), None)
        if to is not None:
            said = escorts.all_escort_columns(row)
            back = ledger.change(
                row, EntryKind.ESCORT, EntryOutcome.MOVED, was=move.patient_id, now=to, patient_id=to
            )
            back.before = said
    changed = undoes.paper_moves.filter(paper=EntryKind.ESCORT, subject="Escort", done=EntryOutcome.CHANGED)
    for move in changed.order_by("-pk"):
        row = lock_moved_row(move)
        if row is not None and row.patient_id in (move.patient_id, patient_id):
            put_columns_back_quietly(ledger, row, move)
            _rewrite_adult_preferences(row, list_merge_path_ids(row.patient_id))


def return_escort_to_record(
    ledger: EntryLedger, row: Escort, move: PaperMove, *, to: Patient, visits: set[int]
) -> Escort | None:
    """Move the row back to its record, with what it said there; return the copy that stays, or None.

    A copy stays if visits that stay name the adult, or preferences were edited at no visit since. `visits`:
    ids of the visits that go back with the row.
    """
    take_out_of_later_merges(ledger, row)
    was, move = row.patient_id, _last_move_off_record(row, move)
    staying = list(row.visits.exclude(pk__in=visits).order_by("pk"))
    since, home = _preferences_told_since(row, move), _preferences_on_old_page(row, move)
    if not staying and since is None:
        ledger.change(row, EntryKind.ESCORT, EntryOutcome.MOVED, was=was, now=to.pk, patient=to)
        return None
    others = _words_of_other_child(row, move, staying)
    said = column_values_from_json(row, since) if since is not None else escorts.NO_PREFERENCES
    copy = {name: getattr(row, name) for name in row_column_names(row)} | said
    copy |= {"patient_id": was, "on_record": since}
    taught = {name: move.before[name] for name in escorts.SIGN_IN_TAUGHT_COLUMNS}
    before = escorts.read_taught_columns(
        row.visits.filter(pk__in=visits), otherwise=column_values_from_json(row, taught)
    )
    before |= column_values_from_json(row, escorts.remembered_columns_of(move.before))
    ledger.change(
        row, EntryKind.ESCORT, EntryOutcome.MOVED, was=was, now=to.pk, patient=to, on_record=home, **before
    )
    own = Escort.objects.create(**copy)
    _write_words_of_copy(own, staying, others)
    ledger.made(own, EntryKind.ESCORT, now=was)
    _copy_moves_of_later_merges(own, row, move)
    Visit.objects.filter(pk__in=[visit.pk for visit in staying]).update(escort=own)
    told = ChartChange.objects.filter(subject="Escort", subject_id=row.pk, visit__in=staying)
    for change in told.filter(status=ChartChange.Status.STANDS).order_by("pk"):
        ledger.change(change, EntryKind.WISH, EntryOutcome.MOVED, was=was, now=was, subject_id=own.pk)
    escort_phones.remove_unsupported_phones(own, [row.phone], ledger=ledger)
    return own


def _words_of_other_child(row: Escort, move: PaperMove, staying: list[Visit]) -> set[str]:
    """Return what the row's adult is called on the record to which it goes back, and at visits there."""
    gone = row.visits.exclude(pk__in=[visit.pk for visit in staying])
    return {move.before["relationship"], *gone.values_list("sign_in__relationship", flat=True)}


def _write_words_of_copy(own: Escort, staying: list[Visit], others: set[str]) -> None:
    """Write what the visits that stay say of the adult, without what was said of the other child only."""
    # An adult without a name is known by the words.
    kept = "" if own.name and own.relationship in others else own.relationship
    here = Visit.objects.filter(pk__in=[visit.pk for visit in staying])
    for name, value in escorts.find_taught_columns(own, here, kept=kept).items():
        setattr(own, name, value)
    own.save(update_fields=[*escorts.SIGN_IN_TAUGHT_COLUMNS])


def _copy_moves_of_later_merges(own: Escort, row: Escort, move: PaperMove) -> None:
    """Copy moves of later merges to the new row, so that their undo also returns its preferences."""
    # Also of merges that a decision on a visit ended: if that is undone, the merge counts again.
    later = PaperMove.objects.of_merges_not_undone().filter(
        paper=EntryKind.ESCORT, subject_id=row.pk, done=EntryOutcome.MOVED, pk__gt=move.pk
    )
    for one in later.order_by("pk"):
        there = Escort(on_record=one.before.get("on_record"))
        if (said := _preferences_told_since(there, move)) is not None:
            one.pk, one.subject_id, one.before = None, own.pk, {**one.before, "on_record": said}
            one.save()


def align_escorts_with_visits(ledger: EntryLedger, *, was: int | None, now: int | None) -> None:
    """Show adults known only to merged records, and remove from `was` those that no visit names."""
    for pk in (now, was):
        if pk is not None:
            show_hidden_escorts(ledger, pk)
    # Not on `now`: the visit is not written there yet.
    remove_unnamed_escorts(ledger, [was] if was is not None else [])


def show_hidden_escorts(ledger: EntryLedger, patient_id: int) -> None:
    """Copy to this record each adult known only to records merged into it."""
    away = [pk for pk in record_ids_with_merged(patient_id) if pk != patient_id]
    for row in Escort.objects.filter(patient__in=away).order_by("-last_came_at", "pk") if away else ():
        if not has_escort_on_record(row, patient_id):
            said = {name: getattr(row, name) for name in row_column_names(row)}
            made = Escort.objects.create(**said | {"patient_id": patient_id, "on_record": None})
            escorts.write_latest_preferences(made)
            ledger.made(made, EntryKind.ESCORT, now=patient_id)


def remove_unnamed_escorts(ledger: EntryLedger, records: Iterable[int]) -> None:
    """Remove adults known only from a sign-in that is now another record's. Call after visits are moved.

    Such rows were made while the records were one. On a merged record they stay, so that it is complete when
    it is separated again.
    """
    there = Escort.objects.filter(patient__in=records, patient__merged_into=None)
    taught = there.filter(on_record__isnull=True, visits__isnull=True)
    for row in taught.order_by("pk"):
        is_told = escorts.find_latest_preferences(row)["remembered_at"] is not None
        if (
            len(list_escort_rows_of_adult(row)) == 1
            and not is_told
            and escorts.is_escort_only_of_visit(row, None)
        ):
            ledger.remove(row, EntryKind.ESCORT, was=row.patient_id)
