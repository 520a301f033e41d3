"""A question to the family stays open wherever their visit is moved and moved back."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.actions import discrepancies, match_decisions, merge_undo, patient_merges
from checkin.actions.entry_moves import ALL_ENTRIES_GO
from checkin.models import Clinic, Location, MatchDecision, Patient, Staff, Visit
from tests import make

pytestmark = pytest.mark.django_db

ASKED = {"name": "asking", "birth_date": "asking"}


@pytest.fixture
def ned(brook: Clinic) -> Patient:
    return make.patient(brook, "Ned Fox", "2018-03-14")


@pytest.fixture
def again(brook: Clinic) -> Patient:
    return make.patient(brook, "Ned Fox", "2018-03-15")


@pytest.fixture
def visit(front: Location, ned: Patient, dana: Staff) -> Visit:
    """A visit with two discrepancies, and the desk asks the family about both."""
    made = make.visit(front, make.at("9:00"), name="Ned Foxx", born="2018-03-11")
    match_decisions.link_visit_to_patient(visit=made, patient=ned, by=dana, at=make.at("9:01"))
    for one in made.discrepancies.open():
        discrepancies.decide_discrepancy(discrepancy=one, kind="ask", by=dana, at=make.at("9:02"))
    assert standing(made) == ASKED
    return made


def standing(visit: Visit) -> dict[Any, Any]:
    return dict(visit.discrepancies.open().values_list("field", "status"))


def recorded(visit: Visit) -> dict[Any, Any]:
    return dict(visit.discrepancies.open().values_list("field", "recorded"))


def link(visit: Visit, patient: Patient, by: Staff, clock: str) -> MatchDecision:
    fresh = Visit.objects.get(pk=visit.pk)
    return match_decisions.link_visit_to_patient(
        visit=fresh, patient=patient, by=by, at=make.at(clock), said=ALL_ENTRIES_GO
    )


@pytest.mark.parametrize("stays", ["ned", "again"])
def test_a_merge_and_its_undo_keep_the_question_open(
    request: pytest.FixtureRequest, visit: Visit, ned: Patient, again: Patient, max_: Staff, stays: str
) -> None:
    into = request.getfixturevalue(stays)
    facts = {"by": max_, "why": "their mother showed both cards"}
    before = recorded(visit)
    made = patient_merges.merge_patients(
        merged=again if into == ned else ned, into=into, at=make.at("9:10"), **facts
    )
    assert standing(visit) == ASKED
    assert recorded(visit)["birth_date"] == f"{into.birth_date}"
    merge_undo.undo_patient_merge(merge=made.merge, by=max_, at=make.at("9:11"))
    assert (standing(visit), recorded(visit)) == (ASKED, before)


def test_a_question_closed_by_a_merge_is_open_again_after_the_undo(
    brook: Clinic, visit: Visit, ned: Patient, max_: Staff
) -> None:
    same = make.patient(brook, "Ned Foxx", "2018-03-11")
    made = patient_merges.merge_patients(
        merged=ned, into=same, by=max_, at=make.at("9:10"), why="their mother says so"
    )
    assert standing(visit) == {}
    merge_undo.undo_patient_merge(merge=made.merge, by=max_, at=make.at("9:11"))
    assert standing(visit) == ASKED


def test_relinking_a_visit_to_the_first_child_asks_the_question_again(
    visit: Visit, ned: Patient, again: Patient, dana: Staff
) -> None:
    link(visit, again, dana, "9:10")
    assert standing(visit) == dict.fromkeys(ASKED, "open"), "the question was of the other child's record"
    link(visit, ned, dana, "9:11")
    assert standing(visit) == ASKED


def test_a_question_settled_after_it_was_asked_is_not_asked_again(
    visit: Visit, ned: Patient, again: Patient, dana: Staff
) -> None:
    one = visit.discrepancies.get(field="name", status="asking")
    discrepancies.decide_discrepancy(discrepancy=one, kind="keep_old", by=dana, at=make.at("9:05"))
    discrepancies.undo_discrepancy_decision(
        discrepancy=visit.discrepancies.get(field="birth_date"), by=dana, at=make.at("9:06")
    )
    link(visit, again, dana, "9:10")
    link(visit, ned, dana, "9:11")
    assert "asking" not in standing(visit).values()
