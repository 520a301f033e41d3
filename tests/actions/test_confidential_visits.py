"""A confidential visit is marked and ended with who and when, and no note or promise is written from it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checkin.actions import (
    confidential_visits,
    consent,
    discrepancies,
    excuse_notes,
    patient_merges,
    preferences,
    promises,
)
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, Clinic, ConfidentialMark, Location, Patient, Staff, Visit
from checkin.rules import confidential_visits as confidential_visit_rules
from checkin.rules.confidential_visits import ConfidentialKind
from checkin.rules.excuse_notes import NoteKind
from checkin.rules.roles import Role
from tests import make, promising
from tests.actions.corrected_visits import relink

TEN = make.at("10:00")


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    return make.visit(front)


def mark(visit: Visit, by: Staff, kind: str = ConfidentialKind.ALONE) -> ConfidentialMark:
    return confidential_visits.mark_visit_confidential(visit=visit, kind=kind, by=by, at=TEN)


def test_a_mark_says_who_set_it_and_the_board_changes(visit: Visit, dana: Staff) -> None:
    before = visit.board_version
    made = mark(visit, dana)
    visit.refresh_from_db()
    assert (made.by, made.at, visit.confidential) == (dana, TEN, True)
    assert visit.board_version > before


def test_the_same_mark_twice_is_one(visit: Visit, dana: Staff) -> None:
    assert mark(visit, dana) == mark(visit, dana)


def test_another_kind_replaces_the_mark(visit: Visit, dana: Staff) -> None:
    mark(visit, dana)
    other = mark(visit, dana, ConfidentialKind.OTHER)
    assert list(ConfidentialMark.objects.standing()) == [other]


def test_a_hidden_address_is_no_kind_of_visit(visit: Visit, dana: Staff) -> None:
    with pytest.raises(Refused, match="Choose why"):
        mark(visit, dana, ConfidentialKind.ADDRESS)


def test_an_ended_mark_stays_in_the_history(visit: Visit, dana: Staff) -> None:
    made = mark(visit, dana)
    confidential_visits.end_visit_confidential(visit=visit, by=dana, at=TEN)
    visit.refresh_from_db()
    assert not visit.confidential
    assert made.undone_by.by == dana
    assert not ConfidentialMark.objects.standing().exists()


def test_an_address_is_hidden_and_shown_again(leo: Patient, dana: Staff) -> None:
    confidential_visits.hide_patient_address(patient=leo, by=dana, at=TEN)
    leo.refresh_from_db()
    assert leo.address_hidden
    confidential_visits.show_patient_address(patient=leo, by=dana, at=TEN)
    leo.refresh_from_db()
    assert not leo.address_hidden


def test_an_administrator_marks_nothing(brook: Clinic, visit: Visit) -> None:
    admin = make.staff(brook, "ada", Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        mark(visit, admin)


def test_no_note_is_written_about_a_confidential_visit(visit: Visit, dana: Staff) -> None:
    mark(visit, dana)
    with pytest.raises(Refused) as refusal:
        excuse_notes.issue_note(visit=visit, kind=NoteKind.SCHOOL, by=dana, at=TEN)
    assert refusal.value.sentence == confidential_visit_rules.NO_NOTE


def test_no_promise_is_made_from_a_confidential_visit(visit: Visit, front: Location, dana: Staff) -> None:
    mark(visit, dana)
    with pytest.raises(Refused) as refusal:
        promises.make_promise(location=front, said=promising.said(), owner=dana, by=dana, at=TEN, visit=visit)
    assert refusal.value.sentence == confidential_visit_rules.NO_PROMISE


def test_the_trail_has_the_kind_as_a_code(visit: Visit, dana: Staff) -> None:
    mark(visit, dana)
    told = AuditEvent.objects.filter(action__startswith="confidential.").order_by("pk")
    assert [one.detail for one in told] == [{"kind": "alone"}]


def test_what_was_to_be_remembered_counts_only_while_no_mark_stands(front: Location, dana: Staff) -> None:
    make.patient(front.clinic, "Mia Chen", "2016-05-05")
    visit = make.visit(front, name="Mia Chen", born="2016-05-05", best_time="evenings", remember=True)
    assert visit.escort.best_time == "evenings"
    mark(visit, dana, ConfidentialKind.OTHER)
    visit.escort.refresh_from_db()
    assert (visit.escort.best_time, visit.escort.remembered_at) == ("", None)
    confidential_visits.end_visit_confidential(visit=visit, by=dana, at=TEN)
    visit.escort.refresh_from_db()
    assert visit.escort.best_time == "evenings"


def test_a_promise_made_before_the_mark_is_not_replaced(visit: Visit, front: Location, dana: Staff) -> None:
    made = promising.promise(front, visit=visit, by=dana)
    mark(visit, dana)
    with pytest.raises(Refused) as refusal:
        promises.replace_promise(promise=made, said=promising.said(), owner=dana, by=dana, at=TEN)
    assert refusal.value.sentence == confidential_visit_rules.NO_PROMISE
    made.refresh_from_db()
    assert made.is_open


@pytest.mark.parametrize("is_merged_hidden", [True, False])
def test_a_merge_hides_the_address_of_both_records(
    leo: Patient, brook: Clinic, max_: Staff, is_merged_hidden: bool
) -> None:
    """The merged record keeps a page of its own, with its own address."""
    other = make.patient(brook, "Leo Ruiz")
    merged, into = (leo, other) if is_merged_hidden else (other, leo)
    confidential_visits.hide_patient_address(patient=leo, by=max_, at=TEN)
    for one in (leo, other):
        one.refresh_from_db()
    patient_merges.merge_patients(merged=merged, into=into, by=max_, at=TEN, why="same card", sure=True)
    other.refresh_from_db()
    assert other.address_hidden
    assert other.confidential_marks.standing().get().by == max_


def test_an_adult_of_confidential_visits_only_keeps_the_name_alone(front: Location, dana: Staff) -> None:
    make.patient(front.clinic, "Mia Chen", "2016-05-05")
    said = {"escort_name": "Kai Stone", "relationship": "her boyfriend", "escort_phone": "555-010-0177"}
    visit = make.visit(front, name="Mia Chen", born="2016-05-05", **said)
    mark(visit, dana, ConfidentialKind.OTHER)
    visit.escort.refresh_from_db()
    row = visit.escort
    assert (row.name, row.relationship, row.phone, row.last_came_at) == ("Kai Stone", "", "", None)
    confidential_visits.end_visit_confidential(visit=visit, by=dana, at=TEN)
    row.refresh_from_db()
    assert (row.relationship, row.phone, row.last_came_at) == (
        "her boyfriend",
        "555-010-0177",
        visit.arrived_at,
    )


def test_an_adult_who_came_before_is_as_the_earlier_visit_said(front: Location, dana: Staff) -> None:
    make.patient(front.clinic, "Mia Chen", "2016-05-05")
    said = {"name": "Mia Chen", "born": "2016-05-05", "escort_name": "Kai Stone"}
    first = make.visit(front, make.at("9:00"), relationship="uncle", **said)
    second = make.visit(front, make.at("9:30"), relationship="her boyfriend", **said)
    assert first.escort_id == second.escort_id
    mark(second, dana, ConfidentialKind.OTHER)
    second.escort.refresh_from_db()
    assert (second.escort.relationship, second.escort.last_came_at) == ("uncle", first.arrived_at)


def test_nothing_typed_at_a_confidential_visit_is_written_to_the_record(front: Location, dana: Staff) -> None:
    make.patient(front.clinic, "Mia Chen", "2016-05-05", address="1 Oak Street")
    visit = make.visit(front, name="Mia Chen", born="2016-05-05", address="2 Elm Street")
    row = visit.discrepancies.get(field="address")
    mark(visit, dana, ConfidentialKind.OTHER)
    with pytest.raises(Refused) as refusal:
        discrepancies.decide_discrepancy(discrepancy=row, kind="use_new", by=dana, at=TEN)
    assert refusal.value.sentence == confidential_visit_rules.NOTHING_ON_RECORD


@pytest.mark.parametrize("is_marked_first", [True, False])
def test_a_consent_said_at_it_counts_at_no_other_visit_while_the_mark_stands(
    visit: Visit, front: Location, annexe: Location, dana: Staff, is_marked_first: bool
) -> None:
    """The needs of the child's other open visit would name who agreed, and that there was another visit."""
    make.guardian(visit.patient, "Ana Ruiz", phone="555-010-0123")
    other = make.visit(annexe, make.at("9:45"), relationship="aunt")
    words = {"basis": "telephone", "how": "telephone", "who": "Rosa Zane"}
    if is_marked_first:
        mark(visit, dana)
    said = {"care": "vaccine", "agreed": True, "heard_by": dana, "at": TEN, **words}
    consent.record_consent(patient=visit.patient, visit=visit, **said)
    mark(visit, dana)
    assert "Rosa Zane" not in steps_of(other) and "Rosa Zane" in steps_of(visit)
    confidential_visits.end_visit_confidential(visit=visit, by=dana, at=TEN)
    assert "Rosa Zane" in steps_of(other)


