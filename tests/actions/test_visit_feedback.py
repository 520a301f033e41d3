"""Saving what a family says on leaving, and the promise of a call that it may make."""

from __future__ import annotations

import datetime as dt
import re
import threading
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.core import signing
from django.db import IntegrityError, connection, transaction

from checkin.actions import devices, promise_attempts, visit_feedback, visits
from checkin.models import (
    AfterWord,
    AuditEvent,
    Clinic,
    Escort,
    ImmutableRowError,
    Location,
    Promise,
    Staff,
    Visit,
)
from checkin.rules.visit_feedback import FamilyFeedback
from tests import make

if TYPE_CHECKING:
    from tests.conftest import Kiosk


LOW = FamilyFeedback(1, "nobody told us why we waited", may_call=True)


@pytest.fixture
def visit(brook: Clinic, front: Location) -> Visit:
    make.patient(brook)
    return make.visit(front)


def say(visit: Visit, said: FamilyFeedback = LOW, clock: str = "10:30", **extra: Any) -> AfterWord:
    return visit_feedback.save_feedback(visit=visit, said=said, at=make.at(clock), **extra)


def reached(code: str, at: dt.datetime) -> Visit | None:
    return visit_feedback.find_feedback_visit(invitation=visit_feedback.read_feedback_code(code), at=at)


def test_a_low_face_that_allows_a_call_makes_a_promise_for_the_manager(visit: Visit, max_: Staff) -> None:
    word = say(visit)
    made = word.promise
    assert (made.owner_role, made.owner, made.promised_by) == ("manager", None, None)
    assert (made.to_whom, made.about) == ("Rosa Delgado", "nobody told us why we waited")
    assert (made.visit, made.patient, made.location) == (visit, visit.patient, visit.location)
    assert made.due_at == make.at("17:00")
    assert made.made_at == word.at == make.at("10:30")
    assert list(Promise.objects.mine(max_)) == [made]


def test_feedback_late_in_the_day_is_due_the_next_morning(visit: Visit) -> None:
    assert say(visit, clock="16:20").promise.due_at == make.at("10:00", dt.date(2026, 3, 11))


def test_feedback_late_on_friday_is_due_on_the_next_open_day(front: Location, brook: Clinic) -> None:
    friday = dt.date(2026, 3, 13)
    asked = make.at("16:30", friday)
    word = visit_feedback.save_feedback(visit=make.visit(front, make.at("9:40", friday)), said=LOW, at=asked)
    assert word.promise.due_at == make.at("10:00", dt.date(2026, 3, 16))
    brook.promise_settings = {"open_days": [0, 1, 2, 3, 4, 5]}
    brook.save()
    word = visit_feedback.save_feedback(visit=make.visit(front, make.at("9:50", friday)), said=LOW, at=asked)
    assert word.promise.due_at == make.at("10:00", dt.date(2026, 3, 14))


def test_a_patient_who_came_alone_is_promised_by_their_own_name(front: Location) -> None:
    visit = make.visit(front, name="Ada Stone", is_patient="yes", escort_name="", relationship="")
    assert say(visit).promise.to_whom == "Ada Stone"


def test_the_clinic_sets_the_due_time(visit: Visit, brook: Clinic) -> None:
    brook.promise_settings = {"after_word": {"due": "16:30"}}
    brook.save()
    assert say(visit).promise.due_at == make.at("16:30")


@pytest.mark.parametrize(
    ("now", "at_sign_in", "number"),
    [
        ("555-010-0199", "555-010-0142", "555-010-0199"),
        ("", "555-010-0142", "555-010-0142"),
        ("", "", ""),
        ("same as before", "555-010-0142", "555-010-0142"),
        ("ask his mother", "", "ask his mother"),
        ("123-456-7890", "555-010-0142", "555-010-0142"),
        ("555-010-0100", "555-010-0142", "555-010-0142"),
        ("555-010-4445 (my sister)", "555-010-0142", "555-010-4445 (my sister)"),
        ("sister: 555-010-4445", "555-010-0142", "sister: 555-010-4445"),
        ("my cell is 555-010-4445", "555-010-0142", "my cell is 555-010-4445"),
        ("call my sister 5550104445", "555-010-0142", "call my sister 5550104445"),
        ("555 010 4445 after 6:30pm", "555-010-0142", "555 010 4445 after 6:30pm"),
        ("el celular de mi hermana 555 010 4445", "555-010-0142", "el celular de mi hermana 555 010 4445"),
        ("٥٥٥٠١٠٤٤٤٥ أختي", "555-010-0142", "٥٥٥٠١٠٤٤٤٥ أختي"),
        ("555-555-5555 or 555-010-4445", "555-010-0142", "555-555-5555 or 555-010-4445"),
        ("555-555-5555 (my sister)", "555-010-0142", "555-010-0142"),
        ("10", "555-010-0142", "555-010-0142"),
        ("born 05/06/2019", "555-010-0142", "555-010-0142"),
        ("seen on 2026-03-10", "555-010-0142", "555-010-0142"),
    ],
)
def test_the_call_uses_the_number_given_now_or_else_at_sign_in(
    front: Location, now: str, at_sign_in: str, number: str
) -> None:
    visit = make.visit(front, escort_phone=at_sign_in)
    word = say(visit, FamilyFeedback(2, "", may_call=True, phone=now))
    assert (word.promise.reach_at, word.phone) == (number, now)


