"""/notices/: what a person must know now, in one answer for the pages that ask every few seconds."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkin.actions import care_alerts
from checkin.actions.care_alerts import AlertWords
from checkin.models import AuditEvent, Clinic, EmergencyAccess, Location, Staff, Visit
from checkin.rules.care_alerts import AlertKind
from tests import make

NOTICES, HTMX = "/notices/", {"HX-Request": "true"}
LOOK, OPENED = "Please look at the visit of", "opened charts in an emergency at"


@pytest.fixture
def visit(brook: Clinic, front: Location, max_: Staff, tuesday: time_machine.Traveller) -> Visit:
    """Return a visit at which the manager is to look."""
    said = AlertWords(AlertKind.NOT_WITH, "Miguel Delgado", "father")
    leo = make.patient(brook, "Leo Ruiz")
    care_alerts.write_care_alert(patient=leo, said=said, by=max_, at=make.at("9:00"))
    return make.visit(front, escort_name="Miguel Delgado")


@pytest.fixture
def access(ada: Staff, tuesday: time_machine.Traveller) -> EmergencyAccess:
    return make.emergency_access(ada, "Fire alarm, nobody is at the desk", make.at("9:40"))


def ask(browser: Client) -> tuple[int, str]:
    answer = browser.get(NOTICES, headers=HTMX)
    return answer.status_code, answer.content.decode()


def test_one_answer_has_both(
    as_: Callable[[Staff], Client], max_: Staff, visit: Visit, access: EmergencyAccess
) -> None:
    status, said = ask(as_(max_))
    assert (status, said.count(LOOK), said.count(OPENED)) == (200, 1, 1)


def test_each_gets_what_is_theirs_and_nothing_is_nothing(
    as_: Callable[[Staff], Client],
    max_: Staff,
    otto: Staff,
    dana: Staff,
    noor: Staff,
    ada: Staff,
    visit: Visit,
    access: EmergencyAccess,
) -> None:
    _, said = ask(as_(otto))
    assert OPENED in said and LOOK not in said
    for person in (dana, noor, ada):
        assert ask(as_(person)) == (204, "")


def test_the_page_says_so_where_nothing_waits(
    as_: Callable[[Staff], Client], dana: Staff, max_: Staff, visit: Visit
) -> None:
    assert "Nothing waits for you." in as_(dana).get(NOTICES).content.decode()
    page = as_(max_).get(NOTICES).content.decode()
    assert page.count(LOOK) == 1 and "Nothing waits for you." not in page


def test_pages_ask_only_for_those_who_may_be_told(
    as_: Callable[[Staff], Client], dana: Staff, max_: Staff, otto: Staff, ada: Staff, visit: Visit
) -> None:
    pages = {who: as_(who).get("/", follow=True).content.decode() for who in (dana, max_, otto, ada)}
    told = re.compile(r'<div id="notices" data-address="[^"]*/notices/">')
    assert [who for who, page in pages.items() if told.search(page)] == [dana, max_, otto]
    assert [page.count('id="notices"') for page in pages.values()] == [1, 1, 1, 0]


def test_nobodys_page_asks_for_what_their_role_does_not_allow(
    as_: Callable[[Staff], Client], otto: Staff, ada: Staff, visit: Visit
) -> None:
    """Each refusal is a line of the trail: a page that is left open would fill it."""
    for person in (otto, ada):
        ask(as_(person))
    assert not AuditEvent.objects.filter(action="page.refused").exists()


@pytest.mark.parametrize("who", ["otto", "ada"])
def test_who_reads_no_charts_costs_no_query_for_alerts(
    request: pytest.FixtureRequest, as_: Callable[[Staff], Client], visit: Visit, who: str
) -> None:
    browser = as_(request.getfixturevalue(who))
    with CaptureQueriesContext(connection) as said:
        ask(browser)
    assert not [one for one in said.captured_queries if "carealert" in one["sql"]]


def test_asking_costs_one_query_more_than_the_login_where_nothing_waits(
    as_: Callable[[Staff], Client], dana: Staff, visit: Visit
) -> None:
    browser = as_(dana)
    ask(browser)
    with CaptureQueriesContext(connection) as token:
        browser.get("/typed/token/", headers=HTMX)
    with CaptureQueriesContext(connection) as said:
        ask(browser)
    assert len(said) == len(token) + 1


def test_reading_a_notice_in_a_script_leaves_the_page_as_it_is(
    as_: Callable[[Staff], Client], max_: Staff, access: EmergencyAccess
) -> None:
    browser = as_(max_)
    answer = browser.post(f"/emergency/notices/{access.pk}/seen/", headers=HTMX)
    assert (answer.status_code, answer.content) == (204, b"")
    assert ask(browser) == (204, "")


def test_a_call_is_answered_from_any_page_however_old(
    as_: Callable[[Staff], Client], max_: Staff, visit: Visit
) -> None:
    browser = as_(max_)
    answer = browser.post(f"/visits/{visit.pk}/looked/", {"drawn_for": ""})
    assert (answer.status_code, answer.url) == (302, f"/visits/{visit.pk}/")
    assert ask(browser) == (204, "")
