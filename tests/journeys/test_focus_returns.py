"""The focus: it stays on a refresh, and comes back to the row that one left from."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from checkin.models import Clinic, Location, Staff, Visit
from checkin.rules.promises import PromiseTerms
from tests import make
from tests.journeys.desk_screen import arrive, minutes_ago, row, scripts_are_there, select
from tests.promising import promise

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visits(board: Page, front: Location) -> list[Visit]:
    """Three families on the board."""
    made = [arrive(front, name=name, minutes=minutes) for name, minutes in
            (("Leo Ruiz", 9), ("Mia Chen", 6), ("Zoe Bauer", 3))]  # fmt: skip
    board.reload()
    expect(row(board, made[-1])).to_be_visible()
    return made


def link(page: Page, visit: Visit) -> Locator:
    return row(page, visit).locator("a.open")


@pytest.mark.parametrize("way", ["key", "back", "link"])
def test_back_on_the_board_the_row_one_left_from_has_the_focus(
    board: Page, visits: list[Visit], way: str
) -> None:
    select(board, visits[1])
    board.keyboard.press("Enter")
    board.wait_for_url(f"**/visits/{visits[1].pk}/")
    scripts_are_there(board)
    if way == "key":
        board.keyboard.press("b")
    elif way == "back":
        board.go_back()
    else:
        board.locator(".bar-nav").get_by_role("link", name="Board").click()
    expect(link(board, visits[1])).to_be_focused()
    scripts_are_there(board)
    board.keyboard.press("j")
    expect(link(board, visits[2])).to_be_focused()
    board.reload()
    expect(link(board, visits[2])).to_be_focused()


def test_undo_gives_the_focus_to_the_row_that_is_back(
    board: Page, visits: list[Visit], brook: Clinic
) -> None:
    visits[0].needs.all().delete()
    select(board, visits[0])
    board.keyboard.press("l")
    expect(row(board, visits[0])).to_have_count(0)
    select(board, visits[2])
    board.keyboard.press("u")
    expect(link(board, visits[0])).to_be_focused()


def test_after_a_sign_in_at_the_desk_its_row_has_the_focus(board: Page, visits: list[Visit]) -> None:
    board.keyboard.press("n")
    board.locator("[name=child_given_name]").fill("Newcomer")
    board.locator("#sign-in [type=submit]").first.click()
    expect(board.get_by_role("link", name="Go to the row")).to_be_visible()
    newest = Visit.objects.latest("pk")
    expect(link(board, newest)).to_be_focused()


def test_a_refresh_leaves_the_focus_where_it_is(
    board: Page, front: Location, brook: Clinic, dana: Staff
) -> None:
    terms = PromiseTerms(
        to_whom="Ana Ruiz", way="phone", reach_at="555-010-0123", about="x", due_at=minutes_ago(5)
    )
    promise(front, said=terms, owner=dana, by=dana, at=minutes_ago(30))
    make.appointment(make.patient(brook, "Anna Berg"), front, minutes_ago(-30))
    board.goto("/")
    for held in (
        board.locator(".owed a.private").first,
        board.locator(".owed a.btn").first,
        board.locator(".expected tbody a").first,
    ):
        held.focus()
        name = held.inner_text()
        with board.expect_response(re.compile("/board/(owed|expected)/")):
            board.evaluate("document.body.dispatchEvent(new CustomEvent('board-changed'))")
        board.wait_for_timeout(150)
        assert board.evaluate("document.activeElement.innerText") == name


def test_back_in_the_patients_found_and_among_promises_the_row_has_the_focus(
    board: Page, front: Location, brook: Clinic, dana: Staff
) -> None:
    for name in ("Anna Berg", "Hanna Berg"):
        make.patient(brook, name)
    made = [
        promise(
            front,
            said=PromiseTerms(
                to_whom=name, way="phone", reach_at="555-010-0123", about="x", due_at=minutes_ago(-late)
            ),
            owner=dana,
            by=dana,
            at=minutes_ago(30),
        )
        for name, late in (("Ana Ruiz", 10), ("Mia Novak", 20))
    ]
    board.goto("/patients/")
    board.locator("#q").fill("berg")
    board.keyboard.press("Enter")
    found = board.locator("table.list tbody th a").nth(1)
    name = found.inner_text()
    found.click()
    expect(board.locator("h1")).to_contain_text(name)
    board.go_back()
    expect(found).to_be_focused()
    board.goto("/promises/")
    second = board.locator(f'a[data-open][href$="/promises/{made[1].pk}/"]')
    second.focus()
    board.keyboard.press("Enter")
    expect(board.locator("h1")).to_contain_text("Mia Novak")
    board.go_back()
    expect(second).to_be_focused()
