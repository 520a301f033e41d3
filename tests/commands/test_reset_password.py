"""`reset_password`: the way back in when nobody can log in anymore."""

from __future__ import annotations

import io

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client

from checkin.actions import staff
from checkin.models import AuditEvent, Staff
from tests import make


def run(username: str, **options: bool) -> str:
    said = io.StringIO()
    call_command("reset_password", username, stdout=said, **options)
    return said.getvalue()


def test_the_only_administrator_comes_back_in_and_old_sessions_end(ada: Staff) -> None:
    old, new = Client(), Client()
    old.force_login(ada)
    said = run("ADA")
    assert "Brook Street Clinic) has a new password and is logged out everywhere." in said
    assert not Session.objects.filter(session_key=old.cookies["sessionid"].value).exists()
    password = said.split("  password")[1].split()[0]
    new.post("/account/login/", {"login": "ada", "password": password})
    assert new.get("/settings/staff/").status_code == 200
    assert old.get("/settings/staff/").headers["Location"].startswith("/account/login/")
    assert AuditEvent.objects.get(action="staff.password_reset").subject_id == ada.pk


def test_an_unknown_or_inactive_person_is_one_sentence(ada: Staff, dana: Staff) -> None:
    with pytest.raises(CommandError, match="Nobody has the username “dan”"):
        run("dan")
    staff.deactivate_staff(person=dana, by=ada, at=make.at())
    with pytest.raises(CommandError, match="add --activate"):
        run("dana")
    assert "has a new password" in run("dana", activate=True)
    assert Staff.objects.get(pk=dana.pk).is_active


def test_the_person_is_found_in_other_letters_and_nobody_else_is(ada: Staff) -> None:
    eva, other = make.staff(ada.clinic, "éva"), make.staff(ada.clinic, "eva")
    assert f"  username  {eva.username}\n" in run("Éva")
    assert f"  username  {eva.username}\n" in run(" E\u0301VA ")
    assert Staff.objects.get(pk=other.pk).password == other.password


def test_the_only_administrator_who_lost_the_phone_comes_back_in(ada: Staff) -> None:
    for kind in ("totp", "recovery_codes"):
        Authenticator.objects.create(user=ada, type=kind, data={"secret": "", "seed": "", "used_mask": 0})
    assert "add --remove-second-factor" in run("ada")
    assert Authenticator.objects.filter(user=ada).count() == 2
    said = run("ada", remove_second_factor=True)
    assert "the authenticator app and the recovery codes are removed" in said
    browser = Client()
    password = said.split("  password")[1].split()[0]
    browser.post("/account/login/", {"login": "ada", "password": password})
    assert browser.get("/settings/staff/").status_code == 200
    line = AuditEvent.objects.get(action="staff.second_factor_reset")
    assert (line.subject_id, line.staff, line.detail) == (ada.pk, None, {"kinds": ["recovery_codes", "totp"]})


def test_an_inactive_person_keeps_the_second_factor_too(ada: Staff, dana: Staff) -> None:
    Authenticator.objects.create(user=dana, type="totp", data={"secret": ""})
    staff.deactivate_staff(person=dana, by=ada, at=make.at())
    with pytest.raises(CommandError, match="add --activate"):
        run("dana", remove_second_factor=True)
    assert Authenticator.objects.filter(user=dana).exists()
