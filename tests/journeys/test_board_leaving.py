"""The leaving panel on the board: open needs are shown before a visit leaves, and one key answers each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import Clinic, Location, Staff, Visit
from tests import make
from tests.journeys.desk_screen import arrive, at_state, logged_in, row, scripts_are_there, select

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit(brook: Clinic, front: Location) -> Visit:
    own = ["Car seat", "New phone number", "Library card", "Hearing test"]
    brook.need_settings = {"own": own, "off": ["school_note", "match"]}
    brook.save()
    front.refresh_from_db()
    return arrive(front)


@pytest.fixture
def panel(board: Page, visit: Visit) -> Locator:
    expect(row(board, visit)).to_be_visible()
    select(board, visit)
    return board.locator("dialog#leaving-dialog")


def said(visit: Visit) -> dict[Any, Any]:
    return {need.label_words: need.status for need in visit.needs.all()}


def test_each_key_answers_a_need_and_a_number_key_leaves(board: Page, visit: Visit, panel: Locator) -> None:
    board.keyboard.press("l")
    expect(panel).to_contain_text("4 still open")
    expect(panel.locator(".need").first).to_be_focused()
    board.keyboard.press("y")
    expect(panel).to_contain_text("3 still open")
    board.keyboard.press("q")
    expect(panel).to_contain_text("2 still open")
    board.keyboard.press("f")
    board.keyboard.press("1")
    expect(panel).to_contain_text("Leave with 1 open")
    board.keyboard.press("2")
    expect(panel).to_be_hidden()
    expect(row(board, visit)).to_have_count(0)
    expect(board.locator("#toast")).to_contain_text(f"{visit.token}: Left.")
    assert sorted(said(visit).values()) == ["declined", "deferred", "done", "left_open"]
    board.keyboard.press("u")
    at_state(board, visit, "arrived")


def test_escape_closes_the_leaving_panel_and_moves_no_visit(
    board: Page, visit: Visit, panel: Locator
) -> None:
    board.keyboard.press("l")
    expect(panel).to_be_visible()
    board.keyboard.press("y")
    expect(panel).to_contain_text("3 still open")
    board.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(row(board, visit).locator("a.open")).to_be_focused()
    visit.refresh_from_db()
    assert visit.state == "arrived"
    board.keyboard.press("1")
    board.keyboard.press("y")
    board.wait_for_timeout(200)
    assert sorted(said(visit).values()) == ["done", "open", "open", "open"], "the keys of the panel are gone"


def test_a_key_pressed_just_after_the_panel_closed_does_nothing(
    board: Page, visit: Visit, panel: Locator
) -> None:
    board.keyboard.press("l")
    expect(panel).to_contain_text("4 still open")
    board.evaluate("""() => {
        document.getElementById("leaving-dialog").close();
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "1", bubbles: true }));
    }""")
    expect(panel.locator("h2")).to_have_count(0)
    board.wait_for_timeout(200)
    assert set(said(visit).values()) == {"open"}
    visit.refresh_from_db()
    assert visit.state == "arrived"


def test_a_late_answer_is_not_shown_in_the_next_visits_panel(
    board: Page, front: Location, visit: Visit, panel: Locator
) -> None:
    other = arrive(front, "Mia Chen", minutes=1)
    expect(row(board, other)).to_be_visible()
    held = []
    board.route("**/needs/*/", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no built-in
    board.keyboard.press("l")
    expect(panel).to_contain_text("Leo Ruiz")
    board.keyboard.press("y")
    board.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    select(board, other)
    board.keyboard.press("l")
    expect(panel).to_contain_text("Mia Chen")
    with board.expect_response("**/needs/*/"):
        held[0].continue_()
    board.wait_for_timeout(200)
    expect(panel).to_contain_text("Before Mia Chen goes")
    expect(panel).to_contain_text("4 still open")


def test_ready_moves_the_visit_and_shows_the_leaving_panel(board: Page, visit: Visit, panel: Locator) -> None:
    board.keyboard.press("d")
    at_state(board, visit, "ready")
    expect(panel).to_contain_text("4 still open")
    panel.get_by_role("link", name="Go to the board").click()
    expect(panel).to_be_hidden()
    expect(row(board, visit).locator("a.open")).to_be_focused()
    board.keyboard.press("u")
    at_state(board, visit, "arrived")


def test_with_no_network_after_ready_the_board_tells_what_was_done_and_its_undo(
    board: Page, visit: Visit, panel: Locator
) -> None:
    """It said that nothing was changed."""
    board.route("**/leave/**", lambda route: route.abort())
    with board.expect_event("requestfailed"):
        board.keyboard.press("d")
    at_state(board, visit, "ready")
    toast = board.locator("#toast")
    expect(toast).to_contain_text("Ready to leave.")
    expect(toast.get_by_role("button", name="Undo")).to_be_visible()
    board.wait_for_timeout(200)
    expect(toast).not_to_contain_text("nothing was changed")


def test_leaving_asks_for_a_reason_and_accepts_a_typed_one(board: Page, visit: Visit, panel: Locator) -> None:
    board.keyboard.press("l")
    panel.get_by_role("button", name="Leave with 4 open").click()
    expect(panel.locator(".panel-go input[type=radio]").first).to_be_focused()
    panel.locator(".panel-go").get_by_label("Own words").fill("the last bus")
    board.keyboard.press("Enter")
    expect(row(board, visit)).to_have_count(0)
    assert set(visit.needs.values_list("status", "reason")) == {("left_open", "the last bus")}


CLICK_TWICE = """() => {
  const click = (on, detail) =>
    on.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail }));
  const button = document.querySelector("#leaving-dialog [data-go]");
  const { x, y } = button.getBoundingClientRect();
  click(button, 1);
  const behind = document.elementFromPoint(x + 40, y + 9);
  click(behind, 2);
  return behind.closest("tr[data-v]").id;
}"""


def test_a_double_click_on_leave_opens_no_visit_behind_the_panel(
    board: Page, front: Location, visit: Visit, panel: Locator
) -> None:
    others = [arrive(front, f"Mia Chen {n}", minutes=n) for n in range(9)]
    expect(row(board, others[-1])).to_be_visible()
    board.keyboard.press("l")
    panel.locator(".panel-go").get_by_label("Family declined to wait").check()
    assert board.evaluate(CLICK_TWICE) in {f"v{one.pk}" for one in [visit, *others]}
    expect(board.locator("#toast")).to_contain_text(f"{visit.token}: Left.")
    expect(board.locator("#toast button")).to_be_visible()
    expect(row(board, visit)).to_have_count(0)
    board.wait_for_timeout(600)
    row(board, others[0]).locator(".name").click()
    board.wait_for_url(f"**/visits/{others[0].pk}/")


def test_enter_just_after_the_panel_closed_opens_the_row_it_went_back_to(
    board: Page, visit: Visit, panel: Locator
) -> None:
    board.keyboard.press("l")
    panel.get_by_role("link", name="Not yet").click()
    board.keyboard.press("Enter")
    board.wait_for_url(f"**/visits/{visit.pk}/")


def test_a_key_pressed_before_the_panel_opens_moves_no_visit(
    board: Page, visit: Visit, panel: Locator
) -> None:
    board.keyboard.press("l")
    board.keyboard.press("d")
    expect(panel).to_contain_text("Leave with")
    visit.refresh_from_db()
    assert visit.state == "arrived"


PLACES = """() => Object.fromEntries(["", " .panel-go [data-go]", " .panel-go a"].map((one) =>
  [one, Math.round(document.querySelector(`#leaving-dialog${one}`).getBoundingClientRect().top)]))"""


def tops(board: Page) -> dict[str, int]:
    needs = board.locator("#leaving-dialog [data-places] > .need").evaluate_all(
        "(all) => Object.fromEntries(all.map((one) => [one.id, Math.round(one.getBoundingClientRect().top)]))"
    )
    return needs | board.evaluate(PLACES)


def test_nothing_moves_while_needs_are_answered_and_it_is_said_in_the_dialog(
    board: Page, visit: Visit, panel: Locator
) -> None:
    board.keyboard.press("l")
    expect(panel.locator(".need").first).to_be_focused()
    before = tops(board)
    for key, left in (("q", 3), ("y", 2), ("q", 1), ("y", 0)):
        board.keyboard.press(key)
        expect(panel).to_contain_text(f"{left} still open" if left else "Nothing is open")
        now = tops(board)
        assert now.keys() == before.keys()
        assert all(abs(now[one] - before[one]) <= 1 for one in now), (before, now)
        expect(panel.locator("[role=status][data-dialog-said]")).to_contain_text(
            "declined" if key == "q" else "done"
        )
    expect(board.locator("#toast")).to_be_hidden()


def test_the_note_is_one_key_away_on_the_visits_page_and_before_leaving(
    board: Page, brook: Clinic, front: Location
) -> None:
    brook.need_settings = {"off": ["match"]}
    brook.save()
    front.refresh_from_db()
    visit = arrive(front, notes_wanted="school")
    note = f"**/visits/{visit.pk}/notes/school/"
    board.goto(f"/visits/{visit.pk}/")
    scripts_are_there(board)
    expect(board.locator(".need").get_by_role("link", name="Write the note")).to_be_visible()
    board.keyboard.press("i")
    board.wait_for_url(note)
    board.goto("/")
    expect(row(board, visit)).to_be_visible()
    select(board, visit)
    board.keyboard.press("l")
    expect(board.locator("#leaving-dialog .need").first).to_be_focused()
    board.keyboard.press("i")
    board.wait_for_url(note)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_leaving_with_something_open_is_never_the_filled_button(
    board: Page, visit: Visit, panel: Locator, scheme: str
) -> None:
    board.emulate_media(color_scheme=scheme)
    board.keyboard.press("l")
    leave, stay = panel.locator("[data-go]"), panel.get_by_role("link", name="Not yet")
    color = "(one) => [getComputedStyle(one).backgroundColor, getComputedStyle(one).borderColor]"
    stop, accent = board.evaluate("""() => ["--bb-stop", "--bb-accent"].map((name) => {
      const one = document.body.appendChild(document.createElement("i"));
      one.style.color = `var(${name})`;
      const made = getComputedStyle(one).color;
      one.remove();
      return made;
    })""")
    expect(leave).to_have_text("Leave with 4 open")
    assert leave.evaluate(color) == ["rgba(0, 0, 0, 0)", stop]
    assert stay.evaluate(color)[0] == accent


def test_once_every_need_is_answered_enter_leaves(board: Page, visit: Visit, panel: Locator) -> None:
    board.keyboard.press("l")
    expect(panel.locator(".need").first).to_be_focused()
    for left in (3, 2, 1, 0):
        board.keyboard.press("y")
        expect(panel).to_contain_text(f"{left} still open" if left else "Nothing is open")
    expect(panel.locator("[data-go]")).to_be_focused()
    board.keyboard.press("Enter")
    expect(row(board, visit)).to_have_count(0)


def test_hidden_names_stay_hidden_in_the_leaving_panel(board: Page, visit: Visit, panel: Locator) -> None:
    board.keyboard.press("p")
    board.keyboard.press("l")
    expect(panel).to_be_visible()
    seen = "() => getComputedStyle(document.querySelector('#leaving-dialog h2 bdi')).color"
    assert board.evaluate(seen) == "rgba(0, 0, 0, 0)"


def test_without_script_leaving_is_a_page(
    browser: Browser, live_server: LiveServer, dana: Staff, front: Location, visit: Visit
) -> None:
    context = logged_in(browser, live_server.url, dana, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/visits/{visit.pk}/")
    page.get_by_text("Other steps").click()
    page.get_by_role("button", name=re.compile(r"^Left( l)?$")).click()
    expect(page.get_by_text("Leave with 4 open")).to_be_visible()
    page.get_by_label("Will come back").last.check()
    page.get_by_role("button", name="Leave with 4 open").click()
    expect(page.get_by_text("Left. 4 left open.")).to_be_visible()
    context.close()


@pytest.fixture
def school_day(brook: Clinic) -> Iterator[None]:
    brook.time_zone = "America/Chicago"
    brook.save()
    with time_machine.travel(make.at("9:40")):
        yield


def test_an_unasked_school_note_is_ready_and_one_key_issues_it(
    school_day: None, browser: Browser, live_server: LiveServer, dana: Staff, brook: Clinic, front: Location
) -> None:
    leo = make.patient(brook, "Leo Ruiz", "2018-03-01")
    visit = make.visit(front, make.at("9:40"), born="2018-03-01", reason="a rash nobody should read")
    assert (visit.sign_in.notes_wanted, visit.patient) == ([], leo)
    context = logged_in(browser, live_server.url, dana)
    page = context.new_page()
    page.goto("/")
    expect(row(page, visit).locator(".chip", has_text="School note")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("i")
    page.wait_for_url(f"**/visits/{visit.pk}/notes/school/")
    expect(page.locator(".note-sheet")).to_contain_text("Leo Ruiz")
    page.keyboard.press("i")
    page.wait_for_url("**/notes/1/")
    expect(page.get_by_text("School note 1 is issued.")).to_be_visible()
    pdf = context.request.get(page.get_by_role("link", name="PDF").get_attribute("href"))
    assert (pdf.status, pdf.headers["content-type"]) == (200, "application/pdf")
    assert pdf.body().startswith(b"%PDF-")
    page.goto("/")
    expect(row(page, visit).locator(".chip", has_text="School note")).to_have_count(0)
    context.close()
