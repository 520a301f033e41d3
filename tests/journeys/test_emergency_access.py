"""Charts opened in an emergency, in a browser: a reason, an hour, an end, and others who are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import EmergencyAccess, EmergencyAccessSeen, Location, Staff
from tests.journeys.desk_screen import arrive, logged_in

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Fire alarm, nobody is at the desk"
TOLD_WITHIN = 10_000
"""Milliseconds, on whatever page is open."""
Open = Callable[[Staff, str], Page]


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer) -> Iterator[Open]:
    """Return `opened(person, address)`: a browser of their own at that page."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(person: Staff, address: str) -> Page:
        contexts.append(logged_in(browser, live_server.url, person))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda problem: troubles.append(str(problem)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def ask_for_charts(page: Page) -> None:
    page.get_by_role("button", name="Open charts for 60 minutes").click()


def test_charts_open_for_a_reason_others_are_told_and_it_can_be_ended(
    opened: Open, ada: Staff, max_: Staff, otto: Staff, front: Location
) -> None:
    visit = arrive(front, name="Marcus Bell")
    manager, auditor = opened(max_, "/sign-in/"), opened(otto, "/audit/")
    box = manager.locator("[name=relationship]")
    box.fill("her aun")
    page = opened(ada, f"/visits/{visit.pk}/")
    page.get_by_role("link", name="open charts with a reason").click()
    ask_for_charts(page)
    expect(page.get_by_role("alert")).to_contain_text("Nothing is open yet")
    expect(page.get_by_label("What happened?")).to_be_focused()
    page.keyboard.type(REASON)
    ask_for_charts(page)
    expect(page.locator("#rows")).to_contain_text("Marcus")
    banner = page.get_by_role("complementary", name="Emergency access")
    expect(banner).to_contain_text("60 min left")

    for told in (manager, auditor):
        notice = told.get_by_role("region", name="Emergency access")
        expect(notice).to_contain_text(REASON, timeout=TOLD_WITHIN)
        expect(notice).to_contain_text("Ada opened charts in an emergency")
    expect(box).to_be_focused()
    manager.keyboard.type("t")
    manager.get_by_role("button", name="I have read this").click()
    expect(manager.get_by_role("region", name="Emergency access")).to_have_count(0)
    expect(box).to_have_value("her aunt")
    assert EmergencyAccessSeen.objects.get().staff == max_
    expect(auditor.get_by_role("region", name="Emergency access")).to_be_visible()

    page.goto(f"/visits/{visit.pk}/")
    expect(page.locator("main")).to_contain_text("Marcus")
    banner.get_by_role("button", name="End now").click()
    expect(page.locator("main")).to_contain_text("Your emergency access has ended.")
    expect(banner).to_have_count(0)
    assert EmergencyAccess.objects.get().ended_at is not None
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("Marcus")
    page.goto(f"/visits/{visit.pk}/")
    expect(page.get_by_role("link", name="open charts with a reason")).to_be_visible()


def test_at_200_percent_zoom_the_notice_has_its_button_beside_the_text_for_everybody(
    opened: Open, ada: Staff, max_: Staff, otto: Staff, front: Location
) -> None:
    """The auditor's link took the button's place, and the button stood alone below."""
    page = opened(ada, "/emergency/")
    page.get_by_label("What happened?").fill(REASON)
    ask_for_charts(page)
    expect(page.get_by_role("complementary", name="Emergency access")).to_be_visible()
    places = []
    for person, address in ((max_, "/patients/"), (otto, "/audit/")):
        told = opened(person, address)
        told.set_viewport_size({"width": 640, "height": 400})
        notice = told.get_by_role("region", name="Emergency access")
        text, button = (notice.locator(one).bounding_box() or {} for one in ("p", "button"))
        assert button["x"] - (text["x"] + text["width"]) == 16
        assert text["y"] <= button["y"] + button["height"] / 2 <= text["y"] + text["height"]
        places.append((text["x"], button["x"]))
    assert len(set(places)) == 1
