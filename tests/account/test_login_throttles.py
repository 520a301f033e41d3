"""A stranger who guesses passwords is slowed down, and keeps nobody else out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from checkin.models import Staff
from checkin.web import login_throttles
from tests import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse

CLINIC, ELSEWHERE = "203.0.113.9", "198.51.100."


@pytest.fixture(autouse=True)
def _forget_tries(db: None) -> None:
    cache.clear()


def log_in(
    browser: Client, username: str = "dana", password: str = make.PASSWORD, address: str = CLINIC
) -> ClientResponse:
    said = {"login": username, "password": password}
    return browser.post("/account/login/", said, REMOTE_ADDR=address)


def known_browser(person: Staff) -> Client:
    """Return a browser in which this person has logged in, and out again."""
    browser = Client()
    assert log_in(browser, person.username).url == "/"
    browser.post("/account/logout/")
    return browser


def guess(number: int, username: str = "dana", addresses: int = 1) -> list[int]:
    """Guess wrong that often, in a new browser each time; return the answers' status."""
    return [
        log_in(Client(), username, f"wrong {one}", f"{ELSEWHERE}{one % addresses}").status_code
        for one in range(number)
    ]


def test_a_hundred_guesses_from_anywhere_give_ten_tries(dana: Staff, tuesday: time_machine.Traveller) -> None:
    answers = guess(100, addresses=50)
    assert answers.count(200) == 10 and answers.count(429) == 90
    refused = log_in(Client())
    assert refused.status_code == 429
    said = refused.content.decode()
    assert "Too many wrong passwords for this username. Log in with a passkey" in said


def test_a_username_in_other_letters_has_no_tries_of_its_own(
    dana: Staff, tuesday: time_machine.Traveller
) -> None:
    make.staff(dana.clinic, "élodie")
    typed = ["élodie", "ÉLODIE", "E\u0301lodie", "\uff25\u0301lodie"]
    answers = [
        log_in(Client(), typed[one % 4], "wrong", f"{ELSEWHERE}{one}").status_code for one in range(12)
    ]
    assert answers == [200] * 10 + [429] * 2


def test_a_known_browser_logs_in_whatever_strangers_guess(
    dana: Staff, noor: Staff, tuesday: time_machine.Traveller
) -> None:
    hers = known_browser(dana)
    guess(15, addresses=15)
    for one in range(12):
        log_in(Client(), "noor", f"wrong {one}", CLINIC)
    assert log_in(Client(), "noor").status_code == 429
    assert log_in(hers).url == "/"


def test_the_same_guesses_keep_an_unknown_browser_out(dana: Staff, tuesday: time_machine.Traveller) -> None:
    """The control: it is the cookie that lets the known browser in."""
    hers = known_browser(dana)
    del hers.cookies[login_throttles.KNOWN_DEVICE_COOKIE]
    guess(15, addresses=15)
    assert log_in(hers).status_code == 429


def test_ten_wrong_from_one_network_hold_up_only_unknown_browsers_there(
    dana: Staff, noor: Staff, tuesday: time_machine.Traveller
) -> None:
    hers = known_browser(dana)
    for one in range(10):
        log_in(Client(), f"nobody{one}", "wrong")
    said = log_in(Client(), "noor")
    assert said.status_code == 429
    assert "Too many wrong passwords from this network in the last minute" in said.content.decode()
    assert log_in(hers).url == "/"
    tuesday.shift(61)
    assert log_in(Client(), "noor").url == "/"


def test_a_known_browser_is_known_for_its_own_people_only(
    dana: Staff, noor: Staff, tuesday: time_machine.Traveller
) -> None:
    hers = known_browser(dana)
    guess(10, "noor", addresses=10)
    assert log_in(hers, "noor").status_code == 429


def test_two_people_share_a_known_browser(dana: Staff, noor: Staff, tuesday: time_machine.Traveller) -> None:
    shared = known_browser(dana)
    assert log_in(shared, "noor").url == "/"
    shared.post("/account/logout/")
    guess(10, "dana", addresses=10)
    guess(10, "noor", addresses=10)
    assert log_in(shared, "dana").url == "/"


def test_guessing_in_a_known_browser_has_a_limit_too(dana: Staff, tuesday: time_machine.Traveller) -> None:
    hers = known_browser(dana)
    answers = [log_in(hers, password=f"wrong {one}").status_code for one in range(25)]
    assert answers == [200] * 20 + [429] * 5
    assert log_in(Client(), address=f"{ELSEWHERE}7").url == "/"
    tuesday.shift(15 * 60 + 1)
    assert log_in(hers).url == "/"


def test_a_forged_cookie_makes_no_browser_known(dana: Staff, tuesday: time_machine.Traveller) -> None:
    hers = known_browser(dana)
    cookie = hers.cookies[login_throttles.KNOWN_DEVICE_COOKIE]
    assert cookie["httponly"] and "dana" not in cookie.value
    cookie.set(cookie.key, f"x{cookie.value}", f"x{cookie.value}")
    guess(10, addresses=10)
    assert log_in(hers).status_code == 429


def test_an_unknown_name_is_throttled_like_a_known_one(dana: Staff, tuesday: time_machine.Traveller) -> None:
    assert guess(12, "dana", addresses=12) == guess(12, "nobody", addresses=12)


def test_wrong_passwords_do_not_count_once_the_wait_is_over(
    dana: Staff, tuesday: time_machine.Traveller
) -> None:
    guess(10, addresses=10)
    tuesday.shift(15 * 60 + 1)
    assert log_in(Client()).url == "/"
