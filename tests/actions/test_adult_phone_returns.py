"""A number given at a visit of one child does not follow the adult of another when a merge is undone."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.actions import discrepancies, match_decisions, merge_undo, patient_merges, visits
from checkin.actions.entry_moves import ALL_ENTRIES_GO
from checkin.actions.refusals import Refused
from checkin.models import (
    Clinic,
    Discrepancy,
    Escort,
    Guardian,
    Location,
    Patient,
    PatientMerge,
    Role,
    Staff,
    Visit,
)
from checkin.queries import (
    entry_wording as entry_wording_queries,
)
from checkin.queries import (
    patient_merges as patient_merge_queries,
)
from checkin.rules.confidential_visits import HIDDEN_MARK
from checkin.rules.visit_steps import VisitState
from tests import make

OURS, THEIRS, LATER = "555-010-1111", "555-010-2222", "555-010-3333"
KINDS = ["guardian", "escort"]


@pytest.fixture
def anna(brook: Clinic) -> Patient:
    return make.patient(brook, "Anna Bell")


@pytest.fixture
def zofia(brook: Clinic) -> Patient:
    return make.patient(brook, "Zofia Wilk", born="2017-01-01")


@pytest.fixture
def max_(brook: Clinic, front: Location) -> Staff:
    return make.staff(brook, "max_", Role.MANAGER, location=front)


def adult(patient: Patient | None, kind: str, phone: str = OURS) -> Guardian | Escort:
    if kind == "guardian":
        return make.guardian(patient, "Rosa Delgado", phone=phone)
    facts = {"name": "Rosa Delgado", "relationship": "aunt", "phone": phone}
    return Escort.objects.create(clinic=patient.clinic, patient=patient, **facts)


def merge(merged: Patient, into: Patient, by: Staff, clock: str = "9:00") -> PatientMerge | None:
    for one in (merged, into):
        one.refresh_from_db()
    made = patient_merges.merge_patients(
        merged=merged, into=into, by=by, at=make.at(clock), why="their mother says so"
    )
    return made.merge


def undo(merged: PatientMerge | None, by: Staff, clock: str = "9:40") -> PatientMerge:
    return merge_undo.undo_patient_merge(merge=merged, by=by, at=make.at(clock))


def come(front: Location, patient: Patient, by: Staff, clock: str = "9:10", phone: str = THEIRS) -> Visit:
    """Sign this child in, brought by Rosa."""
    visit = make.visit(
        front, make.at(clock), name="Qqq Www", born="", escort_phone=phone, relationship="aunt"
    )
    match_decisions.link_visit_to_patient(
        visit=visit, patient=patient, by=by, at=make.at(clock), said=ALL_ENTRIES_GO
    )
    return fresh(visit)


def fresh(visit: Visit) -> Visit:
    return Visit.objects.select_related("patient", "escort").get(pk=visit.pk)


def use_new(visit: Visit, by: Staff, clock: str = "9:20") -> Discrepancy:
    one = visit.discrepancies.open().get(field="phone")
    make.decision(discrepancy=one, kind="use_new", by=by, at=make.at(clock))
    return one


def numbers(patient: Patient | None) -> list[Any]:
    """Return the phone numbers of the guardians, and of the escorts."""
    return [
        list(model.objects.filter(patient=patient).order_by("pk").values_list("phone", flat=True))
        for model in (Guardian, Escort)
    ]


@pytest.mark.parametrize("phone", [OURS, ""])
@pytest.mark.parametrize("kind", KINDS)
def test_undoing_a_merge_restores_the_adults_previous_number(
    front: Location, dana: Staff, max_: Staff, anna: Patient, zofia: Patient, kind: str, phone: str
) -> None:
    """Anna's guardian kept the number of Zofia's family after the two records were separated."""
    row = adult(anna, kind, phone)
    made = merge(anna, zofia, max_)
    visit = come(front, zofia, dana)
    # A row without a number takes over the one on the record made at sign-in.
    one = use_new(visit, dana) if phone or kind == "guardian" else None
    row.refresh_from_db()
    assert row.phone == THEIRS
    undo(made, max_)
    row.refresh_from_db()
    assert (row.patient, row.phone) == (anna, phone)
    assert numbers(anna) == ([[phone], []] if kind == "guardian" else [[], [phone]])
    assert numbers(zofia) == [[], [THEIRS]], "the visit that stays has what was said at it"
    assert not visit.discrepancies.open().filter(field="phone").exists()
    if one is None:
        return
    before = numbers(anna), numbers(zofia)
    with pytest.raises(Refused):
        discrepancies.undo_discrepancy_decision(discrepancy=one, by=dana, at=make.at("9:50"))
    assert (numbers(anna), numbers(zofia)) == before


@pytest.mark.parametrize("kind", KINDS)
def test_the_undo_page_says_which_number_an_adult_has_again(
    brook: Clinic, front: Location, dana: Staff, max_: Staff, anna: Patient, zofia: Patient, kind: str
) -> None:
    adult(anna, kind)
    made = merge(anna, zofia, max_)
    use_new(come(front, zofia, dana), dana)
    told = patient_merge_queries.read_merge_report(brook, undo(made, max_).pk)
    (number,) = told.numbers
    assert (number.who, number.now, number.said) == ("Rosa Delgado", OURS, THEIRS)
    (line,) = [one for one in patient_merge_queries.merge_report_lines(told) if OURS in one]
    assert line == f"Rosa Delgado has {OURS} again: {THEIRS} was said for Zofia Wilk"


def test_the_undo_page_hides_the_own_number_of_a_patient_who_came_alone(
    brook: Clinic, front: Location, dana: Staff, max_: Staff, anna: Patient, zofia: Patient
) -> None:
    row = adult(anna, "escort")
    made = merge(anna, zofia, max_)
    use_new(come(front, zofia, dana), dana)
    undone = undo(made, max_)
    Escort.objects.filter(pk=row.pk).update(is_patient=True)
    Patient.objects.filter(pk=anna.pk).update(address_hidden=True)
    (number,) = patient_merge_queries.read_merge_report(brook, undone.pk).numbers
    assert (number.now, number.said) == (HIDDEN_MARK, HIDDEN_MARK)


@pytest.mark.parametrize("ended", [False, True])
def test_after_an_undo_the_remaining_visits_discrepancy_is_asked_again(
    front: Location, dana: Staff, max_: Staff, anna: Patient, zofia: Patient, ended: bool
) -> None:
    """A guardian of that name was added to Zofia's record since: the typed number is compared with hers."""
    adult(anna, "guardian")
    made = merge(anna, zofia, max_)
    visit = come(front, zofia, dana)
    use_new(visit, dana)
    make.guardian(zofia, "Rosa Delgado", phone=LATER)
    if ended:
        visits.move_visit(
            visit=visit, to=VisitState.LEFT, by=dana, at=make.at("9:30"), reason="home", reading="anyway"
        )
    undo(made, max_)
    again = visit.discrepancies.open().get(field="phone")
    assert (again.typed, again.recorded) == (THEIRS, LATER)
    assert fresh(visit).open_discrepancies == visit.discrepancies.open().count()
    assert numbers(anna) == [[OURS], []]


