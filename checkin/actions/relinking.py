"""One visit goes from one record to another: what every decision about a match is made of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import (
    asking,
    audit,
    chart_changes,
    escort_phones,
    escort_returns,
    escorts,
    linking,
    needs,
    number_returns,
    open_visits,
    own_records,
    paper_moves,
    paper_returns,
)
from checkin.actions.boards import hold, show
from checkin.actions.paper_ledger import Ledger
from checkin.actions.paper_moves import NOTHING_SAID, Move, PapersSaid
from checkin.models import Appointment, Discrepancy, Escort, MatchDecision, PaperMove, Patient, Staff, Visit
from checkin.models import lookup as records
from checkin.models.own_records import has_row_on, own_merge, own_record
from checkin.models.visit_papers import VisitPaper, on_its_record, written_at
from checkin.rules import discrepancies
from checkin.rules.paper_fates import TOLD_BY, Done, Paper
from checkin.rules.visits import State

Kind = MatchDecision.Kind


__all__ = ["Kind", "attach", "decide", "fresh_patient", "hold", "latest", "notice_again", "relink"]


def fresh_patient(patient_id: Any) -> Patient:
    """The record as it is now, held until the transaction ends."""
    return Patient.objects.select_for_update().get(pk=patient_id)


def latest(visit: Visit) -> MatchDecision | None:
    """The last decision that stands: neither an undo nor undone."""
    standing = visit.match_decisions.filter(undoes=None, undone_by=None)
    return standing.select_related("patient", "previous_patient", "by").order_by("pk").last()


def relink(
    visit: Visit,
    patient: Patient | None,
    *,
    kind: str,
    match: str,
    by: Staff,
    at: dt.datetime,
    undoes: MatchDecision | None = None,
    said: PapersSaid = NOTHING_SAID,
) -> MatchDecision:
    """Take the visit off one record and put it on another (or none), with all that follows from it.

    What was written at the visit goes by `rules.paper_fates`, and by what was `said` where that asks. Raises
    PapersAsk.
    """
    was, previous_match, escort = visit.patient, visit.match, visit.escort
    move = Move(visit, was, patient, by, at, Ledger(), undoes)
    if was != patient:
        carry_papers(move, said=said)
    stays = is_of_own_record(move)
    put_on(move, forgets=not stays)
    visit.match = match
    show(
        visit,
        patient=visit.patient,
        escort=visit.escort_id,
        appointment=visit.appointment_id,
        turn_at=visit.turn_at,
        match=match,
        open_discrepancies=visit.discrepancies.open().count(),
    )
    # Once the visit is with the one and no longer with the other.
    escorts.say_last_wishes(None if stays else escort)
    escort_phones.let_go(None if stays else escort, visit, ledger=move.ledger)
    escorts.say_last_wishes(visit.escort)
    needs.recompute(visit=visit, at=at, by=by)
    between = {one for one in (move.was_id, move.now_id) if one is not None}
    open_visits.bring_others_in_step(visit, *between, by=by, at=at)
    made = decide(
        visit, kind, by=by, at=at, patient=patient, was=was, previous_match=previous_match, undoes=undoes
    )
    for one in move.ledger.write(decision=made):
        put_on_trail(one, move)
    return made


def put_on_trail(one: PaperMove, move: Move) -> None:
    """A line for each paper; what was written for it beside is no line of its own."""
    is_quiet = one.subject == "Patient" and not one.why and one.paper != Paper.RECORD
    if one.subject in TOLD_BY.get(Paper(one.paper), ()) and not is_quiet:
        audit.record(
            action=f"paper.{one.done}", subject=move.visit, at=move.at, by=move.by,
            patient_id=one.patient_id or one.was_patient_id, was=one.was_patient_id, paper=one.paper,
            row=f"{one.subject} {one.subject_id}",
        )  # fmt: skip


def carry_papers(move: Move, *, said: PapersSaid) -> None:
    """What the undone decision did is given back; the rest goes by the rule and by what was said."""
    undoes = move.undoes
    own = own_record(move.visit, move.was)
    papers = papers_of(move.visit, move.now, undoes=undoes)
    rewrites = paper_returns.rewrites(undoes) if undoes is not None else []
    known = paper_moves.fates(papers, said, visit=move.visit, rewrites=rewrites)
    if undoes is not None:
        paper_returns.give_back(move, undoes, asked=[one for one, _ in known])
    paper_moves.carry(move, [one for one in known if one[0].paper not in paper_moves.NAMES_THE_CHILD])
    own_records.take_columns_back(move.ledger, own, move.visit, was=move.was, now=move.now)
    if undoes is not None and own is not None:
        own_records.put_columns_again(move.ledger, undoes)
    if move.was is not None:
        # It may have been called after this very child: what names it says what it is called now.
        move.was.refresh_from_db()
    paper_moves.carry(move, [one for one in known if one[0].paper in paper_moves.NAMES_THE_CHILD])
    own_records.aim(move.ledger, own, undoes, was=move.was, now=move.now, at=move.at)
    for name in ("patient", "escort"):
        row = getattr(move.visit, name)
        if row is not None:
            row.refresh_from_db()
    if move.now is not None:
        move.now.refresh_from_db()


def carry_waiting(visit: Visit, patient: Patient, *, at: dt.datetime) -> Ledger:
    """What waits at a visit goes with the child that the rules have found. What asks goes on waiting."""
    move = Move(visit, None, patient, None, at, Ledger())
    paper_moves.carry(move, [(one, one.whose[0]) for one in written_at(visit, patient) if not one.asks])
    return move.ledger


def papers_of(visit: Visit, now: Patient | None, *, undoes: MatchDecision | None = None) -> list[VisitPaper]:
    """What a person has to see before this visit's child becomes `now`: all that an undo does not see to."""
    if undoes is None:
        return [*on_its_record(visit, now), *written_at(visit, now)]
    heads = {(one.head.subject, one.head.subject_id) for one in paper_returns.to_give_back(undoes)}
    rest = [one for one in written_at(visit, now) if (type(one.row).__name__, one.row.pk) not in heads]
    return [one for one in rest if not paper_returns.was_there(one, undoes)]


