"""What the board shows by itself, without a reload."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import visits
from checkin.models import BoardVersion, Clinic, Location, Staff
from tests import make
from tests.journeys.desk_screen import arrive, at_state, logged_in, minutes_ago, next_look, row, select
from tests.promising import promise

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sign_in_is_on_an_open_board_within_two_seconds(board: Any, front: Location) -> None:
    """The board polls more often than every two seconds, and its next poll shows the family."""
    expect(board.get_by_text("The next family appears here by itself")).to_be_visible()
    every = board.locator("[hx-get='/board/rows/']").get_attribute("hx-trigger")
    assert int(re.match(r"every (\d+)ms", every)[1]) < 2000
    next_look(board)
    visit = arrive(front, relationship="his aunt, my sister is at work")
    looks: list[str] = []
    board.on("requestfinished", lambda asked: "/board/rows/" in asked.url and looks.append(asked.url))
    expect(row(board, visit)).to_contain_text("his aunt, my sister is at work")
    assert len(looks) <= 2, "one may have been under way when the family came"
    expect(board.locator("[data-heard]")).to_have_text(f"Arrived: {visit.token}")
    expect(board.locator("[data-tally]")).to_have_text("1 here, 1 waiting")
    expect(board.locator("[data-nobody]")).to_be_hidden()


def test_a_colleagues_moves_appear_on_the_board(board: Page, front: Location, noor: Staff) -> None:
    visit = arrive(front)
    expect(row(board, visit)).to_be_visible()
    visits.move_visit(visit=visit, to="with_clinician", by=noor, at=minutes_ago(0))
    at_state(board, visit, "with_clinician")
    visits.move_visit(visit=visit, to="left", by=noor, at=minutes_ago(0), reason="will come back")
    expect(row(board, visit)).to_have_count(0)
    expect(board.locator("[data-nobody]")).to_be_visible()


def test_a_booked_child_is_listed_above_walk_ins_and_not_expected(
    board: Page, brook: Clinic, front: Location
) -> None:
    first = arrive(front, name="Will Walkin")
    leo = make.patient(brook)
    make.appointment(leo, front, minutes_ago(5))
    board.reload()
    expect(board.locator("#expected")).to_contain_text("Leo Ruiz")
    second = arrive(front)
    expect(board.locator("#rows tr").first).to_have_attribute("id", f"v{second.pk}")
    expect(board.locator("#rows tr").last).to_have_attribute("id", f"v{first.pk}")
    expect(board.locator("#expected")).not_to_contain_text("Leo Ruiz")


def test_a_new_row_keeps_focus_selection_and_scroll(board: Page, brook: Clinic, front: Location) -> None:
    families = [arrive(front, name=f"Kid{n} Young{n}") for n in range(25)]
    board.reload()
    held = families[20]
    select(board, held)
    row(board, held).scroll_into_view_if_needed()
    top = row(board, held).bounding_box()["y"]
    make.appointment(make.patient(brook), front, minutes_ago(30))
    above = arrive(front)
    expect(row(board, above)).to_be_attached()
    assert board.evaluate("document.activeElement.closest('tr').id") == f"v{held.pk}"
    assert abs(row(board, held).bounding_box()["y"] - top) <= 1


def test_a_changed_row_keeps_the_focus(board: Page, front: Location, noor: Staff) -> None:
    visit = arrive(front)
    expect(row(board, visit)).to_be_visible()
    row(board, visit).locator("button").focus()
    visits.move_visit(visit=visit, to="roomed", by=noor, at=minutes_ago(0))
    at_state(board, visit, "roomed")
    expect(row(board, visit).locator("button")).to_be_focused()


def test_a_visit_waiting_too_long_is_highlighted_until_it_is_roomed(
    board: Page, front: Location, dana: Staff
) -> None:
    late, soon = arrive(front, minutes=16), arrive(front, name="Mia Novak", minutes=14)
    board.reload()
    expect(row(board, late)).to_have_class("past")
    waited = row(board, late).locator("time")
    expect(waited).to_have_text("16 min")
    expect(waited).to_have_attribute("title", f"since {front.clinic.time_words(late.arrived_at)}")
    expect(row(board, soon).locator("time")).to_have_text("14 min")
    assert "past" not in (row(board, soon).get_attribute("class") or "")
    expect(board.locator("[data-tally]")).to_have_text("2 here, 2 waiting, 1 late")
    select(board, late)
    board.keyboard.press("r")
    at_state(board, late, "roomed")
    expect(row(board, late).locator("time")).to_have_text("0 min")
    assert "past" not in (row(board, late).get_attribute("class") or "")


@pytest.mark.parametrize("hours", [-3, 5])
def test_waiting_times_are_right_on_a_computer_with_a_wrong_clock(
    browser: Browser, live_server: LiveServer, dana: Staff, front: Location, hours: int
) -> None:
    arrive(front, minutes=20)
    context = logged_in(browser, live_server.url, dana)
    context.add_init_script(f"const now = Date.now; Date.now = () => now() + {hours * 3_600_000}")
    page = context.new_page()
    page.goto("/")
    expect(page.locator("#rows time")).to_have_text("20 min")
    next_look(page)
    expect(page.locator("#rows time")).to_have_text("20 min")
    context.close()


def test_a_board_without_a_connection_says_since_when_and_recovers(board: Page, front: Location) -> None:
    line = board.locator("[data-not-live]")
    board.route("**/board/rows/**", lambda route: route.abort())
    expect(line).to_have_text(re.compile(r"^Not live since \d{1,2}:\d\d [AP]M, trying again$"))
    visit = arrive(front)
    board.unroute("**/board/rows/**")
    expect(row(board, visit)).to_be_visible()
    expect(line).to_be_hidden()


def test_a_board_whose_server_answers_503_says_since_when(board: Page) -> None:
    board.route("**/board/rows/**", lambda route: route.fulfill(status=503, body="away"))
    expect(board.locator("[data-not-live]")).to_contain_text("Not live since")


def test_going_back_to_the_board_shows_changes_made_meanwhile(
    board: Page, front: Location, noor: Staff
) -> None:
    visit = arrive(front)
    expect(row(board, visit)).to_be_visible()
    board.goto("/account/password/")
    visits.move_visit(visit=visit, to="roomed", by=noor, at=minutes_ago(0))
    board.go_back()
    at_state(board, visit, "roomed")


def test_a_deactivated_login_loses_the_board_at_once(board: Page, front: Location, dana: Staff) -> None:
    visit = arrive(front)
    expect(row(board, visit)).to_be_visible()
    dana.is_active = False
    dana.save()
    board.wait_for_url("**/account/login/**")
    expect(board.get_by_role("heading", name="Log in")).to_be_visible()


def test_two_tabs_on_two_front_desks_do_not_mix(board: Page, front: Location, annexe: Location) -> None:
    other = board.context.new_page()
    other.goto("/")
    other.locator(".bar-switch summary").click()
    other.get_by_role("button", name="Annexe").click()
    expect(other.get_by_role("heading", name="Annexe")).to_be_visible()
    here, there = arrive(front), arrive(annexe, name="Mia Novak")
    expect(row(board, here)).to_be_visible()
    expect(row(other, there)).to_be_visible()
    expect(row(board, there)).to_have_count(0)
    expect(row(other, here)).to_have_count(0)


def test_the_board_of_a_restored_database_reloads(board: Page, front: Location) -> None:
    BoardVersion.objects.filter(location=front).update(version=1)
    arrive(front)
    BoardVersion.objects.filter(location=front).update(version=0)
    expect(board.locator("#rows tr")).to_have_count(1)


@pytest.mark.parametrize("count", [40, pytest.param(300, marks=pytest.mark.long)])
def test_a_long_board_is_in_turn_order(board: Page, front: Location, count: int) -> None:
    for n in range(count):
        arrive(front, name=f"Kid{n} Young{n}", minutes=n / 10)
    board.reload()
    expect(board.locator("#rows tr")).to_have_count(count)
    turns = board.evaluate("[...document.querySelectorAll('#rows tr')].map((r) => Number(r.dataset.turn))")
    assert turns == sorted(turns)


class Looks:
    """The polls of a page whose own timers are stopped, as a browser slows them in a hidden tab."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0
        page.clock.install()
        page.reload()
        expect(page.locator("#board")).to_be_visible()
        next_look(page)
        page.clock.pause_at(timezone.now() + dt.timedelta(minutes=1))
        page.wait_for_timeout(1500)  # Let the polls of the skipped minute pass.
        page.on("request", self.note)

    def note(self, asked: Request) -> None:
        self.count += "/board/rows/" in asked.url

    def put(self, *, out_of_sight: bool) -> None:
        """Tell the page that it is hidden or visible, because a headless browser hides no tab."""
        self.page.evaluate(
            """hidden => {
              Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
              document.dispatchEvent(new Event("visibilitychange"));
            }""",
            out_of_sight,
        )

    def within(self, seconds: float) -> int:
        before = self.count
        self.page.wait_for_timeout(seconds * 1000)
        return self.count - before


