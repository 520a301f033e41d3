"""What a feed says is due is found again, closed by its list, and never due again once it was given."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions.record_import_due_items import DueItemBatch
from checkin.models import Clinic, DueItem, Location, Need, Patient, Staff
from checkin.rules.record_rows import BadRow, DueItemItem, ImportOutcome
from tests import make

JANUARY, APRIL = dt.date(2026, 1, 1), dt.date(2026, 4, 1)


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook)


def said(of: Patient, key: tuple[str, str] = ("", ""), **fields: Any) -> DueItemItem:
    values = {"kind": "vaccine", "name": "MMR", "code": "03", "due_on": JANUARY} | fields.pop("values", {})
    return DueItemItem(patient_pk=of.pk, key=key, values=values, **fields)


def take(clinic: Clinic, *items: Any) -> list[Any]:
    """What became of each, once all are written."""
    batch = DueItemBatch(clinic)
    batch.look_up(items)
    for one in items:
        batch.take(one)
    batch.close_lists()
    batch.changes.settle()
    batch.write()
    return [one.outcome.value for one in items]


def test_without_an_identifier_patient_what_and_day_say_which_it_is(brook: Clinic, leo: Patient) -> None:
    assert take(brook, said(leo)) == ["made"]
    assert take(brook, said(leo, values={"code": "3", "name": "Measles"})) == ["changed"]
    assert take(brook, said(leo, values={"due_on": APRIL})) == ["made"]
    assert take(brook, said(make.patient(brook, "Mia Ruiz"))) == ["made"]
    assert DueItem.objects.filter(patient=leo).count() == 2


def test_of_a_list_the_same_vaccine_only_moves_to_another_day(brook: Clinic, leo: Patient) -> None:
    assert take(brook, said(leo, origin=("a.json", "1"))) == ["made"]
    assert take(brook, said(leo, origin=("b.json", "9"), values={"due_on": APRIL})) == ["changed"]
    assert DueItem.objects.get().due_on == APRIL


def test_with_an_identifier_it_is_the_same_whatever_it_says(brook: Clinic, leo: Patient) -> None:
    key = ("urn:due", "1")
    assert take(brook, said(leo, key)) == ["made"]
    assert take(brook, said(leo, key)) == ["unchanged"]
    assert take(brook, said(leo, key, values={"due_on": APRIL, "name": "MMR 2"})) == ["changed"]
    assert (DueItem.objects.get().value, DueItem.objects.get().name) == ("1", "MMR 2")


def test_withdrawn_it_is_due_no_longer_and_what_is_not_on_file_is_not_made(
    brook: Clinic, leo: Patient
) -> None:
    key = ("urn:due", "1")
    assert take(brook, said(leo, key, withdrawn=True)) == ["unchanged"]
    take(brook, said(leo, key))
    assert take(brook, said(leo, key, withdrawn=True)) == ["changed"]
    assert DueItem.objects.get().status == "withdrawn"
    assert take(brook, said(leo, key)) == ["changed"]
    assert DueItem.objects.get().status == "due"


def give(leo: Patient, front: Location, noor: Staff, day: dt.date) -> None:
    """It was given here, at a visit of that day."""
    item = DueItem.objects.get()
    DueItem.objects.update(status=DueItem.Status.GIVEN)
    visit = make.visit(front, make.at("9:40", day))
    facts = {"clinic": leo.clinic, "kind": "vaccine", "key": "given", "owner_role": "clinician", "why": "due"}
    Need.objects.create(visit=visit, due_item=item, status="done", noticed_at=visit.arrived_at, **facts)


@pytest.mark.parametrize(
    ("due_on", "withdrawn", "outcome", "status"),
    [
        (JANUARY, False, "unchanged", "given"),
        (dt.date(2026, 3, 10), False, "unchanged", "given"),
        (dt.date(2026, 3, 11), False, "changed", "due"),
        (dt.date(2026, 3, 11), True, "unchanged", "given"),
    ],
)
def test_once_given_it_is_due_again_only_after_the_day_of_that(
    brook: Clinic,
    front: Location,
    leo: Patient,
    noor: Staff,
    due_on: dt.date,
    withdrawn: bool,
    outcome: str,
    status: str,
) -> None:
    key = ("urn:due", "1")
    take(brook, said(leo, key))
    give(leo, front, noor, dt.date(2026, 3, 10))
    again = said(leo, key, values={"due_on": due_on}, withdrawn=withdrawn)
    assert take(brook, again) == [outcome]
    assert DueItem.objects.get().status == status


def test_given_without_a_visit_the_day_it_was_due_counts(brook: Clinic, leo: Patient) -> None:
    key = ("urn:due", "1")
    take(brook, said(leo, key))
    DueItem.objects.update(status=DueItem.Status.GIVEN)
    assert take(brook, said(leo, key)) == ["unchanged"]
    assert take(brook, said(leo, key, values={"due_on": APRIL})) == ["changed"]


def test_what_is_one_childs_is_not_made_anothers(brook: Clinic, leo: Patient) -> None:
    mia, key = make.patient(brook, "Mia Ruiz"), ("urn:due", "1")
    take(brook, said(leo, key))
    with pytest.raises(BadRow):
        take(brook, said(mia, key))
    DueItem.objects.update(status=DueItem.Status.GIVEN)
    with pytest.raises(BadRow, match="It was given here already, and to another patient"):
        take(brook, said(mia, key))
    assert DueItem.objects.get().patient == leo


def test_what_a_list_names_no_longer_is_withdrawn_and_nothing_else_is(brook: Clinic, leo: Patient) -> None:
    mine, other = ("urn:list", "leo-"), ("urn:list", "mia-")
    mia = make.patient(brook, "Mia Ruiz")
    for of, number, status in (
        (leo, "leo-1", "due"),
        (leo, "leo-2", "due"),
        (leo, "leo-3", "given"),
        (leo, "other-1", "due"),
        (mia, "leo-4", "due"),
    ):
        DueItem.objects.create(
            clinic=brook, patient=of, kind="vaccine", name=number, due_on=JANUARY,
            system=mine[0], value=number, status=status,
        )  # fmt: skip
    named = said(leo, ("urn:list", "leo-1"), listed=mine, values={"name": "leo-1", "code": ""})
    batch = DueItemBatch(brook)
    batch.look_up([named, said(mia, ("urn:list", "mia-1"), listed=other)])
    batch.take(named)
    assert named.outcome is ImportOutcome.UNCHANGED
    batch.close_lists()
    batch.write()
    assert (batch.withdrawn, batch.touched) == (1, {leo.pk})
    assert dict(DueItem.objects.values_list("name", "status")) == {
        "leo-1": "due",
        "leo-2": "withdrawn",
        "leo-3": "given",
        "other-1": "due",
        "leo-4": "due",
    }
