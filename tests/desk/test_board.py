"""The board page: who may see it, its database queries and its size."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkin.actions import visits
from checkin.models import Clinic, Location, Staff
from checkin.rules.roles import Role, StaffAct, role_refusal
from checkin.rules.visit_steps import VISIT_PATH
from tests import make
from tests.leaks import without_tokens
from tests.trail_queries import LINE, LINE_OF_SEVERAL

SESSION_AND_PERSON = 2


def families(where: Location, count: int) -> None:
    """Make visits of many kinds, as on a busy day."""
    words = ("his aunt, my sister is at work", "tía", "👵", "mother", "she lives with us, foster placement")
    for n in range(count):
        make.visit(
            where,
            name=f"Child{n} Family{n * 7 % 83}",
            escort_name=f"Adult{n} Person{n * 11 % 71}",
            relationship=words[n % len(words)],
            approach=("greet", "leave", "")[n % 3],
            notes_wanted="school" if n % 4 == 0 else "",
            also="her knee" if n % 5 == 0 else "",
        )


def asked(client: Client, path: str = "/") -> Any:
    """Return the queries beyond session and staff member, and the answer."""
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    return len(seen) - SESSION_AND_PERSON, answer


def test_the_board_shows_the_child_and_who_brought_them(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller
) -> None:
    make.visit(front, relationship="his aunt, my sister is at work")
    page = desk_client.get("/").content.decode()
    assert "Leo Ruiz" in page
    assert "Rosa Delgado" in page
    assert "his aunt, my sister is at work" in page


def test_the_reason_for_the_visit_is_not_on_the_board(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller
) -> None:
    make.visit(front, reason="a rash nobody should read", also="and her hearing")
    page = without_tokens(desk_client.get("/").content.decode())
    assert "rash" not in page
    assert "hearing" not in page
    assert "Second concern" in page


def test_the_board_leaves_out_other_front_desks_and_clinics(
    desk_client: Client, front: Location, annexe: Location, hilltop: Location, tuesday: time_machine.Traveller
) -> None:
    make.visit(annexe, name="Anna Annexe")
    make.visit(hilltop, name="Hanna Hill")
    page = without_tokens(desk_client.get("/").content.decode())
    assert "Anna" not in page
    assert "Hanna" not in page


def test_visits_are_listed_in_turn_order(
    desk_client: Client, brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    booked = make.patient(brook, "Bea Booked", born="2019-01-01")
    make.appointment(booked, front, make.at("9:50"))
    walk_in = make.visit(front, make.at("9:30"), name="Will Walkin")
    first = make.visit(front, make.at("9:38"), name="Bea Booked", born="2019-01-01")
    page = desk_client.get("/").content.decode()
    assert page.index(f'id="v{first.pk}"') < page.index(f'id="v{walk_in.pk}"')


def test_the_board_shows_every_open_state_and_no_other(
    desk_client: Client, front: Location, dana: Staff, tuesday: time_machine.Traveller
) -> None:
    for state in VISIT_PATH:
        visit = make.visit(front, name=f"Kid {state.value}")
        if state != "arrived":
            visits.move_visit(visit=visit, to=state, by=dana, at=make.at("9:40"), reason="will come back")
    page = desk_client.get("/").content.decode()
    assert [state for state in VISIT_PATH if f"Kid {state.value}" in page] == list(VISIT_PATH[:-1])


def test_an_empty_board_says_so(desk_client: Client, tuesday: time_machine.Traveller) -> None:
    assert "The next family appears here by itself" in desk_client.get("/").content.decode()


def test_names_typed_as_markup_are_shown_as_text(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller
) -> None:
    make.visit(front, name="<b>Leo</b> Ruiz", relationship="<script>alert(1)</script>")
    page = desk_client.get("/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("count", [10, 40, pytest.param(300, marks=pytest.mark.long)])
def test_a_cold_board_costs_at_most_six_queries_and_its_line_however_full(
    as_: Callable[[Staff], Client],
    dana: Staff,
    brook: Clinic,
    front: Location,
    annexe: Location,
    tuesday: time_machine.Traveller,
    count: int,
) -> None:
    families(front, count)
    patient = make.patient(brook, "Ella Expected", born="2017-01-01")
    make.appointment(patient, front, make.at("10:00"))
    caches["rows"].clear()
    queries, answer = asked(as_(dana))
    assert queries <= 6 + LINE_OF_SEVERAL
    assert answer.content[:2] == b"\x1f\x8b", "it is sent compressed"
    assert gzip.decompress(answer.content).count(b'<tr id="v') == count
    assert len(without_padding(answer.content)) <= 10 * 1024 + 100 * count


def without_padding(sent: bytes) -> bytes:
    """Return a compressed page without the random file name, of up to 100 bytes, that hides its length."""
    assert sent[3] == 8, "its header has a file name"
    return sent[:10] + sent[sent.index(b"\0", 10) + 1 :]


def test_a_warm_board_does_not_read_the_visits_again(
    as_: Callable[[Staff], Client], dana: Staff, front: Location, tuesday: time_machine.Traveller
) -> None:
    families(front, 10)
    client = as_(dana)
    cold, _ = asked(client)
    warm, _ = asked(client)
    assert warm == cold - 1 - LINE, "and nobody is recorded again"


def test_a_cached_row_is_rendered_again_the_next_day(
    desk_client: Client, brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    tuesday.move_to(make.at("23:50"))
    make.patient(brook, "Leo Ruiz", born="2018-03-11")
    make.visit(front, born="2018-03-11")
    assert "7 years" in desk_client.get("/").content.decode()
    tuesday.move_to(make.at("0:10", make.TUESDAY + dt.timedelta(days=1)))
    assert "8 years" in desk_client.get("/").content.decode()


@pytest.mark.parametrize(("who", "home"), [("ada", "/settings/"), ("otto", "/audit/")])
def test_administrators_and_auditors_do_not_see_the_board(
    as_: Callable[[Staff], Client], front: Location, who: str, home: str, request: pytest.FixtureRequest
) -> None:
    visit = make.visit(front)
    person = request.getfixturevalue(who)
    browser = as_(person)
    answer = browser.get("/")
    assert (answer.status_code, answer["Location"], answer.content) == (302, home, b"")
    for path in ("/board/rows/", "/board/expected/", f"/board/owed/?location={front.pk}"):
        answer = browser.get(path)
        assert (answer.status_code, visit.token in answer.content.decode()) == (403, False), path
        assert role_refusal(Role(person.role), StaffAct.READ_CHARTS) in answer.content.decode(), path


def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, front: Location) -> None:
    for path in ("/", "/board/rows/", "/board/expected/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer.url.startswith("/account/login/")


def test_the_board_pages_refuse_post(desk_client: Client, front: Location) -> None:
    for path in ("/", "/board/rows/", "/board/expected/"):
        assert desk_client.post(path).status_code == 405


def test_a_clinic_without_a_front_desk_has_no_board(as_: Callable[[Staff], Client], brook: Clinic) -> None:
    nobody = make.staff(brook, "lone", "front_desk")
    assert as_(nobody).get("/").status_code == 404
