"""The end of a shift on one page, and closing the day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client

from checkin.models import ClosedDay, Location, PromiseHandover, Staff
from tests import make
from tests.promising import promise, said

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


ADDRESSES = {"/promises/handover/": {"to": "role:manager"}, "/promises/close-day/": {}}


@pytest.fixture(autouse=True)
def _six_in_the_evening(db: None) -> Iterator[None]:
    with time_machine.travel(make.at("18:00"), tick=False):
        yield


def hand(browser: Client, to: str = "role:manager", **words: Any) -> ClientResponse:
    return browser.post("/promises/handover/", {"to": to, **words})


def close(browser: Client) -> ClientResponse:
    return browser.post("/promises/close-day/")


def test_my_promises_are_listed_on_one_page(
    desk_client: Client, front: Location, dana: Staff, max_: Staff
) -> None:
    for _ in range(3):
        promise(front, owner=dana)
    promise(front, said=said(to_whom="Somebody Else"))
    page = desk_client.get("/promises/handover/").content.decode()
    assert "Hand over all 3" in page
    assert "Somebody Else" not in page


def test_one_submit_hands_over_all_my_promises(
    desk_client: Client, front: Location, annexe: Location, dana: Staff, noor: Staff
) -> None:
    for where in (front, annexe, front):
        promise(where, owner=dana)
    answer = hand(desk_client, f"staff:{noor.pk}", why="gone at six")
    assert answer.url == "/promises/handover/"
    assert noor.promises.open().count() == 3
    assert {one.why for one in PromiseHandover.objects.all()} == {"gone at six"}
    page = desk_client.get(answer.url).content.decode()
    assert "3 handed over to Noor." in page
    assert "You own no open promises." in page


def test_handing_over_twice_is_done_once(
    desk_client: Client, front: Location, dana: Staff, noor: Staff
) -> None:
    promise(front, owner=dana)
    for _ in range(2):
        assert hand(desk_client, f"staff:{noor.pk}").status_code == 302
    assert PromiseHandover.objects.count() == 1
    assert "There was nothing to hand over." in desk_client.get("/promises/handover/").content.decode()


@pytest.mark.parametrize("to", ["", "role:auditor", "staff:999999", "x"])
def test_handing_over_to_nobody_is_refused(
    desk_client: Client, front: Location, dana: Staff, to: str
) -> None:
    promise(front, owner=dana)
    answer = hand(desk_client, to)
    assert answer.status_code == 409
    assert "Choose a person or a role." in answer.content.decode()


def test_handing_over_to_myself_or_another_clinic_is_refused(
    desk_client: Client, front: Location, dana: Staff, sol: Staff
) -> None:
    promise(front, owner=dana)
    assert "theirs already" in hand(desk_client, f"staff:{dana.pk}").content.decode()
    assert hand(desk_client, f"staff:{sol.pk}").status_code == 409
    assert dana.promises.count() == 1


def test_closing_the_day_records_who_closed_it(desk_client: Client, front: Location, max_: Staff) -> None:
    promise(front)
    assert close(desk_client).url == "/promises/handover/"
    assert ClosedDay.objects.get().location == front
    assert "Closed at 6:00 PM by Dana." in desk_client.get("/promises/handover/").content.decode()
    assert close(desk_client).status_code == 302
    assert ClosedDay.objects.count() == 1


def test_the_day_stays_open_while_a_promise_has_no_owner(desk_client: Client, front: Location) -> None:
    made = promise(front)
    answer = close(desk_client)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "1 promise has nobody who will keep it." in page
    assert f"/promises/{made.pk}/" in page
    assert not ClosedDay.objects.exists()


def test_a_second_person_sees_who_closed_the_day(
    desk_client: Client, as_: Callable[[Staff], Client], max_: Staff, front: Location
) -> None:
    close(as_(max_))
    answer = close(desk_client)
    assert answer.status_code == 409
    assert "Max already closed this day at 6:00 PM." in answer.content.decode()


def test_a_clinician_can_hand_over_but_not_close_the_day(
    as_: Callable[[Staff], Client], noor: Staff, front: Location
) -> None:
    browser, sentence = as_(noor), "Only the front desk or the manager closes the day. Ask one of them."
    page = browser.get("/promises/handover/").content.decode()
    assert sentence in page
    assert 'action="/promises/close-day/"' not in page
    answer = close(browser)
    assert (answer.status_code, ClosedDay.objects.count()) == (403, 0)
    assert sentence in answer.content.decode()


def test_a_manager_can_close_any_desk(
    as_: Callable[[Staff], Client], max_: Staff, front: Location, annexe: Location
) -> None:
    browser = as_(max_)
    browser.post("/location/", {"location": annexe.pk})
    assert close(browser).status_code == 302
    assert ClosedDay.objects.get().location == annexe


def test_the_front_desk_can_close_only_its_own_desk(
    desk_client: Client, dana: Staff, annexe: Location
) -> None:
    desk_client.post("/location/", {"location": annexe.pk})
    sentence = "Your own front desk is Front desk. The day at Annexe is closed there, or by the manager."
    page = desk_client.get("/promises/handover/").content.decode()
    assert sentence in page
    assert 'action="/promises/close-day/"' not in page
    answer = close(desk_client)
    assert (answer.status_code, ClosedDay.objects.count()) == (409, 0)
    assert sentence in answer.content.decode()


def test_front_desk_staff_without_a_desk_can_close_the_desk_in_view(
    desk_client: Client, dana: Staff, annexe: Location
) -> None:
    dana.location = None
    dana.save()
    desk_client.post("/location/", {"location": annexe.pk})
    assert close(desk_client).status_code == 302
    assert ClosedDay.objects.get().location == annexe


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, front: Location, address: str) -> None:
    assert client.post(address, ADDRESSES[address]).url.startswith("/account/login/")


@pytest.mark.parametrize("who", ["ada", "otto"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_administrators_and_auditors_are_403(
    as_: Callable[[Staff], Client], request: pytest.FixtureRequest, front: Location, address: str, who: str
) -> None:
    browser = as_(request.getfixturevalue(who))
    assert browser.post(address, ADDRESSES[address]).status_code == 403
    assert browser.get("/promises/handover/").status_code == 403
    assert not ClosedDay.objects.exists()


def test_closing_the_day_refuses_get(desk_client: Client) -> None:
    assert desk_client.get("/promises/close-day/").status_code == 405
    assert desk_client.put("/promises/handover/").status_code == 405


def test_handing_over_leaves_another_clinics_promises_alone(
    as_: Callable[[Staff], Client], sol: Staff, front: Location, dana: Staff, hilltop: Location
) -> None:
    made = promise(front, owner=dana)
    hand(as_(sol))
    made.refresh_from_db()
    assert made.owner == dana
