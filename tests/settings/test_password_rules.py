"""Passwords are hashed with argon2id, and weak ones are refused where a person changes their own."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from argon2 import Type
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.module_loading import import_string

from checkin.models import Staff
from clinic.settings import PASSWORD_HASHERS
from tests import make


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
