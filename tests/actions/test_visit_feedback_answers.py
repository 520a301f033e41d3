"""Feedback reaches whoever runs the clinic, with or without a call, and never goes overdue unnoticed."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
import pytest_django
from django.core import mail
from django.db import connection

from checkin.actions import escalations, visit_feedback, visit_feedback_answers
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.models import (
    AfterWord,
    AfterWordAnswer,
    AfterWordTold,
    AuditEvent,
    Clinic,
    ImmutableRowError,
    Location,
    Role,
    Staff,
    Visit,
)
from checkin.queries import visit_feedback as visit_feedback_queries
from checkin.rules.visit_feedback import FamilyFeedback
from tests import make

LOW = FamilyFeedback(1, "The nurse shouted at my son")


@pytest.fixture
def mona(brook: Clinic, front: Location) -> Staff:
    """A second manager."""
    return make.staff(brook, "mona", Role.MANAGER, location=front)


@pytest.fixture
def visit(brook: Clinic, front: Location) -> Visit:
    make.patient(brook)
    return make.visit(front)


def say(visit: Visit, said: FamilyFeedback = LOW, clock: str = "10:30") -> AfterWord:
    return visit_feedback.save_feedback(visit=visit, said=said, at=make.at(clock))


def answer(
    word: AfterWord,
    by: Any,
    note: str = "spoke with the nurse, wrote to the aunt",
    clock: str = "11:00",
    **facts: Any,
) -> AfterWordAnswer:
    return visit_feedback_answers.answer_feedback(feedback=word, note=note, by=by, at=make.at(clock), **facts)


def listed(clinic: Clinic, clock: str = "10:40") -> list[Any]:
    return [
        (one.feedback.face, one.standing)
        for one in visit_feedback_queries.list_feedback(clinic, at=make.at(clock))
    ]


def told(clinic: Clinic) -> list[Any]:
    return [
        (one.step, one.to_role) for one in AfterWordTold.objects.filter(word__clinic=clinic).order_by("pk")
    ]


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        (FamilyFeedback(1, "The nurse shouted at my son"), "waiting"),
        (FamilyFeedback(1), "waiting"),
        (FamilyFeedback(2), "waiting"),
        (FamilyFeedback(2, "too long"), "waiting"),
        (FamilyFeedback(3, "we waited two hours"), "unread"),
        (FamilyFeedback(4, "who was the nurse?"), "unread"),
        (FamilyFeedback(5, "thank Noor"), "unread"),
        (FamilyFeedback(1, "too long", may_call=True), "unread"),
        (FamilyFeedback(5, may_call=True), "promised"),
    ],
)
def test_feedback_with_words_or_a_low_face_is_on_the_managers_list(
    visit: Visit, brook: Clinic, said: FamilyFeedback, standing: str
) -> None:
    say(visit, said)
    assert listed(brook) == [(said.face, standing)]


@pytest.mark.parametrize("face", [3, 4, 5])
def test_a_good_face_without_words_is_counted_and_not_listed(visit: Visit, brook: Clinic, face: int) -> None:
    say(visit, FamilyFeedback(face))
    assert listed(brook) == []
    counts = dict(visit_feedback_queries.count_feedback_faces(brook, at=make.at("10:40")))
    assert (
        sum(counts.values()) == 1
        and [count for _, count in visit_feedback_queries.count_feedback_faces(brook, at=make.at("10:40"))][
            5 - face
        ]
        == 1
    )


def test_waiting_feedback_is_sorted_first_unread_first_and_longest_first(
    brook: Clinic, front: Location, max_: Staff
) -> None:
    names = ("Ada Low", "Bo Low", "Cy Words", "Di Done")
    lows = [make.visit(front, name=name) for name in names]
    first, second = say(lows[0], clock="10:00"), say(lows[1], clock="10:10")
    words = say(lows[2], FamilyFeedback(4, "nice"), clock="10:05")
    done = say(lows[3], clock="9:50")
    answer(done, max_)
    visit_feedback_answers.mark_feedback_read(feedback=first, by=max_, at=make.at("10:20"))
    found = [one.feedback for one in visit_feedback_queries.list_feedback(brook, at=make.at("11:05"))]
    assert found == [second, first, words, done]


def test_read_praise_is_sorted_after_unread_praise(front: Location, brook: Clinic, max_: Staff) -> None:
    first = say(make.visit(front, name="Ada Low"), FamilyFeedback(5, "thanks"), "10:00")
    second = say(make.visit(front, name="Bo Low"), FamilyFeedback(4, "nice"), "10:10")
    visit_feedback_answers.mark_feedback_read(feedback=first, by=max_, at=make.at("10:20"))
    assert [one.feedback for one in visit_feedback_queries.list_feedback(brook, at=make.at("11:05"))] == [
        second,
        first,
    ]


def test_each_persons_reading_is_recorded_once_with_its_time(
    visit: Visit, brook: Clinic, max_: Staff, mona: Staff
) -> None:
    word = say(visit, FamilyFeedback(4, "who was the nurse?"))
    for person, clock in ((max_, "10:40"), (max_, "10:45"), (mona, "10:50")):
        visit_feedback_answers.mark_feedback_read(feedback=word, by=person, at=make.at(clock))
    (row,) = visit_feedback_queries.list_feedback(brook, at=make.at("11:00"))
    assert row.standing == "read"
    assert [(one.by, one.at) for one in row.readings] == [(max_, make.at("10:40")), (mona, make.at("10:50"))]
    assert AuditEvent.objects.filter(action="after_word.read").count() == 2


def test_a_low_face_that_was_read_still_waits_for_an_answer(visit: Visit, brook: Clinic, max_: Staff) -> None:
    visit_feedback_answers.mark_feedback_read(feedback=say(visit), by=max_, at=make.at("10:40"))
    assert listed(brook) == [(1, "waiting")]
    assert listed(brook, "17:00") == [(1, "overdue")]


def test_an_answer_records_what_was_done_and_its_author_and_owner(
    visit: Visit, brook: Clinic, max_: Staff, noor: Staff
) -> None:
    word = say(visit)
    made = answer(word, max_, owner=noor)
    assert (made.by, made.owner, made.note) == (max_, noor, "spoke with the nurse, wrote to the aunt")
    assert listed(brook, "18:00") == [(1, "answered")]
    line = AuditEvent.objects.get(action="after_word.answered")
    assert (line.staff, line.subject_id, line.detail) == (max_, word.pk, {"owner": noor.pk})


def test_the_same_answer_twice_counts_once_and_another_is_refused(
    visit: Visit, max_: Staff, mona: Staff
) -> None:
    word = say(visit)
    assert answer(word, max_) == answer(word, max_)
    for by, note in ((mona, "spoke with the nurse, wrote to the aunt"), (max_, "other words")):
        with pytest.raises(Refused, match=r"already answered this at 11:00 AM: spoke with the nurse"):
            answer(word, by, note)
    assert AfterWordAnswer.objects.count() == 1


def test_an_answer_needs_words_and_an_active_owner_of_this_clinic(
    visit: Visit, max_: Staff, sol: Staff
) -> None:
    word = say(visit)
    with pytest.raises(Refused, match="Please write in a few words"):
        answer(word, max_, "  ")
    gone = make.staff(visit.clinic, "gone", is_active=False)
    for owner in (sol, gone):
        with pytest.raises(Refused, match="somebody who works here"):
            answer(word, max_, owner=owner)
    assert not AfterWordAnswer.objects.exists()


@pytest.mark.parametrize("who", ["dana", "noor", "ada", "otto"])
def test_only_managers_may_read_and_answer(visit: Visit, who: str, request: pytest.FixtureRequest) -> None:
    person, word = request.getfixturevalue(who), say(visit)
    with pytest.raises(NotAllowed):
        answer(word, person)
    with pytest.raises(NotAllowed):
        visit_feedback_answers.mark_feedback_read(feedback=word, by=person, at=make.at("10:40"))


def test_an_answer_is_immutable(visit: Visit, max_: Staff) -> None:
    made = answer(say(visit), max_)
    with pytest.raises(ImmutableRowError):
        made.save()
    with pytest.raises(ImmutableRowError):
        AfterWordAnswer.objects.all().delete()


# Escalation


def escalate(clinic: Clinic, *clocks: Any, date: Any = make.TUESDAY) -> None:
    for clock in clocks:
        escalations.escalate_due_promises(clinic=clinic, at=make.at(clock, date))


def test_unanswered_feedback_is_escalated_to_the_manager_once_per_step(
    visit: Visit, brook: Clinic, max_: Staff, ada: Staff
) -> None:
    say(visit)
    escalate(brook, "10:31", "16:59")
    assert told(brook) == []
    escalate(brook, "17:00", "17:01", "17:15", "18:00")
    assert told(brook) == [(0, "manager"), (1, "manager")]


def test_praise_call_requests_and_answered_feedback_are_not_escalated(
    brook: Clinic, front: Location, max_: Staff
) -> None:
    for said in (FamilyFeedback(4, "nice"), FamilyFeedback(1, "x", may_call=True), FamilyFeedback(5)):
        say(make.visit(front, name=f"Leo {said.face}{said.line}"), said)
    answer(say(make.visit(front, name="Ada Low")), max_)
    escalate(brook, "18:00")
    assert told(brook) == []


def test_feedback_is_never_escalated_to_the_staff_it_may_be_about(
    visit: Visit, brook: Clinic, max_: Staff, ada: Staff
) -> None:
    steps = [{"after_minutes": 0, "to": "front_desk"}, {"after_minutes": 5, "to": "administrator"}]
    Clinic.objects.update(promise_settings={"steps": [*steps, {"after_minutes": 9, "to": "clinician"}]})
    brook.refresh_from_db()
    say(visit)
    escalate(brook, "17:30")
    assert {role for _, role in told(brook)} == {"manager"}


def test_without_a_manager_no_administrator_is_notified(
    visit: Visit,
    brook: Clinic,
    ada: Staff,
    max_: Staff,
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> None:
    """It waits for the next manager."""
    Staff.objects.update(email="office@brook.example")
    Staff.objects.filter(pk=max_.pk).update(is_active=False)
    say(visit)
    with django_capture_on_commit_callbacks(execute=True):
        escalate(brook, "17:30")
    assert {role for _, role in told(brook)} == {"manager"}
    assert (mail.outbox, listed(brook, "17:30")) == ([], [(1, "overdue")])


def test_mail_states_how_many_wait_and_nothing_of_the_words(
    brook: Clinic,
    front: Location,
    max_: Staff,
    dana: Staff,
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> None:
    Staff.objects.filter(role=Role.MANAGER).update(email="max@brook.example")
    Staff.objects.filter(role=Role.FRONT_DESK).update(email="dana@brook.example")
    Clinic.objects.update(site="https://checkin.brook.example")
    brook.refresh_from_db()
    for name in ("Leo Ruiz", "Mia Chen"):
        say(make.visit(front, name=name))
    with django_capture_on_commit_callbacks(execute=True):
        escalate(brook, "17:00")
    (letter,) = mail.outbox
    assert letter.to == ["max@brook.example"]
    assert (
        letter.body
        == "Feedback of 2 families is waiting for an answer: https://checkin.brook.example/promises/#feedback\n"
    )


def test_two_people_with_one_address_get_one_mail_that_counts_what_either_is_told(
    brook: Clinic,
    front: Location,
    mona: Staff,
    max_: Staff,
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> None:
    steps = [{"after_minutes": 0, "to": "manager"}, {"after_minutes": 60, "to": "administrator"}]
    Clinic.objects.update(promise_settings={"steps": steps})
    brook.refresh_from_db()
    Staff.objects.update(email="office@brook.example")
    say(make.visit(front, name="Leo Ruiz"))
    with django_capture_on_commit_callbacks(execute=True):
        escalate(brook, "17:00")
    say(make.visit(front, name="Mia Chen"), clock="10:31")
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        escalate(brook, "18:00")
    assert told(brook) == [(0, "manager"), (1, "manager"), (0, "manager"), (1, "manager")]
    (letter,) = mail.outbox
    assert letter.body.startswith("Feedback of 2 families is waiting")


def test_feedback_from_before_escalation_existed_is_escalated_too(
    front: Location, brook: Clinic, max_: Staff
) -> None:
    long_ago = make.TUESDAY - dt.timedelta(days=90)
    visit = make.visit(front, make.at("9:40", long_ago))
    visit_feedback.save_feedback(visit=visit, said=LOW, at=make.at("10:30", long_ago))
    escalate(brook, "9:00")
    assert (listed(brook), len(told(brook))) == ([(1, "overdue")], 2)


def test_another_clinics_feedback_is_not_escalated(visit: Visit, brook: Clinic, hill: Clinic) -> None:
    say(visit)
    escalate(hill, "18:00")
    assert (visit_feedback_queries.list_feedback(hill, at=make.at("18:00")), told(brook)) == ([], [])


def test_the_board_lists_feedback_of_its_own_desk(
    visit: Visit, brook: Clinic, front: Location, annexe: Location, max_: Staff
) -> None:
    word = say(visit)
    at = make.at("10:40")
    listed = visit_feedback_queries.list_feedback_for_board(brook, front.pk, at=at)
    assert [one.feedback for one in listed] == [word]
    assert visit_feedback_queries.list_feedback_for_board(brook, annexe.pk, at=at) == []
    answer(word, max_)
    assert visit_feedback_queries.list_feedback_for_board(brook, front.pk, at=at) == []


@pytest.mark.django_db(transaction=True)
def test_simultaneous_answers_make_one_answer(visit: Visit, max_: Staff, mona: Staff) -> None:
    word, start, made = say(visit), threading.Barrier(4), []

    def press(by: Any) -> None:
        try:
            start.wait()
            made.append(answer(word, by, f"by {by}"))
        except Refused:
            pass
        finally:
            connection.close()

    hands = [threading.Thread(target=press, args=(by,)) for by in (max_, mona, max_, mona)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert AfterWordAnswer.objects.count() == 1 and len({one.pk for one in made}) == 1
