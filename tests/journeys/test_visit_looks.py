"""The visit's page in a browser: its head and its parts, at every size, light, dark and in forced colors."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import consent
from checkin.models import Clinic, Location, Staff, Visit
from tests import make
from tests.journeys.desk_screen import arrive, logged_in, minutes_ago

pytestmark = pytest.mark.django_db(transaction=True)

LONGEST = "Amoura-Christabella Wilhelmina Featherstonehaugh-Cholmondeley " + "x" * 130
HEAD_PX = 150
PARTS = ["Now", "Who", "Notes and promises", "What happened"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
AT_ONCE = {
    "name": "h1",
    "age": ".visit-top-age",
    "worried": ".cannot-wait:nth-of-type(1)",
    "urgent": ".cannot-wait:nth-of-type(2)",
    "reason": ".visit-top-reason",
    "adult": ".visit-top-who",
    "relationship": ".visit-top-who q",
    "phone": ".visit-top .number",
    "step and since": ".visit-top-state",
    "next step": ".visit-top .steps .btn-primary",
}


@pytest.fixture
def baby(front: Location, dana: Staff) -> Visit:
    """A 2-year-old marked urgent, whose family is worried."""
    return arrive_urgent(front, dana, "Theo Brandt", reason="Will not drink since this morning")


@pytest.fixture
def longest(brook: Clinic, front: Location, dana: Staff) -> Visit:
    """The same, with the longest names and words, and with all that a page holds."""
    make.guardian(make.patient(brook, LONGEST, "2024-01-20"), LONGEST, phone="555-010-0777")
    visit = arrive_urgent(
        front,
        dana,
        LONGEST,
        escort_name=LONGEST,
        relationship="y" * 500,
        reason="She fell from the bars at school and cannot move her fingers. " * 20,
        also="😀 " * 200,
        interpreter="yes",
        access_needs="z" * 300,
        language="es",
    )
    return visit


def arrive_urgent(front: Location, dana: Staff, name: str, **said: object) -> Visit:
    born = minutes_ago(2 * 366 * 24 * 60).date().isoformat()
    usual: dict[str, object] = {"escort_phone": "3125550199", "worried": True}
    visit = arrive(front, name=name, minutes=5, born=born, **usual | said)
    return consent.mark_visit_urgent(visit=visit, by=dana, at=minutes_ago(1))


def open_visit(page: Page, visit: Visit) -> None:
    page.goto(f"/visits/{visit.pk}/")
    expect(page.locator("h1")).to_be_visible()


def edges(page: Page, selector: str) -> tuple[float, float]:
    """Return where an element begins and ends, from the top of the window."""
    box = page.locator(selector).bounding_box()
    assert box is not None and box["width"] > 0, selector
    return box["y"], box["y"] + box["height"]


def test_all_that_matters_is_in_a_head_of_150_px(board: Page, baby: Visit, longest: Visit) -> None:
    """The reason stood at 1,368 px, and a child marked urgent looked like everybody else."""
    for width, height in ((1280, 800), (1024, 640), (1920, 1080)):
        board.set_viewport_size({"width": width, "height": height})
        for visit in (baby, longest):
            open_visit(board, visit)
            top, end = edges(board, ".visit-top")
            assert end - top <= HEAD_PX
            for name, selector in AT_ONCE.items():
                first, last = edges(board, selector)
                assert top <= first + 1 and last <= end + 1, f"{name} at {width} px"
            expect(board.locator(".visit-top .token")).to_be_in_viewport(ratio=1)
            for name in ("age", "worried", "urgent", "phone", "next step"):
                cut = board.locator(AT_ONCE[name]).evaluate("one => one.scrollWidth > one.clientWidth + 1")
                assert cut in (False, None), f"{name} is cut at {width} px"
            related = board.locator(AT_ONCE["relationship"]).bounding_box()
            assert related and related["width"] >= 60, "the longest name left no room for it"
            if width > 1024:
                assert all(edges(board, AT_ONCE[one])[1] <= HEAD_PX for one in ("age", "worried", "reason"))


def test_what_the_head_cuts_is_whole_below(board: Page, longest: Visit) -> None:
    open_visit(board, longest)
    reason = board.locator(".visit-top-reason")
    assert reason.evaluate("one => one.scrollHeight > one.clientHeight")
    whole = board.locator(".visit-who dd", has_text="She fell from the bars")
    assert whole.evaluate("one => one.scrollHeight <= one.clientHeight + 1")
    expect(whole).to_have_attribute("lang", "es")
    expect(board.locator(".visit-who .brought q")).to_have_text("y" * 500)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_four_parts_fit_at_every_size_and_pass_axe(
    browser: Browser, live_server: LiveServer, dana: Staff, longest: Visit, scheme: str
) -> None:
    context = logged_in(browser, live_server.url, dana, color_scheme=scheme)
    page = context.new_page()
    wrong: dict[str, object] = {}
    for width in (320, 640, 768, 820, 1024, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        open_visit(page, longest)
        assert page.locator("main h2").all_inner_texts() == PARTS
        wide = page.evaluate("document.documentElement.scrollWidth")
        lefts = {round(one.bounding_box()["x"]) for one in page.locator(".visit-parts > section").all()}
        filled = [
            one.locator(".btn-primary:visible").count()
            for one in page.locator(".visit-parts > section").all()
        ]
        found = {
            "too wide": wide > width and wide,
            "columns": len(lefts) != (2 if width >= 1024 else 1) and lefts,
            "filled": max(filled) > 1 and filled,
        }
        if width in (320, 1280):
            found["axe"] = violations(page)
        wrong |= {f"{width}: {name}": what for name, what in found.items() if what}
    context.close()
    assert wrong == {}


def violations(page: Page) -> list[str]:
    answer = Axe().run(page, options=RULES).response
    assert "color-contrast-enhanced" in {one["id"] for one in answer["passes"] + answer["violations"]}
    found = answer["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found
        for node in one["nodes"]
    ]


def test_in_forced_colors_the_pills_keep_a_shape(board: Page, baby: Visit) -> None:
    board.emulate_media(forced_colors="active")
    open_visit(board, baby)
    for pill in board.locator(".visit-top .cannot-wait").all():
        width, edge = pill.evaluate(
            "one => [parseFloat(getComputedStyle(one).borderTopWidth), getComputedStyle(one).borderTopColor]"
        )
        ground = board.evaluate("getComputedStyle(document.body).backgroundColor")
        assert width >= 1 and edge != ground


def test_keys_answer_where_the_need_is(board: Page, brook: Clinic, front: Location) -> None:
    """Keys reach the needs that stand in “Who” too, and their page is loaded again."""
    visit = arrive(front, name="Nobody Known", born="2024-01-20")
    open_visit(board, visit)
    need = visit.needs.get(kind="match")
    board.locator(f"#need-{need.pk}").focus()
    board.keyboard.press(board.locator(f"#need-{need.pk} button").get_attribute("data-key") or "")
    expect(board.locator(f"#need-{need.pk}")).to_contain_text("Left open")
    need.refresh_from_db()
    assert (need.status, need.reason) == ("left_open", "nobody could say")
    board.locator(f"#need-{need.pk}").focus()
    board.keyboard.press("u")
    expect(board.locator(f"#need-{need.pk}")).to_contain_text("Nobody could say")
    need.refresh_from_db()
    assert need.is_open
