"""An opened confidential visit offers nothing that would be refused once it was typed."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from checkin.actions import confidential_visits, excuse_notes, visit_feedback
from checkin.models import Clinic, Escort, Location, Patient, Staff, Visit
from checkin.rules import confidential_visits as confidential_visit_rules
from checkin.rules.visit_feedback import FamilyFeedback
from tests import make
from tests.promising import keep, promise

pytestmark = pytest.mark.usefixtures("tuesday")
SHARED = {"name": "Leo Ruiz", "escort_name": "Rosa Delgado", "relationship": "aunt"}
KEPT = {
    "access_needs": "zqxvkjneeds",
    "language": "es",
    "best_time": "zqxvkjtime",
    "email": "zqxvkj@example.org",
}


@pytest.fixture
def other(brook: Clinic, front: Location) -> Visit:
    make.patient(brook)
    return make.visit(front, make.at("9:00"), **SHARED)


@pytest.fixture
def visit(other: Visit, front: Location) -> Visit:
    return make.visit(front, make.at("9:10"), **SHARED)


@pytest.fixture
def browser(as_: Callable[[Staff], Client], max_: Staff, visit: Visit) -> Client:
    return as_(max_)


def open_marked(browser: Client, visit: Visit, by: Staff) -> None:
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=by, at=make.at("9:41"))
    browser.post(f"/visits/{visit.pk}/sealed/", {"reason": "visit"})


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_its_preferences_page_shows_what_they_said_and_no_form(
    browser: Client, front: Location, max_: Staff, brook: Clinic
) -> None:
    visit = make.visit(front, make.at("9:20"), **SHARED, best_time="zqxvkjtime")
    assert "Save for next time" in text(browser.get(f"/visits/{visit.pk}/preferences/"))
    open_marked(browser, visit, max_)
    page = text(browser.get(f"/visits/{visit.pk}/preferences/"))
    assert confidential_visit_rules.NOTHING_REMEMBERED_HERE in page and "zqxvkjtime" in page
    assert "Save for next time" not in page and 'name="access_needs"' not in page
    assert "Remember a preference" not in text(browser.get(f"/visits/{visit.pk}/"))


def test_what_is_sent_to_its_preferences_page_is_on_no_other_page(
    browser: Client, visit: Visit, other: Visit, max_: Staff
) -> None:
    open_marked(browser, visit, max_)
    answer = browser.post(f"/visits/{visit.pk}/preferences/", KEPT)
    assert answer.status_code == 409 and confidential_visit_rules.NOTHING_REMEMBERED in text(answer)
    assert Patient.objects.get().access_needs == "" and Escort.objects.get().email == ""
    for page in ("/", f"/patients/{visit.patient_id}/", f"/visits/{other.pk}/"):
        assert "zqxvkj" not in text(browser.get(page)), page


def test_what_was_kept_at_it_before_the_mark_is_on_no_other_page(
    browser: Client, visit: Visit, other: Visit, max_: Staff
) -> None:
    """The need that ended with it was still named at the other visit, among those no longer needed."""
    pages = "/", f"/patients/{visit.patient_id}/", f"/visits/{other.pk}/"
    kept = KEPT | {"language": "zqxvkjlanguage", "interpreter_needed": "on"}
    browser.post(f"/visits/{visit.pk}/preferences/", kept)
    assert all("zqxvkj" in text(browser.get(page)) for page in pages)
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=max_, at=make.at("9:41"))
    for page in pages:
        assert "zqxvkj" not in text(browser.get(page)), page
    assert "No longer needed: Access" not in text(browser.get(f"/visits/{other.pk}/"))
    confidential_visits.end_visit_confidential(visit=visit, by=max_, at=make.at("9:42"))
    assert all("zqxvkj" in text(browser.get(page)) for page in pages)


def test_preferences_are_not_forgotten_from_it(
    browser: Client, front: Location, other: Visit, max_: Staff
) -> None:
    make.visit(front, make.at("9:20"), **SHARED, best_time="zqxvkjtime", remember=True)
    visit = make.visit(front, make.at("9:25"), **SHARED)
    assert "Forget these" in text(browser.get(f"/visits/{visit.pk}/"))
    open_marked(browser, visit, max_)
    assert "Forget these" not in text(browser.get(f"/visits/{visit.pk}/"))
    answer = browser.post(f"/visits/{visit.pk}/preferences/forget/", follow=True)
    assert confidential_visit_rules.NOTHING_REMEMBERED in text(answer)
    assert Escort.objects.get().best_time == "zqxvkjtime"


def test_it_has_no_button_for_a_note_or_a_promise(browser: Client, visit: Visit, max_: Staff) -> None:
    assert "Issue note" in text(browser.get(f"/visits/{visit.pk}/"))
    open_marked(browser, visit, max_)
    page = text(browser.get(f"/visits/{visit.pk}/"))
    assert "Leo Ruiz" in page
    assert "Issue note" not in page and "Write the note" not in page
    assert "Promise something" not in page


def test_the_draft_of_its_note_says_why_before_anything_is_typed(
    browser: Client, visit: Visit, max_: Staff
) -> None:
    address = f"/visits/{visit.pk}/notes/school/"
    assert 'name="excused_from"' in text(browser.get(address))
    open_marked(browser, visit, max_)
    page = text(browser.get(address, follow=True))
    assert confidential_visit_rules.NO_NOTE_HERE in page and 'name="excused_from"' not in page


def test_a_note_issued_before_the_mark_is_not_reissued(browser: Client, visit: Visit, max_: Staff) -> None:
    made = excuse_notes.issue_note(visit=visit, kind="school", by=max_, at=make.at("9:40")).note
    assert "Change and reissue" in text(browser.get(f"/notes/{made.number}/"))
    open_marked(browser, visit, max_)
    page = text(browser.get(f"/notes/{made.number}/"))
    assert "Void note" in page and "Change and reissue" not in page
    page = text(browser.get(f"/notes/{made.number}/reissue", follow=True))
    assert confidential_visit_rules.NO_NOTE_HERE in page and "Reissue note" not in page


def test_a_promise_from_it_says_why_before_anything_is_typed(
    browser: Client, visit: Visit, front: Location, max_: Staff
) -> None:
    open_one = promise(front, visit=visit, by=max_)
    ended = keep(promise(front, visit=visit, by=max_), max_)
    given = visit_feedback.save_feedback(visit=visit, said=FamilyFeedback(1, "slow"), at=make.at("9:40"))
    forms = [f"visit={visit.pk}", f"replaces={open_one.pk}", f"again={ended.pk}"]
    offers = {
        f"/promises/{open_one.pk}/": "?replaces=",
        f"/promises/{ended.pk}/": "?again=",
        f"/promises/feedback/{given.pk}/": "Promise something",
        "/promises/": "?replaces=",
    }
    assert all(words in text(browser.get(page)) for page, words in offers.items())
    open_marked(browser, visit, max_)
    for one in forms:
        page = text(browser.get(f"/promises/new/?{one}", follow=True))
        assert confidential_visit_rules.NO_PROMISE_HERE in page and 'name="to_whom"' not in page, one
    assert not [page for page, words in offers.items() if words in text(browser.get(page))]
