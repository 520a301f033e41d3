"""Logging in and out, the password page, and the error pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from checkin.actions import escalations, visits
from checkin.actions.permissions import NotAllowed
from checkin.models import Clinic, ClosedDay, Location, Role, Staff
from checkin.rules.roles import StaffAct, role_refusal
from tests import make
from tests.promising import promise

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


@pytest.fixture(autouse=True)
def _forget_tries(db: None) -> None:
    cache.clear()


def log_in(client: Client, username: str = "dana", password: str = make.PASSWORD) -> ClientResponse:
    return client.post("/account/login/", {"login": username, "password": password})


def test_the_right_password_opens_the_board(client: Client, dana: Staff) -> None:
    assert log_in(client).url == "/"
    assert client.get("/").status_code == 200


def test_login_leads_to_the_page_that_was_asked_for(client: Client, dana: Staff) -> None:
    page = client.get("/board/expected/", follow=True)
    assert 'value="/board/expected/"' in page.content.decode()


def test_only_whom_a_session_ended_for_reads_that_they_are_logged_out(client: Client, dana: Staff) -> None:
    assert "You are logged out" not in client.get("/", follow=True).content.decode()
    client.force_login(dana)
    client.get("/")
    client.session.flush()
    page = client.get("/", follow=True).content.decode()
    assert "You are logged out. Log in to go on where you were.</p>" in page


def test_a_wrong_password_shows_the_login_page_again(client: Client, dana: Staff) -> None:
    page = log_in(client, password="wrong").content.decode()
    assert "Log in" in page
    assert client.get("/").status_code == 302


def test_an_unknown_name_is_answered_like_a_wrong_password(client: Client, dana: Staff) -> None:
    def words(page: ClientResponse) -> Any:
        return page.content.decode().partition('class="alert')[2].partition("</div>")[0]

    assert words(log_in(client, password="wrong")) == words(log_in(Client(), username="nobody"))


def test_an_eleventh_attempt_in_an_unknown_browser_is_refused_even_if_right(
    client: Client, dana: Staff
) -> None:
    for _ in range(10):
        log_in(client, password="wrong")
    assert log_in(client).status_code == 429
    assert client.get("/").status_code == 302


def test_an_inactive_staff_member_cannot_log_in(client: Client, dana: Staff) -> None:
    dana.is_active = False
    dana.save()
    log_in(client)
    assert client.get("/").status_code == 302


def test_an_open_page_of_a_deactivated_staff_member_writes_nothing(
    client: Client,
    as_: Callable[[Staff], Client],
    dana: Staff,
    max_: Staff,
    brook: Clinic,
    front: Location,
    tuesday: time_machine.Traveller,
) -> None:
    """The session ends at once, for forms and keys; login says why; the manager gets their promises."""
    visit, owed = make.visit(front), promise(front, owner=dana, due="9:30")
    browser, need = as_(dana), visit.needs.get(kind="school_note")
    assert browser.get(f"/visits/{visit.pk}/").status_code == 200
    dana.is_active = False
    dana.save()
    pressed = {
        f"/visits/{visit.pk}/move/": {"to": "roomed", "reading": "read"},
        f"/visits/{visit.pk}/needs/{need.pk}/": {"outcome": "declined"},
        f"/visits/{visit.pk}/urgent/": {"urgent": "1"},
        f"/promises/{owed.pk}/withdraw/": {"words": "bye"},
        "/promises/close-day/": {},
    }
    for address, said in pressed.items():
        for headers in ({}, {"HX-Request": "true"}):
            answer = browser.post(address, said, headers=headers)
            assert answer.status_code == 302 and answer.url.startswith("/account/login/"), address
    visit.refresh_from_db()
    owed.refresh_from_db()
    assert (visit.state, visit.urgent, visit.needs.open().count()) == ("arrived", False, visit.needs.count())
    assert (owed.is_open, ClosedDay.objects.count()) == (True, 0)
    answer = log_in(client)
    assert answer.url == "/account/inactive/"
    assert "administrator" in client.get(answer.url).content.decode()
    assert "Dana" in as_(max_).get(f"/promises/{owed.pk}/").content.decode()
    escalations.escalate_due_promises(clinic=brook, at=make.at("9:40"))
    owed.refresh_from_db()
    assert (owed.owner, owed.owner_role) == (None, "manager")


def test_an_action_by_a_just_deactivated_person_is_refused_with_a_reason(
    front: Location, dana: Staff, tuesday: time_machine.Traveller
) -> None:
    visit = make.visit(front)
    dana.is_active = False
    with pytest.raises(NotAllowed, match="Your login is not active anymore"):
        visits.move_visit(visit=visit, to="roomed", reading="read", by=dana, at=make.at("9:41"))


def test_no_message_confirms_the_login(client: Client, dana: Staff) -> None:
    log_in(client)
    assert "uccess" not in client.get("/").content.decode()


def test_logging_out_takes_a_post_and_ends_the_session(desk_client: Client) -> None:
    assert "Log out?" in desk_client.get("/account/logout/").content.decode()
    assert desk_client.get("/").status_code == 200
    desk_client.post("/account/logout/")
    assert desk_client.get("/").status_code == 302


def test_a_new_password_works_from_then_on(desk_client: Client, dana: Staff) -> None:
    assert "At least 15 characters" in desk_client.get("/account/password/").content.decode()
    new = "another long pass phrase"
    fields = {"oldpassword": make.PASSWORD, "password1": new, "password2": new}
    page = desk_client.post("/account/password/", fields, follow=True).content.decode()
    assert "Your password is changed." in page
    assert log_in(Client(), password=new).url == "/"


def test_a_short_password_is_refused(desk_client: Client, dana: Staff) -> None:
    fields = {"oldpassword": make.PASSWORD, "password1": "short", "password2": "short"}
    desk_client.post("/account/password/", fields)
    dana.refresh_from_db()
    assert dana.check_password(make.PASSWORD)


def test_the_inactive_page_says_whom_to_ask(client: Client, db: None) -> None:
    assert "administrator" in client.get("/account/inactive/").content.decode()


def test_a_404_page_says_so_plainly(desk_client: Client, front: Location) -> None:
    answer = desk_client.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


def test_a_403_page_says_which_role_to_ask(
    as_: Callable[[Staff], Client], otto: Staff, front: Location, tuesday: time_machine.Traveller
) -> None:
    visit = make.visit(front)
    answer = as_(otto).post(f"/visits/{visit.pk}/move/", {"to": "roomed"})
    page = answer.content.decode()
    assert "This is for somebody with another role" in page
    assert "Your login only reads, so nothing was changed. Ask the front desk" in page
    script = as_(otto).post(f"/visits/{visit.pk}/move/", {"to": "roomed"}, headers={"HX-Request": "true"})
    assert (script.status_code, script["Content-Type"]) == (403, "text/plain; charset=utf-8")
    assert script.content.decode().startswith("Your login only reads")


def test_a_refused_page_view_does_not_mention_changes(
    as_: Callable[[Staff], Client], otto: Staff, noor: Staff, front: Location, tuesday: time_machine.Traveller
) -> None:
    """Merely opening the page of a merge said “so nothing was changed”."""
    visit = make.visit(front)
    why = role_refusal(Role.AUDITOR, StaffAct.READ_CHARTS)
    page = as_(otto).get(f"/visits/{visit.pk}/preferences/")
    assert page.status_code == 403 and why in page.content.decode()
    assert "changed" not in page.content.decode()
    script = as_(otto).get(f"/visits/{visit.pk}/preferences/", headers={"HX-Request": "true"})
    assert why in script.content.decode() and "changed" not in script.content.decode()
    page = as_(noor).get("/promises/feedback/1/").content.decode()
    assert "Only the manager reads" in page and "Nothing was changed" not in page
    assert "Nothing was changed" in as_(noor).post("/promises/feedback/1/read/").content.decode()


def test_a_lost_database_is_503_with_retry_after(
    desk_client: Client, front: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("checkin.queries.board.list_front_desks", away)
    answer = desk_client.get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "3")
    assert "One moment, please" in answer.content.decode()


def test_an_unexpected_error_shows_our_own_500_page(
    desk_client: Client, front: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checkin.queries.board.list_front_desks", lambda *_: 1 / 0)
    desk_client.raise_request_exception = False
    answer = desk_client.get("/")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()


def test_login_says_what_to_do_about_a_wrong_password_and_too_many(client: Client, dana: Staff) -> None:
    first = log_in(client, password="wrong").content.decode()
    assert "do not belong together. Type both again." in first
    assert "placeholder" not in first
    for _ in range(10):
        last = log_in(client, password="wrong").content.decode()
    assert "Too many wrong passwords from this network in the last minute." in last


def test_the_password_page_says_its_rules_once(desk_client: Client) -> None:
    page = desk_client.get("/account/password/").content.decode()
    assert page.count("15 characters") == 1
    assert "placeholder" not in page
    wrong = {"oldpassword": "wrong", "password1": "four words in a row", "password2": "four words in a row"}
    told = desk_client.post("/account/password/", wrong).content.decode()
    assert "This is not your current password. Please type it again." in told


@pytest.mark.parametrize("typed", ["élodie", "Élodie", "ÉLODIE", "E\u0301lodie", "\uff25\u0301LODIE"])
def test_a_username_with_an_accent_logs_in_however_it_is_typed(
    client: Client, dana: Staff, typed: str
) -> None:
    make.staff(dana.clinic, "élodie")
    assert log_in(client, username=typed).status_code == 302
