"""What an adult asked for on a record's own page, at no visit, is of that record's child and of no other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import confidential_visits, match_decisions, merge_undo, patient_merges, preferences
from checkin.actions.refusals import Refused
from checkin.models import Escort, Location, Patient, PatientMerge, Staff, Visit
from tests import make
from tests.actions.corrected_visits import LATER, LATEST, NOVEMBER, WRITTEN, fresh, relink, said, told, undo
from tests.actions.test_sign_in_record_merges import LAST, WISH, wishes

ROSA = {"escort_name": "Rosa Delgado", "relationship": "aunt"}
GREET = {"approach": "greet", "best_way": "phone", "best_time": ""}
FINN = {"name": "Finn O'Neil", "born": "2018-03-14"}
"""The sign-in of the child whose record `six` is."""


def tell(visit: Visit, by: Staff, at: dt.datetime = WRITTEN, wish: dict[str, str] = WISH) -> Escort:
    """On the page of the record that the visit is on, at no visit."""
    return preferences.set_preferences(escort=fresh(visit).escort, by=by, at=at, **wish)


def came(front: Location, at: str = "9:42", **said: Any) -> Visit:
    return make.visit(front, make.at(at, NOVEMBER), **FINN, **said)


def ways(patient: Patient | None) -> list[Any]:
    """How each adult of the record likes to be reached."""
    return [one.best_way for one in patient.escorts.all()]


@pytest.mark.parametrize("who", [ROSA, {"escort_name": "", "relationship": "aunt"}])
@pytest.mark.parametrize("then", ["stays", "goes"])
def test_it_moves_on_even_if_a_remaining_visit_has_the_same_adult(
    front: Location, six: Patient, one: Patient, eight: Patient, dana: Staff, who: dict[str, str], then: str
) -> None:
    """It stayed under who brings the stranger, and nobody saw it of the child it was told for."""
    zoltan = make.visit(front, make.at("9:40", NOVEMBER), name="Zoltan Kiss", born="2013-05-05", **who)
    own = zoltan.patient
    tell(zoltan, dana)
    match_decisions.link_visit_to_patient(visit=fresh(zoltan), patient=six, by=dana, at=WRITTEN)
    other = came(front, **who)
    assert other.escort == fresh(zoltan).escort
    relink(zoltan, one, dana)
    assert (ways(six), ways(one)) == ([""], ["text"])
    if then == "goes":
        relink(other, eight, dana, at=LATEST)
        assert (ways(six), ways(eight)) == ([], [""])
        undo(other, dana, at=LAST)
    assert fresh(other).escort == six.escorts.get()
    undo(zoltan, dana, at=LAST)
    assert ways(six) == ["text"], "found again, she is asked nothing twice"
    assert fresh(zoltan).escort == fresh(other).escort
    match_decisions.undo_match_decision(visit=fresh(zoltan), by=dana, at=LAST)
    assert (ways(own), ways(six)) == (["text"], [""])


def test_a_later_preference_of_the_remaining_visit_stays_with_its_child(
    front: Location, visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    tell(visit, dana)
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=dana, at=WRITTEN)
    other = came(front, at="10:05", **ROSA, best_way="email", remember=True)
    assert fresh(visit).escort == other.escort
    assert ways(six) == ["email"]
    relink(visit, one, dana)
    assert (ways(six), ways(one)) == (["email"], ["text"])


def test_an_unnamed_adult_on_both_records_is_merged_into_one_row(
    front: Location, visit: Visit, six: Patient, max_: Staff
) -> None:
    """Known by what they are to the child, as at sign-in: there were two, and a sign-in found either."""
    aunt = {"clinic": front.clinic, "name": "", "relationship": "Aunt"}
    theirs = Escort.objects.create(patient=six, **aunt)
    own = Escort.objects.create(patient=visit.patient, **aunt | {"relationship": "aunt"})
    other = Escort.objects.create(patient=visit.patient, **aunt | {"relationship": "sitter"})
    made = patient_merges.merge_patients(merged=visit.patient, into=six, by=max_, at=WRITTEN, sure=True)
    assert {theirs, other} < {*six.escorts.all()}
    assert (fresh(own).patient, own not in six.escorts.all()) == (visit.patient.standing_merge().merged, True)
    merge_undo.undo_patient_merge(merge=made.merge, by=max_, at=LATER)
    assert ([*six.escorts.all()], fresh(own).patient, fresh(other).patient) == (
        [theirs],
        own.patient,
        own.patient,
    )


def test_a_preference_cannot_be_set_on_a_merged_record(
    front: Location, visit: Visit, six: Patient, dana: Staff, max_: Staff
) -> None:
    """Its row stands there unseen where the other record knows them too: what was told there was lost."""
    came(front, **ROSA)
    row = visit.escort
    patient_merges.merge_patients(merged=visit.patient, into=six, by=max_, at=WRITTEN, sure=True)
    with pytest.raises(Refused, match="not on the record anymore"):
        preferences.set_preferences(escort=row, by=dana, at=LATER, **WISH)
    assert (fresh(row).best_way, ways(six)) == ("", [""])


@pytest.mark.parametrize("way", ["new patient", "undone merge", "another child"])
@pytest.mark.parametrize("before", [True, False])
def test_a_preference_set_on_the_wrong_childs_page_after_the_merge_stays_there(
    visit: Visit, six: Patient, one: Patient, dana: Staff, max_: Staff, way: str, before: bool
) -> None:
    """It went along with the record that had brought her there."""
    own = visit.patient
    if before:
        tell(visit, dana)
    patient_merges.merge_patients(merged=own, into=six, by=max_, at=WRITTEN, sure=True)
    tell(visit, dana, at=LATER, wish=GREET)
    assert ways(six) == ["phone"]
    if way == "new patient":
        match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=LATEST, said=said(visit, own))
    elif way == "another child":
        relink(visit, one, dana, at=LATEST)
    else:
        merge_undo.undo_patient_merge(merge=PatientMerge.objects.get(), by=max_, at=LATEST)
    home = one if way == "another child" else own
    assert (ways(six), ways(home)) == (["phone"], ["text" if before else ""])
    assert fresh(visit).escort == home.escorts.get()
    if way != "undone merge":
        undo(visit, dana, at=LAST)
        assert ways(six) == ["phone"], "the last word of the two"
        assert fresh(visit).escort == six.escorts.get()


def test_a_preference_from_before_its_history_existed_moves_back_too(
    front: Location, visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    own = visit.patient
    Escort.objects.filter(pk=visit.escort_id).update(**WISH, remembered_at=make.at("9:41", NOVEMBER))
    fresh(fresh(visit).escort)
    preferences.set_preferences(escort=visit.escort, visit=visit, by=dana, at=WRITTEN, **GREET)
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=dana, at=WRITTEN)
    other = came(front, **ROSA)
    assert other.escort == fresh(visit).escort
    relink(visit, one, dana)
    assert (ways(six), ways(one), ways(own)) == ([""], ["phone"], ["text"])


def test_an_adult_of_a_record_in_between_is_not_left_with_a_child_they_never_brought(
    front: Location, visit: Visit, six: Patient, one: Patient, eight: Patient, dana: Staff, max_: Staff
) -> None:
    """Six was merged into a record that knows her: her row stayed there, though no visit of six named it."""
    Escort.objects.create(clinic=front.clinic, patient=eight, name="Rosa Delgado", relationship="aunt")
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=dana, at=WRITTEN)
    made = patient_merges.merge_patients(
        merged=six, into=eight, by=max_, at=WRITTEN, why="their mother says so"
    )
    before = [*Escort.objects.order_by("pk").values()]
    relink(visit, one, dana)
    assert not six.escorts.exists()
    undo(visit, dana)
    assert [*Escort.objects.order_by("pk").values()] == before
    relink(visit, one, dana, at=LAST)
    merge_undo.undo_patient_merge(merge=made.merge, by=max_, at=LAST)
    assert (wishes(six), [row.name for row in one.escorts.all()]) == ([], ["Rosa Delgado"])


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize("told_before", [True, False])
def test_a_preference_set_on_the_page_of_a_record_in_between_stays_with_it(
    visit: Visit,
    six: Patient,
    one: Patient,
    eight: Patient,
    dana: Staff,
    max_: Staff,
    is_new: bool,
    told_before: bool,
) -> None:
    own = visit.patient
    if told_before:
        tell(visit, dana, wish=GREET)
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=dana, at=WRITTEN)
    tell(visit, dana, at=LATER)
    made = patient_merges.merge_patients(
        merged=six, into=eight, by=max_, at=LATER, why="their mother says so"
    )
    if is_new:
        match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=LATEST, said=said(visit, own))
    else:
        relink(visit, one, dana, at=LATEST)
    home, own_way = own if is_new else one, "phone" if told_before else ""
    assert (ways(eight), ways(home)) == (["text"], [own_way])
    merge_undo.undo_patient_merge(merge=made.merge, by=max_, at=LAST)
    assert (ways(eight), ways(six), ways(home)) == ([], ["text"], [own_way])


def test_a_preference_from_before_its_history_moves_back_from_under_a_later_one(
    visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    Escort.objects.filter(pk=visit.escort_id).update(**WISH, remembered_at=make.at("9:41", NOVEMBER))
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=dana, at=WRITTEN)
    tell(visit, dana, at=LATER, wish=GREET)
    relink(visit, one, dana, at=LATEST)
    assert (ways(six), ways(one)) == (["phone"], ["text"])


def test_a_preference_for_an_adult_of_both_records_is_removed_from_the_wrong_one(
    front: Location, visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    came(front, **ROSA)
    bob = Escort.objects.create(clinic=front.clinic, patient=six, name="Bob Stone", relationship="uncle")
    theirs = Escort.objects.create(
        clinic=front.clinic, patient=visit.patient, name="Bob Stone", relationship="uncle"
    )
    preferences.set_preferences(escort=theirs, by=dana, at=WRITTEN, **WISH)
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=dana, at=WRITTEN)
    assert fresh(bob).best_way == "text"
    made = relink(visit, one, dana)
    assert fresh(bob).best_way == ""
    gone = "Bob Stone: what the other record said of them is no longer on Finn O'Neil’s record."
    assert gone in told(made)
    undo(visit, dana)
    assert fresh(bob).best_way == "text"
    assert gone.replace("no longer", "again") in told(visit.match_decisions.last())


@pytest.mark.parametrize("how", ["new patient", "another child", "undone"])
@pytest.mark.parametrize("told_first", [True, False])
@pytest.mark.parametrize("told_on_six", [True, False])
def test_a_preference_set_while_the_record_was_split_off_returns_to_it(
    visit: Visit, six: Patient, one: Patient, dana: Staff, how: str, told_first: bool, told_on_six: bool
) -> None:
    """“New patient” was undone in between: the word had come to the stranger’s record with her row."""
    own = visit.patient
    if told_first:
        tell(visit, dana, wish=WISH | {"best_way": "letter"})
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=dana, at=WRITTEN)
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=WRITTEN, said=said(visit, own))
    tell(visit, dana, at=LATER)
    undo(visit, dana, at=LATER)
    assert ways(six) == ["text"]
    if told_on_six:
        tell(visit, dana, at=LATEST, wish=GREET)
    if how == "new patient":
        match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=LATEST, said=said(visit, own))
    elif how == "another child":
        relink(visit, one, dana, at=LATEST)
    else:
        undo(visit, dana, at=LATEST)
    home = one if how == "another child" else own
    assert (ways(six), ways(home)) == (["phone"] if told_on_six else [], ["text"])


def test_a_number_corrected_for_the_wrong_child_stays_with_that_child(
    front: Location, six: Patient, one: Patient, dana: Staff
) -> None:
    rosa = {**ROSA, "escort_phone": "555-010-7001"}
    zoltan = make.visit(front, make.at("9:40", NOVEMBER), name="Zoltan Kiss", born="2013-05-05", **rosa)
    own = zoltan.patient
    tell(zoltan, dana)
    match_decisions.link_visit_to_patient(visit=fresh(zoltan), patient=six, by=dana, at=WRITTEN)
    other = came(front, **rosa | {"escort_phone": "555-010-7002"})
    difference = other.discrepancies.get(field="phone")
    make.decision(discrepancy=difference, kind="use_new", by=dana, at=WRITTEN)
    assert [row.phone for row in six.escorts.all()] == ["555-010-7002"]
    relink(zoltan, one, dana)
    phones = [[row.phone for row in each.escorts.all()] for each in (six, own, one)]
    assert phones == [["555-010-7002"], ["555-010-7001"], ["555-010-7001"]]
    undo(zoltan, dana)
    assert [row.phone for row in six.escorts.all()] == ["555-010-7002"]


NEIGHBOR = ROSA | {"name": "Zoltan Kiss", "born": "2013-05-05", "relationship": "neighbor"}


def said_of(patient: Patient) -> list[tuple[str, dt.datetime | None]]:
    return [(row.relationship, row.last_came_at) for row in patient.escorts.all()]


def merge(one: Patient, other: Patient, by: Staff) -> PatientMerge:
    facts = {"by": by, "at": LATER, "why": "both cards seen", "sure": True}
    return patient_merges.merge_patients(merged=one, into=other, **facts).merge


@pytest.fixture
def away(front: Location, six: Patient, one: Patient, dana: Staff) -> Visit:
    """A visit of the record `six` that is on another one while records are merged."""
    made = came(front, **ROSA)
    match_decisions.link_visit_to_patient(visit=fresh(made), patient=one, by=dana, at=WRITTEN)
    return made


def test_the_adult_who_stays_keeps_the_words_of_the_visit_that_stays(
    front: Location, six: Patient, away: Visit, dana: Staff, max_: Staff
) -> None:
    """Her row had come with another child's record, and its words, while this visit was away."""
    zoltan = make.visit(front, make.at("9:50", NOVEMBER), **NEIGHBOR)
    own = zoltan.patient
    made = merge(own, six, max_)
    match_decisions.undo_match_decision(visit=fresh(away), by=dana, at=LATEST)
    merge_undo.undo_patient_merge(merge=made, by=max_, at=LAST)
    assert said_of(six) == [("aunt", away.arrived_at)]
    assert said_of(own) == [("neighbor", zoltan.arrived_at)]


