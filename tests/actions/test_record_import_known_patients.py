"""The patients on file whom a feed means, also under a number of a merged record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from checkin.actions import record_imports
from checkin.actions.record_import_known_patients import KnownPatients
from checkin.models import Clinic, Guardian, Location, Patient, PatientIdentifier
from checkin.rules.record_rows import FHIR_ID, BadRow, ImportOutcome, PatientItem
from tests import make
from tests.actions.imported_records import CHANGED, MADE, adult, child, load_into

pytestmark = pytest.mark.django_db
MIA = {"given_name": "Mia", "birth_date": dt.date(2020, 5, 5)}


@pytest.fixture
def load(brook: Clinic, front: Location) -> Callable[..., list[ImportOutcome | None]]:
    return partial(load_into, brook)


def test_another_clinics_patient_with_the_same_number_is_another_patient(
    load: Callable[..., list[ImportOutcome | None]], hill: Clinic, hilltop: Location
) -> None:
    load(child())
    record_imports.import_record_items(clinic=hill, items=[child(given_name="Ivy")], at=make.at("9:00"))
    assert set(Patient.objects.values_list("clinic__name", "given_name")) == {
        ("Brook Street Clinic", "Leo"),
        ("Hill Clinic", "Ivy"),
    }
    stranger = adult("7")
    record_imports.import_record_items(clinic=hill, items=[stranger], at=make.at("9:00"))
    assert Guardian.objects.get().patient.clinic == hill


def test_rows_for_a_merged_record_go_to_the_one_it_was_merged_into(
    load: Callable[..., list[ImportOutcome | None]], brook: Clinic
) -> None:
    kept, middle, old = (make.patient(brook, f"{name} Ruiz") for name in ("Leo", "Lee", "Leonardo"))
    old.identifiers.create(clinic=brook, value="7")
    for one, into in ((old, middle), (middle, kept)):
        Patient.objects.filter(pk=one.pk).update(status="merged", merged_into=into)
    assert load(child(sex="male"), adult()) == [CHANGED, MADE]
    kept.refresh_from_db()
    assert (kept.sex, kept.status, Guardian.objects.get().patient) == ("male", "active", kept)
    old.refresh_from_db()
    assert (old.sex, old.given_name, old.status) == ("", "Leonardo", "merged")


def known_of(brook: Clinic, *items: PatientItem) -> KnownPatients:
    """Those on file, read for these rows as an import reads them."""
    known = KnownPatients(brook)
    known.look_up({key for item in items for key in item.all_keys})
    known.look_up_digits(items)
    known.read_numbers(items)
    return known


def named(*keys: tuple[str, str], weak: tuple[str, str] | None = None, **fields: Any) -> PatientItem:
    values = {"given_name": "Leo", "family_name": "Ruiz", "birth_date": dt.date(2018, 3, 14)}
    said = fields.pop("said", {})
    return PatientItem(keys=list(keys), weak=weak, values=values | said, **fields)


def numbered(
    brook: Clinic, *keys: tuple[str, str], name: str = "Leo Ruiz", born: str = "2018-03-14"
) -> Patient:
    patient = make.patient(brook, name, born)
    for system, value in keys:
        PatientIdentifier.objects.create(clinic=brook, patient=patient, system=system, value=value)
    return patient


def identify(brook: Clinic, item: PatientItem) -> Patient | None:
    return known_of(brook, item).identify(item)


def test_by_its_number_it_is_the_patient_on_file_whatever_the_row_says(brook: Clinic) -> None:
    leo = numbered(brook, ("urn:a", "1"))
    assert identify(brook, named(("urn:a", "1"), said=MIA)) == leo
    assert identify(brook, named(("urn:a", "2"))) is None
    with pytest.raises(BadRow, match="It has no identifier"):
        identify(brook, named())


def test_a_number_without_a_system_needs_the_name_where_nobody_vouches_for_it(brook: Clinic) -> None:
    leo = numbered(brook, ("", "1"))
    assert identify(brook, named(("", "1"), said=MIA)) == leo
    assert identify(brook, named(("", "1"), is_vouched=False)) == leo
    with pytest.raises(
        BadRow, match="A number that names no system is on file here for a patient of another"
    ):
        identify(brook, named(("", "1"), said=MIA, is_vouched=False))


def test_numbers_of_two_patients_name_neither(brook: Clinic) -> None:
    leo, other = numbered(brook, ("urn:a", "1")), numbered(brook, ("urn:b", "2"), (FHIR_ID, "9"))
    with pytest.raises(BadRow, match="two different patients on file"):
        identify(brook, named(("urn:a", "1"), ("urn:b", "2")))
    PatientIdentifier.objects.filter(patient=other, system=FHIR_ID).update(system=f"{FHIR_ID}:x")
    with pytest.raises(BadRow, match="two different patients on file"):
        identify(brook, named(("urn:a", "1"), weak=(f"{FHIR_ID}:x", "9")))
    PatientIdentifier.objects.filter(patient=other, value="9").update(system=FHIR_ID)
    assert identify(brook, named(("urn:a", "1"), weak=(FHIR_ID, "9"))) == leo, "a bare id is no proof"


def test_another_number_of_the_same_system_needs_the_name(brook: Clinic) -> None:
    leo = numbered(brook, ("urn:a", "1"), ("urn:b", "1"))
    assert identify(brook, named(("urn:a", "1"), ("urn:b", "2"))) == leo
    with pytest.raises(BadRow, match="has another number of the same system"):
        identify(brook, named(("urn:a", "1"), ("urn:b", "2"), said=MIA))


def test_a_bare_resource_id_needs_the_name_and_a_named_servers_does_not(brook: Clinic) -> None:
    leo = numbered(brook, (FHIR_ID, "9"), (f"{FHIR_ID}:x", "9"))
    assert identify(brook, named(weak=(FHIR_ID, "9"))) == leo
    assert identify(brook, named(weak=(f"{FHIR_ID}:x", "9"), said=MIA)) == leo
    with pytest.raises(BadRow, match="Its resource id belongs here to a patient of another name"):
        identify(brook, named(weak=(FHIR_ID, "9"), said=MIA))
    assert identify(brook, named(("urn:c", "7"), weak=(FHIR_ID, "9"), said=MIA)) is None


def test_known_by_the_id_alone_with_another_number_on_file_it_is_not_guessed(brook: Clinic) -> None:
    numbered(brook, ("urn:a", "1"), (FHIR_ID, "9"))
    with pytest.raises(BadRow, match="has another number of the same system"):
        identify(brook, named(("urn:a", "2"), weak=(FHIR_ID, "9")))


@pytest.mark.parametrize(("on_file", "said"), [("0071", "71"), ("71", "0071"), ("071", "0071")])
def test_noughts_that_a_spreadsheet_took_away_are_no_difference_where_the_name_agrees(
    brook: Clinic, on_file: str, said: str
) -> None:
    leo = numbered(brook, ("urn:a", on_file))
    assert identify(brook, named(("urn:a", said))) == leo
    assert identify(brook, named(("urn:a", said), said=MIA)) is None
    assert identify(brook, named(("urn:b", said))) is None
    Patient.objects.update(birth_date=None)
    assert identify(brook, named(("urn:a", said))) is None


def test_who_is_made_in_this_batch_is_known_by_the_new_number_too(brook: Clinic) -> None:
    known, leo = KnownPatients(brook), Patient(given_name="Leo", family_name="Ruiz")
    leo.birth_date = dt.date(2018, 3, 14)
    known.add_number(leo, ("urn:a", "071"), home=None)
    assert known.identify(named(("urn:a", "071"))) is leo
    assert known.identify(named(("urn:a", "71"))) is leo
    with pytest.raises(BadRow, match="another number of the same system"):
        known.identify(named(("urn:a", "071"), ("urn:a", "8"), said=MIA))
