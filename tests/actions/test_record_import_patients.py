"""A patient of a feed is found by number, made once, and changed only where the feed says something."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import record_imports
from checkin.models import Patient, PatientIdentifier
from checkin.rules.record_rows import ImportOutcome, PatientItem, RecordItem
from tests import make

pytestmark = pytest.mark.django_db
MADE, CHANGED, UNCHANGED = ImportOutcome.MADE, ImportOutcome.CHANGED, ImportOutcome.UNCHANGED
REJECTED, WAITING = ImportOutcome.REJECTED, ImportOutcome.WAITING


def child(number: str = "7", **values: Any) -> PatientItem:
    born = {"birth_date": dt.date(2018, 3, 14)}
    return PatientItem(
        keys=[("", number)], values={"given_name": "Leo", "family_name": "Ruiz"} | born | values
    )


@pytest.fixture
def load(brook, front):
    def outcomes(*items: RecordItem, at: str = "9:00", **options: Any) -> list[ImportOutcome | None]:
        record_imports.import_record_items(clinic=brook, items=items, at=make.at(at), **options)
        return [item.outcome for item in items]

    return outcomes


def test_only_what_differs_is_changed_and_a_blank_overwrites_nothing(load) -> None:
    load(child(phone="555-010-0123", language="es", interpreter_needed=True))
    Patient.objects.update(access_needs="ramp")
    assert load(child(family_name="García", interpreter_needed=False), at="11:00") == [CHANGED]
    leo = Patient.objects.get()
    assert (leo.family_name, leo.family_key, leo.phone, leo.language) == (
        "García",
        "garcia",
        "555-010-0123",
        "es",
    )
    assert (leo.access_needs, leo.interpreter_needed, leo.updated_at) == ("ramp", False, make.at("11:00"))
    assert leo.created_at == make.at("9:00")


def test_the_same_patient_twice_in_one_batch_is_made_once(load) -> None:
    assert load(child(), child(), child(sex="male")) == [MADE, UNCHANGED, CHANGED]
    assert Patient.objects.get().sex == "male"


def test_a_new_number_of_a_known_patient_is_added(load) -> None:
    load(child())
    both = PatientItem(keys=[("", "7"), ("urn:mrn", "9")], values={"given_name": "Leo"})
    assert load(both) == [CHANGED]
    assert PatientIdentifier.objects.filter(patient=Patient.objects.get()).count() == 2


def test_a_provisional_patient_stays_provisional(load, brook) -> None:
    make.patient(brook, status="provisional").identifiers.create(clinic=brook, value="7")
    assert load(child(sex="male")) == [CHANGED]
    assert Patient.objects.get().status == "provisional"


def test_a_patient_without_any_identifier_is_not_made(load) -> None:
    assert load(PatientItem(values={"given_name": "Leo"})) == [REJECTED]
    assert not Patient.objects.exists()
