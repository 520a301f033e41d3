"""A person decides between what was typed and what is recorded; nothing else writes one over the other."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import audit, discrepancy_questions, needs, open_visits
from checkin.actions.decided_discrepancies import (
    already_decided_words,
    find_latest_discrepancy_decision,
    find_standing_discrepancy_decision,
    list_visit_decisions,
    refuse_if_discrepancy_decided,
)
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
from checkin.actions.visit_locks import lock_clinic_boards, update_visit_and_boards
from checkin.actions.write_queue import write_in_turn
from checkin.models import Discrepancy, DiscrepancyDecision, Staff, Visit
from checkin.rules import discrepancies as discrepancy_rules
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
_NO_SUCH_DECISION = "Say use the new, keep the old, or ask."
_NOTHING_TO_CHOOSE = "There is nothing to choose here. Say that you have seen it."
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
    """Use the new (which writes the record), keep the old, or ask. The same hand twice is one decision.

    `seen`: the id of the newest decision on the page that was decided from, 0 for none. `called`: the name
    typed is what the child is called, so it is kept as that. `sure`: the mark of the question that the page
    has asked. Raises Refused where nothing was changed, AskFirst where that has to be asked first.
    """
    require_permission(StaffAct.SETTLE_DISCREPANCY, by)
    if kind not in _STATUS_AFTER_DECISION:
        raise Refused(_NO_SUCH_DECISION)
    try:
        with write_in_turn():
            made = _decide_locked_discrepancy(
                discrepancy, kind, by=by, at=at, seen=seen, called=called, sure=sure
            )
    except AnotherChildSuspected:
        with write_in_turn():
            discrepancy_questions.audit_another_child_question(discrepancy, by=by, at=at)
        raise
    if isinstance(made, str):
        # Only now: what was learnt of the record stays, though nothing was written.
        raise Refused(made)
    return made


def _decide_locked_discrepancy(
    discrepancy: Discrepancy,
    kind: str,
    *,
    by: Staff,
    at: dt.datetime,
    seen: int | None,
    called: bool,
    sure: str,
) -> DiscrepancyDecision | str:
    """Decide inside a transaction; return why nothing was written where the record was changed meanwhile."""
    held, touched = _lock_discrepancy(discrepancy)
    decided = list_visit_decisions(held)
    last = find_standing_discrepancy_decision(held, decided)
    if (
        last
        and (last.kind, last.by_id) == (kind, by.pk)
        and held.status == _STATUS_AFTER_DECISION[DiscrepancyDecisionKind(kind)]
    ):
        return last
    refuse_if_discrepancy_decided(held, find_latest_discrepancy_decision(held, decided), seen)
    if held.status == _DecidedStatus.SETTLED and last:
        raise Refused(already_decided_words(held, last))
    if (
        changed := recheck_recorded_value(held, by=by, at=at)
        if kind == DiscrepancyDecisionKind.USE_NEW
        else ""
    ):
        _refresh_discrepancy_visit(held.visit, by=by, at=at)
        return changed
    wanted = _wanted_record_change(held, kind, called=called)
    asked = wanted and discrepancy_questions.ask_about_another_child(sure, held, wanted, decided)
    return _write_discrepancy_decision(
        held, kind, wanted, touched=touched, by=by, at=at, asked=asked is not None
    )


def _write_discrepancy_decision(
    held: Discrepancy,
    kind: str,
    wanted: discrepancy_rules.DiscrepancyChange | None,
    *,
    touched: list[Visit],
    by: Staff,
    at: dt.datetime,
    asked: bool,
) -> DiscrepancyDecision:
    """Write the decision and all that follows from it. Call inside a transaction, with everything held."""
    written = write_typed_value(held, wanted, at=at) if wanted else NOTHING_WRITTEN
    status = _STATUS_AFTER_DECISION[DiscrepancyDecisionKind(kind)]
    settled_at, settled_by = (at, by) if status == _DecidedStatus.SETTLED else (None, None)
    save_discrepancy_columns(held, status=status, settled_at=settled_at, settled_by=settled_by)
    made = DiscrepancyDecision.objects.create(discrepancy=held, kind=kind, at=at, by=by, **written._asdict())
    _audit_and_announce_decision(held, touched, made, by=by, at=at, asked=asked)
    return made


def _wanted_record_change(
    held: Discrepancy, kind: str, *, called: bool
) -> discrepancy_rules.DiscrepancyChange | None:
    """What the choice would write, None where it writes no record. Raises Refused where it cannot be used."""
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
    """Take back the last decision; the record's columns are again what they were.

    Anybody at the desk may: a wrong record cannot wait for the one who made the mistake. `though_merged`:
    of a record that was merged into another too, as the undo of a merge does.
    """
    require_permission(StaffAct.SETTLE_DISCREPANCY, by)
    with write_in_turn():
        held, touched = _lock_discrepancy(discrepancy)
        decided = list_visit_decisions(held)
        newest = find_latest_discrepancy_decision(held, decided)
        if newest and newest.undoes_id and newest.undoes_id == seen and newest.by_id == by.pk:
            return newest
        refuse_if_discrepancy_decided(held, newest, seen)
        last = find_standing_discrepancy_decision(held, decided)
        if last is None:
            raise Refused(_NO_DECISION_TO_UNDO)
        if last.kind == DiscrepancyDecisionKind.USE_NEW:
            restore_corrected_row(last, at=at, though_merged=though_merged)
        made = DiscrepancyDecision.objects.create(
            discrepancy=held, kind=DiscrepancyDecisionKind.UNDO, at=at, by=by, undoes=last
        )
        reopen_discrepancy(held, at=at, by=by)
        _audit_and_announce_decision(held, touched, made, by=by, at=at)
        return made


def _lock_discrepancy(discrepancy: Discrepancy) -> tuple[Discrepancy, list[Visit]]:
    """The discrepancy as it is now, held with its visit, and the other visits that the record bears on.

    Those are all that are open, and those that ended with this field unsettled.
    """
    visit = Visit.objects.get(pk=discrepancy.visit_id)
    if discrepancy.field in IDENTIFYING_FIELDS:
        # A sign-in that has looked before must look again: the child may be another to it now.
        lock_clinic_boards(visit.clinic_id)
    of = {visit.patient_id, *find_corrected_patients(discrepancy)}
    ended = Visit.objects.filter(
        patient_id=visit.patient_id or 0,
        discrepancies__field=discrepancy.field,
        discrepancies__status__in=[_DecidedStatus.OPEN, _DecidedStatus.ASKING, _DecidedStatus.WITHDRAWN],
    ).exclude(state__in=OPEN_VISIT_STATES)
    family = {one.pk: one for one in open_visits.lock_open_visits(of, visit, *ended.distinct())}
    held = Discrepancy.objects.select_for_update().get(pk=discrepancy.pk)
    held.visit = family.pop(visit.pk)
    return held, list(family.values())


def _audit_and_announce_decision(
    held: Discrepancy,
    touched: list[Visit],
    made: DiscrepancyDecision,
    *,
    by: Staff,
    at: dt.datetime,
    asked: bool = False,
) -> None:
    """Trail, needs and boards; where the record was written, every visit that it bears on."""
    _refresh_discrepancy_visit(held.visit, by=by, at=at)
    if (made.undoes or made).subject:
        open_visits.align_visits_with_records([held.visit, *touched], by=by, at=at)
    told: dict[str, Any] = {"asked_who": True} if asked else {}
    audit.write_audit_event(
        action=f"discrepancy.{made.kind}",
        subject=held,
        at=at,
        by=by,
        patient_id=held.visit.patient_id,
        field=str(held.field),
        columns=sorted(made.after),
        **told,
    )


def _refresh_discrepancy_visit(visit: Visit, *, by: Staff, at: dt.datetime) -> None:
    """Needs and every board say what is open now."""
    update_visit_and_boards(visit, open_discrepancies=visit.discrepancies.open().count())
    needs.recompute_needs(visit=visit, at=at, by=by)
