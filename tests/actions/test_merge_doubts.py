"""Two records that may be two children are merged only once somebody says in a few words how they know."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from checkin.actions import discrepancies, match_decisions, patient_merges
from checkin.actions.patient_merges import MergeOutcome
from checkin.models import (
    ChartChange,
    Clinic,
    Discrepancy,
    Location,
    LookAlike,
    Patient,
    PatientIdentifier,
    PatientMerge,
    Staff,
    Visit,
    merge_doubts,
)
from checkin.rules import patient_merges as patient_merge_rules
from tests import make

pytestmark = pytest.mark.django_db
BORN = "2018-03-14"
LATER = make.at("10:00")


@pytest.fixture
def hanna(brook: Clinic) -> Patient:
    return make.patient(brook, "Hanna Keller", BORN)


@pytest.fixture
def again(brook: Clinic) -> Patient:
    """The same name again: one child twice, or a twin whose name was changed by mistake."""
    return make.patient(brook, "Hanna Keller", BORN)


def merge(one: Patient, other: Patient, by: Staff, why: str = "") -> MergeOutcome:
    return patient_merges.merge_patients(merged=one, into=other, by=by, at=LATER, why=why)


def is_asked(one: Patient, other: Patient, by: Staff, words: str) -> bool:
    with pytest.raises(patient_merges.MergeNeedsReason, match=words):
        merge(one, other, by)
    assert not PatientMerge.objects.exists()
    return merge(one, other, by, why="the mother showed both cards").merge is not None


def slip(front: Location, dana: Staff, patient: Patient, typed: str) -> Discrepancy:
    """Link a visit of the other child to this record by mistake, and use the new name."""
    visit = make.visit(front, name=typed, born=BORN)
    match_decisions.link_visit_to_patient(visit=visit, patient=patient, by=dana, at=make.at("9:45"))
    found = visit.discrepancies.get(field="name")
    said = {"discrepancy": found, "kind": "use_new", "by": dana, "at": make.at("9:50")}
    make.decision(**said)
    Visit.objects.filter(pk=visit.pk).update(state="left", state_since=make.at("9:55"))
    patient.refresh_from_db()
    return found


def test_merging_two_records_of_one_child_asks_nothing(dana: Staff, hanna: Patient, again: Patient) -> None:
    assert merge(again, hanna, dana).merge


def test_a_twin_whose_name_was_changed_by_mistake_raises_a_doubt(
    brook: Clinic, front: Location, dana: Staff, hanna: Patient
) -> None:
    anna = make.patient(brook, "Anna Keller", BORN)
    slip(front, dana, anna, "Hanna Keller")
    assert anna.given_name == "Hanna"
    assert is_asked(anna, hanna, dana, "Before one of them was changed, it said Anna, born Mar 14, 2018")


def test_an_undone_mistaken_name_raises_no_doubt(
    brook: Clinic, front: Location, dana: Staff, hanna: Patient
) -> None:
    anna = make.patient(brook, "Hanna Keller", BORN)
    made = slip(front, dana, anna, "Anna Keller")
    discrepancies.undo_discrepancy_decision(discrepancy=made, by=dana, at=make.at("9:58"))
    assert merge_doubts.find_merge_doubts(Patient.objects.get(pk=anna.pk), hanna) == []


@pytest.mark.parametrize("before", [{"given_name": "Anna"}, {"birth_date": "2016-01-01"}])
def test_a_chart_change_raises_a_doubt_with_the_previous_value(
    brook: Clinic, front: Location, dana: Staff, hanna: Patient, again: Patient, before: dict[str, str]
) -> None:
    ChartChange.objects.create(
        clinic=brook, visit=None, patient=again, subject="Patient", subject_id=again.pk,
        before=before, after={}, at=make.at(), by=dana,
    )  # fmt: skip
    assert is_asked(again, hanna, dana, "Before one of them was changed, it said")


def test_a_name_taken_by_an_earlier_merge_raises_a_doubt(brook: Clinic, dana: Staff, hanna: Patient) -> None:
    anna, third = make.patient(brook, "Anna Keller", BORN), make.patient(brook, "Hanna Keller", BORN)
    patient_merges.merge_patients(
        merged=third, into=anna, by=dana, at=make.at("9:50"), take=["given_name"], sure=True
    )
    anna.refresh_from_db()
    with pytest.raises(patient_merges.MergeNeedsReason, match="it said Anna"):
        merge(anna, hanna, dana)


@pytest.mark.parametrize(
    ("one", "other", "asks"),
    [
        (("mrn", "1"), ("mrn", "2"), True),
        (("", "1"), ("", "2"), True),
        (("mrn", "1"), ("lab", "2"), False),
        (("mrn", "1"), ("", "2"), False),
    ],
)
def test_two_different_numbers_of_one_system_raise_a_doubt(
    brook: Clinic,
    dana: Staff,
    hanna: Patient,
    again: Patient,
    one: tuple[str, str],
    other: tuple[str, str],
    asks: bool,
) -> None:
    for patient, (system, value) in ((hanna, one), (again, other)):
        PatientIdentifier.objects.create(clinic=brook, patient=patient, system=system, value=value)
    assert bool(merge_doubts.find_merge_doubts(hanna, again)) == asks
    if asks:
        assert is_asked(again, hanna, dana, "record number of its own from the same system")


def stay(front: Location, patient: Patient, start: str, end: str | None = None) -> Visit:
    visit = make.visit(front, make.at(start), name="Hanna Keller", born=BORN)
    visit.patient, visit.match = patient, "confirmed"
    if end:
        visit.state, visit.state_since = "left", make.at(end)
    visit.save()
    return visit


def test_two_children_both_here_now_raise_a_doubt(
    front: Location, dana: Staff, hanna: Patient, again: Patient
) -> None:
    stay(front, hanna, "9:00"), stay(front, again, "9:30")
    assert is_asked(again, hanna, dana, "are both here now, one for each record")


@pytest.mark.parametrize(
    ("start", "end", "asks"), [("9:30", "9:40", True), ("9:59", None, True), ("10:00", "10:20", False)]
)
def test_overlapping_visits_raise_a_doubt(
    front: Location, hanna: Patient, again: Patient, start: str, end: str | None, asks: bool
) -> None:
    stay(front, hanna, "9:00", "10:00")
    stay(front, again, start, end)
    assert any("were here at one time" in one for one in merge_doubts.find_merge_doubts(hanna, again)) == asks


def test_a_visit_entered_in_error_raises_no_doubt(front: Location, hanna: Patient, again: Patient) -> None:
    stay(front, hanna, "9:00")
    wrong = stay(front, again, "9:10")
    wrong.state = "entered_in_error"
    wrong.save()
    assert merge_doubts.find_merge_doubts(hanna, again) == []


@pytest.mark.parametrize(
    ("day", "status", "asks"),
    [(0, "booked", True), (0, "fulfilled", True), (0, "cancelled", False), (1, "booked", False)],
)
def test_appointments_for_each_on_one_day_raise_a_doubt(
    front: Location, dana: Staff, hanna: Patient, again: Patient, day: int, status: str, asks: bool
) -> None:
    make.appointment(hanna, front, make.at("9:00"))
    make.appointment(again, front, make.at("15:00", make.TUESDAY + dt.timedelta(days=day)), status=status)
    assert bool(merge_doubts.find_merge_doubts(hanna, again)) == asks
    if asks:
        assert is_asked(again, hanna, dana, "Each has an appointment of its own on")


def test_look_alikes_marked_as_two_children_raise_a_doubt(
    brook: Clinic, dana: Staff, hanna: Patient, again: Patient
) -> None:
    LookAlike.objects.create(
        clinic=brook,
        record=again,
        older=hanna,
        noticed_at=make.at(),
        settled_at=timezone.now(),
        settled_by=dana,
    )
    assert is_asked(again, hanna, dana, "Somebody said that these two records are two children")


@pytest.mark.parametrize("why", ["", " ", "x", "x y", "yes", "yes yes", "12 34", "ok.", "?!"])
def test_a_reason_without_words_is_refused(brook: Clinic, dana: Staff, hanna: Patient, why: str) -> None:
    anna = make.patient(brook, "Anna Keller", BORN)
    with pytest.raises(patient_merges.MergeNeedsReason, match="how you know"):
        merge(anna, hanna, dana, why=why)


@pytest.mark.parametrize(
    "why", ["same child", "Mutter zeigte beide Karten", "أمهما قالت", "母亲出示了两张卡"]
)
def test_a_few_words_in_any_script_are_accepted_as_a_reason(why: str) -> None:
    assert patient_merge_rules.has_merge_reason(why)
