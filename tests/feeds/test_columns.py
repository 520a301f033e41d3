"""Which person a column belongs to, what it means, and which columns a file needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from checkin.feeds import columns
from checkin.models import Appointment, DueItem, Immunization, Patient, PatientIdentifier
from tests import make

pytestmark = pytest.mark.django_db

LEO = ("Leo", "Brown", "2016-05-01")


def people() -> list[tuple[str, str, str]]:
    found = Patient.objects.order_by("pk").values_list("given_name", "family_name", "birth_date")
    return [(given, family, str(born)) for given, family, born in found]


@pytest.mark.parametrize(
    "text",
    [
        "First Name,Last Name,Child First Name,Child Last Name,Child DOB,MRN\n"
        "Ann,Stone,Leo,Brown,2016-05-01,1\n",
        "Name,Child Name,Date of Birth,Child Date of Birth,MRN\n"
        '"Stone, Ann","Brown, Leo",1985-02-03,2016-05-01,1\n',
        "MRN,Last Name,First Name,Student Last Name,Student First Name,DOB\n"
        "1,Stone,Ann,Brown,Leo,2016-05-01\n",
        "MRN,First Name (parent),Last Name (parent),First Name (child),Last Name (child),DOB (parent),"
        "DOB (child)\n"
        "1,Ann,Stone,Leo,Brown,1980-02-02,2016-05-01\n",
        'MRN,Name [guardian],Name [patient],DOB [patient]\n1,"Stone, Ann","Brown, Leo",2016-05-01\n',
        'MRN,Name of Child,Name,DOB of child,DOB\n1,"Brown, Leo","Stone, Ann",2016-05-01,1985-02-03\n',
        "MRN,First Name,Last Name,Patient Name,DOB\n1,Leo,Brown,BROWN^LEO^M,2016-05-01\n",
        "MRN,Legal First Name,First Name,Legal Last Name,Last Name,DOB\n1,Leo,Lee,Brown,Stone,2016-05-01\n",
        "MRN;Name;Vorname;Geburtsdatum\n1;Brown;Leo;2016-05-01\n",
        'MRN,Name,Forename,DOB\n1,"Brown, Leo M",Leo,2016-05-01\n',
        "MRN,Name,Lastname,DOB\n1,Leo,Brown,2016-05-01\n",
        "MRN,Name,Lastname,DOB\n1,Leo Brown,Brown,2016-05-01\n",
        "MRN,First,Last,DOB,Date of Birth\n1,Leo,Brown,05/01/2016,2016-05-01\n",
    ],
)
def test_childs_columns_are_read_and_adults_columns_are_not(load: Callable[..., Any], text: str) -> None:
    assert load("a.csv", text) == (1, 0, 0, 0)
    assert people() == [LEO]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "MRN,First,Last,DOB,DOB\n1,Leo,Brown,2016-05-01,1980-01-01\n",
            "“DOB” says “2016-05-01” and “DOB” says",
        ),
        ("MRN,First,Last,DOB,Child DOB\n1,Ann,Stone,1980-01-01,2016-05-01\n", "both are its birth date"),
        ("MRN,Name,Name,DOB\n1,Leo,Brown,2016-05-01\n", "both are its name"),
        ("MRN,MRN,First,Last\n1,2,Leo,Brown\n", "both are its patient id"),
        ('MRN,Patient Name,First,Last\n1,"Stone, Ann",Leo,Brown\n', "may be two people's"),
        ("MRN,Name,First,DOB\n1,Ann Stone,Leo,2016-05-01\n", "may be two people's"),
        ('MRN,Name,Last,DOB\n1,"Stone, Ann",Brown,2016-05-01\n', "may be two people's"),
        (
            "MRN,First,Last,Child First,Child Last,DOB\n1,Ann,Stone,Leo,Brown,1980-01-01\n",
            "may be the adult's",
        ),
        ("First Name,Last Name,Child First Name,Child Last Name,MRN\nAnn,Stone,,,1\n", "It has no name."),
        ("id,MRN,First,Last\n6,,Ruby,Stone\n", "It has no patient_id."),
    ],
)
def test_row_with_two_contradicting_columns_is_rejected(
    load: Callable[..., Any], text: str, reason: str
) -> None:
    assert load("a.csv", text) == (0, 0, 0, 1)
    assert reason in load.reasons()[0]


@pytest.mark.parametrize(
    "heading",
    ["MRN,First Name,DOB", "MRN,Nombre,DOB", "Name,Child First Name,DOB,MRN", "MRN,First,Child First,Last"],
)
def test_patient_file_without_a_family_name_is_rejected_naming_the_column(
    load: Callable[..., Any], heading: str
) -> None:
    assert load("a.csv", f"{heading}\n1,1,1,1\n") == (0, 0, 0, 0)
    assert "family_name is missing" in load.summary.unreadable[0]


def test_childs_own_number_is_used_and_both_family_names_are_kept(load: Callable[..., Any]) -> None:
    text = "MRN,Child MRN,Nombre,Apellido Paterno,Apellido Materno\nM9,C1,Leo,García,López\nM9,C2,Ana,Ruiz,\n"
    assert load("a.csv", text) == (2, 0, 0, 0)
    assert set(PatientIdentifier.objects.values_list("value", flat=True)) == {"C1", "C2"}
    assert [family for _, family, _ in people()] == ["García López", "Ruiz"]


def test_most_reliable_of_several_numbers_is_kept(load: Callable[..., Any]) -> None:
    load("a.csv", "Pat ID,MRN,Student ID,First,Last\n5,m5,s5,Leo,Brown\n")
    assert PatientIdentifier.objects.get().value == "m5"


@pytest.fixture
def leo(load: Callable[..., Any]) -> Patient:
    patient = make.patient(load.clinic)
    patient.identifiers.create(clinic=load.clinic, value="7")
    return patient


@pytest.mark.parametrize(
    ("more", "cells", "status"),
    [
        ("Appt Status", "Cancelled", "cancelled"),
        ("Appointment Status", "No Show", "noshow"),
        ("Visit Status", "Cancelled", "cancelled"),
        ("Booking status code,Record Status", "scheduled,Active", "booked"),
        ("Cancelled", "Y", "cancelled"),
        ("Cancelled,Payment Status,Reason", "No,Paid,cough", "booked"),
        ("Status,Cancel Reason", "Cancelled,Sick", "cancelled"),
        ("Status,Visit Status", "Booked,Cancelled", ""),
        ("Status,Cancel Reason", "Booked,Sick", ""),
        ("Status,Deleted", "Booked,2026-11-01", ""),
        ("Visit Status", "perhaps", ""),
        ("No-show fee", "25.00", ""),
    ],
)
def test_canceled_appointment_is_never_booked(
    load: Callable[..., Any], leo: Patient, more: str, cells: str, status: str
) -> None:
    load("a.csv", f"MRN,Appt ID,Start,{more}\n7,a1,2026-11-27 10:00,{cells}\n")
    assert [one.status for one in Appointment.objects.all()] == [status][: bool(status)]


@pytest.mark.parametrize(
    ("more", "cell", "made"),
    [
        ("Completion Status", "Refused", 0),
        ("Vaccination Status", "Complete", 1),
        ("Refused", "Y", 0),
        ("Refused", "No", 1),
        ("Reason not given", "Parent refused", 0),
        ("Reason not given", "", 1),
        ("Date declined", "2026-01-01", 0),
        ("Status,Record Status", "Completed,Deleted", 0),
        ("VFC Status", "Eligible", 1),
    ],
)
def test_refused_vaccine_is_not_imported_as_given(
    load: Callable[..., Any], leo: Patient, more: str, cell: str, made: int
) -> None:
    load("a.csv", f"MRN,Vaccine,Date Given,{more}\n7,MMR,2019-06-01,{cell}\n")
    assert Immunization.objects.count() == made
    assert len(load.rejected()) == 1 - made


@pytest.mark.parametrize(
    ("more", "cell", "due"),
    [
        ("Due Status", "Complete", 0),
        ("Vaccine Status", "Immune", 0),
        ("Exempt", "religious", 0),
        ("Exempt", "N", 1),
    ],
)
def test_completed_or_refused_item_is_not_due(
    load: Callable[..., Any], leo: Patient, more: str, cell: str, due: int
) -> None:
    load("a.csv", f"MRN,Vaccine,Due Date,{more}\n7,MMR,2026-06-01,{cell}\n")
    assert DueItem.objects.count() == due


def test_heading_can_be_mapped_to_nothing(load: Callable[..., Any], leo: Patient) -> None:
    text = "MRN,Vaccine,Date Given,Reason,Clinic Status\n7,MMR,2019-06-01,routine,busy\n"
    assert load("a.csv", text) == (0, 0, 0, 1)
    load.mapping = columns.parse_heading_mapping(["Reason=ignore", "Clinic Status=ignore"])
    assert load("a.csv", text) == (1, 0, 0, 0)
    assert load.summary.notes == []
