"""Rows imported under a merged record's number belong to that record and move back with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import pytest_django

from checkin.actions import match_decisions
from checkin.actions.record_import_merges import MergedRecordPaths
from checkin.models import (
    Clinic,
    Location,
    PaperMove,
    Patient,
    PatientMerge,
    Staff,
)
from checkin.rules.record_rows import (
    GuardianItem,
    ImportOutcome,
    PatientItem,
    RecordItem,
)
from tests import make
from tests.actions.imported_records import CHANGED, MADE, UNCHANGED, load_into
from tests.actions.merged_imports import (
    ANNA,
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


def read_again(*rows: Patient) -> None:
    for row in rows:
        row.refresh_from_db()


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


def test_rows_imported_under_the_remaining_records_number_stay(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    undo: Callable[..., PatientMerge],
    anna: Patient,
    zofia: Patient,
) -> None:
    merged = merge(anna, zofia)
    load(*more_of("B1"))
    undo(merged)
    assert on(zofia) == [1, 1, 1, 1, 1]
    assert on(anna) == [0, 0, 0, 0, 1]
    assert load(*more_of("B1"), *more_of("A1", "own-A1")) == [UNCHANGED] * 4 + [MADE] * 4


def test_columns_are_kept_on_the_merged_record_and_fill_blanks_of_the_remaining(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    undo: Callable[..., PatientMerge],
    anna: Patient,
    zofia: Patient,
) -> None:
    Patient.objects.filter(pk=zofia.pk).update(phone="555-010-0001")
    merged = merge(anna, zofia)
    new = {"language": "pl", "phone": "555-010-4444", "address": "1 A St"}
    assert load(child("A1", ANNA, **new)) == [CHANGED]
    read_again(zofia)
    said = (zofia.given_name, zofia.language, zofia.phone, zofia.address)
    assert said == ("Zofia", "pl", "555-010-0001", "1 A St")
    assert load(child("A1", ANNA, **new | {"language": "de"})) == [CHANGED]
    read_again(zofia)
    assert zofia.language == "de"
    undone = undo(merged)
    read_again(anna, zofia)
    assert (zofia.language, zofia.phone, zofia.address) == ("", "555-010-0001", "")
    assert (anna.language, anna.phone, anna.address) == ("de", "555-010-4444", "1 A St")
    assert not undone.paper_moves.filter(done="kept").exclude(why="").exists()
    assert load(child("A1", ANNA, **new | {"language": "de"}), child("B1", ZOFIA)) == [UNCHANGED] * 2


def test_a_column_the_merge_took_follows_the_number(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    undo: Callable[..., PatientMerge],
    anna: Patient,
    zofia: Patient,
) -> None:
    Patient.objects.filter(pk=anna.pk).update(language="pl")
    Patient.objects.filter(pk=zofia.pk).update(language="en")
    merged = merge(anna, zofia, take=["language"])
    load(child("A1", ANNA, language="uk"))
    read_again(zofia)
    assert zofia.language == "uk"
    undo(merged)
    read_again(anna, zofia)
    assert (anna.language, zofia.language) == ("uk", "en")


def test_a_column_left_blank_at_the_merge_stays_blank(
    load: Callable[..., list[ImportOutcome | None]], merge: Callable[..., Any], anna: Patient, zofia: Patient
) -> None:
    Patient.objects.filter(pk=anna.pk).update(language="pl")
    merge(anna, zofia, leave=["language"])
    load(child("A1", ANNA, language="uk"))
    read_again(zofia)
    assert zofia.language == ""


def test_a_record_without_its_own_number_shows_what_the_merged_one_imports(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    undo: Callable[..., PatientMerge],
    anna: Patient,
    brook: Clinic,
) -> None:
    own = record(brook, "", ANNA | {"phone": "555-010-0001"})
    merged = merge(anna, own)
    load(child("A1", ANNA, phone="555-010-4444"))
    read_again(own)
    assert own.phone == "555-010-4444"
    undo(merged)
    read_again(anna, own)
    assert (own.phone, own.phone_key, anna.phone) == ("555-010-0001", "550100001", "555-010-4444")


def test_a_new_number_moves_back_as_well(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    undo: Callable[..., PatientMerge],
    anna: Patient,
    zofia: Patient,
) -> None:
    merged = merge(anna, zofia)
    both = PatientItem(keys=[("", "A1"), ("urn:x", "9")], values=dict(ANNA))
    assert load(both) == [CHANGED]
    undo(merged)
    assert on(anna)[-1] == 2
    assert load(both, child("B1", ZOFIA)) == [UNCHANGED] * 2


@pytest.mark.parametrize("first", ["inner", "outer"])
def test_through_a_chain_of_merges_rows_move_back_step_by_step(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    undo: Callable[..., PatientMerge],
    anna: Patient,
    zofia: Patient,
    brook: Clinic,
    first: str,
) -> None:
    lena = record(
        brook, "C1", {"given_name": "Lena", "family_name": "Ito", "birth_date": dt.date(2016, 1, 1)}
    )
    inner, outer = merge(anna, zofia), merge(zofia, lena)
    assert load(*more_of("A1", ""), child("A1", ANNA, language="pl")) == [MADE] * 4 + [CHANGED]
    read_again(lena)
    assert (lena.language, on(lena)) == ("pl", [1, 1, 1, 1, 3])
    undo(outer if first == "outer" else inner)
    if first == "outer":
        assert (on(zofia), on(lena)) == ([1, 1, 1, 1, 2], [0, 0, 0, 0, 1])
    else:
        assert (on(anna), on(lena)) == ([1, 1, 1, 1, 1], [0, 0, 0, 0, 2])
    undo(inner if first == "outer" else outer)
    read_again(anna, zofia, lena)
    assert (anna.language, zofia.language, lena.language) == ("pl", "", "")
    assert on(anna) == [1, 1, 1, 1, 1]
    assert on(zofia) == on(lena) == [0, 0, 0, 0, 1]
    assert load(*more_of("A1", ""), child("A1", ANNA, language="pl")) == [UNCHANGED] * 5


def test_a_record_merged_elsewhere_is_not_affected_by_the_other_merges_undo(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    undo: Callable[..., PatientMerge],
    anna: Patient,
    zofia: Patient,
    brook: Clinic,
) -> None:
    lena = record(
        brook, "C1", {"given_name": "Lena", "family_name": "Ito", "birth_date": dt.date(2016, 1, 1)}
    )
    inner, outer = merge(anna, zofia), merge(zofia, lena)
    load(*more_of("A1"))
    undo(inner)
    last = merge(anna, lena)
    undo(outer)
    assert (on(zofia), on(lena)) == ([0, 0, 0, 0, 1], [1, 1, 1, 1, 2])
    undo(last)
    assert on(anna) == [1, 1, 1, 1, 1]


def test_both_records_in_one_import_keep_their_own_rows(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    undo: Callable[..., PatientMerge],
    anna: Patient,
    zofia: Patient,
) -> None:
    merged = merge(anna, zofia)
    load(*more_of("A1"), *more_of("B1"), child("A1", ANNA, language="pl"), child("B1", ZOFIA, language="vi"))
    undo(merged)
    read_again(anna, zofia)
    assert (anna.language, zofia.language) == ("pl", "vi")
    assert on(anna) == on(zofia) == [1, 1, 1, 1, 1]
    said = [*more_of("A1"), *more_of("B1")]
    said += [child("A1", ANNA, language="pl"), child("B1", ZOFIA, language="vi")]
    assert load(*said) == [UNCHANGED] * 10


@pytest.fixture
def parted(front: Location, dana: Staff, anna: Patient) -> Patient | None:
    """A sign-in record linked to Anna by mistake, then a new patient: its merge ended without an undo."""
    visit = make.visit(front, name="Zed Novak", born="2020-02-02", escort_name="Olga Novak")
    own = visit.patient
    merged = match_decisions.link_visit_to_patient(
        visit=visit, patient=anna, by=dana, at=make.at("9:41")
    ).merge
    visit.refresh_from_db()
    match_decisions.decide_new_patient(visit=visit, by=dana, at=make.at("9:42"))
    read_again(own)
    assert (own.merged_into, merged.into, hasattr(merged, "undone_by")) == (None, anna, False)
    return own


def test_an_import_terminates_after_a_record_took_in_the_one_it_had_been_in(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    undo: Callable[..., PatientMerge],
    anna: Patient,
    parted: Patient | None,
) -> None:
    """Its merge had ended but still counted, so the import went from one record to the other forever."""
    last = merge(anna, parted)
    assert load(*more_of("A1", ""), child("A1", ANNA, language="pl")) == [MADE] * 4 + [CHANGED]
    undo(last)
    read_again(anna, parted)
    assert (anna.language, parted.language) == ("pl", "")
    assert (on(anna), on(parted)) == ([1, 1, 1, 1, 1], [0, 0, 0, 0, 0])


def test_an_import_does_not_follow_a_merge_that_has_ended(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    undo: Callable[..., PatientMerge],
    anna: Patient,
    zofia: Patient,
    parted: Patient | None,
) -> None:
    """The phone and language were written on the wrong child's record, through a merge that had ended."""
    last = merge(zofia, parted)
    items = [*more_of("B1", ""), child("B1", ZOFIA, language="vi", phone="555-077-0001")]
    assert load(*items, child("A1", ANNA)) == [MADE] * 4 + [CHANGED, UNCHANGED]
    read_again(anna, parted)
    assert (anna.phone, anna.language, on(anna)) == ("", "", [0, 0, 0, 0, 1])
    assert (parted.phone, parted.language, on(parted)) == ("555-077-0001", "vi", [1, 1, 1, 1, 1])
    undo(last)
    read_again(zofia, parted)
    assert (zofia.phone, parted.phone) == ("555-077-0001", "")
    assert (on(zofia), on(parted)) == ([1, 1, 1, 1, 1], [0, 0, 0, 0, 0])


