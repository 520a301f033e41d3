"""Who is this child? What a person decides at the match desk, and taking it back.

`seen` is the id of the visit's last decision on the page that the person looked at (0: none yet). Where
another has decided since, nothing is done and the sentence says who did what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from checkin.actions import audit, chart_changes, linking, merging, open_visits, unmerging
from checkin.actions.boards import hold_boards
from checkin.actions.merging import GONE, Merged, fold
from checkin.actions.paper_ledger import columns
from checkin.actions.paper_moves import NOTHING_SAID, PapersSaid, fates
from checkin.actions.permissions import require
from checkin.actions.relinking import Kind, decide, fresh_patient, hold, latest, papers_of, relink
from checkin.actions.visits import Refused, local
from checkin.actions.writing import write
from checkin.models import (
    Channel,
    Match,
    MatchDecision,
    Patient,
    Source,
    Staff,
    Visit,
    made_records,
)
from checkin.models import lookup as records
from checkin.models.own_records import own_record
from checkin.models.visit_papers import VisitPaper, goes_whole
from checkin.rules.merges import CARE
from checkin.rules.paper_fates import Done, Paper, Whose
from checkin.rules.roles import Act

NAMELESS = (
    "No name was typed, so there is nothing to make a record of yet. "
    "Ask who they are, then search for them or sign them in at the desk."
)


def link(
    *,
    visit: Visit,
    patient: Patient,
    by: Staff,
    at: dt.datetime,
    seen: int | None = None,
    said: PapersSaid = NOTHING_SAID,
) -> MatchDecision:
    """This visit's child is that patient. A provisional record made for the visit is merged into it.

    `said`: whose what was written at the visit is, where the rule asks. Raises PapersAsk where it is missing.
    """
    require(Act.MATCH, by)
    if patient.clinic_id != visit.clinic_id:
        raise Refused("That record belongs to another clinic.")
    with write():
        hold_boards(visit.clinic_id)
        hold(visit)
        into = fresh_patient(patient.pk)
        if visit.patient_id == into.pk and not visit.is_unsettled:
            return latest(visit) or decide(visit, Kind.LINK, by=by, at=at, patient=into, was=into)
        refuse_if_decided(visit, seen)
        if not into.is_on_file:
            raise Refused(GONE)
        if visit.patient_id == into.pk:
            raise Refused("That record was made from this sign-in. Choose “new patient” to keep it.")
        if is_made_for(visit):
            return fold(merged=fresh_patient(visit.patient_id), into=into, by=by, at=at).of(visit)
        if goes_whole(visit):
            # The record was made of this sign-in, so all that is on it is of the child who was found now.
            known = fates(papers_of(visit, into), said, visit=visit)
            take, leave = (said_of_chart(known, answer) for answer in (Whose.NEW, Whose.NOBODY))
            made = fresh_patient(visit.patient_id)
            return fold(merged=made, into=into, by=by, at=at, take=take, leave=leave).of(visit)
        return relink(visit, into, kind=Kind.LINK, match=Match.CONFIRMED, by=by, at=at, said=said)


def is_made_for(visit: Visit) -> bool:
    """Whether the visit's record is one that its own sign-in made and nobody has settled yet."""
    patient = visit.patient
    return visit.match == Match.UNKNOWN and patient is not None and patient.is_provisional


def said_of_chart(known: Iterable[tuple[VisitPaper, Whose]], answer: Whose) -> set[str]:
    """The chart's own columns of which this was said: are they right on the record that was found?"""
    rows: list[Any] = [one.row for one, whose in known if one.paper == Paper.CHART and whose == answer]
    return {name for row in rows for name in row.after}


def new_patient(
    *, visit: Visit, by: Staff, at: dt.datetime, seen: int | None = None, said: PapersSaid = NOTHING_SAID
) -> MatchDecision:
    """Nobody on file: the record made from what was typed is a patient from now on."""
    require(Act.MATCH, by)
    with write():
        hold_boards(visit.clinic_id)
        hold(visit)
        last = latest(visit)
        if visit.match == Match.NEW and last and last.by_id == by.pk:
            return last
        refuse_if_decided(visit, seen)
        if visit.match == Match.NEW:
            raise Refused(f"{visit.token} was made a new patient already.")
        if not visit.sign_in.child_name:
            raise Refused(NAMELESS)
        own = own_record(visit, visit.patient)
        made_for = visit.patient_id if is_made_for(visit) else own.merged_id if own else None
        kept = fresh_patient(made_for) if made_for else provisional_for(visit, at=at)
        return keep(visit, kept, by=by, at=at, said=said)


def keep(
    visit: Visit, patient: Patient, *, by: Staff, at: dt.datetime, said: PapersSaid = NOTHING_SAID
) -> MatchDecision:
    """This provisional record is a patient from now on, and the visit's."""
    if patient.status != Patient.Status.MERGED:
        # One that was merged stands again once the visit goes there, with all that is on it.
        patient.status, patient.updated_at = Patient.Status.ACTIVE, at
        patient.save(update_fields=["status", "updated_at"])
    return relink(visit, patient, kind=Kind.NEW_PATIENT, match=Match.NEW, by=by, at=at, said=said)


