"""One system at the desk: two button heights, one radius, five text sizes, a focus ring on every control."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import Staff
from tests.journeys.desk_looks import find_geometry_faults, find_size_faults, find_unringed_controls
from tests.journeys.desk_screen import logged_in
from tests.journeys.full_desk import PUBLIC, FullDesk

pytestmark = pytest.mark.django_db(transaction=True)
# As it was: Bootstrap's rule for its own controls is more specific than the ring of `:focus-visible`.
OLD_RULE = ".btn:focus-visible, .form-control:focus-visible { outline: 0 }"
OLD_SIZES = (
    ".btn { min-block-size: 0; padding-block: 6px; line-height: 1.5; border-radius: 12px; font-size: 16px }"
)


def add_rule(page: Page, rule: str) -> None:
    """Add a rule to the document's sheets; unlike an inline style, our CSP allows it."""
    page.evaluate(
        "(rule) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(rule);"
        " document.adoptedStyleSheets = [sheet]; }",
        rule,
    )


def test_every_page_keeps_to_the_sizes_and_fits_a_narrow_screen(
    full_desk: FullDesk, browser: Browser, live_server: LiveServer
) -> None:
    page, paths = full_desk
    stranger = browser.new_context(base_url=live_server.url).new_page()
    wrong = []
    for who, pages in ((page, paths), (stranger, PUBLIC)):
        for name, path in pages.items():
            who.set_viewport_size({"width": 1280, "height": 800})
            who.goto(path)
            expect(who.locator("h1").first).to_be_visible()
            wrong += [f"{name}: {one}" for one in find_size_faults(who)]
            who.set_viewport_size({"width": 320, "height": 640})
            if name == "board":
                continue  # in test_board_looks.py, and by test_desk_at_every_size.py with sixty rows
            wrong += [f"{name} at 320: {fault}: {what}" for fault, what in find_geometry_faults(who).items()]
    page.goto(paths["sign-in"])
    add_rule(page, OLD_SIZES)
    assert {one.split(":")[0] for one in find_size_faults(page)} == {
        "38.0 px high",
        "radius 12",
        "text of 16 px",
    }
    assert wrong == []


def test_every_control_shows_that_it_has_the_focus(
    full_desk: FullDesk, browser: Browser, live_server: LiveServer
) -> None:
    page, paths = full_desk
    stranger = browser.new_context(base_url=live_server.url).new_page()
    wrong = {}
    for who, path in (
        (page, paths["board"]),
        (page, paths["visit"]),
        (page, paths["promises"]),
        (page, paths["sign-in"]),
        (stranger, PUBLIC["login"]),
    ):
        who.goto(path)
        expect(who.locator("h1").first).to_be_visible()
        unringed, count = find_unringed_controls(who)
        assert count >= 3, path
        wrong[path] = unringed
    add_rule(stranger, OLD_RULE)
    # Name, password, “Log in” and “Log in with a passkey”.
    assert len(find_unringed_controls(stranger)[0]) == 4
    assert {path: found for path, found in wrong.items() if found} == {}


def test_forced_colors_show_what_is_ticked_and_where_one_is(
    browser: Browser, live_server: LiveServer, dana: Staff
) -> None:
    """Bootstrap's white tick on a white box could not be seen."""
    page = logged_in(browser, live_server.url, dana, forced_colors="active").new_page()
    page.goto("/sign-in/")
    for kind in ("radio", "checkbox"):
        box = page.locator(f"input[type={kind}].form-check-input").first
        expect(box).to_have_css("appearance", "auto")
        expect(box).to_have_css("background-image", "none")
    expect(page.locator(".bar-nav a[aria-current]")).to_have_css("border-bottom-width", "3px")
