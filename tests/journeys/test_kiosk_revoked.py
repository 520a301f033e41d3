"""A tablet is revoked while it is open: families go to the front desk, and it keeps nothing of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import devices
from checkin.models import Visit
from tests.journeys.kiosk_looks import look
from tests.journeys.kiosk_tablet import at_step, enrolled, finish, hold_time, press, tablet, walk

if TYPE_CHECKING:
    from tests.conftest import Kiosk

__all__ = ["tablet"]
pytestmark = pytest.mark.django_db(transaction=True)
POST = re.compile(r"/kiosk/sign-ins/$")
WORRIED = ".moves [data-worried]"
TO_DESK = {"en": "Please go to the front desk now", "es": "Por favor, vaya ahora a la recepción"}


def revoke(kiosk: Kiosk) -> None:
    devices.revoke_device(device=kiosk.device, by=None, at=timezone.now())


def posts_of(page: Page) -> list[str]:
    """Return a list that fills with each sign-in that the page sends from here on."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if POST.search(request.url):
            sent.append(request.post_data or "")

    page.on("request", note)
    return sent


def is_at_desk(page: Page, language: str = "en", *typed: str) -> None:
    """Check that the tablet sends its family to the front desk, and has and says nothing else."""
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(TO_DESK[language])
    page.wait_for_url(f"**/kiosk/?language={language}")
    expect(heading).to_have_text(TO_DESK[language])
    expect(page.locator("form, input, [data-worried], script:not([type])")).to_have_count(0)
    left = page.content() + page.evaluate("window.name + JSON.stringify([history.state, localStorage])")
    assert [text for text in typed if text in left] == []
    assert not Visit.objects.exists()


@pytest.mark.parametrize("language", ["en", "es"])
def test_one_revoked_at_its_welcome_sends_whoever_starts_to_the_front_desk(
    tablet: Page, kiosk: Kiosk, language: str
) -> None:
    tablet.goto(f"/kiosk/?language={language}", wait_until="networkidle")
    revoke(kiosk)
    press(tablet)
    is_at_desk(tablet, language)
    for other in TO_DESK.values():
        expect(tablet.get_by_text(other)).to_be_visible()


def test_one_revoked_at_its_welcome_does_so_for_another_language_too(tablet: Page, kiosk: Kiosk) -> None:
    revoke(kiosk)
    tablet.get_by_role("link", name="Español").tap()
    is_at_desk(tablet)


def test_one_that_wakes_up_revoked_says_so_before_it_is_touched(tablet: Page, kiosk: Kiosk) -> None:
    revoke(kiosk)
    tablet.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    is_at_desk(tablet)


def test_one_revoked_between_two_children_does_not_start_the_second(tablet: Page, kiosk: Kiosk) -> None:
    finish(tablet)
    revoke(kiosk)
    tablet.locator("[data-another]").click()
    expect(tablet.get_by_role("heading", level=1)).to_have_text(TO_DESK["en"])


def test_one_revoked_mid_form_forgets_what_was_typed_when_it_is_sent(tablet: Page, kiosk: Kiosk) -> None:
    press(tablet)
    tablet.get_by_label("First name").fill("Leopold")
    walk(tablet, "wait")
    revoke(kiosk)
    sent = posts_of(tablet)
    press(tablet)
    is_at_desk(tablet, "en", "Leopold")
    expect(tablet.get_by_text("They will sign you in there.")).to_be_visible()
    assert len(sent) == 1
    # Neither Back nor a connection that returns brings it back.
    tablet.evaluate("window.dispatchEvent(new Event('online'))")
    tablet.go_back()
    expect(tablet.get_by_role("heading", level=1)).to_have_text(TO_DESK["en"])
    assert "Leopold" not in tablet.content()
    assert len(sent) == 1


def test_one_revoked_without_a_connection_drops_all_that_it_still_held(tablet: Page, kiosk: Kiosk) -> None:
    hold_time(tablet)
    tablet.context.set_offline(True)
    for name in ("Leopold", "Maximilian"):
        press(tablet)
        tablet.get_by_label("First name").fill(name)
        walk(tablet, "wait")
        press(tablet)
        at_step(tablet, "kept")
        press(tablet)
        at_step(tablet, "welcome")
    revoke(kiosk)
    sent = posts_of(tablet)
    tablet.context.set_offline(False)
    tablet.evaluate("window.dispatchEvent(new Event('online'))")
    is_at_desk(tablet, "en", "Leopold", "Maximilian")
    assert len(sent) <= 1


@pytest.mark.parametrize("step", ["welcome", "you"])
def test_nobody_is_promised_a_person_by_a_revoked_tablet(tablet: Page, kiosk: Kiosk, step: str) -> None:
    walk(tablet, step)
    revoke(kiosk)
    tablet.locator(WORRIED).click()
    is_at_desk(tablet)
    expect(tablet.get_by_text("A person is coming")).to_have_count(0)
    expect(tablet.get_by_text("call out")).to_be_visible()


def test_the_promise_of_a_person_is_gone_even_if_the_servers_own_page_never_comes(
    tablet: Page, kiosk: Kiosk
) -> None:
    walk(tablet, "you")
    revoke(kiosk)
    # A browser that gets 204 stays where it is.
    tablet.route("**/kiosk/?language=en", lambda route: route.fulfill(status=204))
    tablet.locator(WORRIED).click()
    heading = tablet.get_by_role("heading", level=1)
    expect(heading).to_have_text(TO_DESK["en"])
    expect(heading).to_be_focused()
    expect(tablet).to_have_title(f"{TO_DESK['en']} · Brook Street Clinic")
    expect(tablet.locator("form, .worry")).to_have_count(0)
    assert tablet.url.endswith("/kiosk/")


def test_nor_is_anybody_who_asked_to_talk(tablet: Page, kiosk: Kiosk) -> None:
    revoke(kiosk)
    tablet.get_by_role("button", name="I'd rather talk to someone").tap()
    is_at_desk(tablet)
    expect(tablet.get_by_text("Someone will come")).to_have_count(0)


@pytest.mark.parametrize("status", [401, 403, 423, 500, 503])
def test_no_other_refusal_stops_a_tablet_or_loses_a_sign_in(tablet: Page, status: int) -> None:
    """Only the clinic's own server knows: a proxy on the way refuses, too."""
    hold_time(tablet)
    refuse = {"status": status, "headers": {"WWW-Authenticate": "Basic realm=guests"}}
    tablet.route("**/kiosk/", lambda route: route.fulfill(**refuse))
    walk(tablet, "wait")
    tablet.route(POST, lambda route: route.fulfill(**refuse), times=1)
    press(tablet)
    at_step(tablet, "kept")
    tablet.clock.run_for(1500)
    at_step(tablet, "done")


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_words_fit_and_pass_axe(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk, language: str, light: str
) -> None:
    size = {"width": 820, "height": 1180} if light == "light" else {"width": 1280, "height": 800}
    with enrolled(browser, live_server.url, kiosk, viewport=size, color_scheme=light) as context:
        page = context.new_page()
        page.goto(f"/kiosk/?language={language}")
        walk(page, "you")
        revoke(kiosk)
        page.locator(WORRIED).click()
        is_at_desk(page, language)
        assert look(page, Axe(), language) == []
