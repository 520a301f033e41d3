"""Let staff decide between what was typed and what is recorded."""

from __future__ import annotations

import datetime as dt

from checkin.actions import discrepancy_questions, needs, open_visits
from checkin.actions.confidential_visits import refuse_if_confidential
from checkin.actions.decided_discrepancies import (
    HeldDiscrepancy,
    already_decided_words,
    list_visit_decisions,
    refuse_if_discrepancy_decided,
)
from checkin.actions.decisions import AuditLine, WrittenDecision, decide, find_repeated_undo
from checkin.actions.discrepancy_questions import IDENTIFYING_FIELDS, AnotherChildSuspected
from checkin.actions.discrepancy_rechecks import recheck_recorded_value, reopen_discrepancy
from checkin.actions.discrepancy_records import (
    NOTHING_WRITTEN,
    UNMATCHED_VISIT,
    find_corrected_patients,
    restore_corrected_row,
    write_typed_value,
)
from checkin.actions.open_visits import (
    claim_of_visit,
    save_discrepancy_columns,
)
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import lock_clinic_boards, lock_open_visits, update_visit_and_boards
from checkin.actions.write_queue import write_in_turn
from checkin.models import Discrepancy, DiscrepancyDecision, Staff, Visit
from checkin.rules import discrepancies as discrepancy_rules
from checkin.rules.confidential_visits import NOTHING_ON_RECORD
from checkin.rules.roles import StaffAct
from checkin.rules.visit_steps import OPEN_VISIT_STATES

DiscrepancyDecisionKind, _DecidedStatus, _DecidedField = (
    DiscrepancyDecision.Kind,
    Discrepancy.Status,
    Discrepancy.Field,
)

_STATUS_AFTER_DECISION = {
    DiscrepancyDecisionKind.USE_NEW: _DecidedStatus.SETTLED,
    DiscrepancyDecisionKind.KEEP_OLD: _DecidedStatus.SETTLED,
    DiscrepancyDecisionKind.ASK: _DecidedStatus.ASKING,
}
_NO_SUCH_DECISION = "Choose to use the new, keep the old, or ask the family."
_NOTHING_TO_CHOOSE = "There is nothing to choose here. Mark it as seen."
_NO_DECISION_TO_UNDO = "There is nothing to undo here."


def decide_discrepancy(
    *,
    discrepancy: Discrepancy,
    kind: str,
    by: Staff,
    at: dt.datetime,
    seen: int | None = None,
    called: bool = False,
    sure: str = "",
) -> DiscrepancyDecision:
    """Use the new value (which writes the record), keep the old, or ask. A repeat returns the same decision.

    `seen`: id of the newest decision on the page, 0 for none. `called`: keep the typed name as what the child
    is called. `sure`: the mark of the question that the page asked. Raises Refused if nothing was changed,
    AnotherChildSuspected if a question has to be asked first.
    """
    require_permission(StaffAct.SETTLE_DISCREPANCY, by)
    if kind not in _STATUS_AFTER_DECISION:
        raise Refused(_NO_SUCH_DECISION)
    try:
        return decide(
            by=by,
            at=at,
            lock=lambda: _lock_discrepancy(discrepancy),
            find_repeated=lambda held: _find_repeated_decision(held, kind, by=by),
            refuse_if_decided=lambda held: _refuse_decision(held, seen),
            write=lambda held: _write_if_unchanged(held, kind, by=by, at=at, called=called, sure=sure),
        )
    except AnotherChildSuspected:
        with write_in_turn():
            discrepancy_questions.audit_another_child_question(discrepancy, by=by, at=at)
        raise


def _find_repeated_decision(held: HeldDiscrepancy, kind: str, *, by: Staff) -> DiscrepancyDecision | None:
    last, status = held.standing, _STATUS_AFTER_DECISION[DiscrepancyDecisionKind(kind)]
    is_same = last is not None and (last.kind, last.by_id) == (kind, by.pk) and held.row.status == status
    return last if is_same else None


def _refuse_decision(held: HeldDiscrepancy, seen: int | None) -> None:
    """Raise Refused if somebody was faster or the two sides no longer differ."""
    refuse_if_discrepancy_decided(held.row, held.newest, seen)
    if held.row.status == _DecidedStatus.SETTLED and held.standing:
        raise Refused(already_decided_words(held.row, held.standing))


def _write_if_unchanged(
    held: HeldDiscrepancy, kind: str, *, by: Staff, at: dt.datetime, called: bool, sure: str
) -> WrittenDecision[DiscrepancyDecision] | str:
    """Write and return the decision; if the record changed meanwhile, return the sentence that says so."""
    row, is_new = held.row, kind == DiscrepancyDecisionKind.USE_NEW
    if is_new:
        refuse_if_confidential(row.visit, NOTHING_ON_RECORD)
    if changed := recheck_recorded_value(row, by=by, at=at) if is_new else "":
        # Nothing is decided, but the discrepancy now has the new recorded side, so the visit is updated.
        _refresh_discrepancy_visit(row.visit, by=by, at=at)
        return changed
    wanted = _wanted_record_change(row, kind, called=called)
    asked = wanted and discrepancy_questions.ask_about_another_child(sure, row, wanted, held.decided)
    return _write_discrepancy_decision(held, kind, wanted, by=by, at=at, asked=asked is not None)


