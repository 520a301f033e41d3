"""When a visit moves to another child, each entry goes where the rule or an answer says, and back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import (
    discrepancies,
    match_decisions,
    needs,
    patient_merges,
    preferences,
    provisional_patients,
)
from checkin.actions.entry_moves import EntriesUndecided, EntryAnswers
from checkin.models import (
    AuditEvent,
    Clinic,
    ConsentRecord,
    Escort,
    Immunization,
    Location,
    MatchDecision,
    Patient,
    Staff,
    Visit,
)
from checkin.rules.entry_fates import EntryKind
from checkin.rules.need_types import NeedKind, NeedOutcome
from tests import make
from tests.actions.corrected_visits import (
    LATER,
    LATEST,
    NOVEMBER,
    WRITTEN,
    agree,
    chart,
    fresh,
    give,
    put_on_chart,
    relink,
    said,
    told,
    undo,
)


@pytest.fixture
def visit(finns_visit: Visit) -> Visit:
    return finns_visit


# Preferences, needs, promises


def wishes(patient: Any) -> list[Any]:
    return list(Escort.objects.filter(patient=patient).values_list("name", "approach", "best_time"))


def test_preferences_follow_the_visit_and_the_old_record_gets_its_own_back(
    front: Location, visit: Visit, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    first = make.visit(front, make.at("9:30", NOVEMBER), name="Finn O'Neil")
    preferences.set_preferences(
        escort=first.escort, approach="leave", best_way="", best_time="mornings", by=dana, at=WRITTEN
    )
    usual = {"best_way": "phone", "best_time": "after 18:00", "by": dana, "at": WRITTEN}
    preferences.set_preferences(escort=fresh(visit).escort, visit=visit, approach="greet", **usual)
    relink(visit, zofia, dana)
    assert wishes(finn) == [("Rosa Delgado", "leave", "mornings")]
    assert wishes(zofia) == [("Rosa Delgado", "greet", "after 18:00")]
    undo(visit, dana)
    assert wishes(finn) == [("Rosa Delgado", "greet", "after 18:00")]
    assert wishes(zofia) == []


def test_a_preference_moves_completely_even_if_an_earlier_visit_shared_part_of_it(
    front: Location, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    """“Leave me be” as at the visit before, and now also a text message: both move."""
    typed = {"approach": "leave", "best_time": "mornings", "remember": "yes"}
    make.visit(front, make.at("9:30", NOVEMBER), name="Finn O'Neil", **typed)
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil")
    usual = {"best_way": "text", "best_time": "", "by": dana, "at": WRITTEN}
    preferences.set_preferences(escort=fresh(visit).escort, visit=visit, approach="leave", **usual)
    relink(visit, zofia, dana)
    assert wishes(finn) == [("Rosa Delgado", "leave", "mornings")]
    assert wishes(zofia) == [("Rosa Delgado", "leave", "")]


ROWS = ("name", "relationship", "phone", "last_came_at", "approach", "best_way", "best_time", "remembered_at")
AUNT = {"name": "Rosa Delgado", "relationship": "aunt", "phone": "555-010-0999"}
WISH = {"approach": "greet", "best_way": "phone", "best_time": "after 18:00"}
STRANGER = {
    "escort_name": "Rosa Delgado", "relationship": "mom", "remember": "yes", "approach": "leave",
    "best_time": "mornings",
}  # fmt: skip


def rows(patient: Patient) -> list[Any]:
    return list(Escort.objects.filter(patient=patient).values(*ROWS))


def by_mistake(front: Location, patient: Patient, dana: Staff, *, at: str = "9:45", **said: Any) -> Visit:
    """Link another child's visit to this record."""
    claim = {"name": "Zed Quist"} | STRANGER | said
    found = make.visit(front, make.at(at, NOVEMBER), **claim)
    relink(found, patient, dana)
    return found


