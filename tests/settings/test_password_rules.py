"""Passwords are hashed with argon2id, and weak ones are refused where a person changes their own."""

from __future__ import annotations

import html
import time
from collections.abc import Callable
from typing import Any

import pytest
from argon2 import Type
from django.contrib.auth.hashers import Argon2PasswordHasher, MD5PasswordHasher, make_password
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.module_loading import import_string
from django.utils.timezone import now

from checkin.actions import staff_invitations
from checkin.models import Staff
from checkin.rules.passwords import LONGEST_PASSWORD
from checkin.rules.staff_accounts import StaffFacts
from clinic.settings import PASSWORD_HASHERS
from tests import make

ONE_SIGN, TWO_SIGNS = "quatre pâtés de café", "quatre pa\u0302te\u0301s de cafe\u0301"
"""One password, as two keyboards write it."""


def logs_in(person: Staff, password: str) -> bool:
    typed = {"login": person.username, "password": password}
    return Client().post("/account/login/", typed).status_code == 302


def invitation_of_eva(by: Staff, username: str = "eva") -> str:
    invitation = staff_invitations.invite_staff(
        clinic=by.clinic,
        username=username,
        facts=StaffFacts("Eva", "clinician", None, ""),
        key=username,
        by=by,
        at=now(),
    )
    return f"/account/invitation/{invitation.code}/"


def test_passwords_are_hashed_with_argon2id_and_nothing_else() -> None:
    hashers = [import_string(name) for name in PASSWORD_HASHERS]
    assert hashers == [Argon2PasswordHasher]
    assert hashers[0]().params().type is Type.ID
    assert hashers[0]().encode("a long pass phrase", "saltsaltsalt").startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaaaaaaa", "123456789012345", "qwertyuiopasdfg", "password1234567",
     "adaadaadaadaada", "Brook Clinic 2026", "Front desk front desk", "Brought By 2026!"],
)  # fmt: skip
def test_passwords_that_once_were_accepted_are_refused(ada: Staff, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, ada)


def test_the_rules_need_no_person() -> None:
    validate_password(make.PASSWORD)
    assert all(password_validators_help_texts())
    with pytest.raises(ValidationError):
        validate_password("123456789012345")


def test_changing_the_own_password_follows_the_same_rules(as_: Callable[[Staff], Client], ada: Staff) -> None:
    said = {"oldpassword": make.PASSWORD, "password1": "Brook Clinic 2026", "password2": "Brook Clinic 2026"}
    answer = as_(ada).post("/account/password/", said)
    assert "mostly the name of the clinic" in html.unescape(answer.content.decode())
    ada.refresh_from_db()
    assert ada.check_password(make.PASSWORD)


@pytest.mark.parametrize(("chosen", "typed"), [(ONE_SIGN, TWO_SIGNS), (TWO_SIGNS, ONE_SIGN)])
def test_a_password_with_accents_is_one_on_every_keyboard(
    as_: Callable[[Staff], Client], ada: Staff, chosen: str, typed: str
) -> None:
    said = {"oldpassword": make.PASSWORD, "password1": chosen, "password2": typed}
    browser = as_(ada)
    assert browser.post("/account/password/", said).status_code == 302
    assert logs_in(ada, typed) and logs_in(ada, chosen)
    again = {"oldpassword": typed, "password1": make.PASSWORD, "password2": make.PASSWORD}
    assert browser.post("/account/password/", again).status_code == 302


def test_a_first_password_with_accents_is_one_on_every_keyboard(ada: Staff) -> None:
    address = invitation_of_eva(ada)
    assert Client().post(address, {"password1": TWO_SIGNS, "password2": ONE_SIGN}).status_code == 302
    assert logs_in(Staff.objects.get(username="eva"), ONE_SIGN)


def test_a_password_of_before_logs_in_as_it_was_typed_then(ada: Staff) -> None:
    Staff.objects.filter(pk=ada.pk).update(password=make_password(TWO_SIGNS))
    assert logs_in(ada, TWO_SIGNS) and not logs_in(ada, ONE_SIGN)


