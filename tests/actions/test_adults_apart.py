"""An adult who brings one child is listed only on that child's record once a merge is undone."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.actions import match_decisions, merge_undo, patient_merges, preferences
from checkin.models import Escort, Location, Patient, PatientMerge, Staff, Visit
from tests import make
from tests.actions.corrected_visits import LATER, LATEST, NOVEMBER, WRITTEN, fresh, relink, said, undo
from tests.actions.test_escort_returns import FINN, ROSA, tell, ways
from tests.actions.test_sign_in_record_merges import LAST, WISH

THEIR_MOTHER = "their mother says so"


def known_on(patient: Patient, **more: Any) -> Escort:
    """Add Rosa as an escort on the record's own page."""
    told = {"name": "Rosa Delgado", "relationship": "aunt", **more}
    return Escort.objects.create(clinic=patient.clinic, patient=patient, **told)


@pytest.mark.parametrize("way", ["undone", "new patient", "another child"])
def test_an_adult_of_another_merged_record_stays_when_the_visits_adult_leaves(
    visit: Visit, six: Patient, one: Patient, eight: Patient, dana: Staff, max_: Staff, way: str
) -> None:
    """Her row was the visit's and hid the other's: the chart lost both her and her preference."""
    came_at = make.at("8:00", NOVEMBER)
    known_on(eight, phone="555-010-0111", last_came_at=came_at, remembered_at=came_at, **WISH)
    own = visit.patient
    match_decisions.link_visit_to_patient(visit=visit, patient=one, by=dana, at=WRITTEN)
    merged = patient_merges.merge_patients(
        merged=eight, into=one, by=max_, at=WRITTEN, why=THEIR_MOTHER
    ).merge
    if way == "undone":
        undo(visit, dana, at=LATER)
    elif way == "new patient":
        match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=LATER, said=said(visit, own))
    else:
        relink(visit, six, dana)
    row = one.escorts.get()
    assert (row.best_way, row.relationship, row.phone) == ("text", "aunt", "555-010-0111")
    assert row.last_came_at == came_at
    merge_undo.undo_patient_merge(merge=merged, by=max_, at=LATEST)
    assert (ways(one), ways(eight)) == ([], ["text"])


def test_undo_removes_the_adult_of_a_visit_that_is_now_another_childs(
    front: Location, six: Patient, one: Patient, eight: Patient, dana: Staff, max_: Staff
) -> None:
    """Her row was hidden behind that of the record it was merged into, and reappeared with the undo."""
    known_on(one)
    visit = make.visit(front, make.at("9:40", NOVEMBER), **FINN, **ROSA, escort_phone="555-010-0111")
    assert visit.patient == six
    merged = patient_merges.merge_patients(merged=six, into=one, by=max_, at=WRITTEN, why=THEIR_MOTHER).merge
    relink(visit, eight, dana)
    made = merge_undo.undo_patient_merge(merge=merged, by=max_, at=LATEST)
    assert not six.escorts.exists()
    moves = made.paper_moves.filter(subject="Escort", done="removed")
    assert [move.was_patient for move in moves] == [six], "and the page says so"


def test_undo_removes_an_adult_that_only_the_merged_record_listed(
    visit: Visit, one: Patient, eight: Patient, dana: Staff, max_: Staff
) -> None:
    known_on(one)
    own = visit.patient
    match_decisions.decide_new_patient(visit=visit, by=dana, at=WRITTEN)
    merged = patient_merges.merge_patients(merged=one, into=own, by=max_, at=WRITTEN, why=THEIR_MOTHER).merge
    relink(visit, eight, dana)
    assert [row.name for row in own.escorts.all()] == ["Rosa Delgado"], "while the two are one"
    merge_undo.undo_patient_merge(merge=merged, by=max_, at=LATEST)
    assert not own.escorts.exists()


