"""Confidential visits at the desk: marked at the sign-in; what was promised or said stays off the lists."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from checkin.actions import confidential_visits, match_decisions, visit_feedback
from checkin.models import AfterWord, Clinic, ConfidentialMark, Location, Promise, Staff, Visit
from checkin.rules.page_versions import child_fingerprint
from checkin.rules.visit_feedback import FamilyFeedback
from tests import make
from tests.differing import put_leo_on_record, sign_in_otherwise, the
from tests.leaks import without_tokens
from tests.promising import keep, promise, said

pytestmark = pytest.mark.usefixtures("tuesday")
LISTS = ("/", "/promises/", "/promises/?show=ended", "/handover/", "/promises/?show=overdue")
TYPED = {"child_given_name": "Leo", "child_family_name": "Ruiz", "child_birth_date": "03/14/2018"}


@pytest.fixture
def visit(brook: Clinic, front: Location) -> Visit:
    make.patient(brook)
    return make.visit(front)


@pytest.fixture
def owed(visit: Visit, front: Location, dana: Staff) -> Promise:
    """Return an overdue promise of a visit that was marked afterwards."""
    made = promise_of(visit, front, dana)
    mark(visit, dana)
    return made


def promise_of(visit: Visit, front: Location, dana: Staff) -> Promise:
    words = said(
        best_from=None,
        to_whom="Zqxvkjwho",
        about="zqxvkjabout",
        reach_at="555-019-8877",
        best_words="zqxvkjbest",
        due_at=make.at("9:30"),
    )
    return promise(front, said=words, owner=dana, visit=visit, by=dana)


def mark(visit: Visit, by: Staff) -> None:
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=by, at=make.at("9:41"))


def text(answer: Any) -> str:
    return answer.content.decode()


def open_visit(browser: Client, visit: Visit) -> None:
    assert browser.post(f"/visits/{visit.pk}/sealed/", {"reason": "visit"}).status_code == 302


def test_the_page_that_asks_for_the_reason_does_not_say_whose_visit_it_is(
    desk_client: Client, visit: Visit, dana: Staff
) -> None:
    """It named the child, whom the board and the closed page keep back."""
    assert "Ruiz" in text(desk_client.get(f"/visits/{visit.pk}/sealed/"))
    mark(visit, dana)
    for answer in (
        desk_client.get(f"/visits/{visit.pk}/sealed/"),
        desk_client.post(f"/visits/{visit.pk}/sealed/", {"reason": ""}),
    ):
        assert "Leo" not in without_tokens(text(answer)) and "Ruiz" not in text(answer)


def mark_on(page: str) -> str:
    """Return what the page's forms say that it was drawn for."""
    return page.split('name="drawn_for" value="')[1].split('"', maxsplit=1)[0]


def test_no_page_of_a_closed_visit_has_the_number_or_a_fingerprint_of_the_child(
    desk_client: Client, visit: Visit, dana: Staff
) -> None:
    assert visit.patient is not None
    own = f"p{visit.patient_id}.", child_fingerprint(visit.patient.name, visit.patient.birth_date)
    pages = "/", "/board/rows/", f"/visits/{visit.pk}/", f"/visits/{visit.pk}/sealed/"
    before = "".join(text(desk_client.get(page)) for page in pages)
    assert all(one in before for one in own)
    mark(visit, dana)
    found = {page: [one for one in own if one in text(desk_client.get(page))] for page in pages}
    assert not any(found.values()), found


def test_a_step_on_the_closed_page_is_taken_while_the_child_is_the_same(
    desk_client: Client, front: Location, dana: Staff, brook: Clinic
) -> None:
    make.patient(brook)
    visit = make.visit(front, reason="")
    mark(visit, dana)
    sent = {"to": "roomed", "drawn_for": mark_on(text(desk_client.get(f"/visits/{visit.pk}/")))}
    desk_client.post(f"/visits/{visit.pk}/move/", sent)
    visit.refresh_from_db()
    assert visit.state == "roomed"
    sent = {"to": "ready", "drawn_for": mark_on(text(desk_client.get(f"/visits/{visit.pk}/")))}
    Visit.objects.filter(pk=visit.pk).update(patient=make.patient(brook, "Mia Chen", "2016-05-05"))
    page = text(desk_client.post(f"/visits/{visit.pk}/move/", sent, follow=True))
    assert (
        "Nothing was written" in page
        and "Leo" not in without_tokens(page)
        and "Mia" not in without_tokens(page)
    )
    visit.refresh_from_db()
    assert visit.state == "roomed"


