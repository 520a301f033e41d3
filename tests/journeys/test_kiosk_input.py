"""Back, reload, double taps, a lost network, and an abandoned sign-in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import SignIn, SignInReplay, Visit
from tests.journeys.kiosk_tablet import at_step, enrolled, finish, hold_time, left_behind, press, tablet, walk

if TYPE_CHECKING:
    from tests.conftest import Kiosk


__all__ = ["tablet"]
pytestmark = pytest.mark.django_db(transaction=True)
SEND_ADDRESS = re.compile(r"/kiosk/sign-ins/$")


def typed_so_far(page: Page) -> None:
    """Type in Leopold and his aunt, up to the reason for the visit."""
    press(page)
    page.get_by_label("First name").fill("Leopold")
    walk(page, "you")
    page.get_by_label("In your own words").fill("aunt")
    walk(page, "today")


def test_back_returns_one_question_and_keeps_the_answers(tablet: Page) -> None:
    typed_so_far(tablet)
    tablet.go_back()
    at_step(tablet, "you")
    expect(tablet.get_by_label("In your own words")).to_have_value("aunt")
    tablet.get_by_role("button", name="Back").tap()
    at_step(tablet, "child")
    expect(tablet.get_by_label("First name")).to_have_value("Leopold")
    tablet.go_forward()
    at_step(tablet, "you")
    assert tablet.url.endswith("/kiosk/")


def test_back_after_the_end_shows_nothing_the_family_typed(tablet: Page) -> None:
    typed_so_far(tablet)
    finish(tablet)
    for _ in range(4):
        tablet.go_back()
        at_step(tablet, "welcome")
        assert left_behind(tablet) == ""
    assert Visit.objects.count() == 1


def test_a_reload_clears_everything_and_shows_the_welcome(tablet: Page) -> None:
    typed_so_far(tablet)
    tablet.reload()
    at_step(tablet, "welcome")
    assert left_behind(tablet) == ""
    tablet.go_back()
    at_step(tablet, "welcome")
    assert left_behind(tablet) == ""
    finish(tablet)
    assert Visit.objects.count() == 1


def test_a_double_tap_makes_one_visit(tablet: Page) -> None:
    walk(tablet, "wait")
    tablet.locator("[data-next]").dblclick()
    at_step(tablet, "done")
    assert (Visit.objects.count(), SignInReplay.objects.count()) == (1, 0)


def test_a_double_tap_between_questions_skips_none(tablet: Page) -> None:
    press(tablet)
    tablet.get_by_label("First name").fill("Leo")
    tablet.locator("[data-next]").dblclick()
    at_step(tablet, "you")


def test_a_lost_network_keeps_the_sign_in_and_says_it_is_being_sent(tablet: Page) -> None:
    hold_time(tablet)
    typed_so_far(tablet)
    walk(tablet, "wait")
    tablet.route(SEND_ADDRESS, lambda route: route.abort())
    press(tablet)
    expect(tablet.get_by_role("heading", level=1)).to_have_text("We are still sending what you wrote")
    expect(tablet.get_by_text("Someone at the desk can help you right now")).to_be_visible()
    assert not Visit.objects.exists()
    tablet.unroute(SEND_ADDRESS)
    tablet.clock.run_for(5000)
    expect(tablet.locator("[data-token]")).to_have_text("Blue Castle")
    assert (SignIn.objects.get().relationship, Visit.objects.count()) == ("aunt", 1)


def test_a_503_is_retried_after_its_retry_after_with_the_same_key(tablet: Page) -> None:
    keys: list[str] = []

    def busy(route: Route) -> None:
        keys.append(route.request.post_data_json["key"])
        if len(keys) < 3:
            route.fulfill(status=503, headers={"Retry-After": "9"})
        else:
            route.continue_()

    hold_time(tablet)
    walk(tablet, "wait")
    tablet.route(SEND_ADDRESS, busy)
    press(tablet)
    at_step(tablet, "kept")
    tablet.clock.run_for(8000)
    assert len(keys) == 1
    tablet.clock.run_for(2000)
    # On a slow machine the page learns of the second refusal late; its nine seconds start only then.
    for _ in range(100):
        if len(keys) < 3:
            tablet.wait_for_timeout(100)
            tablet.clock.run_for(9500)
    at_step(tablet, "done")
    assert (len(keys), len(set(keys)), Visit.objects.count()) == (3, 1, 1)


def test_a_lost_answer_makes_no_second_visit(tablet: Page) -> None:
    def lost(route: Route) -> None:
        route.fetch()
        route.abort()

    hold_time(tablet)
    walk(tablet, "wait")
    tablet.route(SEND_ADDRESS, lost, times=1)
    press(tablet)
    at_step(tablet, "kept")
    tablet.clock.run_for(5000)
    at_step(tablet, "done")
    assert (Visit.objects.count(), SignInReplay.objects.get().same) == (1, True)


def assert_arrive(tablet: Page, given_names: list[str]) -> None:
    """Wait for both sign-ins: they are sent in parallel, and either may be answered first."""
    for _ in range(200):
        arrived = sorted(SignIn.objects.values_list("child_given_name", flat=True))
        if arrived == given_names:
            return
        tablet.clock.run_for(500)
        tablet.wait_for_timeout(100)
    assert arrived == given_names


def test_the_next_family_can_sign_in_while_the_last_one_is_unsent(tablet: Page) -> None:
    hold_time(tablet)
    typed_so_far(tablet)
    tablet.route(SEND_ADDRESS, lambda route: route.abort())
    walk(tablet, "wait")
    press(tablet)
    at_step(tablet, "kept")
    press(tablet)
    at_step(tablet, "welcome")
    assert left_behind(tablet) == ""
    tablet.unroute(SEND_ADDRESS)
    walk(tablet, "wait")
    press(tablet)
    tablet.clock.run_for(5000)
    at_step(tablet, "done")
    assert_arrive(tablet, ["", "Leopold"])


def test_an_abandoned_sign_in_is_cleared_from_the_screen(tablet: Page) -> None:
    hold_time(tablet)
    typed_so_far(tablet)
    tablet.clock.run_for(59_000)
    expect(tablet.get_by_role("dialog")).to_be_hidden()
    tablet.clock.run_for(2_000)
    question = tablet.get_by_role("dialog", name="Are you still there?")
    expect(question).to_have_accessible_description(re.compile("clears itself in 20 seconds, with"))
    tablet.clock.run_for(18_500)
    expect(question).to_be_visible()
    # The count is for the eye: what a screen reader was told stays as it is, in no live region.
    expect(question.locator("[data-seconds][aria-hidden=true]")).to_have_text("1")
    expect(question).to_have_accessible_description(re.compile("clears itself in 20 seconds"))
    expect(question.locator("[role=status], [aria-live], [role=alert]")).to_have_count(0)
    tablet.clock.run_for(2_000)
    at_step(tablet, "welcome")
    expect(tablet.get_by_role("dialog")).to_be_hidden()
    assert left_behind(tablet) == ""
    assert not Visit.objects.exists()


def test_the_next_family_sees_no_preferences_of_the_last_one(tablet: Page) -> None:
    hold_time(tablet)
    walk(tablet, "wait")
    tablet.get_by_text("Text me").tap()
    tablet.get_by_label("Best time, in your words").fill("after 17:00")
    tablet.get_by_text("Come and greet me").tap()
    tablet.get_by_text("Remember this for next time").tap()
    tablet.clock.run_for(81_000)
    at_step(tablet, "welcome")
    assert left_behind(tablet) == ""
    walk(tablet, "wait")
    expect(tablet.get_by_label("Remember this")).to_be_hidden()
    # The last family's choice was cleared, so this tap selects instead of deselecting.
    tablet.get_by_text("Come and greet me").tap()
    expect(tablet.get_by_label("Come and greet me")).to_be_checked()


def test_answering_the_idle_dialog_keeps_every_answer(tablet: Page) -> None:
    hold_time(tablet)
    typed_so_far(tablet)
    tablet.clock.run_for(70_000)
    tablet.get_by_role("button", name="Yes, I am still here").tap()
    tablet.clock.run_for(50_000)
    at_step(tablet, "today")
    tablet.clock.run_for(11_000)
    expect(tablet.get_by_role("dialog")).to_be_visible()
    tablet.get_by_role("button", name="Clear the screen").tap()
    assert left_behind(tablet) == ""


def test_the_done_screen_returns_to_the_welcome(tablet: Page) -> None:
    hold_time(tablet)
    typed_so_far(tablet)
    finish(tablet)
    tablet.clock.run_for(29_900)
    at_step(tablet, "done")
    tablet.clock.run_for(200)
    at_step(tablet, "welcome")
    assert left_behind(tablet) == ""


def test_another_child_reuses_the_adults_answers_only_in_this_session(tablet: Page) -> None:
    hold_time(tablet)
    typed_so_far(tablet)
    finish(tablet)
    assert left_behind(tablet) == tablet.locator("[data-token]").inner_text()
    tablet.get_by_role("button", name="Another child?").tap()
    walk(tablet, "you")
    expect(tablet.get_by_label("In your own words")).to_have_value("aunt")
    tablet.clock.run_for(81_000)
    at_step(tablet, "welcome")
    assert left_behind(tablet) == ""
    # The next adult who brings two children sees nothing of the first one.
    finish(tablet)
    tablet.get_by_role("button", name="Another child?").tap()
    assert left_behind(tablet) == ""


def test_a_tablet_that_slept_on_the_last_screen_wakes_on_the_welcome(tablet: Page) -> None:
    hold_time(tablet)
    typed_so_far(tablet)
    finish(tablet)
    tablet.evaluate("Date.now = ((now) => () => now() + 31_000)(Date.now)")
    tablet.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    at_step(tablet, "welcome")
    assert left_behind(tablet) == ""


def test_nothing_typed_is_stored_on_the_tablet(tablet: Page) -> None:
    typed_so_far(tablet)
    finish(tablet)
    stored = tablet.evaluate(
        "async () => JSON.stringify([localStorage, sessionStorage, history.state, await caches.keys(),"
        " (await indexedDB.databases()).length, document.cookie, location.href])"
    )
    assert "Leopold" not in stored and "aunt" not in stored
    assert stored.startswith("[{},{},")


def test_pressing_again_while_sending_sends_nothing_more(tablet: Page) -> None:
    sent: list[str] = []

    def slow(route: Route) -> None:
        sent.append(route.request.post_data_json["key"])
        tablet.wait_for_timeout(900)
        route.continue_()

    walk(tablet, "wait")
    tablet.route(SEND_ADDRESS, slow)
    tablet.evaluate(
        """() => {
          const [main, help] = ["[data-next]", "[data-help]"].map((s) => document.querySelector(s));
          main.click(); main.click(); help.click(); main.form.requestSubmit(); main.click();
        }"""
    )
    at_step(tablet, "done")
    assert (len(sent), Visit.objects.count()) == (1, 1)
    assert not SignIn.objects.get().help


def test_back_from_another_page_is_empty_even_with_a_page_cache(
    launch_browser: Any, live_server: LiveServer, kiosk: Kiosk
) -> None:
    """Playwright turns the browser's page cache off; a tablet's own browser has it on."""
    browser = launch_browser(ignore_default_args=["--disable-back-forward-cache"])
    context = enrolled(browser, live_server.url, kiosk)
    page = context.new_page()
    page.goto("/kiosk/")
    typed_so_far(page)
    page.goto("/kiosk/done/blue-castle/")
    for _ in range(3):
        page.go_back()
        at_step(page, "welcome")
        assert left_behind(page) == ""
    browser.close()
