"""Move the visits of an undone merge back, with the adults who brought the child."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from checkin.actions import escort_phones, escorts, immunization_moves, visit_links
from checkin.actions.entry_ledger import (
    EntryLedger,
    columns_as_json,
    lock_moved_row,
    row_column_names,
)
from checkin.actions.escort_returns import (
    remove_unnamed_escorts,
    return_escort_to_record,
    show_hidden_escorts,
)
from checkin.actions.match_corrections import MatchDecisionKind
from checkin.actions.merge_undo_columns import (
    note_row_left,
    put_merged_columns_back,
    take_out_of_later_merges,
    write_undo_columns,
)
from checkin.actions.merge_undo_entries import find_rows_taken_out
from checkin.actions.merge_visits import (
    place_visit_on_record,
    release_and_save_appointment,
    visit_link_columns,
    write_merge_decision,
)
from checkin.models import (
    ChartChange,
    Escort,
    MatchDecision,
    PaperMove,
    Patient,
    PatientMerge,
    Staff,
    Visit,
)
from checkin.models import (
    entry_wording as entry_wording_models,
)
from checkin.models.row_json import column_values_from_json
from checkin.models.sign_in_record_merges import has_escort_on_record, is_same_escort
from checkin.queries import patient_dossiers
from checkin.rules.coded_sentences import say_sentence
from checkin.rules.entry_fates import CHART_NEED_KINDS, EntryKind, EntryOutcome
from checkin.rules.identity_reasons import IdentityReason
from checkin.rules.need_types import NeedOutcome
from checkin.rules.sentence_codes import SentenceCode

_ESCORT_ROW_GONE = "It is not there anymore."
_ESCORT_ROW_ELSEWHERE = "It was put on another record since."
_ESCORT_THERE_ALREADY = "Somebody of that name stands on the record already."
_REASONS_BUT_FOR_MERGE = [IdentityReason.CHILD_BUT_FOR_MERGE]


@dataclass(slots=True)
class ReturningVisit:
    """A visit that goes back: the merge's decision on it, and later merges' decisions that moved it on."""

    visit: Visit
    decision: MatchDecision | None
    later: list[MatchDecision] = field(default_factory=list)


def find_returning_visits(merge: PatientMerge, kept: Patient) -> list[ReturningVisit]:
    """Return visits that only merges moved since, and those that the undo of an older decision put there."""
    found: dict[int, ReturningVisit] = {}
    decisions = merge.decisions.standing().filter(kind=MatchDecisionKind.MERGE).select_related("visit")
    for decision in decisions.order_by("pk"):
        since = decision.visit.match_decisions.standing().filter(pk__gt=decision.pk)
        later = list(since.order_by("pk"))
        is_there = decision.visit.patient_id == kept.pk
        # The undo of a merge also writes decisions, but then no person decided about the visit.
        if is_there and all(one.kind == MatchDecisionKind.MERGE or one.merge_id for one in later):
            found[decision.visit_id] = ReturningVisit(decision.visit, decision, later)
    undone = MatchDecision.objects.filter(
        visit__patient=kept, at__gte=merge.at, undoes__previous_patient_id=merge.merged_id
    )
    for visit in Visit.objects.filter(pk__in=undone.values("visit")).exclude(pk__in=found):
        newest = visit.match_decisions.select_related("undoes").order_by("pk").last()
        was = newest.undoes.previous_patient_id if newest and newest.undoes else None
        if newest and newest.patient_id == kept.pk and was == merge.merged_id:
            found[visit.pk] = ReturningVisit(visit, None)
    return [found[pk] for pk in sorted(found)]


def give_back_merged_escorts(
    ledger: EntryLedger, merge: PatientMerge, *, merged: Patient, way: list[int], visits: set[int]
) -> list[PaperMove]:
    """Move back the adults that the merge had moved. A visit that stays and names one gets a copy of the row.

    Returns the moves of adults who have a row on the merged record already, for `remove_stray_escorts`.
    """
    elsewhere, twins = find_rows_taken_out(merge), []
    for move in merge.paper_moves.filter(paper=EntryKind.ESCORT).order_by("pk"):
        row: Escort | None = lock_moved_row(move)
        if move.done == EntryOutcome.CHANGED and row is not None and row.patient_id in way:
            put_merged_columns_back(ledger, row, move, only=None)
        if move.done != EntryOutcome.MOVED:
            continue
        if row is not None and row.patient_id == merged.pk:
            continue  # It moved back earlier, with its visit
        if row is None or row.patient_id not in way or (move.subject, row.pk) in elsewhere:
            note_row_left(ledger, move, _ESCORT_ROW_GONE if row is None else _ESCORT_ROW_ELSEWHERE)
        elif has_escort_on_record(row, merged.pk):
            twins.append(move)
        else:
            return_escort_to_record(ledger, row, move, to=merged, visits=visits)
    return twins


def remove_stray_escorts(
    ledger: EntryLedger, twins: list[PaperMove], *, merged: Patient, way: list[int]
) -> None:
    """Remove adults from both records if no visit names them anymore. Call last.

    Adults known to records merged into the kept one are shown on it again.
    """
    _remove_twin_escorts(ledger, twins)
    show_hidden_escorts(ledger, way[-1])
    remove_unnamed_escorts(ledger, [merged.pk, *way])


def _remove_twin_escorts(ledger: EntryLedger, twins: list[PaperMove]) -> None:
    """Remove adults who have a row on the merged record already and whom no visit here names anymore."""
    for move in twins:
        row: Escort | None = lock_moved_row(move)
        if row is None:
            continue  # Removed with the last visit that named them
        if row.visits.exists() or not escorts.is_escort_only_of_visit(row, None):
            note_row_left(ledger, move, _ESCORT_THERE_ALREADY)
        else:
            ledger.remove(row, EntryKind.ESCORT, was=row.patient_id)


def refresh_escort_rows(ledger: EntryLedger, *, merged: Patient, way: list[int]) -> None:
    """Update preferences and phones of all adults of these records. Call after visits are back."""
    for row in Escort.objects.filter(patient__in=[merged.pk, *way]).order_by("pk"):
        escorts.write_latest_preferences(row, ledger=ledger)
    escort_phones.separate_escort_phones(ledger, merged.pk, way[-1])


def give_back_visit(
    ledger: EntryLedger,
    back: ReturningVisit,
    made: PatientMerge,
    *,
    merged: Patient,
    kept: Patient,
    by: Staff,
    at: dt.datetime,
) -> Escort | None:
    """Put the visit back on its record, with its match from before and a decision that says so.

    Returns the adult on the other record from whom this visit's data must be removed
    (`forget_taught_escort`), or None.
    """
    visit, decision = back.visit, back.decision
    visit.refresh_from_db()
    before, previous = visit_link_columns(visit), str(visit.match)
    match = decision.previous_match if decision else previous
    was = _visit_move_of_merge(visit, made)
    taught = (
        visit.escort if visit.escort and visit.escort.on_record is None else _escort_put_on_since(visit, made)
    )
    came_with_it = (was.before.get("appointment_id"), was.after.get("appointment_id"))
    if visit.appointment_id and came_with_it == (None, visit.appointment_id):
        release_and_save_appointment(visit)
    escort = _find_or_make_escort(visit, merged, was)
    place_visit_on_record(visit, merged, escort=escort, match=match, at=at, by=by, may_book=False)
    _reopen_chart_needs(ledger, visit, made, was=kept, by=by, at=at)
    after = visit_link_columns(visit)
    ledger.note(
        visit, EntryKind.VISIT, EntryOutcome.MOVED, was=kept.pk, now=merged.pk, before=before, after=after
    )
    facts: dict[str, Any] = {"merge": made, "was": kept, "previous_match": previous, "by": by, "at": at}
    for later in reversed(back.later):
        write_merge_decision(visit, MatchDecisionKind.UNDO, undoes=later, **facts)
    if decision:
        write_merge_decision(visit, MatchDecisionKind.UNDO, undoes=decision, **facts)
    else:
        write_merge_decision(visit, MatchDecisionKind.LINK, reasons=_REASONS_BUT_FOR_MERGE, **facts)
    return taught if taught and taught.pk != visit.escort_id else None


def _escort_put_on_since(visit: Visit, made: PatientMerge) -> Escort | None:
    """Return the visit's escort if it is not the one that a merge put there: the visit left and came back."""
    moves = PaperMove.objects.filter(paper=EntryKind.VISIT, subject_id=visit.pk, merge__undoes=None)
    # Merges ended by a decision on the visit count. So does the one being undone: its undo exists already.
    standing = Q(merge__undone_by=None) | Q(merge=made.undoes_id)
    last = moves.filter(standing, merge__isnull=False).order_by("pk").last()
    if visit.escort is None or (last is not None and last.after.get("escort_id") == visit.escort_id):
        return None
    return visit.escort


