"""An unsent sign-in is never lost, whatever happens at the tablet meanwhile.

Includes the steps of o01_offline_reload.txt, a report from a clinic.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from checkin.models import SignIn, Visit
from tests.journeys.kiosk_tablet import at_step, finish, hold_time, left_behind, press, tablet, walk

__all__ = ["tablet"]
pytestmark = pytest.mark.django_db(transaction=True)
POST = re.compile(r"/kiosk/sign-ins/$")


def hold_the_post(page: Page) -> Callable[[], None]:
    """Hold sign-in requests while all others are answered; return a function that lets them through."""
    held: list[Route] = []
    page.route(POST, lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no built-in

    def let_go() -> None:
        for route in held:
            route.continue_()
        held.clear()
        page.unroute(POST)

    return let_go


def in_spanish(page: Page) -> None:
    page.goto("/kiosk/?language=es")
    hold_time(page)


def arrived(page: Page, count: int = 1) -> None:
    """Wait until that many visits exist, although no time passes in the page."""
    for _ in range(100):
        if Visit.objects.count() >= count:
            break
        page.wait_for_timeout(50)
    assert Visit.objects.count() == count


def test_an_unsent_sign_in_keeps_its_page_open(tablet: Page) -> None:
    in_spanish(tablet)
    let_go = hold_the_post(tablet)
    walk(tablet, "wait")
    press(tablet)
    tablet.clock.run_for(4500)
    at_step(tablet, "kept")
    expect(tablet.get_by_text("quédese junto a la tableta")).to_be_visible()
    press(tablet)
    at_step(tablet, "welcome")
    tablet.clock.run_for(10_000)
    assert (tablet.url.endswith("?language=es"), Visit.objects.count()) == (True, 0)
    let_go()
    # Their token is shown on the welcome screen as theirs; then the first language returns.
    expect(tablet.locator("[data-late]")).to_contain_text("Castillo azul")
    arrived(tablet)
    tablet.clock.run_for(61_000)
    tablet.wait_for_url("**/kiosk/")
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Welcome")


def test_what_the_next_family_typed_outlasts_the_late_token_of_the_last_one(tablet: Page) -> None:
    in_spanish(tablet)
    let_go = hold_the_post(tablet)
    walk(tablet, "wait")
    press(tablet)
    tablet.clock.run_for(4500)
    press(tablet)
    press(tablet)
    tablet.locator("[name=child_given_name]").fill("Leopold")
    tablet.locator("[data-back]").tap()
    at_step(tablet, "welcome")
    let_go()
    expect(tablet.locator("[data-late]")).to_contain_text("Castillo azul")
    arrived(tablet)
    tablet.clock.run_for(58_000)
    tablet.get_by_role("heading", level=1).tap()
    tablet.clock.run_for(5_000)
    expect(tablet.locator("[data-late]")).to_be_hidden()
    tablet.wait_for_timeout(500)
    assert tablet.url.endswith("?language=es")
    expect(tablet.locator("[name=child_given_name]")).to_have_value("Leopold")


def test_a_language_change_waits_for_an_unsent_help_request(tablet: Page) -> None:
    hold_time(tablet)
    let_go = hold_the_post(tablet)
    tablet.get_by_role("button", name="I'd rather talk to someone").tap()
    tablet.get_by_role("button", name="Clear the screen").tap()
    tablet.get_by_role("link", name="Español").tap()
    tablet.clock.run_for(2000)
    expect(tablet.get_by_text("esta tableta espera su conexión")).to_be_visible()
    assert "language" not in tablet.url
    let_go()
    arrived(tablet)
    tablet.clock.run_for(3500)
    tablet.wait_for_url("**/kiosk/?language=es")
    assert SignIn.objects.get().help


def test_a_language_change_waits_for_a_connection(tablet: Page) -> None:
    hold_time(tablet)
    tablet.context.set_offline(True)
    tablet.get_by_role("link", name="Español").tap()
    tablet.clock.run_for(2000)
    expect(tablet.get_by_text("esta tableta espera su conexión")).to_be_visible()
    tablet.clock.run_for(4000)
    tablet.context.set_offline(False)
    tablet.clock.run_for(3500)
    tablet.wait_for_url("**/kiosk/?language=es")
    # So late, somebody else may stand there.
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Le damos la bienvenida")


def test_a_tap_on_the_language_of_the_page_starts_without_a_connection(tablet: Page) -> None:
    tablet.context.set_offline(True)
    tablet.get_by_role("link", name="English").tap()
    at_step(tablet, "child")
    expect(tablet.locator("[name=child_given_name]")).to_be_focused()
    tablet.locator("[data-back]").tap()
    at_step(tablet, "welcome")


def test_a_tap_on_another_language_starts_in_it_and_back_leads_to_its_welcome(tablet: Page) -> None:
    tablet.get_by_role("link", name="Español").tap()
    at_step(tablet, "child")
    expect(tablet.locator("[data-progress]")).to_have_text("2 de 6")
    expect(tablet.locator("[name=child_given_name]")).to_be_focused()
    tablet.locator("[data-back]").tap()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Le damos la bienvenida")
    tablet.reload()
    at_step(tablet, "welcome")


@pytest.mark.parametrize("is_filled", [False, True])
def test_a_language_that_a_family_waited_for_is_not_the_next_ones(tablet: Page, is_filled: bool) -> None:
    hold_time(tablet)
    if is_filled:
        press(tablet)
        tablet.get_by_label("First name").fill("Leopold")
        tablet.locator("[data-back]").tap()
        at_step(tablet, "welcome")
    tablet.context.set_offline(True)
    tablet.get_by_role("link", name="Español").tap()
    tablet.clock.run_for(2000)
    waits = tablet.get_by_text("esta tableta espera su conexión")
    expect(waits).to_be_visible()
    # They leave.
    tablet.clock.run_for(60_000)
    if is_filled:
        tablet.clock.run_for(60_000)
    expect(waits).to_be_hidden()
    tablet.context.set_offline(False)
    tablet.clock.run_for(4000)
    tablet.wait_for_timeout(500)
    tablet.clock.run_for(4000)
    tablet.wait_for_timeout(500)
    assert "language" not in tablet.url
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Welcome")


def test_a_hanging_sign_in_is_resent_and_does_not_block_the_next(tablet: Page) -> None:
    hold_time(tablet)
    walk(tablet, "wait")
    tablet.route(POST, lambda route: None, times=1)
    press(tablet)
    tablet.clock.run_for(4500)
    press(tablet)
    finish(tablet)
    arrived(tablet)
    tablet.clock.run_for(20_000)
    tablet.wait_for_timeout(100)
    tablet.clock.run_for(2000)
    arrived(tablet, 2)


@pytest.mark.parametrize("body", ["{}", "null", '{"token": ""}', "<p>Log in to the guest network</p>"])
def test_an_answer_without_a_token_is_retried_but_not_in_a_loop(tablet: Page, body: str) -> None:
    hold_time(tablet)
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.post_data_json["key"])
        route.fulfill(status=200, body=body, content_type="application/json")

    tablet.route(POST, answer)
    walk(tablet, "wait")
    press(tablet)
    at_step(tablet, "kept")
    tablet.wait_for_timeout(300)
    assert len(asked) == 1
    tablet.unroute(POST)
    tablet.clock.run_for(1500)
    at_step(tablet, "done")


def test_a_reload_sends_an_unsent_sign_in(tablet: Page) -> None:
    hold_time(tablet)
    press(tablet)
    tablet.get_by_label("First name").fill("Leopold")
    walk(tablet, "wait")
    tablet.route(POST, lambda route: route.fulfill(status=500), times=1)
    press(tablet)
    at_step(tablet, "kept")
    tablet.reload()
    arrived(tablet)
    assert SignIn.objects.get().child_given_name == "Leopold"
    assert left_behind(tablet) == ""


def test_back_does_not_leave_an_unsent_sign_in(tablet: Page) -> None:
    hold_time(tablet)
    let_go = hold_the_post(tablet)
    walk(tablet, "wait")
    press(tablet)
    tablet.clock.run_for(4500)
    for _ in range(14):
        tablet.evaluate("history.back()")
        tablet.wait_for_timeout(30)
    at_step(tablet, "kept")
    let_go()
    at_step(tablet, "done")
    arrived(tablet)


def test_a_token_with_a_third_word_is_said_and_drawn_in_the_familys_language(tablet: Page) -> None:
    tablet.get_by_role("link", name="Español").tap()
    expect(tablet.locator("html")).to_have_attribute("lang", "es")
    answer = {"token": "Little Purple Camera", "received_at": ""}
    tablet.route(POST, lambda route: route.fulfill(status=201, json=answer), times=1)
    finish(tablet)
    expect(tablet.locator("[data-token]")).to_have_text("Cámara morada pequeña")
    expect(tablet.locator("[data-drawing] .token-purple use")).to_have_attribute("href", "#a-camera")


def test_an_unknown_token_is_shown_as_sent(tablet: Page) -> None:
    answer = {"token": "Teal Axolotl 2", "received_at": ""}
    tablet.route(POST, lambda route: route.fulfill(status=201, json=answer), times=1)
    finish(tablet)
    expect(tablet.locator("[data-token]")).to_have_text("Teal Axolotl 2")
    tablet.get_by_role("button", name="Another child?").tap()
    finish(tablet)
    arrived(tablet)
