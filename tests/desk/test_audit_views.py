"""The trail of the board, once an hour for each child, and of a page that was outdated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client

from checkin.actions import audit, confidential_visits, match_decisions
from checkin.models import AuditEvent, Clinic, Location, Patient, Staff, Visit
from tests import make
from tests.drawn_forms import forms_on
from tests.promising import promise

LIVE = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _nobody_has_looked(db: None) -> None:
    caches["rows"].clear()


@pytest.fixture
def leo(brook: Clinic, tuesday: time_machine.Traveller) -> Patient:
    return make.patient(brook, "Leo Ruiz")


@pytest.fixture
def visit(leo: Patient, front: Location) -> Visit:
    return make.visit(front)


def patients_of(event: AuditEvent) -> set[int]:
    several = event.patients.values_list("patient_id", flat=True)
    return {one for one in (event.patient_id, *several) if one is not None}


def board_lines() -> list[set[int]]:
    return [patients_of(one) for one in AuditEvent.objects.filter(action="board.seen").order_by("pk")]


def test_a_child_on_the_board_is_a_line_once_an_hour_and_again_in_the_next(
    desk_client: Client, visit: Visit, leo: Patient, tuesday: time_machine.Traveller
) -> None:
    for _ in range(3):
        assert "Ruiz" in desk_client.get("/").content.decode()
    assert board_lines() == [{leo.pk}]
    tuesday.move_to(make.at("9:59"))
    desk_client.get("/")
    assert board_lines() == [{leo.pk}]
    tuesday.move_to(make.at("10:00"))
    for _ in range(3):
        assert "Ruiz" in desk_client.get("/").content.decode()
    assert board_lines() == [{leo.pk}] * 2


def test_a_child_who_comes_later_is_a_line_of_its_own(
    desk_client: Client, visit: Visit, leo: Patient, brook: Clinic, front: Location
) -> None:
    desk_client.get("/")
    mia = make.patient(brook, "Mia Chen", "2017-05-05")
    make.visit(front, name="Mia Chen", born="2017-05-05", escort="Lin Chen")
    desk_client.get("/")
    assert board_lines() == [{leo.pk}, {mia.pk}]


def test_each_person_and_each_front_desk_has_its_own_line(
    as_: Callable[[Staff], Client], dana: Staff, noor: Staff, annexe: Location, visit: Visit, leo: Patient
) -> None:
    make.visit(annexe)
    for person in (dana, noor):
        browser = as_(person)
        for where in (visit.location_id, annexe.pk):
            rows = browser.get("/board/rows/", {"location": where, "v": 0}, headers=LIVE)
            assert "Ruiz" in rows.content.decode()
    told = AuditEvent.objects.filter(action="board.seen").order_by("pk")
    assert [(one.staff, one.detail["location"]) for one in told] == [
        (person, where) for person in (dana, noor) for where in (visit.location_id, annexe.pk)
    ]


def test_whom_no_line_could_be_written_for_is_not_counted_as_seen(
    desk_client: Client, visit: Visit, leo: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk_client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(audit, "append_to_chains", lambda events: 1 / 0)
        assert desk_client.get("/").status_code == 503
    assert desk_client.get("/").status_code == 200
    assert board_lines() == [{leo.pk}]


@pytest.mark.parametrize("headers", [{}, LIVE], ids=["page", "script"])
def test_an_outdated_page_is_a_line_with_both_children(
    desk_client: Client,
    visit: Visit,
    leo: Patient,
    brook: Clinic,
    noor: Staff,
    dana: Staff,
    headers: dict[str, str],
) -> None:
    address = f"/visits/{visit.pk}/"
    page = desk_client.get(address).content.decode()
    form = next(one for one in forms_on(page, address) if one.path == f"{address}move/")
    mia = make.patient(brook, "Mia Chen", "2017-05-05")
    match_decisions.link_visit_to_patient(
        visit=Visit.objects.get(pk=visit.pk), patient=mia, by=noor, at=make.at("9:42")
    )
    answer = desk_client.post(form.action, form.with_(to="roomed"), headers=headers)
    assert answer.status_code == 409
    event = AuditEvent.objects.get(action="stale_page.seen")
    assert (event.staff, event.outcome) == (dana, "done")
    assert patients_of(event) == {leo.pk, mia.pk}
    assert "Chen" not in str(event.detail), "what the page shows is in no line"
    assert dt.timedelta(0) <= event.at - make.at("9:40") < dt.timedelta(hours=1)


def test_whom_the_button_on_an_outdated_page_names_is_in_its_line(
    tab: Client, visit: Visit, brook: Clinic
) -> None:
    zoe = make.patient(brook, "Zoe Hart", "2016-06-06")
    Visit.objects.filter(pk=visit.pk).update(patient=None, match="unknown")
    answer = tab.post(f"/match/{visit.pk}/link/", {"patient": zoe.pk, "any_words": "typed"})
    assert answer.status_code == 409 and "This is Zoe Hart" in answer.content.decode()
    assert patients_of(AuditEvent.objects.get(action="stale_page.seen")) == {zoe.pk}


def test_a_board_row_that_names_nobody_is_no_line_for_its_child(
    desk_client: Client, visit: Visit, dana: Staff
) -> None:
    """The trail said that somebody saw a child whose row said only “Confidential”."""
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=dana, at=make.at("9:41"))
    assert "Ruiz" not in desk_client.get("/").content.decode()
    since = {"location": visit.location_id, "v": 0}
    assert "Ruiz" not in desk_client.get("/board/rows/", since, headers=LIVE).content.decode()
    assert board_lines() == []
    assert not AuditEvent.objects.filter(action="board.seen").exists()
    confidential_visits.end_visit_confidential(visit=visit, by=dana, at=make.at("9:42"))
    assert "Ruiz" in desk_client.get("/").content.decode()
    assert board_lines() == [{visit.patient_id}]


def test_a_refused_step_of_a_confidential_visit_is_no_line_for_its_child(
    desk_client: Client, visit: Visit, dana: Staff
) -> None:
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=dana, at=make.at("9:41"))
    said = {"to": "ready", "from": "roomed"}
    assert "Ruiz" not in desk_client.post(f"/visits/{visit.pk}/move/", said, headers=LIVE).content.decode()
    assert board_lines() == []


def test_a_list_whose_line_names_nobody_is_no_line_for_its_child(
    desk_client: Client, visit: Visit, dana: Staff, front: Location
) -> None:
    promise(front, patient=visit.patient, visit=visit, by=dana, owner=dana)
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=dana, at=make.at("9:41"))
    for address, action in (("/promises/", "promises.listed"), ("/promises/handover/", "day.listed")):
        assert "Ruiz" not in desk_client.get(address).content.decode()
        events = AuditEvent.objects.filter(action=action)
        assert visit.patient_id not in {pk for one in events for pk in patients_of(one)}
