"""Typing in who agreed: the next adult gets none of the first one's details, and a no stays shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from checkin.models import Clinic, ConsentRecord, DueItem, Location, Visit
from tests import make
from tests.journeys.desk_screen import arrive

pytestmark = pytest.mark.django_db(transaction=True)
LONGEST = "María de los Ángeles Fernández-Villanueva y Castañeda-Montenegro de la Santísima Trinidad"


@pytest.fixture
def visit(brook: Clinic, front: Location) -> Visit:
    leo = make.patient(brook, "Leo Ruiz", "2018-03-14")
    make.guardian(leo, "Ana Ruiz", phone="(312) 555-0119", position=1)
    make.guardian(leo, LONGEST, phone="(312) 555-0120", relationship="madrastra", position=2)
    for name in ("Influenza", "MMR"):
        DueItem.objects.create(
            clinic=brook, patient=leo, kind="vaccine", name=name, due_on=timezone.now().date()
        )
    return arrive(front, escort_name="ليلى المنصوري", relationship="جليسة الأطفال")


def open_form(board: Page, visit: Visit) -> None:
    board.goto(f"/visits/{visit.pk}/consent/")
    board.get_by_text("Write down what somebody said").click()
    board.get_by_label("For").first.select_option("vaccine")


def write(board: Page, item: str, answer: str) -> None:
    board.get_by_label("What exactly").fill(item)
    board.get_by_label(answer, exact=True).check()
    board.get_by_role("button", name="Save their answer").click()


def look(board: Page, name: str) -> None:
    """Save screenshots at the desk's sizes if LOOKS names a folder."""
    if not (folder := os.environ.get("LOOKS")):
        return
    for scheme in ("light", "dark"):
        board.emulate_media(color_scheme=scheme)
        for width in (820, 1024, 1280):
            board.set_viewport_size({"width": width, "height": 900})
            board.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)
        board.set_viewport_size({"width": 640, "height": 900})
        board.screenshot(path=Path(folder) / f"{name}-200-{scheme}.png", full_page=True)
    board.set_viewport_size({"width": 1280, "height": 800})


def test_choosing_another_person_clears_the_first_ones_details(board: Page, visit: Visit) -> None:
    open_form(board, visit)
    expect(board.get_by_label("Ana Ruiz, mother")).to_be_checked()
    expect(board.get_by_label("How")).to_have_value("telephone")
    expect(board.get_by_label("Name", exact=True)).to_be_hidden()
    board.get_by_label("ليلى المنصوري").check()
    expect(board.get_by_label("How")).to_have_value("verbal")
    look(board, "form")
    board.get_by_label("Somebody else").check()
    board.get_by_label("Name", exact=True).fill("the sitter")
    look(board, "somebody-else")
    write(board, "", "Agreed")
    expect(board.locator("#consent")).to_contain_text("the sitter agreed to vaccine")
    made = ConsentRecord.objects.get()
    assert (made.who, made.relationship, made.phone) == ("the sitter", "", "")
    expect(board.locator("#consent")).to_contain_text("Does not count: the sitter is no guardian on record")


def test_changing_the_care_clears_its_item_and_errors_are_at_their_fields(board: Page, visit: Visit) -> None:
    open_form(board, visit)
    board.get_by_label("What exactly").fill("MMR")
    board.get_by_label("For").first.select_option("treatment")
    expect(board.get_by_label("What exactly")).to_have_value("")
    board.get_by_label("What exactly").fill("ear wash")
    board.get_by_label("For").first.select_option("check_up")
    expect(board.get_by_label("What exactly")).to_have_value("ear wash")
    board.get_by_label("Based on").select_option("guardian_present")
    board.get_by_label("Agreed", exact=True).check()
    board.get_by_role("button", name="Save their answer").click()
    expect(board.locator("#consent")).to_contain_text("cannot both be. Change one of them.")
    assert not ConsentRecord.objects.exists()


def test_a_no_to_the_flu_vaccine_stays_shown_after_a_yes_to_mmr(board: Page, visit: Visit) -> None:
    open_form(board, visit)
    items = board.locator(".consent-items")
    write(board, "flu", "Said no")
    # The panel is replaced with its form closed; only then open it again.
    expect(items).to_contain_text("flu vaccine: clinician decides")
    board.get_by_text("Write down what somebody said").click()
    board.get_by_label("For").first.select_option("vaccine")
    write(board, "MMR", "Agreed")
    expect(items).to_contain_text("flu vaccine: clinician decides Ana Ruiz said no by telephone today")
    expect(items).to_contain_text("MMR: go ahead Ana Ruiz agreed by telephone today")
    look(board, "by-item")
