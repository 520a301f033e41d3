"""Everything that the tablet asks arrives in the claim, also from the plain form or in another language."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import SignIn
from tests.conftest import Kiosk
from tests.journeys.kiosk_tablet import (
    at_step,
    enrolled,
    finish,
    left_behind,
    open_boxes,
    press,
    tablet,
    walk,
)

__all__ = ["tablet"]
pytestmark = pytest.mark.django_db(transaction=True)

TYPED = {
    "child": {
        "child_given_name": "Leo",
        "child_family_name": "Ruiz",
        "birth_month": "3",
        "birth_day": "14",
        "birth_year": "2018",
    },
    "you": {"relationship": "his aunt", "escort_name": "Rosa Delgado"},
    "today": {
        "reason": "Earache",
        "also": "A form for camp",
        "interpreter_language": "Quechua",
        "access_needs": "A quiet place",
    },
    "wait": {"escort_phone": "(312) 555-0170", "email": "rosa@mail.example", "best_time": "after 5"},
}
"""Every box, by its screen. The ten screens of before asked for the same, except for the e-mail address."""
TICKED = {
    "today": ["[name=notes_wanted][value=school]", "[name=notes_wanted][value=work]", "[name=interpreter]"],
    "wait": ["[name=approach][value=leave]", "[name=best_way][value=email]", "[name=remember]"],
}
CLAIM = {
    "child_given_name": "Leo",
    "child_family_name": "Ruiz",
    "child_birth_date": "2018-03-14",
    "relationship": "his aunt",
    "escort_name": "Rosa Delgado",
    "reason": "Earache",
    "also": "A form for camp",
    "notes_wanted": ["school", "work"],
    "interpreter": True,
    "interpreter_language": "Quechua",
    "access_needs": "A quiet place",
    "approach": "leave",
    "escort_phone": "(312) 555-0170",
    "best_way": "email",
    "email": "rosa@mail.example",
    "best_time": "after 5",
    "remember": True,
    "is_patient": False,
    "unreadable": "",
}
ONLY_OPEN_A_BOX = {"opens_also", "opens_access_needs"}


def fill(page: Page, step: str) -> None:
    for choice in TICKED.get(step, []):
        page.locator(choice).check()
    for name, text in TYPED.get(step, {}).items():
        page.locator(f"[name={name}]").fill(text)


def assert_all_arrived() -> None:
    said = SignIn.objects.get()
    assert {name: getattr(said, name) for name in CLAIM} == CLAIM


def test_this_list_has_every_input_of_the_tablet(tablet: Page) -> None:
    asked = tablet.evaluate(
        "() => [...document.querySelectorAll('#sign-in :is(input:not([type=hidden]), textarea)')]"
        ".map((each) => each.name || each.id)"
    )
    chosen = {re.findall(r"\[name=(\w+)\]", each)[0] for each in [*TICKED["today"], *TICKED["wait"]]}
    typed = {name for boxes in TYPED.values() for name in boxes}
    assert set(asked) == typed | chosen | {"is_patient"} | ONLY_OPEN_A_BOX
    assert len(typed | chosen | {"is_patient"}) == 20


def test_every_input_arrives_in_the_claim(tablet: Page) -> None:
    for step in TYPED:
        walk(tablet, step)
        if step == "today":
            open_boxes(tablet)
        fill(tablet, step)
    finish(tablet)
    assert_all_arrived()


def test_every_input_of_the_plain_form_arrives_in_the_claim(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk
) -> None:
    with enrolled(browser, live_server.url, kiosk, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/kiosk/")
        expect(page.locator("#opens_also")).to_be_hidden()
        for step in TYPED:
            fill(page, step)
        page.locator("[name=best_time]").press("Enter")
        page.wait_for_url("**/done/**")
    assert_all_arrived()


def test_a_closed_box_is_not_sent_and_keeps_its_words(tablet: Page) -> None:
    walk(tablet, "today")
    more, also = tablet.get_by_text("One more thing"), tablet.get_by_label("What else, while you are here?")
    expect(also).to_be_hidden()
    more.tap()
    also.fill("A form for camp")
    more.tap()
    expect(also).to_be_hidden()
    more.tap()
    expect(also).to_have_value("A form for camp")
    more.tap()
    finish(tablet)
    assert (SignIn.objects.get().also, SignIn.objects.get().unreadable) == ("", "")
    tablet.get_by_role("button", name="Another child?").tap()
    walk(tablet, "today")
    expect(also).to_be_hidden()


def test_an_interpreter_starts_with_the_language_of_the_tablet_unless_staff_speak_it(tablet: Page) -> None:
    walk(tablet, "today")
    tablet.get_by_text("An interpreter", exact=True).tap()
    expect(tablet.get_by_label("Which language?")).to_have_value("")
    tablet.goto("/kiosk/?language=es")
    walk(tablet, "today")
    tablet.get_by_text("Intérprete", exact=True).tap()
    spoken = tablet.get_by_label("¿En qué idioma?")
    expect(spoken).to_have_value("Español")
    spoken.fill("mixteco")
    finish(tablet)
    assert SignIn.objects.get().interpreter_language == "mixteco"


def test_the_email_address_is_asked_of_whoever_wants_email(tablet: Page) -> None:
    walk(tablet, "wait")
    email = tablet.get_by_label("Your e-mail address")
    tablet.get_by_text("Text me").tap()
    expect(email).to_be_hidden()
    tablet.get_by_text("E-mail me").tap()
    email.fill("rosa@mail.example")
    tablet.get_by_text("Remember this for next time").tap()
    finish(tablet)
    assert (SignIn.objects.get().email, SignIn.objects.get().remember) == ("rosa@mail.example", True)


def test_answers_survive_a_change_of_language(tablet: Page) -> None:
    press(tablet)
    tablet.get_by_label("First name").fill("Leo")
    walk(tablet, "you")
    tablet.get_by_label("Your name").fill("Rosa")
    walk(tablet, "wait")
    tablet.get_by_text("Come and greet me").tap()
    key = tablet.locator("[name=key]").input_value()
    for step in ("today", "you", "child", "welcome"):
        tablet.locator("[data-back]").click()
        at_step(tablet, step)
    tablet.get_by_role("link", name="Español").tap()
    tablet.wait_for_url("**/?language=es")
    assert tablet.evaluate("name + JSON.stringify([history.state, {...sessionStorage}])").count("Rosa") == 0
    walk(tablet, "wait")
    expect(tablet.get_by_label("Vengan a saludarme")).to_be_checked()
    assert tablet.locator("[name=key]").input_value() == key
    finish(tablet)
    said = SignIn.objects.get()
    assert (said.child_given_name, said.escort_name, said.language) == ("Leo", "Rosa", "es")
    # The next family begins with nothing, also in another language.
    tablet.wait_for_timeout(700)
    tablet.get_by_role("button", name="Listo").tap()
    tablet.wait_for_url("**/kiosk/")
    assert left_behind(tablet) == ""


@pytest.mark.parametrize("late", ["not JSON", '{"at": 0, "answers": {"key": "x", "said": ["Leo"]}}'])
def test_what_another_page_left_is_not_taken_for_answers(tablet: Page, late: str) -> None:
    tablet.evaluate("text => { window.name = text }", late)
    tablet.reload()
    at_step(tablet, "welcome")
    assert left_behind(tablet) + tablet.evaluate("window.name") == ""


def test_answers_left_behind_on_the_welcome_are_cleared(tablet: Page) -> None:
    tablet.clock.install()
    press(tablet)
    tablet.get_by_label("First name").fill("Leopold")
    tablet.locator("[data-back]").click()
    at_step(tablet, "welcome")
    tablet.clock.run_for(100_000)
    at_step(tablet, "welcome")
    assert left_behind(tablet) == ""


def test_the_patient_who_comes_alone_is_not_asked_who_brought_them(tablet: Page) -> None:
    press(tablet)
    fill(tablet, "child")
    tablet.get_by_text("I am the patient").tap()
    press(tablet)
    at_step(tablet, "today")
    finish(tablet)
    said = SignIn.objects.get()
    assert (said.is_patient, said.child_given_name, said.relationship) == (True, "Leo", "")
