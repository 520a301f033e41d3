"""The tablet's first and last screens: languages, a call for a person, what was asked for, time limits."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import Discrepancy, SignIn, Visit
from tests.conftest import Kiosk
from tests.journeys.kiosk_tablet import (
    at_step,
    enrolled,
    hold_time,
    left_behind,
    press,
    signs_are_told,
    tablet,
)

__all__ = ["tablet"]
pytestmark = pytest.mark.django_db(transaction=True)

TYPED = {
    "child_given_name": "Leopold",
    "escort_name": "Rosa Delgado",
    "escort_phone": "555-010-0142",
    "reason": "Cough",
    "access_needs": "a quiet place",
}
TICKED = ["notes_wanted][value=school", "approach][value=leave", "interpreter", "best_way][value=text"]
ASKED_FOR = {
    "en": [
        "We will have the note for school ready.",
        "We leave you in peace until it is your turn.",
        "We know that you would like an interpreter.",
        "We know what helps you today.",
        "If we need to reach you, we send a text.",
    ],
    "es": [
        "Tendremos listo el justificante para la escuela.",
        "No le molestaremos hasta que sea su turno.",
        "Sabemos que quisiera contar con intérprete.",
        "Sabemos qué le ayuda hoy.",
        "Para avisarle, le enviaremos un mensaje de texto.",
    ],
}


def answer_screen(page: Page) -> None:
    """Answer whatever this screen asks of the answers above."""
    for name in TICKED:
        box = page.locator(f"[name={name}]")
        if box.is_visible() and not box.is_checked():
            box.check()
    if page.locator("#opens_access_needs").is_visible():
        page.locator("#opens_access_needs").check()
    for name, text in TYPED.items():
        if page.locator(f"[name={name}]").is_visible():
            page.locator(f"[name={name}]").fill(text)


def answer_until(page: Page, *steps: str) -> list[str]:
    """Answer screen by screen until one of these; return the titles on the way."""
    form, titles = page.locator("#sign-in"), []
    for _ in range(14):
        titles.append(page.title())
        if form.get_attribute("data-step") in steps:
            return titles
        answer_screen(page)
        press(page)
        expect(form.locator("[data-label=wait]:visible")).to_have_count(0)
    raise AssertionError(f"{steps} never came")


def shown_lines(page: Page) -> list[str]:
    return page.locator("[data-asked-for]:visible").all_inner_texts()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_last_screen_repeats_what_was_asked_for_and_nothing_else(tablet: Page, language: str) -> None:
    tablet.goto(f"/kiosk/?language={language}")
    hold_time(tablet)
    titles = answer_until(tablet, "done")
    assert shown_lines(tablet) == ASKED_FOR[language]
    assert len(set(titles)) == len(titles), "each screen has its own title"
    seen = tablet.locator("#sign-in").inner_text() + "".join(titles)
    assert [text for text in TYPED.values() if text in seen] == []
    assert all(title.endswith(" · Brook Street Clinic") for title in titles)
    assert tablet.locator("[data-token]").inner_text() not in titles[-1]
    expect(tablet.locator(".worse")).to_be_visible()
    tablet.locator("[data-another]").click()
    tablet.clock.run_for(500)
    answer_until(tablet, "done")
    assert len(shown_lines(tablet)) == 5
    press(tablet)
    at_step(tablet, "welcome")
    assert tablet.locator("[data-asked-for]:not([hidden])").count() == 0


def test_the_last_screen_repeats_it_also_once_it_was_sent_late(tablet: Page) -> None:
    hold_time(tablet)
    tablet.context.set_offline(True)
    answer_until(tablet, "kept")
    assert shown_lines(tablet) == []
    tablet.context.set_offline(False)
    tablet.evaluate("window.dispatchEvent(new Event('online'))")
    at_step(tablet, "done")
    assert shown_lines(tablet) == ASKED_FOR["en"]


def test_a_wish_without_its_number_is_not_promised(tablet: Page) -> None:
    tablet.evaluate(
        """() => { document.querySelector("[name=best_way][value=text]").checked = true;
                   document.querySelector("[name=best_way][value=text]").dispatchEvent(new Event("input",
                   { bubbles: true })); }"""
    )
    for _ in range(14):
        if tablet.locator("#sign-in").get_attribute("data-step") == "done":
            break
        press(tablet)
        expect(tablet.locator("[data-label=wait]:visible")).to_have_count(0)
    at_step(tablet, "done")
    assert SignIn.objects.get().best_way == "text"
    assert shown_lines(tablet) == []


def test_the_last_screen_stays_while_it_is_touched_and_says_so(tablet: Page) -> None:
    hold_time(tablet)
    answer_until(tablet, "done")
    staying = tablet.locator("[role=status] [data-stays-longer]")
    expect(staying).to_be_hidden()
    for move in (tablet.locator(".worse").tap, tablet.locator("[data-another]").focus):
        tablet.clock.run_for(29_000)
        move()
        signs_are_told(tablet)
        expect(staying).to_be_visible()
    tablet.clock.run_for(29_000)
    at_step(tablet, "done")
    tablet.clock.run_for(1_500)
    at_step(tablet, "welcome")


@pytest.mark.parametrize("sign", ["click", "selectionchange", "keydown", "pointermove"])
def test_what_a_switch_or_a_screen_reader_does_is_a_sign_of_life(tablet: Page, sign: str) -> None:
    hold_time(tablet)
    press(tablet)
    here = tablet.locator("#sign-in").get_attribute("data-step") or ""
    for _ in range(3):
        tablet.clock.run_for(50_000)
        tablet.evaluate("sign => document.dispatchEvent(new Event(sign, { bubbles: true }))", sign)
    expect(tablet.get_by_role("dialog")).to_be_hidden()
    at_step(tablet, here)


def test_an_idle_welcome_screen_goes_back_to_the_first_language(tablet: Page) -> None:
    tablet.goto("/kiosk/?language=es")
    hold_time(tablet)
    for _ in range(3):
        tablet.clock.run_for(50_000)
        tablet.get_by_role("heading", level=1).tap()
    assert tablet.url.endswith("?language=es")
    tablet.clock.run_for(61_000)
    tablet.wait_for_url("**/kiosk/")
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Welcome")


def test_asking_to_talk_loses_nothing_and_the_family_may_go_on(tablet: Page) -> None:
    hold_time(tablet)
    press(tablet)
    answer_screen(tablet)
    here = tablet.locator("#sign-in").get_attribute("data-step") or ""
    tablet.get_by_role("button", name="I'd rather talk to someone").tap()
    expect(tablet.get_by_role("heading", name="Someone will come to talk with you.")).to_be_focused()
    expect(tablet.get_by_text("Your name for today: Blue Castle")).to_be_visible()
    assert (SignIn.objects.get().help, SignIn.objects.get().child_given_name) == (True, "Leopold")
    tablet.get_by_role("button", name="Go on signing in").tap()
    at_step(tablet, here)
    expect(tablet.locator("[name=child_given_name]")).to_have_value("Leopold")
    answer_until(tablet, "done")
    expect(tablet.get_by_text("Please take a seat. Someone will come to talk with you.")).to_be_visible()
    assert (Visit.objects.count(), Discrepancy.objects.count()) == (1, 0)
    said = Visit.objects.get().sign_in
    assert (said.help, said.escort_name, said.reason) == (True, "Rosa Delgado", "Cough")


def test_a_family_that_went_back_to_the_welcome_is_asked_and_its_answers_are_cleared(tablet: Page) -> None:
    tablet.goto("/kiosk/?language=es")
    hold_time(tablet)
    press(tablet)
    answer_screen(tablet)
    tablet.locator("[data-back]").tap()
    at_step(tablet, "welcome")
    tablet.clock.run_for(61_000)
    expect(tablet.get_by_role("dialog")).to_be_visible()
    tablet.clock.run_for(5_000)
    assert left_behind(tablet) == "Leopold" * 2
    tablet.clock.run_for(15_000)
    tablet.wait_for_url("**/kiosk/")
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Welcome")
    assert left_behind(tablet) == ""


def test_back_leads_to_the_welcome_also_after_a_call_from_there(tablet: Page) -> None:
    tablet.get_by_role("button", name="I'd rather talk to someone").tap()
    press(tablet)
    at_step(tablet, "child")
    answer_screen(tablet)
    press(tablet)
    at_step(tablet, "you")
    for name in ("child", "welcome"):
        tablet.locator("[data-back]").tap()
        at_step(tablet, name)
    press(tablet)
    expect(tablet.locator("[name=child_given_name]")).to_have_value("Leopold")


def test_a_family_that_asked_to_talk_may_still_change_the_language(tablet: Page) -> None:
    press(tablet)
    answer_screen(tablet)
    tablet.get_by_role("button", name="I'd rather talk to someone").tap()
    expect(tablet.get_by_text("Your name for today: Blue Castle")).to_be_visible()
    press(tablet)
    tablet.locator("[data-back]").tap()
    tablet.get_by_role("link", name="Español").tap()
    tablet.wait_for_url("**/?language=es")
    answer_until(tablet, "done")
    expect(tablet.get_by_text("Tome asiento, por favor. Alguien vendrá a hablar con usted.")).to_be_visible()
    said = Visit.objects.get().sign_in
    assert (said.help, said.child_given_name, said.reason) == (True, "Leopold", "Cough")


def test_a_call_without_a_connection_says_so_and_its_name_is_not_taken_for_the_next_familys(
    tablet: Page,
) -> None:
    hold_time(tablet)
    press(tablet)
    tablet.context.set_offline(True)
    tablet.get_by_role("button", name="I'd rather talk to someone").tap()
    expect(tablet.locator(".on [data-person-late]")).to_be_visible()
    tablet.get_by_role("button", name="Clear the screen").tap()
    at_step(tablet, "welcome")
    tablet.context.set_offline(False)
    tablet.evaluate("window.dispatchEvent(new Event('online'))")
    expect(tablet.locator("[data-late]")).to_contain_text("a moment ago, your name for today: Blue Castle")
    assert SignIn.objects.get().help


# What of these screens is out of sight or out of reach, and where “I am worried” is.
PROBE = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const found = [], all = (s) => [...document.querySelectorAll(s)];
  const shown = (e) => e.getClientRects().length && getComputedStyle(e).visibility !== "hidden";
  const check = (e) => {
    const box = e.getBoundingClientRect();
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (!e.contains(hit) || box.right > innerWidth) found.push(e.textContent.trim().replace(/\\s+/g, " "));
  };
  all(".moves :is(a, button), .moves > .worry").filter(shown).forEach(check);
  for (const e of all(".step.on :is(a, button)").filter(shown)) {
    document.activeElement.blur();
    e.focus();
    check(e);
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push("scrolls sideways");
  const still = document.querySelector("[data-still]");
  still.showModal();
  for (const e of still.querySelectorAll("button")) { e.scrollIntoView({ block: "nearest" }); check(e); }
  still.close();
  scrollTo(0, 0);
  const { left, top, width } = document.querySelector(".moves > .worry").getBoundingClientRect();
  return { found, place: [left, top, width].map(Math.round).join(" ") };
}"""
SIZES = [(360, 640), (640, 360), (390, 844), (600, 960), (820, 1180), (1024, 694), (1180, 820), (320, 180)]


