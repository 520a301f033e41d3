"""`set_staff_email` and `set_clinic`: recipients of email, its sender, and its links."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from django.core.management import CommandError, call_command

from checkin.models import AuditEvent, Clinic, Location, Staff


def run(*arguments: str, **options: str) -> str:
    said = io.StringIO()
    call_command(*arguments, stdout=said, **options)
    return said.getvalue().strip()


def test_email_address_of_a_person_can_be_set_and_removed(dana: Staff) -> None:
    said = run("set_staff_email", "DANA", "dana@brook.example")
    assert said == "Dana (Brook Street Clinic) is told by e-mail at dana@brook.example."
    assert Staff.objects.get(pk=dana.pk).email == "dana@brook.example"
    assert run("set_staff_email", "dana") == "Dana (Brook Street Clinic) has no e-mail address now."
    assert AuditEvent.objects.filter(action="staff.email_set").count() == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [(("nobody", "a@b.example"), "Nobody has the username"), (("dana", "dana"), "is no e-mail address")],
)
def test_invalid_input_gets_one_sentence(dana: Staff, given: Any, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run("set_staff_email", *given)


def test_clinic_sender_and_site_are_set_and_shown(brook: Clinic) -> None:
    said = run("set_clinic", mail_from="Brook <desk@brook.example>", site="https://checkin.brook.example/")
    assert "sender  Brook <desk@brook.example>" in said
    assert "site    https://checkin.brook.example" in said
    run("set_clinic", site="")
    clinic = Clinic.objects.get()
    assert (clinic.mail_from, clinic.site) == ("Brook <desk@brook.example>", "")
    events = AuditEvent.objects.filter(action="clinic.changed").order_by("pk")
    assert [one.detail["columns"] for one in events] == [["mail_from", "site"], ["site"]]


def test_a_clinic_without_a_site_reads_where_it_opens_and_how_to_set_it(
    brook: Clinic, settings: pytest_django.Settings, tmp_path: Path
) -> None:
    """It printed http://localhost, which opened nothing: the server listened on port 8731."""
    settings.VAR = tmp_path
    assert "http://localhost" not in run("set_clinic")
    assert "site    none set (--site https://…)\n" in run("set_clinic")
    facts = {"SERVES_HOST": "127.0.0.1", "SERVES_PORT": "8731", "SERVES_TLS": "False"}
    (tmp_path / "served_at.json").write_text(json.dumps(facts))
    assert "it opens at http://localhost:8731\n" in run("set_clinic")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "http://localhost\n" not in run("set_clinic") and "http://localhost)" not in run("set_clinic")


def test_clinic_must_be_given_if_there_are_several(brook: Clinic, hill: Clinic) -> None:
    with pytest.raises(CommandError, match="there are Brook Street Clinic, Hill Clinic"):
        run("set_clinic", site="https://x.example")
    run("set_clinic", clinic="hill clinic", site="https://x.example")
    assert [one.site for one in Clinic.objects.order_by("name")] == ["", "https://x.example"]


def test_where_to_wait_is_set_for_the_only_location_and_shown(brook: Clinic, front: Location) -> None:
    assert f"{front}: families take any seat" in run("set_clinic")
    said = run("set_clinic", where_to_wait="The chairs by the window", site="https://x.example")
    assert f"{front}: families wait here: The chairs by the window" in said
    assert f"{front}: families take any seat" in run("set_clinic", where_to_wait="", location=front.name)
    assert Clinic.objects.get().site == "https://x.example"


def test_where_to_wait_needs_a_location_if_there_are_several(front: Location, annexe: Location) -> None:
    with pytest.raises(CommandError, match=f"Choose one by --location: there are {front}, {annexe}"):
        run("set_clinic", where_to_wait="By the window")
    run("set_clinic", where_to_wait="By the window", location=annexe.name)
    assert [one.where_to_wait for one in Location.objects.order_by("pk")] == ["", "By the window"]


def test_a_location_with_nothing_to_set_is_not_ignored(front: Location) -> None:
    with pytest.raises(CommandError, match="Give both, .* Nothing was changed"):
        run("set_clinic", location=front.name, site="https://x.example")
    assert Clinic.objects.get().site == ""


def test_refused_settings_change_nothing(brook: Clinic, front: Location) -> None:
    with pytest.raises(CommandError, match="no address of a site"):
        run("set_clinic", where_to_wait="By the window", site="nowhere")
    assert Location.objects.get().where_to_wait == ""


def test_missing_clinic_says_how_to_create_one(db: None) -> None:
    with pytest.raises(CommandError, match="make one with"):
        run("set_clinic")


def test_setup_clinic_accepts_sender_and_site_too(db: None) -> None:
    given = {"name": "Hazel House", "location": "Main desk", "username": "ada"}
    with pytest.raises(CommandError, match="is no sender"):
        run("setup_clinic", **given, mail_from="Hazel")
    assert not Clinic.objects.exists(), "nothing is half made"
    run("setup_clinic", **given, mail_from="a@b.example", site="https://b.example", email="ada@b.example")
    clinic = Clinic.objects.get()
    assert (clinic.mail_from, clinic.site, clinic.staff.get().email) == (
        "a@b.example",
        "https://b.example",
        "ada@b.example",
    )


def test_minutes_until_a_desk_locks_are_set_and_shown(brook: Clinic) -> None:
    assert "desks   lock after 5 min without a press" in run("set_clinic")
    assert "lock after 3 min" in run("set_clinic", "--lock-after", "3")
    with pytest.raises(CommandError, match="1 to 15 minutes"):
        run("set_clinic", "--lock-after", "60", "--site", "https://x.example")
    assert (Clinic.objects.get().lock_after_minutes, Clinic.objects.get().site) == (3, "")
