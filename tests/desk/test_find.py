"""Searching for a patient."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from checkin.models import Clinic, Patient, Staff
from checkin.rules.roles import Role, StaffAct, role_refusal
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def jose(brook: Clinic) -> Patient:
    return make.patient(brook, "José García")


def test_each_search_has_an_address_to_go_back_to(desk_client: Client, jose: Patient, brook: Clinic) -> None:
    make.patient(brook, "Shea O'Neil")
    first = desk_client.post("/patients/", {"q": "garcia"})
    second = desk_client.post("/patients/", {"q": "o neil"})
    assert (first.url, second.url) == ("/patients/?s=1", "/patients/?s=2")
    for _ in range(2):
        assert "José García" in desk_client.get(first.url).content.decode()
        assert "O&#x27;Neil" in desk_client.get(second.url).content.decode()


def test_opening_the_page_without_a_search_shows_nobody(desk_client: Client, jose: Patient) -> None:
    desk_client.post("/patients/", {"q": "garcia"})
    assert "José" not in desk_client.get("/patients/").content.decode()


def test_no_result_says_what_to_try(desk_client: Client, jose: Patient) -> None:
    page = desk_client.post("/patients/", {"q": "<zz>top"}, follow=True).content.decode()
    assert "Nobody on file is like “<bdi>&lt;zz&gt;top</bdi>”" in page


def test_many_results_are_cut_off_with_a_notice(desk_client: Client, brook: Clinic) -> None:
    for number in range(45):
        make.patient(brook, f"Kim{number} Lee", born="")
    page = desk_client.post("/patients/", {"q": "lee"}, follow=True).content.decode()
    assert "40 and more found" in page
    assert page.count('<th scope="row">') == 40


def test_only_the_last_ten_searches_are_remembered(desk_client: Client, jose: Patient) -> None:
    for number in range(12):
        desk_client.post("/patients/", {"q": f"garcia{number}"})
    assert sorted(map(int, desk_client.session["searches"])) == list(range(3, 13))
    assert "garcia0" not in desk_client.get("/patients/?s=1").content.decode()


@pytest.mark.parametrize("s", ["", "x", "999", "-1", "1\x00"])
def test_an_unknown_search_number_shows_nobody(desk_client: Client, jose: Patient, s: str) -> None:
    answer = desk_client.get("/patients/", {"s": s})
    assert (answer.status_code, "José" in answer.content.decode()) == (200, False)


def test_an_empty_search_shows_the_empty_page(desk_client: Client) -> None:
    assert desk_client.post("/patients/", {"q": "  "}).url == "/patients/"


def test_patients_of_another_clinic_are_not_found(
    as_: Callable[[Staff], Client], sol: Staff, jose: Patient
) -> None:
    page = as_(sol).post("/patients/", {"q": "garcia"}, follow=True).content.decode()
    assert "José" not in page


def test_a_search_of_another_staff_member_is_not_shown(
    desk_client: Client, as_: Callable[[Staff], Client], max_: Staff, jose: Patient
) -> None:
    desk_client.post("/patients/", {"q": "garcia"})
    assert "José" not in as_(max_).get("/patients/?s=1").content.decode()


def test_search_refuses_delete_and_anonymous(desk_client: Client, client: Client, jose: Patient) -> None:
    assert desk_client.delete("/patients/").status_code == 405
    assert client.get("/patients/").url.startswith("/account/login/")


def test_an_auditor_cannot_search_and_reads_whom_to_ask(
    as_: Callable[[Staff], Client], otto: Staff, jose: Patient
) -> None:
    browser = as_(otto)
    for answer in (browser.post("/patients/", {"q": "garcia"}, follow=True), browser.get("/patients/?s=1")):
        page = answer.content.decode()
        assert (answer.status_code, "José" in page) == (403, False)
        assert role_refusal(Role.AUDITOR, StaffAct.READ_CHARTS) in page
    assert "searches" not in browser.session
