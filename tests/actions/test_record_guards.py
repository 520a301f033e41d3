"""No import turns one child into another, or moves what is one child's to another."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import record_imports
from checkin.models import Appointment, DueItem, Immunization, Patient, PatientIdentifier
from checkin.rules.record_rows import (
    FHIR_ID,
    AppointmentItem,
    DueItemItem,
    ImmunizationItem,
    ImportOutcome,
    PatientItem,
    RecordItem,
    RelatedItem,
)
from tests import make

pytestmark = pytest.mark.django_db

MADE, CHANGED, UNCHANGED, REJECTED = (
    ImportOutcome.MADE,
    ImportOutcome.CHANGED,
    ImportOutcome.UNCHANGED,
    ImportOutcome.REJECTED,
)
LEO = {"given_name": "Leo", "family_name": "Marsh", "birth_date": dt.date(2015, 5, 5)}
RUBY = {"given_name": "Ruby", "family_name": "Marsh", "birth_date": dt.date(2018, 9, 9)}
SLOT = {"starts_at": make.at("9:45")}
MMR = {"name": "MMR", "code": "03", "given_on": dt.date(2019, 1, 1)}
DUE = {"kind": "vaccine", "name": "MMR", "code": "03", "due_on": dt.date(2026, 1, 1)}


def numbered(number: str, values: dict[str, Any], *more: tuple[str, str], weak: str = "") -> PatientItem:
    keys = [("urn:mrn", number)] if number else []
    return PatientItem(keys=[*keys, *more], weak=(FHIR_ID, weak) if weak else None, values=dict(values))


def belongs(kind: type[RelatedItem], number: str, values: dict[str, Any]) -> Any:
    return kind(patient_keys=[("urn:mrn", number)], key=("urn:its", "1"), values=dict(values))


@pytest.fixture
def load(brook, front):
    def outcomes(*items: RecordItem) -> list[ImportOutcome | None]:
        record_imports.import_record_items(clinic=brook, items=items, at=make.at("9:00"))
        return [item.outcome for item in items]

    return outcomes


def people() -> list[tuple[str, str]]:
    found = Patient.objects.order_by("pk").values_list("given_name", "birth_date")
    return [(name, str(born)) for name, born in found]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_number_that_comes_again_with_another_child_is_put_aside(load, at_once: bool) -> None:
    leo, ruby = numbered("7", LEO), numbered("7", RUBY)
    assert (load(leo, ruby) if at_once else load(leo) + load(ruby)) == [MADE, REJECTED]
    assert "turn one patient into another" in ruby.reason
    assert people() == [("Leo", "2015-05-05")]
    assert load(numbered("7", LEO), numbered("7", RUBY)) == [UNCHANGED, REJECTED]


def test_a_child_does_not_become_another_in_two_steps(load) -> None:
    load(numbered("7", LEO))
    assert load(numbered("7", RUBY | {"birth_date": None})) == [REJECTED]
    assert people() == [("Leo", "2015-05-05")]


def test_a_number_that_siblings_share_merges_nobody(load) -> None:
    shared = ("urn:card", "2951300601")
    assert load(numbered("A1", LEO, shared), numbered("A2", RUBY, shared)) == [MADE, REJECTED]
    assert people() == [("Leo", "2015-05-05")]
    assert not PatientIdentifier.objects.filter(value="A2").exists()


def test_a_number_that_went_to_another_child_is_put_aside_and_takes_nothing_along(load) -> None:
    load(numbered("A1", LEO), numbered("A2", RUBY))
    both = numbered("A2", RUBY, ("urn:mrn", "A1"))
    assert load(both) == [REJECTED]
    assert "two different patients" in both.reason


def test_a_second_number_of_one_office_is_taken_where_all_else_agrees(load) -> None:
    card = ("urn:card", "1")
    load(numbered("A1", LEO, card))
    assert load(numbered("A9", LEO, card)) == [CHANGED]
    assert load(numbered("A3", LEO | {"birth_date": dt.date(2015, 5, 6)}, card)) == [REJECTED]


def test_a_bare_resource_id_is_no_proof_of_anybody(load) -> None:
    assert load(numbered("", LEO, weak="1")) == [MADE]
    assert load(numbered("", LEO | {"phone": "555-010-0123"}, weak="1")) == [CHANGED]
    stranger = numbered("", RUBY, weak="1")
    assert load(stranger) == [REJECTED]
    assert "--source" in stranger.reason
    assert load(numbered("", LEO | {"family_name": "Bell"}, weak="1")) == [REJECTED]
    assert load(numbered("", RUBY, ("urn:other", "9"), weak="1")) == [MADE]
    assert people() == [("Leo", "2015-05-05"), ("Ruby", "2018-09-09")]


def test_a_provisional_and_a_merged_record_are_guarded_like_any_other(load, brook) -> None:
    kept = make.patient(brook, "Leo Marsh", born="2015-05-05")
    old = make.patient(brook, "Leo Marsh", born="2015-05-05", status="provisional")
    old.identifiers.create(clinic=brook, system="urn:mrn", value="7")
    assert load(numbered("7", RUBY)) == [REJECTED]
    Patient.objects.filter(pk=old.pk).update(status="merged", merged_into=kept)
    assert load(numbered("7", RUBY)) == [REJECTED]
    assert load(numbered("7", LEO | {"sex": "male"})) == [CHANGED]
    assert people() == [("Leo", "2015-05-05")] * 2


@pytest.mark.parametrize(
    ("kind", "values", "model"),
    [
        (AppointmentItem, SLOT, Appointment),
        (ImmunizationItem, MMR, Immunization),
        (DueItemItem, DUE, DueItem),
    ],
)
def test_what_is_one_childs_is_never_moved_to_another(load, kind: Any, values: Any, model: Any) -> None:
    load(numbered("A1", LEO), numbered("A2", RUBY))
    moved = belongs(kind, "A2", values)
    assert load(belongs(kind, "A1", values), moved) == [MADE, REJECTED]
    assert "another patient" in moved.reason
    assert load(belongs(kind, "A2", values)) == [REJECTED]
    assert model.objects.get().patient.given_name == "Leo"


def test_anothers_vaccine_is_not_taken_off_by_a_row_of_this_child(load) -> None:
    load(numbered("A1", LEO), numbered("A2", RUBY), belongs(ImmunizationItem, "A1", MMR))
    gone = belongs(ImmunizationItem, "A2", MMR)
    gone.withdrawn = True
    assert load(gone) == [REJECTED]
    assert Immunization.objects.exists()


def test_what_names_two_patients_belongs_to_neither(load) -> None:
    load(numbered("A1", LEO), numbered("A2", RUBY))
    both = belongs(ImmunizationItem, "A1", MMR)
    both.patient_keys.append(("urn:mrn", "A2"))
    assert load(both) == [REJECTED]
    assert not Immunization.objects.exists()
