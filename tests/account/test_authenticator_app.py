"""Log in with a code of an authenticator app, or with a recovery code."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from checkin.actions import staff, staff_invitations
from checkin.models import AuditEvent, Staff
from tests import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


@pytest.fixture(autouse=True)
def _forget_tries(db: None) -> None:
    cache.clear()


def code_of(secret: str) -> str:
    """Return the code that an app with this key shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def log_in(browser: Client, username: str = "dana", password: str = make.PASSWORD) -> ClientResponse:
    return browser.post("/account/login/", {"login": username, "password": password})


def add_app(browser: Client) -> str:
    """Add an authenticator app for whoever is logged in; return its key."""
    page = browser.get("/account/app/add/").content.decode()
    secret = re.search(r'own-secret">([A-Z2-7]+)<', page)
    assert secret, page
    assert browser.post("/account/app/add/", {"code": code_of(secret[1])}).url == "/account/codes/"
    return secret[1]


def recovery_codes(browser: Client) -> list[str]:
    return re.findall(r"<li><code>(\d+)</code>", browser.get("/account/codes/").content.decode())


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_with_an_app_the_password_alone_opens_nothing(client: Client, dana: Staff) -> None:
    log_in(client)
    secret = add_app(client)
    assert "staff.second_factor_added" in actions()
    other = Client()
    assert log_in(other).url == "/account/factors/login/"
    assert other.get("/").status_code == 302
    assert "One more step" in other.get("/account/factors/login/").content.decode()
    wrong = other.post("/account/factors/login/", {"code": "000000"})
    assert "not the code that your app shows" in wrong.content.decode()
    assert other.post("/account/factors/login/", {"code": code_of(secret)}).url == "/"
    assert other.get("/").status_code == 200


@pytest.mark.parametrize("change", ["reset", "link", "deactivate"])
def test_a_login_that_waits_for_its_code_ends_with_the_password(
    client: Client, dana: Staff, ada: Staff, change: str
) -> None:
    """Whoever knew the old password went on with a code after the reset that was to end it."""
    log_in(client)
    secret, waiting = add_app(client), Client()
    log_in(waiting)
    if change == "reset":
        staff.reset_staff_password(person=dana, at=make.at())
    elif change == "link":
        staff_invitations.issue_staff_link(person=dana, key="k", by=ada, at=make.at())
    else:
        Staff.objects.filter(pk=dana.pk).update(is_active=False)
    answer = waiting.post("/account/factors/login/", {"code": code_of(secret)})
    assert answer.url == "/account/login/?changed=yes"
    assert "you are not logged in" in waiting.get(answer.url).content.decode()
    assert waiting.get("/").status_code == 302
    assert waiting.get("/account/factors/login/").url == "/account/login/"
    assert actions().count("login.done") == 1


def test_a_code_works_once(client: Client, dana: Staff) -> None:
    log_in(client)
    secret = add_app(client)
    first, second, code = Client(), Client(), code_of(secret)
    for browser in (first, second):
        log_in(browser)
    assert first.post("/account/factors/login/", {"code": code}).status_code == 302
    assert second.post("/account/factors/login/", {"code": code}).status_code == 200
    assert second.get("/").status_code == 302


def test_a_recovery_code_logs_in_once(client: Client, dana: Staff) -> None:
    log_in(client)
    add_app(client)
    codes = recovery_codes(client)
    assert len(codes) == 10
    for browser, is_in in ((Client(), True), (Client(), False)):
        log_in(browser)
        browser.post("/account/factors/login/", {"code": codes[0]})
        assert (browser.get("/").status_code == 200) is is_in
    assert "9 left" in client.get("/account/").content.decode()


def test_new_recovery_codes_replace_the_old_ones(client: Client, dana: Staff) -> None:
    log_in(client)
    add_app(client)
    before = recovery_codes(client)
    assert client.post("/account/codes/replace/").url == "/account/codes/"
    assert not set(before) & set(recovery_codes(client))
    assert "staff.second_factor_replaced" in actions()


def test_whoever_reads_their_recovery_codes_has_a_line_in_the_trail(client: Client, dana: Staff) -> None:
    """Neither the page nor the file had one."""
    log_in(client)
    add_app(client)
    assert len(recovery_codes(client)) == 10
    assert client.get("/account/codes/download/").status_code == 200
    told = AuditEvent.objects.filter(action__startswith="staff.recovery_codes_").order_by("number")
    assert [(one.action, one.staff, one.subject_id, one.detail) for one in told] == [
        ("staff.recovery_codes_read", dana, dana.pk, {"kind": "recovery_codes"}),
        ("staff.recovery_codes_downloaded", dana, dana.pk, {"kind": "recovery_codes"}),
    ]


def test_codes_that_are_not_shown_have_no_line(client: Client, dana: Staff) -> None:
    assert client.get("/account/codes/").status_code == 302, "without a login"
    log_in(client)
    assert client.get("/account/codes/").status_code == 404, "without codes"
    assert not [one for one in actions() if "recovery" in one]


def test_removing_the_app_removes_its_recovery_codes(client: Client, dana: Staff) -> None:
    log_in(client)
    add_app(client)
    assert client.post("/account/app/remove/").url == "/account/"
    assert log_in(Client()).url == "/"
    assert client.get("/account/codes/").status_code == 404
    assert "staff.second_factor_removed" in actions()


def test_an_old_login_is_asked_for_the_password_before_a_change(client: Client, dana: Staff) -> None:
    client.force_login(dana)
    asked = client.get("/account/app/add/")
    assert asked.url == "/account/confirm/?next=%2Faccount%2Fapp%2Fadd%2F"
    said = client.post(asked.url, {"password": "wrong", "next": "/account/app/add/"})
    assert "This is not your current password" in said.content.decode()
    answer = client.post(asked.url, {"password": make.PASSWORD, "next": "/account/app/add/"})
    assert answer.url == "/account/app/add/"
    assert client.get("/account/app/add/").status_code == 200


def test_log_out_everywhere_ends_this_login_and_the_others(client: Client, dana: Staff) -> None:
    other = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36"})
    for browser in (client, other):
        log_in(browser)
    page = client.get("/account/").content.decode()
    assert "Chrome on Windows" in page and "(this one)" in page
    assert client.post("/account/logout/everywhere/").url == "/account/login/"
    assert [browser.get("/").status_code for browser in (client, other)] == [302, 302]
    assert "staff.sessions_ended" in actions()


def test_one_other_login_ends_by_its_button(client: Client, dana: Staff) -> None:
    other = Client()
    for browser in (client, other):
        log_in(browser)
    (address,) = re.findall(r"/account/sessions/\d+/end/", client.get("/account/").content.decode())
    assert client.post(address).url == "/account/"
    assert [browser.get("/").status_code for browser in (client, other)] == [200, 302]
    assert "ended already" in client.post(address, follow=True).content.decode()
