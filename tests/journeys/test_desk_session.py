"""The desk with an expired session, or after a login in another tab."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from playwright.sync_api import Page, expect

from checkin.actions import visit_locks
from checkin.models import Location, SignIn, Visit
from tests.journeys.desk_screen import (
    arrive,
    at_state,
    log_in,
    log_in_in_another_tab,
    next_look,
    row,
    select,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sign_in_typed_in_an_expired_session_can_be_sent_after_login(board: Page) -> None:
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


SIZES = {
    "tablet": (820, 1180),
    "1024": (1024, 768),
    "1280": (1280, 800),
    "125 %": (1024, 640),
    "200 %": (640, 400),
}


def test_a_restored_form_fits_every_size_with_its_own_labels(board: Page) -> None:
    board.goto("/sign-in/")
    board.locator("[name=child_given_name]").fill("ليلى عبد الرحمن")
    board.locator("[name=relationship]").fill("خالتها، وهي تعيش معهم منذ سنة وترافقها إلى كل موعد عند الطبيب")
    board.locator("[name=notes_wanted]").first.check()
    board.locator("[name=approach][value=leave]").check()
    Session.objects.all().delete()
    board.locator("#sign-in [type=submit]").first.click()
    board.wait_for_url("**/account/login/**")
    log_in(board)
    expect(board.get_by_label("Given name")).to_have_value("ليلى عبد الرحمن")
    expect(board.get_by_label("Relationship, in their words")).to_be_visible()
    expect(board.get_by_label("School note")).to_be_checked()
    expect(board.get_by_label("Preference").locator("option:checked")).to_have_text("Leave me be")
    expect(board.get_by_role("button", name="Sign in", exact=True)).to_be_focused()
    assert board.get_by_label("Send", exact=True).count() == 0
    for scheme in ("light", "dark"):
        board.emulate_media(color_scheme=scheme)
        for name, (width, height) in SIZES.items():
            board.set_viewport_size({"width": width, "height": height})
            assert board.evaluate("document.documentElement.scrollWidth") <= width, name
            for box in board.locator("form.typed :is(input, select, textarea, button):visible").all():
                found = box.bounding_box()
                assert found["x"] >= 0 and found["x"] + found["width"] <= width, name


def test_a_key_works_on_a_board_opened_before_another_login(board: Page, front: Location) -> None:
    visit = arrive(front)
    expect(row(board, visit)).to_be_visible()
    log_in_in_another_tab(board)
    select(board, visit)
    board.keyboard.press("r")
    at_state(board, visit, "roomed")


def test_a_logged_out_board_returns_after_login_in_another_tab(board: Page, front: Location) -> None:
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


def test_a_replaced_row_keeps_the_focus_on_the_same_link(board: Page, front: Location) -> None:
    visit = arrive(front, notes_wanted=["school"])
    chip = row(board, visit).get_by_role("link", name="School note")
    chip.focus()
    address = chip.get_attribute("href")
    with transaction.atomic():
        visit_locks.update_visit_and_boards(visit)
    next_look(board)
    assert board.evaluate("document.activeElement.getAttribute('href')") == address
