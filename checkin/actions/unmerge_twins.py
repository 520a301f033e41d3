"""What two merged records say alike stands once: when the one's row goes home, the other's takes its place.

A and B were both merged into C, and both named the same adult: C had A's row, B's was left on B. The undo of
A's merge takes A's row home, so that C is without it unless B's comes up.
"""

from __future__ import annotations

from django.db.models import Model, Q, QuerySet

from checkin.actions.merge_papers import move_due_items, move_guardians, move_vaccines
from checkin.actions.paper_ledger import Ledger
from checkin.models import DueItem, Guardian, Immunization, PaperMove, Patient, PatientMerge
from checkin.models.own_records import first_move, merged_here
from checkin.rules.paper_fates import Done

ALIKE: tuple[type[Model], ...] = (Guardian, DueItem, Immunization)


def bring_up(ledger: Ledger, kept: Patient) -> None:
    """Whatever records merged into this one say, and it does not. Call once the other's rows are home."""
    for pk in sorted({*merged_here(kept.pk)} - {kept.pk}):
        left = Patient.objects.get(pk=pk)
        if not any(model._default_manager.filter(patient=left).exists() for model in ALIKE):
            continue
        again = Ledger()
        # What the one says more than the other was told when they were merged.
        move_guardians(again, left, kept, fill=False)
        move_due_items(again, left, kept, fill=False)
        move_vaccines(again, left, kept)
        ledger.moves += [move for move in again.moves if move.done == Done.MOVED]


def brought_up(merge: PatientMerge, merged: Patient, way: list[int]) -> QuerySet[PaperMove]:
    """The moves that brought rows of this record up in the undo of another merge, while it was merged."""
    names = [model.__name__ for model in ALIKE]
    return PaperMove.objects.filter(
        Q(merge__undoes__isnull=False), pk__gt=first_move(merge), subject__in=names, done=Done.MOVED,
        was_patient__in=merged_here(merged.pk), patient__in=way,
    )  # fmt: skip
