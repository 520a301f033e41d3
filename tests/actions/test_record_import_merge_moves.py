"""What an import writes for a merged record goes home with it when the merge is undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from checkin.models import (
    Clinic,
    DueItem,
    Guardian,
    Patient,
    PatientMerge,
    Staff,
)
from checkin.queries import patient_merges as patient_merge_queries
from checkin.rules.record_rows import (
    GuardianItem,
    ImportOutcome,
)
from tests import make
from tests.actions.imported_records import MADE, UNCHANGED, load_into
from tests.actions.merged_imports import (
    ANNA,
    TABLES,
    URI,
    ZOFIA,
    child,
    merge_records,
    more_of,
    on,
    record,
    undo_merge,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(brook: Clinic) -> Patient:
    return record(brook, "A1", ANNA)


@pytest.fixture
def zofia(brook: Clinic) -> Patient:
    return record(brook, "B1", ZOFIA)


@pytest.fixture
def load(brook: Clinic) -> Callable[..., list[ImportOutcome | None]]:
    return partial(load_into, brook, at="9:05")


@pytest.fixture
def merge(max_: Staff) -> Callable[..., PatientMerge]:
    return partial(merge_records, by=max_)


@pytest.fixture
def undo(max_: Staff) -> Callable[..., PatientMerge]:
    return partial(undo_merge, by=max_)


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
    assert load(*again, at="9:40") == [UNCHANGED] * 6
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


def test_what_both_numbers_say_is_on_both_records_after_the_undo(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    undo: Callable[..., PatientMerge],
    anna: Patient,
    zofia: Patient,
) -> None:
    """All but the one appointment, which is the kept record's. The merge then says what it keeps of each."""
    load(*more_of("B1", ""))
    merged = merge(anna, zofia)
    load(*more_of("A1", ""))
    kept = merged.paper_moves.filter(done="kept", was_patient=anna).order_by("pk")
    assert list(kept.values_list("subject", flat=True)) == ["Guardian", "Immunization", "DueItem"]
    undo(merged)
    assert (on(anna), on(zofia)) == ([1, 0, 1, 1, 1], [1, 1, 1, 1, 1])
