"""A promise made and kept with the keyboard alone, in a real browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import Clinic, Location, Promise, Staff
from checkin.rules.promises import PromiseStatus, PromiseTerms
from tests import make
from tests.journeys.desk_screen import arrive, logged_in
from tests.promising import promise

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, dana: Staff, front: Location) -> Iterator[Page]:
    context = logged_in(browser, live_server.url, dana)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda problem: troubles.append(str(problem)))
    yield page
    context.close()
    assert troubles == []


def soon(where: Location, name: str, minutes: int) -> Promise:
    due = timezone.now() + dt.timedelta(minutes=minutes)
    said = PromiseTerms(to_whom=name, way="phone", reach_at="555-010-0123", about="a call", due_at=due)
    return promise(where, said=said, at=timezone.now())


def test_a_promise_from_a_visit_takes_ten_seconds_by_keyboard(desk: Page, front: Location) -> None:
    """Counted at five keystrokes a second, however busy the machine is."""
    visit = arrive(front, escort_phone="555-010-0199")
    about, best = "the bill that came twice", "after 17:00"
    desk.goto(f"/promises/new/?visit={visit.pk}")
    desk.keyboard.type(about)
    for _ in range(3):
        desk.keyboard.press("Tab")
    desk.keyboard.type(best)
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/visits/{visit.pk}/")
    assert 0.2 * (len(about) + 3 + len(best) + 1) < 10
    made = Promise.objects.get()
    assert (made.to_whom, made.reach_at, made.about) == ("Rosa Delgado", "555-010-0199", about)
    assert (made.best_words, made.owner_role, made.visit) == (best, "manager", visit)


def test_a_promise_from_a_visit_takes_two_keys_beside_its_text(desk: Page, front: Location) -> None:
    visit = arrive(front, escort_phone="3125550199")
    desk.goto(f"/visits/{visit.pk}/")
    desk.keyboard.press("a")
    expect(desk.get_by_label("About what, in their words")).to_be_focused()
    desk.keyboard.type("the bill that came twice")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/visits/{visit.pk}/")
    made = Promise.objects.get()
    assert (made.about, made.reach_at) == ("the bill that came twice", "(312) 555-0199")


def test_two_keys_mark_a_promise_as_kept_and_one_undoes_it(desk: Page, front: Location) -> None:
    first, second = soon(front, "Ana Ruiz", 5), soon(front, "Mia Novak", 10)
    desk.goto("/promises/")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("y")
    expect(desk.get_by_label("Outcome, if there is something to note")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Kept: the promise to Mia Novak.")).to_be_visible()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (PromiseStatus.OPEN, PromiseStatus.REACHED)
    desk.keyboard.press("u")
    expect(desk.get_by_text("Undone: “Kept”.")).to_be_visible()
    second.refresh_from_db()
    assert second.status == PromiseStatus.OPEN


def test_without_a_selected_row_a_key_means_the_most_urgent_promise(desk: Page, front: Location) -> None:
    soon(front, "Later", 30)
    first = soon(front, "Pressing", 5)
    desk.goto("/promises/")
    desk.keyboard.press("v")
    desk.wait_for_url(f"**/promises/{first.pk}/?do=try")
    expect(desk.get_by_role("radio", name="No answer")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Saved: this try to reach Pressing.")).to_be_visible()
    assert first.attempts.get().result == "no_answer"


@pytest.mark.parametrize(
    ("key", "address"), [("h", "?do=hand_over"), ("q", "?do=withdraw"), ("z", "new/?replaces=")]
)
def test_each_action_has_its_key(desk: Page, front: Location, key: str, address: str) -> None:
    soon(front, "Ana Ruiz", 5)
    desk.goto("/promises/")
    desk.keyboard.press(key)
    desk.wait_for_url(lambda url: address in url)


def test_keys_are_off_while_typing_in_a_field(desk: Page, front: Location) -> None:
    made = soon(front, "Ana Ruiz", 5)
    desk.goto(f"/promises/{made.pk}/?do=withdraw")
    desk.keyboard.type("her work thinks kindly")
    expect(desk.get_by_label("Who said so, and why")).to_have_value("her work thinks kindly")


def test_the_field_has_focus_before_keys_work(desk: Page, front: Location) -> None:
    made = soon(front, "Ana Ruiz", 5)
    watch = "document.addEventListener('DOMContentLoaded', () => (window.held = document.activeElement.id))"
    desk.add_init_script(watch)
    for do, box in (("keep", "outcome"), ("try", "no-answer"), ("hand_over", "to"), ("withdraw", "words")):
        desk.goto(f"/promises/{made.pk}/?do={do}")
        assert desk.evaluate("held") == box


def test_day_and_time_are_shown_only_for_another_time(desk: Page, front: Location) -> None:
    desk.goto("/promises/new/")
    expect(desk.get_by_label("Day", exact=True)).to_be_hidden()
    desk.get_by_label("Another time").check()
    expect(desk.get_by_label("Day", exact=True)).to_be_visible()


def test_each_promise_on_the_board_is_one_line_and_its_name_can_be_hidden(
    desk: Page, front: Location
) -> None:
    soon(front, "Maximiliano de la Fuente-Villanueva y Santibáñez " * 3, -20)
    soon(front, "Ana Ruiz", -1500)
    desk.goto("/")
    rows = desk.locator(".owed li")
    expect(rows).to_have_count(2)
    assert {row.bounding_box()["height"] for row in rows.all()} == {36}, "twelve rows fit below two promises"
    name = desk.locator(".owed .line", has_text="Ana Ruiz")
    expect(name).not_to_have_css("color", "rgba(0, 0, 0, 0)")
    desk.get_by_role("button", name="Hide names").click()
    expect(name).to_have_css("color", "rgba(0, 0, 0, 0)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_promise_pages_pass_axe(desk: Page, front: Location, dana: Staff, scheme: str) -> None:
    desk.emulate_media(color_scheme=scheme)
    late = soon(front, "Ana Ruiz", -20)
    promise(front, owner=dana, at=make.at("9:05"))
    pages = ["/promises/", "/promises/new/", "/promises/handover/", f"/promises/{late.pk}/"]
    pages += [f"/promises/{late.pk}/?do={do}" for do in ("keep", "try", "hand_over", "withdraw")]
    for address in pages:
        desk.goto(address)
        found = Axe().run(desk).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], address


def test_promises_and_match_fit_every_width(desk: Page, brook: Clinic, front: Location, noor: Staff) -> None:
    """Nothing scrolls sideways; at 1024 px, which is 1280 at 125 %, each promise is one row of a table."""
    soon(front, "Maximiliano de la Fuente-Villanueva y Santibáñez", -95)
    soon(front, "محمد عبد الرحمن الحسن", 30)
    for name in ("Anna Berg", "Hanna Berg"):
        make.patient(brook, name)
    first = arrive(front, name="Ana Berg")
    row = desk.locator("[data-promises] tbody tr").first
    for width in (320, 768, 1024, 1280, 1920):
        desk.set_viewport_size({"width": width, "height": 800})
        for address in ("/promises/", f"/match/{first.pk}/", "/discrepancies/", "/promises/new/"):
            desk.goto(address)
            assert desk.evaluate("document.documentElement.scrollWidth") <= width, (address, width)
        desk.goto("/promises/")
        tops = {cell.bounding_box()["y"] for cell in row.locator("th, td").all()}
        assert (len(tops) == 1) == (width >= 1024), width
        if width >= 1024:
            assert row.bounding_box()["height"] < 130
    desk.set_viewport_size({"width": 320, "height": 800})
    desk.goto(f"/match/{first.pk}/")
    sides = [side.bounding_box() for side in desk.locator(".side").all()]
    assert len({box["x"] for box in sides}) == 1, "one below the other"
    assert all(box["x"] + box["width"] <= 320 for box in sides)
