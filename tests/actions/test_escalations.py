"""An overdue promise is escalated step by step, each step once."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.actions import escalations, promise_attempts
from checkin.models import BoardVersion, Clinic, Location, Staff
from checkin.queries import family_timeline
from tests import make
from tests.promising import promise


def version(location: Location) -> int:
    return BoardVersion.objects.get(location=location).version


def told(patient: Any, clock: Any) -> list[Any]:
    return [line.event for line in family_timeline.read_family_timeline(patient, at=make.at(clock)).lines]


@pytest.mark.parametrize(
    ("configured", "role"),
    [
        ("clinician", "clinician"),
        ("manager", "manager"),
        pytest.param("administrator", "manager", id="an administrator keeps no promises"),
    ],
)
def test_each_step_is_escalated_once_to_the_configured_role(
    brook: Clinic, front: Location, noor: Staff, configured: str, role: str
) -> None:
    brook.promise_settings = {
        "steps": [{"after_minutes": 0, "to": "owner"}, {"after_minutes": 5, "to": configured}]
    }
    brook.save()
    made = promise(front, owner=noor, due="10:00")
    for clock in ("9:59", "10:00", "10:00", "10:05", "11:00"):
        escalations.escalate_due_promises(clinic=brook, at=make.at(clock))
    rows = [(one.step, one.to, one.to_role, one.at) for one in made.escalations.order_by("step")]
    assert rows == [(0, noor, "", make.at("10:00")), (1, None, role, make.at("10:05"))]


def test_an_ended_promise_is_not_escalated(brook: Clinic, front: Location, dana: Staff) -> None:
    promise_attempts.keep_promise(promise=promise(front, due="10:00"), by=dana, at=make.at("9:50"))
    assert escalations.escalate_due_promises(clinic=brook, at=make.at("12:00")) == []


def test_another_clinics_promise_is_not_escalated(brook: Clinic, front: Location, hill: Clinic) -> None:
    promise(front, due="10:00")
    assert escalations.escalate_due_promises(clinic=hill, at=make.at("12:00")) == []


def test_an_escalation_updates_the_board_once(brook: Clinic, front: Location) -> None:
    promise(front, due="10:00")
    before = version(front)
    escalations.escalate_due_promises(clinic=brook, at=make.at("10:00"))
    told = version(front)
    escalations.escalate_due_promises(clinic=brook, at=make.at("10:01"))
    assert before < told == version(front)
