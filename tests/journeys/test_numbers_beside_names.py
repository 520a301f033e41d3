"""A number beside a right-to-left name is shown in the order in which it is dialed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from checkin.models import Clinic, Location, Visit
from tests import make
from tests.journeys.desk_screen import arrive

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "(312) 555-0177"
WIDTHS = """text => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node; (node = walk.nextNode()); ) {
    const at = node.data.indexOf(text);
    if (at < 0 || !node.parentElement.getClientRects().length) continue;
    const left = (nth) => {
      const range = document.createRange();
      range.setStart(node, nth);
      range.setEnd(node, nth + 1);
      return range.getBoundingClientRect().left;
    };
    found.push(left(at + text.length - 1) - left(at));
  }
  return found;
}"""
"""Return how far a text's last letter is to the right of its first, at each place that shows it."""


@pytest.fixture
def visit(brook: Clinic, front: Location) -> Visit:
    leo = make.patient(brook, "Leo Ruiz", "2018-03-14")
    make.guardian(leo, "فاطمة الزهراء", phone="(312) 555-0119", relationship="والدة")
    return arrive(front, escort_name="ليلى المنصوري", relationship="جليسة", escort_phone=NUMBER)


def widths(page: Page, text: str) -> list[float]:
    return page.evaluate(WIDTHS, text)


def test_phone_numbers_beside_arabic_names_read_left_to_right(board: Page, visit: Visit) -> None:
    board.goto(f"/visits/{visit.pk}/consent/")
    board.get_by_text("Write down what somebody said").click()
    expect(board.get_by_label("ليلى المنصوري")).to_be_visible()
    for number in (NUMBER, "(312) 555-0119"):
        assert widths(board, number)
        assert min(widths(board, number)) > 0, number
