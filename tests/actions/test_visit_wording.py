"""A preference set at a visit belongs to that visit: all of it moves along, and the latest counts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import match_decisions, merge_undo, preferences
from checkin.actions.match_corrections import find_entries_to_show
from checkin.models import AuditEvent, ChartChange, Escort, Location, Patient, PatientMerge, Staff, Visit
from checkin.rules.entry_fates import EntryKind
from tests import make
from tests.actions.corrected_visits import NOVEMBER, fresh, relink, undo
from tests.actions.test_escort_returns import ROSA


def at(minute: int) -> dt.datetime:
    return make.at(f"10:{minute:02}", NOVEMBER)


def tell(visit: Visit, by: Staff, minute: int, *, at_visit: bool = True) -> None:
    """Set a preference that names its minute, at the visit or on the page of the visit's record."""
    escort, here = fresh(fresh(visit).escort), visit if at_visit else None
    wish = {"approach": "", "best_way": "text", "best_time": f"at {minute}"}
    preferences.set_preferences(escort=escort, by=by, at=at(minute), visit=here, **wish)


def forget(visit: Visit, by: Staff, minute: int) -> None:
    preferences.forget_preferences(escort=fresh(fresh(visit).escort), by=by, at=at(minute), visit=visit)


def tell_twice(visit: Visit, six: Patient, by: Staff) -> Patient | None:
    """Set it on the sign-in record, which is returned, and again once merged into a record that has her."""
    Escort.objects.create(clinic=six.clinic, patient=six, name="Rosa Delgado", relationship="aunt")
    own = visit.patient
    tell(visit, by, 1)
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=by, at=at(2))
    tell(visit, by, 3)
    return own


def times(patient: Any) -> list[Any]:
    """Return what is remembered for each adult of the record."""
    return [one.best_time for one in patient.escorts.all()]


def rows_of_words(visit: Visit) -> set[Any]:
    """Return the ids of the escort rows with a preference set at this visit."""
    fresh(visit)
    return {*ChartChange.objects.filter(visit=visit, subject="Escort").values_list("subject_id", flat=True)}


@pytest.mark.parametrize("last", ["told", "forgotten"])
def test_the_latest_preference_of_a_visit_counts_after_two_came_to_one_row(
    visit: Visit, six: Patient, dana: Staff, last: str
) -> None:
    """The previous one came back: an undo had put it beside the first, and only one moved along."""
    own = tell_twice(visit, six, dana)
    undo(visit, dana, at=at(4))
    if last == "told":
        tell(visit, dana, 5)
    else:
        forget(visit, dana, 5)
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=at(6))
    assert times(own) == ["at 5" if last == "told" else ""]


def test_every_preference_of_a_visit_moves_with_it_and_back(
    visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    """One of them stayed on a row that no longer existed, or on the previous child's record."""
    own = tell_twice(visit, six, dana)
    relink(visit, one, dana, at=at(4))
    assert (times(six), times(one)) == ([""], ["at 3"])
    assert rows_of_words(visit) == {visit.escort_id}
    undo(visit, dana, at=at(5))
    assert (times(six), times(one)) == (["at 3"], [])
    assert rows_of_words(visit) == {visit.escort_id}
    undo(visit, dana, at=at(6))
    assert (times(six), times(own)) == ([""], ["at 3"])
    assert rows_of_words(visit) == {visit.escort_id}


def test_only_the_latest_preference_of_a_visit_is_listed_and_audited(
    visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    """Each one had a line of its own, although they all concern one preference."""
    tell_twice(visit, six, dana)
    tell(visit, dana, 4)
    listed = [
        paper.what for paper in find_entries_to_show(fresh(visit), one) if paper.paper == EntryKind.WISH
    ]
    assert len(listed) == 1 and "at 4" in listed[0]
    decision = relink(visit, one, dana, at=at(5))
    moved = decision.paper_moves.get(paper=EntryKind.WISH, subject="ChartChange")
    assert ChartChange.objects.get(pk=moved.subject_id).after["best_time"] == "at 4"
    assert AuditEvent.objects.filter(action="paper.moved", detail__paper=EntryKind.WISH).count() == 1


@pytest.mark.parametrize("then", ["told", "forgotten"])
def test_a_preference_set_twice_at_a_visit_does_not_become_the_records_own(
    front: Location, visit: Visit, six: Patient, dana: Staff, max_: Staff, then: str
) -> None:
    """The first became the record's: its time was overwritten, so it looked older than its history.

    It stayed there after the visit was relinked to another child.
    """
    own = visit.patient
    match_decisions.decide_new_patient(visit=visit, by=dana, at=at(0))
    tell(visit, dana, 1)
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=dana, at=at(2))
    tell(visit, dana, 3, at_visit=False)
    if then == "told":
        tell(visit, dana, 4)
    else:
        forget(visit, dana, 4)
    merge_undo.undo_patient_merge(merge=PatientMerge.objects.get(), by=max_, at=at(5))
    assert (times(six), times(own)) == (["at 3"], ["at 4" if then == "told" else ""])
    other = make.visit(front, make.at("9:45", NOVEMBER), name="Zoltan Kiss", born="2013-05-05", **ROSA)
    assert other.patient == own
    relink(visit, six, dana, at=at(6))
    assert times(own) == [""]


def test_a_preference_set_twice_at_a_visit_is_removed_when_the_visit_moves(
    front: Location, visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    """However often it is set at the visit, none of it stays on a row that another visit uses."""
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=dana, at=at(1))
    other = make.visit(front, make.at("9:42", NOVEMBER), name="Finn O'Neil", born="2018-03-14", **ROSA)
    assert other.escort == fresh(visit).escort
    for minute in (2, 3):
        tell(visit, dana, minute)
    forget(visit, dana, 4)
    tell(visit, dana, 5)
    relink(visit, one, dana, at=at(6))
    assert (times(six), times(one)) == ([""], ["at 5"])
