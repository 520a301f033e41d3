"""Choosing which front desk to look at."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from checkin.models import ClosedDay, Location, Promise, Staff, Visit
from checkin.rules.roles import Role, StaffAct, role_refusal
from tests import make
from tests.drawn_forms import draw
from tests.leaks import without_tokens


def test_choosing_a_desk_shows_its_board_from_then_on(
    desk_client: Client, front: Location, annexe: Location, tuesday: time_machine.Traveller
) -> None:
    make.visit(front, name="Fred Front")
    make.visit(annexe, name="Anna Annexe")
    assert "Fred" in desk_client.get("/").content.decode()
    answer = desk_client.post("/location/", {"location": annexe.pk}, follow=True)
    assert answer.redirect_chain == [(f"/at/{annexe.pk}/", 302)]
    assert "Anna" in answer.content.decode()
    assert "Fred" not in without_tokens(desk_client.get("/").content.decode())


def test_choosing_a_desk_twice_succeeds(desk_client: Client, annexe: Location) -> None:
    for _ in range(2):
        assert desk_client.post("/location/", {"location": annexe.pk}).status_code == 302


@pytest.mark.parametrize("who", ["ada", "otto"])
def test_administrators_and_auditors_choose_no_desk(
    as_: Callable[[Staff], Client], request: pytest.FixtureRequest, annexe: Location, who: str
) -> None:
    answer = as_(request.getfixturevalue(who)).post("/location/", {"location": annexe.pk})
    assert answer.status_code == 403
    assert role_refusal(Role.AUDITOR, StaffAct.READ_CHARTS) in answer.content.decode()


def test_a_desk_of_another_clinic_is_404(desk_client: Client, front: Location, hilltop: Location) -> None:
    assert desk_client.post("/location/", {"location": hilltop.pk}).status_code == 404
    assert hilltop.name not in desk_client.get("/").content.decode()


@pytest.mark.parametrize("wanted", ["", "x", "-1", "9" * 40, "²"])
def test_an_invalid_desk_is_404(desk_client: Client, front: Location, wanted: str) -> None:
    assert desk_client.post("/location/", {"location": wanted}).status_code == 404


def test_a_session_with_another_clinics_desk_falls_back_to_the_own_desk(
    desk_client: Client, front: Location, hilltop: Location, tuesday: time_machine.Traveller
) -> None:
    make.visit(hilltop, name="Hanna Hill")
    session = desk_client.session
    session["location"] = hilltop.pk
    session.save()
    page = desk_client.get("/").content.decode()
    assert "Hanna" not in without_tokens(page)


def test_choosing_a_desk_refuses_get(desk_client: Client, front: Location) -> None:
    assert desk_client.get("/location/").status_code == 405


def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, front: Location) -> None:
    assert client.post("/location/", {"location": front.pk}).url.startswith("/account/login/")


def test_a_clinic_with_one_desk_has_no_desk_menu(desk_client: Client, front: Location) -> None:
    assert 'action="/location/"' not in desk_client.get("/").content.decode()


@pytest.fixture
def tabs(dana: Staff) -> Client:
    """Return one browser of Dana's, in which each page sends exactly the fields it holds."""
    found = Client()
    found.force_login(dana)
    return found


def choose(tabs: Client, desk: Location) -> None:
    """Switch to another front desk in another tab."""
    tabs.post("/location/", {"location": desk.pk})


@pytest.mark.parametrize("page", ["/sign-in/", "/at/{}/sign-in/"])
def test_a_sign_in_goes_to_the_desk_of_its_page(
    tabs: Client, front: Location, annexe: Location, tuesday: time_machine.Traveller, page: str
) -> None:
    page = page.format(front.pk)
    form = draw(tabs, page, page)
    choose(tabs, annexe)
    answer = tabs.post(page, form.with_(child_given_name="Zoe", send="Sign in"))
    assert Visit.objects.get().location == front
    assert answer.url in ("/", f"/at/{front.pk}/")


@pytest.mark.parametrize("page", ["/promises/handover/", "/at/{}/promises/handover/"])
def test_closing_the_day_closes_the_desk_of_the_page(
    tabs: Client, front: Location, annexe: Location, tuesday: time_machine.Traveller, page: str
) -> None:
    page = page.format(front.pk)
    shown = tabs.get(page).content.decode()
    form = draw(tabs, page, re.search(r'action="([^"]*close-day/)"', shown)[1])
    choose(tabs, annexe)
    tabs.post(form.action, form.fields)
    assert ClosedDay.objects.get().location == front


