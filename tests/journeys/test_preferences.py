"""Greet me or leave me be: one tap on the tablet, shown to staff, and remembered only on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import visits
from checkin.models import Clinic, Escort, Patient, Staff, Visit
from tests import make
from tests.journeys.desk_screen import logged_in, row
from tests.journeys.kiosk_tablet import SIZES, at_step, enrolled, finish, press, tablet, walk

if TYPE_CHECKING:
    from tests.conftest import Kiosk


__all__ = ["tablet"]
pytestmark = pytest.mark.django_db(transaction=True)

GREET, LEAVE = "Come and greet me", "Leave me be until it is our turn"
REMEMBER = "Remember this for next time"


@pytest.fixture(autouse=True)
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


def ask(page: Page) -> None:
    """Type in who Leo and his aunt are, up to the question of how she likes to wait."""
    page.goto("/kiosk/", wait_until="networkidle")
    press(page)
    at_step(page, "child")
    page.get_by_label("First name").fill("Leo")
    page.get_by_label("Family name").fill("Ruiz")
    for part, number in (("month", "3"), ("day", "14"), ("year", "2018")):
        page.locator(f"#birth_{part}").fill(number)
    press(page)
    at_step(page, "you")
    page.get_by_label("Your name").fill("Rosa Delgado")
    walk(page, "wait")


def come(page: Page, *taps: str) -> Visit:
    """Sign in with these taps and no other preference."""
    ask(page)
    for words in taps:
        page.get_by_text(words, exact=True).tap()
        # By role, because a label also contains the hidden text for a patient who came alone.
        tapped = (page.get_by_role(role, name=words, exact=True) for role in ("radio", "checkbox"))
        expect(next(tapped).or_(next(tapped))).to_be_checked()
    finish(page)
    return Visit.objects.latest("pk")


def go_home(visit: Visit, by: Staff) -> None:
    visits.move_visit(visit=visit, to="left_without_being_seen", by=by, at=timezone.now())


def likes(board: Page, visit: Visit) -> Locator:
    """Return the preferences on the visit's board row, once it is shown."""
    expect(row(board, visit)).to_be_visible()
    return row(board, visit).locator(".likes")


def panel(page: Page, visit: Visit) -> Locator:
    page.goto(f"/visits/{visit.pk}/")
    return page.locator(".prefers")


@pytest.mark.parametrize(
    ("tap", "words", "to_do"),
    [
        (GREET, "Greet me", "Come and greet them"),
        (LEAVE, "Leave me be", "Leave them be until it is their turn"),
    ],
)
def test_one_tap_shows_icon_and_text_on_board_and_visit(
    tablet: Page, board: Page, tap: str, words: str, to_do: str
) -> None:
    visit = come(tablet, tap)
    shown = likes(board, visit)
    expect(shown).to_have_text(words)
    expect(shown.locator("svg")).to_be_visible()
    expect(shown.get_by_title(f"{to_do} (said today)")).to_be_visible()
    line = panel(board, visit).get_by_role("listitem")
    expect(line).to_have_text(f"{words}said today")
    expect(line.locator("svg")).to_be_visible()


def test_without_a_tap_no_preference_is_guessed(tablet: Page, board: Page) -> None:
    visit = come(tablet)
    expect(likes(board, visit)).to_have_text("")
    expect(panel(board, visit)).to_contain_text("They have not said.")


def test_the_same_preference_twice_is_not_remembered(tablet: Page, board: Page, dana: Staff) -> None:
    for _ in range(2):
        go_home(come(tablet, GREET), dana)
    assert set(Escort.objects.values_list("approach", "remembered_at")) == {("", None)}
    visit = come(tablet)
    expect(likes(board, visit)).to_have_text("")
    expect(panel(board, visit)).to_contain_text("They have not said.")


def test_a_preference_is_remembered_and_forgotten_on_request(tablet: Page, board: Page, dana: Staff) -> None:
    go_home(come(tablet, LEAVE, REMEMBER), dana)
    visit = come(tablet)
    expect(likes(board, visit)).to_have_text("Leave me be")
    expect(likes(board, visit).locator("[title*='they asked us to']")).to_be_visible()
    shown = panel(board, visit)
    expect(shown.get_by_role("listitem")).to_contain_text("remembered since")
    shown.get_by_role("button", name="Forget these preferences").click()
    expect(board.get_by_text("Forgotten.")).to_be_visible()
    expect(shown).to_contain_text("They have not said.")
    board.goto("/")
    expect(likes(board, visit)).to_have_text("")


def test_todays_preference_wins_over_the_remembered_one(tablet: Page, board: Page, dana: Staff) -> None:
    go_home(come(tablet, LEAVE, REMEMBER), dana)
    visit = come(tablet, GREET)
    expect(likes(board, visit)).to_have_text("Greet me")
    assert Escort.objects.get().approach == "leave"


def test_remember_is_offered_only_with_a_preference(tablet: Page) -> None:
    ask(tablet)
    remember = tablet.get_by_label(REMEMBER)
    expect(remember).to_be_hidden()
    tablet.get_by_text(GREET, exact=True).tap()
    expect(remember).to_be_visible()
    tablet.get_by_text(REMEMBER, exact=True).tap()
    expect(remember).to_be_checked()
    tablet.get_by_text(GREET, exact=True).tap()
    expect(remember).to_be_hidden()
    finish(tablet)
    said = Visit.objects.get().sign_in
    assert (said.approach, said.remember) == ("", False)


def test_the_desk_can_save_preferences_from_the_visit_page(tablet: Page, board: Page) -> None:
    visit = come(tablet)
    panel(board, visit).get_by_role("link", name="Remember a preference").click()
    board.get_by_label("Greet me").check()
    board.get_by_label("Best way to reach them").select_option("Text message")
    board.get_by_label("Best time, in their words").fill("after 17:00")
    board.get_by_role("button", name="Save for next time").click()
    shown = board.locator(".prefers")
    for words in ("Greet me", "Text message", "best way to reach them", "after 17:00", "they asked us to"):
        expect(shown).to_contain_text(words)
    expect(shown.get_by_role("link", name="Change what we remember")).to_be_visible()
    board.goto("/")
    expect(likes(board, visit)).to_have_text("Greet me")


@pytest.mark.parametrize("light", ["light", "dark"])
def test_preference_screens_pass_axe(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk, dana: Staff, light: str
) -> None:
    held = enrolled(browser, live_server.url, kiosk, viewport=SIZES["upright"], color_scheme=light)
    page, axe = held.new_page(), Axe()
    ask(page)
    page.get_by_text(GREET, exact=True).tap()
    expect(page.get_by_label(REMEMBER)).to_be_visible()
    wrong = [axe.run(page).response["violations"]]
    page.get_by_text(REMEMBER, exact=True).tap()
    finish(page)
    held.close()
    visit = Visit.objects.get()
    desk = logged_in(browser, live_server.url, dana, color_scheme=light)
    page = desk.new_page()
    page.goto("/")
    expect(likes(page, visit)).to_have_text("Greet me")
    wrong.append(axe.run(page).response["violations"])
    for address in (f"/visits/{visit.pk}/", f"/visits/{visit.pk}/preferences/"):
        page.goto(address)
        expect(page.locator(".prefers")).to_contain_text("Greet me")
        wrong.append(axe.run(page).response["violations"])
    desk.close()
    assert wrong == [[], [], [], []]
