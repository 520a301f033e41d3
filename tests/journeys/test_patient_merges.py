"""Two records of one child in a browser: found, compared, merged by a key, and the merge undone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import record_imports
from checkin.models import (
    Clinic,
    Guardian,
    LookAlike,
    Patient,
    PatientIdentifier,
    PatientMerge,
    Staff,
    StandingProxy,
)
from checkin.rules.record_rows import PatientItem
from tests import make
from tests.journeys.desk_screen import logged_in

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"


@pytest.fixture
def emma(brook: Clinic) -> Patient:
    emma = make.patient(brook, "Emma Johnson", "2017-04-04", city="Aurora", language="ar")
    make.guardian(emma, "Ana Johnson")
    PatientIdentifier.objects.create(clinic=brook, patient=emma, system="mrn", value="E-1")
    return emma


@pytest.fixture
def emmy(brook: Clinic, emma: Patient, dana: Staff) -> Patient:
    emmy = make.patient(brook, f"Emma {LONG}", "2017-04-04", phone="555-010-0177", city="Joliet")
    make.guardian(emmy, "فاطمة الزهراء عبد الرحمن", "555-010-0144", relationship="جدة الطفلة")
    terms = {"granted_by": "Ana", "written_on": make.TUESDAY, "recorded_by": dana}
    StandingProxy.objects.create(clinic=brook, patient=emmy, name="Aunt Zoe", **terms)
    return emmy


def picture(page: Page, name: str) -> None:
    """Save a screenshot if MERGE_PICTURES names a folder."""
    if folder := os.environ.get("MERGE_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_two_records_can_be_found_compared_merged_and_undone(
    browser: Browser, live_server: LiveServer, dana: Staff, emma: Patient, emmy: Patient
) -> None:
    context = logged_in(browser, live_server.url, dana)
    page = context.new_page()
    page.goto(f"/patients/{emma.pk}/")
    page.get_by_role("searchbox", name="Search for somebody else").fill(LONG)
    page.keyboard.press("Enter")
    picture(page, "found")
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Are these two records one child?")
    picture(page, "compare")
    page.get_by_role("row", name="City").get_by_role("radio").last.check()
    page.keyboard.press("1")
    told = page.get_by_role("status")
    expect(told).to_contain_text("Written proxy: Aunt Zoe")
    picture(page, "merged")
    emma.refresh_from_db()
    assert (emma.city, emma.phone) == ("Joliet", "555-010-0177")
    assert emma.guardians.count() == 2
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_contain_text("are two records again")
    picture(page, "undone")
    emma.refresh_from_db()
    assert (emma.city, emma.phone, emma.guardians.get().name) == ("Aurora", "", "Ana Johnson")
    assert PatientMerge.objects.count() == 2
    context.close()


def chosen(page: Page, label: str) -> int:
    """Return which of the two is selected in this row."""
    radios = page.get_by_role("row", name=label).get_by_role("radio")
    return [radios.nth(at).is_checked() for at in (0, 1)].index(True)


def test_defaults_follow_the_kept_record_except_explicit_choices(
    browser: Browser, live_server: LiveServer, dana: Staff, emma: Patient, emmy: Patient
) -> None:
    """The other record stayed, with the first one's birth date and city: a mix of two children."""
    Patient.objects.filter(pk=emmy.pk).update(language="pl")
    context = logged_in(browser, live_server.url, dana, viewport={"width": 820, "height": 1180})
    page = context.new_page()
    page.goto(f"/patients/{emma.pk}/merge/{emmy.pk}/")
    stays = page.get_by_role("row", name="Which record stays?").get_by_role("radio")
    drawn = [chosen(page, label) for label in ("Family name", "City", "Language", "Phone")]
    assert drawn == [0, 0, 0, 1]
    page.get_by_role("row", name="City").get_by_role("radio").last.check()
    page.get_by_role("row", name="City").get_by_role("radio").first.check()
    stays.last.check()
    assert [chosen(page, label) for label in ("Family name", "City", "Language", "Phone")] == [1, 0, 1, 1]
    stays.first.check()
    assert [chosen(page, label) for label in ("Family name", "City", "Language", "Phone")] == drawn
    stays.last.check()
    picture(page, "other-stays")
    page.get_by_role("button", name="Merge the two records").click()
    expect(page.get_by_role("status")).to_contain_text("was merged into")
    emmy.refresh_from_db()
    assert (emmy.family_name, emmy.city, emmy.language, emmy.phone) == (LONG, "Aurora", "pl", "555-010-0177")
    context.close()


@pytest.mark.parametrize(
    ("width", "zoom", "scheme"), [(820, 1, "light"), (1024, 1.25, "dark"), (1280, 2, "light")]
)
def test_the_merge_page_fits_at_every_size(
    browser: Browser,
    live_server: LiveServer,
    dana: Staff,
    emma: Patient,
    emmy: Patient,
    width: int,
    zoom: int | float,
    scheme: str,
) -> None:
    """Nothing is cut off and the page never scrolls sideways, with the longest name and in Arabic."""
    Guardian.objects.filter(patient=emma).update(name="ليلى " * 12)
    size = {"width": int(width / zoom), "height": int(900 / zoom)}
    context = logged_in(
        browser, live_server.url, dana, viewport=size, device_scale_factor=zoom, color_scheme=scheme
    )
    page = context.new_page()
    page.goto(f"/patients/{emma.pk}/merge/{emmy.pk}/")
    expect(page.get_by_role("button", name="Merge the two records")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    picture(page, f"fits-{width}-{zoom}-{scheme}")
    context.close()


def test_keys_go_through_look_alikes_from_page_to_page(
    browser: Browser, live_server: LiveServer, dana: Staff, brook: Clinic
) -> None:
    day = make.at().date()
    values = [{"given_name": f"Emma{n}", "family_name": f"Hill{n}", "birth_date": day} for n in range(51)]
    items = [
        PatientItem(values=dict(one), keys=[("", f"{who}{n}")])
        for n, one in enumerate(values)
        for who in "ab"
    ]
    record_imports.import_record_items(clinic=brook, items=items, at=make.at())
    page = logged_in(browser, live_server.url, dana).new_page()
    page.goto("/patients/look-alikes/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Compare Emma1 Hill1 with Emma1 Hill1")).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Compare Emma0 Hill0 with Emma0 Hill0")).to_be_focused()
    picture(page, "look-alikes")
    page.get_by_role("link", name="Compare Emma49").focus()
    page.keyboard.press("j")
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("are two children")
    assert LookAlike.objects.filter(settled_by=dana).count() == 1
