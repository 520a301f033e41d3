"""Tell a record's own numbers from those of records that were merged into it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from checkin.models.entry_moves import PaperMove
from checkin.models.people import PatientIdentifier
from checkin.rules.entry_fates import EntryKind, EntryOutcome


def order_own_numbers_first(rows: QuerySet[PatientIdentifier]) -> QuerySet[PatientIdentifier]:
    """Return the rows in order: a record's own numbers, then those of records that were merged into it.

    Staff know the latter as another record's. This adds no query.
    """
    brought = PaperMove.objects.filter(
        paper=EntryKind.IDENTIFIER, subject="PatientIdentifier", subject_id=OuterRef("pk"),
        done=EntryOutcome.MOVED,
        # Compare with its present record: a number that an undo or a decision on a visit moved back is that
        # record's own again.
        patient=OuterRef("patient_id"), merge__isnull=False, merge__undoes=None,
    )  # fmt: skip
    return rows.annotate(was_brought=Exists(brought)).order_by("was_brought", "system", "value")
