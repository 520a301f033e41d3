"""The desk finds a patient by part of a name, record number, phone, or birth date as shown."""

from __future__ import annotations

import csv
import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checkin.models import Clinic, Escort, Patient, PatientIdentifier
from checkin.queries import patients as patient_queries
from tests import make
from tests.field import field_json, field_path

pytestmark = pytest.mark.usefixtures("tuesday")


def found(clinic: Clinic, text: Any) -> set[Any]:
    on = clinic.local_date(make.at("9:40"))
    return {person.patient.name for person in patient_queries.search_patients(clinic, text, on=on, limit=40)}


@pytest.fixture
def imported(brook: Clinic) -> Clinic:
    """Import the patients of a file collected in clinics, and two from the demo."""
    numbers = []
    with field_path("m00_patients_for_matching.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            names = {"given_name": row["given_name"], "family_name": row["family_name"]}
            made = Patient.objects.create(
                clinic=brook, birth_date=row["birth_date"], phone=row["phone"], **names
            )
            numbers.append((made, row["patient_id"]))
    numbers.append((make.patient(brook, "Leo Demo"), "BS-0001"))
    PatientIdentifier.objects.bulk_create(
        PatientIdentifier(clinic=brook, patient=patient, system="demo", value=value)
        for patient, value in numbers
    )
    Patient.objects.create(
        clinic=brook,
        given_name="María José",
        family_name="García Fernández",
        birth_date=dt.date(2019, 1, 1),
    )
    return brook


def test_searches_seen_in_clinics_find_the_right_patient(imported: Clinic) -> None:
    right = {
        "BS-0001": {"Leo Demo"},
        "T01": {"Seán O’Dowd"},
        "Maria Garcia": {"Ana-María García-López", "María José García Fernández"},
        "berg willem": {"Willem van der Berg"},
        "Mueller": {"Zoë Müller"},
        "May 2, 2017": {"Seán O’Dowd"},
        "22123456": {"Nadia Halvorsen"},
        "O": {"Min O"},
    }
    assert {one["q"] for one in field_json("s01_desk_searches.json")["searches"]} == set(right)
    assert {q: found(imported, q) for q in right} == right


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("bs-0001", {"Leo Demo"}),
        ("BS0001", {"Leo Demo"}),
        ("bs-00", {"Leo Demo"}),
        ("t1", {f"T1{n}" for n in range(10)}),
        ("Ana Garcia", {"Ana-María García-López"}),
        ("garcia lopez ana", {"Ana-María García-López"}),
        ("López, Ana", {"Ana-María García-López"}),
        ("dowd", {"Seán O’Dowd"}),
        ("sean dowd", {"Seán O’Dowd"}),
        ("o dowd", {"Seán O’Dowd"}),
        ("van berg", {"Willem van der Berg"}),
        ("Müller", {"Zoë Müller"}),
        ("zoe mueller", {"Zoë Müller"}),
        ("muller zo", {"Zoë Müller"}),
        ("jose", {"María José García Fernández"}),
        ("fernandez maria", {"María José García Fernández"}),
        ("nguyen an", {"Văn An Nguyễn"}),
        ("Thi", {"Thuy Trần Thị"}),
        ("201-3344", {"John Carver Jr."}),
        ("3344", {"John Carver Jr."}),
        ("555-201-3344", {"John Carver Jr."}),
        ("٢٠١-٣٣٤٤", {"John Carver Jr."}),
        ("+1 555 201 3344", {"John Carver Jr."}),
        ("+47 22 12 34 56", {"Nadia Halvorsen"}),
        ("5/2/2017", {"Seán O’Dowd"}),
        ("2 may 2017", {"Seán O’Dowd"}),
        ("dowd May 2, 2017", {"Seán O’Dowd"}),
        ("2 de mayo de 2017 dowd", {"Seán O’Dowd"}),
        ("dowd 5/2", {"Seán O’Dowd"}),
        ("y", {"Y Chen"}),
        ("berg mueller", set()),
        ("dowd May 3, 2017", set()),
        ("334", set()),
        ("X01", set()),
    ],
)
def test_part_of_a_name_number_phone_or_date_is_enough(imported: Clinic, q: str, names: set[str]) -> None:
    if q == "t1":
        names = {one.patient.name for one in PatientIdentifier.objects.filter(value__startswith="T1")}
    assert found(imported, q) == names


