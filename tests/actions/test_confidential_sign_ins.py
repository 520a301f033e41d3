"""A sign-in is confidential from its first moment, and so is what the family sends after its visit ended."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.actions import confidential_visits, visits
from checkin.models import AuditEvent, Location, SignInChannel, Staff, Visit
from checkin.rules.confidential_visits import ConfidentialKind
from tests import make

TEN = make.at("10:00")


def mark(visit: Visit, by: Staff) -> None:
    confidential_visits.mark_visit_confidential(visit=visit, kind=ConfidentialKind.ALONE, by=by, at=TEN)


def send(front: Location, sent: dict[str, Any]) -> Visit:
    """Return the visit that the tablet gets for this, as the database has it."""
    receipt = visits.record_sign_in(location=front, claim=sent, at=TEN, channel=SignInChannel.KIOSK)
    return Visit.objects.get(pk=receipt.visit.pk)


def let_leave(visit: Visit, by: Staff) -> None:
    fresh = Visit.objects.get(pk=visit.pk)
    visits.move_visit(visit=fresh, to="left", by=by, at=TEN, reason="went to the room", reading="anyway")


@pytest.fixture
def call() -> dict[str, Any]:
    """Return what the tablet sends for a family that wants to talk to a person."""
    return {"key": make.claim()["key"], "help": True}


@pytest.fixture
def ended(front: Location, dana: Staff, call: dict[str, Any]) -> Visit:
    """Return the visit of that call, which staff marked and moved on while the family typed."""
    visit = send(front, call)
    mark(visit, dana)
    let_leave(visit, dana)
    return visit


@pytest.mark.parametrize("news", [make.claim(reason="a rash"), {"worried": True, "tap": "t1"}])
def test_what_a_family_goes_on_typing_after_its_visit_ended_is_as_confidential(
    front: Location, dana: Staff, ended: Visit, call: dict[str, Any], news: dict[str, Any]
) -> None:
    """The rest of the form was a visit open to everybody."""
    later = send(front, news | call)
    assert later.pk != ended.pk and later.confidential
    made = later.confidential_marks.standing().get()
    assert (made.kind, made.by) == (ConfidentialKind.ALONE, dana)
    let_leave(later, dana)
    last = send(front, call | {"worried": True, "tap": "t2"})
    assert last.pk not in (ended.pk, later.pk) and last.confidential


def test_the_trail_says_which_mark_the_next_visit_went_on_with(
    front: Location, dana: Staff, ended: Visit, call: dict[str, Any]
) -> None:
    later = send(front, call | {"worried": True, "tap": "t1"})
    told = AuditEvent.objects.get(action="confidential.continued")
    assert (told.subject_id, told.staff) == (later.pk, None)
    assert told.detail == {"kind": "alone", "continues": ended.pk, "marked_by": dana.pk}


def test_a_visit_after_one_whose_mark_was_ended_is_not_confidential(
    front: Location, dana: Staff, ended: Visit, call: dict[str, Any]
) -> None:
    confidential_visits.end_visit_confidential(visit=ended, by=dana, at=TEN)
    assert not send(front, call | {"worried": True, "tap": "t1"}).confidential


def test_another_child_on_the_same_page_is_not_confidential(front: Location, dana: Staff) -> None:
    """A page that the browser kept may be another family's by then."""
    sent = make.claim()
    visit = send(front, sent)
    mark(visit, dana)
    let_leave(visit, dana)
    other = {"child_given_name": "Mia", "child_birth_date": "2020-11-02"}
    assert not send(front, sent | other).confidential


def test_what_the_next_visit_said_is_off_the_record_too(
    front: Location, ended: Visit, call: dict[str, Any]
) -> None:
    mia = make.patient(front.clinic, "Mia Chen", "2016-05-05")
    said = {"escort_name": "Kai Stone", "escort_phone": "555-010-0177", "best_time": "evenings"}
    later = send(front, make.claim("Mia Chen", "2016-05-05", remember=True, **said) | call)
    assert later.patient == mia and later.escort is not None
    assert (later.escort.phone, later.escort.best_time, later.escort.relationship) == ("", "", "")


def test_a_sign_in_that_asks_for_the_mark_is_one_with_it(front: Location, dana: Staff) -> None:
    asked: dict[str, Any] = {"channel": SignInChannel.DESK, "by": dana, "confidential": True}
    sent = make.claim(is_patient=True)
    made = visits.record_sign_in(location=front, claim=sent, at=TEN, **asked).visit
    assert made.confidential and Visit.objects.confidential().get() == made
    assert made.confidential_marks.get().kind == ConfidentialKind.ALONE
    visits.record_sign_in(location=front, claim=sent, at=TEN, **asked)
    assert made.confidential_marks.count() == 1


def test_a_sign_in_sent_again_with_the_tick_is_marked_then(front: Location, dana: Staff) -> None:
    asked: dict[str, Any] = {"channel": SignInChannel.DESK, "by": dana}
    sent = make.claim()
    made = visits.record_sign_in(location=front, claim=sent, at=TEN, **asked).visit
    again = visits.record_sign_in(location=front, claim=sent, at=TEN, confidential=True, **asked).visit
    assert not made.confidential and again.confidential
    assert Visit.objects.confidential().get() == made
