"""An escort's row shows the latest preference on its record; a visit that moves takes only its own along."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest

from checkin.actions import (
    escorts,
    match_decisions,
    merge_undo,
    patient_merges,
    preferences,
    sign_in_additions,
)
from checkin.actions.entry_ledger import columns_as_json, row_column_names
from checkin.actions.entry_moves import ALL_ENTRIES_GO
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Escort, Location, MatchDecision, Patient, PatientMerge, Role, Staff, Visit
from checkin.queries import patient_dossiers
from tests import make

NOTHING = ("", "")
HERS, DESKS, LATEST = ("greet", "after 5"), ("leave", "mornings"), ("greet", "evenings")


@pytest.fixture
def finn(brook: Clinic) -> Patient:
    return make.patient(brook, "Finn O'Neil", born="2018-03-14")


@pytest.fixture
def zofia(brook: Clinic) -> Patient:
    return make.patient(brook, "Zofia Wilk", born="2018-03-14")


@pytest.fixture
def ada(brook: Clinic) -> Patient:
    return make.patient(brook, "Ada Quist", born="2018-03-14")


@pytest.fixture
def max_(brook: Clinic, front: Location) -> Staff:
    return make.staff(brook, "max_", Role.MANAGER, location=front)


def come(
    front: Location,
    clock: str,
    wish: tuple[str, str] | None = None,
    *,
    name: str = "Finn O'Neil",
    **said: Any,
) -> Visit:
    """Sign a child in, brought by Rosa; Finn is linked automatically."""
    if wish:
        said |= {"remember": "yes", "approach": wish[0], "best_time": wish[1]}
    return make.visit(front, make.at(clock), name=name, **said)


def unknown(front: Location, clock: str, wish: tuple[str, str] | None = None, **said: Any) -> Visit:
    """Sign in a child that the rules cannot match: the desk links it later."""
    return come(front, clock, wish, name="Qqq Www", born="", **said)


def fresh(visit: Visit) -> Visit:
    return Visit.objects.select_related("patient", "escort", "sign_in", "location__clinic").get(pk=visit.pk)


def link(visit: Visit, patient: Patient, by: Staff, clock: str) -> MatchDecision:
    return match_decisions.link_visit_to_patient(
        visit=fresh(visit), patient=patient, by=by, at=make.at(clock), said=ALL_ENTRIES_GO
    )


def undo(visit: Visit, by: Staff, clock: str) -> MatchDecision:
    return match_decisions.undo_match_decision(
        visit=fresh(visit), by=by, at=make.at(clock), said=ALL_ENTRIES_GO
    )


def tell(visit: Visit, wish: tuple[str, str], by: Staff, clock: str) -> None:
    """Set the preferences at the desk, at this visit."""
    said = {"approach": wish[0], "best_way": "", "best_time": wish[1]}
    preferences.set_preferences(
        escort=fresh(visit).escort, visit=fresh(visit), by=by, at=make.at(clock), **said
    )


def wishes(patient: Patient | None) -> list[Any]:
    return list(Escort.objects.filter(patient=patient).values_list("approach", "best_time"))


# Remembered preferences


@pytest.mark.parametrize("order", ["she first", "the desk first"])
def test_an_earlier_preference_shows_again_when_the_later_visit_moves(
    front: Location, finn: Patient, zofia: Patient, ada: Patient, dana: Staff, order: str
) -> None:
    """She signed in, and was linked only after the desk had set her preferences at another visit."""
    first, hers = unknown(front, "9:00"), unknown(front, "9:01", HERS)
    link(first, finn, dana, "9:02")
    tell(first, DESKS, dana, "9:03")
    link(hers, finn, dana, "9:04")
    assert wishes(finn) == [DESKS]
    if order == "the desk first":
        link(first, zofia, dana, "9:05")
        assert (wishes(finn), wishes(zofia)) == ([HERS], [DESKS])
        link(hers, ada, dana, "9:06")
    else:
        link(hers, ada, dana, "9:05")
        assert (wishes(finn), wishes(ada)) == ([DESKS], [HERS])
        link(first, zofia, dana, "9:06")
    assert (wishes(finn), wishes(zofia), wishes(ada)) == ([], [DESKS], [HERS])


def test_a_departed_visits_preference_does_not_come_back(
    front: Location, finn: Patient, zofia: Patient, ada: Patient, dana: Staff
) -> None:
    """The desk overwrote her preference and her visit left first: the desk's visit must not bring it back."""
    hers, other, stays = (unknown(front, f"9:0{n}", HERS if n == 0 else None) for n in range(3))
    for n, visit in enumerate((hers, other, stays)):
        link(visit, finn, dana, f"9:1{n}")
    tell(other, DESKS, dana, "9:20")
    link(hers, zofia, dana, "9:21")
    link(other, ada, dana, "9:22")
    assert wishes(finn) == [NOTHING]


