"""A line of the trail: who did what to what, and when; ids and counts, in the clinic of its subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkin.actions import audit
from checkin.models import Clinic, Location, Staff
from tests import make

if TYPE_CHECKING:
    from tests.conftest import Kiosk


def test_a_line_says_who_did_what_to_what(front: Location, dana: Staff, kiosk: Kiosk) -> None:
    visit = make.visit(front)
    line = audit.write_audit_event(
        action="visit.moved", subject=visit, at=make.at("9:50"), by=dana, device=kiosk.device,
        patient_id=visit.patient_id, old="arrived", new="roomed",
    )  # fmt: skip
    line.refresh_from_db()
    assert (line.action, line.subject, line.subject_id) == ("visit.moved", "Visit", visit.pk)
    assert (line.staff, line.device, line.at) == (dana, kiosk.device, make.at("9:50"))
    assert (line.clinic, line.patient_id) == (front.clinic, visit.patient_id)
    assert line.detail == {"old": "arrived", "new": "roomed"}


def test_a_subject_that_is_of_no_clinic_is_told_with_the_clinic_that_is_named(
    brook: Clinic, dana: Staff
) -> None:
    line = audit.write_audit_event(action="clinic.created", subject=brook, at=make.at(), clinic_id=brook.pk)
    assert (line.clinic, line.subject, line.staff, line.patient_id) == (brook, "Clinic", None, None)


def test_a_page_that_was_opened_is_told_with_its_patient(brook: Clinic, dana: Staff) -> None:
    leo = make.patient(brook)
    line = audit.audit_page_seen(subject=leo, by=dana, at=make.at(), patient_id=leo.pk)
    assert (line.action, line.subject, line.staff) == ("seen", "Patient", dana)
    assert (line.patient_id, line.detail) == (leo.pk, {})
