"""What families do at the tablet, for the journeys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.conftest import Kiosk

SIZES = {"lying": {"width": 1180, "height": 820}, "upright": {"width": 820, "height": 1180}}


def enrolled(browser: Browser, address: str, kiosk: Kiosk, **options: object) -> BrowserContext:
    """Return a separate browser that holds the tablet's cookie."""
    options = {"viewport": SIZES["lying"], "has_touch": True} | options
    context = browser.new_context(base_url=address, **options)
    cookie = {"name": "device", "value": kiosk.token, "url": f"{address}/kiosk/", "httpOnly": True}
    context.add_cookies([cookie])
    return context


@pytest.fixture
def tablet(browser: Browser, live_server: LiveServer, kiosk: Kiosk) -> Iterator[Page]:
    """Open the tablet's welcome screen."""
    context = enrolled(browser, live_server.url, kiosk)
    page = context.new_page()
    page.goto("/kiosk/", wait_until="networkidle")
    yield page
    context.close()


def press(page: Page) -> None:
    """Press the main button once."""
    page.locator("[data-next]").click()


def at_step(page: Page, name: str) -> None:
    expect(page.locator("#sign-in")).to_have_attribute("data-step", name)


def walk(page: Page, name: str) -> None:
    """Press on, leaving everything blank, until the step `name`."""
    for _ in range(12):
        if page.locator("#sign-in").get_attribute("data-step") == name:
            return
        press(page)
    raise AssertionError(f"{name} never came")


def open_boxes(page: Page) -> None:
    """Tap every word of “What brings you in today?” that opens a box."""
    for name in ("#opens_also", "[name=interpreter]", "#opens_access_needs"):
        page.locator(name).check()


def hold_time(page: Page) -> None:
    """Let the page's time pass only by `page.clock.run_for` from here on, however slow the machine is."""
    now = timezone.now()
    page.clock.install(time=now - dt.timedelta(hours=1))
    page.clock.pause_at(now)


def signs_are_told(page: Page) -> None:
    """Wait until the page has heard of all that a touch does: the browser tells of a scroll or a selection
    with the next frame that it draws, which held time does not hold. Told later, it was another touch.
    """
    page.evaluate("""() => new Promise((heard) => {
        new IntersectionObserver((_, one) => heard(one.disconnect())).observe(document.body);
    })""")


def finish(page: Page) -> None:
    """Press on to the end, until the token is shown."""
    walk(page, "wait")
    press(page)
    at_step(page, "done")


def left_behind(page: Page) -> str:
    """Return everything still in the page that a family could have typed."""
    return page.evaluate(
        """() => {
          const boxes = [...document.querySelectorAll("input:not([type=hidden]), textarea")];
          const typed = boxes.map((b) => /checkbox|radio/.test(b.type) ? b.checked || "" : b.value);
          const shown = ["[data-with] bdi", "[data-token]"].map((s) => document.querySelector(s).textContent);
          return [...typed, ...shown].join("");
        }"""
    )