def test_a_row_follows_the_current_merge_not_an_earlier_wrong_one(
    load: Callable[..., list[ImportOutcome | None]],
    front: Location,
    dana: Staff,
    anna: Patient,
    zofia: Patient,
) -> None:
    """A row placed on a sign-in record was written to the record of its first, wrong match."""
    visit = make.visit(front, name="Zed Novak", born="2020-02-02", escort_name="Olga Novak")
    own = visit.patient
    for patient in (anna, zofia):
        visit.refresh_from_db()
        match_decisions.link_visit_to_patient(visit=visit, patient=patient, by=dana, at=make.at("9:41"))
    read_again(own)
    assert own.merged_into == zofia
    load(GuardianItem(patient_pk=own.pk, is_placed=True, values=dict(URI)))
    assert (on(anna)[0], on(own)[0]) == (0, 1)


def test_reading_merge_paths_terminates_even_on_a_cycle(
    anna: Patient, zofia: Patient, merge: Callable[..., Any]
) -> None:
    """Two records merged into each other, which no page can do, kept an import running forever."""
    merge(anna, zofia)
    Patient.objects.filter(pk=zofia.pk).update(status=Patient.Status.MERGED, merged_into=anna)
    back = {"clinic": anna.clinic, "merged": zofia, "into": anna, "at": make.at("9:02")}
    PatientMerge.objects.create(**back, by=PatientMerge.objects.get().by)
    homes = MergedRecordPaths()
    homes.read_ways({anna.pk, zofia.pk})
    assert homes.ways == {}


def test_importing_many_rows_takes_no_more_queries(
    load: Callable[..., list[ImportOutcome | None]],
    merge: Callable[..., Any],
    anna: Patient,
    zofia: Patient,
    django_assert_max_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    merge(anna, zofia)

    def adults(one: int, many: int) -> list[RecordItem]:
        return [
            GuardianItem(patient_keys=[("", "A1")], key=("", f"g{at}"), values=URI | {"name": f"Adult {at}"})
            for at in range(one, one + many)
        ]

    with django_assert_max_num_queries(32):
        load(*adults(0, 3))
    with django_assert_max_num_queries(32):
        load(*adults(10, 500))
    assert PaperMove.objects.filter(subject="Guardian").count() == 503
