"""What stands beside, above or below something else on the desk's pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from checkin.models import Promise
from tests.journeys.full_desk import FullDesk

pytestmark = pytest.mark.django_db(transaction=True)

WORDS_START = """(selector) => [...document.querySelectorAll(selector)].map((one) => {
  const words = document.createRange();
  words.selectNodeContents(one);
  return Math.round(words.getBoundingClientRect().left);
})"""
TIGHT = "'two-copies', 'two-languages'))"
TOUCHING_LABELS = """() => [...document.querySelectorAll('.excuse-facts tr')].filter((row) =>
  row.checkVisibility() && parseFloat(getComputedStyle(row.cells[0]).paddingRight) < 8
).map((row) => row.innerText)"""
BELOW_THE_WORDS = """() => [...document.querySelectorAll('.consent-said li')].filter((one) => {
  const [words, form] = [one.querySelector('div'), one.querySelector('form')];
  return form && form.getBoundingClientRect().top >= words.getBoundingClientRect().bottom;
}).map((one) => one.innerText)"""
LINES = "(all) => all.map((one) => one.clientHeight / parseFloat(getComputedStyle(one).lineHeight))"
SPLIT_TIMES = """() => {
  const found = [];
  const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    for (const match of texts.currentNode.data.matchAll(/\\d+:\\d\\d\\s[AP]M|\\w{3},\\s\\w{3}\\s\\d+/g)) {
      const time = document.createRange();
      time.setStart(texts.currentNode, match.index);
      time.setEnd(texts.currentNode, match.index + match[0].length);
      const tops = [...time.getClientRects()].filter((box) => box.width).map((box) => Math.round(box.top));
      if (new Set(tops).size > 1) found.push(texts.currentNode.data.trim());
    }
  }
  return found;
}"""
# No room at all for whatever holds a time, so that it splits wherever it may. Our policy forbids <style>.
NO_ROOM = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    main :is(.promises td:first-child :is(b, small), .promises tbody th small, .queue a span,
      .settled .quiet-line) { display: block; inline-size: 1px !important; min-inline-size: 0 !important;
      max-inline-size: 1px !important; overflow-wrap: normal !important }
    main .queue a span span { display: inline }`);
  document.adoptedStyleSheets = [sheet];
}"""
SEEN_OF_CUT_CANDIDATES = """() => {
  const edge = document.querySelector('.sides').getBoundingClientRect().right;
  return [...document.querySelectorAll('.side')].map((one) => one.getBoundingClientRect()).filter((box) =>
    box.right > edge && box.left < edge).map((box) => (edge - box.left) / box.width);
}"""

CUT_EXAMPLES = """() => {
  const pen = document.createElement('canvas').getContext('2d');
  return [...document.querySelectorAll('main input[placeholder]')].filter((one) => {
    if (!one.checkVisibility() || one.value) return false;
    const style = getComputedStyle(one);
    pen.font = style.font;
    const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return pen.measureText(one.placeholder).width > room;
  }).map((one) => one.placeholder);
}"""


def open_at(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1180})
    page.goto(path)


def test_the_labels_of_a_note_never_touch_its_values(full_desk: FullDesk) -> None:
    """At 320 px, and on paper cut in two, it said “Please excuseSaturday”."""
    page, paths = full_desk
    for name in ("note", "note draft"):
        for width in (320, 820):
            open_at(page, paths[name], width)
            assert page.evaluate(TOUCHING_LABELS) == [], f"{name} at {width}"
            page.locator(".excuse-sheet").evaluate_all("(all) => all.map((one) => one.classList.add(" + TIGHT)
            assert page.evaluate(TOUCHING_LABELS) == [], f"{name}, two copies in two languages, at {width}"


def test_a_button_stands_beside_what_was_said_and_not_alone_below(full_desk: FullDesk) -> None:
    page, paths = full_desk
    for name in ("consent", "visit", "patient"):
        for width in (768, 820, 1024, 1280):
            open_at(page, paths[name], width)
            assert page.evaluate(BELOW_THE_WORDS) == [], f"{name} at {width}"
    open_at(page, paths["consent"], 820)
    assert "agreed to treatment or procedure" in page.locator(".consent-said").first.inner_text()


def test_what_the_record_will_say_stands_below_all_choices(full_desk: FullDesk) -> None:
    """It stood beside the last button, “Called María”, as if that button did it."""
    page, paths = full_desk
    for width in (640, 768, 1024, 1280, 1920):
        open_at(page, paths["discrepancies"], width)
        lowest, says = page.locator(".choices:has(.says)").first.evaluate(
            "(one) => [Math.max(...[...one.querySelectorAll('.btn')]"
            ".map((each) => each.getBoundingClientRect().bottom)),"
            " one.querySelector('.says').getBoundingClientRect().top]"
        )
        assert says >= lowest, f"at {width}"


