"""Choosing which front desk to look at."""

from __future__ import annotations

import pytest

from tests import make
from tests.leaks import without_tokens


def test_the_board_of_the_chosen_desk_is_shown_from_then_on(desk_client, front, annexe, tuesday):
    make.visit(front, name="Fred Front")
    make.visit(annexe, name="Anna Annexe")
    assert "Fred" in desk_client.get("/").content.decode()
    answer = desk_client.post("/location/", {"location": annexe.pk}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
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
