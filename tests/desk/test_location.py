"""Choosing which front desk to look at."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from checkin.models import ClosedDay, Promise, Visit
from tests import make
from tests.drawn_forms import draw
from tests.leaks import without_tokens


def test_the_board_of_the_chosen_desk_is_shown_from_then_on(desk_client, front, annexe, tuesday):
    make.visit(front, name="Fred Front")
    make.visit(annexe, name="Anna Annexe")
    assert "Fred" in desk_client.get("/").content.decode()
    answer = desk_client.post("/location/", {"location": annexe.pk}, follow=True)
    assert answer.redirect_chain == [(f"/at/{annexe.pk}/", 302)]
    assert "Anna" in answer.content.decode()
    assert "Fred" not in without_tokens(desk_client.get("/").content.decode())


def test_chosen_twice_is_the_same(desk_client, annexe):
    for _ in range(2):
        assert desk_client.post("/location/", {"location": annexe.pk}).status_code == 302


def test_an_auditor_may_choose_too(as_, otto, annexe):
    assert as_(otto).post("/location/", {"location": annexe.pk}).status_code == 302


def test_another_clinics_desk_is_not_there(desk_client, front, hilltop):
    assert desk_client.post("/location/", {"location": hilltop.pk}).status_code == 404
    assert hilltop.name not in desk_client.get("/").content.decode()


@pytest.mark.parametrize("wanted", ["", "x", "-1", "9" * 40, "²"])
def test_a_desk_that_is_none_is_not_there(desk_client, front, wanted):
    assert desk_client.post("/location/", {"location": wanted}).status_code == 404


def test_a_session_that_points_to_another_clinic_falls_back_to_ones_own(desk_client, front, hilltop, tuesday):
    make.visit(hilltop, name="Hanna Hill")
    session = desk_client.session
    session["location"] = hilltop.pk
    session.save()
    page = desk_client.get("/").content.decode()
    assert "Hanna" not in without_tokens(page)


def test_it_is_posted(desk_client, front):
    assert desk_client.get("/location/").status_code == 405


def test_a_stranger_is_asked_to_log_in(client, front):
    assert client.post("/location/", {"location": front.pk}).url.startswith("/account/login/")


def test_a_clinic_with_one_desk_is_offered_no_choice(desk_client, front):
    assert 'action="/location/"' not in desk_client.get("/").content.decode()


@pytest.fixture
def tabs(dana) -> Client:
    """One browser of Dana's, in which each page sends just what it holds."""
    found = Client()
    found.force_login(dana)
    return found


def choose(tabs, desk) -> None:
    """In another tab, Dana looks at another front desk."""
    tabs.post("/location/", {"location": desk.pk})


@pytest.mark.parametrize("page", ["/sign-in/", "/at/{}/sign-in/"])
def test_a_family_is_signed_in_at_the_desk_of_the_page(tabs, front, annexe, tuesday, page):
    page = page.format(front.pk)
    form = draw(tabs, page, page)
    choose(tabs, annexe)
    answer = tabs.post(page, form.with_(child_given_name="Zoe", send="Sign in"))
    assert Visit.objects.get().location == front
    assert answer.url in ("/", f"/at/{front.pk}/")


@pytest.mark.parametrize("page", ["/promises/handover/", "/at/{}/promises/handover/"])
def test_the_day_that_is_closed_is_the_one_of_the_page(tabs, front, annexe, tuesday, page):
    page = page.format(front.pk)
    shown = tabs.get(page).content.decode()
    form = draw(tabs, page, re.search(r'action="([^"]*close-day/)"', shown)[1])
    choose(tabs, annexe)
    tabs.post(form.action, form.fields)
    assert ClosedDay.objects.get().location == front


def test_a_promise_is_made_at_the_desk_of_the_page(tabs, front, annexe, tuesday):
    form = draw(tabs, "/promises/new/", "/promises/new/")
    choose(tabs, annexe)
    said = {"to_whom": "Ana", "about": "results", "way": "phone", "reach_at": "555-010-0123"}
    tabs.post("/promises/new/", form.with_(**said, due="hour", owner="role:manager"))
    assert Promise.objects.get().location == front


def test_two_tabs_show_two_desks_and_their_links_stay_there(tabs, front, annexe, tuesday):
    make.visit(front, name="Fred Front")
    make.visit(annexe, name="Anna Annexe")
    for desk, child, other in ((front, "Fred", "Anna"), (annexe, "Anna", "Fred"), (front, "Fred", "Anna")):
        page = tabs.get(f"/at/{desk.pk}/").content.decode()
        assert child in page and other not in without_tokens(page)
        inside = re.findall(r'(?:href|action|hx-get|formaction|data-(?!key=)\w+)="(/[^"]*)"', page)
        astray = [one for one in inside if not one.startswith((f"/at/{desk.pk}/", "/static/"))]
        assert astray == []
        choose(tabs, annexe)


def test_a_page_opened_without_saying_leads_on_at_the_desk_it_shows(tabs, front, annexe, tuesday):
    page = tabs.get("/").content.decode()
    assert f'class="bar-home" href="/at/{front.pk}/"' in page
    choose(tabs, annexe)
    assert "Front desk</bdi></h1>" in tabs.get(f"/at/{front.pk}/").content.decode()
    assert "Annexe</bdi></h1>" in tabs.get("/").content.decode(), "the last choice, for a page opened fresh"


def test_what_is_done_on_a_page_comes_back_to_its_desk(tabs, front, annexe, tuesday):
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
def test_a_page_at_another_clinics_desk_is_not_there(tabs, front, annexe, hilltop, tuesday, page):
    for wanted in (f"/at/{hilltop.pk}/{page}", f"/at/999999/{page}"):
        assert tabs.get(wanted).status_code == 404


def test_a_form_of_another_clinics_desk_signs_in_at_ones_own(tabs, front, hilltop, tuesday):
    form = draw(tabs, "/sign-in/", "/sign-in/")
    assert form.fields["drawn_for"] == [f"l{front.pk}"]
    for said in (f"l{hilltop.pk}", "l999999"):
        answer = tabs.post("/sign-in/", form.with_(child_given_name="Zoe", drawn_for=said))
        assert answer.status_code == 302
    assert {one.location for one in Visit.objects.all()} == {front}


@pytest.mark.parametrize("path", ["/at/{}/kiosk/", "/at/{}/verify/", "/at/{}/at/{}/", "/at/x/", "/at/"])
def test_no_other_page_is_of_a_front_desk(tabs, front, path):
    assert tabs.get(path.format(front.pk, front.pk)).status_code == 404


def test_a_stranger_logs_in_and_comes_back_to_the_desk_that_was_asked_for(client, front, annexe):
    address = f"/at/{annexe.pk}/sign-in/"
    assert client.get(address).url.endswith(f"/account/login/?next={address}")
