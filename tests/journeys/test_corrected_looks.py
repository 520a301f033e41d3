"""The pages of a corrected match, of merges and of consent: axe finds nothing, and nothing is cut off."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import consent, match_decisions
from checkin.actions.entry_moves import ALL_ENTRIES_GO
from checkin.models import Clinic, Location, Patient, Staff, Visit
from checkin.rules.consent_adults import ConsentBasis, ConsentChannel
from tests import make
from tests.journeys.corrected_day import (
    ARABIC,
    LONG,
    agreeing_adults,
    busy_visit,
    known_child,
    look_alikes,
    words_on_leaving,
)
from tests.journeys.desk_screen import arrive, logged_in, minutes_ago
from tests.journeys.test_desk_people_looks import violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
WIDTHS = (1280, 1024, 820, 640)
"""The desk's sizes; 640 is 1280 at 200 %."""


@pytest.fixture
def marcus(brook: Clinic) -> Patient:
    return known_child(brook, "Marcus Bell", number="411", city="Aurora", language="ar")


@pytest.fixture
def hugo(brook: Clinic) -> Patient:
    return known_child(brook, LONG, "2017-01-01", number="522")


@pytest.fixture
def busy(front: Location, marcus: Patient, noor: Staff, max_: Staff) -> Visit:
    return busy_visit(front, marcus, noor=noor, max_=max_)


def wrong_on(page: Page, name: str) -> list[str]:
    """Return axe's findings and any width overflow; save screenshots if LOOKS names a folder."""
    expect(page.locator("h1")).to_be_visible()
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += violations(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            found += [f"{wide} px wide at {width}"] if wide > width else []
            if folder := os.environ.get("LOOKS"):
                path = Path(folder) / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=path, full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})
    return [f"{name}: {one}" for one in found]


def open_as(browser: Browser, live_server: Any, person: Staff) -> Page:
    return logged_in(browser, live_server.url, person, reduced_motion="reduce").new_page()


def press(page: Page, what: Locator) -> None:
    """Press it and wait for the page to which it leads: the looks would be those of the page before."""
    with page.expect_navigation():
        what.click()


def to_the_list(page: Page, visit: Visit, name: str) -> None:
    page.goto(f"/match/{visit.pk}/")
    page.get_by_role("searchbox").fill(name)
    # Each has its own navigation: the candidates are there before the search, too.
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, page.locator("[data-candidate] button").first)


def answer_and_go_on(page: Page) -> None:
    """Answer every question of the list and correct the match."""
    for group in page.locator("fieldset").all():
        group.get_by_role("radio").first.check()
    press(page, page.get_by_role("button", name="This is"))


def test_a_correction_with_twelve_entries_fits_and_passes_axe(
    browser: Browser, live_server: LiveServer, busy: Visit, hugo: Patient, max_: Staff
) -> None:
    page = open_as(browser, live_server, max_)
    to_the_list(page, busy, "2017-01-01")
    wrong = wrong_on(page, "papers")
    answer_and_go_on(page)
    expect(page.get_by_role("status").first).to_contain_text(f"{busy.token} is")
    wrong += wrong_on(page, "told")
    page.goto(f"/visits/{busy.pk}/")
    wrong += wrong_on(page, "visit-corrected")
    press(page, page.get_by_role("button", name="Undo match"))
    wrong += wrong_on(page, "undo-list")
    assert wrong == []


def test_a_correction_with_few_entries_fits_and_passes_axe(
    browser: Browser, live_server: LiveServer, front: Location, brook: Clinic, marcus: Patient, dana: Staff
) -> None:
    make.patient(brook, ARABIC, "2017-01-01")
    visit = arrive(front, name="Marcus Bell", minutes=20)
    match_decisions.link_visit_to_patient(visit=visit, patient=marcus, by=dana, at=minutes_ago(15))
    consent.record_consent(
        patient=marcus, visit=visit, care="vaccine", agreed=True, basis=ConsentBasis.TELEPHONE,
        how=ConsentChannel.TELEPHONE,
        who="Helen Bell", heard_by=dana, at=minutes_ago(10),
    )  # fmt: skip
    page = open_as(browser, live_server, dana)
    to_the_list(page, visit, ARABIC)
    wrong = wrong_on(page, "papers-few")
    answer_and_go_on(page)
    expect(page.get_by_role("status").first).to_contain_text(f"{visit.token} is")
    wrong += wrong_on(page, "told-few")
    assert wrong == []


def test_the_merge_comparison_fits_and_passes_axe(
    browser: Browser,
    live_server: LiveServer,
    brook: Clinic,
    busy: Visit,
    marcus: Patient,
    hugo: Patient,
    dana: Staff,
    noor: Staff,
) -> None:
    twin = known_child(brook, "Marcus Bell", number="600")
    page = open_as(browser, live_server, dana)
    page.goto(f"/patients/{marcus.pk}/merge/{hugo.pk}/")
    wrong = wrong_on(page, "compare-differing")
    page.goto(f"/patients/{twin.pk}/merge/{make.patient(brook, 'Marcus Bell').pk}/")
    wrong += wrong_on(page, "compare-alike")
    page.goto(f"/patients/{marcus.pk}/merge/{twin.pk}/")
    wrong += wrong_on(page, "compare-twin")
    page.get_by_label("How do you know").fill("the mother showed both cards")
    page.get_by_role("button", name="Merge the two records").click()
    expect(page.get_by_role("status")).to_contain_text("was merged into")
    wrong += wrong_on(page, "merged")
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_contain_text("are two records again")
    wrong += wrong_on(page, "merge-undone")
    page = open_as(browser, live_server, noor)
    page.goto(f"/patients/{marcus.pk}/merge/{hugo.pk}/")
    expect(page.get_by_text("Only the front desk or the manager merges two records")).to_be_visible()
    wrong += wrong_on(page, "compare-noor")
    assert wrong == []


