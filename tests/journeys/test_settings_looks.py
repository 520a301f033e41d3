"""The settings, one's own login, the audit log and what is sealed: with the longest names, at every size."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import care_alerts, confidential_visits, desk_locks, devices
from checkin.actions.care_alerts import AlertWords
from checkin.models import Clinic, Location, Role, Staff
from checkin.rules.care_alerts import AlertKind
from tests import make
from tests.journeys.desk_looks import find_axe_faults, find_size_faults, look_at_sizes
from tests.journeys.desk_screen import logged_in

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Maximiliana Theodora Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"
ARABIC = "ليلى عبد الرحمن بنت محمد الحسيني الأنصاري"
OWN = ("/account/", "/account/pin/", "/account/password/", "/account/email/")
# A button of one line is 32 or 40 px high.
SPLIT_BUTTONS = "(all) => all.filter((one) => one.offsetHeight > 41).map((one) => one.innerText)"
SPLIT_ROLES = """(all) => all.filter((one) => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return range.getClientRects().length > one.innerText.trim().split(/\\s+/).length;
}).map((one) => one.innerText)"""
GROUND = "(one) => getComputedStyle(one).backgroundColor"


@pytest.fixture
def colleagues(brook: Clinic, front: Location) -> list[Staff]:
    """Return two people whose names are long, one of them in Arabic; two tablets are called the same."""
    at = timezone.now()
    for nth, name in enumerate((LONG, ARABIC)):
        made = make.staff(brook, f"colleague-{nth}", Role.FRONT_DESK, location=front)
        Staff.objects.filter(pk=made.pk).update(name=name)
        devices.enrol_device(location=front, name=name, at=at)
        gone, _ = devices.enrol_device(location=front, name=f"{name} 2", at=at)
        devices.revoke_device(device=gone, by=None, at=at)
    return list(Staff.objects.filter(username__startswith="colleague-").order_by("username"))


def look(page: Page, path: str) -> list[str]:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(path)
    expect(page.locator("h1").first).to_be_visible()
    wrong = [f"{path}: {one}" for one in find_size_faults(page) + find_axe_faults(page)]
    return wrong + look_at_sizes(page, path.strip("/").replace("/", "-"))


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_every_page_fits_and_keeps_to_the_sizes(
    browser: Browser,
    live_server: LiveServer,
    brook: Clinic,
    ada: Staff,
    otto: Staff,
    max_: Staff,
    colleagues: list[Staff],
    scheme: str,
) -> None:
    child = make.patient(brook, LONG, phone="555-010-0777")
    said = AlertWords(AlertKind.NOT_WITH, LONG, "father", "Court order 4711 is in the paper file")
    care_alerts.write_care_alert(patient=child, said=said, by=max_, at=timezone.now())
    confidential_visits.hide_patient_address(patient=child, by=max_, at=timezone.now())
    one, chart = f"/settings/staff/{colleagues[0].pk}/", f"/patients/{child.pk}/"
    pages = {
        ada: (*OWN, "/settings/staff/", "/settings/staff/new/", one, "/settings/tablets/")
        + ("/settings/security/", "/settings/copies/", "/emergency/"),
        otto: ("/audit/", "/audit/patients/", "/audit/people/", "/audit/emergencies/")
        + (f"/audit/people/{colleagues[1].pk}/",),
        max_: (chart, f"{chart}sealed/", f"{chart}sealed/new/"),
    }
    wrong = []
    for person, paths in pages.items():
        context = logged_in(browser, live_server.url, person, color_scheme=scheme)
        page = context.new_page()
        for path in paths:
            wrong += look(page, path)
        if person == ada:
            page.set_viewport_size({"width": 820, "height": 1180})
            page.goto("/settings/tablets/")
            wrong += page.locator(".settings-table .btn").evaluate_all(SPLIT_BUTTONS)
            page.goto("/settings/staff/")
            wrong += page.locator(".staff-list td:nth-child(2)").evaluate_all(SPLIT_ROLES)
        if person == otto:
            Staff.objects.filter(pk=colleagues[0].pk).update(name="x" * 120)
            page.set_viewport_size({"width": 820, "height": 1180})
            page.goto("/audit/people/")
            assert page.evaluate("document.documentElement.scrollWidth") <= 820
        context.close()
    assert wrong == []


def test_a_locked_desk_fits_a_phone_and_shows_no_refusal_in_the_color_of_what_went_well(
    browser: Browser, live_server: LiveServer, colleagues: list[Staff]
) -> None:
    person = colleagues[0]
    desk_locks.set_pin(person=person, pin="280461", by=person, at=make.at("7:00"))
    context = logged_in(browser, live_server.url, person, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto("/patients/")
    page.locator("[data-lock-now]").first.evaluate("button => button.form.requestSubmit(button)")
    page.locator("#unlock-with").fill("194837")
    page.keyboard.press("Enter")
    refusal = page.locator("[data-unlock-said]")
    expect(refusal).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    refused = refusal.evaluate(GROUND)
    refusal.evaluate("(one) => one.setAttribute('role', 'status')")
    assert refused != refusal.evaluate(GROUND)
    context.close()
