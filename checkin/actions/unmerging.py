"""Two records were not one child after all: each row of the merge goes back to where it was.

What was written since goes by one rule. What was written at a visit goes with that visit. What was written
on the record that stayed, at no visit, stays there. What the merge moved goes back as it is now, ended or
withdrawn since, but for what a visit that stays needs: that is left, and the ledger says why.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import (
    audit,
    number_returns,
    unmerge_columns,
    unmerge_corrections,
    unmerge_papers,
    unmerge_visits,
)
from checkin.actions.boards import Refused, hold_boards
from checkin.actions.merge_visits import refresh_family
from checkin.actions.merging import standing
from checkin.actions.paper_ledger import Ledger
from checkin.actions.paper_moves import ALL_GOES
from checkin.actions.permissions import require
from checkin.actions.relinking import Kind, fresh_patient, hold, latest, relink
from checkin.actions.writing import write
from checkin.models import MatchDecision, Patient, PatientMerge, Promise, Staff
from checkin.models.made_records import way_of
from checkin.models.own_records import went_on_with
from checkin.rules.paper_fates import Done, Paper
from checkin.rules.roles import Act

NOT_MERGED = "That record is not merged into the other any more, so nothing was changed."
WENT_ON = (
    "That record is there with {token}, whose match was changed since. Undo that first; nothing was changed."
)
AGAIN = "That merge was undone already, and the record was merged again since. Nothing was changed now."
AN_UNDO = "That is an undo already. Merge the two records again instead."


def undo(*, merge: PatientMerge, by: Staff, at: dt.datetime) -> PatientMerge:
    """Take back a merge; the row of the undo, with what was done. Twice is once, while the record stands.

    Anybody who may merge may: a wrong child cannot wait for the one who made the mistake.
    """
    require(Act.MERGE, by)
    with write():
        hold_boards(merge.clinic_id)
        if merge.undoes_id:
            raise Refused(AN_UNDO)
        known = PatientMerge.objects.filter(undoes=merge).first()
        if known and fresh_patient(merge.merged_id).status == Patient.Status.MERGED:
            raise Refused(AGAIN)
        return known or unfold(merge, by=by, at=at)


def undo_decision(last: MatchDecision, *, by: Staff, at: dt.datetime) -> MatchDecision:
    """Take back the merge that this decision on a visit is part of; the decision that undid it there.

    It asks for no role of its own, on purpose: a wrong match, with the merge that it made, is taken back by
    whoever may say which child a visit is of, which the caller has asked for.
    """
    if last.merge is None:
        return unfold_unwritten(last, by=by, at=at)
    unfold(last.merge, by=by, at=at)
    return MatchDecision.objects.get(undoes=last)


def unfold(merge: PatientMerge, *, by: Staff, at: dt.datetime) -> PatientMerge:
    """Undo it, inside a transaction in which the boards are held."""
    way = way_of(merge.into_id)
    held = {pk: fresh_patient(pk) for pk in sorted({merge.merged_id, *way})}
    merged, kept = held[merge.merged_id], held[way[-1]]
    if not is_in_force(merge, merged):
        raise Refused(why_not_in_force(merge, merged))
    made = PatientMerge.objects.create(
        clinic_id=merge.clinic_id, merged=merged, into=kept, at=at, by=by, undoes=merge
    )
    back = unmerge_visits.going_back(merge, kept)
    hold(*(one.visit for one in back))
    ledger = Ledger()
    unmerge_corrections.take_back_corrections(
        ledger, [one.visit for one in back], since=merge, way=way, by=by, at=at
    )
    merged.refresh_from_db()
    kept.refresh_from_db()
    stand_again(ledger, merge, merged, kept, at=at)
    visits = {one.visit.pk for one in back}
    unmerge_papers.give_back_all(ledger, merge, merged=merged, way=way, visits=visits)
    twins = unmerge_visits.give_back_escorts(ledger, merge, merged=merged, way=way, visits=visits)
    stay = number_returns.take_off(ledger, merge, to=merged.pk, visits=visits, by=by, at=at)
    facts: dict[str, Any] = {"merged": merged, "kept": kept, "by": by, "at": at}
    brought = [(one.visit, unmerge_visits.give_back(ledger, one, made, **facts)) for one in back]
    unmerge_visits.wishes_back(ledger, [one.visit for one in back], merged=merged, way=way)
    unmerge_columns.put_hidden_back(ledger, merge, way)
    for visit, escort in brought:
        if escort is not None:
            unmerge_visits.forget(ledger, visit, escort)
    unmerge_visits.take_off_strays(ledger, twins, merged=merged, way=way)
    unmerge_visits.say_last_words(ledger, merged=merged, way=way)
    unmerge_papers.settle_due_items(ledger, merged=merged, way=way)
    kept.refresh_from_db()
    for patient in (merged, kept):
        refresh_family(patient, by=by, at=at)
    number_returns.ask_again(stay, by=by, at=at)
    moves = ledger.write(merge=made)
    left = sum(move.done == Done.KEPT for move in moves)
    audit.record(
        action="patient.merge_undone",
        subject=merged,
        at=at,
        by=by,
        patient_id=kept.pk,
        merge=merge.pk,
        moved=sum(move.done == Done.MOVED for move in moves),
        left=left,
    )
    return made


def is_in_force(merge: PatientMerge, merged: Patient) -> bool:
    """Whether the record is where this merge put it, or in one that was merged into that since.

    Where its visit went elsewhere and came back, it is there by the last decision on that visit.
    """
    is_there = merged.status == Patient.Status.MERGED and merge.into_id in way_of(merged.pk)
    return is_there and standing(merged) == merge and went_on_with(merge) is None


def why_not_in_force(merge: PatientMerge, merged: Patient) -> str:
    visit = went_on_with(merge) if merged.status == Patient.Status.MERGED else None
    return WENT_ON.format(token=visit.token) if visit else NOT_MERGED


def stand_again(
    ledger: Ledger, merge: PatientMerge, merged: Patient, kept: Patient, *, at: dt.datetime
) -> None:
    """The record stands as it was; of the other one, each column that was taken from it and still says so."""
    move = merge.paper_moves.filter(paper=Paper.RECORD, subject_id=merged.pk).get()
    status = move.before["status"]
    to = {"status": status, "merged_into": None, "updated_at": at}
    ledger.change(merged, Paper.RECORD, Done.MOVED, was=kept.pk, now=merged.pk, **to)
    # The last first: an import since may have written over what the merge wrote, for the same record.
    for taken in merge.paper_moves.filter(subject="Patient", done=Done.CHANGED).order_by("-pk"):
        changed = fresh_patient(taken.subject_id)
        unmerge_columns.put_columns_back(ledger, changed, taken, only=None)
    kept.refresh_from_db()


def unfold_unwritten(last: MatchDecision, *, by: Staff, at: dt.datetime) -> MatchDecision:
    """Take back a merge of before merges were written down: the record and its visits, as far as is known.

    A visit on which somebody has decided otherwise since stays where they put it. What was written at a visit
    was said of the child who was there: it goes along unasked, as in the undo of any merge.
    """
    provisional = fresh_patient(last.previous_patient_id)
    into = provisional.merged_into
    if provisional.status == Patient.Status.MERGED:
        provisional.status, provisional.merged_into = Patient.Status.PROVISIONAL, None
        provisional.updated_at = at
        provisional.save(update_fields=["status", "merged_into", "updated_at"])
    together = MatchDecision.objects.filter(
        kind=Kind.MERGE, merge=None, previous_patient=provisional, at=last.at, undone_by=None
    ).select_related("visit")
    moved = [one for one in together.order_by("pk") if latest(one.visit) == one]
    hold(*(one.visit for one in moved))
    undone = {
        one.pk: relink(
            one.visit,
            provisional,
            kind=Kind.UNDO,
            match=one.previous_match,
            by=by,
            at=at,
            undoes=one,
            said=ALL_GOES,
        )  # fmt: skip
        for one in moved
    }
    if into is not None:
        promises_back(merged=provisional, kept=into)
    return undone[last.pk]


def promises_back(*, merged: Patient, kept: Patient) -> int:
    """Of a merge without a ledger: what was promised on the record that stands again."""
    return Promise.objects.filter(patient=kept, made_for=merged).update(patient=merged)
