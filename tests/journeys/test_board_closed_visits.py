"""Keys of the board for a confidential visit that is closed: they lead to the page that opens it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from checkin.actions import confidential_visits
from checkin.models import Clinic, Location, Staff, Visit
from tests.journeys.desk_screen import arrive, at_state, minutes_ago, row, select

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def closed(board: Page, brook: Clinic, front: Location, max_: Staff) -> Visit:
    """Return a confidential visit, with its row chosen: what was typed is unread, and a need is open."""
    brook.need_settings = {"own": ["Car seat"], "off": ["school_note", "match"]}
    brook.save()
    front.refresh_from_db()
    visit = arrive(front)
    Visit.objects.filter(pk=visit.pk).update(unread=True)
    visit.refresh_from_db()
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=max_, at=minutes_ago(0))
    expect(row(board, visit)).to_contain_text("Confidential")
    select(board, visit)
    return visit


def mark_read(visit: Visit) -> None:
    """Let the visit be moved on at once: somebody has read what was typed."""
    Visit.objects.filter(pk=visit.pk).update(unread=False)


LEADS = {
    "l": "Something is still open. Answer it on the visit’s page, or say why it is left open.",
    "r": "Nobody has read what {} typed. Read it, or go on anyway.",
    "d": "{}: Ready to leave.",
    "t": "What was said and done at this visit is closed.",
}


@pytest.mark.parametrize("key", LEADS)
def test_a_key_for_a_closed_confidential_visit_leads_to_the_page_that_opens_it(
    board: Page, closed: Visit, key: str
) -> None:
    """Its panel is closed too, so that the key did nothing."""
    said = LEADS[key].format(closed.token)
    if key == "d":
        mark_read(closed)
    board.keyboard.press(key)
    board.keyboard.press(key)
    board.wait_for_url(f"**/visits/{closed.pk}/")
    expect(board.get_by_text(said)).to_have_count(1)
    expect(board.get_by_role("link", name="Open with a reason").last).to_be_visible()
    closed.refresh_from_db()
    assert closed.state == ("ready" if key == "d" else "arrived")
    board.go_back()
    at_state(board, closed, closed.state)
    select(board, closed)
    board.keyboard.press("l")
    board.wait_for_url(f"**/visits/{closed.pk}/")


def test_ready_for_a_closed_confidential_visit_is_undone_on_the_page_it_leads_to(
    board: Page, closed: Visit
) -> None:
    mark_read(closed)
    board.keyboard.press("d")
    board.wait_for_url(f"**/visits/{closed.pk}/")
    board.locator(".note").get_by_role("button", name="Undo").click()
    expect(board.get_by_text(f"{closed.token}: Arrived.")).to_be_visible()
    closed.refresh_from_db()
    assert closed.state == "arrived"


def test_a_key_for_a_closed_confidential_visit_with_no_network_says_so_and_works_later(
    board: Page, closed: Visit
) -> None:
    board.context.set_offline(True)
    board.keyboard.press("l")
    expect(board.locator("#toast")).to_contain_text("No connection: nothing was changed.")
    board.context.set_offline(False)
    board.keyboard.press("l")
    board.wait_for_url(f"**/visits/{closed.pk}/")


def test_a_second_press_while_the_page_is_coming_sends_nothing_more(board: Page, closed: Visit) -> None:
    held: list[Route] = []
    board.route("**/leave/**", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no built-in
    sent: list[str] = []
    board.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    with board.expect_request("**/leave/**"):
        board.keyboard.press("l")
    board.keyboard.press("l")
    board.wait_for_timeout(300)
    held[0].continue_()
    board.wait_for_url(f"**/visits/{closed.pk}/")
    assert len([one for one in sent if "/move/" in one]) == 1
    expect(board.locator(".note")).to_have_count(1)
