"""The desk's own screens, light and dark: nothing is cut off, and axe finds nothing serious."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import Clinic, Location, Staff
from tests import make, promising
from tests.journeys.desk_screen import arrive, logged_in, minutes_ago, row, select

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = (
    "mother",
    "عمها، أبوها مسافر للعمل ولن يعود قبل نهاية الأسبوع القادم",
    "👩‍👧 mum’s partner 🏳️‍🌈",
    "x" * 500,
)


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def promise(front: Location, *, at: dt.datetime, due: dt.datetime, **words: str) -> None:
    """Make a promise that the board lists."""
    said = promising.said(best_from=None, best_words="", due_at=due, **words)
    promising.promise(front, at=at, said=said)


def full(brook: Clinic, front: Location, count: int) -> None:
    for n in range(count):
        arrive(
            front,
            name=f"Maximiliano{n} de la Fuente-Villanueva y Santibáñez" if n % 3 else "ليلى الحسن",
            minutes=n * 2,
            relationship=WORDS[n % 4],
            notes_wanted="school, work",
            also="knee",
            interpreter="yes",
            access_needs="a quiet place to wait, please",
            approach=("greet", "leave", "")[n % 3],
        )
    for n, minutes in enumerate((-40, 20, 90)):
        make.appointment(make.patient(brook, f"Booked{n} Child"), front, minutes_ago(minutes))


# Cut text of a chip, and what is outside of its cell, in rows of the board.
CUT = """() => [...document.querySelectorAll("#board tr[data-v]")].flatMap((row) => {
  const cell = row.querySelector(".needs > span");
  const text = [...cell.querySelectorAll(".chip:not(.short, .read) > span:not(.visually-hidden)")];
  const line = cell.getBoundingClientRect();
  const sticksOut = (box) => box.bottom > line.bottom + 1 || box.right > line.right + 1;
  const cut = text.filter((one) => one.scrollWidth > one.clientWidth + 1);
  const whole = cut.filter((one) => one.closest(".chip").offsetWidth < cell.clientWidth - 1);
  const out = [...cell.children].filter((one) => one.offsetWidth && sticksOut(one.getBoundingClientRect()));
  return [...whole, ...out].map((one) => one.textContent);
})"""
WIDTHS = """(row) => [".open b", ".name", "td:nth-of-type(2) .line:not(:empty)", ".step button"]
  .map((one) => row.querySelector(one).getBoundingClientRect())
  .map((box) => box.left >= 0 && box.right <= innerWidth ? box.width : 0)"""
COLORS = """(row) => {
  const cell = row.querySelector("td");
  const of = (one) => getComputedStyle(one).backgroundColor;
  return of(cell) === "rgba(0, 0, 0, 0)" ? of(row) : of(cell);
}"""


def test_every_row_keeps_token_child_adult_and_step_at_every_width(
    browser: Browser, live_server: LiveServer, brook: Clinic, dana: Staff, front: Location
) -> None:
    """At 1024 px, which is 1280 at 125 %, the child's name was 0 px wide."""
    full(brook, front, 6)
    arrive(front, name="Wilhelmina-Konstantina Featherstonehaugh", worried=True, reason="a rash", minutes=40)
    make.appointment(make.patient(brook, "Zoë Müller"), front, minutes_ago(9))
    arrive(front, name="Zoë Müller", reason="cough", access_needs="a quiet place", notes_wanted="school")
    promise(front, at=minutes_ago(0), due=minutes_ago(12))
    promise(
        front, at=minutes_ago(0), due=minutes_ago(-20), to_whom="Wilhelmina-Konstantina Featherstonehaugh"
    )
    with logged_in(browser, live_server.url, dana) as context:
        page = context.new_page()
        page.goto("/")
        for width, least in (
            (1920, 120),
            (1280, 100),
            (1024, 90),
            (992, 80),
            (820, 80),
            (640, 80),
            (320, 70),
        ):
            page.set_viewport_size({"width": width, "height": 640})
            page.wait_for_timeout(150)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(CUT) == [], width
            # In one look: the board may have asked for its rows meanwhile and put new ones in their place.
            rows = page.locator("#rows tr[data-v]").evaluate_all(f"(rows) => rows.map({WIDTHS})")
            for token, child, adult, step in rows:
                assert min(child, adult) >= least and token >= 60 and step >= 100, (
                    width,
                    token,
                    child,
                    adult,
                )
        # What is left out of the small board is in its words.
        page.set_viewport_size({"width": 1024, "height": 640})
        short = page.locator(".chip.short").first
        expect(short).to_have_attribute("title", re.compile("."))
        assert short.evaluate("(one) => one.textContent.trim()")


