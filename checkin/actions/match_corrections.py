"""Move one visit from one record to another. All match decisions use this."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import (
    adult_phone_returns,
    audit,
    chart_changes,
    entry_moves,
    entry_returns,
    escort_phones,
    escort_returns,
    escorts,
    needs,
    open_visits,
    returnable_entries,
    sign_in_record_merges,
    visit_links,
)
from checkin.actions.entry_ledger import EntryLedger
from checkin.actions.entry_moves import NO_ENTRY_ANSWERS, EntryAnswers, MatchChange
from checkin.actions.record_attachments import (
    drop_kept_discrepancies,
    reattach_record,
    renew_discrepancies,
)
from checkin.actions.shared_visits import recall_marked_visits, recall_shared_visits
from checkin.actions.visit_locks import update_visit_and_boards
from checkin.models import ChartChange, Escort, MatchDecision, PaperMove, Patient, Staff, Visit
from checkin.models.sign_in_record_merges import (
    find_merge_into_visit_record,
    find_sign_in_record_merge,
    has_escort_on_record,
)
from checkin.models.visit_entries import VisitEntry, list_entries_going_along, list_visit_entries
from checkin.rules.entry_fates import TOLD_ROW_TYPES, EntryKind, EntryOutcome

MatchDecisionKind = MatchDecision.Kind


def lock_fresh_patient(patient_id: object) -> Patient:
    """Return the record as it is now, locked until the transaction ends."""
    return Patient.objects.select_for_update().get(pk=patient_id)


def find_standing_match_decision(visit: Visit) -> MatchDecision | None:
    """Return the last decision that is neither an undo nor undone; None if there is none."""
    found: MatchDecision | None = select_standing_match_decisions(visit).find_last()
    return found


def select_standing_match_decisions(visit: Visit) -> Any:
    """Return the visit's decisions that still count, with their records. An undo reverses the last one."""
    return visit.match_decisions.standing().select_related("patient", "previous_patient")


def relink_visit(
    visit: Visit,
    patient: Patient | None,
    *,
    kind: str,
    match: str,
    by: Staff,
    at: dt.datetime,
    undoes: MatchDecision | None = None,
    said: EntryAnswers = NO_ENTRY_ANSWERS,
) -> MatchDecision:
    """Move the visit from one record to another (or none), with everything that depends on it.

    What was written at the visit moves by `rules.entry_fates`, or as `said` if that asks. Returns the
    decision. Raises EntriesUndecided.
    """
    was, previous_match, escort = visit.patient, visit.match, visit.escort
    move = MatchChange(visit, was, patient, by, at, EntryLedger(), undoes)
    if was != patient:
        _carry_visit_entries(move, said=said)
    elif undoes is not None:
        _return_own_record_only(move, undoes)
    stays = _is_escort_of_own_record(move)
    _put_visit_on_record(move, forgets=not stays)
    visit.match = match
    update_visit_and_boards(
        visit,
        patient=visit.patient,
        escort=visit.escort_id,
        appointment=visit.appointment_id,
        turn_at=visit.turn_at,
        match=match,
        open_discrepancies=visit.discrepancies.open().count(),
    )
    # Only now, because these read which record each visit is on.
    escorts.write_latest_preferences(None if stays else escort)
    escort_phones.remove_phone_of_visit(None if stays else escort, visit, ledger=move.ledger)
    escorts.write_latest_preferences(visit.escort)
    _recall_shared_records(move)
    needs.recompute_needs(visit=visit, at=at, by=by)
    between = {one for one in (move.was_id, move.now_id) if one is not None}
    open_visits.align_other_visits(visit, *between, by=by, at=at)
    made = write_match_decision(
        visit, kind, by=by, at=at, patient=patient, was=was, previous_match=previous_match, undoes=undoes
    )
    for one in move.ledger.write(decision=made):
        _audit_entry_move(one, move)
    return made


