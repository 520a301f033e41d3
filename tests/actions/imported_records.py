"""Rows of a feed about Leo Ruiz, number 7, and their import."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import record_imports
from checkin.models import Clinic
from checkin.rules.record_rows import GuardianItem, ImportOutcome, PatientItem, RecordItem
from tests import make

MADE, CHANGED, UNCHANGED = ImportOutcome.MADE, ImportOutcome.CHANGED, ImportOutcome.UNCHANGED
REJECTED, WAITING = ImportOutcome.REJECTED, ImportOutcome.WAITING


def child(number: str = "7", **values: Any) -> PatientItem:
    born = {"birth_date": dt.date(2018, 3, 14)}
    return PatientItem(
        keys=[("", number)], values={"given_name": "Leo", "family_name": "Ruiz"} | born | values
    )


def adult(number: str = "7", key: str = "", **values: Any) -> GuardianItem:
    return GuardianItem(patient_keys=[("", number)], key=("", key), values={"name": "Ana Ruiz"} | values)


def load_into(
    clinic: Clinic, *items: RecordItem, at: str = "9:00", **options: Any
) -> list[ImportOutcome | None]:
    """Import the rows; return what became of each."""
    record_imports.import_record_items(clinic=clinic, items=items, at=make.at(at), **options)
    return [item.outcome for item in items]