@pytest.mark.parametrize("now_on", [None, "zofia"], ids=["undone", "linked to another"])
@pytest.mark.parametrize("wish", [{}, WISH, WISH | {"remembered_at": make.at("8:00", NOVEMBER)}])
def test_an_escort_on_record_without_a_visit_is_restored_unchanged(
    front: Location,
    finn: Patient,
    zofia: Patient,
    dana: Staff,
    wish: dict[str, str] | dict[str, str | dt.datetime],
    now_on: str | None,
) -> None:
    """Whether the other visit's record was made at its sign-in, or that child is on file."""
    Escort.objects.create(clinic=finn.clinic, patient=finn, **AUNT, **wish)
    make.patient(finn.clinic, "Ada Quist", born="2018-03-14")
    before = rows(finn)
    for typed in ({"name": "Ada Quist"}, {}, {"relationship": "aunt"}, {"relationship": ""}):
        visit = by_mistake(front, finn, dana, **typed)
        assert rows(finn) != before
        relink(visit, zofia, dana, at=LATEST) if now_on else undo(visit, dana)
        assert rows(finn) == before


@pytest.mark.parametrize("words", ["", "aunt"])
def test_a_relationship_from_a_wrong_visit_is_reverted(
    front: Location, finn: Patient, dana: Staff, words: str
) -> None:
    """Even if none was given before, and whichever of two wrong visits leaves first."""
    said = {"escort_name": "Rosa Delgado", "relationship": words}
    make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil", **said)
    make.patient(finn.clinic, "Zed Quist", born="2018-03-14")
    before = rows(finn)
    first, second = (by_mistake(front, finn, dana, at=at, relationship="mom") for at in ("9:45", "9:46"))
    assert rows(finn) != before
    for visit in (first, second):
        undo(visit, dana)
    assert rows(finn) == before


def test_a_preference_set_on_the_patients_page_survives_a_wrong_visit(
    front: Location, visit: Visit, finn: Patient, dana: Staff
) -> None:
    preferences.set_preferences(escort=visit.escort, by=dana, at=make.at("9:42", NOVEMBER), **WISH)
    make.patient(finn.clinic, "Zed Quist", born="2018-03-14")
    before = rows(finn)
    wrong = by_mistake(front, finn, dana)
    assert wishes(finn) == [("Rosa Delgado", "leave", "mornings")]
    undo(wrong, dana)
    assert rows(finn) == before


