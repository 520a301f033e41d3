"""Replace a row that leaves a kept record by the same row of another merged record.

Records A and B were both merged into C, and both had the same adult. C got A's row, and B's row stayed on B.
The undo of A's merge takes A's row back, so C lacks the adult unless B's row moves to C.
"""

from __future__ import annotations

from django.db.models import Model, Q, QuerySet

from checkin.actions.entry_ledger import EntryLedger
from checkin.actions.merge_entries import (
    move_merged_due_items,
    move_merged_guardians,
    move_merged_immunizations,
)
from checkin.models import DueItem, Guardian, Immunization, PaperMove, Patient, PatientMerge
from checkin.models.sign_in_record_merges import first_merge_move_id, record_ids_with_merged
from checkin.rules.entry_fates import EntryOutcome

_TWIN_MODELS: tuple[type[Model], ...] = (Guardian, DueItem, Immunization)


def bring_twin_rows_up(ledger: EntryLedger, kept: Patient) -> None:
    """Move rows that this record lacks from records merged into it. Call after the other's rows are back."""
    for pk in sorted({*record_ids_with_merged(kept.pk)} - {kept.pk}):
        left = Patient.objects.get(pk=pk)
        if not any(model._default_manager.filter(patient=left).exists() for model in _TWIN_MODELS):
            continue
        again = EntryLedger()
        # No filling of blanks: that was done and logged when the records were merged.
        move_merged_guardians(again, left, kept, fill=False)
        move_merged_due_items(again, left, kept, fill=False)
        move_merged_immunizations(again, left, kept)
        ledger.moves += [move for move in again.moves if move.done == EntryOutcome.MOVED]


def twin_moves_brought_up(merge: PatientMerge, merged: Patient, way: list[int]) -> QuerySet[PaperMove]:
    """Return the moves by which the undo of another merge moved rows of this record to records of `way`."""
    names = [model.__name__ for model in _TWIN_MODELS]
    return PaperMove.objects.filter(
        Q(merge__undoes__isnull=False), pk__gt=first_merge_move_id(merge), subject__in=names,
        done=EntryOutcome.MOVED,
        was_patient__in=record_ids_with_merged(merged.pk), patient__in=way,
    )  # fmt: skip
