"""Of which child a need is: what was due to another child stays at the visit, and is that child's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from checkin.models import MatchDecision, Need, NeedAnswer, Patient, Visit
from checkin.models.made_records import end_of
from checkin.models.own_records import merged_here
from checkin.models.paper_words import child
from checkin.rules.need_facts import Outcome
from checkin.rules.telling_apart import OF_VISIT, Told, tell_apart

OTHER = "the other child"


def other_child(need: Need) -> Patient | None:
    """Whose due item it is, where that is not the child of its visit.

    A record and the one that it was merged into are one child. What was given is the visit's child's
    (`actions.given_moves` keeps it so), whosever item it was given for.
    """
    item, visits = need.due_item, need.visit.patient_id
    if item is None or item.patient_id == visits or need.status == Outcome.DONE:
        return None
    merged = item.patient.merged_into_id is not None
    return None if merged and end_of(item.patient_id) == visits else item.patient


def others_of_visit(visit: Visit, needs: Iterable[Need]) -> dict[int, Told]:
    """Whose each of these needs of one visit is, by its id, where that is not the visit's child.

    Each with its due item and the item's patient read along. No query where all are of the visit's child;
    else two, one more for each such child, and one for each further remove of merged records.
    """
    found = {one.pk: one.due_item.patient for one in needs if one.due_item and one.status != Outcome.DONE}
    found = {pk: patient for pk, patient in found.items() if patient.pk != visit.patient_id}
    own = merged_here(visit.patient_id) if found and visit.patient_id else []
    others = {patient.pk: patient for patient in found.values() if patient.pk not in own}
    now = child(visit.patient) if others and visit.patient else None
    told = {pk: tell_apart(child(one), now, roles=(OTHER, OF_VISIT))[0] for pk, one in others.items()}
    return {pk: told[patient.pk] for pk, patient in found.items() if patient.pk in told}


def of_child_before(visit: Visit, lapsed: Iterable[NeedAnswer]) -> set[int]:
    """Which of these lines, in which a need lapsed, are of a child whose visit this was said to be, by id.

    A need lapsed on that child's record, or as the visit left it: what they need is told at no other's visit.
    Nor is what lapsed here as another visit left this child, and took with it what was said there.
    Where the visit is nobody's, all is told. No query where nothing lapsed; else one, two more where this or
    such a visit was another's, and those of `others_of_visit`.
    """
    lapsed = list(lapsed)
    if not lapsed or visit.patient_id is None:
        return set()
    moves = moves_about(visit, {one.at for one in lapsed})
    own = {None, visit.patient_id}
    if any(one.was not in own or one.now not in own for one in moves):
        own |= set(merged_here(visit.patient_id))
    others = others_of_visit(visit, [one.need for one in lapsed])
    mine = [one for one in moves if one.visit == visit.pk]
    left = {(one.at, one.was) for one in moves if one.visit != visit.pk and one.now not in own - {None}}
    whose = {one.pk: next((go.was for go in mine if go.at >= one.at), visit.patient_id) for one in lapsed}
    return {
        one.pk
        for one in lapsed
        if one.need_id in others or whose[one.pk] not in own or (one.at, whose[one.pk]) in left
    }


class Gone(NamedTuple):
    """A visit that went from one child, or nobody, to another."""

    pk: int
    visit: int
    at: dt.datetime
    was: int | None
    now: int | None


def moves_about(visit: Visit, times: set[dt.datetime]) -> list[Gone]:
    """This visit's moves in turn, and those in which at these times another visit left a child of this one's.

    One query for both: a page of needs has a budget.
    """
    read = ("pk", "visit", "at", "previous_patient", "patient")
    left = MatchDecision.objects.filter(at__in=times)
    here = left.filter(previous_patient=visit.patient_id).values_list(*read)
    before = left.filter(previous_patient__in=visit.match_decisions.values("previous_patient"))
    found = visit.match_decisions.values_list(*read).union(here, before.values_list(*read)).order_by("pk")
    return [Gone(*one) for one in found]


def both_children(other: Patient, need: Need) -> tuple[Told, Told]:
    """Both as a sentence names them: whose it is, and the child of the visit, or nobody."""
    now = need.visit.patient
    return tell_apart(child(other), child(now) if now else None, roles=(OTHER, OF_VISIT))
