"""`reset_password`: the way back in when nobody can log in anymore."""

from __future__ import annotations

import io

import pytest
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
