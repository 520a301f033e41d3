"""What “use the new” wrote on another child's record, while two were one, is taken off it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from checkin.actions import discrepancies, discrepancy_records, own_records
from checkin.actions.boards import Refused
from checkin.actions.paper_ledger import Ledger
from checkin.actions.unmerge_columns import take_out_further
from checkin.models import DiscrepancyDecision, PatientMerge, Staff, Visit


def take_back_corrections(
    ledger: Ledger,
    visits: Iterable[Visit],
    *,
    since: PatientMerge,
    way: list[int],
    by: Staff,
    at: dt.datetime,
) -> None:
    """Undo each “use the new” of these visits, which wrote on the records of the other child."""
    used = DiscrepancyDecision.objects.filter(
        discrepancy__visit__in=[visit.pk for visit in visits],
        kind=DiscrepancyDecision.Kind.USE_NEW,
        undone_by=None,
        at__gte=since.at,
    )
    used = used.filter(Q(subject="Patient", subject_id__in=way) | ~Q(subject="Patient"))
    # A guardian who was added while the record stood alone came here with it, and goes home with it.
    own = [
        one.subject_id
        for one in own_records.came_along(since, since.merged, way)
        if one.subject == "Guardian"
    ]
    used = used.exclude(subject="Guardian", subject_id__in=own)
    for decision in used.select_related("discrepancy").order_by("-pk"):
        row = discrepancy_records.held(discrepancy_records.SUBJECTS[decision.subject], decision.subject_id)
        if row is not None:
            # What a merge took on from this record since is this child's too.
            take_out_further(ledger, row, decision.after)
        try:
            discrepancies.undo(discrepancy=decision.discrepancy, by=by, at=at, though_merged=True)
        except Refused:
            continue