def forget_taught_escort(ledger: EntryLedger, visit: Visit, escort: Escort) -> None:
    """Remove what the visit said about an adult of the other record. Call after preferences are back."""
    row = Escort.objects.select_for_update().filter(pk=escort.pk).first()
    if row is None:
        return
    before, whose = columns_as_json(row, row_column_names(row)), row.patient_id
    escorts.forget_visit_of_escort(row, visit)
    if not Escort.objects.filter(pk=escort.pk).exists():
        row.pk = escort.pk
        ledger.note(row, EntryKind.ESCORT, EntryOutcome.REMOVED, was=whose, now=whose, before=before)


def _reopen_chart_needs(
    ledger: EntryLedger, visit: Visit, made: PatientMerge, *, was: Patient, by: Staff, at: dt.datetime
) -> None:
    """Cancel answers that were given about the other record while it was this child's."""
    since = PatientMerge.objects.values_list("at", flat=True).get(pk=made.undoes_id or 0)
    asked = visit.needs.filter(kind__in=CHART_NEED_KINDS).exclude(
        status__in=[NeedOutcome.OPEN, NeedOutcome.LAPSED]
    )
    for need in asked.filter(answered_at__gte=since).order_by("pk"):
        need.visit = visit
        facts: dict[str, Any] = {"ledger": ledger, "was": was.pk, "by": by, "at": at}
        name = entry_wording_models.patient_name_with_number(was)
        reason = say_sentence(SentenceCode.ANSWERED_FOR, name=name)
        immunization_moves.cancel_answer_of_other_child(need, EntryKind.NEED, reason=reason, **facts)


