"""Which patient a FHIR resource refers to: by server URL, by id, or by identifier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from checkin.models import Appointment, Guardian, Immunization, Patient, PatientIdentifier
from tests.feeds.test_fhir_files import booking, bundle, identifier, patient, related

pytestmark = pytest.mark.django_db

LEO = patient(id="1", identifier=[identifier("A1")])
RUBY = patient(id="2", name=[{"family": "Bell", "given": ["Ruby"]}], identifier=[identifier("A2")])


def shot(reference: Any, **fields: Any) -> dict[str, Any]:
    reference = {"reference": reference} if isinstance(reference, str) else reference
    ordinary = {"id": "i1", "status": "completed", "vaccineCode": {"text": "MMR"}, "patient": reference}
    return {"resourceType": "Immunization", "occurrenceDateTime": "2019-05-06"} | ordinary | fields


def at(base: str, resource: dict[str, Any]) -> dict[str, Any]:
    return {"fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}", "resource": resource}


def entries(*found: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "entry": list(found)}


@pytest.mark.parametrize("source", ["", "ehr"])
@pytest.mark.parametrize(
    ("base", "reference"),
    [
        ("http://s", "http://other.example/fhir/Patient/1"),
        ("http://s", "https://other.example/Patient/1/_history/2"),
        ("http://s", "http://s/fhir/Patient/1"),
        ("http://s", "http://s:8080/Patient/1"),
        ("http://other", "Patient/1"),
        ("http://s/tenant-b", "Patient/1"),
    ],
)
def test_url_of_another_server_refers_to_nobody_here(
    load: Callable[..., Any], source: str, base: str, reference: str
) -> None:
    load.source = source
    child = at("http://s", LEO)
    theirs = [
        at(base, shot(reference)),
        at(base, booking(participant=[{"actor": {"reference": reference}}])),
        at(base, related(patient={"reference": reference})),
    ]
    assert load("a.json", entries(child, *theirs)) == (1, 0, 0, 3)
    if source:
        assert load("b.json", entries(child, *theirs)) == (0, 0, 1, 3)
    else:
        assert load("b.json", entries(*theirs, child)) == (0, 0, 1, 3)
    assert not Immunization.objects.exists()
    assert not Appointment.objects.exists()
    assert not Guardian.objects.exists()


@pytest.mark.parametrize(
    ("patient_at", "base", "reference"),
    [
        ("http://s/fhir", "http://s/fhir", "Patient/1"),
        ("http://s/fhir", "http://s/fhir", "http://s/fhir/Patient/1"),
        ("http://s/fhir", "http://s/fhir", "https://S/fhir/Patient/1/_history/4"),
        ("http://s/fhir/", "http://s:80/fhir", "http://s/fhir//Patient/1"),
        ("", "http://s/fhir", "Patient/1"),
        ("", "", "http://s/fhir/Patient/1"),
        ("http://s/fhir", "", "Patient/1"),
        ("http://s/fhir", "", "http://s/fhir/Patient/1"),
    ],
)
def test_url_of_the_patients_own_server_finds_them_in_one_file_or_two(
    load: Callable[..., Any], patient_at: str, base: str, reference: str
) -> None:
    child = at(patient_at, LEO) if patient_at else {"resource": LEO}
    given = at(base, shot(reference)) if base else {"resource": shot(reference)}
    assert load("a.json", entries(given, child)) == (2, 0, 0, 0)
    Immunization.objects.all().delete()
    assert load.files({"b.json": entries(given), "c.json": entries(child)}) == (1, 0, 1, 0)


def test_patients_of_two_servers_with_one_id_in_a_bundle_keep_their_entries(load: Callable[..., Any]) -> None:
    ruby = RUBY | {"id": "1", "identifier": [identifier("B", "urn:b")]}
    found = [at("http://a", LEO), at("http://b", ruby), at("http://a", shot("Patient/1"))]
    rows = entries(*found, at("http://b", booking(participant=[{"actor": {"reference": "Patient/1"}}])))
    assert load("a.json", rows) == (4, 0, 0, 0)
    assert Immunization.objects.get().patient.given_name == "Leo Max"
    assert Appointment.objects.get().patient.given_name == "Ruby"
    assert load("a.json", entries(*found[:2], {"resource": related(patient={"reference": "Patient/1"})})) == (
        0,
        0,
        2,
        1,
    )
    assert "Several patients of this import" in load.reasons()[0]


def test_number_without_a_system_needs_its_named_source_or_the_same_person(load: Callable[..., Any]) -> None:
    load("a.csv", "MRN,First,Last,DOB\n1001,Leo,Brown,2016-05-01\n")
    other = patient(
        id="7", name=[{"text": "Leo Brown"}], birthDate="2018-09-09", identifier=[{"value": "1001"}]
    )
    assert load("b.json", other) == (0, 0, 0, 1)
    assert "--source" in load.reasons()[0]
    assert load("b.json", bundle(other, shot({"identifier": {"value": "1001"}}))) == (0, 0, 0, 2)
    load.source = "Other"
    assert load("b.json", shot({"identifier": {"value": "1001"}})) == (0, 0, 0, 1)
    assert load("c.json", bundle(other, shot({"identifier": {"value": "1001"}}))) == (2, 0, 0, 0)
    assert str(Immunization.objects.get().patient.birth_date) == "2018-09-09"
    assert load("c.json", bundle(other, shot({"identifier": {"value": "1001"}}))) == (0, 0, 2, 0)
    load.source = ""
    same = patient(
        id="9", name=[{"text": "Leo Brown"}], birthDate="2016-05-01", identifier=[{"value": "1001"}]
    )
    assert load("d.json", same | {"gender": "male"}) == (0, 1, 0, 0)
    assert Patient.objects.count() == 2


@pytest.mark.parametrize(
    "kind",
    [
        {"text": "Member Number"},
        {"text": "Insurance"},
        {"text": "Subscriber ID"},
        {"text": "Health Card Number"},
        {"text": "Medicare number"},
        {"text": "Nº de póliza"},
        {"text": "Versichertennummer"},
        {"coding": [{"code": "X9", "display": "Health plan identifier"}]},
        {"coding": [{"code": "PKV"}]},
    ],
)
def test_shared_number_type_in_words_does_not_merge_twins(
    load: Callable[..., Any], kind: dict[str, Any]
) -> None:
    card = {"type": kind, "system": "http://ins.example/ids", "value": "V77"}
    twins = [
        patient(id=str(at), name=[{"family": "Brown", "given": [name]}], identifier=[card, *own])
        for at, (name, own) in enumerate((("Maria", []), ("Marta", []), ("Ruby", [identifier("A2")])))
    ]
    assert load("a.json", bundle(*twins, shot("Patient/0"), shot("Patient/1", id="i2"))) == (5, 0, 0, 0)
    assert load("a.json", bundle(*twins)) == (0, 0, 3, 0)
    assert not PatientIdentifier.objects.filter(value="V77").exists()


@pytest.mark.parametrize(
    "kind",
    [
        {"text": "Medical record number"},
        {"text": "EPIC"},
        {"text": "Patient number"},
        {"text": "Family Medicine MRN"},
        {"text": "Group Health chart number"},
        {"text": "Health plan medical record number"},
        {"coding": [{"code": "MR"}], "text": "Health plan MRN"},
        {"coding": [{"code": "GKV", "display": "Gesetzliche Krankenversicherung"}]},
    ],
)
def test_personal_number_type_finds_its_patient(load: Callable[..., Any], kind: dict[str, Any]) -> None:
    own = {"type": kind, "system": "http://h.example/ids", "value": "V77"}
    assert load("a.json", patient(id="1", identifier=[own])) == (1, 0, 0, 0)
    assert load("b.json", patient(id="2", identifier=[own], gender="male")) == (0, 1, 0, 0)


DOCTOR = {"identifier": {"system": "http://npi", "value": "99"}, "display": "Dr Q"}


@pytest.mark.parametrize(
    ("actors", "whose"),
    [
        ([{"reference": "Patient/2/_history/3"}], "Ruby"),
        ([{"reference": "http://s/Patient/2/_history/3"}], "Ruby"),
        ([DOCTOR, {"reference": "Patient/2"}], "Ruby"),
        ([{"reference": "Patient/2"}, DOCTOR], "Ruby"),
        ([DOCTOR, {"identifier": {"system": "urn:mrn", "value": "A2"}}], "Ruby"),
        ([{"identifier": {"system": "urn:mrn", "value": "A1"}}, {"reference": "Patient/2"}], ""),
        ([{"reference": "Patient/2"}, {"identifier": {"system": "urn:mrn", "value": "A1"}}], ""),
        ([{"identifier": {"system": "urn:mrn", "value": name}} for name in ("A1", "A2")], ""),
        ([{"reference": "Patient/1"}, {"reference": "Patient/2"}], ""),
        ([DOCTOR | {"type": "Practitioner"}], ""),
        ([DOCTOR, {"reference": "Patient/77"}], ""),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_participants_decide_whose_appointment_it_is(
    load: Callable[..., Any], actors: list, whose: str, is_first: bool
) -> None:
    visit = booking(participant=[{"actor": actor} for actor in actors])
    rows = [LEO, RUBY, visit] if is_first else [visit, LEO, RUBY]
    assert load("a.json", bundle(*rows)) == ((3, 0, 0, 0) if whose else (2, 0, 0, 1))
    assert [one.patient.given_name for one in Appointment.objects.all()] == ([whose] if whose else [])


def test_doctor_without_a_type_does_not_decline_for_the_patient(load: Callable[..., Any]) -> None:
    two = [{"actor": DOCTOR, "status": "declined"}, {"actor": {"reference": "Patient/1"}}]
    load("a.json", bundle(LEO, booking(participant=two)))
    assert Appointment.objects.get().status == "booked"
