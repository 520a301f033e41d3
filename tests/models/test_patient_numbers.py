"""A record that others were merged into is shown with its own number, wherever one of several is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from checkin.actions import merge_undo, patient_merges
from checkin.models import Clinic, Patient, PatientMerge, Staff
from checkin.models import entry_wording as entry_wording_models
from checkin.queries import (
    match_candidates,
)
from checkin.queries import (
    patient_merges as patient_merge_queries,
)
from checkin.queries import (
    patients as patient_queries,
)
from tests import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


pytestmark = pytest.mark.django_db
BORN, LATER = "2019-05-08", make.at("10:00")
HOW = "their mother showed both cards"


def record(clinic: Clinic, name: str, number: str, system: str = "urn:bs", **fields: Any) -> Patient:
    found = make.patient(clinic, name, BORN, **fields)
    if number:
        found.identifiers.create(clinic=clinic, system=system, value=number)
    return found


@pytest.fixture
def hannah(brook: Clinic) -> Patient:
    return record(brook, "Hannah Lindqvist", "BS-0008", language="es", interpreter_needed=True)


@pytest.fixture
def hanna(brook: Clinic) -> Patient:
    return record(brook, "Hanna Lindqvist", "BS-0009", language="en")


def merge(
    one: Patient, other: Patient, by: Staff, take: Any = ("language", "interpreter_needed")
) -> PatientMerge:
    for each in (one, other):
        each.refresh_from_db()
    made = patient_merges.merge_patients(merged=one, into=other, by=by, at=LATER, why=HOW, take=take).merge
    assert made is not None
    for each in (one, other):
        each.refresh_from_db()
    return made


def text(page: ClientResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


@pytest.mark.usefixtures("tuesday")
@pytest.mark.parametrize("side", ["record", "merge"])
def test_merge_pages_show_the_remaining_record_with_its_own_number(
    desk_client: Client, hannah: Patient, hanna: Patient, dana: Staff, side: str
) -> None:
    made = merge(hannah, hanna, dana)
    at = f"/patients/{hanna.pk}/" + (f"?merged={made.pk}" if side == "merge" else "")
    page = text(desk_client.get(at))
    assert "BS-0009 will say language English" in page
    assert "BS-0008 will say" not in page
    assert "Hanna Lindqvist (BS-0008)" not in page
    if side == "merge":
        assert "was merged into Hanna Lindqvist (BS-0009)" in page


def test_every_place_that_shows_one_number_shows_the_records_own(
    brook: Clinic, hannah: Patient, hanna: Patient, dana: Staff
) -> None:
    merge(hannah, hanna, dana)
    assert (
        entry_wording_models.patient_record_number(hanna)
        == entry_wording_models.record_reference(hanna)
        == "BS-0009"
    )
    assert match_candidates.first_numbers_by_patient(brook, [hanna, hannah]) == {hanna.pk: "BS-0009"}
    listed = patient_queries.read_patient_page(hanna, on=LATER.date()).identifiers
    assert [one.value for one in listed] == ["BS-0009", "BS-0008"]


def test_its_own_number_is_shown_even_if_the_other_system_sorts_first(brook: Clinic, dana: Staff) -> None:
    one, other = record(brook, "Ana Sol", "7", system=""), record(brook, "Ana Soll", "9", system="urn:z")
    merge(one, other, dana, take=())
    assert entry_wording_models.patient_record_number(other) == "9"


def test_its_own_number_is_shown_after_chained_merges_and_their_undos(
    brook: Clinic, hannah: Patient, hanna: Patient, dana: Staff
) -> None:
    """With A merged into B and B into C, C shows its own; after the undos, B shows B's and A shows A's."""
    last = record(brook, "Johanna Lindqvist", "BS-0010")
    first, second = merge(hannah, hanna, dana, take=()), merge(hanna, last, dana, take=())
    assert entry_wording_models.patient_record_number(last) == "BS-0010"
    merge_undo.undo_patient_merge(merge=second, by=dana, at=LATER)
    assert [entry_wording_models.patient_record_number(one) for one in (hanna, last)] == [
        "BS-0009",
        "BS-0010",
    ]
    merge_undo.undo_patient_merge(merge=first, by=dana, at=LATER)
    assert [entry_wording_models.patient_record_number(one) for one in (hannah, hanna)] == [
        "BS-0008",
        "BS-0009",
    ]
    merge(hanna, hannah, dana, take=())
    assert entry_wording_models.patient_record_number(hannah) == "BS-0008"


def test_a_record_without_a_number_shows_the_one_a_merge_brought(
    brook: Clinic, hannah: Patient, dana: Staff
) -> None:
    typed = record(brook, "Hanna L", "")
    merge(hannah, typed, dana, take=())
    assert entry_wording_models.patient_record_number(typed) == "BS-0008"


def test_the_report_of_an_undone_merge_shows_each_records_own_number(
    brook: Clinic, hannah: Patient, hanna: Patient, dana: Staff
) -> None:
    made = merge(hannah, hanna, dana)
    undone = patient_merge_queries.read_merge_report(
        brook, merge_undo.undo_patient_merge(merge=made, by=dana, at=LATER).pk
    )
    assert (undone.merged.more, undone.into.more) == ("BS-0008", "BS-0009")
