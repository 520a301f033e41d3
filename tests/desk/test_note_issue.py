"""Issuing the note with one key."""

from __future__ import annotations

import pytest
from django.test import Client

from checkin.actions import visits
from checkin.models import AuditEvent, Clinic, ExcuseNote, Location, Staff, Visit
from checkin.rules.visit_steps import VisitState
from tests import make
from tests.desk.note_pages import FORM, address, issued, said

pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def visit(front: Location, brook: Clinic) -> Visit:
    make.patient(brook, "Leo Ruiz")
    return make.visit(front)


def test_one_press_issues_the_unedited_draft(desk_client: Client, visit: Visit) -> None:
    answer = desk_client.post(address(visit), {"do": "issue"}, follow=True)
    note = ExcuseNote.objects.get()
    assert (note.status, note.number, note.issuer) == ("issued", 1, "Dana")
    assert answer.redirect_chain == [("/notes/1/", 302)]
    assert "School note 1 is issued." in said(answer)


def test_the_note_is_issued_with_the_submitted_fields(desk_client: Client, visit: Visit) -> None:
    desk_client.post(address(visit), FORM | {"do": "issue"})
    note = ExcuseNote.objects.get()
    assert (note.status, note.limits, note.language) == ("issued", FORM["limits"], "es")


def test_one_press_issues_the_saved_draft(desk_client: Client, visit: Visit) -> None:
    desk_client.post(address(visit), FORM | {"do": "keep"})
    desk_client.post(address(visit), {"do": "issue"})
    assert ExcuseNote.objects.get().limits == FORM["limits"]


def test_issuing_twice_makes_one_note(desk_client: Client, visit: Visit) -> None:
    for _ in range(2):
        answer = desk_client.post(address(visit), {"do": "issue"}, follow=True)
    assert ExcuseNote.objects.count() == 1
    assert AuditEvent.objects.filter(action="excuse_note.issued").count() == 1
    assert answer.status_code == 200


def test_the_second_person_gets_the_same_note_and_sees_who_issued_it(
    desk_client: Client, visit: Visit, noor: Staff
) -> None:
    issued(visit, noor)
    answer = desk_client.post(address(visit), FORM | {"do": "issue"}, follow=True)
    assert "Noor issued it at 9:52 AM." in said(answer)
    assert ExcuseNote.objects.count() == 1


def test_a_visit_that_left_without_being_seen_gets_no_note(
    desk_client: Client, visit: Visit, dana: Staff
) -> None:
    visits.move_visit(visit=visit, to=VisitState.LEFT_WITHOUT_BEING_SEEN, by=dana, at=make.at("9:50"))
    page = said(desk_client.post(address(visit), {"do": "issue"}))
    assert "left before they were seen" in page
    assert ExcuseNote.objects.count() == 0
