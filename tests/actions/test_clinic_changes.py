"""What differs is written, with one line on the trail."""

from __future__ import annotations

from checkin.actions.clinic_changes import change_clinic
from checkin.models import AuditEvent, Clinic, Staff
from tests import make


def test_only_what_differs_is_written_and_named_on_the_trail(brook: Clinic, ada: Staff) -> None:
    wanted = {"lock_after_minutes": 3, "name": brook.name}
    kept = change_clinic(clinic=brook, wanted=wanted, by=ada, at=make.at())
    assert (kept.lock_after_minutes, Clinic.objects.get(pk=brook.pk).lock_after_minutes) == (3, 3)
    line = AuditEvent.objects.get(action="clinic.changed")
    assert (line.clinic, line.staff, line.detail) == (brook, ada, {"columns": ["lock_after_minutes"]})


def test_the_same_again_leaves_no_line(brook: Clinic) -> None:
    for _ in range(2):
        change_clinic(clinic=brook, wanted={"lock_after_minutes": 3}, at=make.at())
    change_clinic(clinic=brook, wanted={}, at=make.at())
    assert AuditEvent.objects.filter(action="clinic.changed").count() == 1