def test_the_look_alikes_page_fits_and_passes_axe(
    browser: Browser, live_server: LiveServer, brook: Clinic, front: Location, dana: Staff, noor: Staff
) -> None:
    look_alikes(brook)
    wrong = []
    for person in (dana, noor):
        page = open_as(browser, live_server, person)
        page.goto("/patients/look-alikes/")
        wrong += wrong_on(page, f"look-alikes-{person.username}")
    assert wrong == []


def test_the_consent_page_fits_and_passes_axe(
    browser: Browser, live_server: LiveServer, busy: Visit, noor: Staff, max_: Staff, dana: Staff
) -> None:
    agreeing_adults(busy, max_=max_)
    wrong = []
    for person in (noor, dana):
        page = open_as(browser, live_server, person)
        page.goto(f"/visits/{busy.pk}/consent/")
        wrong += wrong_on(page, f"consent-{person.username}")
    page = open_as(browser, live_server, max_)
    page.goto(f"/visits/{busy.pk}/consent/")
    for panel in page.locator("details.consent-write summary").all():
        panel.click()
    wrong += wrong_on(page, "consent-open")
    assert wrong == []


def test_needs_from_both_sources_fit_and_pass_axe(
    browser: Browser,
    live_server: LiveServer,
    brook: Clinic,
    front: Location,
    busy: Visit,
    dana: Staff,
    noor: Staff,
    max_: Staff,
) -> None:
    agreeing_adults(busy, max_=max_)
    said = {
        "language": "es",
        "interpreter": True,
        "interpreter_language": "Mam",
        "access_needs": "a quiet room",
    }
    marcus = busy.patient
    marcus.access_needs = "Big print, and a chair that is not low"
    marcus.save()
    visit = arrive(front, name=f"{marcus.given_name} {marcus.family_name}", minutes=5, **said)
    wrong = []
    for person in (dana, noor):
        page = open_as(browser, live_server, person)
        for name, path in (
            ("patient", f"/patients/{marcus.pk}/"),
            ("visit", f"/visits/{visit.pk}/"),
            ("board", "/"),
            ("match", "/match/"),
        ):
            page.goto(path)
            wrong += wrong_on(page, f"{name}-{person.username}")
    assert wrong == []


def test_feedback_and_handover_pages_fit_and_pass_axe(
    browser: Browser,
    live_server: LiveServer,
    front: Location,
    busy: Visit,
    marcus: Patient,
    max_: Staff,
    dana: Staff,
) -> None:
    words_on_leaving(front, marcus)
    page = open_as(browser, live_server, max_)
    page.goto("/promises/")
    wrong = wrong_on(page, "words")
    press(page, page.get_by_role("link", name="Answer").first)
    wrong += wrong_on(page, "word")
    page = open_as(browser, live_server, max_)
    page.goto("/promises/handover/")
    wrong += wrong_on(page, "handover")
    page = open_as(browser, live_server, dana)
    page.goto("/promises/")
    press(page, page.locator("table.promises th a").first)
    wrong += wrong_on(page, "promise-dana")
    assert wrong == []


def test_a_stale_page_fits_and_passes_axe(
    browser: Browser,
    live_server: LiveServer,
    brook: Clinic,
    busy: Visit,
    hugo: Patient,
    noor: Staff,
    dana: Staff,
) -> None:
    page = open_as(browser, live_server, noor)
    page.goto(f"/visits/{busy.pk}/")
    page.get_by_text("Write down what somebody said").click()
    page.locator("#consent [name=care]").select_option("check_up")
    page.locator("#consent").get_by_label("Agreed", exact=True).check()
    page.locator("#consent").get_by_label("Somebody else").check()
    page.locator("#consent [name=who]").fill(LONG)
    page.locator("#consent [name=how]").select_option("telephone")
    busy.refresh_from_db()
    match_decisions.link_visit_to_patient(
        visit=busy, patient=hugo, by=dana, at=minutes_ago(0), said=ALL_ENTRIES_GO
    )
    page.get_by_role("button", name="Save their answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing was written")
    assert wrong_on(page, "page-behind") == []


def test_the_page_that_says_who_may_read_charts_fits_and_passes_axe(
    browser: Browser, live_server: LiveServer, busy: Visit, ada: Staff, otto: Staff
) -> None:
    wrong = []
    for person in (ada, otto):
        page = open_as(browser, live_server, person)
        answer = page.goto(f"/visits/{busy.pk}/")
        assert answer and answer.status == 403
        expect(page.get_by_text("reads the board and patients’ pages. Ask one of them.")).to_be_visible()
        wrong += wrong_on(page, f"refused-{person.username}")
    assert wrong == []
