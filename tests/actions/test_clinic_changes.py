"""What differs is written, with one line on the trail."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

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


def test_a_sign_in_goes_on_while_the_clinic_is_changed(brook: Clinic) -> None:
    """A sign-in's rows refer to the clinic: FOR UPDATE, a lock against that too, made families wait."""
    with CaptureQueriesContext(connection) as queries:
        change_clinic(clinic=brook, wanted={"lock_after_minutes": 3}, at=make.at())
    reads = [one["sql"] for one in queries if one["sql"].startswith("SELECT") and "_clinic" in one["sql"]]
    assert connection.vendor == "sqlite" or "FOR NO KEY UPDATE" in reads[0]