def test_worried_is_the_strongest_then_late_which_is_a_word_and_no_row_is_tinted(
    board: Page, front: Location
) -> None:
    late, calm = arrive(front, minutes=40), arrive(front, name="Mia Novak", minutes=1)
    raised = arrive(front, name="Will Worry", worried=True, reason="cough")
    expect(row(board, raised)).to_be_visible()
    expect(board.locator("#rows tr").first).to_have_id(f"v{raised.pk}")
    pill = row(board, late).locator(".late")
    expect(pill).to_have_text("late")
    expect(pill).to_be_visible()
    expect(row(board, calm).locator(".late")).to_be_hidden()
    link = row(board, late).locator("a.open")
    expect(link).to_have_accessible_description(re.compile(r"Leo Ruiz.*Rosa Delgado.*40 min ?late Arrived"))
    drawn = {one.pk: row(board, one).evaluate(COLORS) for one in (late, calm, raised)}
    assert drawn[late.pk] == drawn[calm.pk] != drawn[raised.pk]
    expect(row(board, raised).locator(".wait")).to_contain_text("Worried")
    expect(row(board, raised).locator(".wait")).to_contain_text("see now")
    expect(row(board, raised).locator(".chip").first).to_have_text("Read me")
    # In forced colors a ground says nothing: a pill has an edge, and the row of a worried child a frame.
    board.emulate_media(forced_colors="active")
    assert pill.evaluate("(one) => parseFloat(getComputedStyle(one).borderTopWidth)") >= 1
    assert row(board, raised).evaluate("(one) => getComputedStyle(one).outlineStyle") == "double"
    board.emulate_media(forced_colors="none")
    for one in (late, calm, raised):
        select(board, one)
        ring = row(board, one).evaluate(
            "(one) => [getComputedStyle(one).outlineWidth, getComputedStyle(one).outlineColor]"
        )
        assert ring[0] == "3px" and ring[1] != row(board, one).evaluate(COLORS)
    # The child's name opens the visit too.
    row(board, calm).locator(".name").click()
    board.wait_for_url(f"**/visits/{calm.pk}/")


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("count", [0, 12, 40])
def test_the_board_fits_the_screen_and_passes_axe(
    browser: Browser,
    live_server: LiveServer,
    brook: Clinic,
    dana: Staff,
    front: Location,
    annexe: Location,
    light: str,
    count: int,
) -> None:
    full(brook, front, count)
    promise(front, at=minutes_ago(0), due=minutes_ago(12))
    promise(front, at=minutes_ago(0), due=minutes_ago(-20))
    context = logged_in(browser, live_server.url, dana, color_scheme=light)
    page = context.new_page()
    page.goto("/")
    page.wait_for_function("document.querySelector('.bar')")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    heights = page.evaluate("[...document.querySelectorAll('#rows tr')].map((r) => r.offsetHeight)")
    assert all(48 <= height <= 56 for height in heights)
    if count >= 12:
        assert page.locator("#rows tr").nth(11).evaluate("(r) => r.getBoundingClientRect().bottom") <= 800
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert serious(page) == []
    context.close()


def test_a_truncated_chip_can_be_read_in_full_by_mouse_and_keyboard(
    browser: Browser, live_server: LiveServer, brook: Clinic, dana: Staff, front: Location
) -> None:
    """At 1024 px “a quiet place to wait, please” was cut after a few letters and could not be read."""
    needs = {"access_needs": "a quiet place to wait, please", "interpreter": "yes", "language": "es"}
    visit = arrive(front, name="Zoltan Kiss", notes_wanted="school, work", also="knee", **needs)
    context = logged_in(browser, live_server.url, dana, viewport={"width": 1024, "height": 768})
    page = context.new_page()
    page.goto("/")
    cell, whole = page.locator(f"#v{visit.pk} .needs"), "a quiet place to wait, please"
    chip = cell.locator(".chip", has_text=whole)
    assert chip.locator("> span").evaluate("(one) => one.scrollWidth > one.clientWidth")
    chip.hover(force=True)
    expect(chip).to_have_attribute("title", re.compile(f"^{whole}"))
    page.keyboard.press("j")
    expect(cell).to_have_attribute("data-cut", re.compile(whole))
    shown = cell.evaluate("(one) => getComputedStyle(one, '::after').content")
    assert whole in shown
    assert page.evaluate("document.documentElement.scrollWidth") == 1024
    page.keyboard.press("Escape")
    expect(cell).not_to_have_attribute("data-cut", re.compile("."))
    page.set_viewport_size({"width": 1280, "height": 800})
    context.close()


@pytest.mark.parametrize("light", ["light", "dark"])
def test_the_login_page_passes_axe_and_reports_too_many_attempts(
    browser: Browser, live_server: LiveServer, dana: Staff, light: str
) -> None:
    cache.clear()
    context = browser.new_context(base_url=live_server.url, color_scheme=light)
    page = context.new_page()
    page.goto("/")
    assert serious(page) == []
    for _ in range(11):
        page.get_by_label("Username").fill("dana")
        page.get_by_label("Password").fill("wrong")
        with page.expect_navigation():
            page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.locator("main")).to_contain_text("oo many")
    assert serious(page) == []
    context.close()
