"""Match decisions by staff: link a visit to a patient, create a new patient, or undo.

`seen` is the id of the visit's last decision on the page that the person looked at; 0 if it showed none. If
somebody else has decided since, nothing is changed and the refusal says who did what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from checkin.actions import (
    merge_undo,
)
from checkin.actions.decisions import (
    WrittenDecision,
    decide,
    faster_decision_words,
    find_repeated_undo,
    is_decided_since,
)
from checkin.actions.entry_moves import NO_ENTRY_ANSWERS, EntryAnswers, resolve_entry_owners
from checkin.actions.match_corrections import (
    MatchDecisionKind,
    find_entries_to_show,
    find_standing_match_decision,
    lock_fresh_patient,
    relink_visit,
    select_standing_match_decisions,
    write_match_decision,
)
from checkin.actions.patient_merges import MERGED_RECORD_GONE, merge_locked_patients
from checkin.actions.permissions import require_permission
from checkin.actions.provisional_patients import (
    create_visit_provisional,
    has_own_provisional_record,
    keep_provisional_as_patient,
)
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import lock_clinic_boards, lock_visits
from checkin.models import (
    MatchDecision,
    MatchState,
    Patient,
    Staff,
    Visit,
    sign_in_records,
)
from checkin.models.sign_in_record_merges import find_merge_into_visit_record
from checkin.models.sign_in_records import is_whole_record_of_visit
from checkin.models.visit_entries import VisitEntry
from checkin.rules.entry_fates import EntryChild, EntryKind, EntryOutcome
from checkin.rules.roles import StaffAct

_NO_CHILD_NAME_TYPED = (
    "No name was typed, so there is nothing to make a record of yet. "
    "Ask who they are, then search for them or sign them in at the desk."
)


def link_visit_to_patient(
    *,
    visit: Visit,
    patient: Patient,
    by: Staff,
    at: dt.datetime,
    seen: int | None = None,
    said: EntryAnswers = NO_ENTRY_ANSWERS,
) -> MatchDecision:
    """Link this visit to that patient, merging in a provisional record made for the visit.

    `said`: answers for entries whose child a person must choose. Raises EntriesUndecided if one is missing.
    """
    require_permission(StaffAct.MATCH, by)
    if patient.clinic_id != visit.clinic_id:
        raise Refused("That record belongs to another clinic.")
    return decide(
        by=by,
        at=at,
        lock=lambda: _lock_visit_and_record(visit, patient),
        find_repeated=lambda into: _find_repeated_link(visit, into),
        refuse_if_decided=lambda into: _refuse_link(visit, into, seen),
        write=lambda into: WrittenDecision(_write_link(visit, into, by=by, at=at, said=said), None),
    )


def _find_repeated_link(visit: Visit, into: Patient) -> MatchDecision | None:
    return find_standing_match_decision(visit) if _is_settled_on(visit, into) else None


def _is_settled_on(visit: Visit, into: Patient) -> bool:
    return visit.patient_id == into.pk and not visit.is_unsettled


def _refuse_link(visit: Visit, into: Patient, seen: int | None) -> None:
    """Raise Refused if somebody was faster or the visit cannot be put on that record."""
    if _is_settled_on(visit, into):
        return
    _refuse_if_match_decided(visit, seen)
    if not into.is_on_file:
        raise Refused(MERGED_RECORD_GONE)
    if visit.patient_id == into.pk:
        raise Refused("That record was made from this sign-in. Choose “new patient” to keep it.")


def _write_link(
    visit: Visit, into: Patient, *, by: Staff, at: dt.datetime, said: EntryAnswers
) -> MatchDecision:
    if _is_settled_on(visit, into):
        # The visit is on this record already, but no decision says who put it there.
        return write_match_decision(visit, MatchDecisionKind.LINK, by=by, at=at, patient=into, was=into)
    if has_own_provisional_record(visit):
        made = lock_fresh_patient(visit.patient_id)
        return merge_locked_patients(merged=made, into=into, by=by, at=at).of(visit)
    if is_whole_record_of_visit(visit):
        # The record was made from this sign-in, so everything on it belongs to the child found now.
        known = resolve_entry_owners(find_entries_to_show(visit, into), said, visit=visit)
        take, leave = (
            chart_columns_answered(known, answer) for answer in (EntryChild.NEW, EntryChild.NOBODY)
        )
        made = lock_fresh_patient(visit.patient_id)
        return merge_locked_patients(merged=made, into=into, by=by, at=at, take=take, leave=leave).of(visit)
    return relink_visit(
        visit, into, kind=MatchDecisionKind.LINK, match=MatchState.CONFIRMED, by=by, at=at, said=said
    )


def _lock_visit_and_record(visit: Visit, patient: Patient) -> Patient:
    """Lock the visit and the record it may be put on; return the record as it is now."""
    _lock_boards_and_visit(visit)
    return lock_fresh_patient(patient.pk)


def _lock_boards_and_visit(visit: Visit) -> Visit:
    lock_clinic_boards(visit.clinic_id)
    lock_visits(visit)
    return visit


def chart_columns_answered(known: Iterable[tuple[VisitEntry, EntryChild]], answer: EntryChild) -> set[str]:
    """Return the chart columns of the entries that were answered with this child."""
    rows: list[Any] = [one.row for one, whose in known if one.paper == EntryKind.CHART and whose == answer]
    return {name for row in rows for name in row.after}


def decide_new_patient(
    *,
    visit: Visit,
    by: Staff,
    at: dt.datetime,
    seen: int | None = None,
    said: EntryAnswers = NO_ENTRY_ANSWERS,
) -> MatchDecision:
    """Make the record of what was typed a regular patient, and the visit's. Raises EntriesUndecided."""
    require_permission(StaffAct.MATCH, by)
    return decide(
        by=by,
        at=at,
        lock=lambda: _lock_boards_and_visit(visit),
        find_repeated=lambda held: _find_repeated_new_patient(held, by=by),
        refuse_if_decided=lambda held: _refuse_new_patient(held, seen),
        write=lambda held: WrittenDecision(_write_new_patient(held, by=by, at=at, said=said), None),
    )