def give_back_visit_preferences(
    ledger: EntryLedger, visits: list[Visit], *, merged: Patient, way: list[int]
) -> None:
    """Move preferences stored since at a visit that went back to the same adult on its own record.

    The adult's row on the kept record gets the earlier preferences again. Call after visits are back.
    """
    stands = ChartChange.Status.STANDS
    for visit in visits:
        visit.refresh_from_db()
        changes = ChartChange.objects.select_for_update().filter(
            visit=visit, patient__in=[*way, merged.pk], subject="Escort", status=stands
        )
        for change in changes.order_by("-pk"):
            row = Escort.objects.select_for_update().filter(pk=change.subject_id or 0).first()
            own = visit.escort
            if own is None or own.patient_id != merged.pk:
                continue
            if (change.patient_id, change.subject_id) == (merged.pk, own.pk):
                continue  # It moved back with the merge's rows, as its adult did
            was = change.patient_id
            if row is not None and row.patient_id in way:
                take_out_of_later_merges(ledger, row, change.after)
                if columns_as_json(row, change.after) == change.after:
                    write_undo_columns(ledger, row, EntryKind.WISH, change.before)
            if columns_as_json(own, change.after) != change.after:
                after = column_values_from_json(own, change.after)
                ledger.change(
                    own, EntryKind.WISH, EntryOutcome.CHANGED, was=merged.pk, now=merged.pk, **after
                )
            to = {"patient": merged, "subject_id": own.pk}
            ledger.change(change, EntryKind.WISH, EntryOutcome.MOVED, was=was, now=merged.pk, **to)


def _visit_move_of_merge(visit: Visit, made: PatientMerge) -> PaperMove:
    """Return what the merge that `made` undoes did with the visit; an unsaved move if nothing."""
    moves = PaperMove.objects.filter(merge_id=made.undoes_id, paper=EntryKind.VISIT, subject_id=visit.pk)
    return moves.first() or PaperMove()


def _find_or_make_escort(visit: Visit, merged: Patient, was: PaperMove) -> int | None:
    """Return the visit's escort on its own record: as before, the same adult there, or a new row."""
    now = visit.escort
    if now is None or now.patient_id == merged.pk:
        return visit.escort_id
    there = list(Escort.objects.filter(patient=merged).order_by("pk"))
    same = next((one for one in there if one.pk == was.before.get("escort_id")), None)
    same = same or next((one for one in there if is_same_escort(one, now)), None)
    if same:
        return same.pk
    claim = patient_dossiers.restore_sign_in_claim(visit.sign_in)
    found = patient_dossiers.read_dossiers(
        clinic=visit.location.clinic, patients=[merged], at=visit.arrived_at
    )
    known = (
        None if claim.is_patient else visit_links.find_known_escort(claim, found.dossiers[merged.pk].contacts)
    )
    return visit_links.remember_escort(
        claim=claim,
        clinic=visit.location.clinic,
        patient=merged,
        known=known.pk if known else None,
        at=visit.arrived_at,
    )
