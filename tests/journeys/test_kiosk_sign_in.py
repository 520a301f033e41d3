"""Families sign in at the tablet in different ways."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import SignIn, Visit
from tests.journeys.kiosk_tablet import at_step, enrolled, finish, press, tablet, walk

if TYPE_CHECKING:
    from tests.conftest import Kiosk


__all__ = ["tablet"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_family_can_sign_in_by_touch(tablet: Page) -> None:
    base = tablet.url.removesuffix("/kiosk/")
    requests: list[str] = []
    tablet.on("request", lambda request: requests.append(f"{request.method} {request.url}"))
    tablet.get_by_role("button", name="Start").tap()
    tablet.get_by_label("First name").fill("Leo")
    tablet.get_by_label("Family name").fill("Ruiz")
    expect(tablet.locator("[data-with]")).to_have_text("Leo Ruiz")
    tablet.get_by_label("Month").press_sequentially("03")
    expect(tablet.get_by_label("Month")).to_be_focused()
    tablet.get_by_label("Day").fill("14")
    tablet.get_by_label("Year").fill("2018")
    press(tablet)
    tablet.get_by_role("button", name="Aunt", exact=True).tap()
    expect(tablet.get_by_label("In your own words")).to_have_value("Aunt")
    tablet.get_by_label("In your own words").fill("Aunt, his mom is at work")
    tablet.get_by_label("Your name").fill("Rosa Delgado")
    press(tablet)
    tablet.get_by_label("In a few words, if you like").fill("Cough")
    tablet.get_by_text("One more thing").tap()
    tablet.get_by_label("What else, while you are here?").fill("A form for camp")
    tablet.get_by_text("A note for school").tap()
    tablet.get_by_text("An interpreter", exact=True).tap()
    tablet.get_by_label("Which language?").fill("Quechua")
    press(tablet)
    tablet.get_by_text("Leave me be until it is our turn").tap()
    tablet.get_by_label("Your phone number").fill("555-010-0123")
    # Only “Start” asks, once, whether the tablet is still enrolled; no other step needs the network.
    assert [each.replace(base, "") for each in requests] == ["HEAD /kiosk/"]
    press(tablet)

    expect(tablet.get_by_role("heading", level=1)).to_have_text("You are Blue Castle")
    assert [each.replace(base, "") for each in requests[1:]] == ["POST /kiosk/sign-ins/"]
    said = SignIn.objects.get()
    assert (said.child_given_name, said.child_family_name, said.child_birth_date) == (
        "Leo",
        "Ruiz",
        "2018-03-14",
    )
    assert (said.escort_name, said.relationship) == ("Rosa Delgado", "Aunt, his mom is at work")
    assert (said.reason, said.also, said.notes_wanted) == ("Cough", "A form for camp", ["school"])
    assert (said.approach, said.interpreter, said.interpreter_language) == ("leave", True, "Quechua")
    assert (said.escort_phone, said.unreadable, said.cut) == ("555-010-0123", "", [])


def test_a_family_can_sign_in_by_keyboard_alone(tablet: Page) -> None:
    keys = tablet.keyboard
    tablet.get_by_role("button", name="Start").focus()
    keys.press("Enter")
    for text in ("Mia", "Ortiz", "1", "2", "2020", "grandma", "Carmen", "Fever"):
        expect(tablet.locator(":focus")).to_have_value("")
        keys.type(text)
        if text != "Fever":
            keys.press("Enter")
    at_step(tablet, "today")
    for _ in range(2):
        keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")
    at_step(tablet, "wait")
    keys.press("Tab")
    keys.press("Enter")
    at_step(tablet, "done")
    said = SignIn.objects.get()
    assert (said.child_given_name, said.child_birth_date) == ("Mia", "2020-01-02")
    assert (said.relationship, said.reason, said.notes_wanted) == ("grandma", "Fever", ["school"])


def test_best_time_and_remember_appear_once_a_preference_is_chosen(tablet: Page) -> None:
    later, kept = tablet.get_by_label("Best time, in your words"), tablet.get_by_label("Remember this")
    walk(tablet, "wait")
    expect(later).to_be_hidden()
    tablet.get_by_text("Text me").tap()
    later.fill("after 17:00")
    tablet.get_by_text("Remember this for next time").tap()
    finish(tablet)
    said = SignIn.objects.get()
    assert (said.best_way, said.best_time, said.remember) == ("text", "after 17:00", True)

    tablet.get_by_role("button", name="Another child?").tap()
    walk(tablet, "wait")
    expect(kept).to_be_checked()
    tablet.get_by_text("Come and greet me").tap()
    finish(tablet)
    second = SignIn.objects.order_by("pk").last()
    assert (second.best_way, second.best_time, second.remember) == ("text", "after 17:00", True)
    assert second.approach == "greet"


def test_unchoosing_a_preference_clears_best_time_and_remember(tablet: Page) -> None:
    walk(tablet, "wait")
    call = tablet.get_by_text("Call me", exact=True)
    call.tap()
    tablet.get_by_label("Best time, in your words").fill("mornings")
    tablet.get_by_text("Remember this for next time").tap()
    call.tap()
    expect(tablet.get_by_label("Best time, in your words")).to_be_hidden()
    expect(tablet.get_by_label("Remember this")).to_be_hidden()
    finish(tablet)
    said = SignIn.objects.get()
    assert (said.best_way, said.best_time, said.remember) == ("", "", False)


def test_a_patient_who_comes_alone_reads_no_sentence_about_a_child(tablet: Page) -> None:
    """Check every visible sentence, at every step, in the dialog and after the sign-in was sent."""
    of_a_child = re.compile(r"child|\bour turn", re.IGNORECASE)
    press(tablet)
    tablet.get_by_text("I am the patient").tap()
    press(tablet)
    for _ in range(9):
        if tablet.locator("#sign-in").get_attribute("data-step") == "wait":
            tablet.evaluate("document.querySelector('[data-still]').showModal()")
            dialog = tablet.locator("[data-still]").inner_text()
            assert "I am getting worse" in dialog and not of_a_child.search(dialog)
            tablet.evaluate("document.querySelector('[data-still]').close()")
        seen = tablet.locator("#sign-in").inner_text()
        assert not of_a_child.search(seen), seen
        if tablet.locator("#sign-in").get_attribute("data-step") == "done":
            break
        press(tablet)
        expect(tablet.locator("#sign-in [data-label=wait]:visible")).to_have_count(0)
    at_step(tablet, "done")
    worried = tablet.locator(".moves [data-worried]")
    expect(worried).to_have_accessible_name("I am worried: I am getting worse")
    tablet.get_by_role("button", name="Someone else to sign in?").tap()
    expect(worried).to_have_accessible_name("I am worried: my child is getting worse")


def test_a_patient_who_comes_alone_can_sign_in(tablet: Page) -> None:
    press(tablet)
    tablet.get_by_label("First name").fill("Sam")
    tablet.get_by_text("I am the patient").tap()
    expect(tablet.get_by_role("heading", name="What is your name?")).to_be_visible()
    expect(tablet.locator("[data-progress]")).to_have_text("2 of 5")
    press(tablet)
    at_step(tablet, "today")
    expect(tablet.locator("[data-progress]")).to_have_text("3 of 5")
    finish(tablet)
    assert SignIn.objects.get().is_patient


def test_a_blank_name_is_asked_about_once(tablet: Page) -> None:
    press(tablet)
    press(tablet)
    expect(tablet.get_by_text("A first name helps us call the right child.")).to_be_visible()
    at_step(tablet, "child")
    press(tablet)
    at_step(tablet, "you")
    finish(tablet)
    assert Visit.objects.count() == 1


@pytest.mark.parametrize("step", ["welcome", "child", "wait"])
def test_asking_for_a_person_is_one_tap_at_every_step(tablet: Page, step: str) -> None:
    walk(tablet, step)
    tablet.get_by_role("button", name="I'd rather talk to someone").tap()
    expect(tablet.get_by_role("heading", name="Someone will come to talk with you.")).to_be_visible()
    expect(tablet.get_by_text("Your name for today: Blue Castle")).to_be_visible()
    assert SignIn.objects.get().help


def test_another_child_keeps_the_adults_answers_and_clears_the_childs(tablet: Page) -> None:
    press(tablet)
    tablet.get_by_label("First name").fill("Leo")
    walk(tablet, "you")
    tablet.get_by_label("Your name").fill("Rosa")
    tablet.get_by_label("In your own words").fill("aunt")
    walk(tablet, "today")
    tablet.get_by_label("In a few words, if you like").fill("Cough")
    finish(tablet)
    tablet.get_by_role("button", name="Another child?").tap()
    at_step(tablet, "child")
    expect(tablet.get_by_label("First name")).to_have_value("")
    tablet.get_by_label("First name").fill("Lea")
    walk(tablet, "wait")
    press(tablet)
    expect(tablet.locator("[data-token]")).to_have_text("Orange Rocket")
    second = SignIn.objects.order_by("pk").last()
    assert (second.child_given_name, second.escort_name, second.relationship) == ("Lea", "Rosa", "aunt")
    assert (second.reason, Visit.objects.count()) == ("", 2)


def test_a_family_can_sign_in_in_spanish(tablet: Page) -> None:
    tablet.get_by_role("link", name="Español").tap()
    tablet.get_by_label("Nombre", exact=True).fill("José")
    walk(tablet, "you")
    tablet.get_by_role("button", name="Tía").tap()
    walk(tablet, "wait")
    tablet.get_by_role("button", name="Terminar").tap()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Hoy usted es Castillo azul")
    said = SignIn.objects.get()
    assert (said.language, said.relationship, said.child_given_name) == ("es", "Tía", "José")
    # The next family sees the clinic's first language again, after a moment that rules out a double tap.
    tablet.wait_for_timeout(700)
    tablet.get_by_role("button", name="Listo").tap()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Welcome")


def test_text_in_any_script_arrives_as_typed(tablet: Page) -> None:
    press(tablet)
    tablet.get_by_label("First name").fill("عبد الرحمن")
    expect(tablet.locator("[data-with]")).to_have_text("عبد الرحمن")
    walk(tablet, "you")
    tablet.get_by_label("In your own words").fill("👵🏽❤️ <b>abuela</b>")
    finish(tablet)
    said = SignIn.objects.get()
    assert (said.child_given_name, said.relationship) == ("عبد الرحمن", "👵🏽❤️ <b>abuela</b>")


def test_without_script_the_kiosk_is_one_plain_form(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk
) -> None:
    context = enrolled(browser, live_server.url, kiosk, java_script_enabled=False)
    page = context.new_page()
    page.goto("/kiosk/?language=es")
    page.get_by_label("Nombre", exact=True).fill("Leo")
    page.get_by_label("Año").fill("2018")
    page.get_by_label("En sus propias palabras").fill("tía")
    page.get_by_text("Un justificante para la escuela").click()
    page.get_by_text("Correo electrónico", exact=True).click()
    page.get_by_label("La mejor hora, en sus palabras").fill("por la tarde")
    page.get_by_text("Recuérdenlo para la próxima vez").click()
    page.get_by_label("En sus propias palabras").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hoy usted es Castillo azul")
    assert page.url.endswith("/kiosk/done/blue-castle/?language=es")
    said = SignIn.objects.get()
    assert (said.relationship, said.notes_wanted, said.help) == ("tía", ["school"], False)
    assert (said.best_way, said.best_time, said.remember) == ("email", "por la tarde", True)
    page.go_back()
    assert page.get_by_label("Nombre", exact=True).input_value() == ""
    context.close()


@pytest.mark.parametrize("is_already_there", [False, True])
def test_opening_the_printed_address_enrolls_a_new_tablet(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk, is_already_there: bool
) -> None:
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    page.goto("/kiosk/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Please go to the front desk now")
    expect(page.get_by_role("heading", name="This tablet is not set up yet")).to_be_visible()
    if is_already_there:
        page.get_by_role("link", name="I have a tablet key").click()
        expect(page.get_by_label("Tablet key")).to_be_visible()
    page.goto(f"/kiosk/enrol/#{kiosk.token}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")
    assert kiosk.token not in page.evaluate("document.cookie + JSON.stringify(localStorage)")
    context.close()


# “%” stopped the script: the key stayed in the address, and nothing was said.
def test_a_key_with_a_stray_percent_sign_leaves_the_address_and_is_refused(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk
) -> None:
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    page.goto(f"/kiosk/enrol/#{kiosk.token}%")
    expect(page.get_by_text("This key is unknown")).to_be_visible()
    assert kiosk.token not in page.url
    context.close()


def test_if_a_script_module_fails_to_load_the_kiosk_is_a_plain_form(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk
) -> None:
    context = enrolled(browser, live_server.url, kiosk)
    page = context.new_page()
    page.route("**/kiosk-outbox*.js", lambda route: route.abort())
    page.goto("/kiosk/")
    expect(page.locator("html")).not_to_have_class("js")
    page.get_by_label("First name").fill("Leo")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/kiosk/done/**")
    assert SignIn.objects.get().child_given_name == "Leo"
    context.close()
