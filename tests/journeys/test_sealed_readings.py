"""What is sealed, in a browser: opened with a reason, closed after 20 seconds, and not back with Back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import care_alerts, confidential_visits, desk_locks
from checkin.actions.care_alerts import AlertWords
from checkin.models import CareAlertAnswer, Clinic, Location, Patient, SealedReading, Staff
from checkin.rules.care_alerts import AlertKind
from tests import make
from tests.journeys.desk_screen import arrive, logged_in, minutes_ago
from tests.journeys.kiosk_tablet import hold_time

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Court order 4711 is in the paper file"
PIN = "280461"
CLOSED = "What was open here is closed. To read it again, open it with a reason."


@pytest.fixture
def leo(brook: Clinic, max_: Staff) -> Patient:
    """Return a child who must not be with Miguel."""
    found = make.patient(brook, "Leo Ruiz")
    said = AlertWords(AlertKind.NOT_WITH, "Miguel Delgado", "father", WORDS)
    care_alerts.write_care_alert(patient=found, said=said, by=max_, at=minutes_ago(60))
    return found


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, max_: Staff, front: Location) -> Iterator[Page]:
    """Open a page in the manager's browser, whose time passes only as a test says."""
    context = logged_in(browser, live_server.url, max_)
    troubles: list[str] = []
    opened = context.new_page()
    hold_time(opened)
    opened.on("pageerror", lambda problem: troubles.append(str(problem)))
    yield opened
    context.close()
    assert troubles == []


def open_sealed(page: Page) -> None:
    page.get_by_label("For today’s visit").check()
    page.get_by_role("button", name="Open for 20 seconds").click()
    expect(page.locator("main")).to_contain_text(WORDS)


def shows_nothing(page: Page) -> None:
    expect(page.locator("body")).not_to_contain_text(WORDS)
    assert WORDS not in page.content()


def test_it_closes_by_itself_after_twenty_seconds_and_back_does_not_open_it(page: Page, leo: Patient) -> None:
    page.goto(f"/patients/{leo.pk}/")
    page.get_by_role("link", name="Open with a reason").click()
    shows_nothing(page)
    open_sealed(page)
    page.clock.run_for(19_000)
    expect(page.locator("main")).to_contain_text(WORDS)
    page.clock.run_for(1_100)
    expect(page.locator("main")).to_contain_text(CLOSED)
    expect(page.get_by_role("heading", level=1)).to_have_text("Closed")
    shows_nothing(page)
    page.reload()
    shows_nothing(page)
    assert SealedReading.objects.count() == 1
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Leo")
    page.go_back()
    shows_nothing(page)
    assert SealedReading.objects.count() == 1


def test_a_closed_one_has_the_link_to_open_it_again(page: Page, leo: Patient) -> None:
    """It said to go back, under a heading that still said that it was open."""
    page.goto(f"/patients/{leo.pk}/sealed/")
    open_sealed(page)
    page.clock.run_for(20_100)
    page.get_by_role("link", name="open it with a reason").click()
    open_sealed(page)
    assert SealedReading.objects.count() == 2


def test_who_leaves_an_opened_one_and_goes_back_is_asked_for_a_reason_again(page: Page, leo: Patient) -> None:
    page.goto(f"/patients/{leo.pk}/sealed/")
    open_sealed(page)
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Leo")
    page.go_back()
    shows_nothing(page)
    expect(page.get_by_label("For today’s visit")).to_be_visible()
    page.go_back()
    shows_nothing(page)
    assert SealedReading.objects.count() == 1


def test_a_confidential_visit_opens_from_its_own_page_and_closes_after_twenty_seconds(
    page: Page, leo: Patient, front: Location, max_: Staff
) -> None:
    """The reason was not taken: the page did not say in a hidden field which visit it was drawn for."""
    visit = arrive(front, reason=WORDS)
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=max_, at=minutes_ago(1))
    page.goto(f"/visits/{visit.pk}/")
    shows_nothing(page)
    page.locator("main").get_by_role("link", name="Open with a reason").last.click()
    shows_nothing(page)
    open_sealed(page)
    page.wait_for_url(f"**/visits/{visit.pk}/")
    left = int(page.locator("[data-sealed]").get_attribute("data-sealed") or 0)
    assert 0 < left <= 20, "the server's own clock goes on"
    page.clock.run_for((left - 1) * 1000)
    expect(page.locator("main")).to_contain_text(WORDS)
    page.clock.run_for(1_100)
    expect(page.locator("main")).to_contain_text("Closed. To read it again, open it with a reason.")
    shows_nothing(page)
    assert SealedReading.objects.get().visit == visit


