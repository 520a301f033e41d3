"""Two records that may be one child's, their merge, and rows of a feed about either."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import merge_undo, patient_merges
from checkin.models import (
    Appointment,
    DueItem,
    Guardian,
    Immunization,
    Patient,
    PatientIdentifier,
    PatientMerge,
    Staff,
)
from checkin.rules.record_rows import (
    AppointmentItem,
    DueItemItem,
    GuardianItem,
    ImmunizationItem,
    PatientItem,
    RecordItem,
)
from tests import make

TABLES = (Guardian, Appointment, DueItem, Immunization, PatientIdentifier)
ANNA: dict[str, Any] = {
    "given_name": "Anna",
    "family_name": "Bell",
    "birth_date": dt.date(2018, 3, 14),
}
ZOFIA: dict[str, Any] = {
    "given_name": "Zofia",
    "family_name": "Wilk",
    "birth_date": dt.date(2017, 1, 1),
}
URI = {"name": "Uri Stone", "relationship": "father", "phone": "555-010-0888", "may_consent": True}
MMR = {"name": "MMR", "code": "03", "given_on": dt.date(2026, 3, 1)}
POLIO = {"kind": "vaccine", "name": "Polio", "due_on": dt.date(2026, 2, 1)}


def record(clinic: Any, number: str, said: dict[str, Any]) -> Patient:
    made = Patient.objects.create(
        clinic=clinic, created_at=make.at("8:00"), updated_at=make.at("8:00"), **said
    )
    made.set_keys()
    made.save()
    if number:
        PatientIdentifier.objects.create(clinic=clinic, patient=made, value=number)
    return made


def merge_records(merged: Patient, into: Patient, *, by: Staff, **said: Any) -> PatientMerge:
    one, other = (Patient.objects.get(pk=each.pk) for each in (merged, into))
    why = "their mother says so"
    made: PatientMerge = patient_merges.merge_patients(
        merged=one, into=other, by=by, at=make.at("9:00"), why=why, **said
    ).merge
    return made


def undo_merge(merge: PatientMerge, *, by: Staff) -> PatientMerge:
    return merge_undo.undo_patient_merge(merge=merge, by=by, at=make.at("9:30"))


def child(number: str, said: dict[str, Any], **more: Any) -> PatientItem:
    return PatientItem(keys=[("", number)], values=said | more)


def more_of(number: str, key: str | None = None) -> list[RecordItem]:
    """Return an adult, an appointment, a given vaccine and a due one, with or without numbers."""
    names: dict[str, Any] = {"patient_keys": [("", number)]}
    names["key"] = ("", f"more-{number}" if key is None else key)
    return [
        GuardianItem(**names, values=dict(URI)),
        AppointmentItem(**names, values={"starts_at": make.at("15:00"), "with_whom": "Dr. Marsh"}),
        ImmunizationItem(**names, values=dict(MMR)),
        DueItemItem(**names, values=dict(POLIO)),
    ]


def on(patient: Patient) -> list[int]:
    return [table._default_manager.filter(patient=patient).count() for table in TABLES]
