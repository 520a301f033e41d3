"""Back, after a note was issued, never offers to issue it again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import ExcuseNote, Location, Staff, Visit
from tests.journeys.desk_screen import arrive, logged_in, scripts_are_there


@pytest.fixture
def visit(front: Location) -> Visit:
    return arrive(front, minutes=20)


@pytest.fixture(params=["without the page cache", "with the page cache"])
def desk(
    request: pytest.FixtureRequest, launch_browser: Any, live_server: LiveServer, dana: Staff, visit: Visit
) -> Any:
    """Show the visit in Dana's browser. Playwright turns the page cache off; real browsers have it on."""
    has_cache = request.param.startswith("with ")
    browser = launch_browser(**{"ignore_default_args": ["--disable-back-forward-cache"]} if has_cache else {})
    page = logged_in(browser, live_server.url, dana).new_page()
    page.goto(f"/visits/{visit.pk}/")
    yield page
    browser.close()


def open_draft(desk: Page) -> None:
    desk.get_by_role("link", name="School note").click()
    expect(desk.get_by_role("heading", level=1).first).to_contain_text("not issued yet")
    scripts_are_there(desk)


def issue(desk: Page) -> None:
    desk.get_by_role("button", name="Issue").click()
    expect(desk.get_by_role("heading", level=1).first).to_have_text("School note 1")


def expect_visit_with_issued_note(desk: Page, visit: Visit) -> None:
    expect(desk).to_have_url(re.compile(rf"/visits/{visit.pk}/$"))
    notes = desk.get_by_role("region", name="Notes", exact=True)
    expect(notes).to_contain_text("School note 1 issued")
    expect(notes.get_by_role("button", name="Issue")).to_have_count(1)  # the work note's


def test_back_from_an_issued_note_shows_the_visit_and_links_the_note(desk: Page, visit: Visit) -> None:
    open_draft(desk)
    issue(desk)
    desk.go_back()
    expect_visit_with_issued_note(desk, visit)
    told = desk.get_by_role("status").filter(has_text="School note 1 is already issued. Dana issued it at ")
    expect(told).to_be_visible()
    told.get_by_role("link", name="School note 1").click()
    expect(desk.get_by_role("heading", level=1).first).to_have_text("School note 1")
    assert ExcuseNote.objects.count() == 1


def test_back_after_a_corrected_mistake_shows_the_visit(desk: Page, visit: Visit) -> None:
    """The page that named the mistake answered a form: Back to it was the browser's error page."""
    open_draft(desk)
    desk.get_by_label("Came at").fill("")
    desk.get_by_role("button", name="Issue").click()
    expect(desk.locator("main")).to_contain_text("Please write when they came.")
    scripts_are_there(desk)
    desk.get_by_label("Came at").fill("09:40")
    issue(desk)
    desk.go_back()
    expect_visit_with_issued_note(desk, visit)
    assert ExcuseNote.objects.count() == 1


def test_back_after_issuing_from_the_visit_shows_it_as_issued(desk: Page, visit: Visit) -> None:
    desk.get_by_role("listitem").filter(has_text="School note").get_by_role("button", name="Issue").click()
    expect(desk.get_by_role("heading", level=1).first).to_have_text("School note 1")
    desk.go_back()
    expect_visit_with_issued_note(desk, visit)


def test_back_after_reissuing_shows_that_the_first_note_is_void(desk: Page) -> None:
    open_draft(desk)
    issue(desk)
    desk.get_by_role("link", name="Change and reissue").click()
    desk.get_by_label("Why the first one no longer counts").fill("one more day")
    desk.get_by_role("button", name="Reissue").click()
    expect(desk.get_by_role("heading", level=1).first).to_have_text("School note 2")
    desk.go_back()
    expect(desk.get_by_role("heading", level=1).first).to_have_text("School note 1 void")
    expect(desk.locator("main")).to_contain_text("Note 2 replaces it.")


def test_a_page_restored_from_memory_asks_the_server_again(desk: Page, visit: Visit, dana: Staff) -> None:
    """As browsers do that keep pages in memory although they are told not to store them."""
    open_draft(desk)
    desk.evaluate(
        """async () => {
          const form = document.querySelector(".note-form");
          const said = new FormData(form);
          said.set("do", "issue");
          await fetch(form.action, { method: "POST", body: said });
          window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
        }"""
    )
    expect_visit_with_issued_note(desk, visit)


def test_the_preview_follows_what_is_typed_and_nothing_is_kept(
    launch_browser: Any, live_server: LiveServer, dana: Staff, visit: Visit
) -> None:
    desk = logged_in(launch_browser(), live_server.url, dana).new_page()
    desk.goto(f"/visits/{visit.pk}/notes/school/")
    scripts_are_there(desk)
    held: list[Any] = []
    desk.route("**/notes/school/", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no built-in
    desk.get_by_label("Activity limits").fill("no sports until Friday")
    expect(desk.get_by_text("The preview is being updated.")).to_be_visible()
    held[0].continue_()
    desk.unroute("**/notes/school/")
    expect(desk.locator(".note-sheet")).to_contain_text("no sports until Friday")
    expect(desk.get_by_text("The preview is being updated.")).to_be_hidden()
    expect(desk.get_by_label("Activity limits")).to_be_focused()
    assert not ExcuseNote.objects.exists()
    desk.keyboard.press("Escape")
    issue(desk)
    assert ExcuseNote.objects.get().limits == "no sports until Friday"


@pytest.mark.parametrize("trouble", ["refused", "no connection", "logged out"])
def test_a_preview_that_cannot_be_drawn_says_so_and_keeps_what_was_typed(
    launch_browser: Any, live_server: LiveServer, dana: Staff, visit: Visit, trouble: str
) -> None:
    context = logged_in(launch_browser(), live_server.url, dana)
    desk, cookies = context.new_page(), context.cookies()
    desk.goto(f"/visits/{visit.pk}/notes/school/")
    scripts_are_there(desk)
    if trouble == "refused":
        desk.route("**/notes/school/", lambda route: route.fulfill(status=403))
    elif trouble == "no connection":
        desk.route("**/notes/school/", lambda route: route.abort())
    else:
        context.clear_cookies(name="sessionid")
    limits = desk.get_by_label("Activity limits")
    limits.fill("no sports until Friday")
    told = desk.get_by_role("status").filter(has_text="The preview is behind. What you typed is still here")
    expect(told).to_be_visible()
    expect(limits).to_have_value("no sports until Friday")
    expect(desk.locator(".note-sheet")).to_contain_text("Leo Ruiz")
    desk.unroute("**/notes/school/")
    context.add_cookies(cookies)
    limits.fill("no sports until Monday")
    expect(desk.locator(".note-sheet")).to_contain_text("no sports until Monday")
    expect(told).to_be_hidden()
