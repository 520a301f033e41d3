"""The desk's own screens, light and dark: nothing is cut off, and axe finds nothing serious."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import Clinic, Location, Staff
from tests import make
from tests.journeys.desk_screen import arrive, logged_in, minutes_ago

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = (
    "mother",
    "عمها، أبوها مسافر للعمل ولن يعود قبل نهاية الأسبوع القادم",
    "👩‍👧 mum’s partner 🏳️‍🌈",
    "x" * 500,
)


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def full(brook: Clinic, front: Location, count: int) -> None:
    for n in range(count):
        arrive(
            front,
            name=f"Maximiliano{n} de la Fuente-Villanueva y Santibáñez" if n % 3 else "ليلى الحسن",
            minutes=n * 2,
            relationship=WORDS[n % 4],
            notes_wanted="school, work",
            also="knee",
            interpreter="yes",
            access_needs="a quiet place to wait, please",
            approach=("greet", "leave", "")[n % 3],
        )
    for n, minutes in enumerate((-40, 20, 90)):
        make.appointment(make.patient(brook, f"Booked{n} Child"), front, minutes_ago(minutes))


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("count", [0, 12, 40])
def test_the_board_fits_the_screen_and_passes_axe(
    browser: Browser,
    live_server: LiveServer,
    brook: Clinic,
    dana: Staff,
    front: Location,
    annexe: Location,
    light: str,
    count: int,
) -> None:
    full(brook, front, count)
    context = logged_in(browser, live_server.url, dana, color_scheme=light)
    page = context.new_page()
    page.goto("/")
    page.wait_for_function("document.querySelector('.bar')")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    heights = page.evaluate("[...document.querySelectorAll('#rows tr')].map((r) => r.offsetHeight)")
    assert all(48 <= height <= 56 for height in heights)
    if count >= 12:
        assert page.locator("#rows tr").nth(11).evaluate("(r) => r.getBoundingClientRect().bottom") <= 800
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert serious(page) == []
    context.close()


def test_a_truncated_chip_can_be_read_in_full_by_mouse_and_keyboard(
    browser: Browser, live_server: LiveServer, brook: Clinic, dana: Staff, front: Location
) -> None:
    """At 1024 px “a quiet place to wait, please” was cut after a few letters and could not be read."""
    needs = {"access_needs": "a quiet place to wait, please", "interpreter": "yes", "language": "es"}
    visit = arrive(front, name="Zoltan Kiss", notes_wanted="school, work", also="knee", **needs)
    context = logged_in(browser, live_server.url, dana, viewport={"width": 1024, "height": 768})
    page = context.new_page()
    page.goto("/")
    cell, whole = page.locator(f"#v{visit.pk} .needs"), "a quiet place to wait, please"
    chip = cell.locator(".chip", has_text=whole)
    assert chip.locator("> span").evaluate("(one) => one.scrollWidth > one.clientWidth")
    chip.hover(force=True)
    expect(chip).to_have_attribute("title", re.compile(f"^{whole}"))
    page.keyboard.press("j")
    expect(cell).to_have_attribute("data-cut", re.compile(whole))
    shown = cell.evaluate("(one) => getComputedStyle(one, '::after').content")
    assert whole in shown
    assert page.evaluate("document.documentElement.scrollWidth") == 1024
    page.keyboard.press("Escape")
    expect(cell).not_to_have_attribute("data-cut", re.compile("."))
    page.set_viewport_size({"width": 1280, "height": 800})
    context.close()


@pytest.mark.parametrize("light", ["light", "dark"])
def test_the_login_page_passes_axe_and_reports_too_many_attempts(
    browser: Browser, live_server: LiveServer, dana: Staff, light: str
) -> None:
    cache.clear()
    context = browser.new_context(base_url=live_server.url, color_scheme=light)
    page = context.new_page()
    page.goto("/")
    assert serious(page) == []
    for _ in range(6):
        page.get_by_label("Username").fill("dana")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Log in").click()
    expect(page.locator("main")).to_contain_text("oo many")
    assert serious(page) == []
    context.close()
