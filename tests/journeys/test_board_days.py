"""The board in a browser: a visit of another day is listed apart, stays live and can be moved."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from checkin.actions import visits
from checkin.models import Location, Staff
from tests.journeys.desk_screen import arrive, at_state, minutes_ago, row, select

pytestmark = pytest.mark.django_db(transaction=True)
TWO_DAYS = 2 * 24 * 60


def test_a_visit_of_another_day_is_listed_apart_and_leaves_with_its_heading(
    board: Page, front: Location, noor: Staff
) -> None:
    old = arrive(front, name="Old Visit", minutes=TWO_DAYS)
    heading = board.locator("tr.day")
    expect(heading).to_contain_text("Since ")
    new = arrive(front, name="New Visit")
    expect(board.locator(f"#rows #v{new.pk}")).to_be_visible()
    apart = board.locator(f"tbody.of-day #v{old.pk}")
    expect(apart.locator(".wait time")).to_contain_text("since ")
    expect(board.locator("[data-tally]")).to_have_text("1 here, 1 waiting, 1 of another day")
    apart.locator(".step button").click()
    at_state(board, old, "roomed")
    expect(apart).to_be_visible()
    select(board, old)
    board.keyboard.press("k")
    expect(row(board, new).locator("a.open")).to_be_focused()
    visits.move_visit(visit=old, to="left", by=noor, at=minutes_ago(0), reason="left long ago")
    expect(heading).to_have_count(0)
    expect(row(board, new)).to_be_visible()
    board.reload()
    expect(board.locator("tr.day")).to_have_count(0)
