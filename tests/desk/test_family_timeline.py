"""The family timeline on the patient page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkin.actions import promise_attempts, visit_feedback
from checkin.models import Clinic, Location, Patient, Staff
from checkin.rules.roles import Role, StaffAct, role_refusal
from checkin.rules.visit_feedback import FamilyFeedback
from tests import make
from tests.promising import promise

pytestmark = pytest.mark.usefixtures("tuesday")
OLDER = re.compile(r'href="(\?older=[^"#]+)#family"')


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook)


def came(front: Location, days: int, since: int = 0) -> None:
    for nth in range(since, since + days):
        make.visit(front, make.at("9:30", make.TUESDAY - dt.timedelta(days=nth)), escort_name=f"Adult {nth}")


def read_timeline(client: Client, patient: Patient, query: str = "") -> str:
    page = client.get(f"/patients/{patient.pk}/{query}").content.decode()
    return page.partition('id="family"')[2]


def test_visits_promises_and_feedback_are_listed_newest_first(
    as_: Callable[[Staff], Client], leo: Patient, front: Location, max_: Staff
) -> None:
    visit = make.visit(front, make.at("9:00"), relationship="<aunt>", approach="greet")
    owed = promise(front, visit=visit, at=make.at("9:05"), due="9:30", by=max_)
    promise_attempts.keep_promise(promise=owed, by=max_, at=make.at("9:35"), outcome="said sorry")
    visit_feedback.save_feedback(visit=visit, said=FamilyFeedback(2, "we waited"), at=make.at("9:10"))
    text = read_timeline(as_(max_), leo)
    told = [
        "Promise kept late",
        "Promise broken: Ana Ruiz was not reached in time",
        "On leaving: not so good (2 of 5)",
        "Promised to phone Ana Ruiz",
        "Brought by Rosa Delgado",
    ]
    assert [text.index(what) for what in told] == sorted(text.index(what) for what in told)
    assert "&lt;aunt&gt;" in text and "Greet me" in text and "we waited" in text and "said sorry" in text
    assert f'href="/visits/{visit.pk}/"' in text


def test_before_the_first_visit_the_timeline_says_it_is_empty(desk_client: Client, leo: Patient) -> None:
    assert "Their first visit will appear here." in read_timeline(desk_client, leo)


def test_older_entries_are_one_link_away_and_so_are_the_newest(
    desk_client: Client, leo: Patient, front: Location
) -> None:
    came(front, 53)
    text = read_timeline(desk_client, leo)
    assert text.count("Brought by") == 50 and "Newest" not in text
    text = read_timeline(desk_client, leo, OLDER.search(text)[1])
    assert text.count("Brought by") == 3 and "Adult 52" in text
    assert "Newest" in text and "Older" not in text


def test_an_invalid_page_shows_the_newest_entries(desk_client: Client, leo: Patient, front: Location) -> None:
    came(front, 1)
    assert "Adult 0" in read_timeline(desk_client, leo, "?older=yesterday")


def test_fifty_entries_cost_no_more_queries_than_five(
    desk_client: Client, leo: Patient, front: Location, brook: Clinic
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            read_timeline(desk_client, leo)
        return len(seen)

    came(front, 5)
    cost()
    few = cost()
    came(front, 50, since=5)
    assert cost() == few


def test_an_auditor_and_another_clinic_do_not_see_the_timeline(
    as_: Callable[[Staff], Client], otto: Staff, sol: Staff, leo: Patient, front: Location
) -> None:
    came(front, 1)
    answer = as_(otto).get(f"/patients/{leo.pk}/")
    assert (answer.status_code, "Adult 0" in answer.content.decode()) == (403, False)
    assert role_refusal(Role.AUDITOR, StaffAct.READ_CHARTS) in answer.content.decode()
    assert as_(sol).get(f"/patients/{leo.pk}/").status_code == 404
    assert Client().get(f"/patients/{leo.pk}/").status_code == 302


def test_the_patient_page_refuses_post(desk_client: Client, leo: Patient) -> None:
    assert desk_client.post(f"/patients/{leo.pk}/").status_code == 405
