"""Finding a family on the board, and grouping its rows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import visits
from checkin.models import Clinic, Location, Staff, Visit
from tests import make
from tests.journeys.desk_screen import (
    arrive,
    at_state,
    logged_in,
    minutes_ago,
    next_look,
    row,
    scripts_are_there,
    select,
)

pytestmark = pytest.mark.django_db(transaction=True)


def shown(page: Page) -> list[str]:
    """Return the ids of the rows in view, from top to bottom."""
    found: list[str] = page.eval_on_selector_all(
        "#board tr[data-v]", "(rows) => rows.filter((one) => one.offsetHeight).map((one) => one.id)"
    )
    return found


def ids(*wanted: Visit) -> list[str]:
    return [f"v{one.pk}" for one in wanted]


def headings(page: Page) -> list[str]:
    return [one.strip() for one in page.locator("#board tr.group th:visible").all_inner_texts()]


def find(page: Page, text: str) -> None:
    box = page.locator("[data-find]")
    if not box.evaluate("(one) => one === document.activeElement"):
        page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_typed_words_narrow_the_rows_by_child_adult_token_and_need(
    board: Page, front: Location, brook: Clinic
) -> None:
    zoe = arrive(front, name="Zoë Müller", escort_name="Ines", relationship="la abuela", minutes=9)
    mia = arrive(front, name="Mia Novak", escort_name="Rosa", minutes=8, notes_wanted="school")
    leo = arrive(front, name="ليلى", escort_name="Mueller", minutes=7)
    found, button = board.locator("[data-found]"), board.locator("[data-find-all]")
    expect(row(board, leo)).to_be_visible()
    everybody = shown(board)
    expect(button).to_be_hidden()
    find(board, "zoe mull")
    expect(found).to_have_text("1 of 3 matches")
    expect(button).to_be_visible()
    assert shown(board) == ids(zoe)
    assert board.locator("[data-tally]").inner_text().startswith("3 here"), "who is here does not change"
    for text, wanted in (("ABUELA", [zoe]), ("ليلى", [leo]), ("rosa school", [mia]), (mia.token, [mia])):
        find(board, text)
        assert shown(board) == ids(*wanted), text
    find(board, "novak")
    # Rows that arrive or change meanwhile obey, and a child who cannot wait is never hidden.
    other = arrive(front, name="Ann Other")
    same = arrive(front, name="Jan Novak")
    expect(row(board, same)).to_be_visible()
    expect(row(board, other)).to_be_hidden()
    worried = arrive(front, name="Will Worry", worried=True)
    expect(row(board, worried)).to_be_visible()
    expect(found).to_have_text("2 of 6 match")
    expect(board.locator("[data-find]")).to_be_focused()
    board.keyboard.press("Enter")
    expect(row(board, mia).locator("a.open")).to_be_focused()
    board.keyboard.press("r")
    at_state(board, mia, "roomed")
    board.keyboard.press("Escape")
    assert len(shown(board)) == 6 and set(everybody) < set(shown(board))
    expect(row(board, mia).locator("a.open")).to_be_focused()
    expect(found).to_be_empty()
    find(board, "x")
    board.keyboard.press("Escape")
    board.keyboard.press("Escape")
    expect(row(board, mia).locator("a.open")).to_be_focused()
    make.patient(brook, "Nobody Here")
    find(board, "nobody here")
    expect(found).to_have_text("Nobody here matches. Press Enter to search all patients.")
    board.keyboard.press("Enter")
    board.wait_for_url("**/patients/**")
    expect(board.locator("main table")).to_contain_text("Nobody Here")
    assert "obody" not in board.url


def test_names_are_found_as_the_search_of_all_patients_finds_them(board: Page, front: Location) -> None:
    names = {
        "Liam Johnson": ["johnson, liam", "LIAM johnson", "johnsonliam"],
        "Sean O’Brien": ["obrien", "o'brien", "O’Brien", "o brien"],
        "Wim van_der_Berg": ["vanderberg", "van-der berg"],
        "נעם בן־דוד": ["בן-דוד", "בן דוד", "בן־דוד"],
        "小明 王": ["王小明", "小明王", "小明"],
        "민준 김": ["김민준", "민준"],
        "رضا کاظمی": ["كاظمي", "کاظمی"],
        "Søren Łukasz": ["soren", "lukasz"],
    }
    came = {}
    for name in names:
        given, _, family = name.partition(" ")
        family = family.replace("_", " ")
        came[name] = arrive(front, name="", child_given_name=given, child_family_name=family)
    expect(row(board, came["Søren Łukasz"])).to_be_visible()
    for name, texts in names.items():
        for text in texts:
            board.locator("[data-find]").fill(text)
            assert shown(board) == ids(came[name]), text
    for text in ("annjo", "erg wim x", "明小", "l'johnson", "s’brien"):
        board.locator("[data-find]").fill(text)
        assert shown(board) == [], text


def test_a_child_who_is_still_expected_is_found_too(board: Page, brook: Clinic, front: Location) -> None:
    for name, whom in (("Bea Booked", "Dr. Young"), ("Ada Early", "Dr. Amadi")):
        make.appointment(make.patient(brook, name), front, minutes_ago(20), with_whom=whom)
    expect(row(board, arrive(front, name="Bea Brook"))).to_be_visible()
    expected, found = board.locator("#expected tbody tr:visible"), board.locator("[data-found]")
    expect(expected).to_have_count(2)
    for text, names, said in (
        ("bea", ["Bea Booked"], "1 of 1 matches. Expected today: 1."),
        ("early", ["Ada Early"], "Nobody here matches. Expected today: 1."),
        ("amadi", ["Ada Early"], "Nobody here matches. Expected today: 1."),
        ("brook", [], "1 of 1 matches"),
        ("nobody", [], "Nobody here matches. Press Enter to search all patients."),
    ):
        find(board, text)
        expect(found).to_have_text(said)
        assert [one.locator(".name").inner_text() for one in expected.all()] == names, text
        assert board.locator("#expected-title").is_visible() is bool(names)
    find(board, "early")
    # The list of the expected is drawn anew whenever somebody signs in, and obeys then too.
    expect(row(board, arrive(front, name="Ann Other"))).to_be_attached()
    expect(found).to_have_text("Nobody here matches. Expected today: 1.")
    with board.expect_response("**/expected/**"):
        board.evaluate("document.body.dispatchEvent(new CustomEvent('board-changed'))")
    expect(expected).to_have_count(1)
    board.keyboard.press("Enter")
    expect(expected.get_by_role("link")).to_be_focused()
    board.keyboard.press("Escape")
    expect(expected).to_have_count(2)
    find(board, "early")
    board.keyboard.press("Enter")
    board.keyboard.press("Enter")
    board.wait_for_url("**/sign-in/**")
    expect(board.locator("main")).to_contain_text("Ada Early")


def test_rows_are_grouped_by_step_or_clinician_with_counts_and_stay_so(
    board: Page, brook: Clinic, front: Location, noor: Staff
) -> None:
    for name, whom in (("Bea Booked", "Dr. Young"), ("Ada Early", "Dr. Amadi")):
        make.appointment(make.patient(brook, name), front, minutes_ago(20), with_whom=whom)
    bea, ada = arrive(front, name="Bea Booked", minutes=20), arrive(front, name="Ada Early", minutes=19)
    will, old = arrive(front, name="Will Walkin", minutes=12), arrive(front, name="Old", minutes=2880)
    visits.move_visit(visit=ada, to="ready", by=noor, at=minutes_ago(1))
    worried = arrive(front, name="Wanda", worried=True, minutes=5)
    expect(row(board, worried)).to_be_visible()
    at_state(board, ada, "ready")
    ungrouped = shown(board)
    choice = board.locator("[data-groups]")
    choice.select_option("clinician")
    assert headings(board) == ["Dr. Amadi 1", "Dr. Young 1", "No clinician named 1"]
    assert shown(board) == ids(worried, ada, bea, will, old)
    choice.select_option("state")
    assert headings(board) == ["Arrived 2", "Ready to leave 1"]
    assert shown(board) == ids(worried, bea, will, ada, old)
    # A move keeps the focus on its child, in its new group.
    select(board, bea)
    board.keyboard.press("c")
    at_state(board, bea, "with_clinician")
    expect(row(board, bea).locator("a.open")).to_be_focused()
    assert headings(board) == ["Arrived 1", "With clinician 1", "Ready to leave 1"]
    # So does a colleague's; a group whose last row has left goes too.
    visits.move_visit(visit=will, to="with_clinician", by=noor, at=minutes_ago(0))
    at_state(board, will, "with_clinician")
    expect(row(board, bea).locator("a.open")).to_be_focused()
    assert headings(board) == ["With clinician 2", "Ready to leave 1"]
    board.keyboard.press("j")
    expect(row(board, will).locator("a.open")).to_be_focused()
    find(board, "walkin")
    assert headings(board) == ["With clinician 1 of 2"]
    board.reload()
    expect(choice).to_have_value("state")
    assert headings(board) == ["With clinician 2", "Ready to leave 1"]
    # Back from a family's page, its row has the focus in its group.
    select(board, will)
    board.keyboard.press("Enter")
    expect(board).to_have_url(re.compile(f"/visits/{will.pk}/$"))
    scripts_are_there(board)
    board.keyboard.press("b")
    expect(choice).to_have_value("state")
    expect(row(board, will).locator("a.open")).to_be_focused()
    choice.select_option("")
    assert headings(board) == [] and shown(board) == ungrouped
    assert board.evaluate("localStorage.getItem('board-groups')") is None


def test_sixty_grouped_rows_keep_focus_and_place_when_others_arrive(
    browser: Browser, live_server: LiveServer, dana: Staff, front: Location, noor: Staff
) -> None:
    families = [arrive(front, name=f"Kid{n} Young{n}", minutes=n) for n in range(60)]
    with logged_in(browser, live_server.url, dana) as context:
        page = context.new_page()
        page.goto("/")
        page.locator("[data-groups]").select_option("state")
        held = families[20]
        select(page, held)
        row(page, held).scroll_into_view_if_needed()
        top = row(page, held).bounding_box()["y"]
        for one in families[40:44]:
            visits.move_visit(visit=one, to="roomed", by=noor, at=minutes_ago(0))
        arrive(front, name="New Family", worried=True)
        expect(page.locator("#rows tr").first).to_contain_text("New Family")
        next_look(page)
        assert page.evaluate("document.activeElement.closest('tr').id") == f"v{held.pk}"
        # The banner of the worried child takes its place above the table.
        banner = page.locator("[data-alarm]").bounding_box()["height"]
        assert abs(row(page, held).bounding_box()["y"] - top) <= banner + 20