def test_a_hidden_board_keeps_polling_and_polls_at_once_when_visible(board: Page, front: Location) -> None:
    looks = Looks(board)
    assert looks.within(3) == 0, "in sight only its own timers make it look, and they stand still here"
    looks.put(out_of_sight=True)
    visit = arrive(front)
    expect(row(board, visit)).to_be_attached()
    assert looks.within(4) in (1, 2, 3), "a worker's timer goes on"
    with board.expect_request("**/board/rows/**"):
        looks.put(out_of_sight=False)
    looks.within(0.5)
    assert looks.within(3) == 0, "once, and the worker makes it look no more"
    board.clock.run_for(5000)
    assert looks.within(1) >= 1, "and its own timers go on"


def test_a_hidden_boards_own_timers_send_no_requests(board: Page) -> None:
    """Timers that the browser lets through run beside the worker's, and would double the requests."""
    looks = Looks(board)
    looks.put(out_of_sight=True)
    next_look(board)
    before = looks.count
    board.clock.run_for(20_000)
    assert looks.within(0.2) + before <= before + 1, "the worker's own, at most"


def test_the_numbers_in_the_menu_change_on_an_open_board(
    board: Page, brook: Clinic, front: Location, noor: Staff
) -> None:
    match, promises = (board.locator(f"[data-open-work={name}]") for name in ("match", "promises"))
    expect(match).to_be_hidden()
    expect(promises).to_be_hidden()
    promise(front, due="9:30")
    visit = arrive(front, name="Nobody Knows")
    expect(match).to_have_text("1 to match")
    expect(promises).to_have_text("1 due or overdue")
    expect(board.get_by_role("link", name="Promises 1 due or overdue")).to_be_visible()
    visits.move_visit(visit=visit, to="left", by=noor, at=minutes_ago(0), reason="will come back")
    expect(match).to_be_hidden()
    expect(board.get_by_role("link", name="Promises 1 due or overdue")).to_be_visible()
