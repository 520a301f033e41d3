"""Every shared FHIR file gives the values in its README, and importing it twice changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from checkin.models import Appointment, Guardian, Immunization, Patient
from tests.feeds.shared_files import named, of

pytestmark = pytest.mark.django_db

FOURTH = dt.date(2018, 3, 4)


def test_s1_patients_1_of_two_servers_are_two_children(twice: Any) -> None:
    twice("interop/fhir/s1-serverA.json", "interop/fhir/s1-serverB.json")
    amira = Patient.objects.get(given_name="Amira")
    assert (amira.family_name, amira.birth_date) == ("Haddad", dt.date(2016, 2, 3))


def test_s2_siblings_with_one_insurance_card_are_two_patients(twice: Any) -> None:
    assert twice("interop/fhir/s2-siblings.json") == [(2, 0, 0, 0)]
    assert named() == {"A1": ("Leo", "Marsh"), "A2": ("Ruby", "Marsh")}


def test_s6_ended_values_do_not_count(twice: Any) -> None:
    twice("interop/fhir/s6-periods.json")
    kim = of("PER1")
    assert (kim.name, kim.phone, kim.address) == ("Kim Newname", "555-0002", "2 New St")
    assert of("PER2").name == "Lou Current"
    assert (of("RANK").phone, of("SMS").phone) == ("555-2", "+1-555-0150")
    assert (of("POST").address, of("POST").city) == ("5 Real Rd", "Realtown")
    assert of("ATEXT").address == "7 Text Lane, Textville 70007"


def test_s7_name_in_one_text_is_split(twice: Any) -> None:
    twice("interop/fhir/s7-text.json")
    found = named()
    assert found["T0"] == ("Van An", "Nguyen")
    assert found["T1"] == ("John", "Smith")
    assert found["T2"] == ("Ronny Lawrence", "Irvine")
    assert found["T3"] == ("Maria", "de la Cruz")
    assert found["T6"] == ("Anna", "van der Berg")
    assert found["T8"] == ("Siobhán Mary", "O'Brien-Walsh")
    assert not any(
        sign in name for pair in found.values() for name in pair for sign in (",", "Mr.", "Dr", "Jr.")
    )


def test_s8_dstu2_family_name_is_kept(twice: Any) -> None:
    twice("interop/fhir/s8-dstu2.json")
    assert named() == {"D2": ("Caio", "de Souza")}


def test_s9_birth_date_is_never_read_month_first(twice: Any) -> None:
    twice("interop/fhir/s9-birth.json")
    born = dict(Patient.objects.values_list("given_name", "birth_date"))
    assert [born["B2"], born["B3"], born["B7"]] == [FOURTH] * 3
    assert [born["B0"], born["B1"], born.get("B6"), born.get("B12")] == [None] * 4
    assert dt.date(2018, 4, 3) not in born.values()


def test_s10_conditional_references_and_deletions_are_read(twice: Any, load: Callable[..., Any]) -> None:
    twice("interop/fhir/s10-types.json")
    assert named()["TX1"] == ("Tx", "Create")
    aunt = Guardian.objects.get()
    assert (aunt.name, aunt.patient, aunt.relationship) == ("Cond Itional", of("TX1"), "aunt")
    assert load.summary.passed_over["entries to delete"] == 1
    assert "lines that are not FHIR" not in load.summary.counts


def test_s11_flags_are_read(twice: Any) -> None:
    twice("interop/fhir/s11-flags.json")
    assert of("INT").interpreter_needed
    assert of("DEAD").is_deceased
    assert "REP" not in named()


def test_s12_lines_with_byte_order_marks_and_blanks_are_read(twice: Any) -> None:
    assert twice("interop/fhir/s12-crlf-bom.ndjson") == [(4, 0, 0, 2)]


def test_field_ended_fhir_values_do_not_count(twice: Any) -> None:
    twice("field/f01_ended_name.ndjson", "field/f02_text_comma.ndjson", "field/f03_ended_phone.ndjson")
    assert (of("F01").name, of("F03").phone) == ("Tess Newby", "555-900-0002")
    assert named()["F02"] == ("Greta Ann", "Marlow")
    twice("field/f05_deceased.ndjson", "field/f09_contact_ended.ndjson")
    assert of("F05").is_deceased
    jane, karl = Guardian.objects.get(name="Jane Rowe"), Guardian.objects.get(name="Karl Rowe")
    assert (jane.may_consent, jane.ended_on, karl.may_consent) == (False, dt.date(2021, 1, 1), True)
    assert karl.position < jane.position


def test_field_appointment_is_canceled_without_a_start(twice: Any, load: Callable[..., Any]) -> None:
    twice("field/f06_cancel_no_start.ndjson")
    said: dict[str, Any] = {
        "resourceType": "Appointment",
        "id": "ap6",
        "identifier": [{"system": "urn:field:appt", "value": "A6"}],
        "status": "cancelled",
        "participant": [{"actor": {"reference": "Patient/f6"}}],
    }
    assert load("cancel.ndjson", [said]) == (0, 1, 0, 0)
    assert Appointment.objects.get().status == "cancelled"
    assert load("cancel.ndjson", [said]) == (0, 0, 1, 0)
    other = said | {"identifier": [{"system": "urn:field:appt", "value": "A7"}]}
    assert load("other.ndjson", [other])[:2] == (0, 0)


def test_field_appointment_that_ends_when_it_starts_has_the_default_length(twice: Any) -> None:
    assert twice("field/f12_midnight_appt.ndjson") == [(3, 0, 0, 0)]
    assert dict(Appointment.objects.values_list("value", "minutes")) == {"A12": 30, "A12B": 15}


def test_s3_document_with_new_ids_duplicates_nothing(twice: Any) -> None:
    assert twice("interop/fhir/s3-doc1.json", "interop/fhir/s3-doc2.json")[1][0] == 0
    rows = (Patient, Guardian, Immunization, Appointment)
    assert [model.objects.count() for model in rows] == [1, 1, 1, 1]
