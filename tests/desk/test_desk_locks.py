"""A desk that is left alone: locked after 5 minutes, logged out after 30, or 12 hours after the login."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from checkin.actions import desk_locks, own_sessions
from checkin.models import AuditEvent, Clinic, DeskSession, Location, SignIn, Staff, UnsentForm
from tests import make
from tests.desk.test_unsent_forms import opened
from tests.leaks import without_tokens

PIN = "280461"
PAGE = {"Accept": "text/html"}
SCRIPT = {"HX-Request": "true"}
LOCKED = "This desk is locked"


class Desk:
    """Dana's browser, logged in at 9:40 with her PIN set, and the clock."""

    def __init__(self, person: Staff, clock: time_machine.Traveller) -> None:
        self.person, self.clock, self.browser = person, clock, Client()
        self.log_in(person.username)

    def log_in(self, username: str) -> Any:
        said = {"login": username, "password": make.PASSWORD}
        return self.browser.post("/account/login/", said)

    def wait(self, **span: float) -> None:
        self.clock.shift(dt.timedelta(**span))

    def get(self, path: str = "/", headers: dict[str, str] = PAGE) -> Any:
        return self.browser.get(path, headers=headers)

    def post(self, path: str, data: dict[str, Any] | None = None, headers: dict[str, str] = PAGE) -> Any:
        return self.browser.post(path, data or {}, headers=headers)

    def unlock(self, secret: str = PIN, next_path: str = "") -> Any:
        return self.post("/account/unlock/", {"unlock_with": secret, "next": next_path})

    def is_open(self) -> bool:
        return bool(self.get().status_code == 200)

    @property
    def times(self) -> DeskSession:
        return DeskSession.objects.filter(staff=self.person).latest("pk")


@pytest.fixture
def desk(dana: Staff, front: Location, tuesday: time_machine.Traveller) -> Desk:
    desk_locks.set_pin(person=dana, pin=PIN, by=dana, at=make.at("9:00"))
    return Desk(dana, tuesday)


def test_after_five_minutes_without_a_press_the_desk_locks(desk: Desk) -> None:
    desk.wait(minutes=4, seconds=59)
    assert desk.is_open()
    desk.wait(minutes=5)
    answer = desk.get("/promises/")
    assert answer.status_code == 423 and LOCKED in answer.content.decode()
    assert AuditEvent.objects.get(action="desk.locked").detail["how"] == "idle"


def test_the_clinic_sets_the_minutes(desk: Desk, brook: Clinic) -> None:
    desk_locks.set_lock_after(clinic=brook, minutes=2, at=make.at("9:00"))
    desk.wait(minutes=2)
    assert not desk.is_open()


def test_a_locked_desk_shows_no_name_on_any_page_and_to_no_script(desk: Desk, front: Location) -> None:
    visit = make.visit(front, name="Leo Ruiz")
    paths = [
        "/",
        f"/visits/{visit.pk}/",
        "/match/",
        "/promises/",
        "/patients/",
        "/settings/",
        "/account/pin/",
    ]
    assert "Leo" in desk.get(paths[1]).content.decode()
    desk.wait(minutes=5)
    for path in paths:
        page, part = desk.get(path), desk.get(path, SCRIPT)
        assert page.status_code == part.status_code == 423
        assert "Leo" not in without_tokens(page.content.decode()) and part.content == b""
    for path in ("/board/rows/", "/board/expected/", "/board/owed/", reverse("desk:token")):
        assert (desk.get(path, SCRIPT).status_code, desk.get(path, SCRIPT).content) == (423, b"")
        assert desk.get(path, {}).content == b""


def test_a_locked_desk_does_nothing_that_is_posted(desk: Desk, front: Location) -> None:
    visit = make.visit(front)
    desk.wait(minutes=5)
    assert desk.post(f"/visits/{visit.pk}/move/", {"to": "roomed"}, SCRIPT).status_code == 423
    assert desk.post("/account/pin/", {"password": make.PASSWORD, "remove": "1"}).status_code == 423
    visit.refresh_from_db()
    assert visit.state == "arrived"
    assert Staff.objects.get(pk=desk.person.pk).pin


def test_the_pin_opens_it_at_the_same_address_with_a_new_session_id(desk: Desk) -> None:
    desk.wait(minutes=5)
    assert 'value="/promises/"' in desk.get("/promises/").content.decode()
    before = desk.browser.cookies["sessionid"].value
    assert desk.unlock(next_path="/promises/").url == "/promises/"
    assert desk.browser.cookies["sessionid"].value != before
    assert desk.is_open()
    stolen = Client()
    stolen.cookies["sessionid"] = before
    assert stolen.get("/").status_code == 302


def test_an_unlocked_login_is_still_listed_and_can_be_ended_alone(desk: Desk) -> None:
    for _ in range(2):
        desk.wait(minutes=5)
        desk.unlock()
    other = Desk(desk.person, desk.clock)
    (this, unlocked) = other.get("/account/").context["sessions"]
    assert (this.is_this, unlocked.is_this) == (True, False)
    other.post(f"/account/sessions/{unlocked.number}/end/")
    assert desk.get().url.startswith("/account/login/")
    assert other.is_open()


