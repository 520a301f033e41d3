"""A day is closed once no open promise of its front desk is nobody's."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.actions import closed_days, handovers
from checkin.actions.refusals import Refused
from checkin.models import ClosedDay, PromiseEscalation, Role
from tests import make
from tests.promising import promise


def test_a_day_is_closed_when_nothing_is_nobodys(front, dana, max_):
    promise(front)
    made = closed_days.close_desk_day(location=front, date=make.TUESDAY, by=dana, at=make.at("18:00"))
    assert (made.open_promises, made.by) == (1, dana)
    assert PromiseEscalation.objects.count() == 2, "closing looks for what is overdue"
    assert closed_days.close_desk_day(location=front, date=make.TUESDAY, by=dana, at=make.at("18:01")) == made
    with pytest.raises(Refused, match="Dana already closed this day at 18:00"):
        closed_days.close_desk_day(location=front, date=make.TUESDAY, by=max_, at=make.at("18:02"))


def test_a_day_is_not_closed_while_a_promise_is_nobodys(front, dana, noor):
    made = promise(front, owner=Role.MANAGER)
    with pytest.raises(Refused, match="1 promise has nobody who will keep it"):
        closed_days.close_desk_day(location=front, date=make.TUESDAY, by=dana, at=make.at("18:00"))
    assert not ClosedDay.objects.exists()
    handovers.hand_over_promise(promise=made, to=noor, by=dana, at=make.at("18:01"))
    closed_days.close_desk_day(location=front, date=make.TUESDAY, by=dana, at=make.at("18:02"))


def test_another_desks_promise_does_not_hold_up_this_one(front, annexe, dana):
    promise(annexe, owner=Role.MANAGER)
    assert closed_days.close_desk_day(location=front, date=make.TUESDAY, by=dana, at=make.at("18:00"))


def test_a_day_that_has_not_come_is_not_closed(front, dana):
    with pytest.raises(Refused, match="not come yet"):
        closed_days.close_desk_day(
            location=front, date=make.TUESDAY + dt.timedelta(days=1), by=dana, at=make.at("18:00")
        )