def test_every_button_of_these_screens_is_within_reach_at_any_size(tablet: Page) -> None:
    places: dict[tuple[int, int], set[str]] = {size: set() for size in SIZES}

    def look(screen: str) -> None:
        at_step(tablet, screen)
        for width, height in SIZES:
            tablet.set_viewport_size({"width": width, "height": height})
            found = tablet.evaluate(PROBE)
            assert found["found"] == [], (screen, width, height)
            places[width, height].add(found["place"])
        tablet.set_viewport_size({"width": 1180, "height": 820})

    tablet.goto("/kiosk/?language=es")
    tablet.route("**/kiosk/", lambda home: home.abort())
    look("welcome")
    tablet.locator("[data-help]").click()
    look("talk")
    press(tablet)
    tablet.locator(".moves [data-worried]").click()
    look("coming")
    press(tablet)
    answer_until(tablet, "done")
    assert len(shown_lines(tablet)) == 5
    look("done")
    assert {size: boxes for size, boxes in places.items() if len(boxes) > 1} == {}


TILES = """() => {
  const nav = document.querySelector(".languages"), one = nav.firstElementChild;
  while (nav.children.length < 8) nav.append(one.cloneNode(true));
  const boxes = [...nav.children].map((each) => each.getBoundingClientRect());
  return { low: Math.min(...boxes.map((each) => each.height)),
           narrow: Math.min(...boxes.map((each) => each.width)),
           over: document.documentElement.scrollHeight - innerHeight,
           wide: document.documentElement.scrollWidth - innerWidth };
}"""


