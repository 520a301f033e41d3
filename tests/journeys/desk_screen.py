"""What staff do at the desk, for the journeys."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from checkin.models import Location, Staff, Visit
from tests import make

SIZE = {"width": 1280, "height": 800}


def logged_in(browser: Browser, address: str, person: Staff, **options: object) -> BrowserContext:
    """Return a separate browser in which this person is logged in."""
    client = Client()
    client.force_login(person)
    context = browser.new_context(base_url=address, **({"viewport": SIZE} | options))
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": address, "httpOnly": True}])
    return context


def log_in(page: Page) -> None:
    """Log Dana in, on the login page."""
    page.get_by_label("Username").fill("dana")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.keyboard.press("Enter")


def log_in_in_another_tab(page: Page) -> None:
    tab = page.context.new_page()
    tab.goto("/")
    tab.locator(".bar-person summary").click()
    tab.get_by_role("button", name="Log out").click()
    tab.wait_for_url("**/account/login/**")
    log_in(tab)
    expect(tab.locator("#board")).to_be_visible()
    tab.close()


def minutes_ago(minutes: float) -> dt.datetime:
    return timezone.now() - dt.timedelta(minutes=minutes)


def arrive(where: Location, name: str = "Leo Ruiz", minutes: float = 0, **said: object) -> Visit:
    """Sign a family in at the tablet, now or some minutes ago."""
    return make.visit(where, minutes_ago(minutes), name=name, **said)


def row(page: Page, visit: Visit) -> Locator:
    return page.locator(f"#v{visit.pk}")


def select(page: Page, visit: Visit) -> None:
    row(page, visit).locator("a.open").focus()


def at_state(page: Page, visit: Visit, state: str) -> None:
    expect(row(page, visit)).to_have_attribute("data-state", state)
    visit.refresh_from_db()
    assert visit.state == state


def scripts_are_there(page: Page) -> None:
    """Wait for a page's scripts, as any real user does. Check first that the page is shown."""
    page.wait_for_load_state("domcontentloaded")


def next_look(page: Page) -> None:
    """Wait until the board has polled once more and shown the answer."""
    with page.expect_response("**/board/rows/**"):
        pass
    page.wait_for_timeout(100)