def test_no_adult_is_left_on_a_record_the_visit_only_passed_through(
    visit: Visit, six: Patient, one: Patient, dana: Staff, max_: Staff
) -> None:
    own = visit.patient
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    first = PatientMerge.objects.get()
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=WRITTEN, said=said(visit, own))
    tell(visit, dana)
    undo(visit, dana, at=LATER)
    onward = patient_merges.merge_patients(merged=six, into=one, by=max_, at=LATER, why=THEIR_MOTHER).merge
    tell(visit, dana, at=LATEST, wish=WISH | {"best_way": "phone"})
    merge_undo.undo_patient_merge(merge=first, by=max_, at=LAST)
    merge_undo.undo_patient_merge(merge=onward, by=max_, at=LAST)
    assert (ways(one), ways(six), ways(own)) == (["phone"], [], ["text"])


@pytest.mark.parametrize("reason", ["a word", "a visit"])
def test_undo_keeps_an_adult_with_a_preference_or_visit_on_the_record(
    front: Location, six: Patient, one: Patient, dana: Staff, max_: Staff, reason: str
) -> None:
    other = make.visit(front, make.at("9:35", NOVEMBER), **FINN, **ROSA)
    visit = make.visit(front, make.at("9:40", NOVEMBER), **FINN, **ROSA)
    if reason == "a word":
        preferences.set_preferences(escort=visit.escort, visit=other, by=dana, at=WRITTEN, **WISH)
    known_on(one)
    merged = patient_merges.merge_patients(merged=six, into=one, by=max_, at=WRITTEN, why=THEIR_MOTHER).merge
    merge_undo.undo_patient_merge(merge=merged, by=max_, at=LATEST)
    assert [row.name for row in six.escorts.all()] == ["Rosa Delgado"]
    assert fresh(other).escort == fresh(visit).escort == six.escorts.get()


def test_a_preference_that_two_visits_partly_share_is_removed_completely(
    front: Location, visit: Visit, six: Patient, dana: Staff, max_: Staff
) -> None:
    """Both visits had said “leave me be”; after both had left the chart, it still said so."""
    known_on(six)
    preferences.set_preferences(escort=visit.escort, visit=visit, by=dana, at=WRITTEN, **WISH)
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=dana, at=WRITTEN)
    came_at, wish = make.at("10:02", NOVEMBER), {"remember": True, "approach": "leave", "best_way": "email"}
    other = make.visit(front, came_at, name="Ada Lovelace", born="2010-02-02", **ROSA, **wish)
    own = other.patient
    match_decisions.link_visit_to_patient(visit=other, patient=six, by=dana, at=LATER)
    undo(visit, dana, at=LATEST)
    assert (six.escorts.get().approach, ways(six)) == ("leave", ["email"])
    merge_undo.undo_patient_merge(merge=PatientMerge.objects.get(merged=own, undoes=None), by=max_, at=LAST)
    assert (six.escorts.get().approach, ways(six), ways(own)) == ("", [""], ["email"])


@pytest.mark.parametrize("way", ["link", "merge"])
def test_an_adult_of_a_record_merged_into_the_sign_in_record_follows_it(
    visit: Visit, six: Patient, one: Patient, eight: Patient, dana: Staff, max_: Staff, way: str
) -> None:
    """She was on a record merged into the sign-in record: when that moved, her preference vanished."""
    known_on(eight, name="", relationship="Aunt", remembered_at=make.at("8:00", NOVEMBER), **WISH)
    own = visit.patient
    if way == "merge":
        match_decisions.decide_new_patient(visit=visit, by=dana, at=WRITTEN)
    made = patient_merges.merge_patients(merged=eight, into=own, by=max_, at=WRITTEN, why=THEIR_MOTHER).merge
    if way == "link":
        match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=dana, at=WRITTEN)
    else:
        patient_merges.merge_patients(merged=own, into=six, by=max_, at=WRITTEN, why=THEIR_MOTHER)
    assert aunts(six) == ["text"]
    relink(visit, one, dana, at=LATEST)
    assert (aunts(six), aunts(one)) == ([], ["text"])
    undo(visit, dana, at=LAST)
    assert (aunts(six), aunts(one)) == (["text"], [])
    undo(visit, dana, at=LAST)
    merge_undo.undo_patient_merge(merge=made, by=max_, at=LAST)
    assert (aunts(six), aunts(own), aunts(eight)) == ([], [], ["text"])


def aunts(patient: Patient | None) -> list[Any]:
    return [one.best_way for one in patient.escorts.filter(name="")]
