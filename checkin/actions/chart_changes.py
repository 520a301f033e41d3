"""Record chart edits with the visit at which they were made, so that a corrected match can move them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from checkin.actions import escorts
from checkin.actions.entry_ledger import EntryLedger, columns_as_json
from checkin.models import ChartChange, Escort, MatchDecision, PaperMove, Patient, PatientMerge, Staff, Visit
from checkin.models.row_json import column_values_from_json
from checkin.models.sign_in_record_merges import find_sign_in_record_merge
from checkin.models.sign_in_records import list_merge_path_ids
from checkin.rules.entry_fates import EntryChild, EntryKind, EntryOutcome

_ChartChangeStatus = ChartChange.Status
REMEMBERED_ADULT_COLUMNS = escorts.REMEMBERED_COLUMNS


def record_chart_change(
    row: Patient | Escort, before: Mapping[str, object], *, visit: Visit | None, by: Staff, at: dt.datetime
) -> ChartChange | None:
    """Record what these columns held before, as JSON, and what they hold now; return the change or None.

    A visit has one change per patient record: a later edit at the same visit keeps the first "before". An
    adult's preferences get a change each time (`_record_adult_change`). So does an edit on a patient's own
    page, at no visit. Preferences edited at no visit get none, as `Escort.on_record` keeps them. None is also
    returned if nothing differs or the visit is on another record. Call inside the transaction that wrote,
    with the row as it is now.
    """
    if visit is None:
        return _record_change_without_visit(row, before, by=by, at=at) if isinstance(row, Patient) else None
    if isinstance(row, Escort):
        return _record_adult_change(row, before, visit=visit, by=by, at=at)
    if visit.patient_id != row.pk:
        return None
    known = ChartChange.objects.filter(
        visit=visit, subject="Patient", subject_id=row.pk, patient=row, status=_ChartChangeStatus.STANDS
    ).first()
    kept = {**before, **(known.before if known else {})}
    after = columns_as_json(row, kept)
    changed = {name: value for name, value in kept.items() if after[name] != value}
    if known is not None and not changed:
        known.status = _ChartChangeStatus.TAKEN_OFF
        known.save(update_fields=["status"])
        return None
    made = known or ChartChange(
        clinic_id=row.clinic_id, visit=visit, subject="Patient", subject_id=row.pk, patient=row
    )
    made.before, made.after = changed, {name: after[name] for name in changed}
    made.at, made.by = at, by
    made.save()
    return made


def _record_adult_change(
    row: Escort, before: Mapping[str, object], *, visit: Visit, by: Staff, at: dt.datetime
) -> ChartChange | None:
    """Write a change for each answer of a visit, with its own time; the last one counts.

    Ledgers and other rows may still hold an earlier answer. If its time were not stored, that answer would be
    taken for the record's own, from before history was kept (`escorts.is_preference_kept_elsewhere`).
    """
    if visit.patient_id != row.patient_id:
        return None
    escorts.save_row_only_preferences(row, before)
    # All columns, also those equal to an earlier visit's answer: the family was asked about all of them.
    return ChartChange.objects.create(
        clinic_id=row.clinic_id, visit=visit, patient_id=row.patient_id, subject="Escort", subject_id=row.pk,
        before=dict(before), after=columns_as_json(row, before), at=at, by=by,
    )  # fmt: skip


def _record_change_without_visit(
    row: Patient, before: Mapping[str, object], *, by: Staff, at: dt.datetime
) -> ChartChange | None:
    after = columns_as_json(row, before)
    changed = [name for name, value in before.items() if after[name] != value]
    if not changed:
        return None
    return ChartChange.objects.create(
        clinic_id=row.clinic_id, visit=None, patient=row, subject="Patient", subject_id=row.pk,
        before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
        at=at, by=by,
    )  # fmt: skip


def carry_chart_change(
    change: ChartChange,
    whose: EntryChild,
    *,
    ledger: EntryLedger,
    was: int | None,
    now: Patient | None,
    at: dt.datetime,
) -> None:
    """Move language, interpreter and access needs to the new chart, or leave them on the old one."""
    old, after = values_before_change(change, was), dict(change.after)
    own, own_before = change.patient_id, dict(change.before)
    is_home = now is not None and own == now.pk
    if whose in (EntryChild.OLD, EntryChild.BOTH):
        if was is not None and _is_change_on_own_record(change, was):
            stays_on_own = is_home and whose == EntryChild.BOTH
            _make_old_charts_own(change, old, was=was, ledger=ledger, at=at)
            if own is not None and not stays_on_own:
                _restore_old_chart(own, own_before, after, ledger=ledger, was=was, at=at)
        else:
            _keep_on_old_chart(change, old, ledger=ledger, was=was)
        if whose == EntryChild.BOTH and now is not None:
            stood = own_before if is_home else columns_as_json(now, after)
            _copy_to_new_chart(now, after, stood, change=change, was=was, ledger=ledger, at=at)
        return
    goes = whose == EntryChild.NEW
    status = (
        _ChartChangeStatus.TAKEN_OFF
        if not goes
        else _ChartChangeStatus.WAITS
        if now is None
        else _ChartChangeStatus.STANDS
    )
    done = EntryOutcome.MOVED if goes else EntryOutcome.ENDED
    before = columns_as_json(now, after) if goes and now is not None and not is_home else own_before
    row_id = now.pk if goes and now is not None else None
    ledger.change(
        change, EntryKind.CHART, done, was=was, now=row_id,
        patient_id=row_id, subject_id=row_id, status=status, before=before,
    )  # fmt: skip
    if was is not None:
        _restore_old_chart(was, old, {name: after[name] for name in old}, ledger=ledger, at=at)
        if own not in (None, was) and not (goes and is_home):
            # Take it off the own record too, which was merged into this one since.
            _restore_old_chart(own, own_before, after, ledger=ledger, was=was, at=at)
    if goes and now is not None:
        _write_chart_columns(now, after, ledger=ledger, was=now.pk, at=at)


def _keep_on_old_chart(
    change: ChartChange, old: dict[str, object], *, ledger: EntryLedger, was: int | None
) -> None:
    """Leave the change on the old chart; one that a merge brought there becomes that chart's own."""
    if was is None or change.patient_id == was:
        ledger.kept(change, EntryKind.CHART, was=was)
        return
    own = {"patient_id": was, "subject_id": was, "before": old, "after": {n: change.after[n] for n in old}}
    ledger.change(change, EntryKind.CHART, EntryOutcome.KEPT, was=was, now=was, **own)