def _write_discrepancy_decision(
    held: HeldDiscrepancy,
    kind: str,
    wanted: discrepancy_rules.DiscrepancyChange | None,
    *,
    by: Staff,
    at: dt.datetime,
    asked: bool,
) -> WrittenDecision[DiscrepancyDecision]:
    """Write the decision and its consequences. Call inside a transaction, with everything locked."""
    row = held.row
    written = write_typed_value(row, wanted, at=at) if wanted else NOTHING_WRITTEN
    status = _STATUS_AFTER_DECISION[DiscrepancyDecisionKind(kind)]
    settled_at, settled_by = (at, by) if status == _DecidedStatus.SETTLED else (None, None)
    save_discrepancy_columns(row, status=status, settled_at=settled_at, settled_by=settled_by)
    made = DiscrepancyDecision.objects.create(discrepancy=row, kind=kind, at=at, by=by, **written._asdict())
    return _announce_decision(held, made, by=by, at=at, asked=asked)


def _wanted_record_change(
    held: Discrepancy, kind: str, *, called: bool
) -> discrepancy_rules.DiscrepancyChange | None:
    """Return what the choice would write; None if it writes no record. Raises Refused if impossible."""
    if held.field == _DecidedField.SIGN_IN and kind != DiscrepancyDecisionKind.KEEP_OLD:
        raise Refused(_NOTHING_TO_CHOOSE)
    if kind != DiscrepancyDecisionKind.USE_NEW:
        return None
    visit, day_first = held.visit, held.visit.location.clinic.day_first
    wanted = discrepancy_rules.build_discrepancy_change(
        held.field, claim_of_visit(visit), today=visit.local_date, day_first=day_first, called=called
    )
    if wanted.problem:
        raise Refused(wanted.problem)
    if visit.patient is None:
        raise Refused(UNMATCHED_VISIT)
    return wanted


def undo_discrepancy_decision(
    *,
    discrepancy: Discrepancy,
    by: Staff,
    at: dt.datetime,
    seen: int | None = None,
    though_merged: bool = False,
) -> DiscrepancyDecision:
    """Undo the last decision and restore the record's columns.

    Anyone at the desk may, as a wrong record cannot wait for the person who made the mistake.
    `though_merged`: also on a record that was merged into another since, for the undo of a merge. Raises
    Refused and NotAllowed.
    """
    require_permission(StaffAct.SETTLE_DISCREPANCY, by)
    undone: DiscrepancyDecision = decide(
        by=by,
        at=at,
        lock=lambda: _lock_discrepancy(discrepancy),
        find_repeated=lambda held: find_repeated_undo(held.newest, seen=seen, by=by),
        refuse_if_decided=lambda held: _refuse_undo(held, seen),
        write=lambda held: _write_undo(held, by=by, at=at, though_merged=though_merged),
    )
    return undone


def _refuse_undo(held: HeldDiscrepancy, seen: int | None) -> None:
    refuse_if_discrepancy_decided(held.row, held.newest, seen)
    if held.standing is None:
        raise Refused(_NO_DECISION_TO_UNDO)


def _write_undo(
    held: HeldDiscrepancy, *, by: Staff, at: dt.datetime, though_merged: bool
) -> WrittenDecision[DiscrepancyDecision]:
    last = held.standing
    if last is not None and last.kind == DiscrepancyDecisionKind.USE_NEW:
        restore_corrected_row(last, at=at, though_merged=though_merged)
    made = DiscrepancyDecision.objects.create(
        discrepancy=held.row, kind=DiscrepancyDecisionKind.UNDO, at=at, by=by, undoes=last
    )
    reopen_discrepancy(held.row, at=at, by=by)
    return _announce_decision(held, made, by=by, at=at)


def _lock_discrepancy(discrepancy: Discrepancy) -> HeldDiscrepancy:
    """Lock and return the discrepancy, with its visit and the other visits that depend on the record.

    Those are the record's open visits, and its ended ones with this field unsettled or withdrawn.
    """
    visit = Visit.objects.get(pk=discrepancy.visit_id)
    if discrepancy.field in IDENTIFYING_FIELDS:
        # Makes a sign-in that has already searched search again: it may now match another child.
        lock_clinic_boards(visit.clinic_id)
    of = {visit.patient_id, *find_corrected_patients(discrepancy)}
    ended = Visit.objects.filter(
        patient_id=visit.patient_id or 0,
        discrepancies__field=discrepancy.field,
        discrepancies__status__in=[_DecidedStatus.OPEN, _DecidedStatus.ASKING, _DecidedStatus.WITHDRAWN],
    ).exclude(state__in=OPEN_VISIT_STATES)
    family = {one.pk: one for one in lock_open_visits(of, visit, *ended.distinct())}
    held = Discrepancy.objects.select_for_update().get(pk=discrepancy.pk)
    held.visit = family.pop(visit.pk)
    return HeldDiscrepancy(held, list(family.values()), list_visit_decisions(held))


def _announce_decision(
    held: HeldDiscrepancy, made: DiscrepancyDecision, *, by: Staff, at: dt.datetime, asked: bool = False
) -> WrittenDecision[DiscrepancyDecision]:
    """Update each visit that depends on the record; return the decision with its audit event."""
    row = held.row
    _refresh_discrepancy_visit(row.visit, by=by, at=at)
    if (made.undoes or made).subject:
        open_visits.align_visits_with_records([row.visit, *held.touched], by=by, at=at)
    detail: dict[str, object] = {"field": str(row.field), "columns": sorted(made.after)}
    detail |= {"asked_who": True} if asked else {}
    return WrittenDecision(made, AuditLine(f"discrepancy.{made.kind}", row, row.visit.patient_id, detail))


def _refresh_discrepancy_visit(visit: Visit, *, by: Staff, at: dt.datetime) -> None:
    """Update the visit's count of open discrepancies, its needs, and every board."""
    update_visit_and_boards(visit, open_discrepancies=visit.discrepancies.open().count())
    needs.recompute_needs(visit=visit, at=at, by=by)
