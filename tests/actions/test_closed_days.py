"""A day is closed once no open promise of its front desk is nobody's."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.actions import closed_days, handovers
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, Clinic, ClosedDay, Location, PromiseEscalation, Role, Staff
from tests import make
from tests.promising import promise


def test_a_day_can_be_closed_when_every_promise_has_an_owner(
    front: Location, dana: Staff, max_: Staff
) -> None:
    promise(front)
    made = closed_days.close_desk_day(location=front, date=make.TUESDAY, by=dana, at=make.at("18:00"))
    assert (made.open_promises, made.by) == (1, dana)
    assert PromiseEscalation.objects.count() == 2, "closing looks for what is overdue"
    assert closed_days.close_desk_day(location=front, date=make.TUESDAY, by=dana, at=make.at("18:01")) == made
    with pytest.raises(Refused, match="Dana already closed this day at 6:00 PM"):
        closed_days.close_desk_day(location=front, date=make.TUESDAY, by=max_, at=make.at("18:02"))


def test_a_day_cannot_be_closed_while_a_promise_has_no_person(
    front: Location, dana: Staff, noor: Staff
) -> None:
    made = promise(front, owner=Role.MANAGER)
    with pytest.raises(Refused, match="1 promise has nobody who will keep it"):
        closed_days.close_desk_day(location=front, date=make.TUESDAY, by=dana, at=make.at("18:00"))
    assert not ClosedDay.objects.exists()
    handovers.hand_over_promise(promise=made, to=noor, by=dana, at=make.at("18:01"))
    closed_days.close_desk_day(location=front, date=make.TUESDAY, by=dana, at=make.at("18:02"))


def test_another_desks_promise_does_not_block_closing(front: Location, annexe: Location, dana: Staff) -> None:
    promise(annexe, owner=Role.MANAGER)
    assert closed_days.close_desk_day(location=front, date=make.TUESDAY, by=dana, at=make.at("18:00"))


def test_a_future_day_cannot_be_closed(front: Location, dana: Staff) -> None:
    with pytest.raises(Refused, match="not come yet"):
        closed_days.close_desk_day(
            location=front, date=make.TUESDAY + dt.timedelta(days=1), by=dana, at=make.at("18:00")
        )


def close(front: Location, by: Staff, date: dt.date = make.TUESDAY) -> ClosedDay:
    return closed_days.close_desk_day(location=front, date=date, by=by, at=make.at("18:00"))


def test_several_that_are_nobodys_are_counted(front: Location, dana: Staff) -> None:
    for _ in range(2):
        promise(front, owner=Role.MANAGER)
    with pytest.raises(Refused, match="2 promises have nobody who will keep it"):
        close(front, dana)


def test_visits_that_stand_open_are_counted_in_the_trail_and_hold_nothing_up(
    front: Location, annexe: Location, dana: Staff
) -> None:
    make.visit(front), make.visit(front), make.visit(annexe)
    made = close(front, dana)
    line = AuditEvent.objects.get(action="day.closed")
    assert (line.subject_id, line.staff, line.detail) == (made.pk, dana, {"visits_open": 2})


def test_a_day_of_last_week_may_be_closed_and_each_day_by_itself(front: Location, dana: Staff) -> None:
    days = [make.TUESDAY - dt.timedelta(days=7), make.TUESDAY]
    assert [close(front, dana, one).date for one in days] == days


def test_the_front_desk_of_another_location_does_not_close_this_ones_day(
    front: Location, annexe: Location, brook: Clinic, max_: Staff
) -> None:
    rick = make.staff(brook, "rick", Role.FRONT_DESK, location=annexe)
    free = make.staff(brook, "free", Role.FRONT_DESK)
    boss = make.staff(brook, "boss", Role.MANAGER, location=annexe)
    assert closed_days.refusal_to_close_day(front, rick)
    assert [closed_days.refusal_to_close_day(front, one) for one in (free, boss, max_)] == ["", "", ""]
    with pytest.raises(NotAllowed, match="Annexe"):
        close(front, rick)


def test_whose_role_closes_no_day_is_told_so(front: Location, otto: Staff) -> None:
    assert closed_days.refusal_to_close_day(front, otto)
    with pytest.raises(NotAllowed):
        close(front, otto)