def _is_change_on_own_record(change: ChartChange, was: int) -> bool:
    """Return whether the change is on the record that its sign-in made, which is merged into `was`."""
    merge = (
        find_sign_in_record_merge(change.visit)
        if change.visit is not None and change.patient_id != was
        else None
    )
    return merge is not None and change.patient_id == merge.merged_id


def _make_old_charts_own(
    change: ChartChange, old: dict[str, object], *, was: int, ledger: EntryLedger, at: dt.datetime
) -> None:
    """Make the change the old chart's own and write any value that the merge did not copy."""
    row = Patient.objects.select_for_update().get(pk=was)
    found = columns_as_json(row, change.after)
    unsaid = {name: value for name, value in change.after.items() if found[name] != value}
    to = {"patient_id": was, "subject_id": was, "before": found | old}
    ledger.change(change, EntryKind.CHART, EntryOutcome.KEPT, was=was, now=was, **to)
    if unsaid:
        _write_chart_columns(row, unsaid, ledger=ledger, was=was, at=at)


def values_before_change(change: ChartChange, was: int | None) -> dict[str, object]:
    """Return what chart `was` held before the change, by column.

    If the change's own record was merged into this chart, these are the values before that merge wrote here.
    Columns that it did not write are left out: the merge of another record may have written them, and that
    record's visit still supports them.
    """
    own = change.patient_id
    if was is None or own is None or own == was:
        return dict(change.before)
    merges = PaperMove.objects.filter(
        merge__in=PatientMerge.objects.standing().filter(merged__in=list_merge_path_ids(own)),
        subject="Patient", subject_id=was, done=EntryOutcome.CHANGED,
    )  # fmt: skip
    found: dict[str, object] = {}
    for move in [*_moves_written_by_undo(change, was), *merges.order_by("pk")]:
        wrote = move.after.items() & change.after.items()
        found |= {name: move.before[name] for name, _ in wrote}
    return found