def test_the_reason_sent_from_its_own_page_opens_the_visit(
    desk_client: Client, visit: Visit, dana: Staff
) -> None:
    mark(visit, dana)
    address = f"/visits/{visit.pk}/sealed/"
    sent = {"reason": "visit", "drawn_for": mark_on(text(desk_client.get(address)))}
    assert "Leo Ruiz" in text(desk_client.post(address, sent, follow=True))


def test_the_reason_for_one_visit_opens_no_other(
    desk_client: Client, visit: Visit, front: Location, dana: Staff
) -> None:
    other = make.visit(front, name="Mia Stone", born="2017-05-02")
    for one in (visit, other):
        mark(one, dana)
    open_visit(desk_client, visit)
    assert "Ruiz" in text(desk_client.get(f"/visits/{visit.pk}/"))
    assert "Stone" not in text(desk_client.get(f"/visits/{other.pk}/"))


def test_an_opened_visit_says_for_how_long_and_offers_no_note_and_no_promise(
    desk_client: Client, visit: Visit, dana: Staff
) -> None:
    """It had buttons for both, which were refused."""
    offers = ("Issue note", "Promise something")
    page = text(desk_client.get(f"/visits/{visit.pk}/"))
    assert all(one in page for one in offers) and "Opened for" not in page
    mark(visit, dana)
    open_visit(desk_client, visit)
    page = text(desk_client.get(f"/visits/{visit.pk}/"))
    assert "Opened for 20 seconds." in page and "Ruiz" in page
    assert not [one for one in offers if one in page]


def sign_in(browser: Client, **fields: str) -> Any:
    return browser.post("/sign-in/", {"key": str(uuid.uuid4()), **TYPED, **fields}, follow=True)


@pytest.mark.parametrize(("alone", "kind"), [({"is_patient": "on"}, "alone"), ({}, "other")])
def test_a_visit_is_marked_at_the_sign_in(
    desk_client: Client, front: Location, dana: Staff, alone: dict[str, str], kind: str
) -> None:
    page = text(sign_in(desk_client, confidential="on", reason="zqxvkjreason", **alone))
    made = ConfidentialMark.objects.standing().get()
    assert (made.kind, made.by, made.visit.confidential) == (kind, dana, True)
    assert "zqxvkjreason" not in page and "Ruiz" not in page and made.visit.token in page


def test_a_sign_in_without_the_tick_is_not_marked(desk_client: Client, front: Location) -> None:
    sign_in(desk_client)
    assert not ConfidentialMark.objects.exists()


def test_the_form_sent_again_does_not_mark_again(desk_client: Client, front: Location, dana: Staff) -> None:
    key = str(uuid.uuid4())
    sign_in(desk_client, key=key, confidential="on")
    made = Visit.objects.get()
    confidential_visits.end_visit_confidential(visit=made, by=dana, at=make.at("9:41"))
    sign_in(desk_client, key=key, confidential="on")
    made.refresh_from_db()
    assert not made.confidential


