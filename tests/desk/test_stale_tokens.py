"""A form with a stale token names a patient only to whoever could open that patient's page now."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from checkin.models import Clinic, DeskSession, Location, Patient, Staff, UnsentForm
from checkin.rules.desk_locks import DESK_SESSION_KEY
from checkin.web.unsent_forms import typist_marker
from tests import make
from tests.desk.test_desk_locks import LOCKED, PAGE
from tests.leaks import without_tokens

NAMED = "This is Leo Ruiz"


@pytest.fixture
def leo(brook: Clinic, front: Location) -> Patient:
    return make.patient(brook, "Leo Ruiz", "2019-05-04")


def log_in(person: Staff, **checks: bool) -> Client:
    browser = Client(**checks)
    page = browser.get("/account/login/").context["csrf_token"]
    said = {"login": person.username, "password": make.PASSWORD, "csrfmiddlewaretoken": str(page)}
    assert browser.post("/account/login/", said).status_code == 302
    return browser


def link_without_token(browser: Client, person: Staff, patient: Patient) -> Any:
    """Send the form that links a visit to this patient, as from a page of an earlier login."""
    said = {"typed_by": typist_marker(person), "patient": patient.pk}
    return browser.post("/match/1/link/", said, headers=PAGE)


@pytest.fixture
def desk(dana: Staff, tuesday: time_machine.Traveller) -> Client:
    """Return Dana's browser, in which she has opened the board."""
    browser = log_in(dana, enforce_csrf_checks=True)
    assert browser.get("/", headers=PAGE).status_code == 200
    return browser


def unlock(browser: Client) -> Any:
    token = browser.get("/", headers=PAGE).context["csrf_token"]
    said = {"unlock_with": make.PASSWORD, "csrfmiddlewaretoken": str(token)}
    return browser.post("/account/unlock/", said, headers=PAGE)


def test_an_open_desk_shows_the_form_with_the_name(desk: Client, dana: Staff, leo: Patient) -> None:
    answer = link_without_token(desk, dana, leo)
    assert answer.status_code == 403 and NAMED in answer.content.decode()


def test_a_locked_desk_names_nobody_and_keeps_the_form_for_its_author(
    desk: Client, dana: Staff, leo: Patient, tuesday: time_machine.Traveller
) -> None:
    tuesday.shift(dt.timedelta(minutes=5))
    answer = link_without_token(desk, dana, leo)
    page = answer.content.decode()
    assert answer.status_code == 423 and LOCKED in page and "Leo" not in without_tokens(page)
    assert f'value="{reverse("desk:typed")}"' in page
    assert unlock(desk).url == "/"
    assert NAMED in desk.get(reverse("desk:typed")).content.decode()


def test_a_desk_locked_by_a_press_names_nobody(desk: Client, dana: Staff, leo: Patient) -> None:
    DeskSession.objects.filter(staff=dana).update(locked_at=make.at("9:40"))
    answer = link_without_token(desk, dana, leo)
    assert answer.status_code == 423 and "Leo" not in without_tokens(answer.content.decode())


def test_a_login_that_has_ended_is_logged_out_and_its_form_kept(
    desk: Client, dana: Staff, leo: Patient, tuesday: time_machine.Traveller
) -> None:
    tuesday.shift(dt.timedelta(minutes=30))
    answer = link_without_token(desk, dana, leo)
    assert answer.url == f"/account/login/?next={reverse('desk:typed')}"
    assert DeskSession.objects.get(staff=dana).ended_at
    assert "_auth_user_id" not in desk.session and UnsentForm.objects.get().staff == dana


def test_a_login_whose_times_are_unknown_names_nobody(desk: Client, dana: Staff, leo: Patient) -> None:
    session = desk.session
    del session[DESK_SESSION_KEY]
    session.save()
    answer = link_without_token(desk, dana, leo)
    assert answer.status_code == 423 and "Leo" not in without_tokens(answer.content.decode())
    assert NAMED in desk.get(reverse("desk:typed")).content.decode(), "it is kept"


@pytest.mark.parametrize("who", ["ada", "otto"])
def test_roles_that_read_no_charts_are_shown_no_name(
    request: pytest.FixtureRequest, leo: Patient, who: str, tuesday: time_machine.Traveller
) -> None:
    person: Staff = request.getfixturevalue(who)
    browser = log_in(person, enforce_csrf_checks=True)
    answer = link_without_token(browser, person, leo)
    assert answer.status_code == 403 and "Leo" not in without_tokens(answer.content.decode())


@pytest.mark.parametrize("who", ["ada", "otto"])
def test_a_kept_form_names_nobody_to_roles_that_read_no_charts(
    request: pytest.FixtureRequest, leo: Patient, who: str, tuesday: time_machine.Traveller
) -> None:
    person: Staff = request.getfixturevalue(who)
    browser = log_in(person)
    tuesday.shift(dt.timedelta(minutes=5))
    assert link_without_token(browser, person, leo).status_code == 423
    unlock(browser)
    assert UnsentForm.objects.get().staff == person, "it was kept"
    answer = browser.get(reverse("desk:typed"))
    assert answer.status_code == 302 and b"Leo" not in answer.content


def test_whoever_owes_a_second_factor_is_asked_for_it_before_the_name(
    desk: Client, dana: Staff, leo: Patient, brook: Clinic
) -> None:
    Clinic.objects.filter(pk=brook.pk).update(second_factor_for="all")
    answer = link_without_token(desk, dana, leo)
    assert (answer.status_code, answer.url) == (302, reverse("desk:typed"))
    assert desk.get(answer.url, headers=PAGE).url == "/account/"
    Clinic.objects.filter(pk=brook.pk).update(second_factor_for="none")
    assert NAMED in desk.get(reverse("desk:typed")).content.decode(), "it is kept"


def test_the_lock_s_own_form_with_a_stale_token_shows_the_locked_page(
    desk: Client, tuesday: time_machine.Traveller
) -> None:
    tuesday.shift(dt.timedelta(minutes=5))
    answer = desk.post("/account/unlock/", {"unlock_with": make.PASSWORD, "next": "/promises/"}, headers=PAGE)
    assert answer.status_code == 423 and 'value="/promises/"' in answer.content.decode()
