"""At every size the buttons are whole, and a returning family is done within six screens and six taps."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import SignIn
from tests.conftest import Kiosk
from tests.journeys.kiosk_sizes import SIZES, Size
from tests.journeys.kiosk_tablet import at_step, enrolled, open_boxes, press, tablet, walk

__all__ = ["tablet"]
pytestmark = pytest.mark.django_db(transaction=True)

# “Next”, “Back”, “I'd rather talk to someone” and “I am worried”: each whole and not covered.
WHOLE = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const found = [];
  for (const e of document.querySelectorAll(".moves > button")) {
    if (getComputedStyle(e).visibility === "hidden") continue;
    const box = e.getBoundingClientRect(), what = e.innerText.trim();
    const out = box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight;
    if (out) found.push("cut off: " + what);
    const isSpilling = e.scrollWidth > e.clientWidth + 2 || e.scrollHeight > e.clientHeight + 2;
    if (isSpilling) found.push("spills: " + what);
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (!e.contains(hit)) found.push("covered: " + what);
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push("scrolls sideways");
  return found;
}"""
# The style sheet of before: the page did not scroll, and the buttons fell off its end.
BEFORE = ".kiosk { overflow: hidden } .stage { block-size: 100vh } .moves { position: static !important }"
QUESTIONS = ["welcome", "child", "you", "today", "wait"]


def look(page: Page, step: str, sizes: list[Size]) -> list[str]:
    wrong = []
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        wrong += [f"{step} at {width}×{height}: {each}" for each in page.evaluate(WHOLE)]
    return wrong


