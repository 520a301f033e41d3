"""Whom the clinic asks for a second factor reaches nothing before they have shown one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, get_resolver

from checkin.models import Clinic, Location, Staff
from checkin.web import second_factors
from checkin.web.desk_locks import PAGES_OF_THE_LOCK
from tests import make
from tests.account.test_authenticator_app import add_app, code_of, log_in, recovery_codes


@pytest.fixture(autouse=True)
def _forget_tries(db: None) -> None:
    cache.clear()


@pytest.fixture
def strict(brook: Clinic, front: Location) -> Clinic:
    """Our clinic as clinics are by default: it asks managers, administrators and auditors."""
    brook.second_factor_for = "managers"
    brook.save()
    return brook


def addresses(patterns: list[Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield an address of each page, with 1 for every number and name in it, and its view."""
    for pattern in patterns:
        part = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield "/" + re.sub(r"<[^>]+>", "1", part), pattern
        else:
            yield from addresses(pattern.url_patterns, part)


def test_a_new_clinic_asks_those_three(db: None) -> None:
    assert Clinic.objects.create(name="New").second_factor_for == "managers"


@pytest.mark.parametrize("who", ["max_", "ada", "otto"])
def test_those_three_are_sent_to_set_one_up(strict: Clinic, request: pytest.FixtureRequest, who: str) -> None:
    person: Staff = request.getfixturevalue(who)
    browser = Client()
    log_in(browser, person.username)
    assert browser.get("/").url == "/account/"
    assert "Your clinic asks you for a second factor." in browser.get("/account/").content.decode()


def test_they_reach_no_page_but_those_to_set_one_up_and_the_lock_s(strict: Clinic, max_: Staff) -> None:
    browser = Client()
    log_in(browser, "max_")
    asked = 0
    for address, page in addresses(get_resolver().url_patterns):
        is_open = not getattr(page.callback, "login_required", True)
        if is_open or page.name in second_factors.SET_UP_PAGES | PAGES_OF_THE_LOCK:
            continue
        answer = browser.get(address)
        assert (answer.status_code, answer.url) == (302, "/account/"), address
        assert browser.post(address, headers={"HX-Request": "true"}).status_code == 403, address
        asked += 1
    assert asked > 60


@pytest.mark.parametrize("has_app", [False, True])
def test_they_lock_unlock_and_switch_like_everybody(strict: Clinic, max_: Staff, has_app: bool) -> None:
    browser, other = Client(), Client()
    for one in (browser, other):
        log_in(one, "max_")
    if has_app:
        add_app(other)
    page = {"Accept": "text/html"}
    assert "This desk is locked" in browser.post("/account/lock/", headers=page).content.decode()
    assert browser.get("/account/call/").json() == {"urgent": False}
    assert (
        "This is not your password"
        in browser.post("/account/unlock/", {"unlock_with": "wrong"}, headers=page).content.decode()
    )
    assert browser.post("/account/unlock/", {"unlock_with": make.PASSWORD}).url == "/"
    assert browser.post("/account/active/", {"idle": "0"}).status_code == 204
    asked = "/account/factors/confirm/?next=%2F" if has_app else "/account/"
    assert browser.get("/").url == asked, "it is still owed"
    assert browser.post("/account/switch/").url == "/account/login/"
    assert "_auth_user_id" not in browser.session


def test_the_front_desk_goes_on_with_a_password(strict: Clinic, dana: Staff) -> None:
    browser = Client()
    log_in(browser)
    assert browser.get("/").status_code == 200


def test_once_an_app_is_added_they_go_on(strict: Clinic, max_: Staff) -> None:
    browser = Client()
    log_in(browser, "max_")
    assert browser.get("/").url == "/account/"
    add_app(browser)
    assert len(recovery_codes(browser)) == 10
    assert browser.get("/").status_code == 200


def test_an_older_login_without_the_code_is_asked_for_it(strict: Clinic, max_: Staff) -> None:
    old, new = Client(), Client()
    for browser in (old, new):
        log_in(browser, "max_")
    secret = add_app(new)
    asked = old.get("/promises/")
    assert asked.url == "/account/factors/confirm/?next=%2Fpromises%2F"
    assert old.get(asked.url).status_code == 200
    answer = old.post("/account/factors/confirm/", {"code": code_of(secret), "next": "/promises/"})
    assert answer.url == "/promises/"
    assert old.get("/promises/").status_code == 200


def test_an_older_login_cannot_remove_the_factor_it_has_not_shown(strict: Clinic, max_: Staff) -> None:
    old, new = Client(), Client()
    for browser in (old, new):
        log_in(browser, "max_")
    add_app(new)
    old.post("/account/app/remove/")
    old.post("/account/codes/replace/")
    for page in ("/account/", "/account/codes/", "/account/passkeys/add/", "/account/password/"):
        assert old.get(page).url.startswith("/account/factors/confirm/"), page
    assert Authenticator.objects.filter(user=max_, type="totp").exists()


def test_outside_everybody_is_asked_and_inside_only_the_three(strict: Clinic, dana: Staff) -> None:
    strict.second_factor_for, strict.own_networks = "outside", ["10.1.0.0/16"]
    strict.save()
    browser = Client()
    log_in(browser)
    assert browser.get("/", REMOTE_ADDR="10.1.7.7").status_code == 200
    assert browser.get("/", REMOTE_ADDR="198.51.100.7").url == "/account/"


def test_a_changed_rule_holds_at_the_next_page(strict: Clinic, dana: Staff) -> None:
    browser = Client()
    log_in(browser)
    assert browser.get("/").status_code == 200
    Clinic.objects.filter(pk=strict.pk).update(second_factor_for="all")
    assert browser.get("/").url == "/account/"


def test_removing_the_last_factor_ends_what_it_opened(strict: Clinic, max_: Staff) -> None:
    browser = Client()
    log_in(browser, "max_")
    add_app(browser)
    other = Client()
    log_in(other, "max_")
    other.post("/account/factors/login/", {"code": recovery_codes(browser)[0]})
    assert other.get("/").status_code == 200
    browser.post("/account/app/remove/")
    assert other.get("/").url.startswith("/account/login/")
    assert not Authenticator.objects.filter(user=max_).exists()
    assert browser.get("/").url == "/account/"


def test_what_a_machine_asks_for_is_refused_not_redirected(strict: Clinic, max_: Staff) -> None:
    browser = Client()
    log_in(browser, "max_")
    assert browser.get("/board/", headers={"Accept": "application/json"}).status_code in (403, 404)
    assert browser.get("/", headers={"Accept": "application/json"}).status_code == 403
