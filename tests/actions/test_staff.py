"""Each person has a login of their own, with one role."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.actions import staff
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, Location, Role, Staff
from tests import make


def create(front: Location, **changes: Any) -> tuple[Staff, str]:
    usual = {"username": "eva", "name": "Eva Stone", "role": "clinician", "by": None, "at": make.at()}
    return staff.create_staff_login(location=front, **usual | changes)


def test_a_person_can_log_in_with_the_password_that_is_shown_once(front: Location, ada: Staff) -> None:
    eva, password = create(front, by=ada)
    assert (eva.name, eva.role, eva.clinic, eva.location) == (
        "Eva Stone",
        Role.CLINICIAN,
        front.clinic,
        front,
    )
    assert eva.check_password(password) and len(password) == 24
    line = AuditEvent.objects.get(action="staff.created")
    assert (line.subject_id, line.staff, line.clinic) == (eva.pk, ada, front.clinic)
    assert line.detail == {"role": "clinician"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"role": "king"}, "There is no role “king”: choose one of front_desk, "),
        ({"username": ""}, "The username needs 1 to 60 letters"),
        ({"username": "e" * 61}, "The username needs 1 to 60 letters"),
        ({"name": ""}, "The name needs 1 to "),
        ({"name": "E" * 1000}, "The name needs 1 to "),
    ],
)
def test_what_cannot_stand_makes_no_login(front: Location, changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        create(front, **changes)
    assert not Staff.objects.exists()


def test_a_username_of_full_length_is_taken(front: Location) -> None:
    assert create(front, username="e" * 60)[0].username == "e" * 60


def test_a_username_is_one_persons_in_whatever_letters(front: Location, hilltop: Location) -> None:
    create(front)
    with pytest.raises(Refused, match="Somebody has the username EVA already"):
        create(hilltop, username="EVA")
    assert Staff.objects.count() == 1
