"""Feedback on leaving: one tap, a comment, a call request; on a tablet and on a phone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import visit_feedback
from checkin.models import AfterWord, Clinic, Location, Staff, ToldFamily, Visit
from tests import make
from tests.journeys.desk_screen import arrive, logged_in
from tests.journeys.kiosk_looks import look, stay
from tests.journeys.kiosk_tablet import SIZES, enrolled, hold_time

if TYPE_CHECKING:
    from tests.conftest import Kiosk


pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}
SCREENS = {**SIZES, "phone": PHONE}


@pytest.fixture
def visit(brook: Clinic, front: Location) -> Visit:
    make.patient(brook)
    return arrive(front, also="a spot on his arm")


@pytest.fixture
def address(visit: Visit) -> str:
    return f"/kiosk/after/{visit_feedback.make_feedback_code(visit=visit, at=timezone.now())}/"


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Return the family's own browser, which has no cookie of ours."""
    context = browser.new_context(base_url=live_server.url, viewport=PHONE, has_touch=True)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda problem: troubles.append(str(problem)))
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    assert troubles == []


def kept(visit: Visit) -> AfterWord:
    for _ in range(40):
        word = AfterWord.objects.filter(visit=visit).first()
        if word:
            return word
        time.sleep(0.1)
    raise AssertionError("nothing was kept")


def test_a_face_a_comment_and_a_call_request_make_a_promise(phone: Page, visit: Visit, address: str) -> None:
    phone.goto(address)
    phone.get_by_label("Not so good").tap()
    phone.get_by_label("In your own words").fill("nobody told us why we waited")
    expect(phone.get_by_label("Your phone number, if you like")).to_be_hidden()
    phone.get_by_text("Yes, please call me").tap()
    phone.get_by_label("Your phone number, if you like").fill("555-010-0199")
    phone.get_by_role("button", name="Send").tap()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    word = AfterWord.objects.get(visit=visit)
    assert (word.face, word.promise.owner_role, word.promise.reach_at) == (2, "manager", "555-010-0199")
    phone.goto(address)
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()


def test_a_face_is_kept_when_the_page_is_closed(phone: Page, visit: Visit, address: str) -> None:
    phone.goto(address)
    phone.get_by_label("Very good").tap()
    phone.goto("/kiosk/after/another/")
    assert kept(visit).face == 5


def test_a_face_is_kept_when_the_tablet_is_left(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk, visit: Visit, address: str
) -> None:
    context = enrolled(browser, live_server.url, kiosk)
    page = context.new_page()
    hold_time(page)
    page.goto(address)
    page.get_by_label("All right").tap()
    page.clock.run_for(61_000)
    question = page.get_by_role("dialog", name="Are you still there?")
    expect(question).to_have_accessible_description(re.compile("closes in 20 seconds. A face"))
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    page.clock.run_for(79_000)
    expect(question).to_be_visible()
    assert not AfterWord.objects.exists()
    page.clock.run_for(2_000)
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert (kept(visit).face, kept(visit).device) == (3, kiosk.device)
    context.close()


def test_an_untouched_tablet_returns_to_the_welcome(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk, visit: Visit, address: str
) -> None:
    context = enrolled(browser, live_server.url, kiosk)
    page = context.new_page()
    hold_time(page)
    page.goto(address)
    page.clock.run_for(79_000)
    assert page.url.endswith(address)
    page.clock.run_for(2_000)
    page.wait_for_url("**/kiosk/")
    context.close()
    assert not AfterWord.objects.exists()


def test_not_today_keeps_no_answer(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk, address: str
) -> None:
    context = enrolled(browser, live_server.url, kiosk)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Good", exact=True).tap()
    page.get_by_role("link", name="Not today").tap()
    page.wait_for_url("**/kiosk/")
    context.close()
    assert not AfterWord.objects.exists()


def test_on_a_small_phone_one_row_of_buttons_leaves_room_for_the_question(phone: Page, address: str) -> None:
    phone.set_viewport_size({"width": 360, "height": 640})
    phone.goto(f"{address}?language=es")
    titles = [phone.title()]
    phone.locator(".face").first.tap()
    titles.append(phone.title())
    bar = phone.locator(".moves").bounding_box()
    assert bar and bar["height"] <= 100
    for button in phone.locator(".moves > :visible").all():
        box = button.bounding_box()
        assert box and box["height"] >= 56 and box["x"] >= 0 and box["x"] + box["width"] <= 360
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    asked = ["¿Cómo le fue hoy en su visita?", "Gracias. ¿Quiere decirnos algo más?"]
    assert titles == [f"{each} · Brook Street Clinic" for each in asked]


