"""Resetting a person's second factor, and what the audit trail says of it."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from checkin.actions import second_factors
from checkin.actions.permissions import NotAllowed
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
