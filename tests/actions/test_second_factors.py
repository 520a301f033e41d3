"""Resetting a person's second factor, and what the audit trail says of it."""

from __future__ import annotations

import importlib

import pytest
import pytest_django
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.test import Client

from checkin.actions import second_factors
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, Staff
from tests import make


def test_a_reset_removes_every_factor_and_ends_every_session(
    dana: Staff, max_: Staff, client: Client
) -> None:
    Authenticator.objects.create(user=dana, type="totp", data={"secret": "x"})
    Authenticator.objects.create(user=dana, type="recovery_codes", data={})
    Authenticator.objects.create(user=max_, type="totp", data={"secret": "x"})
    client.force_login(dana)
    managers = Client()
    managers.force_login(max_)
    assert client.get("/").status_code == 200
    assert second_factors.reset_second_factor(person=dana, by=max_, at=make.at("9:40")) == 2
    assert [one.user_id for one in Authenticator.objects.all()] == [max_.pk]
    assert client.get("/").status_code == 302
    assert managers.get("/").status_code == 200
    event = AuditEvent.objects.get(action="staff.second_factor_reset")
    assert (event.subject_id, event.staff_id, event.detail["kinds"]) == (
        dana.pk,
        max_.pk,
        ["recovery_codes", "totp"],
    )


def test_a_reset_from_the_command_line_is_nobodys_and_safe_to_run_again(dana: Staff) -> None:
    for _ in range(2):
        assert second_factors.reset_second_factor(person=dana, by=None, at=make.at("9:40")) == 0
    events = AuditEvent.objects.filter(action="staff.second_factor_reset")
    assert [one.staff_id for one in events] == [None, None]


def test_only_who_looks_after_staff_resets(dana: Staff, noor: Staff) -> None:
    with pytest.raises(NotAllowed, match="looks after staff accounts"):
        second_factors.reset_second_factor(person=dana, by=noor, at=make.at("9:40"))


def test_nobody_resets_themselves_or_somebody_with_more_rights(max_: Staff, ada: Staff, otto: Staff) -> None:
    for person in (ada, otto):
        with pytest.raises(NotAllowed, match="Only an administrator looks after"):
            second_factors.reset_second_factor(person=person, by=max_, at=make.at("9:40"))
    with pytest.raises(NotAllowed, match="This is your own account"):
        second_factors.reset_second_factor(person=ada, by=ada, at=make.at("9:40"))
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("change", ["added", "removed", "replaced"])
def test_a_change_of_a_factor_is_on_the_trail_with_its_kind(dana: Staff, change: str) -> None:
    second_factors.record_factor_change(person=dana, kind="totp", change=change, at=make.at("9:40"))
    event = AuditEvent.objects.get(action=f"staff.second_factor_{change}")
    assert (event.staff_id, event.subject_id, event.detail) == (dana.pk, dana.pk, {"kind": "totp"})


def test_the_secrets_of_factors_are_not_readable_in_the_database(dana: Staff) -> None:
    """Whoever took a copy of the database could make everybody's codes."""
    TOTP.activate(dana, "JBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(dana)
    stored = [str(row.data) for row in Authenticator.objects.all()]
    assert len(stored) == 2 and "JBSWY3DPEHPK3PXP" not in "".join(stored)
    assert get_adapter().decrypt(Authenticator.objects.get(type="totp").data["secret"]) == "JBSWY3DPEHPK3PXP"
    seed = get_adapter().decrypt(codes.instance.data["seed"])
    assert seed not in "".join(stored) and codes.validate_code(codes.generate_codes()[0])


def test_a_changed_key_reads_the_old_secrets_and_encrypts_them_again(
    dana: Staff, max_: Staff, settings: pytest_django.Settings
) -> None:
    Authenticator.objects.create(user=max_, type="totp", data={"secret": "STORED BEFORE"})
    Authenticator.objects.create(user=max_, type="webauthn", data={"name": "stays"})
    codes = RecoveryCodes.activate(dana).generate_codes()
    old, settings.FACTOR_KEY = settings.FACTOR_KEY, "another key of this clinic, as long as it must be"
    settings.FACTOR_KEY_FALLBACKS = []
    with pytest.raises(Refused, match="Add the key that they were stored with"):
        second_factors.encrypt_factors()
    with pytest.raises(PermissionDenied, match="another FACTOR_KEY"):
        RecoveryCodes(Authenticator.objects.get(user=dana)).generate_codes()
    settings.FACTOR_KEY_FALLBACKS = [old]
    assert [second_factors.encrypt_factors() for _ in range(2)] == [2, 0]
    settings.FACTOR_KEY_FALLBACKS = []
    assert RecoveryCodes(Authenticator.objects.get(user=dana)).generate_codes() == codes
    kept = Authenticator.objects.get(user=max_, type="totp").data["secret"]
    assert "STORED BEFORE" not in kept and get_adapter().decrypt(kept) == "STORED BEFORE"


def test_the_upgrade_encrypts_what_lay_readable(dana: Staff) -> None:
    upgrade = importlib.import_module("checkin.migrations.0048_encrypted_factors")
    row = Authenticator.objects.create(user=dana, type="recovery_codes", data={"seed": "s1", "used_mask": 0})
    for step, is_readable in ((upgrade.encrypt, False), (upgrade.encrypt, False), (upgrade.decrypt, True)):
        step(apps, None)
        row.refresh_from_db()
        assert (row.data["seed"] == "s1") is is_readable and row.data["used_mask"] == 0
        assert get_adapter().decrypt(row.data["seed"]) == "s1"
