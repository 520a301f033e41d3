"""Find the child of a need: another child's due items stay at the visit, under that child's name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from checkin.models import ConfidentialMark, MatchDecision, Need, NeedAnswer, Patient, Visit
from checkin.models.entry_wording import describe_patient
from checkin.models.sign_in_record_merges import record_ids_with_merged
from checkin.models.sign_in_records import final_record_id
from checkin.rules.child_labels import CHILD_OF_VISIT, ChildLabel, label_two_children
from checkin.rules.need_types import NeedOutcome

_OTHER_CHILD_ROLE = "the other child"


def find_other_child_of_need(need: Need) -> Patient | None:
    """Return the child that a due item belongs to, if it is not the visit's child; else None.

    A record and the one it was merged into are one child. What was given belongs to the visit's child,
    also if the item is another's (`actions.immunization_moves` ensures that).
    """
    item, visits = need.due_item, need.visit.patient_id
    if item is None or item.patient_id == visits or need.status == NeedOutcome.DONE:
        return None
    merged = item.patient.merged_into_id is not None
    return None if merged and final_record_id(item.patient_id) == visits else item.patient


def other_children_by_need(visit: Visit, needs: Iterable[Need]) -> dict[int, ChildLabel]:
    """Return, by need id, the child that a need belongs to, if it is not the visit's child.

    Load each need's due item and the item's patient. Runs no query if all belong to the visit's child.
    Otherwise it runs two, one more per other child, and one per further level of merged records.
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
    """Return the ids of those answers that ended a need of a former child of this visit.

    Such a need ended while the visit was that child's, or when the visit left that child. It is not shown at
    another child's visit. Nor is a need that ended here because another visit left this child with its
    entries, or was marked as confidential with what was said at it. If the visit has no child, all are shown.
    Runs no query if nothing lapsed. Otherwise it runs two, two more if this or such a visit was another
    child's, and those of `other_children_by_need`.
    """
    lapsed = list(lapsed)
    if not lapsed or visit.patient_id is None:
        return set()
    times = {one.at for one in lapsed}
    moves = _list_moves_around_visit(visit, times)
    own = {None, visit.patient_id}
    if any(one.was not in own or one.now not in own for one in moves):
        own |= set(record_ids_with_merged(visit.patient_id))
    others = other_children_by_need(visit, [one.need for one in lapsed])
    mine = [one for one in moves if one.visit == visit.pk]
    marked = _list_times_of_other_marks(visit, times)
    left = {(one.at, one.was) for one in moves if one.visit != visit.pk and one.now not in own - {None}}
    whose = {one.pk: next((go.was for go in mine if go.at >= one.at), visit.patient_id) for one in lapsed}
    return {
        one.pk
        for one in lapsed
        if one.need_id in others
        or whose[one.pk] not in own
        or (one.at, whose[one.pk]) in left
        or one.at in marked
    }


def _list_times_of_other_marks(visit: Visit, times: set[dt.datetime]) -> set[dt.datetime]:
    """Return at which of these times the mark of another visit of this child was set or ended."""
    marks = ConfidentialMark.objects.filter(visit__patient=visit.patient_id, at__in=times).exclude(
        visit=visit
    )
    return set(marks.values_list("at", flat=True))


class _VisitDeparture(NamedTuple):
    """A visit that went from one child, or nobody, to another."""

    pk: int
    visit: int
    at: dt.datetime
    was: int | None
    now: int | None


def _list_moves_around_visit(visit: Visit, times: set[dt.datetime]) -> list[_VisitDeparture]:
    """Return the changes of this visit's child, and those by which other visits left its children then.

    In order. `times`: when other visits left. One query for both: the needs page has a query limit.
    """
    read = ("pk", "visit", "at", "previous_patient", "patient")
    left = MatchDecision.objects.filter(at__in=times)
    here = left.filter(previous_patient=visit.patient_id).values_list(*read)
    before = left.filter(previous_patient__in=visit.match_decisions.values("previous_patient"))
    found = visit.match_decisions.values_list(*read).union(here, before.values_list(*read)).order_by("pk")
    return [_VisitDeparture(*one) for one in found]


def tell_need_children_apart(other: Patient, need: Need) -> tuple[ChildLabel, ChildLabel]:
    """Return labels for the child that the need belongs to and for the visit's child, if any."""
    now = need.visit.patient
    return label_two_children(
        describe_patient(other),
        describe_patient(now) if now else None,
        roles=(_OTHER_CHILD_ROLE, CHILD_OF_VISIT),
    )
