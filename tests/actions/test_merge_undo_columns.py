"""After an undo, each changed column is reported once per record, and unchanged records are not mentioned."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.actions import discrepancies, match_decisions, preferences
from checkin.actions.discrepancy_questions import AnotherChildSuspected
from checkin.models import Clinic, Location, MatchDecision, Patient, Staff, Visit
from checkin.queries import entry_wording as entry_wording_queries
from tests import make
from tests.actions.corrected_visits import said
from tests.actions.merge_chains import Chain

pytestmark = pytest.mark.django_db
BORN = "2019-05-08"
WRITTEN, LATER, LATEST = (make.at(clock) for clock in ("9:50", "10:00", "10:10"))
WISHES = {"language": "pl", "interpreter_needed": True, "access_needs": "ramp"}


def record(clinic: Clinic, name: str, number: str, born: Any = BORN, **fields: Any) -> Patient:
    found = make.patient(clinic, name, born, **{"language": "en", **fields})
    found.identifiers.create(clinic=clinic, system="urn:bs", value=number)
    return found


@pytest.fixture
def hannah(brook: Clinic) -> Patient:
    return record(brook, "Hannah Lindqvist", "BS-0008")


@pytest.fixture
def hanna(brook: Clinic) -> Patient:
    return record(brook, "Hanna Lindqvist", "BS-0009")


def visit_of(front: Location, patient: Patient, by: Staff, **typed: Any) -> Visit:
    made = make.visit(front, make.at("9:40"), **{"name": "Johan Lind", "born": "", **typed})
    match_decisions.link_visit_to_patient(visit=made, patient=patient, by=by, at=make.at("9:45"))
    return Visit.objects.get(pk=made.pk)


def put_on_chart(visit: Visit, by: Staff, **wishes: Any) -> None:
    preferences.record_language_and_needs(
        patient=visit.patient, visit=visit, by=by, at=WRITTEN, **WISHES | wishes
    )


def use_new(visit: Visit, by: Staff, *fields: Any) -> None:
    for one in visit.discrepancies.open().filter(field__in=fields).order_by("pk"):
        facts = {"discrepancy": one, "kind": "use_new", "by": by, "at": WRITTEN}
        try:
            discrepancies.decide_discrepancy(**facts)
        except AnotherChildSuspected as asked:
            discrepancies.decide_discrepancy(**facts, sure=asked.question.mark)


def link(visit: Visit, now: Patient, by: Staff, **whose: Any) -> MatchDecision:
    fresh = Visit.objects.get(pk=visit.pk)
    return match_decisions.link_visit_to_patient(
        visit=fresh, patient=now, by=by, at=LATER, said=said(fresh, now, **whose)
    )


def undo(visit: Visit, by: Staff, **whose: Any) -> list[str]:
    fresh = Visit.objects.get(pk=visit.pk)
    last = fresh.match_decisions.order_by("pk").last()
    papers = said(fresh, last.previous_patient, undoing=last, **whose)
    made = match_decisions.undo_match_decision(visit=fresh, by=by, at=LATEST, said=papers)
    beside = ("who brings", "The record made at sign-in: now on")
    return [
        one
        for one in entry_wording_queries.decision_entry_lines(made)
        if not any(words in one for words in beside)
    ]


def care(patient: Patient) -> tuple[str, bool, str]:
    return Patient.objects.values_list("language", "interpreter_needed", "access_needs").get(pk=patient.pk)


ALL_GONE = "says again: Language English, no interpreter, access: nothing noted."
ALL_THERE = "says again: Language Polish, interpreter needed, access: ramp."


@pytest.mark.parametrize(
    ("whose", "told"),
    [
        ("both", {f"BS-0009 {ALL_GONE}"}),
        ("new", {f"BS-0009 {ALL_GONE}", f"BS-0008 {ALL_THERE}"}),
        ("nobody", {f"BS-0008 {ALL_THERE}"}),
        ("old", set()),
    ],
)
def test_each_column_is_reported_with_the_record_that_lost_or_regained_it(
    front: Location, hannah: Patient, hanna: Patient, dana: Staff, whose: str, told: set[str]
) -> None:
    """The undo of “Both” named the record that kept the ramp, not the one that lost it."""
    visit = visit_of(front, hannah, dana)
    put_on_chart(visit, dana)
    link(visit, hanna, dana, chart=whose)
    lines = undo(visit, dana)
    assert (set(lines), len(lines)) == (told, len(told))
    assert care(hanna) == ("en", False, "")
    assert care(hannah) == ("pl", True, "ramp")


def test_only_columns_that_changed_are_reported(
    front: Location, hannah: Patient, hanna: Patient, dana: Staff
) -> None:
    Patient.objects.filter(pk=hanna.pk).update(language="pl", access_needs="ramp")
    visit = visit_of(front, hannah, dana)
    put_on_chart(visit, dana)
    hanna.refresh_from_db()
    link(visit, hanna, dana, chart="both")
    assert undo(visit, dana) == ["BS-0009 says again: No interpreter."]


def test_name_and_birth_date_are_reported_in_one_line(
    front: Location, hannah: Patient, hanna: Patient, dana: Staff
) -> None:
    """“BS-0008 is called Hannah …, again” was listed twice: once for the name, once for the birth date."""
    Patient.objects.filter(pk=hannah.pk).update(given_name="Johana", birth_date="2019-05-01")
    hannah.refresh_from_db()
    visit = visit_of(front, hannah, dana, name="Hannah Lindqvist", born="2019-05-08")
    use_new(visit, dana, "name", "birth_date")
    link(visit, hanna, dana, correction="nobody")
    assert undo(visit, dana) == ["BS-0008 is called Hannah Lindqvist, born May 8, 2019, again."]


def test_a_phone_is_reported_with_the_adult_and_the_record(
    front: Location, hannah: Patient, hanna: Patient, dana: Staff
) -> None:
    known = {"name": "Hannah Lindqvist", "born": BORN}
    visit_of(front, hannah, dana, escort_phone="(312) 555-0155", **known)
    visit = visit_of(front, hannah, dana, escort_phone="3125550156", **known)
    use_new(visit, dana, "phone")
    link(visit, hanna, dana, correction="nobody")
    assert "Rosa Delgado on BS-0008 has phone (312) 555-0156 again." in undo(visit, dana)


def test_an_entry_that_waits_at_the_visit_again_is_reported_as_waiting(
    front: Location, hannah: Patient, hanna: Patient, dana: Staff
) -> None:
    visit = visit_of(front, hannah, dana, name="Hannah Lindqvist")
    put_on_chart(visit, dana)
    undo(visit, dana, chart="new")
    assert Visit.objects.get(pk=visit.pk).patient is None
    link(visit, hannah, dana, chart="new")
    lines = undo(visit, dana, chart="new")
    assert f"BS-0008 {ALL_GONE}" in lines
    assert [one for one in lines if f"waits at {visit.token} until its child is found" in one]


def test_an_entry_answered_as_the_previous_childs_is_reported_as_new_there(
    front: Location, hannah: Patient, hanna: Patient, dana: Staff
) -> None:
    visit = visit_of(front, hannah, dana)
    link(visit, hanna, dana)
    fresh = Visit.objects.get(pk=visit.pk)
    put_on_chart(fresh, dana)
    lines = undo(visit, dana, chart="new")
    assert lines == [
        "BS-0009 " + ALL_GONE,
        "BS-0008 says now: Language Polish, interpreter needed, access: ramp.",
    ]


def test_what_the_record_in_between_brought_itself_stays_on_the_last_one(chain: Chain) -> None:
    chain.records[1].phone = "555-010-0001"
    chain.records[1].save()
    first = chain.merge(0, 1, "language")
    chain.merge(1, 2, "language", "phone")
    assert (chain.says("language"), chain.fresh(2).phone) == (["pl", "pl", "pl"], "555-010-0001")
    chain.undo(first)
    assert (chain.says("language"), chain.fresh(2).phone) == (["pl", "es", "fr"], "555-010-0001")
