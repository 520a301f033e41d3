"""Remove what “use the new” wrote to another child's record while two were one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from checkin.actions import discrepancies, discrepancy_records, sign_in_record_merges
from checkin.actions.entry_ledger import EntryLedger, columns_as_json
from checkin.actions.merge_undo_columns import CHANGED_AGAIN_SINCE, take_out_of_later_merges
from checkin.actions.refusals import Refused
from checkin.models import DiscrepancyDecision, Escort, Guardian, Patient, PatientMerge, Staff, Visit
from checkin.rules.entry_fates import EntryKind, EntryOutcome


def undo_use_new_corrections(
    ledger: EntryLedger,
    visits: Iterable[Visit],
    *,
    since: PatientMerge,
    way: list[int],
    by: Staff,
    at: dt.datetime,
) -> None:
    """Undo each “use the new” decision of these visits that wrote to the other child's records.

    One that cannot be undone, because its row was changed since, stays.
    """
    used = DiscrepancyDecision.objects.standing().filter(
        discrepancy__visit__in=[visit.pk for visit in visits],
        kind=DiscrepancyDecision.Kind.USE_NEW,
        at__gte=since.at,
    )
    used = used.filter(Q(subject="Patient", subject_id__in=way) | ~Q(subject="Patient"))
    # A guardian added while the record was separate came with it and goes back with it.
    own = [
        one.subject_id
        for one in sign_in_record_merges.find_moves_taken_along(since, since.merged, way)
        if one.subject == "Guardian"
    ]
    used = used.exclude(subject="Guardian", subject_id__in=own)
    for decision in used.select_related("discrepancy").order_by("-pk"):
        row = discrepancy_records.lock_model_row(
            discrepancy_records.CORRECTABLE_MODELS[decision.subject], decision.subject_id
        )
        if row is not None:
            # Remove also what a merge since copied from this record.
            take_out_of_later_merges(ledger, row, decision.after)
        try:
            discrepancies.undo_discrepancy_decision(
                discrepancy=decision.discrepancy, by=by, at=at, though_merged=True
            )
        except Refused:
            if row is not None:
                _note_row_not_restored(ledger, row, decision)


def _note_row_not_restored(
    ledger: EntryLedger, row: Patient | Escort | Guardian, decision: DiscrepancyDecision
) -> None:
    """Log that this row was changed again since, unless it says what it said before the decision."""
    found = columns_as_json(row, decision.after)
    if any(found[name] != decision.before.get(name) for name in found):
        whose = row.pk if isinstance(row, Patient) else row.patient_id
        left = ledger.note(row, EntryKind.CORRECTION, EntryOutcome.KEPT, was=whose, now=whose)
        left.why = CHANGED_AGAIN_SINCE
