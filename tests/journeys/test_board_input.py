"""Keys and mouse on the board, which never move the wrong child."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import visits
from checkin.models import Clinic, Location, Move, Staff
from tests import make
from tests.journeys.desk_screen import (
    arrive,
    at_state,
    logged_in,
    minutes_ago,
    next_look,
    row,
    scripts_are_there,
    select,
)
from tests.leaks import without_tokens

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_visit_can_be_moved_to_left_by_keyboard_and_undone(
    board: Page, brook: Clinic, front: Location
) -> None:
    brook.need_settings = {"off": ["match", "school_note"]}
    brook.save()
    front.refresh_from_db()
    visit = arrive(front)
    expect(row(board, visit)).to_be_visible()
    board.keyboard.press("j")
    for key, state in (("r", "roomed"), ("c", "with_clinician"), ("d", "ready")):
        board.keyboard.press(key)
        at_state(board, visit, state)
    board.keyboard.press("l")
    expect(row(board, visit)).to_have_count(0)
    expect(board.locator("#toast")).to_contain_text(f"{visit.token}: Left.")
    visit.refresh_from_db()
    assert visit.state == "left"
    board.keyboard.press("u")
    at_state(board, visit, "ready")
    expect(board.locator("#toast")).to_have_text(f"{visit.token}: Ready to leave.")


def test_undo_by_key_is_of_what_the_message_names_and_never_of_a_row_nobody_chose(
    board: Page, brook: Clinic, front: Location, noor: Staff
) -> None:
    brook.need_settings = {"off": ["match"]}
    brook.save()
    front.refresh_from_db()
    other, visit = arrive(front, name="Mia Chen", minutes=9), arrive(front)
    for moved in (other, visit):
        for state in ("roomed", "with_clinician"):
            visits.move_visit(visit=moved, to=state, by=noor, at=minutes_ago(0))
    board.goto(f"/visits/{visit.pk}/leave/?to=left")
    scripts_are_there(board)
    board.get_by_role("button", name="Left").click()
    told = board.locator("main > .note")
    expect(told).to_contain_text(f"{visit.token}: Left.")
    expect(told.locator("kbd")).to_have_text("u")
    scripts_are_there(board)
    board.keyboard.press("j")
    board.keyboard.press("u")
    expect(told).to_contain_text(f"{visit.token}: With clinician.")
    expect(row(board, visit).locator("a.open")).to_be_focused()
    scripts_are_there(board)
    board.keyboard.press("u")
    expect(board.locator("#toast")).to_contain_text("Choose a row")
    select(board, other)
    board.keyboard.press("d")
    at_state(board, other, "ready")
    board.keyboard.press("Escape")
    board.keyboard.press("u")
    at_state(board, other, "with_clinician")
    expect(row(board, other).locator("a.open")).to_be_focused()
    board.keyboard.press("u")
    expect(board.locator("#toast")).to_contain_text("Choose a row")
    for one in (other, visit):
        at_state(board, one, "with_clinician")
    board.keyboard.press("k")
    board.keyboard.press("u")
    at_state(board, other, "roomed")


def test_j_and_k_select_rows_and_enter_opens_the_visit(board: Page, front: Location) -> None:
    first, second = arrive(front, minutes=2), arrive(front, name="Mia Novak")
    expect(row(board, second)).to_be_visible()
    for key, at in (("j", first), ("j", second), ("j", second), ("k", first), ("k", first)):
        board.keyboard.press(key)
        expect(row(board, at).locator("a.open")).to_be_focused()
    expect(row(board, first).locator("a.open")).to_have_accessible_description(
        re.compile("Leo Ruiz.*Rosa Delgado.*aunt.*min", re.DOTALL)
    )
    board.keyboard.press("Enter")
    board.wait_for_url(f"**/visits/{first.pk}/")


def test_a_rows_button_moves_its_own_visit(board: Page, front: Location) -> None:
    families = [arrive(front, name=f"Kid{n} Young{n}", minutes=9 - n) for n in range(3)]
    expect(row(board, families[2])).to_be_visible()
    row(board, families[1]).locator("button").click()
    at_state(board, families[1], "roomed")
    assert Move.objects.filter(to_state="roomed").values_list("visit_id", flat=True).get() == families[1].pk
    expect(board.locator("#toast")).to_be_visible()
    board.locator("#toast button").click()
    at_state(board, families[1], "arrived")


def test_a_row_that_moves_under_the_mouse_does_not_take_the_click(
    board: Page, brook: Clinic, front: Location
) -> None:
    meant = arrive(front)
    button = row(board, meant).locator("button")
    button.hover()
    make.appointment(make.patient(brook, "Bea Booked", born="2019-01-01"), front, minutes_ago(30))
    above = arrive(front, name="Bea Booked", born="2019-01-01")
    expect(row(board, above)).to_be_visible()
    board.mouse.down()
    board.mouse.up()
    expect(board.locator("#toast")).to_contain_text("The board moved under the pointer")
    assert Move.objects.exclude(from_state="").count() == 0
    button.click()
    expect(board.locator("#toast")).to_contain_text(meant.token)
    at_state(board, meant, "roomed")


def test_a_key_pressed_as_the_row_disappears_moves_no_other_visit(
    board: Page, front: Location, noor: Staff
) -> None:
    first, second = arrive(front, minutes=2), arrive(front, name="Mia Novak")
    expect(row(board, second)).to_be_visible()
    select(board, first)
    visits.move_visit(visit=first, to="left", by=noor, at=minutes_ago(0), reason="will come back")
    expect(row(board, first)).to_have_count(0)
    board.keyboard.press("l")
    expect(board.locator("#toast")).to_contain_text("Choose a row first")
    second.refresh_from_db()
    assert second.state == "arrived"
    board.keyboard.press("j")
    expect(row(board, second).locator("a.open")).to_be_focused()


def test_a_move_a_colleague_made_first_is_explained_and_shown(
    board: Page, front: Location, noor: Staff
) -> None:
    visit = arrive(front)
    expect(row(board, visit)).to_be_visible()
    select(board, visit)
    board.route("**/board/rows/**", lambda route: route.abort())
    visits.move_visit(visit=visit, to="with_clinician", by=noor, at=minutes_ago(0))
    board.keyboard.press("r")
    expect(board.locator("#toast")).to_contain_text("was not taken")
    at_state(board, visit, "with_clinician")


def test_a_late_poll_does_not_revert_a_row(board: Page, front: Location) -> None:
    visit, held = arrive(front), []

    def hold_the_next_change(route: Any) -> Any:
        if held:
            return route.abort()
        answer = route.fetch()
        if answer.status == 200:
            return held.append((route, answer))
        return route.fulfill(response=answer)

    expect(row(board, visit)).to_be_visible()
    select(board, visit)
    board.route("**/board/rows/**", hold_the_next_change)
    board.keyboard.press("r")
    at_state(board, visit, "roomed")
    while not held:
        board.wait_for_timeout(50)
    board.keyboard.press("c")
    at_state(board, visit, "with_clinician")
    route, answer = held[0]
    with board.expect_response("**/board/rows/**"):
        route.fulfill(response=answer)
    board.wait_for_timeout(300)
    at_state(board, visit, "with_clinician")


def test_keys_are_off_while_typing_with_a_modifier_or_in_the_key_list(board: Page, front: Location) -> None:
    visit = arrive(front)
    expect(row(board, visit)).to_be_visible()
    select(board, visit)
    for keys in ("Control+d", "Alt+c", "Meta+r", "Shift+L"):
        board.locator("#board").dispatch_event("keydown", {"bubbles": True, **pressed(keys)})
    board.keyboard.press("?")
    expect(board.locator("#keys")).to_be_visible()
    board.keyboard.press("l")
    board.keyboard.press("Escape")
    expect(board.locator("#keys")).to_be_hidden()
    board.evaluate("document.querySelector('#rows td').append(document.createElement('input'))")
    board.locator("#rows input").fill("")
    board.keyboard.type("lrn/?")
    assert board.locator("#rows input").input_value() == "lrn/?"
    next_look(board)
    visit.refresh_from_db()
    assert visit.state == "arrived"


def pressed(keys: str) -> dict[str, object]:
    modifier, _, key = keys.partition("+")
    names = {"Control": "ctrlKey", "Alt": "altKey", "Meta": "metaKey", "Shift": "shiftKey"}
    return {"key": key, names[modifier]: True}


def test_the_keys_of_the_bar_open_their_pages(board: Page, front: Location) -> None:
    for key, address in (("n", "**/sign-in/"), ("m", "**/match/"), ("/", "**/patients/")):
        board.goto("/promises/" if key == "/" else "/")
        board.keyboard.press(key)
        board.wait_for_url(address)


def test_key_p_hides_names_and_needs_until_pressed_again(board: Page, front: Location) -> None:
    visit = arrive(front, relationship="his aunt", notes_wanted="school")
    expect(row(board, visit)).to_be_visible()
    readable = "() => getComputedStyle(document.querySelector('#rows .name')).color !== 'rgba(0, 0, 0, 0)'"
    board.keyboard.press("p")
    assert not board.evaluate(readable)
    expect(row(board, visit).locator(".chip > span").first).to_have_css("color", "rgba(0, 0, 0, 0)")
    expect(row(board, visit).locator(".open b")).to_be_visible()
    board.reload()
    assert not board.evaluate(readable)
    expect(board.locator("[data-hide-names]")).to_have_text("Names hidden · show")
    board.keyboard.press("p")
    assert board.evaluate(readable)
    kept = board.evaluate("JSON.stringify({ ...sessionStorage, ...localStorage })")
    assert "names-hidden" not in kept
    assert "Leo" not in without_tokens(kept)


def test_without_script_a_rows_button_moves_its_visit(
    browser: Browser, live_server: LiveServer, dana: Staff, front: Location
) -> None:
    arrive(front, name="Mia Novak")
    visit = arrive(front)
    context = logged_in(browser, live_server.url, dana, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    row(page, visit).locator("button").click()
    expect(page.locator(".note")).to_contain_text(f"{visit.token}: In a room.")
    at_state(page, visit, "roomed")
    page.get_by_role("button", name="Undo").click()
    at_state(page, visit, "arrived")
    context.close()
