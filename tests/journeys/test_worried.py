"""A family taps “I am worried” and every board of the location sounds until a person goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from checkin.models import Discrepancy, Role, SignIn, Visit
from tests import make
from tests.journeys.desk_screen import arrive, logged_in, row, scripts_are_there, select
from tests.journeys.kiosk_tablet import at_step, enrolled, finish, press, walk

pytestmark = pytest.mark.django_db(transaction=True)

HEARD = """
  window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...said) { window.tones += 1; return start.apply(this, said); };
"""
WITHIN = 2_000


def boards(stack: ExitStack, browser: Browser, address: str, people: list) -> list[Page]:
    """A board for each of these people, each of whom has pressed a key since."""
    found = []
    for person in people:
        context = stack.enter_context(logged_in(browser, address, person))
        context.add_init_script(HEARD)
        page = context.new_page()
        page.goto("/")
        scripts_are_there(page)
        page.keyboard.press("j")
        found.append(page)
    return found


def is_first_and_heard(page: Page, visit: Visit) -> None:
    expect(page.locator("#rows tr").first).to_have_id(f"v{visit.pk}")
    expect(page.locator("[data-alarm-words]")).to_contain_text(visit.token)
    expect(page).to_have_title(f"(1) Worried: {visit.token}. Dana, please go. · Board · Brought By")
    page.wait_for_function("() => window.tones > 0")


def tap(page: Page) -> Visit:
    """From one step before the end of a sign-in."""
    page.locator(".bar [data-worried]").click()
    expect(page.get_by_role("heading", name="A person is coming to you now.")).to_be_visible()
    expect(page.locator("[data-coming-token]")).not_to_have_text("")
    return Visit.objects.latest("pk")


@pytest.fixture
def tablet(browser: Browser, live_server, kiosk) -> Iterator[Page]:
    with enrolled(browser, live_server.url, kiosk) as context:
        page = context.new_page()
        page.goto("/kiosk/", wait_until="networkidle")
        yield page


def test_three_boards_sound_until_a_person_goes(browser, live_server, tablet, front, dana, noor, max_):
    waits = arrive(front, name="Early Bird", minutes=50)
    with ExitStack() as stack:
        pages = boards(stack, browser, live_server.url, [dana, noor, max_])
        press(tablet)
        tablet.locator("#child_given_name").fill("Leo")
        visit = tap(tablet)
        for page in pages:
            is_first_and_heard(page, visit)
            expect(row(page, visit).locator(".cannot-wait")).to_have_text("Worried")
        assert Axe().run(pages[0]).response["violations"] == []
        pages[1].keyboard.press("g")
        for page in pages:
            expect(page.locator("[data-alarm]")).to_be_hidden()
            expect(page.locator("#rows tr").first).to_have_id(f"v{visit.pk}")
            expect(row(page, visit)).to_contain_text("Noor is going")
            expect(page).to_have_title("Board · Brought By")
        pages[1].keyboard.press("u")
        expect(pages[0].locator("[data-alarm]")).to_be_visible()
        visit.refresh_from_db()
        assert (visit.taken_by, waits.raised_at) == (None, None)


def test_after_a_minute_the_next_person_is_asked(browser, live_server, tablet, front, dana, noor):
    with ExitStack() as stack:
        page, other = boards(stack, browser, live_server.url, [dana, noor])
        visit = tap(tablet)
        expect(page.locator("[data-alarm-words]")).to_contain_text("Dana, please go")
        with time_machine.travel(timezone.now() + dt.timedelta(seconds=61)):
            call_command("escalate", "--once")
        for each in (page, other):
            expect(each.locator("[data-alarm-words]")).to_contain_text("Noor, please go")
        assert visit.worry_steps.filter(kind="called", person=noor).count() == 1


def test_a_board_whose_browser_lets_nothing_be_heard_says_so_and_mutes_by_itself(board, front):
    board.add_init_script("Object.defineProperty(AudioContext.prototype, 'state', {get: () => 'suspended'});")
    board.reload()
    visit = arrive(front, worried=True)
    expect(board.locator("[data-sound-off]")).to_have_text("Sound is off: press any key to switch it on.")
    board.locator("[data-mute]").click()
    expect(board.locator("[data-mute]")).to_have_attribute("aria-pressed", "true")
    expect(board.locator("[data-sound-off]")).to_have_text("Sound is muted on this board.")
    board.reload()
    expect(board.locator("[data-mute]")).to_contain_text("Sound muted")
    expect(row(board, visit)).to_be_visible()


def test_read_me_is_read_with_one_key_and_roomed_with_one_more(board, front, dana):
    visit = arrive(front, reason="he cannot get air")
    expect(row(board, visit)).to_contain_text("Read me")
    expect(board.locator("body")).not_to_contain_text("he cannot get air")
    select(board, visit)
    board.keyboard.press("r")
    expect(board.locator("#at-door")).to_contain_text("he cannot get air")
    board.keyboard.press("r")
    expect(row(board, visit)).to_have_attribute("data-state", "roomed")
    assert visit.reason_readings.get().by == dana
    second = arrive(front, name="Mia Novak", reason="a rash")
    expect(row(board, second)).to_contain_text("Read me")
    select(board, second)
    board.keyboard.press("t")
    expect(board.locator("#at-door")).to_contain_text("a rash")
    expect(row(board, second)).not_to_contain_text("Read me")
    board.keyboard.press("Escape")
    expect(row(board, second).locator("a.open")).to_be_focused()


def test_going_on_after_the_tap_completes_the_same_visit(tablet, front):
    press(tablet)
    tablet.locator("#child_given_name").fill("Leo")
    visit = tap(tablet)
    press(tablet)
    at_step(tablet, "child-name")
    assert tablet.locator("#child_given_name").input_value() == "Leo"
    walk(tablet, "you-name")
    tablet.locator("#escort_name").fill("Rosa Delgado")
    finish(tablet)
    visit.refresh_from_db()
    assert (Visit.objects.count(), Discrepancy.objects.count()) == (1, 0)
    assert (visit.sign_in.escort_name, visit.raised_by) == ("Rosa Delgado", "family")


def test_a_tap_on_the_last_screen_raises_the_visit_it_tells_of(tablet, front):
    press(tablet)
    tablet.locator("#child_given_name").fill("Leo")
    finish(tablet)
    visit = tap(tablet)
    assert (Visit.objects.count(), SignIn.objects.count()) == (1, 1)
    assert visit.raised_by == "family"
    assert visit.sign_in.child_given_name == "Leo"
    press(tablet)
    at_step(tablet, "welcome")


def test_enter_goes_on_and_never_says_that_somebody_is_worried(browser, live_server, kiosk, tablet):
    press(tablet)
    tablet.locator("[name=is_patient]").focus()
    tablet.keyboard.press("Enter")
    expect(tablet.locator("#sign-in")).not_to_have_attribute("data-step", "coming")
    with enrolled(browser, live_server.url, kiosk, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/kiosk/")
        page.locator("#child_given_name").press("Enter")
        page.wait_for_url("**/done/**")
    assert Visit.objects.get().raised_at is None


def test_cut_off_the_tap_says_so_and_goes_first_when_the_connection_is_back(tablet, front):
    press(tablet)
    tablet.context.set_offline(True)
    tablet.locator(".bar [data-worried]").click()
    expect(tablet.get_by_role("heading", name="A person is coming to you now.")).to_be_visible()
    expect(tablet.locator("[data-coming-late]")).to_be_visible()
    tablet.context.set_offline(False)
    expect(tablet.locator("[data-coming-late]")).to_be_hidden(timeout=15_000)
    assert Visit.objects.get().raised_by == "family"


@pytest.mark.long
def test_twelve_boards_have_it_first_within_two_seconds_and_sound(browser, live_server, tablet, front, brook):
    people = [make.staff(brook, f"desk{n:02}", Role.FRONT_DESK, location=front) for n in range(12)]
    for n in range(20):
        arrive(front, name=f"Kid{n} Young", minutes=n)
    with ExitStack() as stack:
        pages = boards(stack, browser, live_server.url, people)
        visit = tap(tablet)
        for page in pages:
            expect(page.locator("#rows tr").first).to_have_id(f"v{visit.pk}", timeout=WITHIN)
            page.wait_for_function("() => window.tones > 0", timeout=WITHIN)
