"""Merge two records of one child: move everything from one to the other and log each row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from checkin.actions import audit
from checkin.actions.confidential_visits import carry_hidden_address
from checkin.actions.entry_ledger import EntryLedger, columns_as_json
from checkin.actions.match_corrections import lock_fresh_patient
from checkin.actions.merge_entries import move_merged_entries
from checkin.actions.merge_visits import (
    move_merged_escorts,
    move_merged_visit,
    refresh_patient_visits,
)
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import lock_clinic_boards, lock_visits
from checkin.actions.write_queue import write_in_turn
from checkin.models import ChartChange, MatchDecision, Patient, PatientMerge, Staff, Visit, merge_doubts
from checkin.models.sign_in_record_merges import record_ids_with_merged
from checkin.rules import patient_merges as patient_merge_rules
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from checkin.rules.roles import StaffAct
from checkin.rules.short_lines import put_on_one_line
from checkin.rules.understanding import is_same_column_value

MERGED_RECORD_GONE = (
    "That record was merged into another or entered in error, so nothing was changed. Please search again."
)
_OTHER_CLINICS_RECORD = "That record belongs to another clinic."
_SAME_RECORD_TWICE = "That is the same record. Choose the other one."
_ASK_HOW_KNOWN = "If they are one child, please write how you know."
_SAY_HOW_KNOWN = "Please write in a few words how you know, for example: the mother showed both cards."
_NO_SUCH_COLUMN = "Choose which of the two to keep, from those on the page."


class MergeNeedsReason(Refused):
    """The records may be two children: they are merged only after somebody says how they know."""


@dataclass(frozen=True, slots=True)
class MergeOutcome:
    """A merge and the decisions on its visits, by visit id.

    A repeat has no decisions. It has no merge either if that was made before merges were logged.
    """

    merge: PatientMerge | None = None
    decisions: dict[int, MatchDecision] = field(default_factory=dict)

    def of(self, visit: Visit) -> MatchDecision:
        """Return the decision on this visit, after refreshing the visit."""
        lock_visits(visit)
        return self.decisions[visit.pk]

    @property
    def last(self) -> MatchDecision | None:
        """The decision on the newest visit, or None. An undo of any decision here undoes the merge."""
        return self.decisions[max(self.decisions)] if self.decisions else None


def merge_patients(
    *,
    merged: Patient,
    into: Patient,
    by: Staff,
    at: dt.datetime,
    take: Iterable[str] = (),
    leave: Iterable[str] = (),
    why: str = "",
    sure: bool = False,
) -> MergeOutcome:
    """Merge one record into another of the same clinic. A repeat returns the same merge.

    `take`: columns in which the merged record is right. `leave`: those in which it is not; on the kept record
    they stay as they are, even if blank. `why`: how somebody knows that both are one child; required if there
    are doubts, unless `sure`. Raises MergeNeedsReason, another Refused, or NotAllowed.
    """
    require_permission(StaffAct.MERGE, by)
    if merged.clinic_id != into.clinic_id or by.clinic_id != into.clinic_id:
        raise Refused(_OTHER_CLINICS_RECORD)
    with write_in_turn():
        lock_clinic_boards(into.clinic_id)
        fresh = {pk: lock_fresh_patient(pk) for pk in sorted({merged.pk, into.pk})}
        one, other = fresh[merged.pk], fresh[into.pk]
        if one.status == Patient.Status.MERGED and one.merged_into_id == other.pk:
            return MergeOutcome(find_standing_merge(one))
        if one.pk == other.pk:
            raise Refused(_SAME_RECORD_TWICE)
        if not one.is_on_file or not other.is_on_file:
            raise Refused(MERGED_RECORD_GONE)
        doubts = (
            []
            if sure or patient_merge_rules.has_merge_reason(why)
            else merge_doubts.find_merge_doubts(one, other)
        )
        if doubts:
            raise MergeNeedsReason(_SAY_HOW_KNOWN if why.strip() else " ".join([*doubts, _ASK_HOW_KNOWN]))
        return merge_locked_patients(merged=one, into=other, by=by, at=at, take=take, leave=leave, why=why)


def find_standing_merge(merged: Patient) -> PatientMerge | None:
    """Return the merge by which this record is merged; None if it was made before merges were logged."""
    return merged.standing_merge()


def merge_locked_patients(
    *,
    merged: Patient,
    into: Patient,
    by: Staff,
    at: dt.datetime,
    take: Iterable[str] = (),
    leave: Iterable[str] = (),
    why: str = "",
) -> MergeOutcome:
    """Merge the two; return the outcome. Call inside a transaction that locks the boards and both records."""
    visits = list(merged.visits.select_related("location").order_by("pk"))
    lock_visits(*visits)
    made = PatientMerge.objects.create(
        clinic_id=into.clinic_id, merged=merged, into=into, at=at, by=by, why=put_on_one_line(why)[:500]
    )
    carry_hidden_address(merged=merged, into=into, by=by, at=at)
    ledger = EntryLedger()
    move_merged_entries(ledger, merged=merged, into=into)
    same = move_merged_escorts(ledger, merged=merged, into=into)
    decisions: dict[int, MatchDecision] = {}
    # Blanks are filled without asking, except columns that staff said are not this child's.
    fills = {*_columns_written_by_staff(merged, into)} - {*leave}
    taken = _take_chosen_columns(ledger, merged, into, {*take} | fills, at=at)
    _note_columns_not_taken(ledger, merged, into)
    for visit in visits:
        escort = same.get(visit.escort_id or 0, visit.escort_id)
        decisions[visit.pk] = move_merged_visit(ledger, visit, made, escort=escort, by=by, at=at)
    away = {"status": Patient.Status.MERGED, "merged_into": into, "updated_at": at}
    ledger.change(merged, EntryKind.RECORD, EntryOutcome.MOVED, was=merged.pk, now=into.pk, **away)
    refresh_patient_visits(into, by=by, at=at)
    moves = ledger.write(merge=made)
    audit.write_audit_event(
        action="patient.merged",
        subject=merged,
        at=at,
        by=by,
        patient_id=into.pk,
        merge=made.pk,
        moved=sum(move.done == EntryOutcome.MOVED for move in moves),
        columns=taken,
    )
    return MergeOutcome(made, decisions)


def _take_chosen_columns(
    ledger: EntryLedger, merged: Patient, into: Patient, wanted: set[str], *, at: dt.datetime
) -> list[str]:
    """Write to the kept record the columns in which the other one is right; return their names."""
    if not wanted <= patient_merge_rules.MERGE_COLUMNS.keys():
        raise Refused(_NO_SUCH_COLUMN)
    to: dict[str, object] = {
        name: getattr(merged, name) for name in sorted(wanted) if getattr(merged, name) != getattr(into, name)
    }
    if not to:
        return []
    if "is_deceased" in to:
        to["deceased_on"] = merged.deceased_on
    ledger.change(into, EntryKind.CORRECTION, EntryOutcome.CHANGED, was=into.pk, now=into.pk, **to)
    Patient.objects.filter(pk=into.pk).update(updated_at=at)
    return sorted(to)


def _note_columns_not_taken(ledger: EntryLedger, merged: Patient, into: Patient) -> None:
    """Log language and needs of the merged record that the kept one does not take over.

    Stored now, because either record may change before this is shown. Call after columns are taken.
    """
    said = {name: getattr(merged, name) for name in patient_merge_rules.CARE_COLUMNS}
    left = [
        name
        for name, value in said.items()
        if not patient_merge_rules.is_blank_value(value)
        and not is_same_column_value(name, value, getattr(into, name))
    ]
    if left:
        stays = columns_as_json(merged, left)
        whose = {"was": merged.pk, "now": merged.pk}
        ledger.note(merged, EntryKind.CHART, EntryOutcome.KEPT, **whose, before=stays, after=stays)


def _columns_written_by_staff(merged: Patient, into: Patient) -> list[str]:
    """Return care columns that staff wrote on the merged record and the other one leaves blank."""
    changes = ChartChange.objects.standing_on_charts().filter(patient__in=record_ids_with_merged(merged.pk))
    written = {name for change in changes for name in change.after}
    silent = (
        name
        for name in patient_merge_rules.CARE_COLUMNS
        if patient_merge_rules.is_blank_value(getattr(into, name))
    )
    return [
        name
        for name in silent
        if name in written and not patient_merge_rules.is_blank_value(getattr(merged, name))
    ]
