"""A button that needs a script can be pressed once the script listens: a press before it would be lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import Clinic, Location, Staff
from tests import make
from tests.desk.note_pages import issued
from tests.journeys.desk_screen import logged_in

pytestmark = pytest.mark.django_db(transaction=True)


def open_slowly(page: Page, path: str, script: str) -> Route:
    """Open a page whose script does not arrive until the route that is returned goes on."""
    held: dict[str, Route] = {}
    page.route(f"**/js/{script}*", lambda route: held.update(script=route))
    page.goto(path, wait_until="commit")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    while not held:
        page.wait_for_timeout(20)
    return held["script"]


def test_buttons_can_be_pressed_only_once_they_do_something(
    browser: Browser, live_server: LiveServer, brook: Clinic, front: Location, max_: Staff
) -> None:
    """“Hide names”, “Print” and others did nothing on a slow line, and said nothing."""
    leo = make.patient(brook, "Leo Ruiz")
    make.guardian(leo)
    visit = make.visit(front)
    note = issued(visit, max_, "work")
    context = logged_in(browser, live_server.url, max_)
    for path, script, names in (
        ("/", "desk.", ["Hide names", "Keys"]),
        ("/", "board.", ["Sound on"]),
        ("/", "hidden-names.", ["Hide names"]),
        (f"/sign-in/?patient={leo.pk}", "sign-in.", ["Not this child"]),
        (f"/notes/{note.number}/", "print-note.", ["Print"]),
    ):
        page = context.new_page()
        held = open_slowly(page, path, script)
        buttons = [page.get_by_role("button", name=name, include_hidden=True) for name in names]
        for button in buttons:
            expect(button).to_be_disabled()
        held.continue_()
        for button in buttons:
            expect(button).to_be_enabled()
            expect(button).to_be_visible()
        page.close()
    context.close()
