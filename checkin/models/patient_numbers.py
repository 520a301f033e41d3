"""Which of a record's numbers is its own, and which came from a record that was merged into it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from checkin.models.entry_moves import PaperMove
from checkin.models.people import PatientIdentifier
from checkin.rules.entry_fates import EntryKind, EntryOutcome


def order_own_numbers_first(rows: QuerySet[PatientIdentifier]) -> QuerySet[PatientIdentifier]:
    """Order a record's own numbers before those that a merge brought, which staff know as another record's.

    This adds no query.
    """
    brought = PaperMove.objects.filter(
        paper=EntryKind.IDENTIFIER, subject="PatientIdentifier", subject_id=OuterRef("pk"),
        done=EntryOutcome.MOVED,
        # Compare where it is now: a number that an undo or a decision on a visit gave back is the record's
        # own again.
        patient=OuterRef("patient_id"), merge__isnull=False, merge__undoes=None,
    )  # fmt: skip
    return rows.annotate(was_brought=Exists(brought)).order_by("was_brought", "system", "value")