@pytest.mark.parametrize(("at_sign_in", "number"), [("", "555-010-0001"), ("555-010-0142", "555-010-0142")])
def test_without_any_number_given_the_call_uses_the_one_on_record(
    brook: Clinic, front: Location, at_sign_in: str, number: str
) -> None:
    leo = make.patient(brook)
    Escort.objects.create(clinic=brook, patient=leo, name="Rosa Delgado", phone="555-010-0001")
    assert say(make.visit(front, escort_phone=at_sign_in)).promise.reach_at == number


def test_without_a_name_the_promise_goes_to_who_brought_the_child(front: Location) -> None:
    visit = make.visit(front, escort_name="", relationship="")
    assert say(visit).promise.to_whom == "who brought Leo Ruiz"
    nobody = make.visit(front, name="", escort_name="")
    assert say(nobody).promise.to_whom == f"who brought {nobody.token}"


def test_a_call_request_with_a_good_face_makes_a_promise_too(visit: Visit) -> None:
    assert (
        say(visit, FamilyFeedback(4, "who was the nurse?", may_call=True)).promise.about
        == "who was the nurse?"
    )


def test_a_low_face_without_a_call_request_makes_no_promise(visit: Visit) -> None:
    word = say(visit, FamilyFeedback(1, "too long"))
    assert (word.face, word.line, word.promise) == (1, "too long", None)
    assert not Promise.objects.exists()


def test_a_face_alone_is_valid_feedback(visit: Visit) -> None:
    assert say(visit, FamilyFeedback(5)).face == 5


def test_feedback_without_a_face_is_refused(visit: Visit) -> None:
    with pytest.raises(ValueError, match="has a face"):
        say(visit, FamilyFeedback(None, "x"))


def test_a_visit_has_one_feedback_and_the_first_is_kept(visit: Visit) -> None:
    first = say(visit)
    again = say(visit, FamilyFeedback(5, "all fine"))
    assert again == first
    assert AfterWord.objects.get().line == LOW.line
    assert Promise.objects.count() == 1


def test_feedback_and_promise_are_saved_together_or_not_at_all(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **facts: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(visit_feedback, "audit_feedback", fails)
    with pytest.raises(RuntimeError):
        say(visit)
    assert not AfterWord.objects.exists()
    assert not Promise.objects.exists()
    assert not AuditEvent.objects.filter(action="promise.made").exists()


def test_feedback_is_audited_without_its_words(visit: Visit, kiosk: Kiosk) -> None:
    word = say(visit, device=kiosk.device)
    line = AuditEvent.objects.get(action="after_word.said")
    assert (line.subject_id, line.device, line.staff) == (word.pk, kiosk.device, None)
    assert line.detail == {"face": 1, "may_call": True, "promise": word.promise_id}


def test_another_clinics_device_is_not_recorded(visit: Visit, hilltop: Location) -> None:
    stranger, _ = devices.enrol_device(location=hilltop, name="Theirs", at=make.at("7:00"))
    assert say(visit, device=stranger).device is None


def test_feedback_is_immutable_once_per_visit_and_has_five_faces(visit: Visit, front: Location) -> None:
    word = say(visit)
    with pytest.raises(ImmutableRowError):
        word.save()
    facts = {"clinic": visit.clinic, "at": make.at("11:00")}
    for other in ({"visit": visit, "face": 3}, {"visit": make.visit(front, name="Mia Ruiz"), "face": 6}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AfterWord.objects.create(**facts, **other)


def test_a_feedback_code_is_valid_for_one_day(visit: Visit) -> None:
    at = make.at("10:00")
    code = visit_feedback.make_feedback_code(visit=visit, at=at)
    assert reached(code, at) == visit
    assert reached(code, at + dt.timedelta(hours=23, minutes=59)) == visit
    assert reached(code, at + dt.timedelta(hours=24)) is None


def test_a_feedback_code_is_invalid_once_answered(visit: Visit) -> None:
    code = visit_feedback.make_feedback_code(visit=visit, at=make.at("10:00"))
    say(visit)
    assert reached(code, make.at("10:31")) is None


def test_the_code_of_a_visit_entered_in_error_is_invalid(visit: Visit, dana: Staff) -> None:
    code = visit_feedback.make_feedback_code(visit=visit, at=make.at("10:00"))
    visits.move_visit(visit=visit, to="entered_in_error", by=dana, at=make.at("10:01"))
    assert reached(code, make.at("10:02")) is None


def test_a_feedback_code_holds_no_name_and_cannot_be_guessed(visit: Visit) -> None:
    code = visit_feedback.make_feedback_code(visit=visit, at=make.at("10:00"))
    assert len(code.partition(".")[2]) == 43, "256 bits of signature"
    said, _, _signature = code.partition(".")
    assert re.fullmatch(rf"{visit.pk}-[0-9]+", said), "a number and a time"


@pytest.mark.parametrize(
    "spoil", ["other visit", "later", "no mark", "another's salt", "no salt", "", "é\x00…", "x" * 9000]
)
def test_a_code_with_a_wrong_signature_is_refused(visit: Visit, spoil: str) -> None:
    code = visit_feedback.make_feedback_code(visit=visit, at=make.at("10:00"))
    said, _, mark = code.partition(".")
    pk, _, until = said.partition("-")
    made = {
        "other visit": f"{int(pk) + 1}-{until}.{mark}",
        "later": f"{pk}-{int(until) + 86400}.{mark}",
        "no mark": f"{said}.",
        "another's salt": signing.Signer(sep=".", salt="checkin.other").sign(said),
        "no salt": signing.Signer(sep=".").sign(said),
    }
    assert visit_feedback.read_feedback_code(made.get(spoil, spoil)) is None


def test_a_code_from_before_a_restore_is_unknown_to_the_visit_that_got_its_number(front: Location) -> None:
    with transaction.atomic():
        before = make.visit(front, name="Anna Firstchild")
        number, code = before.pk, visit_feedback.make_feedback_code(visit=before, at=make.at("10:00"))
        transaction.set_rollback(True)
    if connection.vendor == "postgresql":  # a rollback leaves its sequences, and a restore does not
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('checkin_visit', 'id'), %s, false)", [number]
            )
    after = make.visit(front, name="Boris Otherchild")
    assert after.pk == number
    assert reached(code, make.at("10:01")) is None
    assert visit_feedback.read_feedback_code(code) is None
    assert reached(visit_feedback.make_feedback_code(visit=after, at=make.at("10:00")), make.at("10:01"))


