"""The visit page: the QR code that asks for feedback, and the family's answer."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from checkin.actions import handovers, promises, visit_feedback, visits
from checkin.models import AfterWord, Clinic, Location, Staff, Visit
from checkin.rules.promises import PromiseTerms
from checkin.rules.roles import Role, StaffAct, role_refusal
from checkin.rules.visit_feedback import FamilyFeedback
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")
ADDRESS = re.compile(r'href="(/kiosk/after/[^"]+/)"')


@pytest.fixture
def visit(brook: Clinic, front: Location) -> Visit:
    make.patient(brook)
    return make.visit(front)


def page(client: Client, visit: Visit) -> str:
    return client.get(f"/visits/{visit.pk}/").content.decode()


def test_the_qr_code_opens_the_feedback_form_on_any_phone(desk_client: Client, visit: Visit) -> None:
    text = page(desk_client, visit)
    address = ADDRESS.search(text)[1]
    assert 'class="square"' in text and "QR code: rate your visit" in text
    assert b'name="face"' in Client().get(address).content
    assert not AfterWord.objects.exists(), "looking writes nothing"


def test_the_feedback_replaces_the_qr_code(as_: Callable[[Staff], Client], visit: Visit, max_: Staff) -> None:
    word = visit_feedback.save_feedback(
        visit=visit, said=FamilyFeedback(2, "we <waited>", may_call=True), at=make.at("9:50")
    )
    text = page(as_(max_), visit)
    assert "Not so good" in text and "2 of 5" in text and "we &lt;waited&gt;" in text
    assert f'href="/promises/{word.promise_id}/"' in text and "Manager promised to" in text
    assert not ADDRESS.search(text)


def test_a_low_face_without_a_call_request_says_so(
    as_: Callable[[Staff], Client], visit: Visit, max_: Staff
) -> None:
    visit_feedback.save_feedback(visit=visit, said=FamilyFeedback(1), at=make.at("9:50"))
    assert "No call was asked for." in page(as_(max_), visit)


def test_a_good_face_does_not_mention_a_call(
    as_: Callable[[Staff], Client], visit: Visit, max_: Staff
) -> None:
    visit_feedback.save_feedback(visit=visit, said=FamilyFeedback(4), at=make.at("9:50"))
    text = page(as_(max_), visit)
    assert "4 of 5" in text and "No call was asked for." not in text


@pytest.mark.parametrize(("clock", "is_asked"), [("9:49", True), ("9:50", False)])
def test_feedback_is_asked_for_until_a_day_after_the_last_step(
    as_: Callable[[Staff], Client],
    visit: Visit,
    tuesday: time_machine.Traveller,
    dana: Staff,
    clock: str,
    is_asked: bool,
) -> None:
    visits.move_visit(visit=visit, to="left", by=dana, at=make.at("9:50"), reason="all can wait")
    tuesday.move_to(make.at(clock, make.TUESDAY + dt.timedelta(days=1)))
    text = page(as_(dana), visit)
    assert "What happened" in text
    assert bool(ADDRESS.search(text)) is ("On leaving" in text) is is_asked


def test_no_feedback_is_asked_for_a_visit_entered_in_error(
    desk_client: Client, visit: Visit, dana: Staff
) -> None:
    visits.move_visit(visit=visit, to="entered_in_error", by=dana, at=make.at("9:40"))
    assert "On leaving" not in page(desk_client, visit)


@pytest.mark.parametrize("who", ["ada", "otto"])
def test_administrators_and_auditors_get_no_code(
    as_: Callable[[Staff], Client], request: pytest.FixtureRequest, visit: Visit, who: str
) -> None:
    answer = as_(request.getfixturevalue(who)).get(f"/visits/{visit.pk}/")
    assert answer.status_code == 403
    assert not ADDRESS.search(answer.content.decode())


SHOUTED = "the receptionist Dana laughed at my English"


def everywhere(browser: Client, visit: Visit, word: AfterWord) -> dict[Any, Any]:
    """Return every page that could show the family's feedback or the promise made from it."""
    paths = [
        f"/visits/{visit.pk}/",
        f"/patients/{visit.patient_id}/",
        "/",
        "/promises/",
        f"/promises/{word.promise_id}/",
    ]
    if browser.get("/promises/new/", {"again": word.promise_id}).status_code != 403:
        paths.append(f"/promises/new/?again={word.promise_id}")
    return {path: browser.get(path).content.decode() for path in paths}


