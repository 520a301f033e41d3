"""No import turns one child into another, or moves one child's rows to another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from checkin.models import Appointment, Clinic, DueItem, Immunization, Location, Patient, PatientIdentifier
from checkin.rules.record_rows import (
    FHIR_ID,
    AppointmentItem,
    DueItemItem,
    ImmunizationItem,
    ImportOutcome,
    PatientItem,
    RelatedItem,
)
from tests import make
from tests.actions.imported_records import load_into

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
def load(brook: Clinic, front: Location) -> Callable[..., list[ImportOutcome | None]]:
    return partial(load_into, brook)


def people() -> list[tuple[str, str]]:
    found = Patient.objects.order_by("pk").values_list("given_name", "birth_date")
    return [(name, str(born)) for name, born in found]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_number_reused_for_another_child_is_rejected(
    load: Callable[..., list[ImportOutcome | None]], at_once: bool
) -> None:
    leo, ruby = numbered("7", LEO), numbered("7", RUBY)
    assert (load(leo, ruby) if at_once else load(leo) + load(ruby)) == [MADE, REJECTED]
    assert "turn one patient into another" in ruby.reason
    assert people() == [("Leo", "2015-05-05")]
    assert load(numbered("7", LEO), numbered("7", RUBY)) == [UNCHANGED, REJECTED]


def test_a_record_cannot_become_another_child_in_two_steps(
    load: Callable[..., list[ImportOutcome | None]],
) -> None:
    load(numbered("7", LEO))
    assert load(numbered("7", RUBY | {"birth_date": None})) == [REJECTED]
    assert people() == [("Leo", "2015-05-05")]


def test_a_number_shared_by_siblings_merges_nobody(load: Callable[..., list[ImportOutcome | None]]) -> None:
    shared = ("urn:card", "2951300601")
    assert load(numbered("A1", LEO, shared), numbered("A2", RUBY, shared)) == [MADE, REJECTED]
    assert people() == [("Leo", "2015-05-05")]
    assert not PatientIdentifier.objects.filter(value="A2").exists()


def test_a_row_with_the_numbers_of_two_children_is_rejected(
    load: Callable[..., list[ImportOutcome | None]],
) -> None:
    load(numbered("A1", LEO), numbered("A2", RUBY))
    both = numbered("A2", RUBY, ("urn:mrn", "A1"))
    assert load(both) == [REJECTED]
    assert "two different patients" in both.reason


def test_a_second_number_is_added_only_if_everything_else_agrees(
    load: Callable[..., list[ImportOutcome | None]],
) -> None:
    card = ("urn:card", "1")
    load(numbered("A1", LEO, card))
    assert load(numbered("A9", LEO, card)) == [CHANGED]
    assert load(numbered("A3", LEO | {"birth_date": dt.date(2015, 5, 6)}, card)) == [REJECTED]


def test_a_resource_id_alone_identifies_nobody(load: Callable[..., list[ImportOutcome | None]]) -> None:
    assert load(numbered("", LEO, weak="1")) == [MADE]
    assert load(numbered("", LEO | {"phone": "555-010-0123"}, weak="1")) == [CHANGED]
    stranger = numbered("", RUBY, weak="1")
    assert load(stranger) == [REJECTED]
    assert "--source" in stranger.reason
    assert load(numbered("", LEO | {"family_name": "Bell"}, weak="1")) == [REJECTED]
    assert load(numbered("", RUBY, ("urn:other", "9"), weak="1")) == [MADE]
    assert people() == [("Leo", "2015-05-05"), ("Ruby", "2018-09-09")]


def test_provisional_and_merged_records_are_guarded_too(
    load: Callable[..., list[ImportOutcome | None]], brook: Clinic
) -> None:
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
def test_an_imported_row_never_moves_to_another_child(
    load: Callable[..., list[ImportOutcome | None]], kind: Any, values: Any, model: Any
) -> None:
    load(numbered("A1", LEO), numbered("A2", RUBY))
    moved = belongs(kind, "A2", values)
    assert load(belongs(kind, "A1", values), moved) == [MADE, REJECTED]
    assert "another patient" in moved.reason
    assert load(belongs(kind, "A2", values)) == [REJECTED]
    assert model.objects.get().patient.given_name == "Leo"


def test_another_childs_vaccine_cannot_be_withdrawn(load: Callable[..., list[ImportOutcome | None]]) -> None:
    load(numbered("A1", LEO), numbered("A2", RUBY), belongs(ImmunizationItem, "A1", MMR))
    gone = belongs(ImmunizationItem, "A2", MMR)
    gone.withdrawn = True
    assert load(gone) == [REJECTED]
    assert Immunization.objects.exists()


def test_a_row_that_names_two_patients_is_rejected(load: Callable[..., list[ImportOutcome | None]]) -> None:
    load(numbered("A1", LEO), numbered("A2", RUBY))
    both = belongs(ImmunizationItem, "A1", MMR)
    both.patient_keys.append(("urn:mrn", "A2"))
    assert load(both) == [REJECTED]
    assert not Immunization.objects.exists()
