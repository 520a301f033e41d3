"""What a match decision changed on a record is told without an address that is hidden."""

from __future__ import annotations

import pytest
from django.test import Client

from checkin.actions import confidential_visits
from checkin.models import Clinic, Discrepancy, Location, MatchDecision, Patient, Staff, Visit
from tests import make
from tests.actions.corrected_visits import fresh, relink, told, undo

pytestmark = pytest.mark.usefixtures("tuesday")
OLD, NEW = "2 Oldhome Street", "3 Newhome Street"


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz", address=OLD)


@pytest.fixture
def mia(brook: Clinic) -> Patient:
    return make.patient(brook, "Mia Chen", born="2016-05-09")


@pytest.fixture
def corrected(front: Location, leo: Patient, dana: Staff) -> Visit:
    """Return a visit at which Leo's address on record was changed."""
    visit = make.visit(front, make.at("9:30"), name=leo.name, address=NEW)
    row = visit.discrepancies.get(field=Discrepancy.Field.ADDRESS)
    make.decision(discrepancy=row, kind="use_new", by=dana, at=make.at("9:31"))
    return fresh(visit)


def hide(leo: Patient, by: Staff) -> None:
    confidential_visits.hide_patient_address(patient=fresh(leo), by=by, at=make.at("9:32"))


def list_pages(client: Client, visit: Visit, leo: Patient, made: MatchDecision) -> list[str]:
    """Return what tells of the correction: the decision's lines, and each page."""
    addresses = (
        f"/visits/{visit.pk}/?done={made.pk}",
        "/discrepancies/",
        f"/visits/{visit.pk}/discrepancies/",
    )
    pages = [client.get(one).content.decode() for one in (f"/patients/{leo.pk}/", *addresses)]
    return [told(made), *pages]


def list_undo_lines(client: Client, visit: Visit, made: MatchDecision, by: Staff) -> list[str]:
    """Return the page before the match is undone, and the lines after it."""
    asks = client.post(f"/match/{visit.pk}/undo/", {"seen": made.pk, "back": "visit"})
    assert asks.status_code == 200
    return [asks.content.decode(), told(undo(fresh(visit), by, make.at("9:34")))]


def find_pages(pages: list[str], *addresses: str) -> list[int]:
    return [nth for nth, page in enumerate(pages) if any(one in page for one in addresses)]


@pytest.mark.parametrize("whose", ["old", "nobody"])
def test_a_hidden_address_is_in_no_line_after_the_visit_became_another_childs(
    desk_client: Client, corrected: Visit, leo: Patient, mia: Patient, dana: Staff, whose: str
) -> None:
    hide(leo, dana)
    made = relink(corrected, mia, dana, make.at("9:33"), correction=whose)
    pages = list_pages(desk_client, corrected, leo, made)
    assert "Address on record was changed" in pages[0]
    assert find_pages(pages, OLD) == [] and find_pages(pages[:2], NEW) == []


def test_a_hidden_address_is_in_no_line_about_an_undo(
    desk_client: Client, corrected: Visit, leo: Patient, mia: Patient, dana: Staff
) -> None:
    hide(leo, dana)
    made = relink(corrected, mia, dana, make.at("9:33"), correction="nobody")
    said = list_undo_lines(desk_client, corrected, made, dana)
    assert all("ddress Hidden" in one for one in said) and find_pages(said, OLD, NEW) == []


def test_one_that_is_not_hidden_is_told(
    desk_client: Client, corrected: Visit, leo: Patient, mia: Patient, dana: Staff
) -> None:
    made = relink(corrected, mia, dana, make.at("9:33"), correction="nobody")
    pages = list_pages(desk_client, corrected, leo, made)
    assert find_pages(pages, OLD) == [0, 1, 2] and find_pages(pages[:2], NEW) == [0, 1]
    assert find_pages(list_undo_lines(desk_client, corrected, made, dana), NEW) == [0, 1]
