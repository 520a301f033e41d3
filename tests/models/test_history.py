"""A decision is standing when it is neither an undo nor undone."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.models import (
    Clinic,
    DiscrepancyDecision,
    Location,
    MatchDecision,
    Move,
    NeedAnswer,
    PaperMove,
    PatientMerge,
    PromiseDecision,
    Staff,
    Visit,
)
from checkin.models.history import Decision
from tests import make


def test_these_models_are_decisions_that_can_be_undone() -> None:
    assert {model.__name__ for model in Decision.__subclasses__()} == {
        "ConfidentialMark",
        "DiscrepancyDecision",
        "MatchDecision",
        "Move",
        "NeedAnswer",
        "PatientMerge",
        "PromiseDecision",
    }


def moves_of(visit: Visit, dana: Staff) -> tuple[Move, Move, Move]:
    """One that is standing, one that was undone, and its undo."""
    facts = {"visit": visit, "at": make.at("9:50"), "by": dana}
    stands = Move.objects.create(from_state="arrived", to_state="roomed", **facts)
    undone = Move.objects.create(from_state="roomed", to_state="ready", **facts)
    undo = Move.objects.create(from_state="ready", to_state="roomed", undoes=undone, **facts)
    return stands, undone, undo


def test_an_undo_and_the_move_it_undid_are_not_standing(front: Location, dana: Staff) -> None:
    visit = make.visit(front)
    stands, undone, undo = moves_of(visit, dana)
    found = visit.moves.undoable()
    assert list(found) == [stands]
    assert found.find_last() == stands
    loaded = {one.pk: one for one in visit.moves.select_related("undone_by")}
    assert [loaded[one.pk].is_standing for one in (stands, undone, undo)] == [True, False, False]
    assert [loaded[one.pk].is_undone for one in (stands, undone, undo)] == [False, True, False]


def test_find_last_returns_none_when_every_move_is_undone(front: Location, dana: Staff) -> None:
    visit = make.visit(front)
    stands, _, _ = moves_of(visit, dana)
    Move.objects.create(
        visit=visit, from_state="roomed", to_state="arrived", undoes=stands, at=make.at(), by=dana
    )
    assert visit.moves.undoable().find_last() is None


@pytest.mark.parametrize(
    "model", [Move, MatchDecision, NeedAnswer, DiscrepancyDecision, PatientMerge, PromiseDecision]
)
def test_every_decision_model_has_a_standing_query(model: Any, db: None) -> None:
    assert list(model.objects.standing()) == []


def test_a_merge_ended_by_a_visit_decision_is_neither_standing_nor_undone(brook: Clinic, dana: Staff) -> None:
    merged, into = make.patient(brook), make.patient(brook)
    merge = PatientMerge.objects.create(clinic=brook, merged=merged, into=into, at=make.at(), by=dana)
    assert list(PatientMerge.objects.not_undone()) == [merge]
    assert list(PatientMerge.objects.standing()) == []  # the record is not there


def test_the_entries_a_merge_moved_count_until_the_merge_is_undone(brook: Clinic, dana: Staff) -> None:
    merged, into = make.patient(brook), make.patient(brook)
    facts = {"clinic": brook, "merged": merged, "into": into, "by": dana}
    did = {"paper": "record", "done": "moved", "subject": "Patient", "subject_id": merged.pk}
    merge = PatientMerge.objects.create(at=make.at("9:40"), **facts)
    move = PaperMove.objects.create(merge=merge, **did)
    assert list(PaperMove.objects.of_merges_not_undone()) == [move]
    undo = PatientMerge.objects.create(at=make.at("9:50"), undoes=merge, **facts)
    PaperMove.objects.create(merge=undo, **did)
    assert list(PaperMove.objects.of_merges_not_undone()) == []
    assert list(PaperMove.objects.of_decisions_standing()) == []


def test_the_entries_a_match_decision_moved_count_until_it_is_undone(front: Location, dana: Staff) -> None:
    visit = make.visit(front)
    did = {"paper": "record", "done": "moved", "subject": "Patient", "subject_id": visit.patient_id}
    facts = {"visit": visit, "by": dana, "at": make.at("9:50")}
    made = MatchDecision.objects.create(kind="link", **facts)
    move = PaperMove.objects.create(decision=made, **did)
    assert list(PaperMove.objects.of_decisions_standing()) == [move]
    undo = MatchDecision.objects.create(kind="undo", undoes=made, **facts)
    PaperMove.objects.create(decision=undo, **did)
    assert list(PaperMove.objects.of_decisions_standing()) == []
    assert list(PaperMove.objects.of_merges_not_undone()) == []