def steps_of(visit: Visit) -> str:
    return " ".join(one.step_words for one in visit.needs.all())


MIA = {"name": "Mia Chen", "born": "2016-05-05", "escort_name": "Kai Stone"}


def test_an_adult_is_as_a_shared_visit_said_when_another_leaves(front: Location, dana: Staff) -> None:
    """The words of the confidential visit between them were shown beside every later sign-in."""
    make.patient(front.clinic, "Mia Chen", "2016-05-05")
    first = make.visit(front, make.at("8:00"), relationship="uncle", **MIA)
    second = make.visit(front, make.at("9:00"), relationship="her boyfriend", **MIA)
    mark(second, dana, ConfidentialKind.OTHER)
    third = make.visit(front, make.at("9:55"), relationship="uncle", **MIA)
    relink(third, make.patient(front.clinic, "Finn Moss"), dana, at=TEN)
    row = Visit.objects.get(pk=first.pk).escort
    assert row is not None
    assert (row.relationship, row.last_came_at) == ("uncle", first.arrived_at)


def test_undoing_use_the_new_brings_no_confidential_number_back(front: Location, dana: Staff) -> None:
    make.patient(front.clinic, "Mia Chen", "2016-05-05")
    first = make.visit(front, make.at("8:00"), escort_phone="555-010-8877", **MIA)
    second = make.visit(front, make.at("9:00"), escort_phone="555-010-1111", **MIA)
    row = second.discrepancies.get(field="phone")
    make.decision(discrepancy=row, kind="use_new", by=dana, at=TEN)
    mark(first, dana, ConfidentialKind.OTHER)
    discrepancies.undo_discrepancy_decision(discrepancy=row, by=dana, at=TEN)
    escort = Visit.objects.get(pk=second.pk).escort
    assert escort is not None and "8877" not in escort.phone
    assert not any("8877" in one.recorded for one in second.discrepancies.open())


