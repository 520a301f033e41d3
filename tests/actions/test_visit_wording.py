"""What an adult asked for at a visit is that visit's: all of it goes along, and the last word counts."""

from __future__ import annotations

import pytest

from checkin.actions import match_decisions, merge_undo, preferences
from checkin.actions.match_corrections import find_entries_to_show
from checkin.models import AuditEvent, ChartChange, Escort, PatientMerge
from checkin.rules.entry_fates import EntryKind
from tests import make
from tests.actions.corrected_visits import NOVEMBER, fresh, relink, undo
from tests.actions.test_escort_returns import ROSA


def at(minute):
    return make.at(f"10:{minute:02}", NOVEMBER)


def tell(visit, by, minute, *, at_visit=True):
    """A wish that names the minute it was told at, at the visit or on the page of the record it is on."""
    escort, here = fresh(fresh(visit).escort), visit if at_visit else None
    wish = {"approach": "", "best_way": "text", "best_time": f"at {minute}"}
    preferences.set_preferences(escort=escort, by=by, at=at(minute), visit=here, **wish)


def forget(visit, by, minute):
    preferences.forget_preferences(escort=fresh(fresh(visit).escort), by=by, at=at(minute), visit=visit)


def tell_twice(visit, six, by):
    """On the record that the sign-in made, returned, and again once it is merged into one that knows her."""
    Escort.objects.create(clinic=six.clinic, patient=six, name="Rosa Delgado", relationship="aunt")
    own = visit.patient
    tell(visit, by, 1)
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=by, at=at(2))
    tell(visit, by, 3)
    return own


def times(patient):
    """What is remembered of each adult of the record."""
    return [one.best_time for one in patient.escorts.all()]


def rows_of_words(visit):
    """The rows on which anything stands that was told at this visit."""
    fresh(visit)
    return {*ChartChange.objects.filter(visit=visit, subject="Escort").values_list("subject_id", flat=True)}


@pytest.mark.parametrize("last", ["told", "forgotten"])
def test_the_last_word_told_at_a_visit_counts_though_two_of_them_came_to_one_row(visit, six, dana, last):
    """The one before came back: an undo had put it beside the first, and only one of the two went along."""
    own = tell_twice(visit, six, dana)
    undo(visit, dana, at=at(4))
    if last == "told":
        tell(visit, dana, 5)
    else:
        forget(visit, dana, 5)
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=at(6))
    assert times(own) == ["at 5" if last == "told" else ""]


def test_every_word_of_a_visit_goes_with_it_and_comes_back_with_it(visit, six, one, dana):
    """One of them stayed on a row that was gone by then, or on the record of the child before."""
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


def test_of_all_that_was_told_at_a_visit_the_last_word_is_listed_and_told_once(visit, six, one, dana):
    """Each word that stood was a line of its own, though they ask for one thing."""
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
def test_a_word_told_twice_at_the_visit_is_no_word_of_the_records_own(front, visit, six, dana, max_, then):
    """The first became the record's: its moment was written over, so it read as from before history was kept.

    It stayed there when the visit turned out to be another child's.
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


def test_told_twice_at_a_visit_that_leaves_it_says_neither_word_there(front, visit, six, one, dana):
    """However often it is told at the visit, none of it is left on a row that another visit names."""
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=dana, at=at(1))
    other = make.visit(front, make.at("9:42", NOVEMBER), name="Finn O'Neil", born="2018-03-14", **ROSA)
    assert other.escort == fresh(visit).escort
    for minute in (2, 3):
        tell(visit, dana, minute)
    forget(visit, dana, 4)
    tell(visit, dana, 5)
    relink(visit, one, dana, at=at(6))
    assert (times(six), times(one)) == ([""], ["at 5"])
