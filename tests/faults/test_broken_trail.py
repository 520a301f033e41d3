"""The database takes no line of the trail: families still sign in, and all else fails whole, as 503."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from django.test import Client

from checkin.actions import excuse_notes, match_decisions, storage_faults, visits
from checkin.models import (
    AuditEvent,
    Clinic,
    ExcuseNote,
    Location,
    MatchDecision,
    Move,
    Need,
    Patient,
    Promise,
    Role,
    Staff,
    Visit,
)
from checkin.models.audit import TrailUnwritten
from checkin.rules.need_types import NeedKind
from tests import make
from tests.drawn_forms import forms_on
from tests.faults.trail_faults import FAULTS, broken_trail
from tests.promising import promise

TRIES = 50
"""Of L-3."""
pytestmark = [pytest.mark.usefixtures("tuesday"), pytest.mark.parametrize("fault", FAULTS)]


@pytest.fixture(autouse=True)
def fallback(settings: pytest_django.Settings, tmp_path: Path) -> Path:
    settings.AUDIT_FALLBACK = str(tmp_path / "fallback.log")
    return tmp_path / "fallback.log"


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


def sign_in(front: Location, number: int) -> Visit:
    claim = {"key": f"key-{number:08}", "child_given_name": "Secret", "child_family_name": f"Name{number}"}
    return visits.record_sign_in(location=front, claim=claim, at=make.at("9:00"), channel="kiosk").visit


def test_fifty_of_fifty_sign_ins_stay_with_their_line(front: Location, fallback: Path, fault: str) -> None:
    with broken_trail(fault):
        made = [sign_in(front, number).pk for number in range(TRIES)]
        assert Visit.objects.filter(pk__in=made).count() == TRIES
    lines = [json.loads(line) for line in fallback.read_text().splitlines()]
    assert [one["subject_id"] for one in lines if one["action"] == "visit.signed_in"] == made
    assert "Secret" not in fallback.read_text()
    assert not AuditEvent.objects.exists()
    assert sign_in(front, TRIES).pk not in made
    assert AuditEvent.objects.filter(action="visit.signed_in").count() == 1


def acts_on(visit: Visit, leo: Patient, noor: Staff) -> dict[str, Callable[[], object]]:
    said: dict[str, Any] = {"by": noor, "at": make.at("9:05")}
    return {
        "move": lambda: visits.move_visit(visit=visit, to="roomed", reading="anyway", **said),
        "link": lambda: match_decisions.link_visit_to_patient(visit=visit, patient=leo, **said),
        "note": lambda: excuse_notes.issue_note(visit=visit, kind="school", **said),
        "promise": lambda: promise(visit.location, patient=leo, by=noor),
    }


ROWS: tuple[Any, ...] = (Move, MatchDecision, ExcuseNote, Promise)


@pytest.mark.parametrize("act", ["move", "link", "note", "promise"])
def test_every_other_act_fails_whole(
    front: Location, leo: Patient, noor: Staff, fallback: Path, fault: str, act: str
) -> None:
    waiting = [sign_in(front, number) for number in range(TRIES // 4 + 1)]
    rows = [model.objects.count() for model in ROWS]
    was = list(Visit.objects.order_by("pk").values())
    with broken_trail(fault):
        for visit in waiting:
            with pytest.raises(TrailUnwritten) as failed:
                acts_on(visit, leo, noor)[act]()
            assert storage_faults.storage_fault_cause(failed.value) == "trail"
    assert [model.objects.count() for model in ROWS] == rows
    assert list(Visit.objects.order_by("pk").values()) == was
    assert not fallback.exists()


def open_quietly(as_: Callable[[Staff], Client], person: Staff) -> Client:
    browser = as_(person)
    browser.raise_request_exception = False
    return browser


def assert_storage_failure(answer: Any) -> None:
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")
    assert "Ruiz" not in page and "Something went wrong" not in page
    assert "Tell whoever looks after this program" in page


def test_a_page_that_cannot_be_recorded_is_503_and_shows_nobody(
    as_: Callable[[Staff], Client], dana: Staff, front: Location, leo: Patient, fault: str
) -> None:
    visit = make.visit(front)
    browser = open_quietly(as_, dana)
    for address in (f"/visits/{visit.pk}/", "/", f"/patients/{leo.pk}/"):
        with broken_trail(fault):
            assert_storage_failure(browser.get(address))
        assert browser.get(address).status_code == 200


def test_a_refusal_that_cannot_be_recorded_is_503(
    as_: Callable[[Staff], Client], brook: Clinic, front: Location, leo: Patient, dana: Staff, fault: str
) -> None:
    """Both are written by middleware, after the view."""
    make.guardian(leo, "Ana Ruiz")
    visit = make.visit(front, relationship="aunt")
    vaccine = Need.objects.get(visit=visit, kind=NeedKind.VACCINE)
    auditor = open_quietly(as_, make.staff(brook, "otto", Role.AUDITOR, location=front))
    with broken_trail(fault):
        assert_storage_failure(auditor.get("/sign-in/"))
    desk = open_quietly(as_, dana)
    with broken_trail(fault):
        answer = desk.post(f"/visits/{visit.pk}/needs/{vaccine.pk}/", {"outcome": "done"})
    assert answer.status_code == 503
    assert not AuditEvent.objects.filter(action__in=["act.refused", "page.refused"]).exists()
    vaccine.refresh_from_db()
    assert vaccine.is_open


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "script"])
def test_an_outdated_page_that_cannot_be_recorded_is_503(
    as_: Callable[[Staff], Client],
    dana: Staff,
    noor: Staff,
    brook: Clinic,
    front: Location,
    leo: Patient,
    fault: str,
    headers: dict[str, str],
) -> None:
    visit, desk = make.visit(front), open_quietly(as_, dana)
    address = f"/visits/{visit.pk}/"
    page = desk.get(address).content.decode()
    form = next(one for one in forms_on(page, address) if one.path == f"{address}move/")
    mia = make.patient(brook, "Mia Chen", "2017-05-05")
    match_decisions.link_visit_to_patient(
        visit=Visit.objects.get(pk=visit.pk), patient=mia, by=noor, at=make.at("9:42")
    )
    with broken_trail(fault):
        answer = desk.post(form.action, form.with_(to="roomed"), headers=headers)
    assert (answer.status_code, "Chen" in answer.content.decode()) == (503, False)
    assert desk.post(form.action, form.with_(to="roomed"), headers=headers).status_code == 409
