"""Hidden names stay hidden on pages outside the desk's frame, in other tabs and in a focused box."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from checkin.models import Clinic, Location
from tests import make
from tests.journeys.desk_screen import SIZE, arrive, log_in, log_in_in_another_tab, row
from tests.journeys.test_hidden_names import CLEAR, FIND_VISIBLE, hide_names

pytestmark = pytest.mark.django_db(transaction=True)

TYPED = {"child_given_name": "Leopoldina", "relationship": "la vecina", "escort_phone": "312 555 0188"}
SECRETS = (["leopoldina", "la vecina"], ["3125550188"])


def fill_sign_in(page: Page) -> None:
    page.goto("/sign-in/")
    for name, words in TYPED.items():
        page.locator(f"[name={name}]").fill(words)


def send_sign_in(page: Page) -> None:
    page.locator("#sign-in [type=submit]").first.click()


def test_what_was_typed_before_another_login_is_masked(board: Page) -> None:
    hide_names(board)
    fill_sign_in(board)
    log_in_in_another_tab(board)
    send_sign_in(board)
    names_are_hidden_as_typed(board)
    fill_sign_in(board)
    Session.objects.all().delete()
    send_sign_in(board)
    board.wait_for_url("**/account/login/**")
    log_in(board)
    names_are_hidden_as_typed(board)
    board.keyboard.press("p")
    assert board.evaluate(FIND_VISIBLE, SECRETS), "shown, they are found"


def names_are_hidden_as_typed(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("This is as you typed it")
    expect(page.locator("[data-hide-names]")).to_have_text("Names hidden · show")
    expect(page.get_by_label("Given name")).to_have_value("Leopoldina")
    assert page.evaluate(FIND_VISIBLE, SECRETS) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size(SIZE)


def test_a_message_of_the_desk_is_masked_on_a_plain_page_too(board: Page) -> None:
    hide_names(board)
    board.goto("/promises/new/")
    form = board.locator("form", has=board.locator("[name=to_whom]"))
    said = form.evaluate("(form) => Object.fromEntries(new FormData(form))")
    said |= {"to_whom": "Leopoldina", "about": "la vecina", "reach_at": "312 555 0188"}
    # Written, but the next page that opens is another.
    address, owned = board.url, {"referer": board.url}
    assert board.context.request.post(address, form=said, headers=owned, max_redirects=0).status == 302
    board.goto("/account/email/")
    expect(board.locator(".note")).to_contain_text("Leopoldina")
    expect(board.locator("[data-hide-names]")).to_have_text("Names hidden · show")
    assert board.evaluate(FIND_VISIBLE, SECRETS) == []


def test_hidden_names_are_hidden_in_every_tab_until_shown_again(board: Page, front: Location) -> None:
    visit = arrive(front, name="Leopoldina Ruiz")
    expect(row(board, visit)).to_be_visible()
    before = board.context.new_page()
    before.goto(f"/visits/{visit.pk}/")
    hide_names(board)
    expect(before.locator("[data-hide-names]")).to_have_text("Names hidden · show")
    with board.context.expect_page() as opened:
        row(board, visit).locator("a.open").click(modifiers=["Control"])
    for tab in (before, opened.value):
        expect(tab.locator("[data-hide-names]")).to_have_text("Names hidden · show")
        assert tab.evaluate(FIND_VISIBLE, SECRETS) == []
    # A browser that somebody else logs in to says so, too.
    log_in_in_another_tab(before)
    before.goto(f"/visits/{visit.pk}/")
    assert before.evaluate(FIND_VISIBLE, SECRETS) == []
    before.locator("[data-hide-names]").click()
    assert before.evaluate(FIND_VISIBLE, SECRETS)
    for tab in (board, opened.value):
        expect(tab.locator("[data-hide-names]")).to_have_text("Hide names")


def test_a_focused_field_is_masked_until_one_types_in_it(board: Page, brook: Clinic) -> None:
    make.guardian(make.patient(brook, "Leopoldina Ruiz"))
    hide_names(board)
    board.goto("/patients/")
    board.keyboard.type("Leopoldina")
    box = board.locator("#q")
    expect(box).not_to_have_css("color", CLEAR)
    board.keyboard.press("Enter")
    expect(board.locator("table.list")).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_have_value("Leopoldina")
    for act in ("reload", "Tab", "/"):
        expect(box).to_have_css("color", CLEAR)
        expect(box).not_to_have_css("caret-color", CLEAR)
        assert box.evaluate("(box) => getComputedStyle(box, '::selection').color") == CLEAR
        if act == "reload":
            board.reload()
            continue
        board.keyboard.press("Tab")
        expect(box).not_to_be_focused()
        board.keyboard.press("/" if act == "/" else "Shift+Tab")
        expect(box).to_be_focused()
    board.keyboard.press("End")
    board.keyboard.type(" R")
    expect(box).not_to_have_css("color", CLEAR)
    board.keyboard.press("Tab")
    expect(box).to_have_css("color", CLEAR)


def test_an_opened_list_of_choices_shows_them(board: Page, front: Location) -> None:
    visit = arrive(front, name="Leopoldina Ruiz", notes_wanted="school")
    hide_names(board)
    board.goto(f"/visits/{visit.pk}/notes/school/")
    choice = board.locator("select[name=language]")
    choice.focus()
    expect(choice).to_have_css("color", CLEAR)
    choice.dispatch_event("pointerdown")
    expect(choice).not_to_have_css("color", CLEAR)
    choice.blur()
    expect(choice).to_have_css("color", CLEAR)
