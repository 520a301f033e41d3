"""A person reads what a family typed before the child is roomed."""

from __future__ import annotations

import random
from typing import Any

import pytest

from checkin.actions import reasons, visits
from checkin.models import AuditEvent, Location, ReasonReading, SignInChannel, Staff, Visit
from checkin.rules.visit_steps import VisitState
from tests import make


def tell(front: Location, said: dict[str, Any]) -> Visit:
    return visits.record_sign_in(location=front, claim=said, at=make.at(), channel=SignInChannel.KIOSK).visit


@pytest.fixture
def visit(front: Location) -> Visit:
    return make.visit(front, reason="he cannot get air")


def test_a_reason_is_unread_if_a_family_typed_it_and_not_if_the_desk_did(
    front: Location, dana: Staff
) -> None:
    assert make.visit(front, reason="fever").unread
    assert make.visit(front, name="Mia Novak", also="a rash").unread
    assert make.visit(front, name="Ola Nordmann", unreadable='{"reason": "fev').unread
    assert not make.visit(front, name="Kim Doe").unread
    said = make.claim(name="Ann Lee", reason="fever")
    receipt = visits.record_sign_in(
        location=front, claim=said, at=make.at(), channel=SignInChannel.DESK, by=dana
    )
    assert not receipt.visit.unread


def test_reading_the_reason_is_recorded_once(visit: Visit, dana: Staff, noor: Staff) -> None:
    reasons.read_visit_reason(visit=visit, by=dana, at=make.at("9:41"))
    reasons.read_visit_reason(visit=visit, by=noor, at=make.at("9:42"))
    row = ReasonReading.objects.get()
    assert (row.by, row.at, row.was_read) == (dana, make.at("9:41"), True)
    assert not Visit.objects.get().unread
    assert AuditEvent.objects.filter(action="visit.reason_read", staff=dana).count() == 1


@pytest.mark.parametrize("to", [VisitState.ROOMED, VisitState.WITH_CLINICIAN, VisitState.READY])
def test_a_step_into_care_is_refused_while_the_reason_is_unread(
    visit: Visit, dana: Staff, to: VisitState
) -> None:
    with pytest.raises(reasons.UnreadReason):
        visits.move_visit(visit=visit, to=to, by=dana, at=make.at("9:41"))
    found = Visit.objects.get()
    assert (found.state, found.unread, found.moves.count()) == (VisitState.ARRIVED, True, 1)


def test_a_repeat_with_more_words_is_unread_and_one_with_fewer_removes_nothing(front: Location) -> None:
    for said, more in (
        (make.claim(), {"also": "a rash"}),
        (make.claim(name="Mia Novak", reason="fever"), {"reason": "", "escort_name": "Ann"}),
    ):
        visit = tell(front, said)
        assert visit.unread is bool(said.get("reason"))
        assert tell(front, said | more).pk == visit.pk
        visit.refresh_from_db()
        assert visit.unread


def test_a_reason_that_arrived_after_the_page_loaded_is_asked_about_too(front: Location, dana: Staff) -> None:
    old = make.visit(front)
    Visit.objects.filter(pk=old.pk).update(unread=True)
    assert not old.unread
    with pytest.raises(reasons.UnreadReason):
        visits.move_visit(visit=old, to="roomed", by=dana, at=make.at("9:41"))


@pytest.mark.parametrize("to", [VisitState.LEFT_WITHOUT_BEING_SEEN, VisitState.ENTERED_IN_ERROR])
def test_leaving_or_entered_in_error_does_not_require_reading(
    visit: Visit, dana: Staff, to: VisitState
) -> None:
    visits.move_visit(visit=visit, to=to, by=dana, at=make.at("9:41"))
    assert not ReasonReading.objects.exists()


def test_read_and_room_is_one_step_and_rooming_unread_is_audited(front: Location, dana: Staff) -> None:
    one, other = make.visit(front, reason="fever"), make.visit(front, name="Mia Novak", reason="cough")
    visits.move_visit(visit=one, to="roomed", by=dana, at=make.at("9:41"), reading="read")
    visits.move_visit(visit=other, to="roomed", by=dana, at=make.at("9:42"), reading="anyway")
    assert list(Visit.objects.order_by("pk").values_list("state", "unread")) == [
        ("roomed", False),
        ("roomed", True),
    ]
    assert AuditEvent.objects.filter(action="visit.roomed_unread", subject_id=other.pk).exists()


def test_a_repeat_with_another_reason_is_unread_again(front: Location, dana: Staff) -> None:
    said = make.claim(reason="fever")
    for reason in ("fever", "fever", "he is blue"):
        visits.record_sign_in(
            location=front, claim=said | {"reason": reason}, at=make.at(), channel=SignInChannel.KIOSK
        )
        visit = Visit.objects.get()
        assert visit.unread is (not ReasonReading.objects.exists() or reason == "he is blue")
        reasons.read_visit_reason(visit=visit, by=dana, at=make.at("9:41"))


def test_in_random_acts_nobody_is_roomed_unread_without_confirmation(front: Location, dana: Staff) -> None:
    dice = random.Random(11)  # noqa: S311
    for n in range(30):
        visit = make.visit(front, name=f"Kid{n} Young", reason=dice.choice(["", "fever"]))
        if dice.random() < 0.3:
            reasons.read_visit_reason(visit=visit, by=dana, at=make.at("9:41"))
        for to in ("roomed", "with_clinician"):
            try:
                reading = dice.choice(["", "read", "anyway", "nonsense"])
                visits.move_visit(visit=visit, to=to, by=dana, at=make.at("9:42"), reading=reading)
            except reasons.UnreadReason:
                visit.refresh_from_db()
    for visit in Visit.objects.exclude(state=VisitState.ARRIVED).exclude(sign_in__reason=""):
        assert visit.reason_readings.exists()
