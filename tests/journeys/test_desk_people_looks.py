"""Sign-in, match, visit and patient pages, light and dark: axe finds nothing, nothing scrolls sideways."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import Clinic, Escort, Location, Staff, Visit
from tests import make
from tests.journeys.desk_screen import arrive, logged_in

pytestmark = pytest.mark.django_db(transaction=True)

LONGEST = "Amoura-Christabella Wilhelmina Featherstonehaugh-Cholmondeley " + "x" * 130
ARABIC = "نور الحسن"


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found
        for node in one["nodes"]
    ]


def look(page: Page) -> list[str]:
    expect(page.locator("h1")).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth")
    return violations(page) + ([f"{wide} px wide"] if wide > 1280 else [])


@pytest.fixture
def visits(brook: Clinic, front: Location) -> list[Visit]:
    for name in ("Anna Berg", "Hanna Berg", LONGEST, ARABIC):
        make.guardian(make.patient(brook, name, phone="555-010-0777"))
    anna = brook.patients.get(given_name="Anna")
    Escort.objects.create(clinic=brook, patient=anna, name="Rosa Delgado", relationship="y" * 400)
    make.appointment(anna, front)
    said = {"relationship": "😀 " * 200, "reason": "z" * 2500, "born": "2019-02-31"}
    return [
        arrive(front, name="Ana Berg", minutes=30),
        arrive(front, name=LONGEST.replace("Feather", "Fether"), minutes=20),
        arrive(front, name="نور حسن", minutes=10, relationship="خاله، أخت أمه"),
        arrive(front, name="Zoltan Kiss", **said),
    ]


@pytest.mark.parametrize("light", ["light", "dark"])
def test_every_page_fits_and_passes_axe(
    browser: Browser, live_server: LiveServer, dana: Staff, visits: list[Visit], light: str
) -> None:
    context = logged_in(browser, live_server.url, dana, color_scheme=light)
    page = context.new_page()
    provisional = visits[-1].patient_id
    first = visits[0].clinic.patients.get(given_name="Anna").pk
    paths = [
        "/sign-in/",
        f"/sign-in/?patient={first}",
        "/patients/",
        f"/patients/{first}/",
        f"/patients/{provisional}/",
    ]
    paths += [f"/{place}/{visit.pk}/" for place in ("match", "visits") for visit in visits]
    wrong = {}
    for path in paths:
        page.goto(path)
        wrong[path] = look(page)
    page.goto("/sign-in/")
    page.keyboard.type("berg", delay=15)
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    wrong["listed"] = look(page)
    page.goto("/patients/")
    page.keyboard.type("berg")
    page.keyboard.press("Enter")
    expect(page.locator("table.list")).to_be_visible()
    wrong["found"] = look(page)
    context.close()
    assert {path: found for path, found in wrong.items() if found} == {}


def test_with_five_candidates_every_key_button_is_in_view(
    browser: Browser, live_server: LiveServer, dana: Staff, brook: Clinic, front: Location
) -> None:
    for name in ("José García", "Josue Garcia", "Joseph Garcia", "Josefa García", "Josef Garcia"):
        make.patient(brook, name)
    visit = arrive(front, name="Jos Garcia")
    context = logged_in(browser, live_server.url, dana)
    page = context.new_page()
    page.goto(f"/match/{visit.pk}/")
    for key in "012345":
        expect(page.locator(f"button[data-key='{key}']")).to_be_in_viewport(ratio=1)
    context.close()


def test_the_empty_match_page_passes_axe(board: Page) -> None:
    board.keyboard.press("m")
    expect(board.locator("main")).to_contain_text("Every child who is here is matched.")
    assert violations(board) == []
