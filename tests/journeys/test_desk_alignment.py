"""What stands beside, above or below something else on the desk's pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys.full_desk import FullDesk

pytestmark = pytest.mark.django_db(transaction=True)

TOUCHING_LABELS = """() => [...document.querySelectorAll('.excuse-facts tr')].filter((row) =>
  row.checkVisibility() && parseFloat(getComputedStyle(row.cells[0]).paddingRight) < 8
).map((row) => row.innerText)"""


def open_at(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1180})
    page.goto(path)


def test_the_labels_of_a_note_never_touch_its_values(full_desk: FullDesk) -> None:
    """At 320 px, and on paper cut in two, it said “Please excuseSaturday”."""
    page, paths = full_desk
    for name in ("note", "note draft"):
        for width in (320, 820):
            open_at(page, paths[name], width)
            assert page.evaluate(TOUCHING_LABELS) == [], f"{name} at {width}"
