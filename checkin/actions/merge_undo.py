"""Undo a merge: each of its rows goes back to the record it came from.

What was written at a visit since the merge goes with that visit. What was written on the kept record, at no
visit, stays there. What the merge moved goes back as it is now, even if it was ended or withdrawn since. The
ledger logs each row that does not go back, and why.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import (
    adult_phone_returns,
    audit,
    merge_undo_columns,
    merge_undo_corrections,
    merge_undo_entries,
    merge_undo_visits,
)
from checkin.actions.entry_ledger import EntryLedger
from checkin.actions.entry_moves import ALL_ENTRIES_GO
from checkin.actions.match_corrections import (
    MatchDecisionKind,
    find_standing_match_decision,
    lock_fresh_patient,
    relink_visit,
)
from checkin.actions.merge_visits import refresh_patient_visits
from checkin.actions.patient_merges import find_standing_merge
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.shared_visits import recall_marked_visits
from checkin.actions.visit_locks import lock_clinic_boards, lock_visits
from checkin.actions.write_queue import write_in_turn
from checkin.models import MatchDecision, Patient, PatientMerge, Promise, Staff
from checkin.models.sign_in_record_merges import find_visit_since_merge
from checkin.models.sign_in_records import list_merge_path_ids
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from checkin.rules.roles import StaffAct

_NOT_MERGED_ANY_MORE = "That record is not merged into the other anymore, so nothing was changed."
_VISIT_WENT_ON = (
    "That record is there with {token}, whose match was changed since. Undo that first; nothing was changed."
)
_MERGED_AGAIN_SINCE = (
    "That merge was undone already, and the record was merged again since. Nothing was changed now."
)
_ALREADY_AN_UNDO = "That is an undo already. Merge the two records again instead."


def undo_patient_merge(*, merge: PatientMerge, by: Staff, at: dt.datetime) -> PatientMerge:
    """Undo a merge; return the undo's row. A repeat returns the same row while the record is separate.

    Anyone who may merge may undo, as a wrong child cannot wait for the person who made the mistake. Raises
    Refused and NotAllowed.
    """
    require_permission(StaffAct.MERGE, by)
    with write_in_turn():
        lock_clinic_boards(merge.clinic_id)
        if merge.undoes_id:
            raise Refused(_ALREADY_AN_UNDO)
        known = PatientMerge.objects.filter(undoes=merge).first()
        if known and lock_fresh_patient(merge.merged_id).status == Patient.Status.MERGED:
            raise Refused(_MERGED_AGAIN_SINCE)
        return known or _undo_locked_merge(merge, by=by, at=at)


def undo_merge_of_decision(last: MatchDecision, *, by: Staff, at: dt.datetime) -> MatchDecision:
    """Undo the merge that this decision on a visit belongs to; return the decision that undoes it there.

    Checks no permission, on purpose: a role that may match a visit may undo a wrong match together with its
    merge. The caller checks that permission.
    """
    if last.merge is None:
        return _undo_unrecorded_merge(last, by=by, at=at)
    _undo_locked_merge(last.merge, by=by, at=at)
    return MatchDecision.objects.get(undoes=last)


def _undo_locked_merge(merge: PatientMerge, *, by: Staff, at: dt.datetime) -> PatientMerge:
    """Undo the merge; return the undo's row. Call inside a transaction that locks the boards."""
    way = list_merge_path_ids(merge.into_id)
    held = {pk: lock_fresh_patient(pk) for pk in sorted({merge.merged_id, *way})}
    merged, kept = held[merge.merged_id], held[way[-1]]
    if not is_merge_in_force(merge, merged):
        raise Refused(_merge_not_in_force_words(merge, merged))
    made = PatientMerge.objects.create(
        clinic_id=merge.clinic_id, merged=merged, into=kept, at=at, by=by, undoes=merge
    )
    back = merge_undo_visits.find_returning_visits(merge, kept)
    lock_visits(*(one.visit for one in back))
    ledger = EntryLedger()
    merge_undo_corrections.undo_use_new_corrections(
        ledger, [one.visit for one in back], since=merge, way=way, by=by, at=at
    )
    merged.refresh_from_db()
    kept.refresh_from_db()
    _restore_merged_record(ledger, merge, merged, kept, at=at)
    visits = {one.visit.pk for one in back}
    merge_undo_entries.give_back_merged_entries(ledger, merge, merged=merged, way=way, visits=visits)
    twins = merge_undo_visits.give_back_merged_escorts(ledger, merge, merged=merged, way=way, visits=visits)
    stay = adult_phone_returns.restore_adult_columns(ledger, merge, to=merged.pk, visits=visits, by=by, at=at)
    facts: dict[str, Any] = {"merged": merged, "kept": kept, "by": by, "at": at}
    brought = [(one.visit, merge_undo_visits.give_back_visit(ledger, one, made, **facts)) for one in back]
    merge_undo_visits.give_back_visit_preferences(ledger, [one.visit for one in back], merged=merged, way=way)
    merge_undo_columns.put_hidden_columns_back(ledger, merge, way)
    for visit, escort in brought:
        if escort is not None:
            merge_undo_visits.forget_taught_escort(ledger, visit, escort)
    merge_undo_visits.remove_stray_escorts(ledger, twins, merged=merged, way=way)
    merge_undo_visits.refresh_escort_rows(ledger, merged=merged, way=way)
    merge_undo_entries.settle_undone_due_items(ledger, merged=merged, way=way)
    recall_marked_visits([merged.pk, *way], at=at)
    kept.refresh_from_db()
    for patient in (merged, kept):
        refresh_patient_visits(patient, by=by, at=at)
    adult_phone_returns.recheck_visits_of_adults(stay, by=by, at=at)
    moves = ledger.write(merge=made)
    audit.write_audit_event(
        action="patient.merge_undone",
        subject=merged,
        at=at,
        by=by,
        patient_id=kept.pk,
        merge=merge.pk,
        moved=sum(move.done == EntryOutcome.MOVED for move in moves),
        left=sum(move.done == EntryOutcome.KEPT for move in moves),
    )
    return made


