"""`create_staff`: a separate login for each person who works here."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from checkin.models import AuditEvent, Clinic, Location, Staff
from tests import make


def run(username: str, **options: str) -> str:
    said = io.StringIO()
    call_command("create_staff", username, stdout=said, **{"location": "Front desk"} | options)
    return said.getvalue()


def test_new_login_shows_its_password_once(client: Client, brook: Clinic, front: Location) -> None:
    said = run("noor", name="Dr. Noor Haddad", role="clinician")
    assert "Dr. Noor Haddad works at Front desk, Brook Street Clinic, as clinician." in said
    noor = Staff.objects.get()
    assert (noor.clinic, noor.location, noor.role) == (brook, front, "clinician")
    password = said.split("password")[1].split()[0]
    client.post("/account/login/", {"login": "noor", "password": password})
    assert client.get("/").status_code == 200
    assert AuditEvent.objects.get(action="staff.created").detail["role"] == "clinician"


@pytest.mark.parametrize(
    ("username", "options", "sentence"),
    [
        ("DANA", {"role": "manager"}, "Somebody has the username DANA already"),
        ("new", {"role": "boss"}, "invalid choice|no role"),
        ("new", {"role": "manager", "location": "Attic"}, "There is no location “Attic”"),
        ("x" * 61, {"role": "manager"}, "The username needs 1 to 60 letters."),
        (" ", {"role": "manager"}, "The username needs 1 to 60 letters."),
        ("new", {"role": "manager", "name": "\u2800"}, "Write the person's name."),
        ("new", {"role": "manager", "name": "y" * 121}, "The name needs 1 to 120 letters."),
    ],
)
def test_invalid_input_gets_one_sentence_and_creates_nobody(
    dana: Staff, username: str, options: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(username, **options)
    assert Staff.objects.count() == 1


def test_location_name_shared_by_two_clinics_needs_a_clinic(
    brook: Clinic, front: Location, hill: Clinic
) -> None:
    make.location(hill, "Front desk")
    with pytest.raises(CommandError, match="choose by --clinic"):
        run("noor", role="clinician")
    assert "Hill Clinic" in run("noor", role="clinician", clinic="hill clinic")


@pytest.mark.parametrize(
    ("username", "name"),
    [("a\u200bda", "A\u200bda\nMoreno"), ("ada\u202e", "\u202eAda  Moreno\u2066"), ("ada\n", " Ada\tMoreno")],
)
def test_names_are_stored_without_hidden_signs_and_on_one_line(
    front: Location, username: str, name: str
) -> None:
    run(username, name=name, role="manager")
    made = Staff.objects.get()
    assert (made.username, made.name) == ("ada", "Ada Moreno")


@pytest.mark.parametrize(
    ("username", "name", "what"),
    [
        ("ada\udc80", "Ada", "The username"),
        ("ada", "Ada\udc80", "--name"),
        ("\u200b", "Ada", "The username needs"),
    ],
)
def test_what_is_no_text_is_refused_in_a_sentence(
    front: Location, username: str, name: str, what: str
) -> None:
    with pytest.raises(CommandError, match=what):
        run(username, name=name, role="manager")
    assert not Staff.objects.exists()
