"""A deceased child is clearly marked and not expected, and staff are told to phone nobody."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from checkin.actions import escalation_notices, escalations, match_decisions, visit_feedback
from checkin.models import (
    Appointment,
    Clinic,
    DueItem,
    Location,
    MatchState,
    Patient,
    PromiseEscalation,
    Staff,
    Visit,
)
from checkin.queries import board as board_queries
from checkin.queries import promise_events
from tests import make
from tests.leaks import without_tokens
from tests.promising import promise

if TYPE_CHECKING:
    from tests.conftest import Kiosk


pytestmark = pytest.mark.usefixtures("tuesday")
CALLS = ("phone Ana", "Promise something", "Ask how it was")


@pytest.fixture
def leo(brook: Clinic, front: Location) -> Patient:
    leo = make.patient(brook, is_deceased=True, deceased_on=dt.date(2026, 2, 1))
    make.guardian(leo)
    make.appointment(leo, front)
    DueItem.objects.create(
        clinic=brook, patient=leo, kind="vaccine", name="MMR", due_on=dt.date(2026, 1, 1), status="due"
    )
    return leo


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_deceased_child_is_not_expected(
    desk_client: Client, brook: Clinic, front: Location, leo: Patient
) -> None:
    assert board_queries.list_expected_appointments(brook, front.pk, at=make.at()) == []
    assert "Nobody else is booked for today." in page(desk_client, "/")


def test_a_sign_in_for_a_deceased_child_waits_for_staff_to_match(kiosk: Kiosk, leo: Patient) -> None:
    told = Client().post(
        "/kiosk/sign-ins/", make.claim(), content_type="application/json", headers=kiosk.headers
    )
    assert told.status_code == 201
    visit = Visit.objects.get()
    assert (visit.match, visit.patient, visit.appointment) == (MatchState.PROBABLE, None, None)
    assert Patient.objects.count() == 1
    assert "match" in [chip[0] for chip in visit.chips]


@pytest.mark.parametrize(
    "said_to_be",
    [{"name": "LEO RUIZ"}, {"name": "Ruiz Leo"}, {"escort_phone": "555-010-0123"}, {"born": ""}],
    ids=str,
)
def test_no_evidence_makes_a_match_with_a_deceased_child_certain(
    front: Location, leo: Patient, said_to_be: dict[str, str]
) -> None:
    Patient.objects.filter(pk=leo.pk).update(phone="555-010-0123", phone_key="5550100123")
    assert make.visit(front, **said_to_be).match == MatchState.PROBABLE


def test_the_match_page_marks_a_deceased_candidate(
    desk_client: Client, front: Location, leo: Patient
) -> None:
    visit = make.visit(front)
    text = page(desk_client, f"/match/{visit.pk}/")
    assert "Deceased" in text
    assert "The record says that this child has died." in text
    assert "7 years" not in text, "no age beside their name"


def test_a_visit_linked_to_a_deceased_child_has_nothing_due_and_no_call(
    desk_client: Client, front: Location, leo: Patient, dana: Staff
) -> None:
    visit = make.visit(front, notes_wanted=["work"], also="a copy of the record")
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=make.at("9:41"))
    kinds = set(visit.needs.open().values_list("kind", flat=True))
    assert kinds == {"work_note", "second_concern"}, "what they asked for, and no more"
    text = page(desk_client, f"/visits/{visit.pk}/")
    assert "This patient has died, on Feb 1, 2026." in text
    assert "nobody is phoned" in text
    assert [word for word in CALLS if word in text] == []
    assert Appointment.objects.get().status == Appointment.Status.BOOKED
    assert "· 7" not in text
    assert "deceased" in page(desk_client, "/")


def test_the_patient_page_and_searches_mark_a_deceased_child(desk_client: Client, leo: Patient) -> None:
    text = page(desk_client, f"/patients/{leo.pk}/")
    assert '<span class="tag">Deceased</span>' in text
    assert "MMR" not in without_tokens(text) and "7 years" not in text
    assert [word for word in CALLS if word in text] == []
    found = desk_client.post("/patients/", {"q": "Leo Ruiz"}, follow=True).content.decode()
    assert '<span class="tag">Deceased</span>' in found
    offered = desk_client.post("/sign-in/people/", {"q": "Leo Ruiz"}).content.decode()
    assert "deceased" in offered


def test_the_promise_form_for_a_deceased_child_suggests_nobody(desk_client: Client, leo: Patient) -> None:
    text = page(desk_client, f"/promises/new/?patient={leo.pk}")
    assert "This patient has died" in text
    assert "Ana" not in without_tokens(text) and 'value="Leo' not in text


def test_no_feedback_is_asked_for_a_deceased_child(front: Location, leo: Patient, dana: Staff) -> None:
    visit = make.visit(front)
    code = visit_feedback.make_feedback_code(visit=visit, at=make.at("9:45"))
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=make.at("9:50"))
    assert (
        visit_feedback.find_feedback_visit(
            invitation=visit_feedback.read_feedback_code(code), at=make.at("9:51")
        )
        is None
    )


def test_an_open_promise_of_a_deceased_child_stays_open_without_a_call(
    desk_client: Client, brook: Clinic, front: Location, leo: Patient, max_: Staff
) -> None:
    owed = promise(front, due="9:30", patient=leo, owner=max_)
    text = page(desk_client, "/")
    assert "The child has died: do not phone" in text
    assert "555-010-0123" not in text
    assert "do=keep" not in text
    listed = page(desk_client, "/promises/")
    assert "do not phone" in listed and "do=try" not in listed
    escalations.escalate_due_promises(clinic=brook, at=make.at("10:30"))
    assert PromiseEscalation.objects.filter(promise=owed).exists()
    told = [words for one in promise_events.list_promise_events(owed, clinic=brook) for words in one.words]
    assert ("Please note", "The child has died. Do not phone.") in told


def test_the_email_about_an_overdue_promise_says_do_not_phone(
    brook: Clinic, front: Location, leo: Patient, max_: Staff
) -> None:
    late = promise(front, due="9:30", patient=leo, owner=max_)
    made = escalations.find_missing_escalations([late], brook, at=make.at("10:30"))
    assert "The child has died: do not phone." in escalation_notices.escalation_mail_text(made, brook)
    assert "Leo" not in escalation_notices.escalation_mail_text(made, brook)


def test_a_corrected_record_is_expected_and_matched_again(
    brook: Clinic, front: Location, leo: Patient
) -> None:
    Patient.objects.filter(pk=leo.pk).update(is_deceased=False, deceased_on=None)
    assert [
        one.appointment.patient_id
        for one in board_queries.list_expected_appointments(brook, front.pk, at=make.at())
    ] == [leo.pk]
    assert make.visit(front).match == MatchState.CERTAIN
