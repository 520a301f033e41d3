"""What was said at a confidential visit is on no row of its adult, also on records merged into another."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.actions import confidential_visits, merge_undo, patient_merges
from checkin.models import Clinic, Escort, Location, Patient, PatientMerge, Staff, Visit
from tests import make
from tests.actions.corrected_visits import fresh, relink, undo

CHILD = ("Quentin Vasquez", "2010-05-05")
WORDS, PHONE = "her boyfriend zqxvkj", "555-019-8877"


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


@pytest.fixture
def mia(brook: Clinic) -> Patient:
    return make.patient(brook, "Mia Chen", born="2016-05-09")


def come(front: Location, who: Patient | None, clock: str, words: str, phone: str = "") -> Visit:
    """Sign a child in, brought by Rosa; without `who`, one who is new here."""
    name, born = (who.name, str(who.birth_date)) if who else CHILD
    return make.visit(front, make.at(clock), name=name, born=born, relationship=words, escort_phone=phone)


def mark(visit: Visit, by: Staff, clock: str = "10:00") -> None:
    confidential_visits.mark_visit_confidential(visit=fresh(visit), kind="other", by=by, at=make.at(clock))


def end(visit: Visit, by: Staff, clock: str = "10:30") -> None:
    confidential_visits.end_visit_confidential(visit=fresh(visit), by=by, at=make.at(clock))


def merge(merged: Patient | None, into: Patient, by: Staff, clock: str = "9:50") -> PatientMerge:
    assert merged is not None
    at, why = make.at(clock), "their mother showed both cards"
    made = patient_merges.merge_patients(
        merged=fresh(merged), into=fresh(into), by=by, at=at, why=why, sure=True
    ).merge
    assert made is not None
    return made


def split(made: PatientMerge, by: Staff, clock: str = "10:10") -> None:
    merge_undo.undo_patient_merge(merge=made, by=by, at=make.at(clock))


def adults(patient: Patient | None) -> list[tuple[str, str, dt.datetime | None]]:
    """Return each adult's words, phone and last visit on the record."""
    there = Escort.objects.filter(patient=patient).order_by("pk")
    return [(one.relationship, one.phone, one.last_came_at) for one in there]


def test_an_undone_merge_leaves_the_words_on_neither_record(
    front: Location, leo: Patient, mia: Patient, dana: Staff, max_: Staff
) -> None:
    """The row that stayed on the merged record kept them, and was shown there after the undo."""
    aunt = come(front, leo, "9:00", "aunt")
    boyfriend = come(front, mia, "9:30", WORDS, PHONE)
    made = merge(mia, leo, max_)
    mark(boyfriend, dana)
    assert adults(leo) == [("aunt", "", aunt.arrived_at)]
    split(made, max_)
    assert adults(leo) == [("aunt", "", aunt.arrived_at)]
    assert adults(mia) == [("", "", None)]
    end(boyfriend, dana)
    assert adults(leo) == [("aunt", "", aunt.arrived_at)]
    assert adults(mia) == [(WORDS, PHONE, boyfriend.arrived_at)]


def test_the_words_of_a_row_that_the_merge_left_are_not_the_kept_records(
    front: Location, leo: Patient, mia: Patient, dana: Staff, max_: Staff
) -> None:
    """With no other visit to ask, the kept record took them from the row on the merged one."""
    mother = come(front, leo, "9:00", "mother")
    boyfriend = come(front, mia, "9:30", WORDS, PHONE)
    merge(mia, leo, max_)
    mark(mother, dana)
    mark(boyfriend, dana)
    assert adults(leo) == adults(mia) == [("", "", None)]
    end(boyfriend, dana)
    assert adults(leo) == adults(mia) == [(WORDS, PHONE, boyfriend.arrived_at)]


@pytest.mark.parametrize("is_known", [False, True])
def test_a_link_that_is_undone_after_the_mark_gives_the_visits_own_row_its_words(
    front: Location, leo: Patient, dana: Staff, is_known: bool
) -> None:
    """Its row had stayed on the record that the sign-in made, and only the other got them back."""
    if is_known:
        come(front, leo, "9:00", "aunt")
    visit = come(front, None, "9:30", WORDS, PHONE)
    own = visit.patient
    mark(visit, dana)
    relink(visit, leo, dana, make.at("10:10"))
    end(visit, dana)
    undo(visit, dana, make.at("10:40"))
    assert fresh(visit).patient == own
    assert adults(own) == [(WORDS, PHONE, visit.arrived_at)]


def test_a_phone_on_the_visits_own_row_is_off_it_though_the_record_knows_the_adult(
    front: Location, leo: Patient, dana: Staff
) -> None:
    """The record's own row was left alone, and with it the one that stayed on the merged record."""
    Escort.objects.create(
        clinic=leo.clinic, patient=leo, name="Rosa Delgado", relationship="aunt", phone="555-010-0101"
    )
    visit = come(front, None, "9:30", WORDS, PHONE)
    own = visit.patient
    relink(visit, leo, dana, make.at("9:50"))
    mark(visit, dana)
    assert adults(own) == [("", "", None)] and adults(leo) == [("aunt", "555-010-0101", None)]
    end(visit, dana)
    assert adults(own) == [(WORDS, PHONE, visit.arrived_at)]


def test_an_undone_merge_brings_back_no_words_from_before_the_mark(
    front: Location, leo: Patient, dana: Staff, max_: Staff
) -> None:
    """The merge had covered the words; its undo wrote them again as they had stood, mark or not."""
    boyfriend = come(front, leo, "9:00", WORDS, PHONE)
    mother = come(front, None, "9:30", "mother")
    made = merge(mother.patient, leo, max_)
    mark(boyfriend, dana)
    split(made, max_)
    assert adults(leo) == [("", "", None)]
    end(boyfriend, dana)
    assert adults(leo) == [(WORDS, PHONE, boyfriend.arrived_at)]