def _recall_shared_records(move: MatchChange) -> None:
    """Take off both records what confidential visits said, and put back what others said."""
    visit = move.visit
    if visit.confidential:
        recall_shared_visits(visit, was_confidential=move.was == move.now, at=move.at)
    between = (move.was_id, move.now_id)
    if move.undoes is not None and visit in recall_marked_visits(between, at=move.at):
        open_visits.align_visits_with_records([visit], by=move.by, at=move.at)


def _audit_entry_move(one: PaperMove, move: MatchChange) -> None:
    """Write an audit event for an entry's main row; rows written alongside it get none."""
    is_quiet = one.subject == "Patient" and not one.why and one.paper != EntryKind.RECORD
    if one.subject in TOLD_ROW_TYPES.get(EntryKind(one.paper), ()) and not is_quiet:
        audit.write_audit_event(
            action=f"paper.{one.done}", subject=move.visit, at=move.at, by=move.by,
            patient_id=one.patient_id or one.was_patient_id, was=one.was_patient_id, paper=one.paper,
            row=f"{one.subject} {one.subject_id}",
        )  # fmt: skip


def _carry_visit_entries(move: MatchChange, *, said: EntryAnswers) -> None:
    """Undo what the undone decision did with entries; move the others by rule or as `said`."""
    undoes = move.undoes
    own = find_merge_into_visit_record(move.visit, move.was)
    papers = find_entries_to_show(move.visit, move.now, undoes=undoes)
    rewrites = returnable_entries.find_record_rewrites(undoes) if undoes is not None else []
    known = entry_moves.resolve_entry_owners(papers, said, visit=move.visit, rewrites=rewrites)
    if undoes is not None:
        entry_returns.give_back_entries(move, undoes, asked=[one for one, _ in known])
    entry_moves.carry_entries(
        move, [one for one in known if one[0].paper not in entry_moves.CHILD_NAMING_ENTRIES]
    )
    sign_in_record_merges.undo_merged_columns(move.ledger, own, move.visit, was=move.was, now=move.now)
    if undoes is not None and own is not None:
        sign_in_record_merges.redo_merged_columns(move.ledger, undoes)
    if move.was is not None:
        # Entries moved next store this child's name, and its record may have its old name again.
        move.was.refresh_from_db()
    entry_moves.carry_entries(
        move, [one for one in known if one[0].paper in entry_moves.CHILD_NAMING_ENTRIES]
    )
    sign_in_record_merges.repoint_own_record(move.ledger, own, undoes, was=move.was, now=move.now, at=move.at)
    for name in ("patient", "escort"):
        row = getattr(move.visit, name)
        if row is not None:
            row.refresh_from_db()
    if move.now is not None:
        move.now.refresh_from_db()


def _return_own_record_only(move: MatchChange, undoes: MatchDecision) -> None:
    """Undo where `undoes` merged the visit's own record to: both records of the visit are one by now.

    Otherwise it stays there, and then the merge that took it to this visit's record cannot be undone.
    """
    own = find_merge_into_visit_record(move.visit, move.was)
    if own is None or own.merged_id == move.was_id:
        return
    put = undoes.paper_moves.filter(paper=EntryKind.RECORD, subject="Patient", done=EntryOutcome.MOVED)
    if put.filter(subject_id=own.merged_id).exists():
        sign_in_record_merges.repoint_own_record(
            move.ledger, own, undoes, was=move.was, now=move.now, at=move.at
        )


def carry_waiting_entries(visit: Visit, patient: Patient, *, at: dt.datetime) -> EntryLedger:
    """Move entries that wait at a visit to the child the rules found; return the moves.

    Entries whose child a person must choose keep waiting.
    """
    move = MatchChange(visit, None, patient, None, at, EntryLedger())
    entry_moves.carry_entries(
        move, [(one, one.whose[0]) for one in list_visit_entries(visit, patient) if not one.asks]
    )
    return move.ledger