def test_arrow_keys_choose_a_face_and_enter_sends_it(phone: Page, visit: Visit, address: str) -> None:
    phone.goto(address)
    phone.get_by_role("button", name="Send").press("Enter")
    expect(phone.get_by_text("Please tap one of the faces first.")).to_be_visible()
    phone.locator("[name=face]").first.focus()
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    assert AfterWord.objects.get(visit=visit).face == 3


def test_without_script_the_feedback_form_works(
    browser: Browser, live_server: LiveServer, visit: Visit, address: str
) -> None:
    context = browser.new_context(base_url=live_server.url, viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Good", exact=True).check()
    page.get_by_label("In your own words").fill("kind nurse")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    context.close()
    word = AfterWord.objects.get(visit=visit)
    assert (word.face, word.line) == (4, "kind nurse")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_every_feedback_screen_fits_and_passes_axe(
    browser: Browser,
    live_server: LiveServer,
    kiosk: Kiosk,
    address: str,
    screen: str,
    light: str,
    language: str,
) -> None:
    how = {"viewport": SCREENS[screen], "color_scheme": light}
    if screen == "phone":
        context = browser.new_context(base_url=live_server.url, has_touch=True, **how)
    else:
        context = enrolled(browser, live_server.url, kiosk, **how)
    page, axe = context.new_page(), Axe()
    stay(page)
    page.goto(f"{address}?language={language}")
    page.locator(".moves .main").click()
    wrong = look(page, axe, "faces")
    page.locator(".face").last.tap()
    wrong += look(page, axe, "more")
    page.locator("[name=may_call]").check()
    wrong += look(page, axe, "call")
    page.locator(".moves .main").click()
    page.wait_for_selector(".thanks")
    wrong += look(page, axe, "thanks")
    context.close()
    assert wrong == []


def test_the_desk_can_answer_a_concern_and_see_the_feedback(
    browser: Browser, live_server: LiveServer, noor: Staff, visit: Visit, address: str, phone: Page
) -> None:
    context = logged_in(browser, live_server.url, noor)
    page, axe = context.new_page(), Axe()
    page.goto(f"/visits/{visit.pk}/")
    page.get_by_text("Ask how it was").click()
    expect(page.locator(".feedback-invitation svg.square")).to_be_visible()
    page.get_by_label("Not possible because").check()
    page.get_by_label("In words for the family").fill("it needs an hour")
    page.get_by_role("button", name="Save the answer").click()
    page.get_by_role("button", name="I told the family").click()
    expect(page.locator("#second-concern")).to_contain_text("The family was told")
    assert ToldFamily.objects.get().by == noor
    phone.goto(address)
    phone.get_by_label("Not good at all").tap()
    phone.get_by_text("Yes, please call me").tap()
    phone.get_by_role("button", name="Send").tap()
    phone.wait_for_selector(".thanks")
    page.reload()
    expect(page.locator("#given-feedback")).to_contain_text("Manager promised to")
    parts = ("#second-concern", "#given-feedback")
    wrong = [axe.run(page, context=part).response["violations"] for part in parts]
    page.goto(f"/patients/{visit.patient_id}/")
    expect(page.locator("#family")).to_contain_text("On leaving, they left feedback. The manager reads it.")
    expect(page.locator("#family")).to_contain_text("the family was told")
    wrong.append(axe.run(page, context="#family").response["violations"])
    context.close()
    assert wrong == [[], [], []]


def test_the_manager_sees_and_answers_a_low_face_without_a_call(
    browser: Browser,
    live_server: LiveServer,
    max_: Staff,
    noor: Staff,
    visit: Visit,
    address: str,
    phone: Page,
) -> None:
    phone.goto(address)
    phone.get_by_label("Not good at all").tap()
    phone.get_by_label("In your own words").fill("The nurse shouted at my son")
    phone.get_by_role("button", name="Send").tap()
    expect(phone.locator(".bar .clinic")).to_contain_text("Brook Street Clinic")
    context = logged_in(browser, live_server.url, max_)
    page, axe = context.new_page(), Axe()
    page.goto("/")
    expect(page.locator(".owed")).to_contain_text("The nurse shouted at my son")
    page.locator(".owed").get_by_role("link", name="Answer").click()
    wrong = [axe.run(page).response["violations"]]
    page.get_by_label("What was done", exact=True).fill("spoke with the nurse, wrote to the aunt")
    page.get_by_label("Who looks after it").select_option(f"{noor.pk}")
    page.get_by_role("button", name="Save the answer").click()
    words = page.locator("#feedback")
    expect(words).to_contain_text("spoke with the nurse, wrote to the aunt")
    expect(words).to_contain_text("Noor looks after it")
    wrong.append(axe.run(page).response["violations"])
    page.goto("/")
    expect(page.locator(".owed")).to_have_count(0)
    context.close()
    assert wrong == [[], []]