def test_a_sign_in_that_cannot_be_marked_is_not_on_the_board(
    desk_client: Client, front: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sign-in was kept before the mark: in between, or if storage failed, every board showed it."""
    key = str(uuid.uuid4())
    with monkeypatch.context() as broken:
        broken.setattr(ConfidentialMark.objects, "create", storage_fails)
        assert sign_in(desk_client, key=key, confidential="on").status_code == 503
    assert not Visit.objects.exists()
    sign_in(desk_client, key=key, confidential="on")
    assert Visit.objects.get().confidential


def storage_fails(**_: object) -> None:
    raise OperationalError("database is locked")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_an_old_page_of_a_closed_visit_does_not_say_what_changed(
    desk_client: Client, visit: Visit, dana: Staff, headers: dict[str, str]
) -> None:
    """It named the child, before the wall was asked."""
    mark(visit, dana)
    sent = {"to": "roomed", "drawn_for": f"v{visit.pk}.sarrived."}  # before somebody said which child it is
    page = text(desk_client.post(f"/visits/{visit.pk}/move/", sent, headers=headers, follow=True))
    assert "has changed since this page was opened. Nothing was written." in page
    assert "Leo" not in without_tokens(page) and "Ruiz" not in page
    visit.refresh_from_db()
    assert visit.state == "arrived"


@pytest.mark.parametrize("act", ["decide", "undo"])
def test_an_old_page_of_a_difference_at_a_closed_visit_does_not_say_what_changed(
    desk_client: Client, brook: Clinic, front: Location, dana: Staff, act: str
) -> None:
    """The same press sent again is answered as the first one, and looked at a visit that is closed."""
    put_leo_on_record(brook)
    visit = sign_in_otherwise(front)
    found = the(visit)
    mark(visit, dana)
    sent = {"kind": "use_new", "drawn_for": f"v{visit.pk}.sarrived."}
    answer = desk_client.post(f"/discrepancies/{found.pk}/{act}/", sent, follow=True)
    assert "has changed since this page was opened. Nothing was written." in text(answer)
    assert "Leo" not in without_tokens(text(answer)) and "Ruiz" not in text(answer)


def test_lists_say_of_a_promise_only_until_when_and_whose(
    as_: Callable[[Staff], Client], dana: Staff, owed: Promise
) -> None:
    browser = as_(dana)
    for address in LISTS:
        page = text(browser.get(address))
        assert "zqxvkj" not in page.lower() and "019-8877" not in page, address
    assert "Confidential" in text(browser.get("/promises/")) and f"/promises/{owed.pk}/" in text(
        browser.get("/")
    )


def test_an_ended_promise_says_no_outcome(as_: Callable[[Staff], Client], dana: Staff, owed: Promise) -> None:
    keep(owed, dana, outcome="zqxvkjoutcome")
    page = text(as_(dana).get("/promises/?show=ended"))
    assert "zqxvkj" not in page.lower() and "Confidential" in page


def test_a_promise_opens_with_its_visit_and_is_kept_there(
    as_: Callable[[Staff], Client], dana: Staff, owed: Promise, visit: Visit
) -> None:
    browser = as_(dana)
    assert browser.get(f"/promises/{owed.pk}/").url == f"/visits/{visit.pk}/"
    open_visit(browser, visit)
    assert "zqxvkjabout" in text(browser.get(f"/promises/{owed.pk}/"))
    assert "Zqxvkjwho" in text(browser.get(f"/visits/{visit.pk}/"))
    told = text(browser.post(f"/promises/{owed.pk}/keep/", {"outcome": "zqxvkjoutcome"}, follow=True))
    assert "What came of it is on the visit&#x27;s page" in told and "zqxvkj" not in told.lower()
    assert "Kept: the promise to Confidential" in text(browser.get(f"/visits/{visit.pk}/"))


def test_another_visit_of_the_child_shows_no_word_of_the_promise(
    as_: Callable[[Staff], Client], dana: Staff, front: Location, owed: Promise
) -> None:
    later = make.visit(front, make.at("10:00"))
    assert "zqxvkj" not in text(as_(dana).get(f"/visits/{later.pk}/")).lower()


def test_a_manager_sees_that_feedback_waits_and_opens_it_with_the_visit(
    as_: Callable[[Staff], Client], max_: Staff, visit: Visit
) -> None:
    given = visit_feedback.save_feedback(
        visit=visit, said=FamilyFeedback(1, "zqxvkjline"), at=make.at("9:40")
    )
    mark(visit, max_)
    browser, address = as_(max_), f"/promises/feedback/{given.pk}/"
    for page in (text(browser.get("/promises/")), text(browser.get("/"))):
        assert address in page and "Confidential" in page
        assert "zqxvkj" not in page and "Rosa Delgado" not in page
    assert browser.get(address).url == f"/visits/{visit.pk}/"
    open_visit(browser, visit)
    assert "zqxvkjline" in text(browser.get(address))
    browser.post(f"{address}answer/", {"note": "zqxvkjnote"})
    assert "zqxvkj" not in text(browser.get("/promises/"))
    assert AfterWord.objects.get().answer.note == "zqxvkjnote"


def test_the_page_of_a_child_with_only_a_confidential_visit_does_not_say_they_were_never_here(
    desk_client: Client, visit: Visit, dana: Staff
) -> None:
    """“Nobody has brought them yet” stood beside a list that showed the visit."""
    mark(visit, dana)
    page = text(desk_client.get(f"/patients/{visit.patient_id}/"))
    assert "Nobody has brought them yet" not in page and "Their first visit will appear" not in page
    assert "Who came to a confidential visit is not shown here." in page
    assert "A confidential visit is not part of this list." in page
    other = make.patient(visit.clinic, "Mia Chen", "2017-05-05")
    page = text(desk_client.get(f"/patients/{other.pk}/"))
    assert "Nobody has brought them yet" in page and "Their first visit will appear" in page


def test_only_its_own_opened_page_says_which_child_was_linked(
    as_: Callable[[Staff], Client], front: Location, dana: Staff, noor: Staff, brook: Clinic
) -> None:
    """Any page with the decision's number in its address named the child, also to who had opened nothing."""
    visit = make.visit(front, name="Zora Quill", born="2011-01-01")
    mark(visit, dana)
    olaf = make.patient(brook, "Olaf Berg", "2009-09-09")
    made = match_decisions.link_visit_to_patient(visit=visit, patient=olaf, by=dana, at=make.at("9:50"))
    other = make.visit(front, make.at("9:50"), name="Mia Chen")
    pages = "/match/", f"/match/{other.pk}/", f"/visits/{other.pk}/", f"/visits/{visit.pk}/"
    browser = as_(noor)
    for page in pages:
        shown = without_tokens(text(browser.get(f"{page}?done={made.pk}")))
        assert "Olaf" not in shown and "Berg" not in shown, page
    mark(other, dana)
    open_visit(browser, other)
    assert "Olaf" not in text(browser.get(f"/visits/{other.pk}/?done={made.pk}")), "another opened one"
    open_visit(browser, visit)
    assert "Olaf" in text(browser.get(f"/visits/{visit.pk}/?done={made.pk}"))


def test_what_came_of_a_difference_at_it_is_told_on_no_list(
    as_: Callable[[Staff], Client], front: Location, dana: Staff, noor: Staff, brook: Clinic
) -> None:
    make.patient(brook, "Mia Chen", "2016-05-05", address="1 Oak Street")
    visit = make.visit(front, name="Mia Chen", born="2016-05-05", address="2 Elm Street")
    row = visit.discrepancies.get(field="address")
    made = make.decision(discrepancy=row, kind="keep_old", by=dana, at=make.at("9:50"))
    address = f"/discrepancies/?done={made.pk}"
    assert visit.token in text(as_(noor).get(address))
    mark(visit, dana)
    assert visit.token not in text(as_(noor).get(address))


def test_linking_from_the_match_desk_leads_to_its_own_page(
    as_: Callable[[Staff], Client], front: Location, dana: Staff, brook: Clinic
) -> None:
    visit = make.visit(front, name="Zora Quill", born="2011-01-01")
    mark(visit, dana)
    olaf = make.patient(brook, "Olaf Berg", "2009-09-09")
    browser = as_(dana)
    open_visit(browser, visit)
    answer = browser.post(f"/match/{visit.pk}/link/", {"patient": olaf.pk, "seen": 0})
    assert answer.url.startswith(f"/visits/{visit.pk}/?done=")
    assert "Olaf" in text(browser.get(answer.url))


def test_who_may_not_leave_yet_is_told_without_a_word_of_the_visit(
    as_: Callable[[Staff], Client], front: Location, dana: Staff, noor: Staff
) -> None:
    visit = make.visit(front, access_needs="zqxvkjneeds", reason="")
    mark(visit, dana)
    for headers in ({}, {"HX-Request": "true"}):
        desk = as_(noor)
        answer = desk.post(f"/visits/{visit.pk}/move/", {"to": "left"}, headers=headers, follow=True)
        if headers:
            assert text(answer) == ""
            answer = desk.get(answer.headers["HX-Redirect"], follow=True)
        assert "Something is still open" in text(answer) and "zqxvkj" not in text(answer)
    visit.refresh_from_db()
    assert visit.state == "arrived"
