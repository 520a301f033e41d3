"""Feedback from families on the promises page and the manager's board, to be read and answered there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkin.actions import handovers, promises, visit_feedback
from checkin.models import (
    AfterWord,
    AfterWordAnswer,
    AfterWordReading,
    Clinic,
    Location,
    Promise,
    Staff,
    Visit,
)
from checkin.rules.visit_feedback import FamilyFeedback
from tests import make
from tests.promising import said
from tests.trail_queries import LINE, LINE_OF_SEVERAL, split_queries

pytestmark = pytest.mark.usefixtures("tuesday")
SHOUTED = "The nurse <shouted> at my son"
ESCAPED = "The nurse &lt;shouted&gt; at my son"


@pytest.fixture
def word(brook: Clinic, front: Location) -> AfterWord:
    make.patient(brook)
    return visit_feedback.save_feedback(
        visit=make.visit(front), said=FamilyFeedback(1, SHOUTED), at=make.at("9:40")
    )


@pytest.fixture
def manager(as_: Callable[[Staff], Client], max_: Staff) -> Client:
    return as_(max_)


@pytest.fixture
def second_manager(as_: Callable[[Staff], Client], brook: Clinic, front: Location) -> Client:
    return as_(make.staff(brook, "mia", "manager", location=front))


def text(answer: Any) -> str:
    return answer.content.decode()


def post(browser: Client, word: AfterWord, act: str = "answer", **said: Any) -> Any:
    return browser.post(f"/promises/feedback/{word.pk}/{act}/", said)


def test_the_manager_sees_a_low_face_on_promises_page_and_board(manager: Client, word: AfterWord) -> None:
    page = text(manager.get("/promises/"))
    assert "Feedback from families" in page and "1 to answer, " not in page and "1 to answer" in page
    assert ESCAPED in page and "Rosa Delgado" in page and f'href="/visits/{word.visit_id}/"' in page
    assert "Read by nobody yet" in page
    for address in ("/", f"/board/owed/?location={word.visit.location_id}"):
        assert ESCAPED in text(manager.get(address)), address


@pytest.mark.parametrize("who", ["dana", "noor", "ada", "otto"])
def test_only_managers_see_the_feedback(
    as_: Callable[[Staff], Client], who: str, word: AfterWord, request: pytest.FixtureRequest
) -> None:
    browser = as_(request.getfixturevalue(who))
    for address in ("/promises/", "/", f"/board/owed/?location={word.visit.location_id}"):
        page = text(browser.get(address))
        assert ESCAPED not in page and "Feedback from families" not in page, address


def test_marking_it_read_shows_who_and_when_and_leaves_it_to_answer(manager: Client, word: AfterWord) -> None:
    assert post(manager, word, "read").url == "/promises/#feedback"
    page = text(manager.get("/promises/"))
    assert "Read by Max, Mar 10, 9:40 AM" in page and "1 to answer" in page and "I have read it" not in page


def test_a_comment_with_a_good_face_is_unread_until_read(manager: Client, front: Location) -> None:
    word = visit_feedback.save_feedback(
        visit=make.visit(front), said=FamilyFeedback(5, "thank Noor"), at=make.at("9:40")
    )
    assert "1 unread" in text(manager.get("/promises/"))
    post(manager, word, "read")
    page = text(manager.get("/promises/"))
    assert "1 unread" not in page and "thank Noor" in page
    assert "thank Noor" not in text(manager.get("/"))


def test_the_board_shows_five_comments_and_links_to_the_rest(
    manager: Client, front: Location, word: AfterWord
) -> None:
    names = [f"Leo {letters}" for letters in ("Aa", "Bb", "Cc", "Dd", "Ee")]
    for name in names:
        visit_feedback.save_feedback(visit=make.visit(front, name=name), said=LOW, at=make.at("9:40"))
    page = text(manager.get("/"))
    assert page.count("On leaving: ") == 5 and "More feedback from families is waiting for an answer" in page
    post(manager, word, note="spoke with the nurse")
    page = text(manager.get("/"))
    assert page.count("On leaving: ") == 5 and "More feedback from families" not in page


def test_answering_saves_a_note_and_removes_it_from_the_board(
    manager: Client, word: AfterWord, noor: Staff, max_: Staff
) -> None:
    page = text(manager.get(f"/promises/feedback/{word.pk}/"))
    assert ESCAPED in page and f'<option value="{max_.pk}" selected>' in page
    answer = post(manager, word, note="spoke with the nurse", owner=noor.pk)
    assert answer.url == "/promises/#feedback"
    made = AfterWordAnswer.objects.get()
    assert (made.by, made.owner, made.note) == (max_, noor, "spoke with the nurse")
    page = text(manager.get("/promises/"))
    assert "spoke with the nurse" in page and "Noor looks after it" in page and "to answer" not in page
    assert ESCAPED not in text(manager.get("/"))
    assert "Max answered it, Mar 10, 9:40 AM." in text(manager.get(f"/visits/{word.visit_id}/"))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"note": " "}, "Please write in a few words"),
        ({"note": "done", "owner": "999999"}, "somebody who works here"),
        ({"note": "done", "owner": "x"}, "somebody who works here"),
    ],
)
def test_an_incomplete_answer_is_explained_and_keeps_the_note(
    manager: Client, word: AfterWord, said: dict[str, str], sentence: str
) -> None:
    answer = post(manager, word, **said)
    assert answer.status_code == 409
    assert sentence in text(answer) and f'value="{said["note"].strip()}"' in text(answer)
    assert not AfterWordAnswer.objects.exists()


def test_a_second_answer_says_who_answered_and_keeps_the_input(
    manager: Client, second_manager: Client, word: AfterWord
) -> None:
    post(second_manager, word, note="spoke with the nurse")
    answer = post(manager, word, note="wrote to the aunt")
    assert answer.status_code == 409
    assert "Mia already answered this at 9:40 AM: spoke with the nurse" in text(answer)
    assert "wrote to the aunt" in text(answer)


def test_the_feedback_page_links_to_a_new_promise(manager: Client, word: AfterWord) -> None:
    page = text(manager.get(f"/promises/feedback/{word.pk}/"))
    assert f'href="/promises/new/?visit={word.visit_id}"' in page


def test_feedback_with_a_call_request_is_listed_with_its_promise(manager: Client, front: Location) -> None:
    word = visit_feedback.save_feedback(
        visit=make.visit(front),
        said=FamilyFeedback(2, "we waited", may_call=True, phone="555-010-0199"),
        at=make.at(),
    )
    page = text(manager.get("/promises/"))
    assert "Manager calls: open" in page and f'href="/promises/{word.promise_id}/"' in page
    assert "What was done with it" not in text(manager.get(f"/promises/feedback/{word.pk}/"))


def test_feedback_with_a_call_request_is_unread_until_read(manager: Client, front: Location) -> None:
    """They counted 0 and were not on the board, so a call request was less visible than none."""
    said = FamilyFeedback(1, SHOUTED, may_call=True, phone="555-010-0199")
    word = visit_feedback.save_feedback(visit=make.visit(front), said=said, at=make.at())
    page = text(manager.get("/promises/"))
    assert "1 unread" in page and '<span class="count">1</span>' in page and "a call is promised" in page
    assert ESCAPED in text(manager.get("/")) and "On leaving: " in text(manager.get("/"))
    post(manager, word, "read")
    page = text(manager.get("/promises/"))
    assert "unread" not in page and "I have read it" not in page and "Open the promise" in page
    assert ESCAPED not in text(manager.get("/"))


@pytest.mark.parametrize(
    ("said", "unread", "on_board"),
    [
        (FamilyFeedback(1, "", may_call=True, phone="555-010-0199"), False, False),
        (FamilyFeedback(4, "thank Noor", may_call=True, phone="555-010-0199"), True, False),
        (FamilyFeedback(2, "we waited", may_call=True, phone="555-010-0199"), True, True),
    ],
)
def test_feedback_with_a_call_request_is_unread_only_with_a_comment(
    manager: Client, front: Location, said: FamilyFeedback, unread: bool, on_board: bool
) -> None:
    visit_feedback.save_feedback(visit=make.visit(front), said=said, at=make.at())
    assert ("1 unread" in text(manager.get("/promises/"))) is unread
    assert ("On leaving: " in text(manager.get("/"))) is on_board


def test_feedback_read_by_two_people_is_on_the_board_once(
    manager: Client, second_manager: Client, word: AfterWord
) -> None:
    post(manager, word, "read")
    post(second_manager, word, "read")
    assert AfterWordReading.objects.count() == 2
    assert text(manager.get("/")).count("On leaving: ") == 1


def test_feedback_about_a_deceased_child_says_do_not_phone(manager: Client, word: AfterWord) -> None:
    patient = word.visit.patient
    patient.is_deceased = True
    patient.save()
    for address in ("/promises/", f"/promises/feedback/{word.pk}/"):
        assert "The child has died: do not phone" in text(manager.get(address))


@pytest.mark.parametrize("act", ["read", "answer"])
def test_feedback_actions_refuse_get(manager: Client, word: AfterWord, act: str) -> None:
    assert manager.get(f"/promises/feedback/{word.pk}/{act}/").status_code == 405


@pytest.mark.parametrize("who", ["dana", "noor", "ada", "otto"])
def test_other_roles_are_403(
    as_: Callable[[Staff], Client], who: str, word: AfterWord, request: pytest.FixtureRequest
) -> None:
    browser = as_(request.getfixturevalue(who))
    for answer in (
        browser.get(f"/promises/feedback/{word.pk}/"),
        post(browser, word, "read"),
        post(browser, word, note="x"),
    ):
        assert answer.status_code == 403
    assert not AfterWordAnswer.objects.exists() and not AfterWordReading.objects.exists()


def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, word: AfterWord) -> None:
    assert post(client, word, note="x").url.startswith("/account/login/")


def test_feedback_of_another_clinic_is_404(
    as_: Callable[[Staff], Client], hill: Clinic, word: AfterWord
) -> None:
    theirs = as_(make.staff(hill, "mo", "manager", location=make.location(hill, "Desk")))
    assert theirs.get(f"/promises/feedback/{word.pk}/").status_code == 404
    assert post(theirs, word, note="x").status_code == 404
    assert ESCAPED not in text(theirs.get("/promises/"))


def test_many_comments_cost_no_more_queries(
    manager: Client,
    brook: Clinic,
    front: Location,
    word: AfterWord,
) -> None:
    for nth in range(8):
        visit_feedback.save_feedback(
            visit=make.visit(front, name=f"Leo {'abcdefgh'[nth]}"), said=LOW, at=make.at("9:40")
        )
    manager.get("/promises/")
    with CaptureQueriesContext(connection) as found:
        manager.get("/promises/")
    assert split_queries(found.captured_queries) == (13, LINE)


def owned_words(front: Location, max_: Staff, dana: Staff, count: int, *, times: int = 1) -> list[Promise]:
    """Return calls promised from feedback, handed to Dana by the manager and moved to her that many times."""
    leo, found = make.patient(front.clinic, "Leo Many"), []
    for _ in range(count):
        visit = make.visit(front, name="Leo Many")
        Visit.objects.filter(pk=visit.pk).update(patient=leo)
        visit_feedback.save_feedback(visit=visit, said=CALL, at=make.at("9:40"))
        made = visit.promises.get()
        for nth in range(times):
            again = {
                "said": said(about=made.about),
                "owner": max_,
                "by": max_,
                "at": make.at(f"9:{41 + nth}"),
            }
            made = promises.replace_promise(promise=made, confirmed=True, **again)
        found.append(handovers.hand_over_promise(promise=made, to=dana, by=max_, at=make.at("9:50")))
    return found


@pytest.mark.parametrize("times", [0, 1, 3])
def test_nine_owned_comments_cost_no_more_queries_than_one(
    as_: Callable[[Staff], Client], max_: Staff, dana: Staff, brook: Clinic, front: Location, times: int
) -> None:
    """Each promise from feedback that was given to the reader cost a query for the permission to read it."""
    dana_reads, asked = as_(dana), []
    for count in (1, 8):
        made = owned_words(front, max_, dana, count, times=times)
        visit = made[0].visit
        pages = (
            "/promises/",
            "/promises/handover/",
            "/",
            f"/patients/{visit.patient_id}/",
            f"/visits/{visit.pk}/",
        )
        asked.append([])
        for page in pages:
            dana_reads.get(page)
            with CaptureQueriesContext(connection) as found:
                assert (WORDS in text(dana_reads.get(page))) or page in (
                    "/",
                    f"/patients/{visit.patient_id}/",
                )
            asked[-1].append(split_queries(found.captured_queries))
    few, many = asked
    assert all(later[0] <= first[0] for first, later in zip(few, many, strict=True)), asked
    assert [(first[1], later[1]) for first, later in zip(few, many, strict=True)] == [
        (LINE, LINE_OF_SEVERAL), (LINE, LINE_OF_SEVERAL), (0, 0), (LINE, LINE), (LINE, LINE),
    ]  # fmt: skip


def test_only_staff_handed_it_by_the_manager_read_the_comment(
    max_: Staff, dana: Staff, noor: Staff, front: Location
) -> None:
    (made,) = owned_words(front, max_, dana, 1)
    read = Promise.objects.with_origin().get
    assert read(pk=made.pk).may_read_words(dana) and made.may_read_words(dana)
    handovers.hand_over_promise(promise=made, to=noor, by=dana, at=make.at("9:55"))
    made.refresh_from_db()
    for person in (dana, noor):
        assert not read(pk=made.pk).may_read_words(person) and not made.may_read_words(person)
    assert read(pk=made.pk).may_read_words(max_)


CALL, WORDS = FamilyFeedback(2, "the long wait", may_call=True, phone="555-010-0199"), "the long wait"
LOW = FamilyFeedback(2, "too long")
