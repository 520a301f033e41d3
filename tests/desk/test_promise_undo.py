"""The Undo button of a promise: on its page, in the lists, and on the pages of a visit and a child."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
import pytest_django
import time_machine
from django.test import Client

from checkin.actions import promise_attempts, promises
from checkin.models import Clinic, Location, Promise, Role, Staff
from checkin.rules.roles import StaffAct, may_role_act
from tests import make
from tests.drawn_forms import OTHER_SEEN, UNREADABLE_SEEN
from tests.promising import attempt, keep, promise, replace, undo, withdraw
from tests.trail_queries import LINE_OF_SEVERAL

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


@pytest.fixture(autouse=True)
def _ten_to_ten(db: None) -> Iterator[None]:
    with time_machine.travel(make.at("9:50"), tick=False):
        yield


@pytest.fixture
def made(front: Location, noor: Staff) -> Promise:
    """Promised to Ana Ruiz by 9:30, and ended by Noor at 9:40."""
    ended = promise(front, due="9:30")
    keep(ended, noor)
    return ended


def shown(made: Promise) -> int:
    return made.decisions.latest("pk").pk


def press(browser: Client, made: Promise, seen: int | None = None, **asked: Any) -> ClientResponse:
    said = {"seen": shown(made) if seen is None else seen}
    end = "?" + "&".join(f"{key}={value}" for key, value in asked.items()) if asked else ""
    return browser.post(f"/promises/{made.pk}/undo/{end}", said)


def standing(made: Promise) -> str:
    return Promise.objects.get(pk=made.pk).status


def text_of(answer: ClientResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def undo_forms(answer: ClientResponse) -> list[str]:
    """Where each Undo of a promise goes, and what it is called to who hears the page."""
    page = answer.content.decode()
    found = re.findall(
        r'action="(?:/at/\d+)?(/promises/\d+/undo/[^"]*)".*?aria-label="([^"]+)"', page, re.DOTALL
    )
    return [f"{address.split('?drawn_for')[0]} {label}" for address, label in found]


def test_it_is_open_again_and_its_page_says_whose_end_was_undone(desk_client: Client, made: Promise) -> None:
    answer = press(desk_client, made)
    assert (answer.url, standing(made)) == (f"/promises/{made.pk}/", "open")
    page = text_of(desk_client.get(answer.url))
    assert "Undone: Noor’s “Kept”. The promise to Ana Ruiz is open again, overdue since" in page
    assert "Kept (undone) by Noor" in page
    assert "Undone: “Kept” by Dana" in page


def test_ones_own_is_undone_without_a_name(
    as_: Callable[[Staff], Client], noor: Staff, made: Promise
) -> None:
    browser = as_(noor)
    assert "Undone: “Kept”. The promise" in text_of(browser.get(press(browser, made).url))


def test_a_try_that_is_undone_leaves_it_open(desk_client: Client, front: Location, dana: Staff) -> None:
    made = promise(front, due="10:30")
    attempt(made, dana)
    page = text_of(desk_client.get(press(desk_client, made).url))
    assert "Undone: “Tried: no answer”. The promise to Ana Ruiz is open, due" in page
    assert "Tried: no answer (undone) by Dana" in page


def test_it_is_posted(desk_client: Client, made: Promise) -> None:
    assert desk_client.get(f"/promises/{made.pk}/undo/").status_code == 405


def test_a_stranger_is_asked_to_log_in(client: Client, made: Promise) -> None:
    assert press(client, made).url.startswith("/account/login/")
    assert standing(made) == "reached"


def test_another_clinics_is_not_there(as_: Callable[[Staff], Client], sol: Staff, made: Promise) -> None:
    assert press(as_(sol), made).status_code == 404
    assert standing(made) == "reached"


@pytest.mark.parametrize("role", Role.values)
def test_whoever_may_keep_promises_may_undo_what_another_did(
    as_: Callable[[Staff], Client], brook: Clinic, front: Location, made: Promise, role: str
) -> None:
    somebody = as_(make.staff(brook, "sam", role, location=front))
    may = may_role_act(role, StaffAct.PROMISE)
    assert press(somebody, made).status_code == (302 if may else 403)
    assert standing(made) == ("open" if may else "reached")


def test_who_may_not_is_offered_none(
    as_: Callable[[Staff], Client], otto: Staff, desk_client: Client, made: Promise
) -> None:
    for address in (f"/promises/{made.pk}/", "/promises/?show=ended"):
        assert undo_forms(as_(otto).get(address)) == []
        assert undo_forms(desk_client.get(address)) != []


def test_done_twice_by_the_same_person_it_is_once(desk_client: Client, made: Promise) -> None:
    seen = shown(made)
    assert [press(desk_client, made, seen).status_code for _ in range(2)] == [302, 302]
    assert made.decisions.count() == 2


def test_whoever_is_slower_is_told_who_undid_it_and_when(
    desk_client: Client, made: Promise, noor: Staff
) -> None:
    seen = shown(made)
    undo(made, noor, seen=seen)
    withdraw(made, noor, at="9:48")
    answer = press(desk_client, made, seen)
    assert (answer.status_code, standing(made)) == (409, "withdrawn")
    assert "Noor said “Withdrawn by the family” at 9:48 AM. Nothing more was changed." in text_of(answer)


@pytest.mark.parametrize("in_address", [False, True])
@pytest.mark.parametrize("said", [*UNREADABLE_SEEN, *OTHER_SEEN])
def test_a_form_that_does_not_say_what_it_showed_undoes_nothing(
    desk_client: Client, made: Promise, said: dict[str, str], in_address: bool
) -> None:
    address = f"/promises/{made.pk}/undo/"
    answer = desk_client.post(f"{address}?{urlencode(said)}" if in_address else address, said)
    assert (answer.status_code, standing(made)) == (409, "reached")
    assert "Noor said “Kept” at 9:40 AM." in text_of(answer)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("keep", {"outcome": "she is glad"}),
        ("try", {"result": "no_answer"}),
        ("withdraw", {"words": "Ana said no"}),
    ],
)
def test_the_message_after_a_wrong_key_offers_its_undo(
    desk_client: Client, front: Location, act: str, said: dict[str, str]
) -> None:
    made = promise(front, due="10:30")
    back = desk_client.post(f"/promises/{made.pk}/{act}/", said)
    page = desk_client.get(back.url).content.decode()
    ((address, label),) = re.findall(
        r'action="(/promises/\d+/undo/\?[^"]+)".*?data-key="u" aria-label="Undo: ([^"]+)"', page, re.DOTALL
    )
    assert "Ana Ruiz" in label
    desk_client.post(address.replace("&amp;", "&"))
    assert (standing(made), made.attempts.standing().count()) == ("open", 0)


def test_the_message_after_a_replacement_offers_the_undo_of_that(
    desk_client: Client, front: Location
) -> None:
    made = promise(front, due="10:30")
    said = {"to_whom": "Ana Ruiz", "way": "phone", "reach_at": "", "due": "hour", "owner": "role:manager"}
    back = desk_client.post(f"/promises/new/?replaces={made.pk}", said)
    page = desk_client.get(back.url).content.decode()
    (address,) = re.findall(rf'action="(/promises/{made.pk}/undo/\?[^"]+)"', page)
    desk_client.post(address.replace("&amp;", "&"))
    assert list(Promise.objects.open()) == [made]
    assert Promise.objects.get(replaces=made).status == "undone"


def test_a_handover_is_no_end_and_offers_no_undo(desk_client: Client, front: Location) -> None:
    made = promise(front, due="10:30")
    back = desk_client.post(f"/promises/{made.pk}/hand-over/", {"to": "role:clinician"})
    assert undo_forms(desk_client.get(back.url)) == []


def test_the_page_of_a_promise_has_one_undo_with_its_key(desk_client: Client, made: Promise) -> None:
    answer = desk_client.get(f"/promises/{made.pk}/")
    assert undo_forms(answer) == [f"/promises/{made.pk}/undo/ Undo: Kept, the promise to Ana Ruiz"]
    assert answer.content.decode().count('data-key="u"') == 1
    press(desk_client, made)
    desk_client.get("/promises/")
    assert undo_forms(desk_client.get(f"/promises/{made.pk}/")) == []


def test_the_one_in_its_place_offers_to_undo_the_replacement_until_something_is_done_about_it(
    desk_client: Client, front: Location, dana: Staff
) -> None:
    made = promise(front, due="10:30")
    other = replace(made, dana)
    expected = [f"/promises/{made.pk}/undo/ Undo: Replaced by another, the promise to Ana Ruiz"]
    for one in (made, other):
        assert undo_forms(desk_client.get(f"/promises/{one.pk}/")) == expected
    attempt(other, dana, at="9:45")
    assert undo_forms(desk_client.get(f"/promises/{made.pk}/")) == []
    assert undo_forms(desk_client.get(f"/promises/{other.pk}/")) == [
        f"/promises/{other.pk}/undo/ Undo: Tried: no answer, the promise to Ana Ruiz"
    ]


def test_one_that_was_undone_leads_to_the_one_before_it(
    desk_client: Client, front: Location, dana: Staff
) -> None:
    made = promise(front, due="10:30")
    other = replace(made, dana)
    undo(made, dana)
    page = desk_client.get(f"/promises/{other.pk}/").content.decode()
    assert f'href="/promises/{made.pk}/">Open the promise before it' in page
    assert "Promise it again" not in page


def test_what_ended_today_is_a_list_with_an_undo_for_each(
    desk_client: Client, made: Promise, front: Location, annexe: Location, noor: Staff
) -> None:
    other = promise(annexe, due="9:35")
    withdraw(other, noor, at="9:45")
    yesterday = promise(front, at=make.at("9:00"))
    promise_attempts.keep_promise(promise=yesterday, by=noor, at=make.at("9:41", dt.date(2026, 3, 9)))
    replaced = promise(front, due="9:20")
    attempt(replace(replaced, noor, at="9:46"), noor, at="9:47")
    answer = desk_client.get("/promises/", {"show": "ended"})
    assert undo_forms(answer) == [
        f"/promises/{other.pk}/undo/ Undo: Withdrawn by the family, the promise to Ana Ruiz",
        f"/promises/{made.pk}/undo/ Undo: Kept, the promise to Ana Ruiz",
    ]
    page = answer.content.decode()
    assert f'/promises/{replaced.pk}/"' in page
    assert f'/promises/{yesterday.pk}/"' not in page
    assert '<span class="count">3</span></a>' in page
    press(desk_client, made)
    assert len(undo_forms(desk_client.get("/promises/", {"show": "ended"}))) == 1


@pytest.mark.parametrize("page", ["visit", "patient"])
def test_the_pages_of_the_family_offer_it_and_come_back(
    desk_client: Client, front: Location, noor: Staff, page: str
) -> None:
    make.patient(front.clinic)
    visit = make.visit(front, make.at("9:20"))
    made = promise(front, patient=visit.patient, visit=visit, due="9:30")
    keep(made, noor)
    pk = visit.pk if page == "visit" else visit.patient_id
    address = f"/visits/{pk}/" if page == "visit" else f"/patients/{pk}/"
    expected = f"/promises/{made.pk}/undo/?{page}={pk} Undo: Kept, the promise to Ana Ruiz"
    assert undo_forms(desk_client.get(address)) == [expected]
    answer = press(desk_client, made, **{page: pk})
    assert (answer.url, standing(made)) == (address, "open")
    after = desk_client.get(address)
    assert undo_forms(after) == []
    assert "Overdue 20 min" in text_of(after)
    assert "Undone: promise kept late by Dana" in text_of(after)


def test_the_family_list_reads_as_much_with_one_that_ended_as_with_forty(
    desk_client: Client,
    front: Location,
    dana: Staff,
    django_assert_max_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    for n in range(40):
        made = promise(front, patient=make.patient(front.clinic, f"Child{n} Ruiz"), due="9:30")
        promises.withdraw_promise(promise=made, words="no", by=dana, at=make.at("9:40"))
    with django_assert_max_num_queries(8 + LINE_OF_SEVERAL):
        assert len(undo_forms(desk_client.get("/promises/", {"show": "ended"}))) == 40
