"""Of which child a need is: what was due to another child stays at the visit, and is that child's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from checkin.models import MatchDecision, Need, NeedAnswer, Patient, Visit
from checkin.models.entry_wording import describe_patient
from checkin.models.sign_in_record_merges import record_ids_with_merged
from checkin.models.sign_in_records import final_record_id
from checkin.rules.child_labels import CHILD_OF_VISIT, ChildLabel, label_two_children
from checkin.rules.need_types import NeedOutcome

_OTHER_CHILD_ROLE = "the other child"


def find_other_child_of_need(need: Need) -> Patient | None:
    """Whose due item it is, where that is not the child of its visit.

    A record and the one that it was merged into are one child. What was given is the visit's child's
    (`actions.immunization_moves` keeps it so), whosever item it was given for.
    """
    item, visits = need.due_item, need.visit.patient_id
    if item is None or item.patient_id == visits or need.status == NeedOutcome.DONE:
        return None
    merged = item.patient.merged_into_id is not None
    return None if merged and final_record_id(item.patient_id) == visits else item.patient


def other_children_by_need(visit: Visit, needs: Iterable[Need]) -> dict[int, ChildLabel]:
    """Whose each of these needs of one visit is, by its id, where that is not the visit's child.

    Each with its due item and the item's patient read along. No query where all are of the visit's child;
    else two, one more for each such child, and one for each further remove of merged records.
    """
    found = {one.pk: one.due_item.patient for one in needs if one.due_item and one.status != NeedOutcome.DONE}
    found = {pk: patient for pk, patient in found.items() if patient.pk != visit.patient_id}
    own = record_ids_with_merged(visit.patient_id) if found and visit.patient_id else []
    others = {patient.pk: patient for patient in found.values() if patient.pk not in own}
    now = describe_patient(visit.patient) if others and visit.patient else None
    told = {
        pk: label_two_children(describe_patient(one), now, roles=(_OTHER_CHILD_ROLE, CHILD_OF_VISIT))[0]
        for pk, one in others.items()
    }
    return {pk: told[patient.pk] for pk, patient in found.items() if patient.pk in told}


def lapsed_ids_of_former_child(visit: Visit, lapsed: Iterable[NeedAnswer]) -> set[int]:
    """Which of these lines, in which a need lapsed, are of a child whose visit this was said to be, by id.

    A need lapsed on that child's record, or as the visit left it: what they need is told at no other's visit.
    Nor is what lapsed here as another visit left this child, and took with it what was said there.
    Where the visit is nobody's, all is told. No query where nothing lapsed; else one, two more where this or
    such a visit was another's, and those of `other_children_by_need`.
    """
    lapsed = list(lapsed)
    if not lapsed or visit.patient_id is None:
        return set()
    moves = _list_moves_around_visit(visit, {one.at for one in lapsed})
    own = {None, visit.patient_id}
    if any(one.was not in own or one.now not in own for one in moves):
        own |= set(record_ids_with_merged(visit.patient_id))
    others = other_children_by_need(visit, [one.need for one in lapsed])
    mine = [one for one in moves if one.visit == visit.pk]
    left = {(one.at, one.was) for one in moves if one.visit != visit.pk and one.now not in own - {None}}
    whose = {one.pk: next((go.was for go in mine if go.at >= one.at), visit.patient_id) for one in lapsed}
    return {
        one.pk
        for one in lapsed
        if one.need_id in others or whose[one.pk] not in own or (one.at, whose[one.pk]) in left
    }


class _VisitDeparture(NamedTuple):
    """A visit that went from one child, or nobody, to another."""

    pk: int
    visit: int
    at: dt.datetime
    was: int | None
    now: int | None


def _list_moves_around_visit(visit: Visit, times: set[dt.datetime]) -> list[_VisitDeparture]:
    """This visit's moves in turn, and those in which at these times another visit left a child of this one's.

    One query for both: a page of needs has a budget.
    """
    read = ("pk", "visit", "at", "previous_patient", "patient")
    left = MatchDecision.objects.filter(at__in=times)
    here = left.filter(previous_patient=visit.patient_id).values_list(*read)
    before = left.filter(previous_patient__in=visit.match_decisions.values("previous_patient"))
    found = visit.match_decisions.values_list(*read).union(here, before.values_list(*read)).order_by("pk")
    return [_VisitDeparture(*one) for one in found]


def tell_need_children_apart(other: Patient, need: Need) -> tuple[ChildLabel, ChildLabel]:
    """Both as a sentence names them: whose it is, and the child of the visit, or nobody."""
    now = need.visit.patient
    return label_two_children(
        describe_patient(other),
        describe_patient(now) if now else None,
        roles=(_OTHER_CHILD_ROLE, CHILD_OF_VISIT),
    )
