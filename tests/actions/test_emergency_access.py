"""Starting and ending emergency access: who may, what it leaves in the trail, and that it ends once."""

from __future__ import annotations

import pytest

from checkin.actions import emergency_access
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, EmergencyAccess, Staff
from tests import make

REASON = "Fire alarm, nobody is at the desk"
NOW = make.at("9:40")


def start(person: Staff) -> EmergencyAccess:
    return emergency_access.start_emergency_access(reason=REASON, by=person, at=NOW)


def test_start_and_end_are_events_without_the_reason(ada: Staff) -> None:
    made = start(ada)
    for _ in range(2):
        emergency_access.end_emergency_access(person=ada, by=ada, at=make.at("9:50"), why="pressed")
    rows = AuditEvent.objects.filter(subject="EmergencyAccess", subject_id=made.pk).order_by("pk")
    assert [one.action for one in rows] == ["emergency.started", "emergency.ended"]
    assert {one.purpose for one in rows} == {"emergency"}
    assert all("Fire" not in str(one.detail) for one in rows)


def test_a_person_who_reads_charts_anyway_and_one_without_a_reason_start_nothing(
    dana: Staff, ada: Staff
) -> None:
    with pytest.raises(NotAllowed):
        start(dana)
    with pytest.raises(Refused):
        emergency_access.start_emergency_access(reason=" ", by=ada, at=NOW)
    assert not EmergencyAccess.objects.exists()


def test_a_notice_is_read_once_by_each_who_is_told(ada: Staff, max_: Staff, otto: Staff, dana: Staff) -> None:
    made = start(ada)
    for person in (max_, max_, otto):
        emergency_access.mark_notice_seen(access=made, by=person, at=NOW)
    assert made.seen.count() == 2
    with pytest.raises(NotAllowed):
        emergency_access.mark_notice_seen(access=made, by=dana, at=NOW)
