"""A passkey opens a locked desk: its person's, for one challenge, and with five tries like a PIN."""

from __future__ import annotations

import pytest
from django.test import Client

from checkin.models import AuditEvent, DeskSession, Location, Staff
from tests.passkeys import Passkey

PAGE = {"Accept": "text/html"}


@pytest.fixture
def locked(dana: Staff, front: Location) -> Client:
    """Return Dana's browser, with a desk that she has locked."""
    browser = Client(headers=PAGE)
    browser.force_login(dana)
    browser.post("/account/lock/")
    assert browser.get("/promises/").status_code == 423
    return browser


def ask(browser: Client) -> dict[str, str]:
    options = browser.post("/account/unlock/passkey/").json()["publicKey"]
    assert options["userVerification"] == "required"
    return options


def unlock(browser: Client, answer: str) -> int:
    return browser.post("/account/unlock/", {"passkey": answer, "next": "/promises/"}).status_code


def is_open(browser: Client) -> bool:
    return browser.get("/promises/").status_code == 200


def test_the_persons_passkey_opens_the_desk(locked: Client, dana: Staff) -> None:
    key = Passkey(dana)
    assert b"Unlock with a passkey" in locked.get("/promises/").content
    options = ask(locked)
    assert len(options["allowCredentials"]) == 1
    assert unlock(locked, key.answer(options)) == 302 and is_open(locked)
    assert DeskSession.objects.get().unlock_tries == 0
    assert AuditEvent.objects.get(action="desk.unlocked").detail == {"way": "passkey"}


def test_a_page_offers_no_passkey_to_who_has_none(locked: Client) -> None:
    assert b"Unlock with a passkey" not in locked.get("/promises/").content


def test_an_answer_is_for_one_challenge_and_counts_once(locked: Client, dana: Staff) -> None:
    key = Passkey(dana)
    old, used = key.answer(ask(locked)), key.answer(ask(locked))
    assert unlock(locked, used) == 302
    locked.post("/account/lock/")
    for answer in (used, old):
        assert unlock(locked, answer) == 423, "nothing was asked"
    ask(locked)
    assert unlock(locked, old) == 423, "another challenge was asked"
    assert not is_open(locked)


def test_another_persons_key_a_bare_touch_and_nonsense_open_nothing(
    locked: Client, dana: Staff, max_: Staff
) -> None:
    key, others = Passkey(dana), Passkey(max_)
    assert unlock(locked, others.answer(ask(locked))) == 423
    assert unlock(locked, key.answer(ask(locked), verifies=False)) == 423
    for nonsense in ("[]", "{}"):
        ask(locked)
        assert unlock(locked, nonsense) == 423
    assert not is_open(locked)


@pytest.mark.parametrize("length", [8_000, 100_000])
def test_an_answer_nested_too_deeply_is_a_wrong_try(locked: Client, dana: Staff, length: int) -> None:
    """It was a 500, and the trail did not tell of the try."""
    Passkey(dana)
    ask(locked)
    assert unlock(locked, "[" * length) == 423
    assert AuditEvent.objects.get(action="desk.unlock_refused").detail == {"way": "passkey", "tries_left": 4}


def test_an_answer_that_is_too_long_opens_nothing(locked: Client, dana: Staff) -> None:
    key = Passkey(dana)
    answer = key.answer(ask(locked))
    assert unlock(locked, answer + " " * 8 * 1024) == 423 and not is_open(locked)


def test_the_fifth_wrong_one_ends_the_login(locked: Client, dana: Staff) -> None:
    key = Passkey(dana)
    for left in ("4 tries", "3 tries", "2 tries", "one try"):
        said = locked.post("/account/unlock/", {"passkey": "x"}).content.decode()
        assert f"Use your PIN or password. You have {left} left" in said
    assert locked.post("/account/unlock/", {"passkey": "x"}).url.startswith("/account/login/")
    assert DeskSession.objects.get().ended_at is not None
    assert locked.post("/account/unlock/passkey/").url.startswith("/account/login/")
    assert unlock(locked, key.answer({"challenge": "xxxx"})) == 302 and not is_open(locked)