def complete(*, provisional: Patient, by: Staff, at: dt.datetime, **details: Any) -> Patient:
    """The desk has asked: these are the child's details, and the record is a patient from now on.

    `details` are the patient's own columns. What was typed at sign-in stays in the sign-in.
    """
    require(Act.MATCH, by)
    with write():
        hold_boards(provisional.clinic_id)
        patient = fresh_patient(provisional.pk)
        if not patient.is_provisional:
            raise Refused("This record is not provisional any more, so it was left as it is.")
        made_from = patient.visits.filter(match=Match.UNKNOWN).order_by("pk").first()
        care = columns(patient, [name for name in details if name in CARE])
        for column, value in details.items():
            setattr(patient, column, value)
        patient.updated_at = at
        patient.save(update_fields=[*details, "updated_at"])
        # Asked while this family was here: should it be another child's visit, what was said goes with it.
        chart_changes.remember(patient, care, visit=made_from, by=by, at=at)
        if made_from is None:
            Patient.objects.filter(pk=patient.pk).update(status=Patient.Status.ACTIVE)
        else:
            hold(made_from)
            keep(made_from, patient, by=by, at=at)
        open_visits.bring_in_step(open_visits.hold_open([patient.pk]), by=by, at=at)
        audit.record(
            action="patient.completed",
            subject=patient,
            at=at,
            by=by,
            patient_id=patient.pk,
            columns=sorted(details),
        )
    patient.refresh_from_db()
    return patient


def merge(*, provisional: Patient, into: Patient, by: Staff, at: dt.datetime) -> Merged:
    """All of a provisional record goes to the record it turned out to be."""
    if not provisional.is_provisional and provisional.merged_into_id != into.pk:
        raise Refused("Only a provisional record can be merged into another.")
    return merging.merge(merged=provisional, into=into, by=by, at=at, sure=True)


def undo(
    *, visit: Visit, by: Staff, at: dt.datetime, seen: int | None = None, said: PapersSaid = NOTHING_SAID
) -> MatchDecision:
    """Take back the last decision on this visit; the child is again who it was before.

    What the decision did with each paper is given back; what was written since goes by the rule and `said`.

    Anybody at the desk may: a wrong child cannot wait for the one who made the mistake.
    """
    require(Act.MATCH, by)
    with write():
        hold_boards(visit.clinic_id)
        hold(visit)
        newest = visit.match_decisions.select_related("by").order_by("pk").last()
        if newest and newest.undoes_id and newest.undoes_id == seen and newest.by_id == by.pk:
            return newest
        refuse_if_decided(visit, seen)
        last = latest(visit)
        if last is None:
            raise Refused(f"There is nothing to undo for {visit.token}.")
        if last.kind == Kind.MERGE and last.previous_patient is not None and takes_merge_back(last):
            undone = unmerging.undo_decision(last, by=by, at=at)
            hold(visit)
            return undone
        return step_back(visit, last, by=by, at=at, said=said)


def takes_merge_back(last: MatchDecision) -> bool:
    """Whether undoing it undoes its merge. That may be undone already, or its record stand by itself: then
    only the visit goes back there."""
    return last.merge is None or unmerging.is_in_force(last.merge, fresh_patient(last.merge.merged_id))


def refuse_if_decided(visit: Visit, seen: int | None) -> None:
    """Two people at once: the second is told who did what, and changes nothing."""
    if seen is None:
        return
    newest = visit.match_decisions.select_related("by", "patient").order_by("pk").last()
    if newest is None or newest.pk == seen:
        return
    who, when = newest.by or "The clinic’s computer", local(visit, newest.at)
    if newest.kind == Kind.UNDO:
        raise Refused(f"{who} undid the last decision on {visit.token} at {when}. Nothing more was changed.")
    raise Refused(f"{who} settled {visit.token} at {when}: it is {newest.patient}. Nothing more was changed.")


def provisional_for(visit: Visit, *, at: dt.datetime) -> Patient:
    """A record of the child as typed, to be completed or merged by the desk."""
    claim = records.said(visit.sign_in)
    source = Source.DESK if visit.sign_in.channel == Channel.DESK else Source.KIOSK
    return linking.provisional(claim, clinic=visit.location.clinic, source=source, at=at)


def step_back(
    visit: Visit, last: MatchDecision, *, by: Staff, at: dt.datetime, said: PapersSaid = NOTHING_SAID
) -> MatchDecision:
    (before, over), made = made_records.goes_back_to(last), last.patient
    for one in over:
        # The merge that had taken the visit along is over: so is what it decided here.
        decide(visit, Kind.UNDO, by=by, at=at, patient=before, was=one.patient, undoes=one)
    is_own = own_record(visit, visit.patient) is not None and made == visit.patient
    # A record that stood again by this decision, and is another visit's too by now, stays as it is.
    stood_again = last.paper_moves.filter(paper=Paper.RECORD, subject="Patient", done=Done.MOVED).exists()
    stays = before != made and (is_own or stood_again)
    was_made = last.kind == Kind.NEW_PATIENT and made is not None and not stays
    if was_made and made is not None:
        set_status(made, Patient.Status.PROVISIONAL, at=at)
    if before is not None:
        before = fresh_patient(before.pk)
    known = (over[-1] if over else last).previous_match
    match = known if last.kind != Kind.AUTO else Match.PROBABLE
    undone = relink(visit, before, kind=Kind.UNDO, match=match, by=by, at=at, undoes=last, said=said)
    if was_made and made is not None and not made_records.holds_something(made):
        # Of what the visit does not take with it nothing must stand on a record that counts as none.
        set_status(made, Patient.Status.ENTERED_IN_ERROR, at=at)
    return undone


def set_status(made: Patient, status: Patient.Status, *, at: dt.datetime) -> None:
    """What the record counts as from now on, unless it is a part of another by now."""
    row = fresh_patient(made.pk)
    if row.status != Patient.Status.MERGED:
        row.status, row.updated_at = status, at
        row.save(update_fields=["status", "updated_at"])