def test_a_promise_belongs_to_the_desk_of_its_page(
    tabs: Client, front: Location, annexe: Location, tuesday: time_machine.Traveller
) -> None:
    form = draw(tabs, "/promises/new/", "/promises/new/")
    choose(tabs, annexe)
    said = {"to_whom": "Ana", "about": "results", "way": "phone", "reach_at": "555-010-0123"}
    tabs.post("/promises/new/", form.with_(**said, due="hour", owner="role:manager"))
    assert Promise.objects.get().location == front


def test_two_tabs_show_two_desks_and_their_links_keep_the_desk(
    tabs: Client, front: Location, annexe: Location, tuesday: time_machine.Traveller
) -> None:
    make.visit(front, name="Fred Front")
    make.visit(annexe, name="Anna Annexe")
    for desk, child, other in ((front, "Fred", "Anna"), (annexe, "Anna", "Fred"), (front, "Fred", "Anna")):
        page = tabs.get(f"/at/{desk.pk}/").content.decode()
        assert child in page and other not in without_tokens(page)
        inside = re.findall(r'(?:href|action|hx-get|formaction|data-(?!key=)\w+)="(/[^"]*)"', page)
        astray = [one for one in inside if not one.startswith((f"/at/{desk.pk}/", "/static/"))]
        assert astray == []
        choose(tabs, annexe)


def test_a_page_without_a_desk_in_its_address_links_to_the_desk_shown(
    tabs: Client, front: Location, annexe: Location, tuesday: time_machine.Traveller
) -> None:
    page = tabs.get("/").content.decode()
    assert f'class="bar-home" href="/at/{front.pk}/"' in page
    choose(tabs, annexe)
    assert "Front desk</bdi></h1>" in tabs.get(f"/at/{front.pk}/").content.decode()
    assert "Annexe</bdi></h1>" in tabs.get("/").content.decode(), "the last choice, for a page opened fresh"


def test_an_action_returns_to_the_desk_of_its_page(
    tabs: Client, front: Location, annexe: Location, tuesday: time_machine.Traveller
) -> None:
    visit = make.visit(front, name="Fred Front")
    board = f"/at/{front.pk}/"
    form = draw(tabs, board, f"{board}visits/{visit.pk}/move/")
    choose(tabs, annexe)
    answer = tabs.post(form.action, form.with_(to="roomed"), follow=True)
    assert answer.redirect_chain == [(board, 302)]
    undo = draw(tabs, board, f"{board}visits/{visit.pk}/move/")
    assert undo.path.startswith(board)


@pytest.mark.parametrize(
    "page", ["", "sign-in/", "discrepancies/", "promises/", "promises/handover/", "match/"]
)
def test_a_page_at_another_clinics_desk_is_404(
    tabs: Client,
    front: Location,
    annexe: Location,
    hilltop: Location,
    tuesday: time_machine.Traveller,
    page: str,
) -> None:
    for wanted in (f"/at/{hilltop.pk}/{page}", f"/at/999999/{page}"):
        assert tabs.get(wanted).status_code == 404


def test_a_form_that_names_another_clinics_desk_signs_in_at_the_own_desk(
    tabs: Client, front: Location, hilltop: Location, tuesday: time_machine.Traveller
) -> None:
    form = draw(tabs, "/sign-in/", "/sign-in/")
    assert form.fields["drawn_for"] == [f"l{front.pk}"]
    for said in (f"l{hilltop.pk}", "l999999"):
        answer = tabs.post("/sign-in/", form.with_(child_given_name="Zoe", drawn_for=said))
        assert answer.status_code == 302
    assert {one.location for one in Visit.objects.all()} == {front}


@pytest.mark.parametrize("path", ["/at/{}/kiosk/", "/at/{}/verify/", "/at/{}/at/{}/", "/at/x/", "/at/"])
def test_pages_outside_the_desk_are_404_under_a_desk_address(
    tabs: Client, front: Location, path: str
) -> None:
    assert tabs.get(path.format(front.pk, front.pk)).status_code == 404


def test_login_returns_to_the_desk_that_was_asked_for(
    client: Client, front: Location, annexe: Location
) -> None:
    address = f"/at/{annexe.pk}/sign-in/"
    assert client.get(address).url.endswith(f"/account/login/?next={address}")
