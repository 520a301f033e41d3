"""A voided note, or one that names another child, leaves a need open before the family leaves."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.actions import excuse_notes, leaving, match_decisions, needs, visits
from checkin.models import (
    Clinic,
    ExcuseNote,
    Location,
    MatchDecision,
    Need,
    NeedAnswer,
    Patient,
    Staff,
    Visit,
)
from checkin.rules.excuse_notes import NoteKind
from checkin.rules.need_types import NeedKind, NeedOutcome
from checkin.rules.visit_steps import VisitState
from tests import make

NINE_52, TEN = make.at("9:52"), make.at("10:00")


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


@pytest.fixture
def mia(brook: Clinic) -> Patient:
    return make.patient(brook, "Mia Novak", born="2017-05-02")


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    return make.visit(front)


def issued(
    visit: Visit, by: Staff, kind: NoteKind = NoteKind.SCHOOL, at: dt.datetime = NINE_52
) -> ExcuseNote:
    return excuse_notes.issue_note(visit=visit, kind=kind, by=by, at=at).note


def void(note: ExcuseNote, by: Staff, at: dt.datetime = TEN, reason: str = "wrong day") -> ExcuseNote:
    return excuse_notes.void_issued_note(note=note, reason=reason, by=by, at=at)


def link(visit: Visit, patient: Patient, by: Staff, at: dt.datetime = TEN) -> MatchDecision:
    return match_decisions.link_visit_to_patient(visit=visit, patient=patient, by=by, at=at)


def school(visit: Visit) -> Need:
    return visit.needs.get(kind=NeedKind.SCHOOL_NOTE)


def wrong(visit: Visit) -> list[tuple[str, str]]:
    found = visit.needs.filter(kind=NeedKind.WRONG_NOTE).order_by("pk")
    return [(need.label_words, need.status) for need in found]


def test_voiding_the_note_reopens_its_need_with_the_reason(visit: Visit, noor: Staff, dana: Staff) -> None:
    note = issued(visit, noor)
    assert school(visit).status == NeedOutcome.DONE
    void(note, dana)
    need = school(visit)
    assert (need.is_open, need.why_words) == (True, "school note 1 was voided, and no other was issued")
    visit.refresh_from_db()
    assert ["school_note", "1"] in visit.chips
    last = need.answers.order_by("pk").last()
    assert (last.outcome, last.by, last.told_reason) == (NeedOutcome.OPEN, dana, need.why_words)


def test_leaving_asks_for_the_voided_note(visit: Visit, noor: Staff) -> None:
    for need in visit.needs.exclude(kind=NeedKind.SCHOOL_NOTE):
        needs.answer_need(need=need, outcome=NeedOutcome.DECLINED, by=noor, at=NINE_52)
    void(issued(visit, noor), noor)
    with pytest.raises(leaving.NeedsStillOpen, match="Still open: school note"):
        visits.move_visit(visit=visit, to=VisitState.LEFT, by=noor, at=TEN)


def test_voiding_twice_and_recomputing_reopen_the_need_once(visit: Visit, noor: Staff) -> None:
    note = issued(visit, noor)
    for _ in range(2):
        void(note, noor)
        needs.recompute_needs(visit=visit, at=TEN)
    assert list(school(visit).answers.order_by("pk").values_list("outcome", flat=True)) == ["done", "open"]


def test_voiding_a_note_nobody_asked_for_adds_a_need(visit: Visit, noor: Staff) -> None:
    assert not visit.needs.filter(kind=NeedKind.WORK_NOTE).exists()
    void(issued(visit, noor, NoteKind.WORK), noor)
    assert visit.needs.get(kind=NeedKind.WORK_NOTE).why_words.startswith("work note 1 was voided")


def test_another_note_answers_the_need_and_voiding_it_reopens_the_need(visit: Visit, noor: Staff) -> None:
    void(issued(visit, noor), noor)
    second = issued(visit, noor, at=TEN)
    assert school(visit).status == NeedOutcome.DONE
    void(second, noor)
    assert school(visit).why_words == "school note 2 was voided, and no other was issued"


def test_reissuing_reopens_no_need(visit: Visit, noor: Staff) -> None:
    note = issued(visit, noor)
    before = NeedAnswer.objects.count()
    new = excuse_notes.reissue_note(note=note, edits=note.edits(), reason="typo", by=noor, at=TEN).note
    assert (school(visit).status, NeedAnswer.objects.count()) == (NeedOutcome.DONE, before)
    void(new, noor)
    assert school(visit).is_open


def test_an_answer_after_the_voiding_stays(visit: Visit, noor: Staff) -> None:
    void(issued(visit, noor), noor)
    needs.answer_need(need=school(visit), outcome=NeedOutcome.DONE, by=noor, at=TEN)
    needs.recompute_needs(visit=visit, at=TEN)
    assert school(visit).status == NeedOutcome.DONE


def test_voiding_after_the_visit_left_reopens_the_need_only_on_return(visit: Visit, noor: Staff) -> None:
    note = issued(visit, noor)
    visits.move_visit(visit=visit, to=VisitState.LEFT, by=noor, at=TEN, reason="will come back")
    void(note, noor, at=make.at("10:05"))
    visit.refresh_from_db()
    assert (visit.state, visit.chips, visit.needs.open().count()) == (VisitState.LEFT, [], 0)
    assert school(visit).status == NeedOutcome.DONE
    visits.undo_visit_move(visit=visit, by=noor, at=make.at("10:06"))
    assert school(visit).is_open


def test_a_note_with_the_previous_childs_name_adds_a_need_to_void_it(
    visit: Visit, mia: Patient, noor: Staff, dana: Staff
) -> None:
    issued(visit, noor)
    link(visit, mia, dana)
    need = visit.needs.get(kind=NeedKind.WRONG_NOTE)
    assert need.why_words == "school note 1 names Leo Ruiz, and this child has another name on record"
    visit.refresh_from_db()
    assert ["wrong_note", "school:1"] in visit.chips


def test_voiding_the_wrong_note_answers_that_need_and_reopens_the_note(
    visit: Visit, mia: Patient, noor: Staff, dana: Staff
) -> None:
    note = issued(visit, noor)
    link(visit, mia, dana)
    void(note, dana)
    assert wrong(visit) == [("school note 1: another name", NeedOutcome.LAPSED)]
    assert school(visit).is_open
    assert issued(visit, noor, at=TEN).person_name == "Mia Novak"
    assert wrong(visit) == [("school note 1: another name", NeedOutcome.LAPSED)]


def test_reissuing_the_wrong_note_uses_the_name_on_record_and_answers_the_need(
    visit: Visit, mia: Patient, noor: Staff, dana: Staff
) -> None:
    note = issued(visit, noor)
    link(visit, mia, dana)
    edits = excuse_notes.normalize_note_edits(visit, NoteKind.SCHOOL, note.edits())
    new = excuse_notes.reissue_note(note=note, edits=edits, reason="another child", by=dana, at=TEN).note
    assert new.person_name == "Mia Novak"
    assert wrong(visit) == [("school note 1: another name", NeedOutcome.LAPSED)]


def test_undoing_the_link_lapses_the_wrong_note_need(
    visit: Visit, mia: Patient, noor: Staff, dana: Staff
) -> None:
    issued(visit, noor)
    link(visit, mia, dana)
    match_decisions.undo_match_decision(visit=visit, by=dana, at=make.at("10:01"))
    assert wrong(visit) == [("school note 1: another name", NeedOutcome.LAPSED)]


def test_a_note_with_the_childs_preferred_name_adds_no_need(
    front: Location, brook: Clinic, noor: Staff, dana: Staff
) -> None:
    leo = make.patient(brook, "Léonard Ruiz", preferred_name="Léo")
    visit = make.visit(front, name="Leo Ruiz", born="2018-03-15")
    issued(visit, noor)
    link(visit, leo, dana)
    assert wrong(visit) == []


def test_relinking_does_not_affect_the_adults_own_work_note(
    visit: Visit, mia: Patient, noor: Staff, dana: Staff
) -> None:
    issued(visit, noor, NoteKind.WORK)
    link(visit, mia, dana)
    assert wrong(visit) == []


def test_relinking_a_visit_that_has_ended_adds_no_need(
    visit: Visit, mia: Patient, noor: Staff, dana: Staff
) -> None:
    issued(visit, noor)
    visits.move_visit(visit=visit, to=VisitState.LEFT, by=noor, at=TEN, reason="will come back")
    link(visit, mia, dana, at=make.at("10:05"))
    assert (wrong(visit), visit.needs.open().count()) == ([], 0)
