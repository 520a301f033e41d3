"""The visits of an undone merge go back, with the adults who brought them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from checkin.actions import escort_phones, escorts, given_moves, linking
from checkin.actions.escort_returns import bring_home, show_hidden, take_off_unnamed
from checkin.actions.merge_visits import columns_of, decide, free, place
from checkin.actions.paper_ledger import Ledger, columns, hold_subject, names_of
from checkin.actions.relinking import Kind
from checkin.actions.unmerge_columns import leave, put, put_columns_back, take_out_further
from checkin.actions.unmerge_papers import taken_out
from checkin.models import (
    ChartChange,
    Escort,
    MatchDecision,
    PaperMove,
    Patient,
    PatientMerge,
    Staff,
    Visit,
    paper_words,
)
from checkin.models import lookup as records
from checkin.models.own_records import has_row_on, is_same_adult
from checkin.models.row_json import from_json
from checkin.rules.need_facts import Outcome
from checkin.rules.paper_fates import OF_THE_CHART, Done, Paper

GONE = "It is not there any more."
ELSEWHERE = "It was put on another record since."
STAYS = "Somebody decided otherwise about this visit since."
THERE_ALREADY = "Somebody of that name stands on the record already."
SINCE = "It would be this child’s but for the merge."


@dataclass(slots=True)
class Back:
    """One visit that goes back: the merge's decision on it, and those of later merges that moved it on."""

    visit: Visit
    decision: MatchDecision | None
    later: list[MatchDecision] = field(default_factory=list)


def going_back(merge: PatientMerge, kept: Patient) -> list[Back]:
    """The visits that only merges have moved since, and those that an older decision's undo put there."""
    found: dict[int, Back] = {}
    decisions = merge.decisions.filter(kind=Kind.MERGE, undone_by=None).select_related("visit")
    for decision in decisions.order_by("pk"):
        since = decision.visit.match_decisions.filter(pk__gt=decision.pk, undoes=None, undone_by=None)
        later = list(since.order_by("pk"))
        is_there = decision.visit.patient_id == kept.pk
        # That of a merge's undo is `SINCE`: nobody has decided anything.
        if is_there and all(one.kind == Kind.MERGE or one.merge_id for one in later):
            found[decision.visit_id] = Back(decision.visit, decision, later)
    undone = MatchDecision.objects.filter(
        visit__patient=kept, at__gte=merge.at, undoes__previous_patient_id=merge.merged_id
    )
    for visit in Visit.objects.filter(pk__in=undone.values("visit")).exclude(pk__in=found):
        newest = visit.match_decisions.select_related("undoes").order_by("pk").last()
        was = newest.undoes.previous_patient_id if newest and newest.undoes else None
        if newest and newest.patient_id == kept.pk and was == merge.merged_id:
            found[visit.pk] = Back(visit, None)
    return [found[pk] for pk in sorted(found)]


def give_back_escorts(
    ledger: Ledger, merge: PatientMerge, *, merged: Patient, way: list[int], visits: set[int]
) -> list[PaperMove]:
    """Who was moved goes back. A visit that stays and names the row gets a row of its own.

    Returns the moves of those who stand at home already, for `take_off_twins`.
    """
    elsewhere, twins = taken_out(merge), []
    for move in merge.paper_moves.filter(paper=Paper.ESCORT).order_by("pk"):
        row: Escort | None = hold_subject(move)
        if move.done == Done.CHANGED and row is not None and row.patient_id in way:
            put_columns_back(ledger, row, move, only=None)
        if move.done != Done.MOVED:
            continue
        if row is not None and row.patient_id == merged.pk:
            continue  # it came home with its visit before
        if row is None or row.patient_id not in way or (move.subject, row.pk) in elsewhere:
            leave(ledger, move, GONE if row is None else ELSEWHERE)
        elif has_row_on(row, merged.pk):
            twins.append(move)
        else:
            bring_home(ledger, row, move, to=merged, visits=visits)
    return twins


def take_off_strays(ledger: Ledger, twins: list[PaperMove], *, merged: Patient, way: list[int]) -> None:
    """Whom no visit brings to either record any more is taken off, also who is home already. Call last.

    Whom a record that is a part of the one that stays knows stands on it again.
    """
    take_off_twins(ledger, twins)
    show_hidden(ledger, way[-1])
    take_off_unnamed(ledger, [merged.pk, *way])


def take_off_twins(ledger: Ledger, twins: list[PaperMove]) -> None:
    """Who stands at home already, and whom no visit brings here any more, is taken off."""
    for move in twins:
        row: Escort | None = hold_subject(move)
        if row is None:
            continue  # taken off with the last visit that had named them
        if row.visits.exists() or not escorts.is_only_of(row, None):
            leave(ledger, move, THERE_ALREADY)
        else:
            ledger.remove(row, Paper.ESCORT, was=row.patient_id)


def say_last_words(ledger: Ledger, *, merged: Patient, way: list[int]) -> None:
    """Every adult of these records says what is said of them there now. Call once visits are back."""
    for row in Escort.objects.filter(patient__in=[merged.pk, *way]).order_by("pk"):
        escorts.say_last_wishes(row, ledger=ledger)
    escort_phones.part(ledger, merged.pk, way[-1])