def test_a_code_stays_valid_while_the_family_goes_on_typing(front: Location) -> None:
    key = str(uuid.uuid4())
    tapped = make.visit(front, make.at("9:40"), key=key, help=True)
    code = visit_feedback.make_feedback_code(visit=tapped, at=make.at("9:41"))
    typed = make.visit(front, make.at("9:42"), key=key, reason="he is wheezing")
    assert (typed, typed.sign_in == tapped.sign_in) == (tapped, False)
    assert reached(code, make.at("9:43")) == typed


@pytest.mark.django_db(transaction=True)
def test_simultaneous_taps_make_one_feedback_and_one_promise(visit: Visit) -> None:
    start, found = threading.Barrier(6), []

    def tap(face: int) -> None:
        try:
            start.wait()
            found.append(say(visit, FamilyFeedback(face, "now", may_call=True)).pk)
        finally:
            connection.close()

    hands = [threading.Thread(target=tap, args=(1 + nth % 2,)) for nth in range(6)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(found) == 6 and len(set(found)) == 1
    assert (AfterWord.objects.count(), Promise.objects.count()) == (1, 1)


def test_the_manager_keeps_the_promise_like_any_other(visit: Visit, max_: Staff) -> None:
    word = say(visit)
    kept = promise_attempts.keep_promise(
        promise=word.promise, by=max_, at=make.at("11:00"), outcome="said sorry"
    )
    assert kept.kept is True


@pytest.mark.parametrize(
    ("best_time", "due"),
    [
        ("no later than 15:00", ("15:00", 10)),
        ("before 9:00", ("9:00", 11)),
        ("after 17:00", ("17:30", 10)),
        ("any time but noon", ("17:00", 10)),
    ],
)
def test_the_call_keeps_to_the_time_given_at_sign_in(
    brook: Clinic, front: Location, best_time: str, due: tuple[str, int]
) -> None:
    make.patient(brook)
    made = say(make.visit(front, best_time=best_time)).promise
    clock, day = due
    assert made.due_at == make.at(clock, dt.date(2026, 3, day))
    assert made.best_words == best_time


@pytest.mark.parametrize(
    ("best_way", "way"),
    [
        ("text", "text"),
        ("in_person", "in_person"),
        ("phone", "phone"),
        ("email", "phone"),
        ("-", "phone"),
        ("", "phone"),
    ],
)
def test_the_call_uses_the_preferred_way_if_a_number_reaches_them(
    front: Location, best_way: str, way: str
) -> None:
    """They had asked for a text at sign-in, but the manager was told to phone."""
    made = say(make.visit(front, best_way=best_way, escort_phone="555-010-0444")).promise
    assert (made.way, made.reach_at) == (way, "555-010-0444")


def test_the_call_uses_the_remembered_preferences(brook: Clinic, front: Location) -> None:
    make.patient(brook)
    make.visit(front, remember="1", best_way="text", best_time="after 17:00", escort_phone="555-010-0444")
    made = say(make.visit(front, make.at("9:50"), best_time="-")).promise
    assert (made.way, made.best_words) == ("text", "after 17:00")
    assert made.due_at == make.at("17:30")


def test_a_page_without_a_code_is_the_only_clinics_and_with_two_it_is_nobodys(brook: Clinic) -> None:
    assert visit_feedback.clinic_of_invitation(invitation=None) == brook
    make.clinic("Hill Clinic")
    assert visit_feedback.clinic_of_invitation(invitation=None) is None
