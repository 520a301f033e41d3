"""A shared desk in a browser: left alone, locked, unlocked with what was typed, and taken over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import desk_locks, urgent_signs
from checkin.models import DeskSession, Location, SignIn, Staff, UnsentForm
from tests import make
from tests.journeys.desk_screen import arrive, log_in, logged_in, row
from tests.journeys.test_urgent_signs import HEARD
from tests.leaks import without_tokens

pytestmark = pytest.mark.django_db(transaction=True)
PIN = "280461"
ASK = """async (path) => {
  const answer = await fetch(path, {headers: {"HX-Request": "true"}, redirect: "manual"});
  return [answer.status, await answer.text()];
}"""


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, dana: Staff) -> Iterator[BrowserContext]:
    """Open a browser with Dana logged in and a clock that a test may move."""
    desk_locks.set_pin(person=dana, pin=PIN, by=dana, at=make.at("7:00"))
    context = logged_in(browser, live_server.url, dana)
    yield context
    context.close()


@pytest.fixture
def page(desk: BrowserContext) -> Iterator[Page]:
    troubles: list[str] = []
    desk.clock.install()
    opened = desk.new_page()
    opened.on("pageerror", lambda problem: troubles.append(str(problem)))
    yield opened
    assert troubles == []


def leave_alone(page: Page, minutes: int = 5) -> None:
    """Let the time pass without a press."""
    page.clock.fast_forward(minutes * 60_000)


def is_locked(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("This desk is locked")
    expect(page.locator("#unlock-with")).to_be_focused()


def unlock(page: Page, pin: str = PIN) -> None:
    page.locator("#unlock-with").fill(pin)
    page.keyboard.press("Enter")


def type_a_sign_in(page: Page) -> None:
    page.goto("/sign-in/")
    page.locator("[name=child_given_name]").fill("Leopoldina")
    page.locator("[name=relationship]").fill("her aunt")


def test_a_desk_left_alone_is_emptied_and_comes_back_as_it_was_typed(page: Page, front: Location) -> None:
    visit = arrive(front, name="Marcus Bell")
    type_a_sign_in(page)
    leave_alone(page)
    is_locked(page)
    assert "Leopoldina" not in page.content() and page.title() == "Locked · Brought By"
    assert (
        page.evaluate("[...document.querySelectorAll('input')].map((box) => box.value)").count("her aunt")
        == 0
    )
    assert page.evaluate(ASK, f"/visits/{visit.pk}/") == [423, ""]
    assert page.evaluate(ASK, f"/board/rows/?location={front.pk}") == [423, ""]
    unlock(page, "194837")
    expect(page.get_by_role("alert")).to_contain_text("You have 4 tries left")
    unlock(page)
    expect(page.locator("[name=relationship]")).to_have_value("her aunt")
    expect(page.locator("[name=relationship]")).to_be_focused()
    assert page.title() != "Locked · Brought By"
    page.locator("#sign-in [type=submit]").first.click()
    expect(page.locator("#rows tr")).to_have_count(2)
    assert SignIn.objects.get(relationship="her aunt").child_given_name == "Leopoldina"


def test_a_board_polls_again_after_it_was_unlocked(page: Page, front: Location) -> None:
    first = arrive(front, name="Marcus Bell")
    page.goto("/")
    expect(row(page, first)).to_be_visible()
    leave_alone(page)
    is_locked(page)
    assert "Marcus" not in page.content()
    second = arrive(front, name="Leo Ruiz")
    unlock(page)
    expect(row(page, first)).to_be_visible()
    page.clock.run_for(4000)
    expect(row(page, second)).to_be_visible()


def test_a_person_at_work_is_not_locked_out(page: Page) -> None:
    page.goto("/sign-in/")
    for _ in range(4):
        leave_alone(page, 3)
        with page.expect_response("**/account/active/"):
            page.locator("[name=relationship]").press("a")
    expect(page.locator("[name=relationship]")).to_have_value("aaaa")


def test_all_tabs_lock_and_unlock_together(page: Page, desk: BrowserContext, front: Location) -> None:
    arrive(front, name="Marcus Bell")
    type_a_sign_in(page)
    other = desk.new_page()
    other.goto("/")
    expect(other.locator("#rows")).to_contain_text("Marcus")
    other.locator(".bar-person summary").click()
    other.get_by_role("button", name="Lock this desk").click()
    is_locked(other)
    is_locked(page)
    assert "Marcus" not in other.content() and "Leopoldina" not in page.content()
    unlock(page)
    expect(page.locator("[name=relationship]")).to_have_value("her aunt")
    expect(other.locator("#rows")).to_contain_text("Marcus")


def test_reload_and_back_show_nothing_and_unlocking_goes_on_there(page: Page, front: Location) -> None:
    visit = arrive(front, name="Marcus Bell")
    page.goto("/")
    page.goto(f"/visits/{visit.pk}/")
    expect(page.locator("main")).to_contain_text("Marcus")
    leave_alone(page)
    is_locked(page)
    page.reload()
    is_locked(page)
    page.go_back()
    is_locked(page)
    assert "Marcus" not in page.content()
    page.go_forward()
    is_locked(page)
    unlock(page, "194837")
    expect(page.get_by_role("alert")).to_contain_text("4 tries")
    page.reload()
    is_locked(page)
    unlock(page)
    page.wait_for_url(f"**/visits/{visit.pk}/")
    expect(page.locator("main")).to_contain_text("Marcus")


def test_five_wrong_pins_lead_to_the_login_and_the_draft_comes_after_it(page: Page) -> None:
    type_a_sign_in(page)
    leave_alone(page)
    is_locked(page)
    for left in ("4 tries", "3 tries", "2 tries", "one try"):
        unlock(page, "194837")
        expect(page.get_by_role("alert")).to_contain_text(left)
    unlock(page, "194837")
    page.wait_for_url("**/account/login/**")
    log_in(page)
    expect(page.get_by_label("Relationship")).to_have_value("her aunt")
    assert not SignIn.objects.exists()


@pytest.mark.parametrize("is_page", [True, False], ids=["page", "sheet"])
def test_a_double_press_of_the_unlocking_button_with_the_right_fifth_pin_opens_the_desk(
    page: Page, *, is_page: bool
) -> None:
    """The second copy was one try too many, or came with the session that the first had ended."""
    type_a_sign_in(page)
    leave_alone(page)
    is_locked(page)
    if is_page:
        page.reload()
        is_locked(page)
    for left in ("4 tries", "3 tries", "2 tries", "one try"):
        unlock(page, "194837")
        expect(page.get_by_role("alert")).to_contain_text(left)
    page.locator("#unlock-with").fill(PIN)
    page.locator("[data-unlock] [type=submit]").evaluate("button => { button.click(); button.click() }")
    expect(page.get_by_label("Relationship")).to_be_visible()
    assert DeskSession.objects.get().ended_at is None
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Front desk")


def test_after_half_an_hour_the_page_itself_asks_for_the_login(page: Page) -> None:
    type_a_sign_in(page)
    leave_alone(page)
    is_locked(page)
    DeskSession.objects.update(ended_at=make.at("9:00"))
    leave_alone(page, 25)
    page.wait_for_url("**/account/login/**")
    log_in(page)
    expect(page.get_by_label("Relationship")).to_have_value("her aunt")


def test_the_next_person_takes_over_with_one_key_and_sees_nothing(page: Page, noor: Staff) -> None:
    type_a_sign_in(page)
    leave_alone(page)
    is_locked(page)
    page.keyboard.press(".")
    page.wait_for_url("**/account/login/**")
    expect(page.get_by_label("Username")).to_be_focused()
    page.get_by_label("Username").fill("noor")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#board")).to_be_visible()
    for path in ("/sign-in/", "/"):
        page.goto(path)
        assert "Leopoldina" not in page.content()
    page.go_back()
    assert "Leopoldina" not in page.content()
    page.locator("h1").first.click()
    page.keyboard.press(".")
    page.wait_for_url("**/account/login/**")
    log_in(page)
    expect(page.get_by_label("Relationship")).to_have_value("her aunt")


def take_over_in_another_tab(page: Page, person: Staff) -> None:
    page.get_by_label("Username").fill(person.username)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#board")).to_be_visible()


def open_the_login(desk: BrowserContext) -> Page:
    tab = desk.new_page()
    tab.goto("/")
    is_locked(tab)
    tab.keyboard.press(".")
    tab.wait_for_url("**/account/login/**")
    return tab


def test_a_locked_tab_is_made_anew_for_the_next_person(page: Page, desk: BrowserContext, noor: Staff) -> None:
    # Its regular question is held back, so it learns of the next person from their own tab.
    page.route("**/account/call/", lambda route: route.abort())
    type_a_sign_in(page)
    leave_alone(page)
    is_locked(page)
    take_over_in_another_tab(open_the_login(desk), noor)
    expect(page.locator(".bar-person bdi")).to_have_text(noor.name)
    assert "Leopoldina" not in page.content()
    expect(page.locator("[name=relationship]")).to_have_value("")


def test_a_locked_tab_that_waits_at_the_login_shows_the_next_person_nothing(
    page: Page, desk: BrowserContext, noor: Staff
) -> None:
    type_a_sign_in(page)
    leave_alone(page)
    is_locked(page)
    other = open_the_login(desk)
    page.clock.run_for(6000)
    page.wait_for_url("**/account/login/**")
    take_over_in_another_tab(other, noor)
    page.clock.run_for(11_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Front desk")  # it waits for its author
    assert "Leopoldina" not in page.content()
    assert not SignIn.objects.exists()


CALL = "A child cannot wait. Unlock this desk or go to the waiting room now."


def is_silent(page: Page) -> None:
    with page.expect_response("**/account/call/"):
        page.clock.run_for(6000)
    expect(page.locator("[data-call]")).to_be_hidden()
    assert page.title() == "Locked · Brought By"


def rings(page: Page) -> None:
    page.evaluate("window.tones = 0")
    page.clock.run_for(6000)
    expect(page.get_by_role("alert")).to_have_text(CALL)
    expect(page).to_have_title("(!) Locked · Brought By")
    page.clock.run_for(4000)
    page.wait_for_function("() => window.tones > 0")


def test_a_locked_board_says_and_rings_that_a_child_cannot_wait(
    page: Page, front: Location, noor: Staff
) -> None:
    page.add_init_script(HEARD)
    page.goto("/")
    page.keyboard.press("j")
    leave_alone(page)
    is_locked(page)
    is_silent(page)
    visit = arrive(front, name="Leo Ruiz", worried=True)
    rings(page)
    assert "Leo" not in without_tokens(page.content()) and visit.token not in page.content()
    urgent_signs.take_urgent_visit(visit=visit, by=noor, at=timezone.now())
    is_silent(page)
    urgent_signs.undo_urgent_step(visit=visit, by=noor, at=timezone.now())
    rings(page)
    unlock(page)
    expect(page.locator("#board")).to_be_visible()
    page.clock.run_for(4000)
    expect(row(page, visit).locator(".cannot-wait")).to_have_text("Worried")
    expect(page.locator("[data-alarm-words]")).to_contain_text(visit.token)


def test_the_page_of_a_locked_desk_rings_too(page: Page, front: Location, noor: Staff) -> None:
    page.add_init_script(HEARD)
    page.goto("/patients/")
    leave_alone(page)
    is_locked(page)
    page.reload()
    is_locked(page)
    is_silent(page)
    visit = arrive(front, name="Leo Ruiz", worried=True)
    page.keyboard.press("1")
    rings(page)
    urgent_signs.take_urgent_visit(visit=visit, by=noor, at=timezone.now())
    is_silent(page)


def test_an_old_answer_that_says_logged_out_does_not_send_away_who_is_logged_in(
    page: Page, front: Location
) -> None:
    """A question asked just before an unlock is answered for the login's earlier key, as if it had ended."""
    type_a_sign_in(page)
    with page.expect_response("**/typed/token/"):
        page.evaluate("document.dispatchEvent(new Event('desk-ended'))")
    page.wait_for_timeout(300)  # as long as a form would take to be sent
    expect(page.locator("[name=child_given_name]")).to_have_value("Leopoldina")
    assert page.url.endswith("/sign-in/")
    assert not UnsentForm.objects.exists() and not SignIn.objects.exists()


def test_a_late_answer_to_an_earlier_question_leaves_the_pin_that_is_being_typed(
    page: Page, front: Location
) -> None:
    """On a slow line the page asks for the form each second, and each answer put an empty one there."""
    asked: list[Route] = []
    page.goto("/sign-in/")
    page.route("**/account/lock/", lambda route: asked.append(route))  # noqa: PLW0108 - Playwright takes no built-in
    page.locator(".bar-person summary").click()
    page.get_by_role("button", name="Lock this desk").click()
    while len(asked) < 2:
        page.wait_for_timeout(100)
    asked.pop().continue_()
    is_locked(page)
    page.locator("#unlock-with").fill(PIN)
    with page.expect_response("**/account/lock/"):
        asked.pop().continue_()
    page.wait_for_timeout(300)
    expect(page.locator("#unlock-with")).to_have_value(PIN)
