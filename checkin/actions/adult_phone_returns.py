"""Drop phone numbers given for another child when an adult returns to their own child's record.

While two records were one, “use the new” at a visit of one child, or the merge of a third record, could write
to an adult of the other child. Such values belong to the visit or record that stays, so they do not go along.
"""

from __future__ import annotations

import datetime as dt

from checkin.actions import open_visits, record_corrections
from checkin.actions.entry_ledger import EntryLedger, lock_moved_row
from checkin.actions.escort_phones import find_phone_removals
from checkin.actions.merge_undo_columns import put_columns_back_quietly
from checkin.actions.visit_locks import lock_open_visits
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
    """Restore the columns of each adult whom this ledger moved to record `to` to their values at the merge.

    `visits`: ids of the visits that move too. Returns the visits that stay and whose correction was undone,
    for `recheck_visits_of_adults`.
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
    """Do as `restore_adult_columns` for adults who leave another child's record with the visit's own record.

    The caller rechecks the other open visits of that child when it changes the match.
    """
    merge = find_sign_in_record_merge(visit)
    if merge is not None:
        # Also adults who move to the own record: some do although the visit goes to another child's.
        for there in {to, merge.merged_id}:
            restore_adult_columns(ledger, merge, to=there, visits={visit.pk}, by=by, at=at)


def _corrections_since_merge(
    subject: str, pk: int, merge: PatientMerge, *, to: int | None, visits: set[int]
) -> list[Discrepancy]:
    """Return the corrections written to the row since the merge at visits that stay, last first."""
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
    """Return the moves that filled blanks of the row from other records merged since that stay merged."""
    # Includes merges ended by a decision on their visit, if that decision left the value here.
    wrote = PaperMove.objects.of_merges_not_undone().filter(
        subject=subject, subject_id=pk, done=EntryOutcome.CHANGED, pk__gt=first_merge_move_id(merge)
    )
    going = {*record_ids_with_merged(merge.merged_id), *record_ids_with_merged(to or 0)}
    return list(wrote.exclude(merge__merged__in=going).order_by("-pk"))


def recheck_visits_of_adults(visits: list[Visit], *, by: Staff, at: dt.datetime) -> None:
    """Compare these visits with their own child's record again. Call after every row is back."""
    if visits:
        open_visits.align_visits_with_records(lock_open_visits([], *visits), by=by, at=at)
