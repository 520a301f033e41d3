"""One key issues the note."""

from __future__ import annotations

import pytest

from checkin.actions import visits
from checkin.models import AuditEvent, ExcuseNote
from checkin.rules.visit_steps import VisitState
from tests import make
from tests.desk.note_pages import FORM, address, issued, said

pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def visit(front, brook):
    make.patient(brook, "Leo Ruiz")
    return make.visit(front)


def test_one_key_issues_the_draft_as_it_is(desk_client, visit):
    answer = desk_client.post(address(visit), {"do": "issue"}, follow=True)
    note = ExcuseNote.objects.get()
    assert (note.status, note.number, note.issuer) == ("issued", 1, "Dana")
    assert answer.redirect_chain == [("/notes/1/", 302)]
    assert "School note 1 is issued." in said(answer)


def test_what_stands_in_the_boxes_is_what_is_issued(desk_client, visit):
    desk_client.post(address(visit), FORM | {"do": "issue"})
    note = ExcuseNote.objects.get()
    assert (note.status, note.limits, note.language) == ("issued", FORM["limits"], "es")


def test_a_kept_draft_is_what_one_key_issues(desk_client, visit):
    desk_client.post(address(visit), FORM | {"do": "keep"})
    desk_client.post(address(visit), {"do": "issue"})
    assert ExcuseNote.objects.get().limits == FORM["limits"]


def test_done_twice_is_one_note(desk_client, visit):
    for _ in range(2):
        answer = desk_client.post(address(visit), {"do": "issue"}, follow=True)
    assert ExcuseNote.objects.count() == 1
    assert AuditEvent.objects.filter(action="excuse_note.issued").count() == 1
    assert answer.status_code == 200


def test_the_second_person_gets_the_same_note_and_is_told(desk_client, visit, noor):
    issued(visit, noor)
    answer = desk_client.post(address(visit), FORM | {"do": "issue"}, follow=True)
    assert "Noor issued it at 9:52." in said(answer)
    assert ExcuseNote.objects.count() == 1


def test_who_left_unseen_gets_none(desk_client, visit, dana):
    visits.move_visit(visit=visit, to=VisitState.LEFT_WITHOUT_BEING_SEEN, by=dana, at=make.at("9:50"))
    page = said(desk_client.post(address(visit), {"do": "issue"}))
    assert "left before they were seen" in page
    assert ExcuseNote.objects.count() == 0