def test_a_script_unlocks_without_a_page(desk: Desk) -> None:
    desk.wait(minutes=5)
    wrong = desk.post("/account/unlock/", {"unlock_with": "194837"}, SCRIPT)
    assert wrong.status_code == 423 and "4 tries left" in wrong.content.decode()
    assert desk.post("/account/unlock/", {"unlock_with": PIN}, SCRIPT).status_code == 204
    assert desk.is_open()


def test_next_is_a_page_of_ours(desk: Desk) -> None:
    assert desk.unlock(next_path="//elsewhere.example/").url == "/"


def test_somebody_without_a_pin_unlocks_with_the_password(desk: Desk) -> None:
    desk_locks.set_pin(person=desk.person, pin="", by=desk.person, at=make.at("9:00"))
    desk.wait(minutes=5)
    assert "Password</label>" in desk.get().content.decode()
    desk.unlock(PIN)
    assert not desk.is_open()
    desk.unlock(make.PASSWORD)
    assert desk.is_open()


def test_the_pin_of_another_person_does_not_open_it(desk: Desk, noor: Staff) -> None:
    desk_locks.set_pin(person=noor, pin="194837", by=noor, at=make.at("9:00"))
    desk.wait(minutes=5)
    desk.unlock("194837")
    assert not desk.is_open()


def test_five_wrong_pins_ask_for_the_full_login(desk: Desk) -> None:
    desk.wait(minutes=5)
    said = [desk.unlock(f"19483{digit}", "/promises/") for digit in range(5)]
    assert "4 tries left" in said[0].content.decode() and "one try left" in said[3].content.decode()
    assert said[4].url == "/account/login/?next=/promises/"
    assert desk.unlock(PIN).url.startswith("/account/login/")
    assert desk.get().url.startswith("/account/login/")
    desk.log_in("dana")
    assert desk.is_open()


def test_wrong_tries_are_not_forgotten_by_locking_again(desk: Desk) -> None:
    desk.wait(minutes=5)
    desk.unlock("194837")
    desk.post("/account/lock/")
    assert "3 tries left" in desk.unlock("194837").content.decode()


def test_after_thirty_minutes_only_the_full_login_opens_it(desk: Desk) -> None:
    desk.wait(minutes=29, seconds=59)
    assert desk.get().status_code == 423
    desk.wait(seconds=1)
    assert desk.get("/promises/").url == "/account/login/?next=/promises/"
    assert desk.unlock(next_path="/promises/").url.startswith("/account/login/")
    assert AuditEvent.objects.get(action="desk.ended").detail["why"] == "idle"


def test_a_wrong_try_is_no_activity(desk: Desk) -> None:
    desk.wait(minutes=20)
    desk.unlock("194837")
    desk.wait(minutes=10)
    assert desk.get().url.startswith("/account/login/")


def test_twelve_hours_after_the_login_it_ends_however_busy(desk: Desk) -> None:
    for _ in range(179):
        desk.wait(minutes=4)
        searched = desk.post("/patients/", {"q": "leo"})
        assert searched.url.startswith("/patients/"), "a search moves the session's end on"
    desk.wait(minutes=4)
    assert desk.get().url.startswith("/account/login/")
    assert AuditEvent.objects.get(action="desk.ended").detail["why"] == "age"


def test_a_polling_board_is_no_activity(desk: Desk, front: Location) -> None:
    """With polling as activity the board would keep its own desk open for ever."""
    for _ in range(4):
        desk.wait(minutes=1)
        for path in (
            f"/board/rows/?location={front.pk}",
            f"/board/owed/?location={front.pk}",
            f"/board/expected/?location={front.pk}",
            reverse("desk:token"),
        ):
            assert desk.get(path, SCRIPT).status_code in (200, 204)
        assert desk.get("/", SCRIPT | {"Background": "yes"}).status_code == 200
    desk.wait(minutes=1)
    assert desk.get("/board/rows/", SCRIPT).status_code == 423


def test_a_press_is_activity_and_is_written_once_a_minute(desk: Desk) -> None:
    began = desk.times.active_at
    desk.wait(seconds=59)
    assert desk.is_open() and desk.times.active_at == began
    desk.wait(seconds=1)
    assert desk.is_open() and desk.times.active_at == began + dt.timedelta(minutes=1)


def test_a_page_says_how_long_ago_somebody_typed(desk: Desk) -> None:
    began = desk.times.active_at
    desk.wait(minutes=4)
    assert desk.post("/account/active/", {"idle": "60"}, SCRIPT).status_code == 204
    assert desk.times.active_at == began + dt.timedelta(minutes=3)
    for nonsense in ("-600", "x", "", "99999999", "²"):
        assert desk.post("/account/active/", {"idle": nonsense}, SCRIPT).status_code == 204
    assert desk.times.active_at == began + dt.timedelta(minutes=3)
    desk.wait(minutes=4)
    assert desk.post("/account/active/", {"idle": "0"}, SCRIPT).status_code == 423, "it opens nothing"
    assert not desk.is_open()


