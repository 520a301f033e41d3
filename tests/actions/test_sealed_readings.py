"""Opening what is sealed takes a reason, stays written down, and leaves one line in the trail."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from checkin.actions import audit, sealed_readings
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, Clinic, ImmutableRowError, Location, Patient, SealedReading, Staff
from checkin.rules.roles import Role
from checkin.rules.sealed_readings import LONGEST_REASON, ReadingReason, SealedReason
from tests import make

TYPED = "His mother is at the desk and asks"
NOW = make.at("9:40")


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


def open_it(by: Staff, picked: str = SealedReason.SAFETY, typed: str = TYPED, **more: Any) -> SealedReading:
    return sealed_readings.open_sealed(reason=ReadingReason(picked, typed), by=by, at=NOW, **more)


def test_a_reading_is_kept_with_who_when_and_why(leo: Patient, dana: Staff) -> None:
    made = open_it(dana, patient=leo, items=2)
    made.refresh_from_db()
    assert (made.by, made.at, made.patient, made.visit) == (dana, NOW, leo, None)
    assert (made.reason, made.typed) == ("safety", TYPED)


def test_each_opening_is_a_row_of_its_own(leo: Patient, dana: Staff) -> None:
    open_it(dana, patient=leo)
    open_it(dana, patient=leo)
    assert SealedReading.objects.count() == AuditEvent.objects.filter(action="sealed.opened").count() == 2


def test_the_trail_has_the_reasons_code_and_no_word_that_was_typed(leo: Patient, dana: Staff) -> None:
    open_it(dana, patient=leo, items=2)
    line = AuditEvent.objects.get(action="sealed.opened")
    assert (line.staff, line.at, line.patient_id, line.purpose) == (dana, NOW, leo.pk, "emergency")
    assert line.detail == {"reason": "safety", "items": 2}
    assert (line.subject, line.subject_id) == ("Patient", leo.pk)


@pytest.mark.parametrize("picked", [SealedReason.VISIT, SealedReason.CHECK, SealedReason.OTHER])
def test_what_is_opened_in_an_emergency_says_so_whatever_the_reason(
    leo: Patient, ada: Staff, picked: str
) -> None:
    ada.emergency = make.emergency_access(ada, "Fire alarm, nobody is at the desk", NOW)
    kept = audit.origin.set(audit.Origin(emergency_id=ada.emergency.pk))
    open_it(ada, picked, patient=leo)
    audit.origin.reset(kept)
    line = AuditEvent.objects.get(action="sealed.opened")
    assert (line.purpose, line.detail["emergency"]) == ("emergency", ada.emergency.pk)


def test_a_visits_reading_names_its_child(leo: Patient, front: Location, dana: Staff) -> None:
    visit = make.visit(front)
    assert visit.patient_id == leo.pk
    made = open_it(dana, visit=visit)
    assert (made.visit, made.patient_id) == (visit, leo.pk)
    line = AuditEvent.objects.get(action="sealed.opened")
    assert (line.subject, line.subject_id, line.patient_id) == ("Visit", visit.pk, leo.pk)


@pytest.mark.parametrize(("picked", "typed"), [("", TYPED), ("nonsense", TYPED), ("other", "  ")])
def test_without_a_reason_nothing_is_opened_or_written(
    leo: Patient, dana: Staff, picked: str, typed: str
) -> None:
    with pytest.raises(Refused, match="Nothing was opened"):
        open_it(dana, picked, typed, patient=leo)
    assert not SealedReading.objects.exists()
    assert not AuditEvent.objects.filter(action="sealed.opened").exists()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_reads_no_charts_opens_nothing(leo: Patient, brook: Clinic, role: Role) -> None:
    with pytest.raises(NotAllowed):
        open_it(make.staff(brook, "eve", role), patient=leo)
    assert not SealedReading.objects.exists()


def test_another_clinic_opens_nothing(leo: Patient, front: Location, hill: Clinic) -> None:
    stranger = make.staff(hill, "mona", Role.MANAGER)
    for more in ({"patient": leo}, {"visit": make.visit(front)}):
        with pytest.raises(Refused, match="another clinic"):
            open_it(stranger, **more)
    assert not SealedReading.objects.exists()


def test_a_reading_never_changes_and_never_goes(leo: Patient, dana: Staff) -> None:
    made = open_it(dana, patient=leo)
    made.reason = SealedReason.VISIT
    with pytest.raises(ImmutableRowError):
        made.save()
    with pytest.raises(ImmutableRowError):
        made.delete()
    with pytest.raises(ImmutableRowError):
        SealedReading.objects.update(typed="")
    with pytest.raises(ImmutableRowError):
        SealedReading.objects.all().delete()


def test_the_database_takes_no_reading_without_a_reason(leo: Patient, dana: Staff) -> None:
    made = open_it(dana, patient=leo)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE checkin_sealedreading SET reason = '' WHERE id = %s", [made.pk])


def test_a_reason_far_too_long_is_kept_to_its_limit(leo: Patient, dana: Staff) -> None:
    made = open_it(dana, typed=f"  {'so ' * LONGEST_REASON}", patient=leo)
    assert len(made.typed) == LONGEST_REASON and made.typed.startswith("so so")