@pytest.mark.parametrize("half", [0, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_buttons_are_whole_at_forty_sizes_on_every_screen(
    browser: Browser, live_server: LiveServer, kiosk: Kiosk, language: str, half: int
) -> None:
    assert len(SIZES) >= 40
    # Each language takes the sizes that the other leaves, so every run sees each screen at each size.
    sizes = SIZES[(half + (language == "es")) % 2 :: 2]
    context = enrolled(browser, live_server.url, kiosk)
    page = context.new_page()
    page.goto(f"/kiosk/?language={language}")
    wrong = look(page, "welcome", sizes)
    press(page)
    page.locator("#child_given_name").fill("Maximiliano Alejandro")
    wrong += look(page, "child", sizes)
    walk(page, "you")
    wrong += look(page, "you", sizes)
    walk(page, "today")
    open_boxes(page)
    wrong += look(page, "today", sizes)
    walk(page, "wait")
    page.locator("[value=email]").check()
    wrong += look(page, "wait", sizes)
    page.get_by_role("button", name="Finish" if language == "en" else "Terminar").click()
    at_step(page, "done")
    wrong += look(page, "done", sizes)
    context.close()
    assert wrong == []


def test_the_check_of_the_buttons_finds_the_style_sheet_of_before(tablet: Page) -> None:
    walk(tablet, "you")
    sizes = [(390, 844), (844, 390), (787, 547)]
    assert look(tablet, "you", sizes) == []
    tablet.evaluate(
        "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s] }",
        BEFORE,
    )
    found = look(tablet, "you", sizes)
    assert [each for each in found if "cut off: Next" in each] == [
        f"you at {width}×{height}: cut off: Next" for width, height in sizes
    ]


# What the page receives, however this test taps; also after it is loaded again in another language.
COUNT_TAPS = """() => addEventListener("pointerdown", ({ isTrusted }) => {
  if (isTrusted) sessionStorage.taps = 1 + Number(sessionStorage.taps ?? 0);
}, true)"""


def sign_in_returning_family(page: Page, words: dict[str, str]) -> tuple[int, list[str]]:
    """Sign in as a family that knows the way; return its taps beside typing, and the screens it saw."""
    page.evaluate(COUNT_TAPS)
    page.add_init_script(f"({COUNT_TAPS})()")
    seen = ["welcome"]

    def tap(what: Locator) -> None:
        what.tap()
        note_screen()

    def type_in(text: str) -> None:
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        note_screen()

    def note_screen() -> None:
        step = page.locator("#sign-in").get_attribute("data-step") or ""
        if step != seen[-1]:
            seen.append(step)

    if "language" in words:
        tap(page.get_by_role("link", name=words["language"]))
        page.wait_for_url("**/?language=*")
        at_step(page, "child")
        note_screen()
    else:
        tap(page.locator("[data-next]"))
    for text in ("Leo", "Ruiz", "3", "14", "2018"):
        type_in(text)
    tap(page.get_by_role("button", name=words["aunt"], exact=True))
    tap(page.locator("#escort_name"))
    type_in("Rosa Delgado")
    tap(page.locator("#reason"))
    type_in("Earache")
    tap(page.get_by_text(words["greet"], exact=True))
    tap(page.locator("[data-next]"))
    at_step(page, "done")
    note_screen()
    return int(page.evaluate("sessionStorage.taps ?? 0")), seen


@pytest.mark.parametrize(
    "words",
    [
        {"aunt": "Aunt", "greet": "Come and greet me"},
        # A tap on the language is also the start.
        {"language": "Español", "aunt": "Tía", "greet": "Vengan a saludarme"},
    ],
    ids=["en", "es"],
)
def test_a_returning_family_needs_six_screens_and_six_taps(tablet: Page, words: dict[str, str]) -> None:
    taps, seen = sign_in_returning_family(tablet, words)
    assert (seen, taps) == ([*QUESTIONS, "done"], 6)
    said = SignIn.objects.get()
    assert (said.child_given_name, said.child_birth_date) == ("Leo", "2018-03-14")
    assert (said.escort_name, said.reason, said.approach) == ("Rosa Delgado", "Earache", "greet")


def test_progress_is_said_in_words_and_follows_the_patient_who_comes_alone(tablet: Page) -> None:
    progress = tablet.locator("[data-progress]")
    expect(progress).to_be_hidden()
    press(tablet)
    expect(progress).to_have_text("2 of 6")
    tablet.get_by_text("I am the patient").tap()
    expect(progress).to_have_text("2 of 5")
    tablet.get_by_text("I am the patient").tap()
    for step, said in (("you", "3 of 6"), ("today", "4 of 6"), ("wait", "5 of 6")):
        walk(tablet, step)
        expect(progress).to_have_text(said)
    press(tablet)
    at_step(tablet, "done")
    expect(progress).to_be_hidden()


@pytest.mark.parametrize("step", ["you", "today"])
def test_a_finger_opens_no_keyboard_over_words_to_tap(tablet: Page, step: str) -> None:
    tablet.locator("[data-next]").tap()
    tablet.locator("#child_given_name").fill("Leo")
    for _ in QUESTIONS[QUESTIONS.index("child") : QUESTIONS.index(step)]:
        tablet.wait_for_timeout(400)  # not a double tap
        tablet.locator("[data-next]").tap()
    at_step(tablet, step)
    expect(tablet.locator(f".step[data-step={step}] h1")).to_be_focused()
    tablet.reload()
    # A mouse or a keyboard goes straight to the box.
    walk(tablet, step)
    expect(tablet.locator({"you": "#relationship", "today": "#reason"}[step])).to_be_focused()


def test_a_short_question_stands_near_the_middle_and_a_tap_moves_nothing(tablet: Page) -> None:
    tablet.set_viewport_size({"width": 820, "height": 1180})
    press(tablet)
    above, below = tablet.evaluate(
        """async () => {
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          const at = (one) => document.querySelector(one).getBoundingClientRect();
          const asked = at(".step.on");
          return [asked.top - at(".bar").bottom, at(".moves").top - asked.bottom];
        }"""
    )
    assert 60 < above < below < 2 * above
    walk(tablet, "wait")
    call = tablet.get_by_text("E-mail me")
    before = call.bounding_box()
    call.tap()
    expect(tablet.get_by_label("Your e-mail address")).to_be_visible()
    assert call.bounding_box() == before