def test_accents_typed_apart_make_a_password_no_longer(as_: Callable[[Staff], Client], ada: Staff) -> None:
    short = "e\u0301a\u0302" * 4
    said = {"oldpassword": make.PASSWORD, "password1": short, "password2": short}
    assert "at least 15" in as_(ada).post("/account/password/", said).content.decode()


def test_an_unknown_username_takes_as_many_comparisons_as_a_known_one(
    ada: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def count(hasher: MD5PasswordHasher, password: str, *more: Any) -> str:
        hashed.append(password)
        return encode(hasher, password, *more)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    assert not logs_in(ada, TWO_SIGNS)
    assert not logs_in(Staff(username="nobody"), TWO_SIGNS)
    assert hashed == 2 * [ONE_SIGN, TWO_SIGNS]


def test_too_many_changes_in_a_minute_say_so_to_somebody_logged_in(
    as_: Callable[[Staff], Client], ada: Staff
) -> None:
    browser = as_(ada)
    said = {"oldpassword": "wrong", "password1": "short", "password2": "short"}
    answers = [browser.post("/account/password/", said) for _ in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [429]
    page = answers[-1].content.decode()
    assert "you are still logged in. Wait one minute" in page and "from this network" not in page


LONGEST, TOO_LONG = (
    "häuser in der Stadt " * 49 + "und viele Katzen, ja",
    "häuser in der Stadt " * 49 + "und viele Katzen, ja!",
)


def test_a_password_of_a_thousand_characters_is_accepted(as_: Callable[[Staff], Client], ada: Staff) -> None:
    said = {"oldpassword": make.PASSWORD, "password1": LONGEST, "password2": LONGEST}
    assert len(LONGEST) == LONGEST_PASSWORD and as_(ada).post("/account/password/", said).status_code == 302
    assert logs_in(ada, LONGEST) and not logs_in(ada, TOO_LONG)


def test_each_page_that_takes_a_password_says_how_long_one_may_be(
    as_: Callable[[Staff], Client], ada: Staff
) -> None:
    browser = as_(ada)
    pages = [
        browser.post(
            "/account/password/", {"oldpassword": make.PASSWORD, "password1": TOO_LONG, "password2": TOO_LONG}
        ),
        browser.post(
            "/account/password/", {"oldpassword": TOO_LONG, "password1": LONGEST, "password2": LONGEST}
        ),
        browser.post("/account/confirm/", {"password": TOO_LONG}),
        Client().post("/account/login/", {"login": "ada", "password": TOO_LONG}),
        Client().post(invitation_of_eva(ada), {"password1": TOO_LONG, "password2": TOO_LONG}),
    ]
    for page in pages:
        assert "at most 1,000 characters" in page.content.decode()
    ada.refresh_from_db()
    assert ada.check_password(make.PASSWORD)


def test_nothing_is_hashed_or_put_in_order_of_a_password_that_is_too_long(
    as_: Callable[[Staff], Client], ada: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marks stacked on one letter take minutes to put in order."""
    stacked = "a" + "\u0301\u0327" * 100_000
    browser, used = as_(ada), invitation_of_eva(ada)
    assert Client().post(used, {"password1": LONGEST, "password2": LONGEST}).status_code == 302
    began = time.process_time()
    for answer in (
        Client().post(used, {"password1": stacked, "password2": stacked}),
        Client().post(invitation_of_eva(ada, "eve"), {"password1": stacked, "password2": "short"}),
        Client().post("/account/login/", {"login": "ada", "password": stacked}),
        browser.post("/account/email/", {"address": "ada@example.org", "password": stacked}),
        browser.post("/account/pin/", {"pin": stacked, "pin_again": stacked, "password": stacked}),
        browser.post("/account/unlock/", {"unlock_with": stacked}),
    ):
        assert answer.status_code < 500
    assert time.process_time() - began < 20
