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
