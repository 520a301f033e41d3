"""What a visit that stays has copied from an erased record is cleared, and nothing of its own child's."""

from __future__ import annotations

import pytest
from django.db import connection

from checkin.actions import excuse_notes, match_decisions, merge_undo, patient_merges, preferences
from checkin.actions.entry_moves import ALL_ENTRIES_GO
from checkin.models import Clinic, DiscrepancyDecision, DueItem, ExcuseNote, Location, Patient, Staff, Visit
from checkin.models.copied_values import ERASED
from checkin.models.erasure import Erasure
from tests import make
from tests.emptied_tables import list_tables_with_rows

pytestmark = pytest.mark.usefixtures("tuesday")
SECRET = "zqxvkj"


@pytest.fixture
def leo(brook: Clinic, front: Location) -> Patient:
    """Return a record that says the same word in all it says."""
    found = make.patient(
        brook,
        "Leo Ruiz",
        preferred_name="Zqxvkjy",
        address="1 Zqxvkj Street",
        city="Zqxvkjtown",
        language="zqxvkjlang",
        access_needs="zqxvkjramp",
    )
    make.guardian(found, "Zqxvkjmother")
    make.guardian(found, "Rosa Delgado", phone="555-010-0144", relationship="zqxvkjaunt")
    make.appointment(found, front, with_whom="Dr Zqxvkj")
    DueItem.objects.create(
        clinic=brook, patient=found, kind="vaccine", name="Zqxvkjvax", due_on=make.TUESDAY, system=SECRET
    )
    return found


@pytest.fixture
def mia(brook: Clinic) -> Patient:
    return make.patient(brook, "Mia Stone", "2018-03-15", address="5 Oak")


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    return make.visit(
        front, address="7 Elm", guardian_name="Gina", escort_phone="555-010-0123", reason="cough"
    )


def say_everything(visit: Visit, leo: Patient, *, by: Staff) -> None:
    """Settle, ask, and write to the chart, so that every kind of row copies something."""
    for kind, row in zip(["use_new", "keep_old", "ask"], visit.discrepancies.order_by("pk"), strict=True):
        make.decision(discrepancy=row, kind=kind, by=by, at=make.at("9:43"))
    preferences.record_language_and_needs(
        patient=Patient.objects.get(pk=leo.pk),
        language="fr",
        interpreter_needed=True,
        access_needs="a lift",
        by=by,
        at=make.at("9:44"),
        visit=Visit.objects.get(pk=visit.pk),
    )


def undo(visit: Visit, by: Staff) -> None:
    match_decisions.undo_match_decision(
        visit=Visit.objects.get(pk=visit.pk), by=by, at=make.at("9:50"), said=ALL_ENTRIES_GO
    )


def link(visit: Visit, to: Patient, by: Staff, at: str = "9:51") -> None:
    match_decisions.link_visit_to_patient(
        visit=Visit.objects.get(pk=visit.pk), patient=to, by=by, at=make.at(at), said=ALL_ENTRIES_GO
    )


def columns_that_say(word: str) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table in list_tables_with_rows():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            names = [column[0] for column in cursor.description]
            rows = cursor.fetchall()
            found += [f"{table}.{name}" for row in rows for name, value in zip(names, row, strict=True)
                      if word in str(value).lower()]  # fmt: skip
    return found


@pytest.mark.parametrize("ways", [["link"], ["undo", "link"], ["undo"]])
def test_nothing_says_what_the_erased_record_said(
    visit: Visit, leo: Patient, mia: Patient, dana: Staff, ways: list[str]
) -> None:
    say_everything(visit, leo, by=dana)
    if "undo" in ways:
        undo(visit, dana)
    if "link" in ways:
        link(visit, mia, dana)
    assert "checkin_discrepancy.recorded" in columns_that_say(SECRET)
    Erasure(patients=[leo.pk]).carry_out()
    assert columns_that_say(SECRET) == []
    connection.check_constraints()
    visit.refresh_from_db()
    assert visit.patient == (mia if "link" in ways else None)


def test_a_name_that_was_corrected_is_in_no_decision(
    front: Location, brook: Clinic, mia: Patient, dana: Staff
) -> None:
    zoe, visit = make.patient(brook, "Zqxvkjgiven Zqxvkjfam"), make.visit(front, name="Leo Ruiz")
    link(visit, zoe, dana, "9:42")
    row = visit.discrepancies.open().get(field="name")
    make.decision(discrepancy=row, kind="use_new", by=dana, at=make.at("9:43"))
    link(visit, mia, dana)
    Erasure(patients=[zoe.pk]).carry_out()
    assert columns_that_say(SECRET) == []
    assert DiscrepancyDecision.objects.get().before == {}


def test_a_note_with_the_name_of_the_erased_record_is_nobodys(
    front: Location, brook: Clinic, mia: Patient, dana: Staff, noor: Staff
) -> None:
    zoe, visit = make.patient(brook, "Zqxvkjgiven Zqxvkjfam"), make.visit(front, name="Leo Ruiz")
    link(visit, zoe, dana, "9:42")
    excuse_notes.issue_note(visit=Visit.objects.get(pk=visit.pk), kind="school", by=noor, at=make.at("9:45"))
    link(visit, mia, dana)
    assert "checkin_excusenote.person_name" in columns_that_say(SECRET)
    Erasure(patients=[zoe.pk]).carry_out()
    assert columns_that_say(SECRET) == []
    assert ExcuseNote.objects.get().person_name == ERASED


def test_what_the_visits_own_child_says_stays(visit: Visit, leo: Patient, mia: Patient, dana: Staff) -> None:
    link(visit, mia, dana)
    row = visit.discrepancies.open().get(field="address")
    make.decision(discrepancy=row, kind="keep_old", by=dana, at=make.at("9:55"))
    Erasure(patients=[leo.pk]).carry_out()
    said = dict(visit.discrepancies.exclude(recorded="").values_list("field", "recorded"))
    assert said == {"name": "Mia Stone", "birth_date": "2018-03-15", "address": "5 Oak"}


def test_what_a_merge_that_was_undone_had_shown_goes_too(
    front: Location, leo: Patient, mia: Patient, dana: Staff, max_: Staff
) -> None:
    done = patient_merges.merge_patients(merged=leo, into=mia, by=max_, at=make.at("9:30"), sure=True).merge
    visit = make.visit(front, name="Mia Stone", born="2018-03-15", guardian_name="Gina")
    assert visit.patient == mia
    row = visit.discrepancies.get(field="guardian")
    make.decision(discrepancy=row, kind="keep_old", by=dana, at=make.at("9:45"))
    merge_undo.undo_patient_merge(merge=done, by=max_, at=make.at("9:55"))
    assert "checkin_discrepancy.recorded" in columns_that_say(SECRET)
    Erasure(patients=[leo.pk]).carry_out()
    assert columns_that_say(SECRET) == []
