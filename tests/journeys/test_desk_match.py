"""Dana matches a child with one key, and undoes it with one key."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from checkin.models import Clinic, Location, MatchState, Visit
from tests import make
from tests.journeys.desk_screen import arrive, scripts_are_there

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def twins(brook: Clinic) -> Any:
    return make.patient(brook, "Anna Berg"), make.patient(brook, "Hanna Berg")


@pytest.fixture
def visit(front: Location, twins: Any) -> Visit:
    return arrive(front, name="Ana Berg", minutes=20)


@pytest.fixture
def zoltan(front: Location, twins: Any) -> Visit:
    return arrive(front, name="Zoltan Kiss", minutes=10)


def heading(page: Page, visit: Visit) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(visit.token)
    scripts_are_there(page)


def test_one_key_links_and_shows_the_next_visit_and_one_key_undoes_it(
    visit: Visit, zoltan: Visit, twins: Any, board: Page
) -> None:
    keys = board.keyboard
    keys.press("m")
    heading(board, visit)
    keys.press("2")
    heading(board, zoltan)
    expect(board.get_by_role("status").first).to_contain_text(f"{visit.token} is Hanna Berg")
    visit.refresh_from_db()
    assert (visit.patient, visit.match) == (twins[1], MatchState.CONFIRMED)
    keys.press("u")
    heading(board, visit)
    expect(board.get_by_role("status").first).to_contain_text("as it was before")
    visit.refresh_from_db()
    assert (visit.patient, visit.match) == (None, MatchState.PROBABLE)


def test_one_key_keeps_a_new_patient_and_leaves_nothing_to_match(zoltan: Visit, board: Page) -> None:
    board.keyboard.press("m")
    heading(board, zoltan)
    board.keyboard.press("0")
    expect(board.locator("main")).to_contain_text("Every child who is here is matched.")
    zoltan.refresh_from_db()
    assert zoltan.match == MatchState.NEW


def test_another_patient_can_be_searched_and_linked_by_keyboard(
    zoltan: Visit, brook: Clinic, board: Page
) -> None:
    make.patient(brook, "Zoltán O'Kis", born="2011-01-01")
    keys = board.keyboard
    keys.press("m")
    heading(board, zoltan)
    keys.press("/")
    expect(board.get_by_role("searchbox")).to_be_focused()
    keys.type("o kis")
    keys.press("Enter")
    expect(board.locator("[data-candidate]")).to_have_count(1)
    assert "kis" not in board.url
    keys.press("1")
    expect(board.get_by_role("status").first).to_contain_text("Zoltán O'Kis")
    board.go_back()
    expect(board.get_by_role("searchbox")).to_have_value("o kis")


def test_j_and_k_go_through_the_visits_to_match(visit: Visit, zoltan: Visit, board: Page) -> None:
    board.keyboard.press("m")
    heading(board, visit)
    board.keyboard.press("j")
    heading(board, zoltan)
    board.keyboard.press("k")
    heading(board, visit)


def test_typed_letters_are_compared_with_the_hovered_candidate(visit: Visit, board: Page) -> None:
    board.keyboard.press("m")
    heading(board, visit)
    typed = board.locator(".side-typed [data-against]:visible").first
    expect(typed).to_have_attribute("data-against", "1")
    board.locator("[data-candidate='2']").hover()
    expect(typed).to_have_attribute("data-against", "2")


def test_a_key_typed_into_the_search_box_decides_nothing(visit: Visit, board: Page) -> None:
    board.keyboard.press("m")
    heading(board, visit)
    board.keyboard.press("/")
    board.keyboard.type("1n2u")
    expect(board.get_by_role("searchbox")).to_have_value("1n2u")
    visit.refresh_from_db()
    assert visit.match == MatchState.PROBABLE


def test_keys_move_and_undo_on_the_visit_page(visit: Visit, board: Page, front: Location) -> None:
    board.goto(f"/visits/{visit.pk}/")
    board.keyboard.press("r")
    expect(board.locator("main")).to_contain_text("In a room since")
    board.keyboard.press("u")
    expect(board.locator("main")).to_contain_text("Arrived since")


def test_key_m_at_the_match_need_opens_that_visits_match(visit: Visit, zoltan: Visit, board: Page) -> None:
    """Not the first visit in the queue but this one, both by the link and by the need's key."""
    keys = board.keyboard
    board.goto(f"/visits/{zoltan.pk}/")
    scripts_are_there(board)
    need = board.locator(".need", has=board.get_by_role("link", name="Match this child", exact=True))
    expect(need).to_have_count(1)
    need.focus()
    keys.press("m")
    heading(board, zoltan)
    expect(board).to_have_url(re.compile(rf"/match/{zoltan.pk}/$"))
    keys.press("0")
    heading(board, visit)
    board.goto(f"/visits/{visit.pk}/")
    board.get_by_role("link", name="Match this child", exact=True).click()
    heading(board, visit)
    board.goto(f"/visits/{zoltan.pk}/")
    expect(board.get_by_role("link", name="Match this child", exact=True)).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (640, 400)], ids=["1024", "1280 at 200 %"])
def test_the_queue_scrolls_to_the_current_visit(
    front: Location, twins: Any, board: Page, width: int, height: int
) -> None:
    waiting = [arrive(front, name="Ana Berg", minutes=90 - n) for n in range(24)]
    board.set_viewport_size({"width": width, "height": height})
    for visit in (waiting[20], waiting[0]):
        board.goto(f"/match/{visit.pk}/")
        heading(board, visit)
        seen = board.locator(".queue [aria-current]").evaluate(
            """(one) => {
              const [own, list] = [one, one.closest("ul")].map((each) => each.getBoundingClientRect());
              return own.top >= list.top - 1 && own.bottom <= list.bottom + 1;
            }"""
        )
        assert seen
        assert board.evaluate("window.scrollY") == 0, "the page itself stays where it is"


@pytest.mark.parametrize(("width", "height"), [(1024, 340), (640, 400)], ids=["1024", "1280 at 200 %"])
def test_a_key_for_a_choice_out_of_view_only_scrolls_to_it(
    visit: Visit, zoltan: Visit, twins: Any, board: Page, width: int, height: int
) -> None:
    """The candidates were below the queue and the message, so nobody had seen whom the key linked."""
    board.set_viewport_size({"width": width, "height": height})
    board.goto(f"/match/{visit.pk}/")
    heading(board, visit)
    button = board.locator("[data-key='2']")
    assert button.bounding_box()["y"] > height - 44
    board.keyboard.press("2")
    expect(button).to_be_focused()
    expect(button).to_be_in_viewport(ratio=1)
    expect(board.locator("[data-candidate='2'] h2")).to_be_in_viewport(ratio=1)
    visit.refresh_from_db()
    assert visit.match == MatchState.PROBABLE
    board.keyboard.press("2")
    heading(board, zoltan)
    visit.refresh_from_db()
    assert (visit.patient, visit.match) == (twins[1], MatchState.CONFIRMED)
