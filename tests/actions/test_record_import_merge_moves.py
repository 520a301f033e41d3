"""What an import writes for a merged record goes home with it when the merge is undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from checkin.actions import merge_undo, patient_merges, record_imports
from checkin.models import (
    Appointment,
    Clinic,
    DueItem,
    Guardian,
    Immunization,
    Patient,
    PatientIdentifier,
    PatientMerge,
    Staff,
)
from checkin.queries import patient_merges as patient_merge_queries
from checkin.rules.record_rows import (
    AppointmentItem,
    DueItemItem,
    GuardianItem,
    ImmunizationItem,
    ImportOutcome,
    PatientItem,
    RecordItem,
)
from tests import make

pytestmark = pytest.mark.django_db
MADE, CHANGED, UNCHANGED = ImportOutcome.MADE, ImportOutcome.CHANGED, ImportOutcome.UNCHANGED
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


@pytest.fixture
def anna(brook: Clinic) -> Patient:
    return record(brook, "A1", ANNA)


@pytest.fixture
def zofia(brook: Clinic) -> Patient:
    return record(brook, "B1", ZOFIA)


@pytest.fixture
def load(brook: Clinic) -> Callable[..., list[ImportOutcome | None]]:
    def load(*items: RecordItem, minute: str = "9:05") -> list[ImportOutcome | None]:
        record_imports.import_record_items(clinic=brook, items=items, at=make.at(minute))
        return [item.outcome for item in items]

    return load


@pytest.fixture
def merge(max_: Staff) -> Callable[..., Any]:
    def merge(merged: Patient, into: Patient, **said: Any) -> Any:
        one, other = (Patient.objects.get(pk=each.pk) for each in (merged, into))
        why = "their mother says so"
        return patient_merges.merge_patients(
            merged=one, into=other, by=max_, at=make.at("9:00"), why=why, **said
        ).merge

    return merge


@pytest.fixture
def undo(max_: Staff) -> Callable[..., PatientMerge]:
    return lambda merge: merge_undo.undo_patient_merge(merge=merge, by=max_, at=make.at("9:30"))


def child(number: str, said: dict[str, Any], **more: Any) -> PatientItem:
    return PatientItem(keys=[("", number)], values=said | more)


def more_of(number: str, key: str | None = None) -> list[RecordItem]:
    """An adult, an appointment, a vaccine given and one that is due, with numbers of their own or without."""
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


def everything() -> list[Any]:
    tables = (*TABLES, Patient)
    return [list(table._default_manager.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("key", [None, ""])
def test_imported_rows_move_back_with_the_number_and_are_reported(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    undo: Callable[..., PatientMerge],
    anna: Patient,
    zofia: Patient,
    key: str | None,
) -> None:
    own = {"clinic": zofia.clinic, "kind": "vaccine", "name": "MMR", "code": "03", "value": "z"}
    DueItem.objects.create(patient=zofia, due_on=dt.date(2026, 1, 1), **own)
    merged = merge(anna, zofia)
    assert load(*more_of("A1", key)) == [MADE] * 4
    assert on(zofia) == [1, 1, 2, 1, 2]
    undone = undo(merged)
    assert on(anna) == [1, 1, 1, 1, 1]
    assert on(zofia) == [0, 0, 1, 0, 1]
    moved = set(undone.paper_moves.filter(done="moved").values_list("subject", flat=True))
    assert moved >= {table.__name__ for table in TABLES}
    told = patient_merge_queries.read_merge_report(zofia.clinic, undone.pk)
    said = (
        {line.partition(":")[0] for line in patient_merge_queries.merge_report_lines(told)} if told else set()
    )
    assert said == {"Guardian", "Appointment", "Vaccine given", "Due item", "Record number"}
    before = everything()
    again = [*more_of("A1", key), child("A1", ANNA), child("B1", ZOFIA)]
    assert load(*again, minute="9:40") == [UNCHANGED] * 6
    assert everything() == before
    assert set(Guardian.objects.values_list("name", "patient")) == {("Uri Stone", anna.pk)}


def test_a_phone_imported_for_an_adult_of_both_is_removed_from_the_other_record(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    undo: Callable[..., PatientMerge],
    anna: Patient,
    zofia: Patient,
) -> None:
    for one in (anna, zofia):
        make.guardian(one, "Uri Stone", "", relationship="father")
    merged = merge(anna, zofia)
    load(more_of("A1", "")[0])
    assert Guardian.objects.get(patient=zofia).phone == "555-010-0888"
    undo(merged)
    told = dict(Guardian.objects.values_list("patient", "phone"))
    assert told == {anna.pk: "555-010-0888", zofia.pk: ""}
    assert load(more_of("A1", "")[0]) == [UNCHANGED]


def test_an_imported_adult_of_the_other_record_is_listed_on_both_after_the_undo(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    undo: Callable[..., PatientMerge],
    anna: Patient,
    zofia: Patient,
) -> None:
    load(more_of("B1", "")[0])
    merged = merge(anna, zofia)
    assert load(more_of("A1", "")[0]) == [UNCHANGED]
    undo(merged)
    assert load(more_of("A1", "")[0], more_of("B1", "")[0]) == [UNCHANGED] * 2


def test_a_row_placed_on_the_merged_record_moves_back(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    undo: Callable[..., PatientMerge],
    anna: Patient,
    zofia: Patient,
) -> None:
    merged = merge(anna, zofia)
    row = GuardianItem(patient_pk=anna.pk, is_placed=True, values=dict(URI))
    assert load(row) == [MADE]
    assert on(zofia)[0] == 1
    undo(merged)
    assert on(anna)[0] == 1
