"""`visits.record_sign_in`: the one door. Whatever is said, one visit comes of it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checkin.actions import visits
from checkin.actions.refusals import Refused
from checkin.actions.visits import SignInReceipt
from checkin.models import AuditEvent, Clinic, Discrepancy, Location, Move, SignInChannel, Staff, Visit
from checkin.rules.visit_steps import VisitState
from tests import make


def sign_in(where: Location, when: Any = None, **said: Any) -> SignInReceipt:
    return visits.record_sign_in(
        location=where, claim=make.claim(**said), at=when or make.at("9:40"), channel=SignInChannel.KIOSK
    )


def test_a_relationship_is_saved_in_the_escorts_own_words(front: Location) -> None:
    receipt = sign_in(front, relationship="his aunt, my sister is at work")
    assert receipt.first
    assert receipt.visit.sign_in.relationship == "his aunt, my sister is at work"
    assert receipt.visit.state == VisitState.ARRIVED


def test_a_key_that_is_not_a_uuid_still_identifies_one_visit(front: Location) -> None:
    for _ in range(2):
        visits.record_sign_in(
            location=front, claim={"key": "tablet-1/77"}, at=make.at(), channel=SignInChannel.KIOSK
        )
    assert Visit.objects.count() == 1


@pytest.mark.parametrize("born", ["2019-02-31", "2031-01-01", "31/31/31", "last spring"])
def test_an_impossible_birth_date_is_kept_as_typed_and_shown_to_the_desk(
    brook: Clinic, front: Location, born: str
) -> None:
    make.patient(brook, "Leo Ruiz")
    visit = sign_in(front, born=born).visit
    assert visit.sign_in.child_birth_date == born
    noticed = visit.discrepancies.open().get()
    assert (noticed.field, noticed.typed) == (Discrepancy.Field.BIRTH_DATE, born)


def test_over_long_text_is_cut_and_marked(front: Location) -> None:
    visit = sign_in(front, relationship="x" * 10_000).visit
    assert len(visit.sign_in.relationship) == 500
    assert visit.sign_in.cut == ["relationship"]


def test_only_control_characters_are_removed_from_text(front: Location) -> None:
    visit = sign_in(front, relationship="<b>tía\x00</b> \x1b[31m'; DROP TABLE 👩‍👧 خالة").visit
    assert visit.sign_in.relationship == "<b>tía</b> [31m'; DROP TABLE 👩‍👧 خالة"


def test_95_sign_ins_of_a_morning_have_95_different_tokens(front: Location) -> None:
    tokens = {sign_in(front, key=str(uuid.uuid4())).token.words() for _ in range(95)}
    assert len(tokens) == 95
    assert {"Blue Castle", "Orange Rocket"} < tokens


def test_a_sign_in_is_audited_without_the_name(front: Location) -> None:
    visit = sign_in(front).visit
    event = AuditEvent.objects.get()
    assert (event.action, event.subject_id) == ("visit.signed_in", visit.pk)
    assert "Leo" not in str(event.detail)


def writes_and_reads(queries: Any) -> int:
    boundaries = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return sum(not query["sql"].startswith(boundaries) for query in queries)


def test_a_full_sign_in_takes_at_most_thirteen_queries(brook: Clinic, front: Location) -> None:
    leo = make.patient(brook, "Leo Ruiz")
    make.guardian(leo)
    make.appointment(leo, front)
    with CaptureQueriesContext(connection) as queries:
        sign_in(front)
    known = writes_and_reads(queries)
    with CaptureQueriesContext(connection) as queries:
        sign_in(front, name="Nobody Known")
    unknown = writes_and_reads(queries)
    # the kiosk adds one, for its device; a discrepancy one more: 15 is the budget, of which the
    # trail has two: the end of its chain is locked and read, then the lines are added
    assert known <= 13
    assert unknown <= 13


# Steps


def move(visit: Visit, to: str, by: Staff, clock: str = "9:50", **said: Any) -> Move:
    return visits.move_visit(visit=visit, to=to, by=by, at=make.at(clock), **said)


def test_a_step_is_taken_and_said_with_when_and_by_whom(front: Location, dana: Staff) -> None:
    visit = make.visit(front)
    made = move(visit, "roomed", dana)
    visit.refresh_from_db()
    assert (visit.state, visit.state_since) == ("roomed", make.at("9:50"))
    assert (made.from_state, made.to_state, made.by, made.undoes) == ("arrived", "roomed", dana, None)
    line = AuditEvent.objects.get(action="visit.moved")
    assert line.detail == {"old": "arrived", "new": "roomed", "left_open": 0}


def test_the_same_step_by_the_same_person_is_one_and_anothers_is_told(
    front: Location, dana: Staff, noor: Staff
) -> None:
    visit = make.visit(front)
    made = move(visit, "roomed", dana)
    assert move(visit, "roomed", dana, "9:51") == made
    with pytest.raises(Refused, match="Dana already did this at 9:50 AM"):
        move(visit, "roomed", noor, "9:52")
    assert visits.confirm_repeated_move(visit, to="roomed", by=dana) == made
    with pytest.raises(Refused, match="Dana already did this"):
        visits.confirm_repeated_move(visit, to="roomed", by=noor)


@pytest.mark.parametrize("to", ["nowhere", ""])
def test_what_is_no_step_from_here_is_refused_with_where_the_visit_is(
    front: Location, dana: Staff, to: str
) -> None:
    visit = make.visit(front)
    with pytest.raises(Refused, match="is “Arrived” now, so this step was not taken"):
        move(visit, to, dana)
    assert Move.objects.count() == 1


def test_who_looked_before_somebody_moved_it_is_told_who_did(
    front: Location, dana: Staff, noor: Staff
) -> None:
    visit, seen = make.visit(front), Visit.objects.get()
    move(visit, "with_clinician", noor)
    with pytest.raises(Refused, match="Noor moved .* to “With clinician” at 9:50 AM, so this step was not"):
        move(seen, "roomed", dana)


def test_an_undo_leads_back_to_the_step_before_and_since_when_it_was_there(
    front: Location, dana: Staff, noor: Staff
) -> None:
    visit = make.visit(front)
    for to, clock in (("roomed", "9:50"), ("with_clinician", "10:00")):
        move(visit, to, dana, clock)
    for state, since in (("roomed", "9:50"), ("arrived", "9:40")):
        undone = visits.undo_visit_move(visit=visit, by=noor, at=make.at("10:05"))
        visit.refresh_from_db()
        assert (visit.state, visit.state_since) == (state, make.at(since))
        assert (undone.to_state, undone.by, undone.undoes.by) == (state, noor, dana)
    with pytest.raises(Refused, match="There is nothing to undo"):
        visits.undo_visit_move(visit=visit, by=dana, at=make.at("10:06"))


def test_an_undo_from_a_page_that_is_behind_undoes_nothing(front: Location, dana: Staff, noor: Staff) -> None:
    visit = make.visit(front)
    move(visit, "roomed", dana)
    move(visit, "ready", noor, "9:55")
    with pytest.raises(Refused, match="Noor moved .* at 9:55 AM, so nothing was undone"):
        visits.undo_visit_move(visit=visit, by=dana, at=make.at("10:00"), seen="roomed")
    visits.undo_visit_move(visit=visit, by=dana, at=make.at("10:00"), seen="ready")
    visit.refresh_from_db()
    assert visit.state == "roomed"


@pytest.mark.parametrize(
    ("to", "status", "has_turn"),
    [
        ("roomed", "arrived", True),
        ("left_without_being_seen", "arrived", True),
        ("left", "fulfilled", True),
        ("entered_in_error", "booked", False),
    ],
)
def test_the_appointment_says_what_the_visit_says_and_again_after_the_undo(
    brook: Clinic, front: Location, dana: Staff, to: str, status: str, has_turn: bool
) -> None:
    booked = make.appointment(make.patient(brook), front, make.at("9:55"))
    visit = make.visit(front)
    move(visit, to, dana, reason="no time")
    visit.refresh_from_db(), booked.refresh_from_db()
    assert booked.status == status
    turn = make.at("9:55") if has_turn else make.at("10:25")
    assert (visit.appointment_id == booked.pk, visit.turn_at) == (has_turn, turn)
    visits.undo_visit_move(visit=visit, by=dana, at=make.at("10:00"))
    visit.refresh_from_db(), booked.refresh_from_db()
    assert (booked.status, visit.appointment, visit.turn_at) == ("arrived", booked, make.at("9:55"))


def test_a_visit_without_an_appointment_takes_one_of_now_at_its_next_step(
    brook: Clinic, front: Location, dana: Staff
) -> None:
    leo, visit = make.patient(brook), make.visit(front)
    Visit.objects.filter(pk=visit.pk).update(patient=leo)
    booked = make.appointment(leo, front, make.at("9:55"))
    move(visit, "roomed", dana)
    visit.refresh_from_db()
    assert (visit.appointment, visit.turn_at) == (booked, make.at("9:55"))
