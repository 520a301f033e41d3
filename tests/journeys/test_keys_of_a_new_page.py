"""A key that a test presses on a page whose scripts are still loading."""

from __future__ import annotations

from playwright.sync_api import Page, Route

ADDRESS = "http://localhost:9/"
SCRIPT = 'addEventListener("keydown", (event) => (document.title = event.key));'


def test_a_key_is_pressed_only_once_the_page_hears_it(page: Page) -> None:
    def answer_late(route: Route) -> None:
        page.wait_for_timeout(300)
        route.fulfill(content_type="text/javascript", body=SCRIPT)

    page.route("**/late.js", answer_late)
    page.route(ADDRESS, lambda route: route.fulfill(
        content_type="text/html", body='<p>Here</p><script defer src="late.js"></script>'
    ))  # fmt: skip
    page.goto(ADDRESS, wait_until="commit")
    page.keyboard.press("k")
    assert page.title() == "k"
