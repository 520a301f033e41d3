"""What a key does on any page: one file decides it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from checkin.models import Clinic, Location, MatchState, PatientMerge
from tests import make
from tests.journeys.desk_screen import arrive, scripts_are_there

pytestmark = pytest.mark.django_db(transaction=True)

# Elements whose announced key differs from the key that works.
TOLD_OTHERWISE = """() => [...document.querySelectorAll("[data-key], [aria-keyshortcuts]")]
  .filter((one) => one.matches("a, button, input") || one.hasAttribute("aria-keyshortcuts"))
  .filter((one) => one.dataset.key !== one.getAttribute("aria-keyshortcuts"))
  .map((one) => one.outerHTML)"""


def press_with_caps_lock(page: Page, letter: str) -> None:
    page.locator("body").dispatch_event("keydown", {"key": letter.upper(), "bubbles": True})


@pytest.fixture
def compared(board: Page, brook: Clinic) -> Page:
    """Open the comparison of two records of one child."""
    emma = make.patient(brook, "Emma Johnson", "2017-04-04", city="Aurora")
    emmy = make.patient(brook, "Emma Johnson", "2017-04-04", city="Joliet")
    board.goto(f"/patients/{emma.pk}/merge/{emmy.pk}/")
    scripts_are_there(board)
    return board


def test_aria_keyshortcuts_match_the_keys_on_later_content_too(
    board: Page, brook: Clinic, front: Location
) -> None:
    make.guardian(make.patient(brook, "Leo Ruiz", "2018-03-14"), "Ana Ruiz")
    visit = arrive(front, notes_wanted="school")
    board.goto(f"/visits/{visit.pk}/")
    scripts_are_there(board)
    assert board.evaluate(TOLD_OTHERWISE) == []
    need = board.locator(".need:not(.need-answered)").last
    expect(need.locator("[data-key=d]")).to_have_attribute("aria-keyshortcuts", "d")
    need.focus()
    board.keyboard.press("d")
    expect(board.locator(".need-answered [data-key=u]").first).to_have_attribute("aria-keyshortcuts", "u")
    assert board.evaluate(TOLD_OTHERWISE) == []


def test_keys_work_with_caps_lock(board: Page, front: Location, brook: Clinic) -> None:
    """With Caps Lock on, n on this page opened the bar's Sign in."""
    make.patient(brook, "Anna Berg")
    make.patient(brook, "Hanna Berg")
    visit = arrive(front, name="Ana Berg")
    board.goto(f"/match/{visit.pk}/")
    scripts_are_there(board)
    press_with_caps_lock(board, "n")
    expect(board.locator("main")).to_contain_text("is a new patient")
    visit.refresh_from_db()
    assert visit.match == MatchState.NEW


def test_with_focus_on_a_radio_page_keys_work_and_bar_keys_are_off(compared: Page) -> None:
    compared.get_by_role("row", name="City").get_by_role("radio").last.check()
    address = compared.url
    compared.keyboard.press("b")
    compared.keyboard.press("x")
    expect(compared).to_have_url(address)
    # Out of view, the first press would only scroll to the button, and a second could reach the next page.
    compared.get_by_role("button", name="Merge the two records").scroll_into_view_if_needed()
    compared.keyboard.press("m")
    expect(compared.get_by_role("status").first).to_contain_text("was merged into")
    assert PatientMerge.objects.count() == 1


def test_a_repeated_keydown_does_nothing(compared: Page) -> None:
    compared.locator("body").dispatch_event("keydown", {"key": "m", "bubbles": True, "repeat": True})
    compared.locator("body").dispatch_event("keydown", {"key": "b", "bubbles": True, "repeat": True})
    compared.wait_for_timeout(300)
    expect(compared).to_have_url(re.compile(r"/merge/"))
    assert not PatientMerge.objects.exists()


def test_escape_leaves_the_search_box_and_closes_the_menu(
    board: Page, front: Location, brook: Clinic
) -> None:
    visit = arrive(front, name="Zoltan Kiss")
    board.goto(f"/match/{visit.pk}/")
    scripts_are_there(board)
    board.keyboard.press("s")
    expect(board.get_by_role("searchbox")).to_be_focused()
    board.keyboard.press("Escape")
    expect(board.get_by_role("searchbox")).not_to_be_focused()
    menu = board.locator("details.bar-person")
    menu.locator("summary").click()
    board.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