def is_merge_in_force(merge: PatientMerge, merged: Patient) -> bool:
    """Return whether the record is where this merge put it, or merged further from there.

    False if a decision on its visit moved the record since, even back again: then that decision put it there.
    """
    is_there = merged.status == Patient.Status.MERGED and merge.into_id in list_merge_path_ids(merged.pk)
    return is_there and find_standing_merge(merged) == merge and find_visit_since_merge(merge) is None


def _merge_not_in_force_words(merge: PatientMerge, merged: Patient) -> str:
    visit = find_visit_since_merge(merge) if merged.status == Patient.Status.MERGED else None
    return _VISIT_WENT_ON.format(token=visit.token) if visit else _NOT_MERGED_ANY_MORE


def _restore_merged_record(
    ledger: EntryLedger, merge: PatientMerge, merged: Patient, kept: Patient, *, at: dt.datetime
) -> None:
    """Restore the record, and each column that the other one took from it and still has."""
    move = merge.paper_moves.filter(paper=EntryKind.RECORD, subject_id=merged.pk).get()
    status = move.before["status"]
    to = {"status": status, "merged_into": None, "updated_at": at}
    ledger.change(merged, EntryKind.RECORD, EntryOutcome.MOVED, was=kept.pk, now=merged.pk, **to)
    # Last first: an import since may have overwritten what the merge wrote, and is logged after it.
    for taken in merge.paper_moves.filter(subject="Patient", done=EntryOutcome.CHANGED).order_by("-pk"):
        changed = lock_fresh_patient(taken.subject_id)
        merge_undo_columns.put_merged_columns_back(ledger, changed, taken, only=None)
    kept.refresh_from_db()


def _undo_unrecorded_merge(last: MatchDecision, *, by: Staff, at: dt.datetime) -> MatchDecision:
    """Undo a merge from before merges were logged, as far as it is known; return this visit's decision.

    A visit on which staff decided something else since stays where they put it. What was written at a visit
    was about the child who was there, so it moves without a question, as in any undo.
    """
    provisional = lock_fresh_patient(last.previous_patient_id)
    into = provisional.merged_into
    if provisional.status == Patient.Status.MERGED:
        provisional.status, provisional.merged_into = Patient.Status.PROVISIONAL, None
        provisional.updated_at = at
        provisional.save(update_fields=["status", "merged_into", "updated_at"])
    together = MatchDecision.objects.standing().filter(
        kind=MatchDecisionKind.MERGE, merge=None, previous_patient=provisional, at=last.at
    )
    moved = [
        one
        for one in together.select_related("visit").order_by("pk")
        if find_standing_match_decision(one.visit) == one
    ]
    lock_visits(*(one.visit for one in moved))
    undone = {
        one.pk: relink_visit(
            one.visit,
            provisional,
            kind=MatchDecisionKind.UNDO,
            match=one.previous_match,
            by=by,
            at=at,
            undoes=one,
            said=ALL_ENTRIES_GO,
        )
        for one in moved
    }
    if into is not None:
        _return_unrecorded_promises(merged=provisional, kept=into)
    return undone[last.pk]


def _return_unrecorded_promises(*, merged: Patient, kept: Patient) -> int:
    """Move promises made on the merged record back to it, if no ledger says so; return how many."""
    return Promise.objects.filter(patient=kept, made_for=merged).update(patient=merged)
