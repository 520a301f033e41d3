"""What staff kept on the record at a visit counts only while that visit is not confidential."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checkin.actions import confidential_visits, patient_merges, preferences
from checkin.models import Clinic, Location, Patient, Staff, Visit
from tests import make
from tests.actions.corrected_visits import relink, undo


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


@pytest.fixture
def first(front: Location, leo: Patient) -> Visit:
    return make.visit(front, make.at("9:00"))


@pytest.fixture
def second(front: Location, first: Visit) -> Visit:
    return make.visit(front, make.at("9:30"))


def write(patient: Patient, visit: Visit | None, by: Staff, needs: str, at: str, language: str = "") -> None:
    said = {"language": language, "interpreter_needed": bool(language), "access_needs": needs}
    preferences.record_language_and_needs(patient=patient, visit=visit, by=by, at=make.at(at), **said)


def mark(visit: Visit, by: Staff) -> None:
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=by, at=make.at("10:00"))


def end(visit: Visit, by: Staff) -> None:
    confidential_visits.end_visit_confidential(visit=visit, by=by, at=make.at("10:01"))


def on_record(patient: Patient) -> tuple[str, bool, str]:
    patient.refresh_from_db()
    return patient.language, patient.interpreter_needed, patient.access_needs


def test_what_was_kept_before_the_mark_counts_again_when_it_ends(
    leo: Patient, first: Visit, second: Visit, dana: Staff
) -> None:
    write(leo, first, dana, "a quiet room", "9:05", language="es")
    before = Visit.objects.get(pk=second.pk).board_version
    mark(first, dana)
    assert on_record(leo) == ("", False, "")
    assert Visit.objects.get(pk=second.pk).board_version > before
    end(first, dana)
    assert on_record(leo) == ("es", True, "a quiet room")


def test_what_a_later_visit_wrote_stays(leo: Patient, first: Visit, second: Visit, dana: Staff) -> None:
    write(leo, first, dana, "a quiet room", "9:05", language="es")
    write(leo, second, dana, "a ramp", "9:35", language="es")
    mark(first, dana)
    assert on_record(leo) == ("", False, "a ramp")
    end(first, dana)
    assert on_record(leo) == ("es", True, "a ramp")


def test_two_marks_take_off_both_in_any_order(leo: Patient, first: Visit, second: Visit, dana: Staff) -> None:
    write(leo, first, dana, "a quiet room", "9:05")
    write(leo, second, dana, "a ramp", "9:35")
    mark(first, dana)
    mark(second, dana)
    assert on_record(leo)[2] == ""
    end(first, dana)
    assert on_record(leo)[2] == "a quiet room"
    end(second, dana)
    assert on_record(leo)[2] == "a ramp"


def test_what_was_written_while_the_mark_stood_wins(
    leo: Patient, first: Visit, second: Visit, dana: Staff
) -> None:
    write(leo, first, dana, "a quiet room", "9:05")
    mark(first, dana)
    write(leo, second, dana, "a ramp", "9:35")
    end(first, dana)
    assert on_record(leo)[2] == "a ramp"


def test_what_was_said_on_the_patients_page_or_imported_since_stays(
    leo: Patient, first: Visit, dana: Staff
) -> None:
    write(leo, first, dana, "a quiet room", "9:05", language="es")
    Patient.objects.filter(pk=leo.pk).update(access_needs="wheelchair")
    leo.refresh_from_db()
    write(leo, None, dana, "wheelchair", "9:35", language="vi")
    mark(first, dana)
    assert on_record(leo) == ("vi", False, "wheelchair")
    end(first, dana)
    assert on_record(leo) == ("vi", True, "wheelchair")


@pytest.mark.parametrize(("whose", "theirs"), [("new", ""), ("both", "a quiet room")])
def test_a_marked_visit_that_moves_to_another_child_writes_nothing_there(
    leo: Patient, first: Visit, second: Visit, brook: Clinic, dana: Staff, whose: str, theirs: str
) -> None:
    write(leo, first, dana, "a quiet room", "9:05")
    mark(first, dana)
    mia = make.patient(brook, "Mia Chen", "2016-05-05")
    relink(first, mia, dana, make.at("10:00"), chart=whose)
    assert (on_record(leo)[2], on_record(mia)[2]) == ("", "")
    end(Visit.objects.get(pk=first.pk), dana)
    assert (on_record(leo)[2], on_record(mia)[2]) == (theirs, "a quiet room")


def test_what_a_merge_copied_to_another_record_is_off_it_too(
    leo: Patient, first: Visit, brook: Clinic, dana: Staff, max_: Staff
) -> None:
    write(leo, first, dana, "a quiet room", "9:05")
    into = make.patient(brook, "Leo Ruiz")
    leo.refresh_from_db()
    patient_merges.merge_patients(
        merged=leo, into=into, by=max_, at=make.at("9:50"), why="one card", sure=True
    )
    assert on_record(into)[2] == "a quiet room"
    mark(first, dana)
    assert (on_record(leo)[2], on_record(into)[2]) == ("", "")
    end(first, dana)
    assert (on_record(leo)[2], on_record(into)[2]) == ("a quiet room", "a quiet room")


def test_the_marks_are_read_once_for_all_that_a_visit_wrote(leo: Patient, first: Visit, dana: Staff) -> None:
    write(leo, first, dana, "a quiet room", "9:05", language="es")
    with CaptureQueriesContext(connection) as queries:
        mark(first, dana)
    asked = [
        one["sql"] for one in queries if one["sql"].startswith('SELECT "checkin_confidentialmark"."visit_id"')
    ]
    assert on_record(leo) == ("", False, "") and len(asked) == 1


def test_a_language_typed_at_the_same_sign_in_does_not_come_to_the_linked_record(
    leo: Patient, front: Location, dana: Staff
) -> None:
    """What staff had corrected it to was taken off, and the typed one was written in its place."""
    visit = make.visit(front, make.at("9:30"), name="Quentin Vasquez", born="2010-05-05", language="vi")
    own = visit.patient
    assert own is not None and on_record(own)[0] == "vi"
    write(own, visit, dana, "", "9:35", language="es")
    relink(visit, leo, dana, make.at("9:40"), chart="new")
    assert on_record(leo)[0] == "es"
    mark(visit, dana)
    assert (on_record(leo)[0], on_record(own)[0]) == ("", "")
    end(visit, dana)
    assert (on_record(leo)[0], on_record(own)[0]) == ("es", "es")
    mark(visit, dana)
    undo(visit, dana, make.at("10:10"))
    assert (on_record(leo)[0], on_record(own)[0]) == ("", "")
    end(visit, dana)
    assert (on_record(leo)[0], on_record(own)[0]) == ("", "es")


def test_an_undo_elsewhere_leaves_what_was_written_since_a_mark_ended(
    leo: Patient, first: Visit, front: Location, dana: Staff
) -> None:
    """It wrote again what the visit had kept, over what an import had brought since."""
    other = make.visit(front, make.at("9:40"), name="Mia Chen", born="2016-07-02")
    Patient.objects.filter(pk=leo.pk).update(language="vi", access_needs="ramp")
    write(leo, first, dana, "a quiet room", "9:45", language="es")
    mark(first, dana)
    end(first, dana)
    Patient.objects.filter(pk=leo.pk).update(language="vi", access_needs="ramp")
    relink(other, leo, dana)
    undo(other, dana)
    assert on_record(leo) == ("vi", True, "ramp")
