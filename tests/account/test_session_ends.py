"""Twelve checks of a login: what begins it, what replaces its number, and what ends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_django
import time_machine
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from checkin.actions import desk_locks, staff
from checkin.models import Staff
from checkin.rules.desk_locks import DESK_SESSION_KEY
from tests import make
from tests.account.test_login_throttles import log_in

NEW = "quince marmalade on rye"


@pytest.fixture
def world(dana: Staff, ada: Staff, tuesday: time_machine.Traveller) -> SimpleNamespace:
    """Return Dana's two browsers, logged in by her password, and the administrator."""
    cache.clear()
    found = SimpleNamespace(dana=dana, ada=ada, clock=tuesday, one=Client(), other=Client())
    for browser in (found.one, found.other):
        assert log_in(browser).url == "/"
    return found


def number_of(browser: Client) -> str:
    return browser.cookies["sessionid"].value


def is_in(browser: Client) -> bool:
    return browser.get("/").status_code == 200


def with_number(number: str) -> Client:
    browser = Client()
    browser.cookies["sessionid"] = number
    return browser


def take_a_planted_number(world: SimpleNamespace) -> None:
    planted = "a" * 32
    browser = with_number(planted)
    log_in(browser)
    assert number_of(browser) != planted and not is_in(with_number(planted))


def get_a_new_number_at_login(world: SimpleNamespace) -> None:
    browser = Client()
    browser.get("/account/login/")
    browser.session["before"] = True
    before = browser.session.session_key
    log_in(browser)
    assert is_in(browser) and number_of(browser) != before


def get_a_new_number_at_unlocking(world: SimpleNamespace) -> None:
    before = number_of(world.one)
    world.one.post(reverse("lock_desk"))
    assert not is_in(world.one)
    world.one.post(reverse("unlock_desk"), {"unlock_with": make.PASSWORD})
    assert is_in(world.one) and number_of(world.one) != before and not is_in(with_number(before))


def end_by_logging_out(world: SimpleNamespace) -> None:
    before = number_of(world.one)
    world.one.post("/account/logout/")
    assert not is_in(with_number(before)) and not Session.objects.filter(pk=before).exists()
    assert is_in(world.other)


def stay_in_by_reading_the_logout(world: SimpleNamespace) -> None:
    world.one.get("/account/logout/")
    assert is_in(world.one)


def end_when_deactivated(world: SimpleNamespace) -> None:
    staff.deactivate_staff(person=world.dana, by=world.ada, at=make.at("9:41"))
    assert not is_in(world.one) and not is_in(world.other)


def end_the_others_by_a_new_password(world: SimpleNamespace) -> None:
    said = {"oldpassword": make.PASSWORD, "password1": NEW, "password2": NEW}
    assert world.one.post("/account/password/", said).status_code == 302
    assert is_in(world.one) and not is_in(world.other)


def list_both(world: SimpleNamespace) -> None:
    page = world.one.get("/account/").content.decode()
    assert "(this one)" in page and len(re.findall(r"/account/sessions/\d+/end/", page)) == 1


def end_the_other_by_its_button(world: SimpleNamespace) -> None:
    (button,) = re.findall(r"/account/sessions/\d+/end/", world.one.get("/account/").content.decode())
    world.one.post(button)
    assert is_in(world.one) and not is_in(world.other)


def end_everywhere(world: SimpleNamespace) -> None:
    world.one.post("/account/logout/everywhere/")
    assert not is_in(world.one) and not is_in(world.other)


def end_after_twelve_hours(world: SimpleNamespace) -> None:
    world.clock.shift(12 * 3600 + 60)
    assert not is_in(world.one)


def keep_cookies_from_scripts(world: SimpleNamespace) -> None:
    cookie = world.one.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] in ("Lax", "Strict") and not cookie["domain"]


CHECKS = [
    take_a_planted_number, get_a_new_number_at_login, get_a_new_number_at_unlocking, end_by_logging_out,
    stay_in_by_reading_the_logout, end_when_deactivated, end_the_others_by_a_new_password, list_both,
    end_the_other_by_its_button, end_everywhere, end_after_twelve_hours, keep_cookies_from_scripts,
]  # fmt: skip
ENDED = [one for one in CHECKS if one.__name__.startswith("end_")]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_login_begins_and_ends_as_it_should(
    world: SimpleNamespace, check: Callable[[SimpleNamespace], None], record_property: Any
) -> None:
    check(world)
    record_property("cases", 1)


@pytest.mark.parametrize("check", ENDED, ids=lambda check: check.__name__)
def test_a_login_that_nothing_ends_is_found(
    world: SimpleNamespace, check: Callable[[SimpleNamespace], None], settings: pytest_django.Settings,
    monkeypatch: pytest.MonkeyPatch, record_property: Any,
) -> None:  # fmt: skip
    """The control: once whoever came with Dana's number is taken for her whatever happened to it.

    Times that were kept of the login are forgotten too: without them the lock would end it.
    """

    def believe(self: Any, request: Any) -> None:
        request.user = world.dana
        request.session.pop(DESK_SESSION_KEY, None)

    monkeypatch.setattr(AuthenticationMiddleware, "process_request", believe)
    with pytest.raises(AssertionError):
        check(world)
    record_property("found", 1)


def test_what_was_asked_before_unlocking_and_is_answered_after_it_logs_nobody_out(
    world: SimpleNamespace,
) -> None:
    """Its answer took the new cookie away: whoever had just unlocked stood at the login."""
    before = number_of(world.one)
    world.one.post(reverse("lock_desk"))
    world.one.post(reverse("unlock_desk"), {"unlock_with": make.PASSWORD})
    answer = with_number(before).get(reverse("desk_call"), headers={"HX-Request": "true"})
    assert answer.url.startswith("/account/login/") and "sessionid" not in answer.cookies
    answer = world.one.post("/account/logout/")
    assert answer.cookies["sessionid"]["max-age"] == 0


@pytest.mark.parametrize("act", ["account_logout", "switch_user"])
def test_who_leaves_with_the_key_from_before_an_unlock_is_logged_in_no_more(
    world: SimpleNamespace, act: str
) -> None:
    before = number_of(world.one)
    world.one.post(reverse("lock_desk"))
    world.one.post(reverse("unlock_desk"), {"unlock_with": make.PASSWORD})
    answer = with_number(before).post(reverse(act))
    assert answer.cookies["sessionid"]["max-age"] == 0


def test_the_second_of_two_right_unlocks_leaves_the_cookie_of_the_first(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both were sent with one key. The second was logged out, and with it the first."""
    world.one.post(reverse("lock_desk"))
    first, said = with_number(number_of(world.one)), {"unlock_with": make.PASSWORD}
    real = desk_locks.unlock_desk

    def after_the_first(**facts: Any) -> desk_locks.Unlock:
        monkeypatch.setattr(desk_locks, "unlock_desk", real)
        assert first.post(reverse("unlock_desk"), said, headers={"HX-Request": "true"}).status_code == 204
        return real(**facts)

    monkeypatch.setattr(desk_locks, "unlock_desk", after_the_first)
    second = world.one.post(reverse("unlock_desk"), said, headers={"HX-Request": "true"})
    assert second.url.startswith("/account/login/") and "sessionid" not in second.cookies
    assert is_in(first)