def test_an_ambiguous_date_finds_both_readings(brook: Clinic) -> None:
    make.patient(brook, "Early One", born="2003-04-18")
    make.patient(brook, "Late One", born="2018-03-04")
    assert found(brook, "03/04/18") == {"Early One", "Late One"}


@pytest.mark.parametrize("region", ["US", "GB", "JP"])
def test_every_birth_date_is_found_as_the_program_shows_it(brook: Clinic, region: str) -> None:
    brook.region = region
    brook.save()
    for n in range(0, 3650, 200):
        born = make.TUESDAY - dt.timedelta(days=n)
        made = make.patient(brook, f"Child{n} Of{n}", born=born.isoformat())
        assert made.name in found(brook, brook.date_words(born))


def test_part_of_an_escorts_or_guardians_phone_finds_the_child(brook: Clinic) -> None:
    leo, mia = make.patient(brook), make.patient(brook, "Mia Novak")
    make.guardian(leo, phone="555-010-7788")
    Escort.objects.create(clinic=brook, patient=mia, name="Rosa", phone="555 010 7788")
    assert found(brook, "010-7788") == {"Leo Ruiz", "Mia Novak"}


@pytest.mark.parametrize(
    "q",
    [
        *(
            "206 342",
            "(206) 342",
            "2063428",
            "2063428631",
            "342-8631",
            "(206) 342-8631 x44",
            "tel:+1-206-342-8631",
        ),
        *("206-342-8631 (mom)", "mom 206-342-8631"),
    ],
)
def test_a_phone_is_found_by_its_start_and_in_any_format(brook: Clinic, q: str) -> None:
    leo = make.patient(brook)
    Patient.objects.filter(pk=leo.pk).update(phone="(206) 342-8631 x44", phone_key="063428631")
    make.patient(brook, "Mia Novak", phone="(425) 881-7719")
    assert found(brook, q) == {"Leo Ruiz"}


@pytest.mark.parametrize(
    ("given", "family"), [("小龙", "欧阳"), ("지우", "김"), ("太郎", "佐藤"), ("伟", "王")]
)
def test_a_name_typed_without_a_space_is_found(brook: Clinic, given: str, family: str) -> None:
    Patient.objects.create(clinic=brook, given_name=given, family_name=family, birth_date=make.TUESDAY)
    name = f"{given} {family}"
    assert found(brook, family + given) == found(brook, given + family) == {name}


def test_an_unambiguous_date_is_found_in_either_order(brook: Clinic) -> None:
    make.patient(brook, born="2018-03-14")
    assert found(brook, "14/3/2018") == found(brook, "3/14/2018") == {"Leo Ruiz"}
    assert found(brook, "14/13/2018") == set()


def test_records_of_another_clinic_are_not_found(imported: Clinic, hill: Clinic) -> None:
    assert not any(found(hill, q) for q in ("BS-0001", "T01", "3344", "dowd", "May 2, 2017", "O"))


@pytest.mark.parametrize("q", ["BS-0001", "Maria Garcia", "201-3344", "03142018", "dowd May 2, 2017"])
def test_a_search_costs_at_most_two_queries(imported: Clinic, q: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        found(imported, q)
    assert len(queries) <= 2


def test_a_hidden_phone_finds_nobody(brook: Clinic) -> None:
    """Digit by digit, a search would tell it."""
    leo = make.patient(brook, "Leo Ruiz", phone="(206) 342-8631")
    assert found(brook, "8631") == {"Leo Ruiz"}
    Patient.objects.filter(pk=leo.pk).update(address_hidden=True)
    for digits in ("8631", "206 342", "(206) 342-8631"):
        assert found(brook, digits) == set()
    assert found(brook, "Leo") == {"Leo Ruiz"}