def give_back(
    ledger: Ledger,
    back: Back,
    made: PatientMerge,
    *,
    merged: Patient,
    kept: Patient,
    by: Staff,
    at: dt.datetime,
) -> Escort | None:
    """Put the visit on its record again, as sure or unsure as it was, with a decision that says so.

    Returns the adult who stands on the other record because of visits alone, this one among them.
    """
    visit, decision = back.visit, back.decision
    visit.refresh_from_db()
    before, previous = columns_of(visit), str(visit.match)
    match = decision.previous_match if decision else previous
    was = as_moved(visit, made)
    taught = visit.escort if visit.escort and visit.escort.on_record is None else made_since(visit, made)
    came_with_it = (was.before.get("appointment_id"), was.after.get("appointment_id"))
    if visit.appointment_id and came_with_it == (None, visit.appointment_id):
        free(visit)
    escort = escort_there(visit, merged, was)
    place(visit, merged, escort=escort, match=match, at=at, by=by, may_book=False)
    open_again(ledger, visit, made, was=kept, by=by, at=at)
    after = columns_of(visit)
    ledger.note(visit, Paper.VISIT, Done.MOVED, was=kept.pk, now=merged.pk, before=before, after=after)
    facts: dict[str, Any] = {"merge": made, "was": kept, "previous_match": previous, "by": by, "at": at}
    for later in reversed(back.later):
        decide(visit, Kind.UNDO, undoes=later, **facts)
    if decision:
        decide(visit, Kind.UNDO, undoes=decision, **facts)
    else:
        decide(visit, Kind.LINK, why=SINCE, **facts)
    return taught if taught and taught.pk != visit.escort_id else None


def made_since(visit: Visit, made: PatientMerge) -> Escort | None:
    """The visit's escort, where none of the merges put that one on it: it went elsewhere and came back."""
    moves = PaperMove.objects.filter(paper=Paper.VISIT, subject_id=visit.pk, merge__undoes=None)
    # One that was over with a decision on the visit counts too, where that put this very row on it again.
    standing = Q(merge__undone_by=None) | Q(merge=made.undoes_id)
    last = moves.filter(standing, merge__isnull=False).order_by("pk").last()
    if visit.escort is None or (last is not None and last.after.get("escort_id") == visit.escort_id):
        return None
    return visit.escort


def forget(ledger: Ledger, visit: Visit, escort: Escort) -> None:
    """What the visit taught the other record of whoever brought it. Call once their wishes are back."""
    row = Escort.objects.select_for_update().filter(pk=escort.pk).first()
    if row is None:
        return
    before, whose = columns(row, names_of(row)), row.patient_id
    escorts.forget(row, visit)
    if not Escort.objects.filter(pk=escort.pk).exists():
        row.pk = escort.pk
        ledger.note(row, Paper.ESCORT, Done.REMOVED, was=whose, now=whose, before=before)


def open_again(
    ledger: Ledger, visit: Visit, made: PatientMerge, *, was: Patient, by: Staff, at: dt.datetime
) -> None:
    """What was answered of the other record, while it was this child's, says nothing of this one."""
    since = PatientMerge.objects.values_list("at", flat=True).get(pk=made.undoes_id or 0)
    asked = visit.needs.filter(kind__in=OF_THE_CHART).exclude(status__in=[Outcome.OPEN, Outcome.LAPSED])
    for need in asked.filter(answered_at__gte=since).order_by("pk"):
        need.visit = visit
        facts: dict[str, Any] = {"ledger": ledger, "was": was.pk, "by": by, "at": at}
        reason = f"answered for {paper_words.child_and_number(was)}"
        given_moves.count_no_longer(need, Paper.NEED, reason=reason, **facts)


def wishes_back(ledger: Ledger, visits: list[Visit], *, merged: Patient, way: list[int]) -> None:
    """What was remembered since, at a visit that went back, is that adult's on the record that stands again.

    The same adult on the record that stays gets back what stood there before. Call once visits are back.
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
                continue  # it went back with the merge's rows, and so did the adult it is of
            was = change.patient_id
            if row is not None and row.patient_id in way:
                take_out_further(ledger, row, change.after)
                if columns(row, change.after) == change.after:
                    put(ledger, row, Paper.WISH, change.before)
            if columns(own, change.after) != change.after:
                after = from_json(own, change.after)
                ledger.change(own, Paper.WISH, Done.CHANGED, was=merged.pk, now=merged.pk, **after)
            to = {"patient": merged, "subject_id": own.pk}
            ledger.change(change, Paper.WISH, Done.MOVED, was=was, now=merged.pk, **to)


def as_moved(visit: Visit, made: PatientMerge) -> PaperMove:
    """What the merge that `made` undoes did with the visit; an empty move where it did nothing."""
    moves = PaperMove.objects.filter(merge_id=made.undoes_id, paper=Paper.VISIT, subject_id=visit.pk)
    return moves.first() or PaperMove()


def escort_there(visit: Visit, merged: Patient, was: PaperMove) -> int | None:
    """The visit's escort on the record that stands again: as it was, the same adult there, or made."""
    now = visit.escort
    if now is None or now.patient_id == merged.pk:
        return visit.escort_id
    there = list(Escort.objects.filter(patient=merged).order_by("pk"))
    same = next((one for one in there if one.pk == was.before.get("escort_id")), None)
    same = same or next((one for one in there if is_same_adult(one, now)), None)
    if same:
        return same.pk
    claim = records.said(visit.sign_in)
    found = records.about(clinic=visit.location.clinic, patients=[merged], at=visit.arrived_at)
    known = None if claim.is_patient else linking.known_escort(claim, found.dossiers[merged.pk].contacts)
    return linking.remember(
        claim=claim,
        clinic=visit.location.clinic,
        patient=merged,
        known=known.pk if known else None,
        at=visit.arrived_at,
    )
