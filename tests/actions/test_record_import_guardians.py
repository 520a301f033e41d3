"""A guardian of a feed is found by identifier or name, and what staff decided stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import record_imports
from checkin.models import Guardian
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


def test_a_guardian_without_an_identifier_is_found_by_name(load) -> None:
    load(child(), adult(phone="1"))
    assert load(adult(name="ANA RUIZ", phone="555-010-0123")) == [CHANGED]
    assert Guardian.objects.get().phone_key == "550100123"
    assert load(adult(key="g1")) == [CHANGED]
    assert Guardian.objects.get().value == "g1"


def test_what_staff_changed_of_an_assumed_consent_stays(load) -> None:
    def said() -> GuardianItem:
        item = adult(relationship="mother")
        item.assumed = {"may_consent": True}
        return item

    load(child(), said())
    Guardian.objects.update(may_consent=False)
    assert load(said()) == [UNCHANGED]
    assert not Guardian.objects.get().may_consent
    assert load(adult(may_consent=True)) == [CHANGED]
