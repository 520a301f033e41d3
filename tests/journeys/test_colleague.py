"""The story of one colleague: invited, at work behind a passkey, called away from a locked desk, and gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db.models import Q
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import AuditEvent, Clinic, Location, Staff
from tests import make
from tests.journeys.desk_screen import arrive
from tests.journeys.fingerprints import add_fingerprint_reader, name_address

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "seven quiet herons wading"
TOLD_IN_THE_TRAIL = [
    "staff.created",
    "staff.link_used",
    "login.done",
    "staff.second_factor_added",
    "desk.locked",
    "desk.unlocked",
    "staff.deactivated",
]


@pytest.fixture
def office(browser: Browser, live_server: LiveServer, ada: Staff) -> Iterator[Page]:
    """Return the browser of Ada, the administrator, in a clinic that asks everybody for a second factor."""
    Clinic.objects.update(site=name_address(live_server.url), second_factor_for="all")
    context = browser.new_context(base_url=name_address(live_server.url))
    page = context.new_page()
    add_fingerprint_reader(page)
    log_in(page, "ada", make.PASSWORD)
    add_the_passkey_that_the_clinic_asks_for(page)
    yield page
    context.close()


@pytest.fixture
def laylas(browser: Browser, live_server: LiveServer, front: Location) -> Iterator[Page]:
    """Return Layla's own browser, on a machine with a fingerprint reader."""
    context = browser.new_context(base_url=name_address(live_server.url))
    page = context.new_page()
    add_fingerprint_reader(page)
    yield page
    context.close()


def log_in(page: Page, username: str, password: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()


def invite_layla(office: Page) -> str:
    """Return the link that Ada hands over."""
    office.goto("/settings/staff/new/")
    office.get_by_label("Name", exact=False).first.fill("Layla Haddad")
    office.get_by_label("Username").fill("layla")
    office.get_by_label("Front desk").check()
    office.get_by_role("button", name="Make the link").click()
    return office.get_by_label("Link", exact=True).input_value()


def choose_a_password(page: Page, link: str) -> None:
    page.goto(link)
    expect(page.get_by_label("Your username")).to_have_value("layla")
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.get_by_role("button", name="Save password and log in").click()


def add_the_passkey_that_the_clinic_asks_for(page: Page) -> None:
    expect(page.get_by_role("alert")).to_contain_text("Your clinic asks you for a second factor")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")


def begin_a_sign_in(page: Page) -> None:
    page.goto("/sign-in/")
    page.locator("[name=child_given_name]").fill("Leopoldina")
    page.locator("[name=relationship]").fill("her aunt")


def lock_the_desk(page: Page) -> None:
    page.locator(".bar-person summary").click()
    page.get_by_role("button", name="Lock this desk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This desk is locked")
    assert "Leopoldina" not in page.content()


def unlock_it_with_the_passkey(page: Page) -> None:
    page.get_by_role("button", name="Unlock with a passkey").click()
    expect(page.locator("[name=relationship]")).to_have_value("her aunt", timeout=3000)


def deactivate_layla(office: Page) -> None:
    office.goto("/settings/staff/")
    office.get_by_role("link", name="Layla Haddad").click()
    office.get_by_role("button", name="Deactivate account").click()
    expect(office.get_by_text("Layla Haddad cannot log in anymore.")).to_be_visible()


def try_every_way_back(page: Page, link: str) -> None:
    page.goto("/account/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This account is not in use")
    log_in(page, "layla", PASSWORD)
    expect(page.get_by_text("do not belong together")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work anymore")


def test_a_colleague_comes_works_behind_a_passkey_and_goes(
    office: Page, laylas: Page, front: Location
) -> None:
    link = invite_layla(office)
    choose_a_password(laylas, link)
    add_the_passkey_that_the_clinic_asks_for(laylas)

    begin_a_sign_in(laylas)
    lock_the_desk(laylas)
    unlock_it_with_the_passkey(laylas)

    visit = arrive(front, name="Marcus Bell")
    laylas.goto(f"/visits/{visit.pk}/")
    expect(laylas.locator("main")).to_contain_text("Marcus")
    deactivate_layla(office)
    laylas.wait_for_url("**/account/login/**", timeout=12_000)  # nobody pressed anything there
    assert "Marcus" not in laylas.content()
    laylas.go_back()
    assert "Marcus" not in laylas.content()
    try_every_way_back(laylas, link)

    layla = Staff.objects.get(username="layla")
    told = list(
        AuditEvent.objects.filter(Q(subject="Staff", subject_id=layla.pk) | Q(staff=layla))
        .order_by("pk")
        .values_list("action", flat=True)
    )
    assert [action for action in told if action in TOLD_IN_THE_TRAIL] == TOLD_IN_THE_TRAIL