def test_another_kind_of_mark_leaves_what_was_imported_since(front: Location, dana: Staff) -> None:
    leo = make.patient(front.clinic, "Leo Ruiz")
    visit = make.visit(front, make.at("9:00"))
    said = {"language": "ar", "interpreter_needed": True, "access_needs": ""}
    preferences.record_language_and_needs(patient=leo, visit=visit, by=dana, at=TEN, **said)
    mark(visit, dana)
    Patient.objects.filter(pk=leo.pk).update(language="ar")  # as an import writes it
    mark(visit, dana, ConfidentialKind.OTHER)
    leo.refresh_from_db()
    assert leo.language == "ar"


def test_all_boards_are_locked_at_once(front: Location, annexe: Location, dana: Staff) -> None:
    """Two locks, one after the other, waited for each other with a decision at another desk."""
    make.patient(front.clinic, "Mia Chen", "2016-05-05", address="1 Oak Street")
    before = make.visit(front, make.at("8:00"), address="2 Elm Street", **MIA)
    Visit.objects.filter(pk=before.pk).update(state="left")
    visit = make.visit(annexe, make.at("9:00"), **MIA)
    with CaptureQueriesContext(connection) as asked:
        mark(visit, dana)
    told = [one["sql"] for one in asked if one["sql"].startswith("SELECT") and "boardversion" in one["sql"]]
    assert len(told) == 1 and f"{front.pk}" in told[0] and f"{annexe.pk}" in told[0]
