"""The second step of a login asks for what this person has: a passkey first, and a code only if they can."""

from __future__ import annotations

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client

from checkin.models import Staff
from tests import make
from tests.passkeys import Passkey

PASSKEY, CODE_BOX, APP = 'id="use_passkey"', 'name="code"', "authenticator app"


@pytest.fixture(autouse=True)
def _forget_tries(db: None) -> None:
    cache.clear()


def second_step(person: Staff) -> str:
    browser = Client()
    answer = browser.post("/account/login/", {"login": person.username, "password": make.PASSWORD})
    assert answer.url == "/account/factors/login/"
    return browser.get(answer.url).content.decode()


def test_with_a_passkey_alone_no_code_is_asked_for(dana: Staff) -> None:
    """It asked first for the code of an app that they do not have."""
    Passkey(dana)
    page = second_step(dana)
    assert PASSKEY in page
    assert CODE_BOX not in page and APP not in page and "recovery code" not in page


def test_with_a_passkey_and_recovery_codes_the_passkey_comes_first_and_no_app_is_named(dana: Staff) -> None:
    Passkey(dana)
    RecoveryCodes.activate(dana)
    page = second_step(dana)
    assert page.index(PASSKEY) < page.index("Type a recovery code.") < page.index(CODE_BOX)
    assert APP not in page


def test_with_an_app_alone_no_passkey_and_no_recovery_code_is_asked_for(dana: Staff) -> None:
    TOTP.activate(dana, generate_totp_secret())
    page = second_step(dana)
    assert "Type the code that your authenticator app shows.</p>" in page and CODE_BOX in page
    assert PASSKEY not in page and "webauthn.js" not in page


def test_with_all_of_them_the_passkey_comes_first(dana: Staff) -> None:
    Passkey(dana)
    TOTP.activate(dana, generate_totp_secret())
    RecoveryCodes.activate(dana)
    page = second_step(dana)
    assert page.index(PASSKEY) < page.index("your authenticator app shows, or a recovery code.")
