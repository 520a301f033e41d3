"""The trail of the board, once an hour for each child, and of a page that was outdated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client

from checkin.actions import audit, match_decisions
from checkin.models import AuditEvent, Clinic, Location, Patient, Staff, Visit
from tests import make
from tests.drawn_forms import forms_on

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
