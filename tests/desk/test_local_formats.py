"""One visit as clinics of two regions see it: the same moment, each in its own way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from django.test import Client

from checkin.actions import visits
from checkin.models import Clinic, Location, Patient, Staff, Visit
from tests import make
from tests.promising import keep, promise

pytestmark = pytest.mark.usefixtures("tuesday")


class Shown(NamedTuple):
    """How a region writes what the pages show."""

    arrived: str
    booked: str
    born: str
    due: str
    made: str
    kept: str
    pick: str
    clock: str


IN_US = Shown(
    "9:30 AM",
    "2:45 PM",
    "Mar 14, 2018",
    "Mar 10, 2026, 5:30 PM",
    "Mar 10, 9:05 AM",
    "Mar 10, 2026, 9:40 AM",
    "Today 5:00 PM",
    "9:40 AM",
)
IN_GB = Shown(
    "09:30",
    "14:45",
    "14 Mar 2018",
    "10 Mar 2026, 17:30",
    "10 Mar, 09:05",
    "10 Mar 2026, 09:40",
    "Today 17:00",
    "09:40",
)


@pytest.fixture(params=[("US", IN_US, IN_GB), ("GB", IN_GB, IN_US)], ids=["US", "GB"])
def regional(request: pytest.FixtureRequest, brook: Clinic) -> tuple[Shown, Shown]:
    """Give the clinic the region; return how its pages show what happens, and how they do not."""
    region, shown, otherwise = request.param
    brook.region = region
    brook.save()
    return shown, otherwise


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook)


@pytest.fixture
def visit(front: Location, leo: Patient, regional: object) -> Visit:
    make.guardian(leo)
    make.appointment(leo, front, make.at("14:45"), with_whom="Dr Shah")
    return make.visit(front, make.at("9:30"))


def text_of(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split()) + " ".join(re.findall(r'title="([^"]*)"', page))


def test_board_visit_patient_and_promises_write_times_and_dates_as_the_region_does(
    as_: Callable[[Staff], Client],
    regional: tuple[Shown, Shown],
    front: Location,
    visit: Visit,
    leo: Patient,
    dana: Staff,
) -> None:
    made = promise(front, patient=leo, visit=visit, by=dana)
    kept = keep(promise(front, patient=leo, visit=visit, due="9:35"), dana)
    desk = as_(dana)
    pages = {
        address: text_of(desk, address)
        for address in (
            "/",
            f"/visits/{visit.pk}/",
            f"/patients/{leo.pk}/",
            f"/promises/{made.pk}/",
            f"/promises/{kept.pk}/",
            "/promises/?show=ended",
            "/promises/new/",
            "/patients/",
        )
    }
    board, shown_visit, patient, open_promise, ended, *_, new, find = pages.values()
    shown, otherwise = regional
    assert f"since {shown.arrived}" in board
    assert f"booked {shown.booked}" in shown_visit and f"since {shown.arrived}" in shown_visit
    assert f"born {shown.born}" in shown_visit and f"Born {shown.born}" in patient
    assert shown.due in open_promise and shown.made in open_promise and shown.kept in ended
    assert shown.pick in new and shown.born in find
    # "9:30 AM" contains no "09:30", and "14 Mar" is in no "Mar 14, 2018".
    for words in otherwise:
        assert not [address for address, text in pages.items() if words in text], words


def test_message_to_the_slower_person_has_the_time_as_the_region_writes_it(
    as_: Callable[[Staff], Client],
    regional: tuple[Shown, Shown],
    visit: Visit,
    dana: Staff,
    noor: Staff,
) -> None:
    shown, _ = regional
    visits.move_visit(visit=visit, to="roomed", by=noor, at=make.at())
    sent = {"to": "roomed", "from": "arrived"}
    answer = as_(dana).post(f"/visits/{visit.pk}/move/", sent, follow=True)
    assert f"Noor already did this at {shown.clock}" in answer.content.decode()


def test_board_sends_the_time_in_words_to_its_script(
    as_: Callable[[Staff], Client], regional: tuple[Shown, Shown], visit: Visit, front: Location, dana: Staff
) -> None:
    shown, _ = regional
    desk, version = as_(dana), visit.location.board.version
    assert f'data-clock="{shown.clock}"' in desk.get("/").content.decode()
    for seen, status in ((version, 204), (0, 200)):
        answer = desk.get(f"/board/rows/?location={front.pk}&v={seen}&day=2026-03-10")
        assert (answer.status_code, answer.headers["Clock"]) == (status, shown.clock)


def test_row_is_written_again_when_the_region_changes(
    as_: Callable[[Staff], Client], brook: Clinic, front: Location, leo: Patient, dana: Staff
) -> None:
    make.visit(front, make.at("9:30"))
    for region, arrived in (("US", "9:30 AM"), ("GB", "09:30")):
        brook.region = region
        brook.save()
        assert f"since {arrived}" in text_of(as_(dana), "/")
