"""`manage.py encrypt_factors`: after a change of the key, the old one is needed no more."""

from __future__ import annotations

import io

import pytest
import pytest_django
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from checkin.models import Staff


def run() -> str:
    said = io.StringIO()
    call_command("encrypt_factors", stdout=said)
    return said.getvalue()


def test_it_says_how_many_were_encrypted_again_or_which_key_is_missing(
    dana: Staff, settings: pytest_django.Settings
) -> None:
    Authenticator.objects.create(user=dana, type="totp", data={"secret": "x"})
    assert run().startswith("1 encrypted again.")
    assert run().startswith("0 encrypted again.")
    settings.FACTOR_KEY, settings.FACTOR_KEY_FALLBACKS = "another key, as long as a key must be", []
    with pytest.raises(CommandError, match="Add the key that they were stored with"):
        run()
