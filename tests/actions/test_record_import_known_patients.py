"""The patients on file whom a feed means, also under a number of a merged record."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import record_imports
from checkin.models import Guardian, Patient
from checkin.rules.record_rows import GuardianItem, ImportOutcome, PatientItem, RecordItem
from tests import make

pytestmark = pytest.mark.django_db
MADE, CHANGED, UNCHANGED = ImportOutcome.MADE, ImportOutcome.CHANGED, ImportOutcome.UNCHANGED


def child(number: str = "7", **values: Any) -> PatientItem:
    born = {"birth_date": dt.date(2018, 3, 14)}
    return PatientItem(
        keys=[("", number)], values={"given_name": "Leo", "family_name": "Ruiz"} | born | values
    )


def adult(number: str = "7", key: str = "", **values: Any) -> GuardianItem:
    return GuardianItem(patient_keys=[("", number)], key=("", key), values={"name": "Ana Ruiz"} | values)


@pytest.fixture
def load(brook, front):
    def outcomes(*items: RecordItem, at: str = "9:00", **options: Any) -> list[ImportOutcome | None]:
        record_imports.import_record_items(clinic=brook, items=items, at=make.at(at), **options)
        return [item.outcome for item in items]

    return outcomes


def test_another_clinics_patient_with_the_same_number_is_another_patient(load, hill, hilltop) -> None:
    load(child())
    record_imports.import_record_items(clinic=hill, items=[child(given_name="Ivy")], at=make.at("9:00"))
    assert set(Patient.objects.values_list("clinic__name", "given_name")) == {
        ("Brook Street Clinic", "Leo"),
        ("Hill Clinic", "Ivy"),
    }
    stranger = adult("7")
    record_imports.import_record_items(clinic=hill, items=[stranger], at=make.at("9:00"))
    assert Guardian.objects.get().patient.clinic == hill


def test_what_is_said_of_a_merged_record_goes_to_the_one_it_went_into(load, brook) -> None:
    kept, middle, old = (make.patient(brook, f"{name} Ruiz") for name in ("Leo", "Lee", "Leonardo"))
    old.identifiers.create(clinic=brook, value="7")
    for one, into in ((old, middle), (middle, kept)):
        Patient.objects.filter(pk=one.pk).update(status="merged", merged_into=into)
    assert load(child(sex="male"), adult()) == [CHANGED, MADE]
    kept.refresh_from_db()
    assert (kept.sex, kept.status, Guardian.objects.get().patient) == ("male", "active", kept)
    old.refresh_from_db()
    assert (old.sex, old.given_name, old.status) == ("", "Leonardo", "merged")
