"""A colleague is invited, chooses a password in another browser, works, and is shut out when they leave."""

from __future__ import annotations

from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import Staff
from tests.journeys.desk_screen import logged_in


def test_a_colleague_comes_and_goes(browser: Browser, live_server: LiveServer, ada: Staff) -> None:
    ada.clinic.site = live_server.url
    ada.clinic.save()
    office = logged_in(browser, live_server.url, ada).new_page()
    office.goto("/settings/staff/")
    office.get_by_role("link", name="Invite a person").click()
    office.get_by_label("Name", exact=False).first.fill("ليلى Haddad")
    office.get_by_label("Username").fill("layla")
    office.get_by_label("Clinician").check()
    office.get_by_role("button", name="Make the link").click()
    link = office.get_by_label("Link", exact=True).input_value()
    office.get_by_role("button", name="Copy link").click()
    expect(office.get_by_role("status").filter(has_text="The link is")).to_be_visible()

    own = browser.new_context(base_url=live_server.url)
    phone = own.new_page()
    phone.goto(link)
    expect(phone.get_by_label("Your username")).to_have_value("layla")
    for wrong in ("123456789012345", "Layla Layla Layla"):
        phone.locator("#id_password1").fill(wrong)
        phone.locator("#id_password2").fill(wrong)
        phone.get_by_role("button", name="Save password and log in").click()
        expect(phone.locator("#id_password1_error")).to_be_visible()
    phone.locator("#id_password1").fill("seven quiet herons wading")
    phone.locator("#id_password2").fill("seven quiet herons wading")
    phone.get_by_role("button", name="Save password and log in").dblclick()
    expect(phone.get_by_role("navigation", name="Desk")).to_be_visible()
    expect(phone.locator(".bar-person summary")).to_contain_text("ليلى Haddad")

    office.get_by_role("link", name="Back to all staff").click()
    office.get_by_role("link", name="ليلى Haddad").click()
    office.get_by_role("button", name="Deactivate account").click()
    expect(office.get_by_text("ليلى Haddad cannot log in anymore.")).to_be_visible()
    phone.goto("/patients/")
    expect(phone.get_by_role("heading", name="Log in")).to_be_visible()
    phone.goto(link)
    expect(phone.get_by_role("heading", name="This link does not work anymore")).to_be_visible()
    own.close()