@pytest.mark.parametrize("then", ["left since", "left since, marked", "came back since"])
def test_the_adult_who_goes_back_has_the_words_of_the_visits_that_go_back(
    front: Location, six: Patient, one: Patient, away: Visit, dana: Staff, max_: Staff, then: str
) -> None:
    """She had those that were last said of the child before the merge."""
    first = make.visit(front, make.at("9:44", NOVEMBER), **NEIGHBOR)
    own = first.patient
    second = make.visit(front, make.at("9:50", NOVEMBER), **NEIGHBOR | {"relationship": "friend"})
    match_decisions.link_visit_to_patient(visit=fresh(second), patient=own, by=dana, at=WRITTEN)
    facts = {"visit": fresh(second), "patient": one, "by": dana}
    if then == "came back since":
        match_decisions.link_visit_to_patient(**facts, at=WRITTEN)
    made = merge(own, six, max_)
    match_decisions.undo_match_decision(visit=fresh(away), by=dana, at=LATEST)
    if then == "left since, marked":
        confidential_visits.mark_visit_confidential(visit=fresh(second), kind="other", by=dana, at=LATEST)
    if then == "came back since":
        match_decisions.undo_match_decision(visit=fresh(second), by=dana, at=LATEST)
    else:
        match_decisions.link_visit_to_patient(**facts | {"visit": fresh(second)}, at=LATEST)
    merge_undo.undo_patient_merge(merge=made, by=max_, at=LAST)
    back = second if then == "came back since" else first
    assert said_of(six) == [("aunt", away.arrived_at)]
    assert said_of(own) == [(back.sign_in.relationship, back.arrived_at)]


