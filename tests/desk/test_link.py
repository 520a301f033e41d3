"""Linking a visit to a candidate with one key."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkin.models import Clinic, Location, MatchDecision, MatchState, Patient, Staff, Visit
from tests import make
from tests.desk.note_pages import issued

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def twins(brook: Clinic) -> Any:
    return make.patient(brook, "Anna Berg"), make.patient(brook, "Hanna Berg")


@pytest.fixture
def visit(front: Location, twins: Any) -> Visit:
    return make.visit(front, make.at("9:30"), name="Ana Berg")


def link(client: Client, visit: Visit, patient: Patient, **more: Any) -> ClientResponse:
    return client.post(f"/match/{visit.pk}/link/", {"patient": patient.pk, "seen": "0"} | more)


def test_linking_a_visit_moves_on_to_the_next(
    desk_client: Client, front: Location, visit: Visit, twins: Any
) -> None:
    after = make.visit(front, make.at("9:31"), name="Ana Berg")
    answer = link(desk_client, visit, twins[0])
    made = MatchDecision.objects.get()
    visit.refresh_from_db()
    assert (visit.patient, visit.match) == (twins[0], MatchState.CONFIRMED)
    assert answer.url == f"/match/{after.pk}/?done={made.pk}"
    page = desk_client.get(answer.url).content.decode()
    assert f"<b>{visit.token}</b> is <bdi>Anna Berg</bdi>." in page
    assert "Nothing on the record" not in page
    assert f'action="/match/{visit.pk}/undo/"' in page


def test_after_the_last_match_the_page_is_empty_but_keeps_undo(
    desk_client: Client, visit: Visit, twins: Any
) -> None:
    page = desk_client.get(link(desk_client, visit, twins[0]).url).content.decode()
    assert "Every child who is here is matched." in page
    assert f'action="/match/{visit.pk}/undo/"' in page


def test_relinking_warns_of_a_note_that_names_the_earlier_child(
    desk_client: Client, visit: Visit, twins: Any, noor: Staff
) -> None:
    link(desk_client, visit, twins[0])
    issued(visit, noor)
    seen = str(MatchDecision.objects.get().pk)
    told = '<a href="/notes/1/">School note 1</a> names <bdi>Anna Berg</bdi>: void it'
    assert told not in desk_client.get(f"/visits/{visit.pk}/").content.decode()
    before = link(desk_client, visit, twins[1], seen=seen)
    papers = re.search(r'name="papers" value="(\w+)"', before.content.decode())[1]
    page = desk_client.get(link(desk_client, visit, twins[1], seen=seen, papers=papers).url).content.decode()
    assert told in page
    assert told in desk_client.get(f"/visits/{visit.pk}/").content.decode()
    assert "School note 1: another name" in desk_client.get("/").content.decode()
    desk_client.post("/notes/1/void", {"reason": "another child"})
    assert told not in desk_client.get(f"/visits/{visit.pk}/").content.decode()


def test_the_page_after_a_link_reads_the_visits_notes_as_often_as_any(
    desk_client: Client, visit: Visit, twins: Any
) -> None:
    asked = []
    for address in (link(desk_client, visit, twins[0], back="visit").url, f"/visits/{visit.pk}/"):
        with CaptureQueriesContext(connection) as queries:
            desk_client.get(address)
        asked.append(sorted(one["sql"] for one in queries if 'FROM "checkin_excusenote"' in one["sql"]))
    assert asked[0] == asked[1]


def test_linking_from_the_visit_page_returns_there(desk_client: Client, visit: Visit, twins: Any) -> None:
    assert link(desk_client, visit, twins[0], back="visit").url.startswith(f"/visits/{visit.pk}/?done=")


def test_linking_twice_makes_one_decision(desk_client: Client, visit: Visit, twins: Any) -> None:
    answers = {link(desk_client, visit, twins[0]).url for _ in range(2)}
    assert (len(answers), MatchDecision.objects.count()) == (1, 1)


def test_the_second_of_two_people_sees_who_settled_the_match(
    desk_client: Client, as_: Callable[[Staff], Client], max_: Staff, visit: Visit, twins: Any
) -> None:
    link(desk_client, visit, twins[0])
    answer = link(as_(max_), visit, twins[1])
    visit.refresh_from_db()
    assert (answer.status_code, visit.patient) == (409, twins[0])
    assert (
        f"Dana settled {visit.token} at 9:40 AM: it is Anna Berg. Nothing more was changed."
        in answer.content.decode()
    )


def test_a_merged_record_is_refused_with_an_explanation(
    desk_client: Client, visit: Visit, brook: Clinic, twins: Any
) -> None:
    gone = make.patient(brook, "Ana Berg", status="merged", merged_into=twins[0])
    answer = link(desk_client, visit, gone)
    assert answer.status_code == 409
    assert "Please search again." in answer.content.decode()


def test_a_patient_or_visit_of_another_clinic_is_404(
    desk_client: Client, as_: Callable[[Staff], Client], sol: Staff, hill: Clinic, visit: Visit, twins: Any
) -> None:
    assert link(desk_client, visit, make.patient(hill, "Anna Berg")).status_code == 404
    assert link(as_(sol), visit, twins[0]).status_code == 404
    assert desk_client.post(f"/match/{visit.pk}/link/", {"patient": "x"}).status_code == 404
    assert not MatchDecision.objects.exists()


def test_linking_refuses_anonymous_auditor_and_get(
    client: Client, as_: Callable[[Staff], Client], otto: Staff, desk_client: Client, visit: Visit, twins: Any
) -> None:
    assert link(client, visit, twins[0]).url.startswith("/account/login/")
    assert link(as_(otto), visit, twins[0]).status_code == 403
    assert desk_client.get(f"/match/{visit.pk}/link/").status_code == 405
    assert not MatchDecision.objects.exists()