@pytest.mark.parametrize("kind", KINDS)
def test_undoing_a_merge_removes_all_numbers_typed_at_the_remaining_visits(
    front: Location, dana: Staff, max_: Staff, anna: Patient, zofia: Patient, kind: str
) -> None:
    """Two visits of Zofia's, one after the other; the second corrects her own row, if she has one."""
    adult(anna, kind)
    made = merge(anna, zofia, max_)
    for number, phone in enumerate((THEIRS, LATER)):
        use_new(come(front, zofia, dana, f"9:1{number}", phone), dana, f"9:2{number}")
    told = patient_merge_queries.read_merge_report(anna.clinic, undo(made, max_).pk)
    assert [OURS] in numbers(anna)
    assert [(one.now, one.said) for one in told.numbers] == [(OURS, THEIRS if kind == "guardian" else LATER)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_undo_keeps_numbers_written_before_the_merge_or_by_others_since(
    front: Location, dana: Staff, max_: Staff, anna: Patient, zofia: Patient, kind: str
) -> None:
    """A correction from before the merge; a number that somebody wrote over the other family's."""
    row = adult(anna, kind)
    use_new(come(front, anna, dana, "8:30", LATER), dana, "8:40")
    made = merge(anna, zofia, max_)
    use_new(come(front, zofia, dana), dana)
    undo(made, max_)
    row.refresh_from_db()
    assert row.phone == LATER
    again = merge(anna, zofia, max_, "10:00")
    use_new(come(front, zofia, dana, "10:10", OURS), dana, "10:20")
    type(row).objects.filter(pk=row.pk).update(phone="555-010-4444")
    assert patient_merge_queries.read_merge_report(anna.clinic, undo(again, max_, "10:40").pk).numbers == []
    row.refresh_from_db()
    assert (row.patient, row.phone) == (anna, "555-010-4444")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", [0, 1])
def test_undoing_chained_merges_in_either_order_restores_every_number(
    brook: Clinic,
    front: Location,
    dana: Staff,
    max_: Staff,
    anna: Patient,
    zofia: Patient,
    kind: str,
    first: int,
) -> None:
    ada = make.patient(brook, "Ada Quist", born="2014-01-01")
    adult(anna, kind)
    made = [merge(anna, zofia, max_)]
    use_new(come(front, zofia, dana), dana)
    made.append(merge(zofia, ada, max_, "9:30"))
    use_new(come(front, ada, dana, "9:31", LATER), dana, "9:32")
    undo(made[first], max_)
    undo(made[1 - first], max_, "9:50")
    assert numbers(anna) == ([[OURS], []] if kind == "guardian" else [[], [OURS]])
    assert (numbers(zofia), numbers(ada)) == ([[], [THEIRS]], [[], [LATER]])


def test_deciding_new_patient_restores_the_adults_number_on_the_split_off_record(
    front: Location, dana: Staff, max_: Staff, zofia: Patient
) -> None:
    """“New patient” also brings back the adult whose number a visit of the other child had corrected."""
    visit = make.visit(front, make.at("9:00"), name="Mia Kiss", born="2009-07-07", escort_phone=OURS)
    mia = visit.patient
    match_decisions.link_visit_to_patient(visit=visit, patient=zofia, by=dana, at=make.at("9:05"))
    one = use_new(come(front, zofia, dana), dana)
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=make.at("9:30"), said=ALL_ENTRIES_GO)
    assert (numbers(mia), numbers(zofia)) == ([[], [OURS]], [[], [THEIRS]])
    decided = visit.match_decisions.order_by("pk").last()
    assert any(
        OURS in line and THEIRS in line for line in entry_wording_queries.decision_entry_lines(decided)
    )
    assert one.decisions.filter(kind="undo").exists()
    match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=make.at("9:40"), said=ALL_ENTRIES_GO)
    assert numbers(zofia) == [[], [THEIRS]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_filled_in_from_another_merged_record_is_removed_by_the_undo(
    brook: Clinic, front: Location, dana: Staff, max_: Staff, anna: Patient, zofia: Patient, kind: str
) -> None:
    """Anna's adult gave no number, and took over that of Ada's adult of the same name."""
    ada = make.patient(brook, "Ada Quist", born="2014-01-01")
    adult(anna, kind, "")
    adult(ada, kind, THEIRS)
    made = [merge(anna, zofia, max_), merge(ada, zofia, max_, "9:01")]
    undone = undo(made[0], max_)
    assert "" in numbers(anna)[kind == "escort"]
    assert [
        (one.now, one.said) for one in patient_merge_queries.read_merge_report(brook, undone.pk).numbers
    ] == [("", THEIRS)]
    undo(made[1], max_, "9:50")
    at = kind == "escort"
    assert (numbers(anna)[at], numbers(zofia)[at], numbers(ada)[at]) == ([""], [], [THEIRS])


def test_a_guardian_who_follows_the_visit_keeps_their_own_number(
    front: Location, dana: Staff, zofia: Patient, brook: Clinic
) -> None:
    """The record made at sign-in follows its visit to the right child, with its guardians."""
    finn = make.patient(brook, "Finn O'Neil", born="2014-01-01")
    visit = make.visit(front, make.at("9:00"), name="Mia Kiss", born="2009-07-07", escort_name="Nan Kelly")
    adult(visit.patient, "guardian")
    match_decisions.link_visit_to_patient(visit=visit, patient=zofia, by=dana, at=make.at("9:05"))
    use_new(come(front, zofia, dana), dana)
    match_decisions.link_visit_to_patient(
        visit=fresh(visit), patient=finn, by=dana, at=make.at("9:30"), said=ALL_ENTRIES_GO
    )
    assert numbers(finn)[0] == [OURS]
    assert numbers(zofia) == [[], [THEIRS]]
    match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=make.at("9:40"), said=ALL_ENTRIES_GO)
    assert (numbers(finn), numbers(zofia)) == ([[], []], [[THEIRS], ["", THEIRS]])