def test_a_press_locks_it_at_once(desk: Desk) -> None:
    answer = desk.post("/account/lock/", {"next": "/promises/"})
    assert answer.status_code == 423 and 'value="/promises/"' in answer.content.decode()
    assert not desk.is_open()


def test_what_was_sent_while_it_was_locked_is_kept_for_its_author(desk: Desk, noor: Staff) -> None:
    hidden = opened(desk.browser, "/sign-in/")
    desk.wait(minutes=5)
    typed = {"child_given_name": "Leo", "relationship": "his aunt"} | hidden
    answer = desk.post("/sign-in/", typed)
    assert answer.status_code == 423 and "aunt" not in answer.content.decode()
    assert f'value="{reverse("desk:typed")}"' in answer.content.decode()
    assert not SignIn.objects.exists()
    desk.unlock()
    assert "his aunt" in html.unescape(desk.get(reverse("desk:typed")).content.decode())


@pytest.mark.parametrize("minutes", [30, 12 * 60])
def test_what_was_sent_after_the_login_ended_is_kept_for_its_author(desk: Desk, minutes: int) -> None:
    hidden = opened(desk.browser, "/sign-in/")
    desk.wait(minutes=minutes)
    answer = desk.post("/sign-in/", {"child_given_name": "Leo", "relationship": "his aunt"} | hidden)
    assert answer.url == f"/account/login/?next={reverse('desk:typed')}"
    assert desk.log_in("dana").url == reverse("desk:typed"), "also without its address"
    assert "his aunt" in desk.get(reverse("desk:typed")).content.decode()


def test_the_next_person_sees_neither_the_page_nor_the_draft_of_the_one_before(
    desk: Desk, noor: Staff, front: Location
) -> None:
    hidden = opened(desk.browser, "/sign-in/")
    desk.wait(minutes=5)
    desk.post("/sign-in/", {"child_given_name": "Leo", "relationship": "his aunt"} | hidden)
    assert desk.post("/account/switch/").url == "/account/login/"
    assert desk.log_in("noor").url == "/"
    for path in ("/", "/sign-in/", reverse("desk:typed")):
        assert "aunt" not in desk.get(path).content.decode()


def test_a_draft_waits_for_its_author_while_somebody_else_works(desk: Desk, noor: Staff) -> None:
    hidden = opened(desk.browser, "/sign-in/")
    desk.wait(minutes=5)
    desk.post("/sign-in/", {"child_given_name": "Leo", "relationship": "his aunt"} | hidden)
    desk.post("/account/switch/")
    desk.log_in("noor")
    assert desk.is_open()
    desk.post("/account/switch/")
    assert desk.log_in("dana").url == reverse("desk:typed")
    assert "his aunt" in desk.get(reverse("desk:typed")).content.decode()


def test_switching_logs_out_and_an_old_session_is_dead(desk: Desk) -> None:
    old = desk.browser.cookies["sessionid"].value
    desk.post("/account/switch/")
    stolen = Client()
    stolen.cookies["sessionid"] = old
    assert stolen.get("/").status_code == 302
    assert not UnsentForm.objects.exists()


def test_the_tablet_in_the_same_browser_goes_on(desk: Desk, kiosk: Any) -> None:
    desk.wait(minutes=5)
    assert desk.browser.get("/kiosk/", headers=kiosk.headers).status_code == 200
    assert desk.browser.get("/healthz").status_code == 200


def test_another_browser_of_the_same_person_stays_open(desk: Desk) -> None:
    other = Desk(desk.person, desk.clock)
    desk.post("/account/lock/")
    assert other.is_open() and not desk.is_open()


@pytest.mark.parametrize("act", ["lock", "unlock", "active", "switch"])
def test_a_stranger_is_asked_to_log_in_and_a_get_does_nothing(
    client: Client, act: str, as_: Callable[[Staff], Client], dana: Staff
) -> None:
    assert client.post(f"/account/{act}/").url.startswith("/account/login/")
    assert as_(dana).get(f"/account/{act}/").status_code == 405


@pytest.mark.parametrize("headers", [PAGE, SCRIPT], ids=["page", "script"])
def test_an_unlock_under_way_ends_with_log_out_everywhere(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    """The session went on under a new key, from the memory of the request."""
    desk.post("/account/lock/")
    compare = desk_locks._is_secret_right

    def end_meanwhile(person: Staff, secret: str) -> bool:
        own_sessions.end_sessions(person=person, by=person, at=make.at("9:41"))
        return compare(person, secret)

    monkeypatch.setattr(desk_locks, "_is_secret_right", end_meanwhile)
    answer = desk.post("/account/unlock/", {"unlock_with": PIN}, headers=headers)
    assert (answer.status_code, answer.url) == (302, "/account/login/?next=/")
    assert desk.get().status_code == 302