def test_a_preference_of_an_unmatched_visit_waits_for_the_next_child(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    usual = {"best_way": "phone", "best_time": "evenings", "by": dana, "at": WRITTEN}
    preferences.set_preferences(escort=visit.escort, visit=visit, approach="greet", **usual)
    made = undo(visit, dana, at=LATER)
    assert "Remembered: Greet me, Phone, evenings: waits at" in told(made)
    assert wishes(finn) == []
    relink(visit, zofia, dana, at=LATEST)
    assert wishes(zofia) == [("Rosa Delgado", "greet", "evenings")]


def test_moving_a_visit_restores_the_preference_remembered_before_it(
    front: Location, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    typed = {"approach": "leave", "best_time": "mornings", "remember": "yes"}
    make.visit(front, make.at("9:30", NOVEMBER), name="Finn O'Neil", **typed)
    again = {"approach": "greet", "best_time": "after 18:00", "remember": "yes"}
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil", **again)
    assert wishes(finn) == [("Rosa Delgado", "greet", "after 18:00")]
    relink(visit, zofia, dana)
    assert wishes(finn) == [("Rosa Delgado", "leave", "mornings")]
    assert wishes(zofia) == [("Rosa Delgado", "greet", "after 18:00")]


def test_a_check_answered_for_the_previous_child_is_open_again(
    front: Location, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neill")
    match_decisions.link_visit_to_patient(visit=visit, patient=finn, by=dana, at=WRITTEN)
    need = visit.needs.get(kind=NeedKind.DISCREPANCY)
    needs.answer_need(need=need, outcome=NeedOutcome.LEFT_OPEN, reason="they had to go", by=dana, at=WRITTEN)
    made = relink(visit, zofia, dana)
    assert fresh(need).status == NeedOutcome.OPEN
    assert ["discrepancy", need.subject] in fresh(visit).chips
    assert "the answer no longer counts" in told(made)
    undo(visit, dana)
    assert (fresh(need).status, need.answered_by) == (NeedOutcome.LEFT_OPEN, dana)


def test_an_issued_note_stays_answered_but_a_declined_flu_vaccine_is_asked_again(
    front: Location, finn: Patient, zofia: Patient, dana: Staff, noor: Staff
) -> None:
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil", notes_wanted=["school"])
    note, flu = visit.needs.get(kind=NeedKind.SCHOOL_NOTE), visit.needs.get(key="influenza")
    needs.answer_need(need=note, outcome=NeedOutcome.DONE, by=noor, at=WRITTEN)
    needs.answer_need(need=flu, outcome=NeedOutcome.DECLINED, by=noor, at=WRITTEN)
    relink(visit, zofia, dana)
    assert (fresh(note).status, fresh(flu).status) == (NeedOutcome.DONE, NeedOutcome.OPEN)


def test_an_escort_known_only_from_wrong_visits_is_removed(
    front: Location, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    first = make.visit(front, make.at("9:30", NOVEMBER), name="Finn O'Neil", escort_phone="555-010-7000")
    again = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil", escort_phone="555-010-7001")
    one = again.discrepancies.open().get(field="phone")
    discrepancies.decide_discrepancy(discrepancy=one, kind="use_new", by=dana, at=WRITTEN)
    relink(again, zofia, dana, correction="old")
    relink(first, zofia, dana)
    assert not Escort.objects.filter(patient=finn).exists()


# The decision itself


def test_a_page_that_misses_newer_entries_is_refused_and_nothing_changes(
    visit: Visit, zofia: Patient, dana: Staff, noor: Staff
) -> None:
    shown = EntryAnswers({}, "")
    agree(visit, noor, "Some Uncle")
    before = MatchDecision.objects.count()
    with pytest.raises(EntriesUndecided, match="since this page was opened"):
        match_decisions.link_visit_to_patient(visit=visit, patient=zofia, by=dana, at=LATER, said=shown)
    assert (MatchDecision.objects.count(), ConsentRecord.objects.get().patient) == (before, visit.patient)


def test_each_moved_entry_has_its_audit_event(visit: Visit, zofia: Patient, dana: Staff, noor: Staff) -> None:
    agree(visit, dana, "Some Uncle")
    give(visit, noor)
    put_on_chart(visit, dana)
    relink(visit, zofia, dana, vaccine="new", chart="new")
    lines = AuditEvent.objects.filter(at=LATER, staff=dana, patient=zofia)
    kinds = set(lines.filter(action="paper.moved").values_list("detail__paper", flat=True))
    assert {"consent", "vaccine", "chart"} <= kinds


def test_other_open_visits_of_both_children_are_recomputed(
    front: Location, visit: Visit, finn: Patient, zofia: Patient, dana: Staff, noor: Staff
) -> None:
    finns = make.visit(front, make.at("9:45", NOVEMBER), name="Finn O'Neil")
    zofias = make.visit(front, make.at("9:46", NOVEMBER), name="Zofia Wilk")
    flu = [one.needs.get(key="influenza") for one in (finns, zofias)]
    give(visit, noor)
    assert [fresh(one).status for one in flu] == [NeedOutcome.LAPSED, NeedOutcome.OPEN]
    relink(visit, zofia, dana, vaccine="new")
    assert [fresh(one).status for one in flu] == [NeedOutcome.OPEN, NeedOutcome.LAPSED]


def test_a_record_made_at_this_sign_in_has_no_previous_child_to_ask_about(
    front: Location, brook: Clinic, finn: Patient, dana: Staff, noor: Staff
) -> None:
    make.patient(brook, "Fynn O'Neill", born="2018-03-14")
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Fyn O'Neill")
    match_decisions.decide_new_patient(visit=visit, by=dana, at=WRITTEN)
    give(fresh(visit), noor)
    match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=LATER)
    relink(visit, finn, dana, at=LATEST)
    assert Immunization.objects.get().patient == finn


def test_completing_a_new_patient_keeps_the_escorts_preferences(front: Location, dana: Staff) -> None:
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Zoltan Kiss")
    usual = {"best_way": "", "best_time": "evenings", "by": dana, "at": WRITTEN}
    preferences.set_preferences(escort=visit.escort, visit=visit, approach="greet", **usual)
    provisional_patients.complete_provisional_patient(
        provisional=visit.patient, by=dana, at=LATER, given_name="Zoltán"
    )
    assert wishes(fresh(visit).patient) == [("Rosa Delgado", "greet", "evenings")]


def test_a_preference_set_on_the_patients_page_stays_there(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    preferences.set_preferences(
        escort=visit.escort, approach="greet", best_way="", best_time="am", by=dana, at=WRITTEN
    )
    relink(visit, zofia, dana)
    assert wishes(finn) == [("Rosa Delgado", "greet", "am")]


def test_entries_written_before_the_record_was_merged_are_asked_about_too(
    visit: Visit, brook: Clinic, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    put_on_chart(visit, dana)
    other = make.patient(brook, "Finn O'Neil", born="2018-03-15")
    patient_merges.merge_patients(merged=finn, into=other, by=dana, at=WRITTEN, sure=True)
    assert chart(other) == ("pl", True, "ramp")
    relink(visit, zofia, dana, chart="new")
    assert (chart(other), chart(zofia)) == (("", False, ""), ("pl", True, "ramp"))


def test_preferences_asked_for_at_the_visit_are_reported_with_it(
    front: Location, zofia: Patient, finn: Patient, dana: Staff
) -> None:
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil", approach="leave", remember="yes")
    moves = relink(visit, zofia, dana).paper_moves
    told_of = moves.filter(paper=EntryKind.WISH, subject="SignIn")
    assert [(one.was_patient, one.patient) for one in told_of] == [(finn, zofia)]


def test_an_undo_returns_the_visit_to_the_very_adult_that_the_decision_removed(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    """Earlier decisions name the row by its id, and it may say more than this sign-in did."""
    Escort.objects.filter(pk=visit.escort_id).update(best_time="mornings", remembered_at=make.at("8:00"))
    before = finn.escorts.values().get()
    relink(visit, zofia, dana)
    assert not finn.escorts.exists()
    undo(visit, dana)
    assert fresh(visit).escort_id == before["id"]
    assert finn.escorts.values().get() == before


def test_the_adult_whom_the_child_knows_too_stays_on_the_record_made_at_sign_in(
    front: Location, six: Patient, dana: Staff
) -> None:
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Zoltan Kiss", born="2013-05-05")
    own = visit.patient
    Escort.objects.create(clinic=six.clinic, patient=six, name="Rosa Delgado", relationship="aunt")
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    before = [*Escort.objects.order_by("pk").values()]
    assert [one["patient_id"] for one in before] == [own.pk, six.pk]
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=LATER, said=said(visit, own))
    assert fresh(visit).escort.patient == own
    undo(visit, dana)
    assert [*Escort.objects.order_by("pk").values()] == before


def test_the_appointments_and_the_adult_left_behind_are_reported(
    front: Location, visit: Visit, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    """An adult whom another visit brings too stays on the old record."""
    make.visit(front, make.at("9:42", NOVEMBER), name="Finn O'Neil")
    hers = make.appointment(zofia, front, make.at("9:45", NOVEMBER))
    decision = relink(visit, zofia, dana)
    assert fresh(visit).appointment == hers
    found = decision.paper_moves.filter(paper__in=["appointment", "escort"]).order_by("pk")
    assert list(found.values_list("subject", "done", "was_patient", "patient")) == [
        ("Escort", "kept", finn.pk, finn.pk),
        ("Appointment", "moved", zofia.pk, zofia.pk),
    ]
