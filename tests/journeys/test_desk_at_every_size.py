"""Every page of the desk at every size, light, dark and in forced colors, with the longest names and Arabic.

Nothing scrolls sideways, no text is cut off or lies on other text, and axe finds nothing by AA and AAA rules.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import Clinic, Location, Staff
from tests.journeys.desk_looks import find_axe_faults, look_at_sizes, space_text
from tests.journeys.desk_screen import arrive, logged_in
from tests.journeys.full_desk import PUBLIC, SAID, fill_desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paths(brook: Clinic, front: Location, dana: Staff, noor: Staff, max_: Staff) -> dict[str, str]:
    return fill_desk(brook, front, dana=dana, noor=noor, max_=max_)


def open_page(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(path)
    expect(page.locator("h1").first).to_be_visible()


def open_desk(browser: Browser, live_server: LiveServer, person: Staff, **options: Any) -> Page:
    return logged_in(browser, live_server.url, person, reduced_motion="reduce", **options).new_page()


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark", "forced"])
def test_every_page_fits_at_every_size(
    browser: Browser,
    live_server: LiveServer,
    max_: Staff,
    front: Location,
    paths: dict[str, str],
    scheme: str,
) -> None:
    for nth in range(60 if scheme == "light" else 0):
        arrive(front, name=f"Maximiliano{nth} de la Fuente-Villanueva y Santibáñez", minutes=nth, **SAID)
    colors = {"forced_colors": "active"} if scheme == "forced" else {"color_scheme": scheme}
    page = open_desk(browser, live_server, max_, **colors)
    stranger = browser.new_context(base_url=live_server.url, **colors).new_page()
    wrong = []
    for who, pages in ((page, paths), (stranger, PUBLIC)):
        for name, path in pages.items():
            open_page(who, path)
            wrong += look_at_sizes(who, name)
    assert wrong == []


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_passes_axe(
    browser: Browser, live_server: LiveServer, max_: Staff, paths: dict[str, str], scheme: str
) -> None:
    page = open_desk(browser, live_server, max_, color_scheme=scheme)
    stranger = browser.new_context(base_url=live_server.url, color_scheme=scheme).new_page()
    wrong = []
    for who, pages in ((page, paths), (stranger, PUBLIC)):
        for name, path in pages.items():
            open_page(who, path)
            wrong += [f"{name}: {one}" for one in find_axe_faults(who)]
            who.set_viewport_size({"width": 320, "height": 640})
            wrong += [f"{name} at 320: {one}" for one in find_axe_faults(who)]
    assert wrong == []


@pytest.mark.long
def test_no_text_is_lost_with_more_space_between_letters(
    browser: Browser, live_server: LiveServer, max_: Staff, paths: dict[str, str]
) -> None:
    page = open_desk(browser, live_server, max_)
    wrong = []
    for name, path in paths.items():
        open_page(page, path)
        space_text(page)
        wrong += look_at_sizes(page, name, ((1280, 800), (768, 1024), (320, 640)))
    assert wrong == []


def test_the_bar_keeps_every_name_at_every_width(
    browser: Browser, live_server: LiveServer, brook: Clinic, front: Location, annexe: Location, dana: Staff
) -> None:
    """At 1280 px a clinic's name of 30 letters was cut; at 1100, with names hidden, the bar was too wide."""
    Clinic.objects.filter(pk=brook.pk).update(name="Brook Street Children’s Clinic")
    Location.objects.filter(pk=front.pk).update(name="Riverside annexe")
    Staff.objects.filter(pk=dana.pk).update(name="Dana Whitfield")
    page = open_desk(browser, live_server, dana)
    page.goto("/patients/")
    expect(page.locator("h1")).to_be_visible()
    widths = (320, 480, 640, 768, 1024, 1100, 1201, 1280, 1471, 1472, 1920)
    sizes = tuple((width, 640) for width in widths)
    wrong = look_at_sizes(page, "shown", sizes)
    page.locator("[data-hide-names]").click()
    wrong += look_at_sizes(page, "hidden", sizes)
    space_text(page)
    wrong += look_at_sizes(page, "spaced", sizes)
    assert wrong == []