def _moves_written_by_undo(change: ChartChange, was: int) -> list[PaperMove]:
    """Return the moves by which an undo wrote to this chart when it brought the visit back.

    A merge had written these values first. It may have been undone while the visit was elsewhere.
    """
    decided = MatchDecision.objects.filter(visit=change.visit_id, merge=None)
    left = decided.filter(previous_patient=was).exclude(patient=was).order_by("pk").last()
    back = decided.filter(patient=was, undoes__isnull=False, pk__gt=left.pk if left else 0)
    wrote = PaperMove.objects.filter(
        decision__in=back, subject="Patient", subject_id=was, done=EntryOutcome.CHANGED
    )
    return list(wrote.filter(paper=EntryKind.CHART).order_by("pk"))


def _copy_to_new_chart(
    now: Patient,
    after: dict[str, object],
    before: dict[str, object],
    *,
    change: ChartChange,
    was: int | None,
    ledger: EntryLedger,
    at: dt.datetime,
) -> None:
    """Write the same values to the other child's chart, as a change of its own."""
    made = ChartChange.objects.create(
        clinic_id=change.clinic_id, visit=change.visit, patient=now, subject="Patient", subject_id=now.pk,
        before=before, after=after, at=change.at, by=change.by,
    )  # fmt: skip
    ledger.made(made, EntryKind.CHART, was=was, now=now.pk)
    _write_chart_columns(now, after, ledger=ledger, was=now.pk, at=at)


def _restore_old_chart(
    patient_id: int,
    old: dict[str, object],
    after: dict[str, object],
    *,
    ledger: EntryLedger,
    at: dt.datetime,
    was: int | None = None,
) -> None:
    """Restore what this chart held, except columns that were written again since.

    `was`: the chart that it is merged into, if any.
    """
    row = Patient.objects.select_for_update().get(pk=patient_id)
    still = columns_as_json(row, after)
    mine = {name: old[name] for name in old if still[name] == after[name]}
    if mine:
        _write_chart_columns(row, mine, ledger=ledger, was=was or patient_id, at=at)
    for name in old.keys() - mine.keys():
        left = ledger.note(
            row, EntryKind.CHART, EntryOutcome.KEPT, was=was or patient_id, now=was or patient_id
        )
        left.why = f"{name.replace('_', ' ')} was written again since"


def _write_chart_columns(
    row: Patient, values: Mapping[str, object], *, ledger: EntryLedger, was: int, at: dt.datetime
) -> None:
    ledger.change(
        row, EntryKind.CHART, EntryOutcome.CHANGED, was=was, now=was, **column_values_from_json(row, values)
    )
    row.updated_at = at
    row.save(update_fields=["updated_at"])


def move_visit_preferences(
    visit: Visit, changes: list[ChartChange], *, was: int | None, ledger: EntryLedger
) -> None:
    """Move preferences to the new chart's escort, also those that a later answer replaced.

    Without an escort they wait at the visit. `escorts.write_latest_preferences` then sets what the row shows.
    """
    escort = Escort.objects.get(pk=visit.escort.pk) if changes and visit.escort else None
    now = visit.patient_id if escort else None
    to: dict[str, object] = {"status": _ChartChangeStatus.WAITS, "patient_id": now, "subject_id": None}
    for change in changes:
        if escort is not None:
            before = columns_as_json(escort, change.after)
            to |= {"status": _ChartChangeStatus.STANDS, "subject_id": escort.pk, "before": before}
        # Log only the latest answer: the earlier ones move silently.
        told = ledger if change is changes[-1] else EntryLedger()
        told.change(change, EntryKind.WISH, EntryOutcome.MOVED, was=was, now=now, **to)
