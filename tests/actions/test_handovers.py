"""Promises that change owner: one, all of a shift's, and those of somebody who left."""

from __future__ import annotations

import pytest

from checkin.actions import escalations, handovers, promise_attempts
from checkin.actions.refusals import Refused
from checkin.models import Clinic, Location, PromiseHandover, Role, Staff
from tests import make
from tests.promising import promise


def test_handing_a_promise_over_changes_the_owner_and_is_recorded(
    front: Location, dana: Staff, noor: Staff
) -> None:
    made = promise(front)
    handovers.hand_over_promise(promise=made, to=noor, by=dana, at=make.at("10:00"), why="she knows them")
    made.refresh_from_db()
    row = made.handovers.get()
    assert (made.owner, made.owner_role) == (noor, "")
    assert (row.from_role, row.to_owner, row.by, row.why) == ("manager", noor, dana, "she knows them")


def test_handing_it_to_its_owner_changes_nothing(front: Location, dana: Staff) -> None:
    made = promise(front, owner=dana)
    handovers.hand_over_promise(promise=made, to=dana, by=dana, at=make.at("10:00"))
    assert not PromiseHandover.objects.exists()


def test_a_whole_shift_is_handed_over_at_once_and_only_once(
    front: Location, annexe: Location, dana: Staff, noor: Staff
) -> None:
    for where in (front, annexe, front):
        promise(where, owner=dana)
    promise(front)
    ended = promise_attempts.keep_promise(promise=promise(front, owner=dana), by=dana, at=make.at("9:10"))
    assert handovers.hand_over_all_promises(person=dana, to=noor, by=dana, at=make.at("17:00")) == 3
    assert handovers.hand_over_all_promises(person=dana, to=noor, by=dana, at=make.at("17:01")) == 0
    ended.refresh_from_db()
    assert (noor.promises.count(), ended.owner) == (3, dana)
    with pytest.raises(Refused, match="theirs already"):
        handovers.hand_over_all_promises(person=noor, to=noor, by=noor, at=make.at("17:02"))


def test_it_cannot_be_handed_to_inactive_read_only_or_other_clinics_staff(
    front: Location, dana: Staff, noor: Staff, otto: Staff, sol: Staff
) -> None:
    noor.is_active = False
    noor.save()
    for person in (noor, otto, sol):
        with pytest.raises(Refused, match="Choose somebody else"):
            handovers.hand_over_promise(promise=promise(front), to=person, by=dana, at=make.at("10:00"))
        with pytest.raises(Refused, match="Choose somebody else"):
            handovers.hand_over_all_promises(person=dana, to=person, by=dana, at=make.at("10:00"))


def test_releasing_a_departing_persons_promises_gives_them_to_managers(
    front: Location, dana: Staff, max_: Staff, noor: Staff
) -> None:
    made = promise(front, owner=noor)
    assert handovers.release_staff_promises(person=noor, by=max_, at=make.at("12:00")) == 1
    made.refresh_from_db()
    assert (made.owner, made.owner_role, made.handovers.get().why) == (
        None,
        "manager",
        handovers.OWNER_LEFT_REASON,
    )


def test_an_inactive_owners_promise_goes_to_managers_at_the_next_check(
    brook: Clinic, front: Location, noor: Staff, max_: Staff
) -> None:
    made = promise(front, owner=noor)
    noor.is_active = False
    noor.save()
    escalations.escalate_due_promises(clinic=brook, at=make.at("12:00"))
    made.refresh_from_db()
    assert made.owner_role == Role.MANAGER
