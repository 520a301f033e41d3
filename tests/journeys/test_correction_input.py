"""Correcting a match in a hurry: pressing twice, sending without a network, going back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from checkin.models import Location, MatchDecision, Patient, Staff
from tests.journeys.desk_screen import scripts_are_there
from tests.journeys.test_match_entries import answer, desk, hugo, marcus, search_for, written

__all__ = ["desk", "hugo", "marcus"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def listed(desk: Page, front: Location, marcus: Patient, hugo: Patient, noor: Staff) -> tuple[Page, object]:
    """Open the list of entries, with every question answered by keyboard."""
    visit = written(front, marcus, noor)
    search_for(desk, visit, "bellini")
    desk.keyboard.press("1")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Before")
    scripts_are_there(desk)
    for question in ("agreed to vaccine", "MMR given", "Language Polish", "was changed to"):
        answer(desk, question, 1)
    return desk, visit


def corrections(visit: object) -> int:
    return MatchDecision.objects.filter(visit=visit).count()


def test_a_double_click_corrects_once_and_shows_the_result(
    listed: tuple[Page, object], hugo: Patient
) -> None:
    desk, visit = listed
    before = corrections(visit)
    desk.get_by_role("button", name="This is").dblclick()
    expect(desk.get_by_role("status").first).to_contain_text(f"{visit.token} is Hugo Bellini")
    assert corrections(visit) == before + 1


def test_without_a_network_the_answers_are_kept(listed: tuple[Page, object], hugo: Patient) -> None:
    desk, visit = listed
    before = corrections(visit)
    chosen = desk.locator("input:checked").count()
    desk.context.set_offline(True)
    desk.get_by_role("button", name="This is").click()
    expect(desk.locator("#toast")).to_contain_text("No connection: nothing was changed.")
    assert (desk.locator("input:checked").count(), corrections(visit)) == (chosen, before)
    desk.context.set_offline(False)
    desk.get_by_role("button", name="This is").click()
    expect(desk.get_by_role("status").first).to_contain_text(f"{visit.token} is Hugo Bellini")
    assert corrections(visit) == before + 1


def test_going_back_after_a_correction_shows_the_current_match(
    listed: tuple[Page, object], hugo: Patient
) -> None:
    desk, visit = listed
    desk.get_by_role("button", name="This is").click()
    expect(desk.get_by_role("status").first).to_contain_text(f"{visit.token} is Hugo Bellini")
    desk.go_back()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Who is")
    expect(desk.locator("main")).to_contain_text("Hugo Bellini")


def test_reloading_the_list_sends_nothing(listed: tuple[Page, object]) -> None:
    desk, visit = listed
    before = corrections(visit)
    desk.reload()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Who is")
    assert corrections(visit) == before
