"""Correcting a match: entries are listed, answered by keyboard, reported, and undone with one key."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import consent, match_decisions, needs, preferences
from checkin.models import Clinic, DueItem, Immunization, Location, Patient, PatientIdentifier, Staff, Visit
from checkin.rules.consent_adults import ConsentBasis, ConsentChannel
from checkin.rules.need_types import NeedOutcome
from tests import make
from tests.journeys.desk_screen import arrive, logged_in, minutes_ago, scripts_are_there
from tests.journeys.test_desk_people_looks import ARABIC, LONGEST, look

pytestmark = pytest.mark.django_db(transaction=True)


def written(front: Location, child: Patient, by: Staff) -> Visit:
    """Return a visit of this child with a consent, a given vaccine and a corrected name."""
    DueItem.objects.create(
        clinic=child.clinic, patient=child, kind="vaccine", name="MMR", due_on=dt.date(2026, 1, 1)
    )
    visit = arrive(front, name=f"{child.given_name} {child.family_name}y", minutes=20)
    if visit.patient_id is None:
        match_decisions.link_visit_to_patient(visit=visit, patient=child, by=by, at=minutes_ago(15))
        visit.refresh_from_db()
    now = minutes_ago(10)
    consent.record_consent(
        patient=child, visit=visit, care="vaccine", agreed=True, basis=ConsentBasis.TELEPHONE,
        how=ConsentChannel.TELEPHONE,
        who=child.guardians.get().name, heard_by=by, at=now,
    )  # fmt: skip
    needs.answer_need(need=visit.needs.get(label="MMR"), outcome=NeedOutcome.DONE, by=by, at=now)
    one = visit.discrepancies.open().get(field="name")
    make.decision(discrepancy=one, kind="use_new", by=by, at=now)
    preferences.record_language_and_needs(
        patient=child, visit=visit, language="pl", interpreter_needed=True, access_needs="", by=by, at=now
    )
    return visit


@pytest.fixture
def marcus(brook: Clinic) -> Patient:
    found = make.patient(brook, "Marcus Bell")
    make.guardian(found, "Helen Bell")
    return found


@pytest.fixture
def hugo(brook: Clinic) -> Patient:
    return make.patient(brook, "Hugo Bellini", born="2017-01-01")


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, noor: Staff, front: Location) -> Iterator[Page]:
    context = logged_in(browser, live_server.url, noor)
    yield context.new_page()
    context.close()


def search_for(page: Page, visit: Visit, name: str) -> None:
    page.goto(f"/visits/{visit.pk}/")
    page.get_by_role("link", name="Match to another child").click()
    scripts_are_there(page)
    page.keyboard.press("/")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/match/*/?s=*")  # the page before it may show one candidate, too
    expect(page.locator("[data-candidate]")).to_have_count(1)
    scripts_are_there(page)


def answer(page: Page, question: str, nth: int) -> None:
    """Choose the nth answer with the arrow keys alone."""
    group = page.get_by_role("group", name=question)
    first = group.get_by_role("radio").first
    first.focus()
    page.keyboard.press("Space")
    for _ in range(nth - 1):
        page.keyboard.press("ArrowDown")
    expect(group.get_by_role("radio").nth(nth - 1)).to_be_checked()


def test_a_match_is_corrected_by_keyboard_reported_and_undone(
    desk: Page, front: Location, marcus: Patient, hugo: Patient, noor: Staff
) -> None:
    visit = written(front, marcus, noor)
    search_for(desk, visit, "bellini")
    desk.keyboard.press("1")
    expect(desk.get_by_role("heading", level=1)).to_have_text(f"Before {visit.token} goes to Hugo Bellini")
    expect(desk.locator("input:checked")).to_have_count(0)
    answer(desk, "agreed to vaccine", 3)
    answer(desk, "MMR given", 1)
    answer(desk, "Language Polish", 2)
    answer(desk, "was changed to", 1)
    desk.keyboard.press("Enter")
    told = desk.get_by_role("status").first
    expect(told).to_contain_text(f"{visit.token} is Hugo Bellini")
    expect(told).to_contain_text("Helen Bell agreed to vaccine by telephone: no longer counts.")
    expect(told).to_contain_text("MMR given: now on Hugo Bellini’s record.")
    expect(told).to_contain_text("what stood there before is back on Marcus Bell’s record.")
    marcus.refresh_from_db()
    assert (marcus.family_name, marcus.language) == ("Bell", "pl")
    assert Immunization.objects.get().patient == hugo
    expect(desk).to_have_url(re.compile(rf"/visits/{visit.pk}/\?done="))
    scripts_are_there(desk)
    desk.keyboard.press("u")
    expect(desk.locator("#content")).to_contain_text("will be called Marcus Belly, born Mar 14, 2018, again")
    desk.get_by_role("button", name="Undo").click()
    expect(desk.get_by_role("status").first).to_contain_text("is as it was before")
    visit.refresh_from_db()
    marcus.refresh_from_db()
    assert (visit.patient, marcus.family_name, Immunization.objects.get().patient) == (
        marcus,
        "Belly",
        marcus,
    )
    assert marcus.consent_records.get().withdrawn_at is None


def test_a_missing_answer_is_asked_for_and_nothing_changes(
    desk: Page, front: Location, marcus: Patient, hugo: Patient, noor: Staff
) -> None:
    visit = written(front, marcus, noor)
    search_for(desk, visit, "bellini")
    desk.keyboard.press("1")
    answer(desk, "MMR given", 2)
    desk.keyboard.press("Enter")
    expect(desk.locator("input:invalid").first).to_be_focused()
    visit.refresh_from_db()
    assert visit.patient == marcus
    desk.get_by_role("link", name="Cancel").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Who is")


@pytest.mark.parametrize("size", [(1024, 500), (640, 400)], ids=["1024", "1280 at 200 %"])
def test_focus_starts_at_the_heading_and_a_missing_answer_is_scrolled_to(
    desk: Page, front: Location, marcus: Patient, hugo: Patient, noor: Staff, size: tuple[int, int]
) -> None:
    """The first answer was eleven Tabs away, and the browser showed a field without its question."""
    desk.set_viewport_size({"width": size[0], "height": size[1]})
    visit = written(front, marcus, noor)
    search_for(desk, visit, "bellini")
    desk.locator("[data-key='1']").click()
    groups = desk.locator("fieldset")
    # The page before has a heading that is focused, too: a Tab there would be lost.
    expect(groups.first).to_be_visible()
    expect(desk.get_by_role("heading", level=1)).to_be_focused()
    desk.keyboard.press("Tab")
    expect(groups.first.get_by_role("radio").first).to_be_focused()
    for group in groups.all()[2:]:
        group.get_by_role("radio").first.check()
    groups.first.get_by_role("radio").first.check()
    desk.locator(".papers button[type=submit]").click()
    missing = groups.nth(1)
    expect(missing.get_by_role("radio").first).to_be_focused()
    expect(missing.locator(".question")).to_be_in_viewport(ratio=1)
    assert missing.locator(".question").bounding_box()["y"] > desk.locator(".bar").bounding_box()["height"]


@pytest.mark.parametrize("light", ["light", "dark"])
def test_the_correction_page_fits_and_passes_axe(
    browser: Browser, live_server: LiveServer, front: Location, brook: Clinic, noor: Staff, light: str
) -> None:
    found = [make.patient(brook, name) for name in (LONGEST, ARABIC)]
    make.guardian(found[0], LONGEST)
    visit = written(front, found[0], noor)
    context = logged_in(browser, live_server.url, noor, color_scheme=light)
    page = context.new_page()
    search_for(page, visit, ARABIC)
    page.keyboard.press("1")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Before")
    for width in (1280, 1024, 820, 640):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 800})
    assert look(page) == []
    for question in page.locator("fieldset").all():
        question.get_by_role("radio").first.check()
    page.get_by_role("button", name="This is").click()
    expect(page.get_by_role("status").first).to_contain_text(ARABIC)
    assert look(page) == []
    context.close()


def test_two_children_with_one_name_are_distinguished_on_the_page(
    browser: Browser, live_server: LiveServer, front: Location, brook: Clinic, marcus: Patient, noor: Staff
) -> None:
    visit = written(front, marcus, noor)
    for number, child in ("411", marcus), ("522", make.patient(brook, "Marcus Belly", born="2016-01-01")):
        PatientIdentifier.objects.create(clinic=brook, patient=child, system="mrn", value=number)
    context = logged_in(browser, live_server.url, noor)
    page = context.new_page()
    search_for(page, visit, "2016-01-01")
    page.keyboard.press("1")
    groups = page.locator("fieldset")
    expect(groups.first).to_contain_text(
        "Put the name back on the record of Marcus Belly, 411, the child before?"
    )
    for group in groups.all():
        answers = [one.inner_text() for one in group.locator(".choice").all()]
        assert len(set(answers)) == len(answers)
        assert max(map(len, answers)) < 80, "short enough to be taken in at one look"
    for width in (1280, 1024, 820, 640):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 800})
    assert look(page) == []
    for group in groups.all():
        group.get_by_role("radio").first.check()
    page.get_by_role("button", name="This is").click()
    told = page.get_by_role("status").first
    expect(told).to_contain_text(f"{visit.token} is Marcus Belly (born Jan 1, 2016, record 522)")
    expect(told).to_contain_text("MMR given: now on Marcus Belly’s record (born Jan 1, 2016, record 522).")
    context.close()