@pytest.mark.parametrize("who", ["dana", "noor"])
def test_staff_it_may_be_about_cannot_read_the_feedback(
    as_: Callable[[Staff], Client],
    request: pytest.FixtureRequest,
    visit: Visit,
    tuesday: time_machine.Traveller,
    who: str,
) -> None:
    word = visit_feedback.save_feedback(
        visit=visit, said=FamilyFeedback(1, SHOUTED, may_call=True), at=make.at("9:40")
    )
    tuesday.move_to(word.promise.due_at)
    pages = everywhere(as_(request.getfixturevalue(who)), visit, word)
    assert [path for path, text in pages.items() if SHOUTED in text or "1 of 5" in text] == []
    assert "what they said on leaving" in pages["/promises/"]
    assert "what they said on leaving" in pages[f"/promises/{word.promise_id}/"]
    assert "They left feedback. The manager reads it." in pages[f"/visits/{visit.pk}/"]
    assert "they left feedback" in pages[f"/patients/{visit.patient_id}/"]


@pytest.mark.parametrize("who", ["ada", "otto"])
def test_administrators_and_auditors_do_not_even_read_that_there_is_feedback(
    as_: Callable[[Staff], Client],
    request: pytest.FixtureRequest,
    visit: Visit,
    tuesday: time_machine.Traveller,
    who: str,
) -> None:
    word = visit_feedback.save_feedback(
        visit=visit, said=FamilyFeedback(1, SHOUTED, may_call=True), at=make.at("9:40")
    )
    tuesday.move_to(word.promise.due_at)
    pages = everywhere(as_(request.getfixturevalue(who)), visit, word)
    assert pages.pop("/") == "", "they are sent to their own first page"
    sentence = role_refusal(Role.AUDITOR, StaffAct.READ_CHARTS)
    assert [path for path, text in pages.items() if sentence not in text] == []
    assert [path for path, text in pages.items() if SHOUTED in text or "left feedback" in text] == []


def test_a_manager_reads_the_feedback(
    as_: Callable[[Staff], Client], max_: Staff, visit: Visit, tuesday: time_machine.Traveller
) -> None:
    word = visit_feedback.save_feedback(
        visit=visit, said=FamilyFeedback(1, SHOUTED, may_call=True), at=make.at("9:40")
    )
    tuesday.move_to(word.promise.due_at)
    pages = everywhere(as_(max_), visit, word)
    again = [path for path in pages if "again" in path]
    assert [path for path, text in pages.items() if SHOUTED not in text] == again


def test_only_staff_given_the_promise_by_the_manager_read_the_feedback(
    as_: Callable[[Staff], Client], visit: Visit, max_: Staff, noor: Staff, dana: Staff
) -> None:
    word = visit_feedback.save_feedback(
        visit=visit, said=FamilyFeedback(1, SHOUTED, may_call=True), at=make.at("9:40")
    )
    path = f"/promises/{word.promise_id}/"
    give = {"promise": word.promise, "at": make.at("9:41")}
    handovers.hand_over_promise(**give, to=dana, by=dana)
    assert SHOUTED not in as_(dana).get(path).content.decode()
    word.promise.refresh_from_db()
    handovers.hand_over_promise(**give, to=noor, by=max_)
    assert SHOUTED in as_(noor).get(path).content.decode()
    assert SHOUTED in as_(noor).get("/promises/handover/").content.decode()
    assert SHOUTED not in as_(dana).get(path).content.decode()


def test_a_replacement_promise_hides_the_feedback_text_too(
    as_: Callable[[Staff], Client], visit: Visit, max_: Staff, dana: Staff
) -> None:
    word = visit_feedback.save_feedback(
        visit=visit, said=FamilyFeedback(1, SHOUTED, may_call=True), at=make.at("9:40")
    )
    said = PromiseTerms(
        to_whom="Rosa", about=SHOUTED, way="phone", reach_at="555-010-0199", due_at=make.at("16:00")
    )
    made = promises.replace_promise(promise=word.promise, said=said, owner=dana, by=max_, at=make.at("9:45"))
    assert SHOUTED not in as_(dana).get(f"/promises/{made.pk}/").content.decode()