def find_entries_to_show(
    visit: Visit, now: Patient | None, *, undoes: MatchDecision | None = None
) -> list[VisitEntry]:
    """Return the entries to review before the visit's child becomes `now`.

    Leaves out those that the undo of `undoes` restores or leaves alone.
    """
    if undoes is None:
        return [*list_entries_going_along(visit, now), *list_visit_entries(visit, now)]
    heads = {
        (one.head.subject, one.head.subject_id) for one in returnable_entries.find_returnable_entries(undoes)
    }
    rest = [
        one for one in list_visit_entries(visit, now) if (type(one.row).__name__, one.row.pk) not in heads
    ]
    return [one for one in rest if not returnable_entries.is_untouched_by_decision(one, undoes)]


def _put_visit_on_record(move: MatchChange, *, forgets: bool) -> None:
    """Replace the old chart's escort, preferences, appointment and differences with the new chart's.

    `forgets`: whether the old escort forgets this visit.
    """
    visit, booked, escort = move.visit, move.visit.appointment, move.visit.escort
    escort_id, said = (escort.pk, escorts.all_escort_columns(escort)) if escort else (None, {})
    wishes = list(ChartChange.objects.preferences_of(visit))
    visit_links.detach_patient_and_escort(visit, forgets=forgets)
    # On the same record, the escort is only found or made again. No entry moves, so nothing is logged.
    is_moved = move.was != move.now
    if is_moved:
        escort_returns.return_own_record_escorts(move.ledger, visit, move.now_id)
        adult_phone_returns.restore_adults_of_visit(
            visit, move.ledger, to=move.now_id, by=move.by, at=move.at
        )
    if move.undoes is not None:
        escort_returns.undo_escort_returns(move.ledger, move.undoes, move.now_id)
        escorts.restore_removed_escorts(move.undoes, move.now_id)
    noticed = reattach_record(visit, move.now, had=booked.pk if booked else None)
    renew_discrepancies(visit, drop_kept_discrepancies(visit, noticed), by=move.by, at=move.at)
    ledger, was, now = move.ledger, move.was_id, move.now_id
    chart_changes.move_visit_preferences(visit, wishes, was=was, ledger=ledger if is_moved else EntryLedger())
    if not is_moved:
        return
    escort_returns.align_escorts_with_visits(ledger, was=was, now=now)
    if not wishes and visit.sign_in.remember:
        ledger.note(visit.sign_in, EntryKind.WISH, EntryOutcome.MOVED, was=was, now=now)
    there = Escort.objects.filter(pk=escort_id or 0).first()
    if escort is not None and (there is None or there.patient_id == was):
        escort.pk = escort_id
        ledger.note(
            escort, EntryKind.ESCORT, EntryOutcome.KEPT if there else EntryOutcome.REMOVED, was=was,
            now=was if there else None,
            before=said,
        )  # fmt: skip
    if booked is not None:
        ledger.note(booked, EntryKind.APPOINTMENT, EntryOutcome.REMOVED, was=was, now=was)
    if visit.appointment is not None:
        ledger.note(visit.appointment, EntryKind.APPOINTMENT, EntryOutcome.MOVED, was=now, now=now)


def _is_escort_of_own_record(move: MatchChange) -> bool:
    """Return whether the adult's row stays on the record made at sign-in: the new record has one already."""
    escort = move.visit.escort
    if escort is None or move.now_id is None or move.was == move.now:
        return False
    merge = find_sign_in_record_merge(move.visit)
    return merge is not None and merge.merged_id == move.was_id and has_escort_on_record(escort, move.now_id)


def write_match_decision(
    visit: Visit,
    kind: str,
    *,
    by: Staff | None,
    at: dt.datetime,
    patient: Patient | None,
    was: Patient | None,
    previous_match: str = "",
    undoes: MatchDecision | None = None,
) -> MatchDecision:
    """Write and audit a decision. A blank `previous_match` means the visit's current match."""
    made = MatchDecision.objects.create(
        visit=visit,
        kind=kind,
        at=at,
        by=by,
        patient=patient,
        previous_patient=was,
        previous_match=previous_match or visit.match,
        undoes=undoes,
    )
    audit.write_audit_event(
        action=f"match.{kind}",
        subject=visit,
        at=at,
        by=by,
        patient_id=patient.pk if patient else None,
        was=was.pk if was else None,
    )
    return made
