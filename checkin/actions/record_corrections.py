"""Restore what “use the new” overwrote at a visit that turned out to be another child's."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions.discrepancy_records import CORRECTABLE_MODELS, lock_model_row
from checkin.actions.entry_ledger import EntryLedger, columns_as_json
from checkin.actions.merge_undo_columns import take_out_of_later_merges
from checkin.models import Discrepancy, DiscrepancyDecision, Patient, Staff
from checkin.models.row_json import column_values_from_json
from checkin.rules.entry_fates import EntryKind, EntryOutcome

_CorrectionKind, _CorrectionStatus = DiscrepancyDecision.Kind, Discrepancy.Status


def find_standing_correction(row: Discrepancy) -> DiscrepancyDecision | None:
    found: DiscrepancyDecision | None = row.decisions.standing().find_last()
    return found


def undo_record_correction(
    row: Discrepancy, *, ledger: EntryLedger, was: int | None, by: Staff | None, at: dt.datetime
) -> None:
    """Withdraw a discrepancy of another child, and restore what that chart said before “use the new”.

    If the chart was changed since, both stay as they are, and the ledger says so.
    """
    last = find_standing_correction(row)
    writes = last is not None and last.kind == _CorrectionKind.USE_NEW
    subject = (
        lock_model_row(CORRECTABLE_MODELS[last.subject], last.subject_id)
        if last and writes and last.subject
        else None
    )
    as_left = subject is not None and last is not None and columns_as_json(subject, last.after) == last.after
    if writes and not as_left:
        ledger.kept(row, EntryKind.CORRECTION, was=was)
        return
    done = EntryOutcome.CHANGED if writes else EntryOutcome.ENDED
    withdrawn = {"status": _CorrectionStatus.WITHDRAWN, "settled_at": at, "settled_by": by}
    ledger.change(row, EntryKind.CORRECTION, done, was=was, now=was, **withdrawn)
    if last is None or subject is None or by is None:
        return
    undone = DiscrepancyDecision.objects.create(
        discrepancy=row, kind=_CorrectionKind.UNDO, at=at, by=by, undoes=last
    )
    ledger.made(undone, EntryKind.CORRECTION, was=was, now=was)
    if last.before:
        _store_corrected_columns(subject, last.before, ledger=ledger, was=was, at=at)
        # Also in a record that this one was merged into since, if the merge copied the value.
        take_out_of_later_merges(ledger, subject, last.after)
    else:
        ledger.remove(subject, EntryKind.GUARDIAN, was=was)


def _store_corrected_columns(
    subject: Any, values: dict[str, object], *, ledger: EntryLedger, was: int | None, at: dt.datetime
) -> None:
    """Write these columns, given as JSON values, through the row's own `save`, which sets its search keys."""
    ledger.change(
        subject,
        EntryKind.CORRECTION,
        EntryOutcome.CHANGED,
        was=was,
        now=was,
        **column_values_from_json(subject, values),
    )
    if isinstance(subject, Patient):
        subject.updated_at = at
        subject.save(update_fields=["updated_at"])


def apply_correction_again(row: Discrepancy, *, by: Staff | None, at: dt.datetime) -> None:
    """Write a “use the new” decision again whose undo is being undone. The caller restores the columns."""
    undone = row.decisions.filter(kind=_CorrectionKind.UNDO).select_related("undoes").order_by("pk").last()
    before = undone.undoes if undone else None
    if before is None or by is None or find_standing_correction(row) is not None:
        return
    kept = {name: getattr(before, name) for name in ("subject", "subject_id", "before", "after")}
    DiscrepancyDecision.objects.create(discrepancy=row, kind=before.kind, at=at, by=by, **kept)