def _find_repeated_new_patient(visit: Visit, *, by: Staff) -> MatchDecision | None:
    last = find_standing_match_decision(visit) if visit.match == MatchState.NEW else None
    return last if last and last.by_id == by.pk else None


def _refuse_new_patient(visit: Visit, seen: int | None) -> None:
    """Raise Refused if somebody was faster or no name was typed."""
    _refuse_if_match_decided(visit, seen)
    if visit.match == MatchState.NEW:
        raise Refused(f"{visit.token} was made a new patient already.")
    if not visit.sign_in.child_name:
        raise Refused(_NO_CHILD_NAME_TYPED)


def _write_new_patient(visit: Visit, *, by: Staff, at: dt.datetime, said: EntryAnswers) -> MatchDecision:
    own = find_merge_into_visit_record(visit, visit.patient)
    made_for = visit.patient_id if has_own_provisional_record(visit) else own.merged_id if own else None
    kept = lock_fresh_patient(made_for) if made_for else create_visit_provisional(visit, at=at)
    return keep_provisional_as_patient(visit, kept, by=by, at=at, said=said)


def undo_match_decision(
    *,
    visit: Visit,
    by: Staff,
    at: dt.datetime,
    seen: int | None = None,
    said: EntryAnswers = NO_ENTRY_ANSWERS,
) -> MatchDecision:
    """Undo the last decision on this visit; its child is again the one from before.

    Restores what the decision did with each entry; what was written since moves by rule or as `said`. Anyone
    at the desk may, as a wrong child cannot wait for the person who made the mistake. Raises
    EntriesUndecided.
    """
    require_permission(StaffAct.MATCH, by)
    return decide(
        by=by,
        at=at,
        lock=lambda: _lock_boards_and_visit(visit),
        find_repeated=lambda held: find_repeated_undo(_find_newest_match_decision(held), seen=seen, by=by),
        refuse_if_decided=lambda held: _refuse_match_undo(held, seen),
        write=lambda held: WrittenDecision(_write_match_undo(held, by=by, at=at, said=said), None),
    )


