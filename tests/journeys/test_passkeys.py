"""A passkey in a browser, with Chromium's virtual authenticator."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from checkin.models import AuditEvent, Clinic, Location, Staff
from tests import make
from tests.journeys.fingerprints import add_fingerprint_reader, name_address

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def passkeys(page: Page, live_server: object) -> Page:
    """Return a page whose machine has a fingerprint reader that always says yes."""
    add_fingerprint_reader(page)
    return page


def log_in(page: Page, address: str, username: str) -> None:
    page.goto(f"{address}/account/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


@pytest.fixture
def address(live_server: object) -> str:
    return name_address(str(live_server))


def test_a_manager_adds_a_passkey_and_logs_in_with_it_alone(
    passkeys: Page, address: str, brook: Clinic, front: Location, max_: Staff
) -> None:
    Clinic.objects.update(second_factor_for="managers")
    log_in(passkeys, address, "max_")
    expect(passkeys.get_by_role("alert")).to_contain_text("Your clinic asks you for a second factor")
    passkeys.get_by_role("link", name="Add a passkey").click()
    passkeys.get_by_role("button", name="Add the passkey").click()
    expect(passkeys.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    passkeys.goto(f"{address}/")
    expect(passkeys.locator("body.desk")).to_contain_text("Brook Street Clinic")
    passkeys.goto(f"{address}/account/logout/")
    passkeys.get_by_role("button", name="Log out").click()
    passkeys.wait_for_url("**/account/login/")
    passkeys.goto(f"{address}/promises/")
    passkeys.get_by_role("button", name="Log in with a passkey").click()
    expect(passkeys.get_by_role("heading", level=1)).to_contain_text("Promises")
    assert AuditEvent.objects.filter(action="staff.second_factor_added").count() == 1


def test_the_button_shows_only_once_it_does_something(
    passkeys: Page, address: str, brook: Clinic, front: Location, dana: Staff
) -> None:
    log_in(passkeys, address, "dana")
    passkeys.wait_for_url(f"{address}/")
    held: dict[str, Route] = {}
    passkeys.route("**/mfa/js/webauthn.*", lambda route: held.update(script=route))
    passkeys.goto(f"{address}/account/passkeys/add/", wait_until="commit")
    expect(passkeys.get_by_text("Back to your login")).to_be_visible()
    expect(passkeys.locator("#add_passkey")).to_be_hidden()
    held["script"].continue_()
    passkeys.get_by_role("button", name="Add the passkey").click()
    expect(passkeys.get_by_role("heading", level=1)).to_have_text("Recovery codes")


def test_after_the_password_the_passkey_is_the_first_way_on(
    passkeys: Page, address: str, brook: Clinic, front: Location, dana: Staff
) -> None:
    log_in(passkeys, address, "dana")
    passkeys.wait_for_url(f"{address}/")
    passkeys.goto(f"{address}/account/passkeys/add/")
    passkeys.get_by_role("button", name="Add the passkey").click()
    expect(passkeys.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    passkeys.context.clear_cookies()
    log_in(passkeys, address, "dana")
    expect(passkeys.get_by_role("heading", level=1)).to_have_text("One more step")
    expect(passkeys.get_by_role("button").first).to_have_text("Use your passkey")
    expect(passkeys.get_by_text("authenticator app")).to_have_count(0)
    passkeys.get_by_role("button", name="Use your passkey").click()
    passkeys.wait_for_url(f"{address}/")
    expect(passkeys.locator("body.desk")).to_contain_text("Brook Street Clinic")


def test_a_removed_passkey_logs_nobody_in_and_the_page_says_so(
    passkeys: Page, address: str, brook: Clinic, front: Location, dana: Staff
) -> None:
    log_in(passkeys, address, "dana")
    passkeys.wait_for_url(f"{address}/")
    passkeys.goto(f"{address}/account/passkeys/add/")
    passkeys.get_by_role("button", name="Add the passkey").click()
    passkeys.get_by_role("link", name="Go on to your login").click()
    passkeys.get_by_role("link", name="Remove Passkey").click()
    passkeys.get_by_role("button", name="Remove the passkey").click()
    expect(passkeys.get_by_text("Your passkey is removed.")).to_be_visible()
    passkeys.get_by_role("button", name="Log out everywhere").click()
    passkeys.wait_for_url("**/account/login/")
    passkeys.get_by_role("button", name="Log in with a passkey").click()
    expect(passkeys.get_by_role("alert")).to_contain_text("This passkey is not known here")


def test_where_passkeys_do_not_work_the_pages_say_so_and_offer_the_app(
    page: Page, address: str, brook: Clinic, front: Location, dana: Staff
) -> None:
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.goto(f"{address}/account/login/")
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Log in with a passkey")).to_be_hidden()
    log_in(page, address, "dana")
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/account/")
    expect(page.get_by_text("Passkeys need a secure address (https)")).to_be_visible()
    expect(page.get_by_role("link", name="Add a passkey")).to_be_hidden()
    expect(page.get_by_role("link", name="Add an authenticator app")).to_be_visible()


def test_a_passkey_unlocks_a_desk_within_three_seconds_with_what_was_typed(
    passkeys: Page, address: str, brook: Clinic, front: Location, dana: Staff
) -> None:
    log_in(passkeys, address, "dana")
    passkeys.wait_for_selector("body.desk")
    passkeys.goto(f"{address}/account/passkeys/add/")
    passkeys.get_by_role("button", name="Add the passkey").click()
    expect(passkeys.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    passkeys.goto(f"{address}/sign-in/?patient=")
    typed = passkeys.locator("[name=child_given_name]")
    typed.fill("Leo")
    lock = passkeys.locator("[data-lock-now]").first
    lock.evaluate("button => button.form.requestSubmit(button)")
    expect(passkeys.get_by_role("heading", name="This desk is locked")).to_be_visible()
    expect(typed).to_have_count(0)
    passkeys.get_by_role("button", name="Unlock with a passkey").click()
    expect(typed).to_have_value("Leo", timeout=3000)
    assert AuditEvent.objects.get(action="desk.unlocked").detail == {"way": "passkey"}