def put_on(move: Move, *, forgets: bool) -> None:
    """Escort, wishes, appointment and differences of the one chart give way to those of the other.

    `forgets`: whether the escort of the one forgets this visit.
    """
    visit, booked, escort = move.visit, move.visit.appointment, move.visit.escort
    escort_id, said = (escort.pk, escorts.whole(escort)) if escort else (None, {})
    wishes = chart_changes.standing_wishes(visit)
    linking.detach(visit, forgets=forgets)
    # Where it is on the same record, its escort was found or made anew: no paper went anywhere to be told.
    is_moved = move.was != move.now
    if is_moved:
        escort_returns.bring_all_home(move.ledger, visit, move.now_id)
        number_returns.take_off_with(visit, move.ledger, to=move.now_id, by=move.by, at=move.at)
    if move.undoes is not None:
        escort_returns.put_where_they_were(move.ledger, move.undoes, move.now_id)
        escorts.give_back(move.undoes, move.now_id)
    noticed = attach(visit, move.now, had=booked.pk if booked else None)
    notice_again(visit, not_kept(visit, noticed), by=move.by, at=move.at)
    ledger, was, now = move.ledger, move.was_id, move.now_id
    chart_changes.put_wishes_on(visit, wishes, was=was, ledger=ledger if is_moved else Ledger())
    if not is_moved:
        return
    escort_returns.bring_in_step(ledger, was=was, now=now)
    if not wishes and visit.sign_in.remember:
        ledger.note(visit.sign_in, Paper.WISH, Done.MOVED, was=was, now=now)
    there = Escort.objects.filter(pk=escort_id or 0).first()
    if escort is not None and (there is None or there.patient_id == was):
        escort.pk = escort_id
        ledger.note(
            escort, Paper.ESCORT, Done.KEPT if there else Done.REMOVED, was=was, now=was if there else None,
            before=said,
        )  # fmt: skip
    if booked is not None:
        ledger.note(booked, Paper.APPOINTMENT, Done.REMOVED, was=was, now=was)
    if visit.appointment is not None:
        ledger.note(visit.appointment, Paper.APPOINTMENT, Done.MOVED, was=now, now=now)


def is_of_own_record(move: Move) -> bool:
    """Whether the adult's row stays on the record made at sign-in: they have one where that goes."""
    escort = move.visit.escort
    if escort is None or move.now_id is None or move.was == move.now:
        return False
    merge = own_merge(move.visit)
    return merge is not None and merge.merged_id == move.was_id and has_row_on(escort, move.now_id)


def not_kept(visit: Visit, noticed: list[discrepancies.Noticed]) -> list[discrepancies.Noticed]:
    """Without what somebody has settled at this very visit, which is being put back on the same record."""
    kept = set(visit.discrepancies.kept_old().values_list("field", "typed", "recorded"))
    return [one for one in noticed if (one.field, one.typed[:500], one.recorded[:500]) not in kept]


def attach(visit: Visit, patient: Patient | None, *, had: int | None = None) -> list[discrepancies.Noticed]:
    """Put the record on the visit, or nobody. `had`: the appointment that the visit has just given back."""
    claim = records.said(visit.sign_in)
    if patient is None:
        return discrepancies.in_claim(
            claim, today=visit.local_date, day_first=visit.location.clinic.day_first
        )
    found = records.about(clinic=visit.location.clinic, patients=[patient], at=visit.arrived_at)
    noticed = linking.attach(
        visit=visit, claim=claim, patient=patient, found=found, at=visit.arrived_at,
        had=had_before(visit, patient, had),
    )  # fmt: skip
    return noticed + linking.already_here(visit, found)


def had_before(visit: Visit, patient: Patient, now: int | None) -> int | None:
    """Which of this record's appointments the visit has had: the one of `now`, or the last one before."""
    own = Appointment.objects.filter(patient=patient)
    if now is not None and own.filter(pk=now).exists():
        return now
    given_back = PaperMove.objects.filter(
        decision__visit=visit, paper=Paper.APPOINTMENT, done=Done.REMOVED, subject_id__in=own.values("pk")
    )
    return given_back.order_by("pk").values_list("subject_id", flat=True).last()


def notice_again(
    visit: Visit,
    noticed: list[discrepancies.Noticed],
    *,
    by: Staff | None,
    at: dt.datetime,
    is_one_child: bool = False,
) -> None:
    """What was noticed about the child before is no longer so; this is.

    `is_one_child`: both records are of this child, so a question goes on though they say different things.
    """
    asked = asking.about(visit)
    standing = visit.discrepancies.open()
    about_child = standing.exclude(field=Discrepancy.Field.SIGN_IN) | standing.filter(
        why=linking.ALREADY_HERE
    )
    about_child.update(status=Discrepancy.Status.WITHDRAWN, settled_at=at, settled_by=by)
    if visit.state != State.ENTERED_IN_ERROR:
        linking.notice(visit, noticed, at=at)
        asking.go_on(visit, asked, is_one_child=is_one_child)


def decide(
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
    audit.record(
        action=f"match.{kind}",
        subject=visit,
        at=at,
        by=by,
        patient_id=patient.pk if patient else None,
        was=was.pk if was else None,
    )
    return made
