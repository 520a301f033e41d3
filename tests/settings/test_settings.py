"""The settings' menu shows what the person may open."""

from __future__ import annotations

import pytest
from django.test import Client

from checkin.models import Staff
from checkin.rules.roles import StaffAct
from checkin.web import settings_pages
from checkin.web.settings_pages import SettingsPage, list_settings_pages


def test_somebody_without_a_settings_page_sees_no_link_and_gets_404(dana: Staff) -> None:
    browser = Client()
    browser.force_login(dana)
    assert 'href="/settings/"' not in browser.get("/").content.decode()
    assert browser.get("/settings/").status_code == 404


def test_settings_go_to_the_first_page_that_the_person_may_open(
    dana: Staff, ada: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = [
        SettingsPage("desk:find", "Trail", StaffAct.READ_TRAIL),
        SettingsPage("own_email", "Staff", StaffAct.MANAGE_STAFF),
    ]
    monkeypatch.setattr(settings_pages, "SETTINGS_PAGES", listed)
    assert [page.route for page in list_settings_pages(ada)] == ["own_email"]
    assert list_settings_pages(dana) == []
    browser = Client()
    browser.force_login(ada)
    assert browser.get("/settings/").headers["Location"] == "/account/email/"
    assert browser.get("/").headers["Location"] == "/settings/"
    assert 'href="/settings/"' in browser.get("/settings/staff/").content.decode()