def test_a_preference_set_at_the_desk_counts_on_the_right_record_under_a_later_one(
    front: Location, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    """It stopped counting there, and was lost when the later visit turned out to be another child's."""
    wrong = unknown(front, "9:00")
    link(wrong, finn, dana, "9:01")
    tell(wrong, DESKS, dana, "9:02")
    later = unknown(front, "9:03", LATEST)
    link(later, zofia, dana, "9:04")
    link(wrong, zofia, dana, "9:05")
    assert wishes(zofia) == [LATEST]
    link(later, finn, dana, "9:06")
    assert (wishes(zofia), wishes(finn)) == ([DESKS], [LATEST])


def test_a_preference_on_a_merged_record_moves_with_its_visit(
    front: Location, finn: Patient, zofia: Patient, ada: Patient, dana: Staff, max_: Staff
) -> None:
    """Both records had her, so her row stayed on the merged one, with what the desk had written."""
    other, visit = unknown(front, "9:00"), unknown(front, "9:01")
    link(other, zofia, dana, "9:02")
    link(visit, finn, dana, "9:03")
    tell(visit, DESKS, dana, "9:04")
    made = patient_merges.merge_patients(
        merged=finn, into=zofia, by=max_, at=make.at("9:05"), why="their mother says so"
    )
    assert wishes(zofia) == [DESKS]
    link(visit, ada, dana, "9:06")
    assert (wishes(zofia), wishes(ada)) == ([NOTHING], [DESKS])
    merge_undo.undo_patient_merge(merge=made.merge, by=max_, at=make.at("9:07"))
    assert (wishes(zofia), wishes(ada)) == ([NOTHING], [DESKS])
    assert DESKS not in wishes(finn)


def test_a_preference_on_a_row_the_undo_moves_back_stays_with_its_visit(
    front: Location, finn: Patient, zofia: Patient, ada: Patient, dana: Staff, max_: Staff
) -> None:
    """The row came with a merge and a visit of the remaining record used it: that visit gets its own row."""
    visit = unknown(front, "9:00", HERS)
    link(visit, finn, dana, "9:01")
    made = patient_merges.merge_patients(
        merged=finn, into=zofia, by=max_, at=make.at("9:02"), why="their mother says so"
    )
    stays = unknown(front, "9:03")
    link(stays, zofia, dana, "9:04")
    tell(stays, DESKS, dana, "9:05")
    merge_undo.undo_patient_merge(merge=made.merge, by=max_, at=make.at("9:06"))
    assert (wishes(finn), wishes(zofia)) == ([HERS], [DESKS])
    link(stays, ada, dana, "9:07")
    assert (wishes(finn), wishes(zofia), wishes(ada)) == ([HERS], [], [DESKS])


def test_adding_to_a_sign_in_keeps_the_preference_set_at_the_desk(
    front: Location, finn: Patient, dana: Staff
) -> None:
    visit = come(front, "9:00")
    assert visit.patient == finn
    tell(visit, DESKS, dana, "9:01")
    more = replace(patient_dossiers.restore_sign_in_claim(visit.sign_in), also="an ear", key=uuid.uuid4())
    with write_in_turn():
        assert sign_in_additions.extend_sign_in(fresh(visit), more, at=make.at("9:02"))
    assert wishes(finn) == [DESKS]
    link(visit, make.patient(finn.clinic, "Mia Ruiz"), dana, "9:03")
    assert wishes(finn) == []


def test_a_preference_stored_only_on_the_row_survives_a_wrong_visit(
    front: Location, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    """The desk wrote it before preferences were recorded per visit: only the row has it."""
    first = come(front, "9:00")
    old = {"approach": "leave", "best_time": "mornings", "remembered_at": make.at("8:00")}
    Escort.objects.filter(pk=first.escort_id).update(**old)
    wrong = unknown(front, "9:10")
    link(wrong, finn, dana, "9:11")
    assert wishes(finn) == [DESKS]
    tell(wrong, LATEST, dana, "9:12")
    link(wrong, zofia, dana, "9:13")
    assert (wishes(finn), wishes(zofia)) == ([DESKS], [LATEST])


# Escorts removed and restored


def as_it_was(escort: Escort) -> dict[str, object]:
    return columns_as_json(escort, row_column_names(escort))


@pytest.mark.parametrize("first_to_go", [0, 1])
def test_an_escort_of_wrong_visits_with_different_phones_is_removed(
    front: Location, finn: Patient, zofia: Patient, dana: Staff, first_to_go: int
) -> None:
    visits = [
        come(front, "9:00", escort_phone=""),
        come(front, "9:10", HERS, escort_phone="555-010-7001", relationship="aunt"),
    ]
    assert visits[0].escort == visits[1].escort
    link(visits[first_to_go], zofia, dana, "9:20")
    left = visits[1 - first_to_go]
    before = as_it_was(Escort.objects.get(patient=finn))
    link(left, zofia, dana, "9:21")
    assert not Escort.objects.filter(patient=finn).exists()
    undo(left, dana, "9:22")
    back = Escort.objects.get(patient=finn)
    assert (as_it_was(back), fresh(left).escort) == (before, back)
    assert back.pk == visits[0].escort_id


def test_an_escort_already_back_is_not_added_twice(
    front: Location, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    first = come(front, "9:00", escort_phone="555-010-7000")
    link(first, zofia, dana, "9:01")
    second = come(front, "9:02", escort_phone="555-010-7001")
    undo(first, dana, "9:03")
    assert fresh(first).escort == fresh(second).escort == Escort.objects.get(patient=finn)


def test_an_escort_on_record_stays_after_wrong_visits_leave(
    front: Location, brook: Clinic, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    known = Escort.objects.create(clinic=brook, patient=finn, name="Rosa Delgado", phone="555-010-8888")
    for n, clock in enumerate(("9:00", "9:10")):
        visit = come(front, clock, escort_phone="555-010-7001")
        assert visit.escort == known
        link(visit, zofia, dana, f"9:2{n}")
    known.refresh_from_db()
    assert known.last_came_at is None


def test_an_escort_with_a_preference_set_at_another_visit_stays(
    front: Location, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    """The child came with someone else, and the desk wrote down what Rosa had said."""
    rosas = come(front, "9:00")
    with_joe = come(front, "9:01", escort_name="Grandpa Joe")
    usual = {"best_way": "", "by": dana, "at": make.at("9:02")}
    preferences.set_preferences(
        escort=fresh(rosas).escort, visit=fresh(with_joe), approach="leave", best_time="mornings", **usual
    )
    link(rosas, zofia, dana, "9:03")
    assert DESKS in wishes(finn)


# Undone merges


def merge(merged: Patient | None, into: Patient, by: Staff, clock: str) -> PatientMerge | None:
    merged.refresh_from_db()
    into.refresh_from_db()
    return patient_merges.merge_patients(
        merged=merged, into=into, by=by, at=make.at(clock), why="their mother says so"
    ).merge


@pytest.mark.parametrize("first", [0, 1])
def test_forgotten_preferences_stay_forgotten_in_any_order_of_undone_merges(
    front: Location, finn: Patient, ada: Patient, dana: Staff, max_: Staff, first: int
) -> None:
    """Rosa brings Finn and Mia. Undoing Mia's merge wrote “text message” on Finn's Rosa."""
    visit = come(front, "9:00")
    said = {"approach": "greet", "best_way": "text", "best_time": "evenings"}
    preferences.set_preferences(
        escort=fresh(visit).escort, visit=fresh(visit), by=dana, at=make.at("9:02"), **said
    )
    mia = come(front, "9:03", ("greet", "afternoons"), name="Mia Kiss", born="2009-07-07").patient
    made = [merge(finn, ada, max_, "9:05"), merge(mia, ada, max_, "9:07")]
    preferences.forget_preferences(
        escort=fresh(visit).escort, visit=fresh(visit), by=dana, at=make.at("9:12")
    )
    merge_undo.undo_patient_merge(merge=made[first], by=max_, at=make.at("9:20"))
    merge_undo.undo_patient_merge(merge=made[1 - first], by=max_, at=make.at("9:21"))
    (rosa,) = Escort.objects.filter(patient=finn)
    assert (rosa.approach, rosa.best_way, rosa.best_time) == ("", "", "")
    assert wishes(mia) == [("greet", "afternoons")]
    assert not Escort.objects.filter(patient=ada).exists()


@pytest.mark.parametrize("is_hers", [False, True])
@pytest.mark.parametrize("order", ["the visit first", "the merge first"])
def test_an_escort_no_visit_brings_any_more_is_removed_from_the_record(
    front: Location,
    finn: Patient,
    zofia: Patient,
    ada: Patient,
    dana: Staff,
    max_: Staff,
    order: str,
    is_hers: bool,
) -> None:
    """Finn's visit was linked to Zofia by mistake, and Ada was merged into her: Rosa brings them both."""
    if is_hers:
        link(unknown(front, "8:30", relationship="neighbor"), zofia, dana, "8:31")
    wrong, hers = come(front, "9:00"), unknown(front, "9:01", relationship="aunt")
    link(hers, ada, dana, "9:02")
    link(wrong, zofia, dana, "9:06")
    made = merge(ada, zofia, max_, "9:10")
    if order == "the visit first":
        link(wrong, finn, dana, "9:15")
    merge_undo.undo_patient_merge(merge=made, by=max_, at=make.at("9:20"))
    if order != "the visit first":
        link(wrong, finn, dana, "9:25")
    there = Escort.objects.filter(patient=zofia).values_list("relationship", "last_came_at")
    assert list(there) == ([("neighbor", make.at("8:30"))] if is_hers else [])
    assert Escort.objects.filter(patient=ada).count() == Escort.objects.filter(patient=finn).count() == 1


def test_stored_columns_from_before_a_preference_existed_count_as_blank() -> None:
    """Rows and ledgers store columns as JSON, without those that a later version added."""
    kept = {"approach": "leave", "remembered_at": "2026-03-10T14:40:00+00:00"}
    assert escorts.remembered_columns_of(kept) == escorts.NO_PREFERENCES | kept