def test_what_a_confidential_visit_that_stays_said_is_not_on_the_adults_row(
    front: Location, six: Patient, one: Patient, dana: Staff
) -> None:
    zoltan = make.visit(front, make.at("9:40", NOVEMBER), **NEIGHBOR)
    tell(zoltan, dana)
    match_decisions.link_visit_to_patient(visit=fresh(zoltan), patient=six, by=dana, at=WRITTEN)
    stays = came(front, **ROSA)
    confidential_visits.mark_visit_confidential(visit=fresh(stays), kind="other", by=dana, at=LATER)
    relink(zoltan, one, dana, at=LATEST)
    assert said_of(six) == [("", None)]
    confidential_visits.end_visit_confidential(visit=fresh(stays), by=dana, at=LAST)
    assert said_of(six) == [("aunt", stays.arrived_at)]


def test_an_adult_who_stays_for_a_preference_alone_keeps_no_words_of_the_other_child(
    front: Location, six: Patient, dana: Staff, max_: Staff
) -> None:
    zoltan = make.visit(front, make.at("9:50", NOVEMBER), **NEIGHBOR)
    own = zoltan.patient
    made = merge(own, six, max_)
    tell(zoltan, dana, at=LATER, wish=GREET)
    merge_undo.undo_patient_merge(merge=made, by=max_, at=LAST)
    assert (said_of(six), said_of(own)) == ([("", None)], [("neighbor", zoltan.arrived_at)])


def test_an_adult_who_stays_is_what_a_record_merged_there_calls_them(
    front: Location, six: Patient, max_: Staff
) -> None:
    """Her visit gave no relationship. Of the two records that know her, the other one is separated."""
    yara = make.patient(front.clinic, "Yara Lund", "2012-06-06")
    rosa = {"name": "Rosa Delgado", "relationship": "grandmother"}
    Escort.objects.create(clinic=front.clinic, patient=yara, **rosa)
    blank = {"escort_name": "Rosa Delgado", "relationship": ""}
    hers = make.visit(front, make.at("9:45", NOVEMBER), name="Yara Lund", born="2012-06-06", **blank)
    assert fresh(hers).patient == yara
    zoltan = make.visit(front, make.at("9:50", NOVEMBER), **NEIGHBOR)
    made = merge(zoltan.patient, six, max_)
    merge(yara, six, max_)
    merge_undo.undo_patient_merge(merge=made, by=max_, at=LAST)
    assert said_of(six) == [("grandmother", hers.arrived_at)]
