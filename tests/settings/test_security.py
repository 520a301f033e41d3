"""An administrator decides who needs a second factor, on a page or by a command."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from checkin.models import AuditEvent, Clinic, Location, Staff


@pytest.fixture
def adas(ada: Staff) -> Client:
    browser = Client()
    browser.force_login(ada)
    return browser


def test_an_administrator_changes_it_and_the_trail_says_so(adas: Client, brook: Clinic, ada: Staff) -> None:
    page = adas.get("/settings/security/").content.decode()
    assert "You are at 127.0.0.1 now" in page and 'aria-current="page">Security' in page
    said = {"second_factor_for": "outside", "own_networks": "10.1.0.0/16\n127.0.0.1"}
    assert adas.post("/settings/security/", said).url == "/settings/security/"
    brook.refresh_from_db()
    assert (brook.second_factor_for, brook.own_networks) == ("outside", ["10.1.0.0/16", "127.0.0.1/32"])
    event = AuditEvent.objects.get(action="clinic.changed")
    assert (event.staff_id, event.detail) == (ada.pk, {"columns": ["second_factor_for", "own_networks"]})


def test_a_network_that_is_none_is_said_and_what_was_typed_stays(adas: Client, brook: Clinic) -> None:
    said = {"second_factor_for": "all", "own_networks": "10.1.0.0/99"}
    answer = adas.post("/settings/security/", said)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "“10.1.0.0/99” is no network: write one such as" in page
    assert re.search(r"<textarea[^>]*>\s*10\.1\.0\.0/99", page)
    brook.refresh_from_db()
    assert (brook.second_factor_for, brook.own_networks) == ("none", [])


def test_nobody_else_opens_or_changes_it(max_: Staff, dana: Staff, otto: Staff, brook: Clinic) -> None:
    for person in (max_, dana, otto):
        browser = Client()
        browser.force_login(person)
        assert browser.get("/settings/security/").status_code == 403
        assert browser.post("/settings/security/", {"second_factor_for": "all"}).status_code == 403
    brook.refresh_from_db()
    assert brook.second_factor_for == "none"


def run(**options: str) -> str:
    shown = io.StringIO()
    call_command("set_clinic", stdout=shown, **options)
    return shown.getvalue()


def test_the_command_sets_and_shows_it(brook: Clinic, front: Location) -> None:
    assert "second factor  asked of none" in run()
    assert "asked of outside" in run(second_factor="outside", own_networks="10.1.2.3/16")
    brook.refresh_from_db()
    assert (brook.second_factor_for, brook.own_networks) == ("outside", ["10.1.0.0/16"])
    assert AuditEvent.objects.get(action="clinic.changed").staff_id is None
    with pytest.raises(CommandError, match="is no network"):
        run(own_networks="everywhere")
    assert "own networks   10.1.0.0/16" in run()
