"""Every tablet screen, in both orientations, light and dark: nothing scrolls, is cut off or too small."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.journeys.kiosk_looks import look, stay
from tests.journeys.kiosk_tablet import SIZES, enrolled, press

if TYPE_CHECKING:
    from tests.conftest import Kiosk


pytestmark = pytest.mark.django_db(transaction=True)


def look_at_step(page: Page, axe: Axe) -> list[str]:
    return look(page, axe, page.locator("#sign-in").get_attribute("data-step") or "")


def is_in_half(held: str, light: str, language: str) -> bool:
    """Choose four of the eight, in which any two of size, theme and language meet in every way."""
    return (held == "upright") ^ (light == "dark") ^ (language == "es")


CASES = [
    pytest.param(*case, id="-".join(case), marks=() if is_in_half(*case) else pytest.mark.long)
    for case in itertools.product(SIZES, ("light", "dark"), ("en", "es"))
]


@pytest.mark.parametrize(("held", "light", "language"), CASES)
def test_every_step_fits_is_large_enough_and_passes_axe(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk, held: str, light: str, language: str
) -> None:
    context = enrolled(browser, live_server.url, kiosk, viewport=SIZES[held], color_scheme=light)
    page, axe = context.new_page(), Axe()
    stay(page)
    page.goto(f"/kiosk/?language={language}")
    wrong = look_at_step(page, axe)
    press(page)
    press(page)
    wrong += look_at_step(page, axe)
    page.locator("#child_given_name").fill("Maximiliano Alejandro")
    page.locator("#child_family_name").fill("de la Fuente-Villanueva")
    while page.locator("#sign-in").get_attribute("data-step") != "wait":
        press(page)
        page.locator(".step.on .chip").first.click() if page.locator(".step.on .chip").count() else None
        wrong += look_at_step(page, axe)
    context.set_offline(True)
    press(page)
    page.wait_for_selector(".kept.on")
    wrong += look_at_step(page, axe)
    context.set_offline(False)
    page.wait_for_selector(".done.on")
    wrong += look_at_step(page, axe)
    context.close()
    assert wrong == []


# The tablets that clinics have most, and a small one.
TABLETS = [(600, 960), (768, 1024), (820, 1180), (1024, 768), (1180, 820), (1280, 800), (1366, 1024)]
LAID_OUT = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
ABOVE_BUTTONS = """(selector) => {
  const foot = document.querySelector(".moves").getBoundingClientRect().top;
  const boxes = [...document.querySelectorAll(selector)].map((each) => each.getBoundingClientRect());
  return boxes.every((box) => box.height && box.bottom <= foot);
}"""
EDGE = """(dialog) => {
  const { borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(dialog);
  return [borderTopWidth, borderTopColor, backgroundColor];
}"""
ROWS = """() => {
  const [bar, row] = [".moves", "[data-next]"].map((each) => document.querySelector(each).offsetHeight);
  return bar / row;
}"""


def scrolls_at(page: Page, sizes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the sizes at which this screen scrolls."""
    found = []
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(LAID_OUT)
        if page.evaluate("document.documentElement.scrollHeight > innerHeight"):
            found.append((width, height))
    return found


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_small_tablet_shows_each_question_without_scrolling(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk, language: str
) -> None:
    context = enrolled(browser, live_server.url, kiosk)
    page = context.new_page()
    stay(page)
    page.goto(f"/kiosk/?language={language}")
    assert scrolls_at(page, TABLETS) == []
    # No line of a tile ends in a separator.
    assert "·" not in page.locator(".languages").inner_text()
    hold = page.locator(f"[data-hold={language}]")
    hold.evaluate("hold => { hold.hidden = false }")
    assert scrolls_at(page, TABLETS) == [], "a message on the welcome is out of sight"
    hold.evaluate("hold => { hold.hidden = true }")
    press(page)
    page.locator("#child_given_name").fill("Maximiliano Alejandro")
    assert scrolls_at(page, TABLETS) == []
    press(page)
    assert scrolls_at(page, TABLETS) == []
    page.set_viewport_size({"width": 600, "height": 960})
    assert page.locator("#escort_name").bounding_box()["width"] > 250
    # A phone shows both boxes and the first words to tap, so that nobody misses the name.
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate(LAID_OUT)
    assert page.evaluate(ABOVE_BUTTONS, "#relationship, #escort_name, [data-fill]:first-child")
    press(page)
    assert scrolls_at(page, TABLETS) == []
    page.locator("#opens_also").check()
    page.locator("[name=interpreter]").check()
    page.locator("#opens_access_needs").check()
    page.set_viewport_size({"width": 1024, "height": 768})
    widths = [page.locator(one).evaluate("box => box.clientWidth") for one in ("#reason", "#access_needs")]
    assert widths[0] == widths[1], "a long label has a narrow box"
    halves = [
        page.locator(one).evaluate("box => box.clientWidth") for one in ("#also", "#interpreter_language")
    ]
    assert sum(halves) > 0.9 * widths[0], "a column is empty"
    press(page)
    assert scrolls_at(page, TABLETS) == []
    context.close()


def test_the_last_screens_keep_no_row_for_buttons_that_they_do_not_have(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk
) -> None:
    context = enrolled(browser, live_server.url, kiosk, viewport={"width": 360, "height": 640})
    page = context.new_page()
    stay(page)
    page.goto("/kiosk/?language=es")
    assert page.evaluate(ROWS) > 1.6
    page.locator(".moves [data-worried]").click()
    page.wait_for_selector(".coming.on")
    page.evaluate(LAID_OUT)
    assert page.evaluate(ROWS) < 1.45
    # In the dialog, every button is as wide as the others, so that none looks like plain text.
    page.locator("[data-still]").evaluate("dialog => dialog.showModal()")
    widths = page.locator("[data-still] button").evaluate_all("all => all.map((each) => each.offsetWidth)")
    assert len(widths) == 3 and len(set(widths)) == 1
    # Forced colors remove its shadow, so its edge has to tell it from the page behind.
    page.emulate_media(forced_colors="active")
    width, edge, ground = page.locator("[data-still]").evaluate(EDGE)
    assert width == "2px" and edge != ground and "rgba" not in edge
    context.close()
