"""On common tablets, also zoomed, what a tap opens is in sight, no word is broken and nothing touches."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from checkin.models import Clinic
from tests.conftest import Kiosk
from tests.journeys.kiosk_looks import stay
from tests.journeys.kiosk_sizes import Size
from tests.journeys.kiosk_tablet import at_step, enrolled, open_boxes, press, walk

pytestmark = pytest.mark.django_db(transaction=True)

LAID_OUT = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
OVER = "document.documentElement.scrollHeight - innerHeight"
# Words that go on in a second line.
BROKEN = """() => {
  const found = [];
  for (const each of document.querySelectorAll(".step.on :is(h1, h2, label, .chip)")) {
    if (!each.getClientRects().length) continue;
    const texts = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const { 0: word, index } of texts.currentNode.data.matchAll(/[\\p{L}]+/gu)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, index);
        range.setEnd(texts.currentNode, index + word.length);
        if (new Set([...range.getClientRects()].map((box) => box.top)).size > 1) found.push(word);
      }
    }
  }
  return found;
}"""
# The space between the main button's words and its arrow.
ARROW_GAP = """() => {
  const button = document.querySelector("[data-next]");
  const [word, arrow] = ["[data-label]:not([hidden])", "svg"].map((each) => button.querySelector(each));
  const range = document.createRange();
  range.selectNodeContents(word);
  const box = arrow.getBoundingClientRect();
  return box.width ? box.left - range.getBoundingClientRect().right : 99;
}"""
NO_ARROW = 99
PADDING = """(one) => {
  const { paddingInlineStart, paddingInlineEnd } = getComputedStyle(one);
  return [paddingInlineStart, paddingInlineEnd];
}"""
LINES = """() => {
  const clinic = document.querySelector(".clinic bdi");
  return clinic.getBoundingClientRect().height / parseFloat(getComputedStyle(clinic).lineHeight);
}"""


def opened(browser: Browser, live_server: LiveServer, kiosk: Kiosk, size: Size, language: str) -> Page:
    viewport = {"width": size[0], "height": size[1]}
    page = enrolled(browser, live_server.url, kiosk, viewport=viewport).new_page()
    stay(page)
    page.goto(f"/kiosk/?language={language}")
    return page


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [(1024, 768), (768, 1024), (1280, 800)])
def test_a_box_that_a_tap_opens_is_in_sight_without_scrolling(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk, size: Size, language: str
) -> None:
    page = opened(browser, live_server, kiosk, size, language)
    walk(page, "wait")
    page.locator("[value=email]").check()
    page.evaluate(LAID_OUT)
    assert page.evaluate(OVER) <= 0
    page.context.close()


def test_a_question_stands_no_lower_than_leaves_room_for_all_that_it_opens(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk
) -> None:
    page = opened(browser, live_server, kiosk, (820, 1180), "en")
    walk(page, "today")
    page.evaluate(LAID_OUT)
    before = page.locator(".step.on h1").bounding_box()
    open_boxes(page)
    page.evaluate(LAID_OUT)
    assert page.evaluate(OVER) <= 0
    assert page.locator(".step.on h1").bounding_box() == before
    page.context.close()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [(819, 614), (944, 656), (1007, 601), (1024, 640), (180, 320)])
def test_no_word_is_broken_and_no_arrow_touches_its_word(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk, size: Size, language: str
) -> None:
    page = opened(browser, live_server, kiosk, size, language)
    page.evaluate(LAID_OUT)
    if size[0] > 320:
        assert page.evaluate(OVER) <= 0, "a language is out of sight"
    for step in ("welcome", "child", "you", "today", "wait"):
        walk(page, step)
        page.evaluate(LAID_OUT)
        assert page.evaluate(BROKEN) == [], step
        gap = page.evaluate(ARROW_GAP)
        assert gap >= 8, step
        before, after = page.locator("[data-next]").evaluate(PADDING)
        assert before == after or gap < NO_ARROW, "there is no arrow, but room is kept for one"
    page.context.close()


def test_a_birth_year_is_seen_whole_on_a_phone_at_200_percent(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk
) -> None:
    page = opened(browser, live_server, kiosk, (180, 320), "en")
    press(page)
    page.locator("#birth_year").fill("2018")
    assert page.locator("#birth_year").evaluate("box => box.scrollWidth <= box.clientWidth")
    page.context.close()


@pytest.mark.parametrize("size", [(1280, 800), (1024, 768)])
def test_a_long_name_never_breaks_the_name_of_the_clinic(
    browser: Browser, live_server: LiveServer, brook: Clinic, kiosk: Kiosk, size: Size
) -> None:
    brook.name = "Brook Street Children's Clinic"
    brook.save()
    page = opened(browser, live_server, kiosk, size, "en")
    press(page)
    page.locator("#child_given_name").fill("Maximiliano Alejandro Guadalupe de los Ángeles Echeverría")
    assert page.evaluate(LINES) < 1.5
    page.context.close()


def test_zoomed_in_the_progress_stands_beside_the_clinic_and_the_name_of_the_day_in_sight(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk
) -> None:
    page = opened(browser, live_server, kiosk, (640, 400), "es")
    press(page)
    page.locator("#child_given_name").fill("Maximiliano Alejandro Guadalupe de los Ángeles Echeverría")
    page.evaluate(LAID_OUT)
    with_child, progress = (page.locator(one).bounding_box() for one in (".with", ".progress"))
    assert with_child and progress and progress["y"] < with_child["y"]
    walk(page, "wait")
    press(page)
    at_step(page, "done")
    page.evaluate(LAID_OUT)
    name, foot = (page.locator(one).bounding_box() for one in ("[data-token]", ".moves"))
    assert name and foot and name["y"] + name["height"] < foot["y"]
    drawing = page.locator(".done .token").bounding_box()
    assert drawing and drawing["x"] + drawing["width"] <= name["x"] and name["width"] > 320
    page.context.close()


def test_the_longest_name_of_the_day_leaves_the_last_screen_in_sight(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk
) -> None:
    page = opened(browser, live_server, kiosk, (960, 600), "es")
    walk(page, "wait")
    page.locator("[value=greet]").check()
    press(page)
    at_step(page, "done")
    page.evaluate(LAID_OUT)
    assert page.evaluate(OVER) <= 0
    page.context.close()


def test_that_a_person_comes_is_said_before_what_was_asked_for(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk
) -> None:
    page = opened(browser, live_server, kiosk, (1280, 800), "en")
    page.locator(".moves [data-worried]").click()
    at_step(page, "coming")
    walk(page, "wait")
    page.locator("[value=greet]").check()
    press(page)
    at_step(page, "done")
    comes, asked = (page.locator(one).bounding_box() for one in ("[data-comes]", "[data-asked-list]"))
    assert comes and asked and comes["y"] < asked["y"]
    page.context.close()
