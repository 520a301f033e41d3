"""Keyboard input on the leaving and consent pages: one key each, and what Enter does."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from checkin.models import Clinic, DueItem, Location, Visit
from tests import make
from tests.journeys.desk_screen import arrive

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit(brook: Clinic, front: Location) -> Visit:
    brook.need_settings = {"own": ["Car seat", "New phone number"], "off": ["vaccine", "school_note"]}
    brook.save()
    front.refresh_from_db()
    leo = make.patient(brook, "Leo Ruiz", "2018-03-14")
    make.guardian(leo, "Ana Ruiz")
    DueItem.objects.create(
        clinic=brook, patient=leo, kind="check_up", name="Eight-year check-up",
        due_on=timezone.now().date() - dt.timedelta(days=30),
    )  # fmt: skip
    return arrive(front)


def open_leaving(board: Page, visit: Visit) -> None:
    board.goto(f"/visits/{visit.pk}/leave/?to=left")
    expect(board.locator(".need").first).to_be_focused()


def test_each_need_has_its_key_and_a_last_key_leaves(board: Page, visit: Visit) -> None:
    open_leaving(board, visit)
    expect(board.locator("#leaving")).to_contain_text("4 still open")
    board.keyboard.press("y")
    expect(board.locator("#leaving")).to_contain_text("3 still open")
    board.keyboard.press("f")
    expect(board.locator(".need-reasons input[type=radio]").first).to_be_focused()
    board.keyboard.press("1")
    expect(board.locator("#leaving")).to_contain_text("2 still open")
    board.keyboard.press("s")
    board.keyboard.press("Tab")
    board.get_by_label("Own words").first.fill("no time")
    board.keyboard.press("Enter")
    expect(board.locator("#leaving")).to_contain_text("1 still open")
    board.keyboard.press("2")
    board.wait_for_url("**/")
    expect(board.get_by_text("Left. 1 left open.")).to_be_visible()
    said = sorted(visit.needs.values_list("status", "reason"))
    assert said == [
        ("deferred", "will come back"),
        ("done", ""),
        ("left_open", "family declined to wait"),
        ("not_offered", "no time"),
    ]


def test_key_u_undoes_an_answer(board: Page, visit: Visit) -> None:
    open_leaving(board, visit)
    board.keyboard.press("q")
    expect(board.locator("#leaving")).to_contain_text("3 still open")
    board.get_by_text("1 answered").click()
    board.locator(".need-answered").focus()
    board.keyboard.press("u")
    expect(board.locator("#leaving")).to_contain_text("4 still open")


def test_consent_by_telephone_takes_three_inputs(board: Page, visit: Visit) -> None:
    board.goto(f"/visits/{visit.pk}/consent/")
    expect(board.locator("#consent")).to_contain_text("phone Ana Ruiz first")
    board.get_by_text("Write down what somebody said").click()
    board.get_by_label("For").first.select_option("check_up")
    board.get_by_label("Agreed").check()
    board.get_by_role("button", name="Save their answer").click()
    expect(board.locator("#consent")).to_contain_text("Ana Ruiz agreed by telephone today")
    assert visit.needs.get(kind="phone_guardian").status == "lapsed"
    need = visit.needs.get(kind="check_up")
    assert need.step_words.endswith("go ahead")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_leaving_and_consent_pages_do_not_scroll_sideways(board: Page, visit: Visit, scheme: str) -> None:
    board.emulate_media(color_scheme=scheme)
    for width in (1280, 820):
        board.set_viewport_size({"width": width, "height": 800})
        for page in (f"/visits/{visit.pk}/leave/?to=left", f"/visits/{visit.pk}/consent/"):
            board.goto(page)
            assert board.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_key_y_on_a_check_up_tells_the_front_desk_who_marks_it_done(board: Page, visit: Visit) -> None:
    open_leaving(board, visit)
    check_up = board.locator(".need:has([data-why-not])")
    check_up.focus()
    board.keyboard.press("y")
    expect(check_up).to_contain_text("Only a clinician marks a vaccine as given or a check-up as done.")
    expect(check_up).to_be_focused()
    assert set(visit.needs.values_list("status", flat=True)) == {"open"}
    board.keyboard.press("q")
    expect(board.locator("#leaving")).to_contain_text("3 still open")
