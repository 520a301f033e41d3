"""A form sent while the network is away: the page keeps what was typed, says so, and can send it later."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from checkin.models import Promise, Visit
from tests.journeys.desk_screen import scripts_are_there
from tests.journeys.full_desk import FullDesk

pytestmark = pytest.mark.django_db(transaction=True)

SAID = re.compile("^No connection: nothing was changed")
TYPED = "Rosa asked for it"
MAIN_BUTTONS = {
    "visit": ".visit-top .btn-primary",
    "match": ".side-act button",
    "promise new": ".promise-form .btn-primary",
    "sign-in": "#sign-in .btn-primary",
    "note draft": ".btn-primary",
    "note reissue": ".btn-primary",
    "preferences": ".btn-primary",
    "discrepancies": ".choices .btn-primary",
    "merge": ".merging .btn-primary",
    "leaving": ".btn-outline-danger",
    "reason": ".btn-primary",
}


def press_offline(page: Page, button: str) -> None:
    page.context.set_offline(True)
    page.locator(button).first.click()
    expect(page.locator("#toast")).to_have_text(SAID)
    page.context.set_offline(False)


@pytest.mark.parametrize("name", MAIN_BUTTONS)
def test_the_main_button_says_that_there_is_no_connection(full_desk: FullDesk, name: str) -> None:
    """The browser showed its own error page, and going back to it had lost what was typed."""
    page, paths = full_desk
    page.goto(paths[name])
    scripts_are_there(page)
    box = page.locator("main input:is([type=text], :not([type])):visible").last
    has_box = name in {"promise new", "sign-in", "note reissue", "preferences", "merge"}
    if has_box:
        box.fill(TYPED)
    press_offline(page, MAIN_BUTTONS[name])
    expect(page).to_have_url(re.compile(re.escape(paths[name]) + "$"))
    if has_box:
        expect(box).to_have_value(TYPED)


def test_what_was_typed_is_saved_once_when_the_network_is_back(full_desk: FullDesk) -> None:
    page, paths = full_desk
    promises, visits = Promise.objects.count(), Visit.objects.count()
    page.goto(paths["promise new"])
    page.get_by_label("About what, in their words").fill(TYPED)
    press_offline(page, MAIN_BUTTONS["promise new"])
    with page.expect_navigation():
        page.locator(MAIN_BUTTONS["promise new"]).click()
    assert Promise.objects.filter(about=TYPED).count() == 1 == Promise.objects.count() - promises
    page.goto(paths["sign-in"])
    page.get_by_label("Given name").fill("Zoe")
    press_offline(page, MAIN_BUTTONS["sign-in"])
    with page.expect_navigation():
        page.locator(MAIN_BUTTONS["sign-in"]).click()
    assert Visit.objects.count() - visits == 1


def test_a_server_on_this_machine_is_written_to_also_without_a_network(full_desk: FullDesk) -> None:
    """A small clinic's own computer: the browser calls itself offline, and yet the server answers."""
    page, paths = full_desk
    visits = Visit.objects.count()
    page.add_init_script("Object.defineProperty(navigator, 'onLine', { get: () => false })")
    page.goto(paths["sign-in"])
    scripts_are_there(page)
    page.get_by_label("Given name").fill("Zoe")
    with page.expect_navigation():
        page.locator(MAIN_BUTTONS["sign-in"]).click()
    assert Visit.objects.count() - visits == 1