def test_a_number_filled_in_from_a_record_that_goes_to_the_same_child_stays(
    brook: Clinic, front: Location, dana: Staff, zofia: Patient
) -> None:
    """Both were signed in under other names, linked to the wrong child, and then to the right one."""
    finn = make.patient(brook, "Finn O'Neil", born="2014-01-01")
    first = make.visit(front, make.at("9:00"), name="Mia Kiss", born="2009-07-07", escort_name="Nan Kelly")
    second = make.visit(front, make.at("9:01"), name="Ned Pohl", born="2011-01-07", escort_name="Eva Blau")
    mia, ned = first.patient, second.patient
    adult(mia, "guardian", "")
    adult(ned, "guardian", THEIRS)

    def link(visit: Visit, to: Patient, clock: str) -> None:
        match_decisions.link_visit_to_patient(
            visit=fresh(visit), patient=to, by=dana, at=make.at(clock), said=ALL_ENTRIES_GO
        )

    link(first, zofia, "9:05")
    link(second, zofia, "9:06")
    assert (numbers(mia)[0], numbers(zofia)[0]) == ([], [THEIRS])
    link(second, finn, "9:10")
    link(first, finn, "9:11")
    assert [numbers(one)[0] for one in (zofia, finn, mia)] == [[], [THEIRS], [THEIRS]]
