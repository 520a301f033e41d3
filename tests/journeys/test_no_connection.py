"""A form sent while the network or the server is away: the page keeps what was typed and says so."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

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


@contextlib.contextmanager
def away(page: Page, what: str) -> Iterator[None]:
    """Take away the network, or only the server: then the browser still calls itself online."""
    if what == "network":
        page.context.set_offline(True)
        yield
        page.context.set_offline(False)
    else:
        page.route("**/*", lambda route: route.abort("connectionrefused"))
        yield
        page.unroute_all()


def press_without(page: Page, what: str, button: str) -> None:
    with away(page, what):
        page.locator(button).first.click()
        expect(page.locator("#toast")).to_have_text(SAID)


@pytest.mark.parametrize("what", ["network", "server"])
@pytest.mark.parametrize("name", MAIN_BUTTONS)
def test_the_main_button_says_that_there_is_no_connection(full_desk: FullDesk, name: str, what: str) -> None:
    """The browser showed its own error page, and going back to it had lost what was typed."""
    page, paths = full_desk
    page.goto(paths[name])
    scripts_are_there(page)
    box = page.locator("main input:is([type=text], :not([type])):visible").last
    has_box = name in {"promise new", "sign-in", "note reissue", "preferences", "merge"}
    if has_box:
        box.fill(TYPED)
    press_without(page, what, MAIN_BUTTONS[name])
    expect(page).to_have_url(re.compile(re.escape(paths[name]) + "$"))
    if has_box:
        expect(box).to_have_value(TYPED)


def test_what_was_typed_is_saved_once_when_the_network_is_back(full_desk: FullDesk) -> None:
    page, paths = full_desk
    promises, visits = Promise.objects.count(), Visit.objects.count()
    page.goto(paths["promise new"])
    page.get_by_label("About what, in their words").fill(TYPED)
    press_without(page, "network", MAIN_BUTTONS["promise new"])
    with page.expect_navigation():
        page.locator(MAIN_BUTTONS["promise new"]).click()
    assert Promise.objects.filter(about=TYPED).count() == 1 == Promise.objects.count() - promises
    page.goto(paths["sign-in"])
    page.get_by_label("Given name").fill("Zoe")
    press_without(page, "network", MAIN_BUTTONS["sign-in"])
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


def test_a_form_pressed_twice_while_the_server_is_asked_is_sent_once(full_desk: FullDesk) -> None:
    page, paths = full_desk
    page.goto(paths["preferences"])
    scripts_are_there(page)
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    with page.expect_navigation():
        page.locator(MAIN_BUTTONS["preferences"]).evaluate("button => { button.click(); button.click(); }")
    assert len(posted) == 1