def _refuse_match_undo(visit: Visit, seen: int | None) -> None:
    _refuse_if_match_decided(visit, seen)
    if find_standing_match_decision(visit) is None:
        raise Refused(f"There is nothing to undo for {visit.token}.")


def _write_match_undo(visit: Visit, *, by: Staff, at: dt.datetime, said: EntryAnswers) -> MatchDecision:
    last = select_standing_match_decisions(visit).latest("pk")
    is_merge = last.kind == MatchDecisionKind.MERGE and last.previous_patient is not None
    if is_merge and _is_merge_undone_too(last):
        undone = merge_undo.undo_merge_of_decision(last, by=by, at=at)
        lock_visits(visit)
        return undone
    return _return_visit_to_previous(visit, last, by=by, at=at, said=said)


def _find_newest_match_decision(visit: Visit) -> MatchDecision | None:
    found: MatchDecision | None = visit.match_decisions.select_related("patient").find_last()
    return found


def _is_merge_undone_too(last: MatchDecision) -> bool:
    """Return whether undoing this decision also undoes its merge.

    If the merge is undone already or the record is separate, only the visit moves back.
    """
    return last.merge is None or merge_undo.is_merge_in_force(
        last.merge, lock_fresh_patient(last.merge.merged_id)
    )


def _refuse_if_match_decided(visit: Visit, seen: int | None) -> None:
    """Raise Refused, saying who did what, if somebody decided first."""
    newest = _find_newest_match_decision(visit) if seen is not None else None
    if newest is None or not is_decided_since(newest, seen):
        return
    did, result = f"settled {visit.token}", f": it is {newest.patient}"
    if newest.kind == MatchDecisionKind.UNDO:
        did, result = f"undid the last decision on {visit.token}", ""
    clinic, nobody = visit.clinic, "The clinic’s computer"
    raise Refused(faster_decision_words(newest, did, clinic=clinic, result=result, nobody=nobody))


def _return_visit_to_previous(
    visit: Visit, last: MatchDecision, *, by: Staff, at: dt.datetime, said: EntryAnswers = NO_ENTRY_ANSWERS
) -> MatchDecision:
    (before, over), made = sign_in_records.find_record_after_undo(last), last.patient
    for one in over:
        # The merge that moved the visit is undone, so its decision on this visit is undone too.
        write_match_decision(
            visit, MatchDecisionKind.UNDO, by=by, at=at, patient=before, was=one.patient, undoes=one
        )
    is_own = find_merge_into_visit_record(visit, visit.patient) is not None and made == visit.patient
    # A record that this decision made separate again stays as it is if other visits use it by now.
    stood_again = last.paper_moves.filter(
        paper=EntryKind.RECORD, subject="Patient", done=EntryOutcome.MOVED
    ).exists()
    stays = before != made and (is_own or stood_again)
    was_made = last.kind == MatchDecisionKind.NEW_PATIENT and made is not None and not stays
    if was_made and made is not None:
        _set_record_status(made, Patient.Status.PROVISIONAL, at=at)
    if before is not None:
        before = lock_fresh_patient(before.pk)
    known = (over[-1] if over else last).previous_match
    match = known if last.kind != MatchDecisionKind.AUTO else MatchState.PROBABLE
    undone = relink_visit(
        visit, before, kind=MatchDecisionKind.UNDO, match=match, by=by, at=at, undoes=last, said=said
    )
    if was_made and made is not None and not sign_in_records.has_anything_on_record(made):
        # Only an empty record is marked as entered in error: what is on such a record is shown nowhere.
        _set_record_status(made, Patient.Status.ENTERED_IN_ERROR, at=at)
    return undone


def _set_record_status(made: Patient, status: Patient.Status, *, at: dt.datetime) -> None:
    """Set the record's status, unless it has been merged into another."""
    row = lock_fresh_patient(made.pk)
    if row.status != Patient.Status.MERGED:
        row.status, row.updated_at = status, at
        row.save(update_fields=["status", "updated_at"])
