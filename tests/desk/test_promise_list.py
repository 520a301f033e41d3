"""The list of promises, and one promise with its history."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import pytest_django
import time_machine
from django.template.loader import render_to_string
from django.test import Client

from checkin.actions import escalations, promise_attempts
from checkin.models import AuditEvent, Clinic, Location, Promise, Staff
from checkin.queries import promises as promise_queries
from checkin.rules.promises import PromiseTerms
from checkin.rules.roles import Role, StaffAct, role_refusal
from tests import make
from tests.promising import promise
from tests.trail_queries import LINE_OF_SEVERAL


@pytest.fixture(autouse=True)
def _ten_to_ten(db: None) -> Iterator[None]:
    with time_machine.travel(make.at("9:50"), tick=False):
        yield


def named(where: Location, name: str, due: str, **facts: Any) -> Promise:
    said = PromiseTerms(
        to_whom=name, way="phone", reach_at="555-010-0123", about="a call", due_at=make.at(due)
    )
    return promise(where, said=said, **facts)


@pytest.fixture
def four(front: Location, annexe: Location, dana: Staff, noor: Staff) -> None:
    named(front, "Late One", "9:30", owner=noor)
    named(annexe, "Soon One", "10:30", owner=dana)
    named(front, "Evening One", "17:30")
    ended = named(front, "Done One", "9:30")
    promise_attempts.keep_promise(promise=ended, by=dana, at=make.at("9:20"))


def shown(browser: Client, show: str = "all") -> list[str]:
    page = browser.get("/promises/", {"show": show}).content.decode()
    return [name for name in ("Late One", "Soon One", "Evening One", "Done One") if name in page]


def test_a_promise_without_a_number_shows_no_empty_number(
    desk_client: Client, front: Location, dana: Staff
) -> None:
    said = PromiseTerms(to_whom="No Number", way="phone", reach_at="", about="it", due_at=make.at("10:30"))
    owed = promise(front, said=said, owner=dana)
    for path in ("/promises/", f"/promises/{owed.pk}/", "/"):
        page = desk_client.get(path).content.decode()
        assert "no number given" in page or path == "/"
        assert not re.search(r'<bdi class="number">\s*</bdi>', page), path


@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("all", ["Late One", "Soon One", "Evening One"]),
        ("overdue", ["Late One"]),
        ("due", ["Soon One"]),
        ("mine", ["Soon One"]),
        ("nonsense", ["Late One", "Soon One", "Evening One"]),
    ],
)
def test_each_filter_shows_its_own_promises(
    desk_client: Client, four: None, show: str, names: list[str]
) -> None:
    assert shown(desk_client, show) == names


def test_a_managers_list_includes_promises_of_the_role(
    as_: Callable[[Staff], Client], max_: Staff, four: None
) -> None:
    assert shown(as_(max_), "mine") == ["Evening One"]


def test_overdue_promises_come_first_and_say_so(desk_client: Client, four: None) -> None:
    page = desk_client.get("/promises/").content.decode()
    assert page.index("Late One") < page.index("Soon One") < page.index("Evening One")
    assert "Overdue 20 min" in page


@pytest.mark.parametrize("show", promise_queries.PROMISE_LISTS)
def test_an_empty_list_says_so(desk_client: Client, show: str) -> None:
    page = desk_client.get("/promises/", {"show": show}).content.decode()
    assert "empty-picture" in page


def test_forty_promises_cost_no_more_queries_than_one(
    desk_client: Client, front: Location, django_assert_max_num_queries: pytest_django.DjangoAssertNumQueries
) -> None:
    for n in range(40):
        named(front, f"Name {n}", "17:30", patient=make.patient(front.clinic, f"Child{n} Ruiz"))
    with django_assert_max_num_queries(6 + LINE_OF_SEVERAL):
        assert "Name 39" in desk_client.get("/promises/").content.decode()


def test_each_action_has_its_key(desk_client: Client, front: Location) -> None:
    made = promise(front)
    page = desk_client.get("/promises/").content.decode()
    for key, do in (("y", "keep"), ("v", "try"), ("h", "hand_over"), ("q", "withdraw")):
        assert f'href="/promises/{made.pk}/?do={do}" data-key="{key}"' in page
    assert f'href="/promises/new/?replaces={made.pk}" data-key="z"' in page


@pytest.mark.parametrize("who", ["ada", "otto"])
def test_administrators_and_auditors_see_no_promises(
    as_: Callable[[Staff], Client], request: pytest.FixtureRequest, front: Location, who: str
) -> None:
    made = promise(front)
    browser = as_(request.getfixturevalue(who))
    for address in ("/promises/", f"/promises/{made.pk}/", f"/promises/{made.pk}/?do=keep"):
        answer = browser.get(address)
        page = answer.content.decode()
        assert answer.status_code == 403
        assert role_refusal(Role.AUDITOR, StaffAct.READ_CHARTS) in page
        assert "Ana Ruiz" not in page


def test_another_clinic_sees_no_promises(as_: Callable[[Staff], Client], sol: Staff, front: Location) -> None:
    made = promise(front)
    assert "Ana Ruiz" not in as_(sol).get("/promises/").content.decode()
    assert as_(sol).get(f"/promises/{made.pk}/").status_code == 404


@pytest.mark.parametrize("address", ["/promises/", "/promises/{}/"])
def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, front: Location, address: str) -> None:
    assert client.get(address.format(promise(front).pk)).url.startswith("/account/login/")


@pytest.mark.parametrize("address", ["/promises/", "/promises/{}/"])
def test_the_promise_pages_refuse_post(desk_client: Client, front: Location, address: str) -> None:
    assert desk_client.post(address.format(promise(front).pk)).status_code == 405


def test_a_promise_page_shows_its_history(
    desk_client: Client, front: Location, dana: Staff, brook: Clinic
) -> None:
    made = promise(front, by=dana, due="9:30")
    escalations.escalate_due_promises(clinic=brook, at=make.at("9:31"))
    promise_attempts.attempt_promise(
        promise=made, result="no_answer", note="rang out", by=dana, at=make.at("9:40")
    )
    page = desk_client.get(f"/promises/{made.pk}/").content.decode()
    for words in (
        "Promised to phone Ana Ruiz",
        "Overdue since 9:30 AM; told: Manager",
        "no answer",
        "rang out",
    ):
        assert words in page


def test_opening_a_promise_is_audited(desk_client: Client, front: Location, dana: Staff) -> None:
    made = promise(front)
    desk_client.get(f"/promises/{made.pk}/")
    assert AuditEvent.objects.filter(
        action="seen", subject="Promise", subject_id=made.pk, staff=dana
    ).exists()


@pytest.mark.parametrize("do", ["keep", "try", "hand_over", "withdraw"])
def test_each_action_opens_its_form_with_focus(desk_client: Client, front: Location, do: str) -> None:
    made = promise(front)
    page = desk_client.get(f"/promises/{made.pk}/?do={do}").content.decode()
    assert f'action="/promises/{made.pk}/{do.replace("_", "-")}/"' in page
    assert "autofocus" in page


def test_an_ended_promise_has_no_form_but_can_be_made_again(
    desk_client: Client, front: Location, dana: Staff
) -> None:
    made = promise_attempts.keep_promise(promise=promise(front), by=dana, at=make.at("9:30"))
    page = desk_client.get(f"/promises/{made.pk}/?do=keep").content.decode()
    assert f"/promises/{made.pk}/keep/" not in page
    assert f"/promises/new/?again={made.pk}" in page


@pytest.mark.parametrize("do", ["shred", "", "KEEP", "%00"])
def test_an_unknown_action_opens_no_form(desk_client: Client, front: Location, do: str) -> None:
    made = promise(front)
    assert "do-form" not in desk_client.get(f"/promises/{made.pk}/?do={do}").content.decode()


def test_the_board_lists_promises_of_its_own_desk(brook: Clinic, front: Location, annexe: Location) -> None:
    made = promise(front)
    at = make.at("17:40")
    assert [one.promise for one in promise_queries.list_promises_for_board(brook, front.pk, at=at)] == [made]
    assert promise_queries.list_promises_for_board(brook, annexe.pk, at=at) == []


def test_promise_rows_show_recipient_phone_and_owner(brook: Clinic, front: Location) -> None:
    made = promise(front)
    none = render_to_string("desk/_promise_rows.html", {"owed": []})
    owed = promise_queries.list_promises_for_board(brook, front.pk, at=make.at("17:40"))
    page = render_to_string("desk/_promise_rows.html", {"owed": owed, "may_move": True})
    reading = render_to_string("desk/_promise_rows.html", {"owed": owed, "may_move": False})
    assert none.strip() == ""
    for words in ("Overdue 10 min", "Ana Ruiz", "555-010-0123", "Manager", f"/promises/{made.pk}/?do=keep"):
        assert words in page
    assert "do=keep" not in reading


def test_open_promises_are_shown_on_the_visit_and_patient_pages(
    desk_client: Client, brook: Clinic, front: Location, dana: Staff
) -> None:
    leo = make.patient(brook)
    visit = make.visit(front)
    named(front, "Rosa Delgado", "9:30", patient=leo)
    named(front, "At This Visit", "17:30", visit=visit)
    named(front, "Somebody Else", "9:30", patient=make.patient(brook, "Mia Novak"))
    promise_attempts.keep_promise(
        promise=named(front, "Kept Already", "9:30", patient=leo), by=dana, at=make.at("9:20")
    )
    for address in (f"/visits/{visit.pk}/", f"/patients/{leo.pk}/"):
        page = desk_client.get(address).content.decode()
        owing = page[page.index('id="owing-title"') :].partition("</section>")[0]
        owing, _, ended = owing.partition("Ended today")
        assert ("Rosa Delgado" in owing, "Overdue 20 min" in owing) == (True, True)
        assert ("Kept Already" in owing, "Kept Already" in ended) == (False, True)
        assert "Somebody Else" not in owing + ended
    assert "At This Visit" in desk_client.get(f"/visits/{visit.pk}/").content.decode()


def test_an_unmatched_visit_shows_only_promises_made_at_it(
    brook: Clinic, front: Location, django_assert_num_queries: pytest_django.DjangoAssertNumQueries
) -> None:
    named(front, "Somebody Else", "9:30")
    visit = make.visit(front, name="")
    with django_assert_num_queries(1):
        assert (
            promise_queries.list_promises_of_family(brook, None, visit_id=visit.pk, at=make.at("9:50")) == []
        )
