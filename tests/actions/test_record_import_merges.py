"""What a record system says under the number of a merged record is that record's, and goes home with it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import match_decisions, merge_undo, patient_merges, record_imports
from checkin.actions.record_import_merges import MergedRecordPaths
from checkin.models import (
    Appointment,
    DueItem,
    Guardian,
    Immunization,
    PaperMove,
    Patient,
    PatientIdentifier,
    PatientMerge,
)
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


def read_again(*rows: Patient) -> None:
    for row in rows:
        row.refresh_from_db()


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
def anna(brook):
    return record(brook, "A1", ANNA)


@pytest.fixture
def zofia(brook):
    return record(brook, "B1", ZOFIA)


@pytest.fixture
def load(brook):
    def load(*items: RecordItem, minute: str = "9:05") -> list[ImportOutcome | None]:
        record_imports.import_record_items(clinic=brook, items=items, at=make.at(minute))
        return [item.outcome for item in items]

    return load


@pytest.fixture
def merge(max_):
    def merge(merged: Patient, into: Patient, **said: Any) -> Any:
        one, other = (Patient.objects.get(pk=each.pk) for each in (merged, into))
        why = "their mother says so"
        return patient_merges.merge_patients(
            merged=one, into=other, by=max_, at=make.at("9:00"), why=why, **said
        ).merge

    return merge


@pytest.fixture
def undo(max_):
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


def test_what_is_said_under_the_number_of_the_record_that_stays_stays(load, merge, undo, anna, zofia) -> None:
    merged = merge(anna, zofia)
    load(*more_of("B1"))
    undo(merged)
    assert on(zofia) == [1, 1, 1, 1, 1]
    assert on(anna) == [0, 0, 0, 0, 1]
    assert load(*more_of("B1"), *more_of("A1", "own-A1")) == [UNCHANGED] * 4 + [MADE] * 4


def test_columns_are_kept_on_the_merged_record_and_fill_what_neither_said(
    load, merge, undo, anna, zofia
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


def test_a_column_that_the_merge_took_follows_the_number(load, merge, undo, anna, zofia) -> None:
    Patient.objects.filter(pk=anna.pk).update(language="pl")
    Patient.objects.filter(pk=zofia.pk).update(language="en")
    merged = merge(anna, zofia, take=["language"])
    load(child("A1", ANNA, language="uk"))
    read_again(zofia)
    assert zofia.language == "uk"
    undo(merged)
    read_again(anna, zofia)
    assert (anna.language, zofia.language) == ("uk", "en")


def test_a_blank_that_was_left_blank_stays_blank(load, merge, anna, zofia) -> None:
    Patient.objects.filter(pk=anna.pk).update(language="pl")
    merge(anna, zofia, leave=["language"])
    load(child("A1", ANNA, language="uk"))
    read_again(zofia)
    assert zofia.language == ""


def test_a_record_without_a_number_of_its_own_says_what_the_merged_ones_says(load, merge, undo, anna, brook):
    own = record(brook, "", ANNA | {"phone": "555-010-0001"})
    merged = merge(anna, own)
    load(child("A1", ANNA, phone="555-010-4444"))
    read_again(own)
    assert own.phone == "555-010-4444"
    undo(merged)
    read_again(anna, own)
    assert (own.phone, own.phone_key, anna.phone) == ("555-010-0001", "550100001", "555-010-4444")


def test_a_number_that_is_new_goes_home_as_well(load, merge, undo, anna, zofia) -> None:
    merged = merge(anna, zofia)
    both = PatientItem(keys=[("", "A1"), ("urn:x", "9")], values=dict(ANNA))
    assert load(both) == [CHANGED]
    undo(merged)
    assert on(anna)[-1] == 2
    assert load(both, child("B1", ZOFIA)) == [UNCHANGED] * 2


@pytest.mark.parametrize("first", ["inner", "outer"])
def test_through_a_chain_of_merges_it_goes_home_step_by_step(load, merge, undo, anna, zofia, brook, first):
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


def test_merged_again_elsewhere_it_is_not_taken_by_the_undo_of_the_other_merge(
    load, merge, undo, anna, zofia, brook
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


def test_both_in_one_import_each_keeps_its_own(load, merge, undo, anna, zofia) -> None:
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
def parted(front, dana, anna):
    """A sign-in linked to Anna by mistake, then a new patient: the merge of its record was never undone."""
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


def test_an_import_ends_where_a_record_stood_alone_and_took_in_the_one_it_had_been_merged_into(
    load, merge, undo, anna, parted
) -> None:
    """Its merge was over, and counted: the import went from one record to the other for ever."""
    last = merge(anna, parted)
    assert load(*more_of("A1", ""), child("A1", ANNA, language="pl")) == [MADE] * 4 + [CHANGED]
    undo(last)
    read_again(anna, parted)
    assert (anna.language, parted.language) == ("pl", "")
    assert (on(anna), on(parted)) == ([1, 1, 1, 1, 1], [0, 0, 0, 0, 0])


def test_a_word_of_a_merged_record_goes_no_further_than_its_record_is(
    load, merge, undo, anna, zofia, parted
) -> None:
    """Its phone and language were written on a stranger's, by a merge that was over."""
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


def test_a_row_of_a_record_that_another_decision_moved_on_is_written_on_no_stranger(
    load, front, dana, anna, zofia
) -> None:
    """Its file had put it to a record made at sign-in: it was written where the first, wrong match was."""
    visit = make.visit(front, name="Zed Novak", born="2020-02-02", escort_name="Olga Novak")
    own = visit.patient
    for patient in (anna, zofia):
        visit.refresh_from_db()
        match_decisions.link_visit_to_patient(visit=visit, patient=patient, by=dana, at=make.at("9:41"))
    read_again(own)
    assert own.merged_into == zofia
    load(GuardianItem(patient_pk=own.pk, is_placed=True, values=dict(URI)))
    assert (on(anna)[0], on(own)[0]) == (0, 1)


def test_reading_the_ways_ends_whatever_the_rows_say(anna, zofia, merge) -> None:
    """Two records in each other, by rows that no page writes, kept an import for ever."""
    merge(anna, zofia)
    Patient.objects.filter(pk=zofia.pk).update(status=Patient.Status.MERGED, merged_into=anna)
    back = {"clinic": anna.clinic, "merged": zofia, "into": anna, "at": make.at("9:02")}
    PatientMerge.objects.create(**back, by=PatientMerge.objects.get().by)
    homes = MergedRecordPaths()
    homes.read_ways({anna.pk, zofia.pk})
    assert homes.ways == {}


def test_a_bulk_of_rows_costs_no_more_queries(
    load, merge, anna, zofia, django_assert_max_num_queries
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