def test_a_refused_form_of_an_opened_visit_closes_with_it(
    page: Page, leo: Patient, front: Location, max_: Staff
) -> None:
    visit = arrive(front, reason=WORDS)
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=max_, at=minutes_ago(1))
    page.goto(f"/visits/{visit.pk}/sealed/")
    open_sealed(page)
    page.goto(f"/visits/{visit.pk}/leave/?to=left")
    page.evaluate("document.querySelector('.panel-go').submit()")
    sealed = page.locator("[data-sealed]")
    expect(sealed).to_contain_text("Choose why it is left open")
    assert 0 < int(sealed.get_attribute("data-sealed") or 0) <= 20
    page.clock.run_for(20_100)
    expect(page.locator("main")).to_contain_text("Closed. To read it again, open it with a reason.")
    expect(sealed).to_be_empty()


def test_what_was_done_at_an_opened_visit_is_not_told_once_it_has_closed(
    page: Page, leo: Patient, brook: Clinic, front: Location, max_: Staff
) -> None:
    """The message at the bottom of the page stayed, and with it the need."""
    brook.need_settings = {"own": ["Car seat"], "off": ["school_note", "match"]}
    brook.save()
    front.refresh_from_db()
    visit = arrive(front)
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=max_, at=minutes_ago(1))
    page.goto(f"/visits/{visit.pk}/sealed/")
    page.get_by_label("For today’s visit").check()
    page.get_by_role("button", name="Open for 20 seconds").click()
    page.get_by_role("button", name="Done: Car seat").click()
    expect(page.locator("#toast")).to_contain_text("Car seat")
    page.clock.run_for(20_100)
    expect(page.locator("main")).to_contain_text("Closed. To read it again, open it with a reason.")
    assert "Car seat" not in page.content()


def lock_here(page: Page) -> None:
    page.locator(".bar-person summary").click()
    page.get_by_role("button", name="Lock this desk").click()


def lock_in_another_tab(page: Page) -> None:
    other = page.context.new_page()
    other.goto("/patients/")
    lock_here(other)
    expect(other.get_by_role("heading", level=1)).to_have_text("This desk is locked")


def unlock(page: Page) -> None:
    """Unlock, and look at once: what was open would close by itself a little later."""
    page.locator("#unlock-with").fill(PIN)
    page.keyboard.press("Enter")
    expect(page.locator("#unlock-with")).to_have_count(0)
    assert WORDS not in page.content()


@pytest.mark.parametrize("lock", [lock_here, lock_in_another_tab])
@pytest.mark.parametrize("seconds", [0, 30])
def test_a_lock_closes_what_was_opened_and_unlocking_shows_how_to_open_it_again(
    page: Page, leo: Patient, max_: Staff, lock: Callable[[Page], None], seconds: int
) -> None:
    """Unlocked at once, it was open again; unlocked later, nothing said that it had closed."""
    desk_locks.set_pin(person=max_, pin=PIN, by=max_, at=minutes_ago(60))
    page.goto(f"/patients/{leo.pk}/sealed/")
    open_sealed(page)
    lock(page)
    expect(page.locator("#unlock-with")).to_be_focused()
    page.clock.run_for(seconds * 1000)
    shows_nothing(page)
    unlock(page)
    expect(page.get_by_text(CLOSED)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Closed")
    shows_nothing(page)
    page.get_by_role("link", name="open it with a reason").click()
    open_sealed(page)
    assert SealedReading.objects.count() == 2


def test_a_lock_with_no_network_closes_what_was_opened_all_the_same(
    page: Page, leo: Patient, front: Location, max_: Staff
) -> None:
    desk_locks.set_pin(person=max_, pin=PIN, by=max_, at=minutes_ago(60))
    visit = arrive(front, reason=WORDS)
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=max_, at=minutes_ago(1))
    page.goto(f"/visits/{visit.pk}/sealed/")
    open_sealed(page)
    page.context.set_offline(True)
    lock_here(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("This desk is locked")
    shows_nothing(page)
    page.context.set_offline(False)
    page.clock.run_for(2000)
    unlock(page)
    expect(page.get_by_text("Closed. To read it again, open it with a reason.")).to_be_visible()
    page.go_back()
    shows_nothing(page)


def test_named_colleague_is_asked_to_look_within_ten_seconds_and_answers(
    page: Page, leo: Patient, front: Location
) -> None:
    with page.expect_response("**/notices/"):
        page.goto("/promises/")
    visit = arrive(front, escort_name="Miguel Delgado")
    notice = page.get_by_role("region", name="A visit to look at")
    expect(notice).to_have_count(0)
    page.clock.run_for(10_000)
    expect(notice).to_contain_text("Please look at the visit of")
    assert not [word for word in ("Miguel", "Leo", "Court") if word in notice.inner_text()]
    notice.get_by_role("button", name="I am looking").click()
    page.wait_for_url(f"**/visits/{visit.pk}/")
    expect(notice).to_have_count(0)
    assert CareAlertAnswer.objects.get().visit == visit
