"""A merge takes the visits along, and what became of them since stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import merge_undo, merge_visits, patient_merges, visits
from checkin.actions.entry_ledger import EntryLedger
from checkin.models import Clinic, Escort, Location, Patient, PatientMerge, Staff
from tests import make

pytestmark = pytest.mark.django_db
LATER, UNDONE = make.at("10:00"), make.at("11:00")


@pytest.fixture
def emma(brook: Clinic) -> Patient:
    return make.patient(brook, "Emma Johnson", "2017-04-04")


@pytest.fixture
def zed(front: Location) -> Patient | None:
    """A provisional record, with its visit."""
    return make.visit(front, name="Zed Quill", born="2019-05-05").patient


def merge(one: Patient | None, other: Patient, dana: Staff, **said: Any) -> PatientMerge | None:
    return patient_merges.merge_patients(merged=one, into=other, by=dana, at=LATER, sure=True, **said).merge


def undo(merge: PatientMerge | None, dana: Staff, at: Any = UNDONE) -> PatientMerge:
    return merge_undo.undo_patient_merge(merge=merge, by=dana, at=at)


def test_steps_of_the_visit_after_the_merge_stay(
    front: Location, dana: Staff, zed: Patient | None, emma: Patient
) -> None:
    visit = zed.visits.get()
    made = merge(zed, emma, dana)
    visit.refresh_from_db()
    visits.move_visit(visit=visit, to="roomed", by=dana, at=make.at("10:30"), reading="read")
    undo(made, dana)
    visit.refresh_from_db()
    assert (visit.patient, visit.state) == (zed, "roomed")


def came(patient: Patient, **fields: Any) -> Escort:
    usual = {"name": "Rosa Delgado", "relationship": "aunt", "last_came_at": make.at("9:00")}
    return Escort.objects.create(clinic=patient.clinic, patient=patient, **usual | fields)


@pytest.mark.parametrize(
    ("hers", "again", "taken"),
    [
        ({}, {}, {}),
        ({"last_came_at": make.at("9:10")}, {}, {"last_came_at": make.at("9:10")}),
        ({"last_came_at": make.at("8:50"), "relationship": "sitter"}, {}, {}),
        ({"last_came_at": make.at("9:10"), "relationship": "sitter"}, {}, {"relationship": "sitter"}),
        (
            {"last_came_at": make.at("9:10"), "relationship": ""},
            {},
            {"last_came_at": make.at("9:10"), "relationship": "aunt"},
        ),
        ({}, {"last_came_at": None}, {"last_came_at": make.at("9:00")}),
        ({"last_came_at": None}, {}, {"last_came_at": make.at("9:00")}),
        ({"phone": "555-010-0101"}, {}, {"phone": "555-010-0101", "phone_key": "550100101"}),
        ({"phone": "555-010-0101"}, {"phone": "555-010-0102"}, {"phone": "555-010-0102"}),
        ({"best_time": "am", "remembered_at": make.at("8:00")}, {}, {"best_time": "am"}),
        (
            {"best_time": "am", "remembered_at": make.at("8:00")},
            {"best_time": "pm", "remembered_at": make.at("8:30")},
            {"best_time": "pm", "remembered_at": make.at("8:30")},
        ),
        (
            {"best_time": "", "remembered_at": make.at("8:30")},
            {"best_time": "pm", "remembered_at": make.at("8:00")},
            {"best_time": "", "remembered_at": make.at("8:30")},
        ),
    ],
)
def test_an_adult_of_both_records_says_what_was_said_last_or_where_one_says_nothing(
    brook: Clinic,
    emma: Patient,
    hers: Any,
    again: dict[str, None] | dict[str, str] | dict[str, object],
    taken: dict[str, dt.datetime] | dict[str, str] | dict[str, object],
) -> None:
    other = came(make.patient(brook, "Emmy Johnson"), **hers)
    hers_here, ledger = came(emma, **again), EntryLedger()
    same = merge_visits.move_merged_escorts(ledger, merged=other.patient, into=emma)
    assert same == {other.pk: hers_here.pk}
    hers_here.refresh_from_db()
    assert {name: getattr(hers_here, name) for name in taken} == taken
    assert [one.done for one in ledger.moves if one.subject_id == other.pk] == ["kept"]
    told = any(one.done == "changed" for one in ledger.moves)
    usual = {"last_came_at": make.at("9:00"), "relationship": "aunt"} | again
    assert told == any(usual.get(name, "") != value for name, value in taken.items())


def test_an_adult_whom_only_the_merged_record_knows_goes_along_whole(brook: Clinic, emma: Patient) -> None:
    other, ledger = came(make.patient(brook, "Emmy Johnson"), phone="555-010-0101"), EntryLedger()
    came(emma, name="Ben Marsh")
    assert merge_visits.move_merged_escorts(ledger, merged=other.patient, into=emma) == {}
    assert set(emma.escorts.values_list("name", flat=True)) == {"Rosa Delgado", "Ben Marsh"}
    (move,) = ledger.moves
    assert (move.done, move.after) == ("moved", {"patient_id": emma.pk})
    assert (move.before["phone"], move.before["patient_id"]) == ("555-010-0101", move.was_patient_id)


def test_a_visit_keeps_an_appointment_that_is_the_records_and_gives_another_back(
    front: Location, dana: Staff, zed: Patient | None, emma: Patient
) -> None:
    hers = make.appointment(emma, front, make.at("9:45"))
    visit = zed.visits.get()
    facts = {"escort": None, "match": "confirmed", "at": LATER, "by": dana}
    merge_visits.place_visit_on_record(visit, emma, may_book=False, **facts)
    assert visit.appointment_id is None
    merge_visits.place_visit_on_record(visit, emma, **facts)
    assert visit.appointment_id == hers.pk
    merge_visits.place_visit_on_record(visit, zed, **facts)
    hers.refresh_from_db()
    visit.refresh_from_db()
    assert (visit.patient, visit.appointment, hers.status) == (zed, None, "booked")


def test_a_visit_entered_in_error_takes_no_appointment(
    front: Location, dana: Staff, zed: Patient | None, emma: Patient
) -> None:
    hers = make.appointment(emma, front, make.at("9:45"))
    visit = zed.visits.get()
    visits.move_visit(visit=visit, to="entered_in_error", by=dana, at=make.at("9:50"))
    merge_visits.place_visit_on_record(visit, emma, escort=None, match="confirmed", at=LATER, by=dana)
    hers.refresh_from_db()
    assert (visit.appointment_id, hers.status) == (None, "booked")


def test_the_decision_of_a_merge_says_where_the_visit_was(
    front: Location, dana: Staff, zed: Patient | None, emma: Patient
) -> None:
    made = merge(zed, emma, dana)
    decision = emma.visits.get().match_decisions.get(kind="merge")
    assert (decision.patient, decision.previous_patient, decision.previous_match) == (emma, zed, "unknown")
    assert (decision.merge, decision.by, decision.at) == (made, dana, LATER)


def test_a_visit_put_on_its_own_record_again_keeps_its_appointment_and_its_turn(
    front: Location, dana: Staff, emma: Patient
) -> None:
    """Even where it may take none, as when a merge is undone."""
    hers = make.appointment(emma, front, make.at("9:45"))
    visit = make.visit(front, name="Emma Johnson", born="2017-04-04")
    turn = visit.turn_at
    assert visit.appointment == hers
    merge_visits.place_visit_on_record(
        visit, emma, escort=visit.escort_id, match="certain", at=LATER, by=dana, may_book=False
    )
    visit.refresh_from_db(), hers.refresh_from_db()
    assert (visit.appointment, visit.turn_at, hers.status) == (hers, turn, "arrived")


def test_an_adults_phone_still_differs_on_the_record_unless_its_number_was_kept(
    front: Location, dana: Staff, emma: Patient
) -> None:
    rosa = came(emma, phone="555-010-0101")
    visit = make.visit(front, name="Emma Johnson", born="2017-04-04", escort_phone="555-010-0102")
    facts = {"escort": rosa.pk, "match": "certain", "at": LATER, "by": dana}
    merge_visits.place_visit_on_record(visit, emma, **facts)
    differs = visit.discrepancies.open().filter(field="phone")
    make.decision(discrepancy=differs.get(), kind="keep_old", by=dana, at=LATER)
    merge_visits.place_visit_on_record(visit, emma, **facts)
    assert not differs.exists()
