"""An adult who goes home with the record of their child says no number that was said for another child.

Two records were one: “use the new” at a visit of the one child, or the merge of a third record, wrote on the
row of an adult of the other. What stays is said by the visit, or the record, that stays.
"""

from __future__ import annotations

import datetime as dt

from checkin.actions import open_visits, record_corrections
from checkin.actions.entry_ledger import EntryLedger, lock_moved_row
from checkin.actions.escort_phones import find_phone_removals
from checkin.actions.merge_undo_columns import put_columns_back_quietly
from checkin.models import Discrepancy, DiscrepancyDecision, PaperMove, PatientMerge, Staff, Visit
from checkin.models.sign_in_record_merges import (
    find_sign_in_record_merge,
    first_merge_move_id,
    record_ids_with_merged,
)
from checkin.rules.entry_fates import ADULT_ROW_TYPES, EntryOutcome


def restore_adult_columns(
    ledger: EntryLedger,
    merge: PatientMerge,
    *,
    to: int | None,
    visits: set[int],
    by: Staff | None,
    at: dt.datetime,
) -> list[Visit]:
    """Each adult whom this ledger moved to that record says again what they said when they were merged.

    `visits`: those that go there too. Returns the visits that stay and had said otherwise, for
    `recheck_visits_of_adults`.
    """
    moved = [one for one in ledger.moves if one.done == EntryOutcome.MOVED and one.subject in ADULT_ROW_TYPES]
    of: dict[int, Visit] = {}
    for subject, pk in [(one.subject, one.subject_id) for one in moved if one.patient_id == to]:
        for row in _corrections_since_merge(subject, pk, merge, to=to, visits=visits):
            record_corrections.undo_record_correction(row, ledger=ledger, was=to, by=by, at=at)
            of[row.visit_id] = row.visit
        gone = (
            find_phone_removals(pk, visits, since=first_merge_move_id(merge)) if subject == "Escort" else []
        )
        for move in sorted(
            [*_moves_filled_since_merge(subject, pk, merge, to=to), *gone], key=lambda one: -(one.pk or 0)
        ):
            put_columns_back_quietly(ledger, lock_moved_row(move), move)
    return [of[pk] for pk in sorted(of)]


def restore_adults_of_visit(
    visit: Visit, ledger: EntryLedger, *, to: int | None, by: Staff | None, at: dt.datetime
) -> None:
    """The same where adults of the visit's own record went with it, out of the record of another child.

    The other open visits of that child are brought in step with the match.
    """
    merge = find_sign_in_record_merge(visit)
    if merge is not None:
        # Who is remembered on the own record's page stands there, also where that goes to another child's.
        for there in {to, merge.merged_id}:
            restore_adult_columns(ledger, merge, to=there, visits={visit.pk}, by=by, at=at)


def _corrections_since_merge(
    subject: str, pk: int, merge: PatientMerge, *, to: int | None, visits: set[int]
) -> list[Discrepancy]:
    """Differences by which the row was written since the merge, at visits that stay; the last one first."""
    used = DiscrepancyDecision.objects.standing().filter(
        subject=subject, subject_id=pk, kind=DiscrepancyDecision.Kind.USE_NEW, at__gte=merge.at
    )
    used = (
        used.exclude(discrepancy__visit__in=visits).exclude(discrepancy__visit__patient=to).exclude(before={})
    )
    return [one.discrepancy for one in used.select_related("discrepancy__visit").order_by("-pk")]


def _moves_filled_since_merge(
    subject: str, pk: int, merge: PatientMerge, *, to: int | None
) -> list[PaperMove]:
    """What the row took over, where it said nothing, from other records that were merged since and stay."""
    # Also from one whose merge was over with a decision on its visit, if that left it there.
    wrote = PaperMove.objects.of_merges_not_undone().filter(
        subject=subject, subject_id=pk, done=EntryOutcome.CHANGED, pk__gt=first_merge_move_id(merge)
    )
    going = {*record_ids_with_merged(merge.merged_id), *record_ids_with_merged(to or 0)}
    return list(wrote.exclude(merge__merged__in=going).order_by("-pk"))


def recheck_visits_of_adults(visits: list[Visit], *, by: Staff, at: dt.datetime) -> None:
    """What these visits typed differs from their own child's record by now, or not. Call once all is home."""
    if visits:
        open_visits.align_visits_with_records(open_visits.lock_open_visits([], *visits), by=by, at=at)