def test_eight_languages_have_room_as_large_tiles(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk
) -> None:
    with enrolled(browser, live_server.url, kiosk) as context:
        page = context.new_page()
        for width, height in [(600, 960), (820, 1180), (1180, 820), (390, 844), (360, 640)]:
            page.set_viewport_size({"width": width, "height": height})
            page.goto("/kiosk/")
            link = page.get_by_role("link", name="Le damos la bienvenida Español")
            expect(link).to_have_attribute("lang", "es")
            expect(page.get_by_role("link", name="Welcome English")).to_have_attribute("aria-current", "true")
            found = page.evaluate(TILES)
            assert found["low"] >= 72 and found["narrow"] >= 240 and found["wide"] <= 0, (width, found)
            assert found["over"] <= 0 or width < 600, (width, found)


def test_the_token_enters_gently_and_not_at_all_where_motion_is_reduced(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk
) -> None:
    moves = "getComputedStyle(document.querySelector('.done .token')).animation"
    for motion, wanted in (("no-preference", "0.12s"), ("reduce", "none")):
        with enrolled(browser, live_server.url, kiosk, reduced_motion=motion) as context:
            page = context.new_page()
            page.goto("/kiosk/done/blue-turtle/")
            assert wanted in page.evaluate(moves)


def test_each_question_is_read_once_and_the_hint_about_the_name_only_once_shown(tablet: Page) -> None:
    press(tablet)
    name = tablet.locator("[name=child_given_name]")
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("")
    # "2 of 6", read with the question.
    group = tablet.locator(".step.on")
    progress = tablet.locator(".progress").inner_text()
    assert progress and group.get_attribute("aria-describedby") == tablet.locator(".progress").get_attribute(
        "id"
    )
    assert tablet.locator("#sign-in [aria-live], body > [aria-live], body > [role=status]").count() == 0
    press(tablet)
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("A first name helps us call the right child. " + GO_ON)
    name.fill("Leo")
    expect(name).to_have_accessible_description("")


GO_ON = "If you would rather not type it, just go on."
