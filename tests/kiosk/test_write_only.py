"""The tablet reveals to nobody whether a child is known, booked or already here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import pytest_django
from django.test import Client

from checkin.models import Clinic, Location, Visit
from tests import make

if TYPE_CHECKING:
    from tests.conftest import Kiosk
    from tests.kiosk.conftest import Tell


NAMES_OF_THE_DAY = re.compile(rb'"(token|received_at)": "[^"]*"')
TAP = re.compile('(?<=name="worried" value=")[0-9a-f-]{36}(?=")')


@pytest.fixture
def answers(
    tell: Tell, tablet: Client, brook: Clinic, front: Location
) -> dict[str, tuple[int, list[tuple[str, str]], bytes]]:
    """Return the tablet's answers by who signed in, with only the token and the time blanked out."""
    child = make.patient(brook, "Leo Ruiz")
    make.appointment(child, front)
    make.patient(brook, "Mia Ortiz", born="2019-01-01")
    make.patient(brook, "Mia Ortiz", born="2019-01-01")
    said = {
        "stranger": make.claim("Nobody Known", "2017-07-07"),
        "known and booked": make.claim("Leo Ruiz", "2018-03-14"),
        "here already": make.claim("Leo Ruiz", "2018-03-14"),
        "two of them": make.claim("Mia Ortiz", "2019-01-01"),
        "nearly": make.claim("Leo Ruis", "2018-03-14"),
        "empty": {},
    }
    heard = {}
    for name, claim in said.items():
        answer = tell(claim)
        # The request's number is random, whoever asks.
        differs = ("Content-Length", "Expires", "X-Request-ID")
        headers = sorted((k, v) for k, v in answer.headers.items() if k not in differs)
        heard[name] = (answer.status_code, headers, NAMES_OF_THE_DAY.sub(b"", answer.content))
    return heard


def test_the_answer_is_byte_for_byte_the_same_for_every_child(
    answers: dict[str, tuple[int, list[tuple[str, str]], bytes]],
) -> None:
    assert set(Visit.objects.values_list("match", flat=True)) == {"certain", "probable", "unknown"}
    assert all(heard == answers["stranger"] for heard in answers.values())


def test_the_done_page_depends_only_on_its_address(
    tablet: Client, tell: Tell, django_assert_num_queries: pytest_django.DjangoAssertNumQueries
) -> None:
    def drawn() -> str:
        # Each page has a random key of its own for a tap on "I am worried".
        shown, keys = TAP.subn("", Client().get("/kiosk/done/blue-castle/").content.decode())
        assert keys == 1
        return shown

    before = drawn()
    tell(make.claim())
    assert Visit.objects.get().token == "Blue Castle"
    assert drawn() == before


def test_the_tablets_page_names_no_child_or_adult(
    tablet: Client, brook: Clinic, front: Location, tell: Tell
) -> None:
    make.appointment(make.patient(brook, "Leonidas Ruiz"), front)
    tell(make.claim("Leonidas Ruiz", escort_name="Rosalinda"))
    page = tablet.get("/kiosk/").content.decode()
    assert "Leonidas" not in page and "Rosalinda" not in page


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/match/", "/patients/", "/board/rows/"])
def test_a_tablet_cannot_open_any_front_desk_page(tablet: Client, kiosk: Kiosk, address: str) -> None:
    for answer in (tablet.get(address), Client().get(address, headers=kiosk.headers)):
        assert answer.status_code in (302, 403, 404)
        assert "/account/login/" in answer.headers.get("Location", "/account/login/")
