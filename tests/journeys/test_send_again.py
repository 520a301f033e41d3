"""When the database cannot be reached, the page that says so sends it again, also without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import promises
from checkin.models import Location, Promise, Staff
from tests.journeys.desk_screen import logged_in

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = '<b>The bill</b> & “what” "Rosa" asked for'


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_promise_that_could_not_be_saved_is_sent_again_and_made_once(
    browser: Browser,
    live_server: LiveServer,
    dana: Staff,
    front: Location,
    has_scripts: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def locked(**_: Any) -> None:
        raise OperationalError("database is locked")

    context = logged_in(browser, live_server.url, dana, java_script_enabled=has_scripts)
    page = context.new_page()
    page.goto("/promises/new/")
    page.get_by_label("To whom").fill("Ana Ruiz")
    page.locator("[name=reach_at]").fill("555-010-0123")
    page.locator("[name=about]").fill(WORDS)
    send_again = page.get_by_role("button", name="Send again")
    with monkeypatch.context() as fault:
        fault.setattr(promises, "make_promise", locked)
        page.locator(".promise-form .btn-primary").click()
        expect(page.get_by_text("What you typed or chose is still here.")).to_be_visible()
        with page.expect_response(lambda answer: answer.status == 503):
            send_again.click()
        expect(send_again).to_be_focused()
    assert Promise.objects.count() == 0
    send_again.dblclick()
    expect(page).to_have_url(f"{live_server.url}/promises/")
    context.close()
    assert [one.about for one in Promise.objects.all()] == [WORDS]
