"""At the desk when the session is over, or after a login in another tab."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from playwright.sync_api import Page, expect

from checkin.actions import boards
from checkin.models import SignIn, Visit
from tests import make
from tests.journeys.desk_screen import arrive, at_state, next_look, row, select

pytestmark = pytest.mark.django_db(transaction=True)


def log_in(page: Page) -> None:
    page.get_by_label("Username").fill("dana")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.keyboard.press("Enter")


def log_in_in_another_tab(page: Page) -> None:
    tab = page.context.new_page()
    tab.goto("/")
    tab.locator(".bar-person summary").click()
    tab.get_by_role("button", name="Log out").click()
    if tab.get_by_role("button", name="Log out").count():
        tab.get_by_role("button", name="Log out").click()
    tab.goto("/account/login/")
    log_in(tab)
    expect(tab.locator("#board")).to_be_visible()
    tab.close()


def test_a_sign_in_typed_when_the_session_is_over_is_sent_with_one_key_after_the_login(board):
    board.goto("/sign-in/")
    board.locator("[name=child_given_name]").fill("Leo")
    board.locator("[name=relationship]").fill("his aunt")
    Session.objects.all().delete()
    board.locator("#sign-in [type=submit]").first.click()
    board.wait_for_url("**/account/login/**")
    log_in(board)
    expect(board.get_by_role("heading", level=1)).to_have_text("This is as you typed it")
    expect(board.get_by_label("Relationship")).to_have_value("his aunt")
    assert not Visit.objects.exists()
    board.keyboard.press("Enter")
    expect(board.locator("#rows tr")).to_have_count(1)
    said = SignIn.objects.get()
    assert (said.child_given_name, said.relationship) == ("Leo", "his aunt")


def test_a_key_on_a_board_opened_before_another_login_works(board, front):
    visit = arrive(front)
    expect(row(board, visit)).to_be_visible()
    log_in_in_another_tab(board)
    select(board, visit)
    board.keyboard.press("r")
    at_state(board, visit, "roomed")


def test_a_board_whose_session_is_over_comes_back_after_a_login_in_another_tab(board, front):
    visit = arrive(front)
    expect(row(board, visit)).to_be_visible()
    Session.objects.all().delete()
    board.wait_for_url("**/account/login/**")
    expect(board.get_by_text("You are logged out. Log in")).to_be_visible()
    tab = board.context.new_page()
    tab.goto("/account/login/")
    log_in(tab)
    expect(tab.locator("#board")).to_be_visible()
    tab.close()
    board.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(row(board, visit)).to_be_visible()


def test_the_focus_stays_on_the_same_link_when_its_row_is_new(board, front):
    visit = arrive(front, notes_wanted=["school"])
    chip = row(board, visit).get_by_role("link", name="School note")
    chip.focus()
    address = chip.get_attribute("href")
    with transaction.atomic():
        boards.show(visit)
    next_look(board)
    assert board.evaluate("document.activeElement.getAttribute('href')") == address
