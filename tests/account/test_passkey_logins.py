"""Junk sent as passkeys keeps nobody out, and each wrong factor has its line in the trail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import caches
from django.test import Client
from fido2.utils import websafe_encode

from checkin.models import AuditEvent, Staff
from tests import make
from tests.account.test_login_throttles import known_browser
from tests.passkeys import Passkey

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse

LOGIN = "/account/passkeys/login/"
JUNK = json.dumps({"id": "junk"})


@pytest.fixture(autouse=True)
def _nobody_has_tried(db: None, tuesday: time_machine.Traveller) -> None:
    caches["default"].clear()
    caches["rows"].clear()


def log_in_with(passkey: Passkey, browser: Client) -> ClientResponse:
    """Log in with a passkey alone, as the login page's script does."""
    asked = browser.get(LOGIN, secure=True, headers={"x-requested-with": "XMLHttpRequest"}).json()
    said = json.loads(passkey.answer(asked["request_options"]["publicKey"]))
    said["response"]["userHandle"] = handle_of(passkey.row.user)
    return browser.post(LOGIN, {"credential": json.dumps(said)}, secure=True)


def handle_of(person: Staff) -> str:
    """Return how a passkey names its person."""
    return websafe_encode(user_pk_to_url_str(person).encode())


def send_junk(times: int, browser: Client | None = None, credential: str = JUNK) -> list[int]:
    """Send junk that often, in a new browser each time unless one is given; return the answers' status."""
    return [
        (browser or Client()).post(LOGIN, {"credential": credential}, secure=True).status_code
        for _ in range(times)
    ]


def lines(action: str) -> list[tuple[Any, ...]]:
    found = AuditEvent.objects.filter(action=action).order_by("number")
    return [(one.subject_id, one.outcome, one.detail) for one in found]


def test_a_passkey_logs_in_whatever_junk_came_from_the_same_network(dana: Staff) -> None:
    """Sixty junk passkeys kept everybody's out, as everybody shares one address."""
    hers, passkey = known_browser(dana), Passkey(dana)
    answers = send_junk(100)
    assert (answers[:10], set(answers[10:])) == ([302] * 10, {429})
    assert log_in_with(passkey, hers).url == "/"
    assert log_in_with(passkey, Client()).url == "/", "also in a browser that is not known"


def test_junk_is_slowed_down_in_a_known_browser_too(dana: Staff) -> None:
    hers = known_browser(dana)
    assert send_junk(25, hers) == [302] * 20 + [429] * 5
    assert send_junk(1) == [302], "a limit of its own"


def test_junk_passkeys_use_up_no_try_of_a_password(dana: Staff) -> None:
    send_junk(30)
    said = {"login": "dana", "password": make.PASSWORD}
    assert Client().post("/account/login/", said).status_code == 302


def test_a_wrong_passkey_and_the_refusal_of_more_have_their_lines(dana: Staff) -> None:
    """There was no line for either."""
    named = {"response": {"userHandle": handle_of(dana)}}
    send_junk(1, credential=json.dumps(named))
    send_junk(40)
    mine, *others = lines("login.failed")
    assert mine == (dana.pk, "failed", {"kind": "passkey"})
    assert others == [(None, "failed", {"kind": "passkey"})] * 9
    assert lines("login.throttled") == [(None, "refused", {"limit": "too_many_passkeys"})]


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "[]",
        "7",
        '"x"',
        "{",
        '{"id": 1}',
        "[" * 8000,
        "[" * 9000,
        '{"response": 5}',
        "\0",
        json.dumps({"response": {"userHandle": "€"}}),
    ],
)
def test_whatever_is_sent_as_a_passkey_is_told_as_wrong(credential: str) -> None:
    assert send_junk(1, credential=credential) == [302]
    assert lines("login.failed") == [(None, "failed", {"kind": "passkey"})]


@pytest.mark.parametrize("credential", ["[" * 8000, json.dumps("\ud800"), "{"])
def test_junk_as_a_second_step_is_no_error_of_ours(dana: Staff, credential: str) -> None:
    """The page was shown again with the junk read once more."""
    Passkey(dana)
    browser = Client()
    browser.post("/account/login/", {"login": "dana", "password": make.PASSWORD})
    assert browser.post("/account/factors/login/", {"credential": credential}).status_code == 200


def test_wrong_codes_of_the_second_step_have_their_lines(dana: Staff) -> None:
    TOTP.activate(dana, generate_totp_secret())
    browser = Client()
    browser.post("/account/login/", {"login": "dana", "password": make.PASSWORD})
    for said in ({"code": "000000"}, {"credential": JUNK}):
        for _ in range(12):
            browser.post("/account/factors/login/", said)
    told = [(dana.pk, "failed", {"kind": kind}) for kind in ("code", "passkey") for _ in range(10)]
    assert lines("login.failed") == told
    limits = [detail["limit"] for _, _, detail in lines("login.throttled")]
    assert limits == ["too_many_codes", "too_many_passkeys"]


def test_a_wrong_code_to_confirm_a_change_has_its_line(dana: Staff, client: Client) -> None:
    TOTP.activate(dana, generate_totp_secret())
    Passkey(dana)
    client.force_login(dana)
    client.post("/account/factors/confirm/", {"code": "000000"})
    client.post("/account/passkeys/confirm/", {"credential": JUNK})
    kinds = [detail for _, _, detail in lines("login.failed")]
    assert kinds == [{"kind": "code"}, {"kind": "passkey"}]
