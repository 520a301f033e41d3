"""A vaccine of a feed is found by its identifier or by what it says, and is never another child's."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions.immunizations import IMMUNIZATION_SYSTEM
from checkin.actions.record_import_immunizations import ImmunizationBatch
from checkin.models import Clinic, Immunization, Patient
from checkin.rules.record_rows import FHIR_ID, BadRow, ImmunizationItem
from tests import make

JUNE, JULY = dt.date(2025, 6, 1), dt.date(2025, 7, 1)
KEY = ("urn:shots", "1")


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook)


def said(
    of: Patient,
    key: tuple[str, str] = ("", ""),
    *,
    withdrawn: bool = False,
    is_not_done: bool = False,
    is_shared: bool = False,
    **values: Any,
) -> ImmunizationItem:
    usual = {"name": "MMR", "code": "03", "given_on": JUNE}
    values = {name: value for name, value in (usual | values).items() if value is not None}
    return ImmunizationItem(
        patient_pk=of.pk, key=key, values=values,
        withdrawn=withdrawn, is_not_done=is_not_done, is_shared=is_shared,
    )  # fmt: skip


def take(clinic: Clinic, *items: Any) -> list[Any]:
    """What became of each, once all are written."""
    batch = ImmunizationBatch(clinic)
    batch.look_up(items)
    for one in items:
        batch.take(one)
    batch.settle_changes()
    batch.write()
    return [one.outcome.value for one in items]


def on_file() -> list[Any]:
    return sorted(Immunization.objects.values_list("name", "given_on"))


def test_without_an_identifier_patient_vaccine_and_day_say_which_it_is(brook: Clinic, leo: Patient) -> None:
    assert take(brook, said(leo)) == ["made"]
    assert take(brook, said(leo, code="3")) == ["changed"]
    assert take(brook, said(leo, given_on=JULY)) == ["made"]
    assert take(brook, said(make.patient(brook, "Mia Ruiz"))) == ["made"]
    assert len(on_file()) == 3


def test_under_its_identifier_a_day_or_a_name_may_be_corrected(brook: Clinic, leo: Patient) -> None:
    assert take(brook, said(leo, KEY)) == ["made"]
    assert take(brook, said(leo, KEY)) == ["unchanged"]
    assert take(brook, said(leo, KEY, given_on=JULY)) == ["changed"]
    assert take(brook, said(leo, KEY, given_on=JULY, name="Influenza", code="140")) == ["changed"]
    assert on_file() == [("Influenza", JULY)]
    assert Immunization.objects.get().is_influenza


def test_another_vaccine_on_another_day_is_a_second_one_under_the_same_identifier(
    brook: Clinic, leo: Patient
) -> None:
    take(brook, said(leo, KEY))
    other = {"name": "Polio", "code": "10", "given_on": JULY}
    assert take(brook, said(leo, KEY, **other)) == ["made"]
    assert on_file() == [("MMR", JUNE), ("Polio", JULY)]
    assert take(brook, said(leo, KEY, **other), said(leo, KEY)) == ["unchanged", "unchanged"]


def test_several_of_one_file_under_one_identifier_are_each_on_record(brook: Clinic, leo: Patient) -> None:
    items = [said(leo, KEY, is_shared=True, name=name, code="") for name in ("MMR", "Polio")]
    assert take(brook, *items) == ["made", "made"]
    assert take(brook, *items) == ["unchanged", "unchanged"]
    assert take(brook, said(leo, KEY, is_shared=True, withdrawn=True, given_on=None)) == ["unchanged"]


def test_one_that_is_known_by_its_code_alone_is_called_by_it(brook: Clinic, leo: Patient) -> None:
    take(brook, said(leo, KEY, name=None))
    assert on_file() == [("CVX 03", JUNE)]


def test_under_another_bare_id_it_is_found_by_what_it_says_of_its_child(brook: Clinic, leo: Patient) -> None:
    mia = make.patient(brook, "Mia Ruiz")
    take(brook, said(leo, (FHIR_ID, "1")))
    assert take(brook, said(leo, (FHIR_ID, "2"))) == ["unchanged"]
    assert take(brook, said(mia, (FHIR_ID, "3"))) == ["made"]
    assert Immunization.objects.count() == 2


def test_what_another_number_knows_is_only_recognized_by_what_it_says(brook: Clinic, leo: Patient) -> None:
    take(brook, said(leo, KEY, name="MMR II"))
    assert take(brook, said(leo, (FHIR_ID, "1"), name="MMR")) == ["unchanged"]
    assert on_file() == [("MMR II", JUNE)]


@pytest.mark.parametrize("given_here", [False, True])
def test_what_was_given_here_is_neither_theirs_nor_taken_off_by_them(
    brook: Clinic, leo: Patient, given_here: bool
) -> None:
    system = IMMUNIZATION_SYSTEM if given_here else "urn:x"
    facts = {"name": "MMR", "code": "03", "given_on": JUNE, "system": system, "value": "1"}
    Immunization.objects.create(clinic=brook, patient=leo, **facts)
    assert take(brook, said(leo, (FHIR_ID, "1"))) == ["made" if given_here else "unchanged"]


def test_an_identifier_that_this_clinic_gives_out_is_no_feeds(brook: Clinic, leo: Patient) -> None:
    with pytest.raises(BadRow, match="one of those that this clinic itself gives out"):
        take(brook, said(leo, (IMMUNIZATION_SYSTEM, "1")))


def test_entered_in_error_it_comes_off_and_again_it_is_on_record(brook: Clinic, leo: Patient) -> None:
    take(brook, said(leo, KEY))
    assert take(brook, said(leo, KEY, withdrawn=True)) == ["changed"]
    assert take(brook, said(leo, KEY, withdrawn=True)) == ["unchanged"]
    assert on_file() == []
    assert take(brook, said(leo, KEY)) == ["made"]


def test_off_and_on_again_in_one_batch_it_stays_as_it_was(brook: Clinic, leo: Patient) -> None:
    take(brook, said(leo, KEY))
    kept = Immunization.objects.get().pk
    assert take(brook, said(leo, KEY, withdrawn=True), said(leo, KEY)) == ["unchanged", "unchanged"]
    assert Immunization.objects.get().pk == kept


def test_made_and_taken_off_in_one_batch_it_never_was(brook: Clinic, leo: Patient) -> None:
    assert take(brook, said(leo, KEY), said(leo, KEY, withdrawn=True)) == ["unchanged", "unchanged"]
    assert on_file() == []


@pytest.mark.parametrize(
    ("said_name", "said_code", "is_same"),
    [("Measles", "3", True), ("MMR", "", True), ("Polio", "10", False)],
)
def test_what_was_not_given_takes_no_other_vaccine_off(
    brook: Clinic, leo: Patient, said_name: str, said_code: str, is_same: bool
) -> None:
    take(brook, said(leo, KEY))
    item = said(leo, KEY, withdrawn=True, is_not_done=True, name=said_name, code=said_code)
    if is_same:
        assert take(brook, item) == ["changed"]
    else:
        with pytest.raises(BadRow, match="under its identifier another vaccine is on file"):
            take(brook, item)


def test_nobody_was_vaccinated_before_birth(brook: Clinic, leo: Patient) -> None:
    long_before = leo.birth_date - dt.timedelta(days=30)
    with pytest.raises(BadRow):
        take(brook, said(leo, KEY, given_on=long_before))
    assert take(brook, said(leo, KEY, given_on=leo.birth_date)) == ["made"]
    early = said(leo, ("urn:shots", "2"), withdrawn=True, given_on=long_before)
    assert take(brook, early) == ["unchanged"]


def test_what_is_one_childs_is_not_made_anothers(brook: Clinic, leo: Patient) -> None:
    take(brook, said(leo, KEY))
    with pytest.raises(BadRow):
        take(brook, said(make.patient(brook, "Mia Ruiz"), KEY))
    assert Immunization.objects.get().patient == leo


def test_a_batch_says_whose_vaccines_are_others_than_before(brook: Clinic, leo: Patient) -> None:
    mia, ben = make.patient(brook, "Mia Ruiz"), make.patient(brook, "Ben Ruiz")
    take(brook, said(leo, KEY), said(mia, ("urn:shots", "2")), said(ben, ("urn:shots", "3")))
    batch = ImmunizationBatch(brook)
    items = [said(leo, KEY, withdrawn=True), said(mia, ("urn:shots", "2"), name="MMR II")]
    items += [said(ben, ("urn:shots", "3")), said(make.patient(brook, "Al Ruiz"), ("urn:shots", "4"))]
    batch.look_up(items)
    for one in items:
        batch.take(one)
    batch.settle_changes()
    assert batch.touched == {leo.pk, mia.pk, items[3].patient_pk}


def test_under_a_number_without_a_system_it_comes_off_though_no_day_is_said(
    brook: Clinic, leo: Patient
) -> None:
    assert take(brook, said(leo, ("", "5"))) == ["made"]
    take(brook, said(leo, ("", "5"), withdrawn=True, given_on=None))
    assert on_file() == []
