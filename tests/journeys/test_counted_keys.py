"""What the desk's usual jobs cost in keys, counted from the board, beside what is typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from checkin.models import Clinic, Location, MatchState, Promise
from checkin.rules.excuse_notes import NoteStatus
from tests import make
from tests.journeys.desk_screen import arrive, row, scripts_are_there, select

pytestmark = pytest.mark.django_db(transaction=True)


# Kept by the tab, because a key may open another page. Typed text does not count; Enter after it does.
COUNT_KEYS = """() => window.addEventListener("keydown", ({ key, isTrusted, target }) => {
  const isTyped = key.length === 1 && target.closest?.("input, textarea");
  if (isTrusted && !isTyped) sessionStorage.pressed = `${sessionStorage.pressed ?? ""} ${key}`;
}, true)"""


class CountedKeys:
    """The keyboard of a page that counts what is pressed there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.add_init_script(f"({COUNT_KEYS})()")
        page.evaluate(COUNT_KEYS)

    def press(self, key: str, *, opens: str = "") -> None:
        """Press one key; wait until the page that it `opens` is there, as a person's eyes do."""
        self.page.keyboard.press(key)
        if opens:
            self.page.wait_for_url(opens)
            scripts_are_there(self.page)

    def count(self) -> int:
        """Return how many keys the page has received, from whatever source."""
        return len(self.page.evaluate("sessionStorage.pressed ?? ''").split())


def test_a_match_takes_two_keys(board: Page, brook: Clinic, front: Location) -> None:
    anna = make.patient(brook, "Anna Berg")
    visit = arrive(front, name="Ana Berg")
    expect(row(board, visit)).to_be_visible()
    keys = CountedKeys(board)
    keys.press("m", opens="**/match/")
    keys.press("1")
    expect(board.locator("main")).to_contain_text("Every child who is here is matched.")
    visit.refresh_from_db()
    assert (visit.patient, visit.match) == (anna, MatchState.CONFIRMED)
    assert keys.count() == 2


def test_a_note_takes_three_keys_and_its_printing_one_more(
    board: Page, brook: Clinic, front: Location
) -> None:
    make.patient(brook, "Leo Ruiz", "2018-03-14")
    visit = arrive(front, name="Leo Ruiz", notes_wanted="school")
    expect(row(board, visit)).to_be_visible()
    keys = CountedKeys(board)
    keys.press("j")
    keys.press("i", opens=f"**/visits/{visit.pk}/notes/school/")
    expect(board.get_by_role("group", name="The note as it will be printed")).to_contain_text("Leo Ruiz")
    keys.press("i", opens="**/notes/1/")
    sheet = board.get_by_role("group", name="The note as printed")
    expect(sheet).to_contain_text("Leo Ruiz")
    note = visit.excuse_notes.get()
    assert (note.kind, note.status) == ("school", NoteStatus.ISSUED)
    assert keys.count() == 3
    board.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1 } }")
    keys.press("i")
    assert board.evaluate("window.printed") == 1
    assert keys.count() == 4
    board.emulate_media(media="print")
    expect(sheet).to_be_visible()
    expect(board.get_by_role("button", name="Print")).to_be_hidden()


def test_a_promise_to_the_chosen_family_takes_three_keys_beside_its_text(
    board: Page, front: Location
) -> None:
    visit = arrive(front, escort_phone="3125550199")
    expect(row(board, visit)).to_be_visible()
    select(board, visit)
    keys = CountedKeys(board)
    keys.press("Enter", opens=f"**/visits/{visit.pk}/")
    keys.press("a", opens="**/promises/new/**")
    board.keyboard.type("the bill that came twice")
    keys.press("Enter", opens=f"**/visits/{visit.pk}/")
    made = Promise.objects.get()
    assert (made.about, made.reach_at, made.visit) == ("the bill that came twice", "(312) 555-0199", visit)
    assert keys.count() == 3
