"""Two people on two pages of one visit, and one person with two tabs of two front desks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import match_decisions
from checkin.actions.entry_moves import ALL_ENTRIES_GO
from checkin.models import Clinic, ConsentRecord, Immunization, Location, Staff, Visit
from tests import make
from tests.journeys.desk_screen import arrive, logged_in, row, select

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit(brook: Clinic, front: Location) -> Visit:
    leo = make.patient(brook, "Leo Ruiz", "2018-03-14")
    make.guardian(leo, "Ana Ruiz")
    return arrive(front)


@pytest.fixture
def relink(brook: Clinic, visit: Visit, dana: Staff) -> Callable[..., None]:
    mia = make.patient(brook, "Mia Chen", "2017-05-05")

    def act() -> None:
        now = Visit.objects.get(pk=visit.pk)
        match_decisions.link_visit_to_patient(
            visit=now, patient=mia, by=dana, at=timezone.now(), said=ALL_ENTRIES_GO
        )

    return act


@pytest.fixture
def noors(browser: Browser, live_server: LiveServer, noor: Staff, front: Location) -> Iterator[Page]:
    """Return a page in Noor's browser."""
    context = logged_in(browser, live_server.url, noor)
    yield context.new_page()
    context.close()


def look(page: Page, name: str) -> None:
    """Save screenshots at the desk's sizes if LOOKS names a folder."""
    if not (folder := os.environ.get("LOOKS")):
        return
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (820, 1024, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)


def test_given_on_a_stale_page_says_who_corrected_the_match(
    noors: Page, visit: Visit, relink: Callable[..., None]
) -> None:
    noors.goto(f"/visits/{visit.pk}/")
    noors.get_by_role("button", name="Given").first.focus()
    relink()
    noors.keyboard.press("Enter")
    expect(noors.get_by_role("heading", level=1)).to_have_text("Nothing was written")
    expect(noors.get_by_role("alert")).to_contain_text(f"Dana matched {visit.token} to Mia Chen at")
    expect(noors.get_by_role("alert")).to_contain_text("Your page was about the record, now called Leo Ruiz")
    assert not Immunization.objects.exists()
    noors.keyboard.press("Enter")
    expect(noors).to_have_url(f"{noors.url.split('/visits')[0]}/visits/{visit.pk}/")
    expect(noors.locator("h1")).to_contain_text("Mia Chen")


def test_typed_consent_is_kept_and_needs_confirmation_for_the_new_child(
    noors: Page, visit: Visit, relink: Callable[..., None]
) -> None:
    noors.goto(f"/visits/{visit.pk}/consent/")
    noors.get_by_text("Write down what somebody said").click()
    form = noors.locator("form[action$='/consent/']").first
    form.locator("[name=care]").select_option("vaccine")
    form.get_by_label("Agreed", exact=True).check()
    form.get_by_label("Somebody else").check()
    form.locator("[name=who]").fill("Uncle Kai")
    form.locator("[name=relationship]").fill("uncle")
    form.locator("[name=phone]").fill("555-010-0177")
    form.locator("[name=how]").select_option("telephone")
    relink()
    form.get_by_role("button", name="Save their answer").click()
    expect(noors.get_by_role("heading", level=1)).to_have_text("Nothing was written")
    expect(noors.locator("[name=who]")).to_have_value("Uncle Kai")
    look(noors, "page-behind")
    noors.locator("[name=who]").press("Enter")
    assert not ConsentRecord.objects.exists(), "Enter by habit writes nothing"
    noors.get_by_label("This is for Mia Chen").check()
    noors.get_by_role("button", name="Save it for Mia Chen").click()
    expect(noors.locator("body")).to_contain_text("Uncle Kai agreed")
    assert ConsentRecord.objects.get().patient.name == "Mia Chen"


def test_a_key_on_a_stale_row_moves_no_visit_and_updates_the_row(
    board: Page, visit: Visit, relink: Callable[..., None]
) -> None:
    expect(row(board, visit)).to_be_visible()
    board.route("**/board/rows/**", lambda route: route.abort())
    select(board, visit)
    relink()
    board.keyboard.press("r")
    expect(board.locator("#toast")).to_contain_text(f"Dana matched {visit.token} to Mia Chen")
    assert Visit.objects.get(pk=visit.pk).state == "arrived"
    board.unroute("**/board/rows/**")
    expect(row(board, visit)).to_contain_text("Mia Chen")


def test_two_tabs_show_two_desks_and_keep_them(board: Page, front: Location, annexe: Location) -> None:
    board.goto("/")
    expect(board.locator("h1")).to_have_text("Front desk")
    other = board.context.new_page()
    other.goto("/")
    other.locator(".bar-switch summary").click()
    other.get_by_role("button", name="Annexe").click()
    expect(other.locator("h1")).to_have_text("Annexe")
    board.reload()
    expect(board.locator("h1")).to_have_text("Front desk")
    board.keyboard.press("n")
    board.locator("[name=child_given_name]").fill("Zoe")
    board.locator("#sign-in [type=submit]").first.click()
    expect(board.locator("#rows tr")).to_have_count(1)
    expect(board.locator("h1")).to_have_text("Front desk")
    assert Visit.objects.get().location == front
    other.keyboard.press("n")
    expect(other.locator("#sign-in")).to_be_visible()
    other.go_back()
    expect(other.locator("h1")).to_have_text("Annexe")