def test_the_parts_of_a_promise_start_on_one_line(full_desk: FullDesk) -> None:
    """The head's words stood 5 px to the left of all that followed."""
    page, paths = full_desk
    for name in ("promise", "feedback"):
        for width in (320, 820):
            open_at(page, paths[name], width)
            starts = page.evaluate(WORDS_START, ".promise-head h1, .visit-body > .paper:first-child h2")
            assert len(starts) == 2 and len(set(starts)) == 1, f"{name} at {width}: {starts}"


def test_a_promise_is_cut_by_its_two_lines_and_not_by_its_letters(full_desk: FullDesk) -> None:
    """At 820 px the second line was “th…”."""
    page, paths = full_desk
    open_at(page, paths["patient"], 820)
    about = page.locator(".promise-lines .about")
    assert (about.first.text_content() or "").strip().endswith("back on Monday")
    assert max(about.evaluate_all(LINES)) < 2.2


def test_a_time_and_a_day_stand_each_on_one_line(full_desk: FullDesk) -> None:
    """“AM” stood alone on a line, and “Mon, Nov” above “30, 10:00 AM”."""
    page, paths = full_desk
    for name in ("promises", "match", "discrepancies"):
        for width in (768, 820, 1024, 1280, 1920):
            open_at(page, paths[name], width)
            assert page.evaluate(SPLIT_TIMES) == [], f"{name} at {width}"
        page.evaluate(NO_ROOM)
        assert page.evaluate(SPLIT_TIMES) == [], f"{name} where there is no room"


def test_a_cut_candidate_shows_that_there_are_more(full_desk: FullDesk) -> None:
    """At 820 px the fifth column ended at the edge, and the sixth was nowhere to be seen."""
    page, paths = full_desk
    for width in (768, 820, 912):
        open_at(page, paths["match"], width)
        seen = page.evaluate(SEEN_OF_CUT_CANDIDATES)
        assert len(seen) == 1 and 0.15 < seen[0] < 0.85, f"at {width}: {seen}"
    open_at(page, paths["match"], 820)
    page.locator(".side").last.evaluate(
        "(one) => { one.closest('.sides-5').classList.replace('sides-5', 'sides-4'); one.remove(); }"
    )
    seen = page.evaluate(SEEN_OF_CUT_CANDIDATES)
    assert len(seen) == 1 and 0.15 < seen[0] < 0.85, f"four of them: {seen}"


def test_the_boards_counts_and_its_box_share_one_line(full_desk: FullDesk) -> None:
    page, paths = full_desk
    for width in (768, 820, 1024, 1280):
        open_at(page, paths["board"], width)
        assert page.locator(".lead-in").evaluate("(one) => one.offsetHeight") < 48, f"at {width}"


def test_no_box_cuts_its_example(full_desk: FullDesk) -> None:
    """At 768 px the board's box said “Find on thi”."""
    page, paths = full_desk
    for name in ("board", "match", "patients", "patient", "preferences", "sign-in"):
        for width in (640, 768, 820, 1024, 1280):
            open_at(page, paths[name], width)
            assert page.evaluate(CUT_EXAMPLES) == [], f"{name} at {width}"


ODD_MARKS = """() => [...document.querySelectorAll(".odd")].map((one) => {
  const [mark, line] = [one, one.closest(".line, small, dd")].map((each) => each.getBoundingClientRect());
  const { borderTopWidth, borderRightWidth, borderBottomWidth, borderLeftWidth } = getComputedStyle(one);
  const edges = new Set([borderTopWidth, borderRightWidth, borderBottomWidth, borderLeftWidth]);
  return [...edges, mark.top >= line.top - 0.5 && mark.bottom <= line.bottom + 0.5];
})"""


def test_the_mark_of_a_missing_number_has_an_edge_all_around(full_desk: FullDesk) -> None:
    """Its double line at the start looked like the cursor of a box."""
    page, paths = full_desk
    Promise.objects.update(reach_at="")
    for name in ("promises", "board"):
        for width in (320, 820, 1280):
            open_at(page, paths[name], width)
            marks = page.evaluate(ODD_MARKS)
            assert marks and all(one == ["1px", True] for one in marks), f"{name} at {width}: {marks}"
