"""Dates at the desk: in the clinic's order, and in the forms in which staff write them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from checkin.models import Clinic, Location, Patient, SignIn
from tests import make
from tests.field import field_json, field_path

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


BORN = dt.date(2018, 3, 14)
WRITTEN = [
    "Mar 14, 2018",
    "March 14th 2018",
    "14-Mar-18",
    "14 de marzo de 2018",
    "03142018",
    "2018–03–14",
    "3\\14\\2018",
    "3/14/18",
]


@pytest.fixture
def british(brook: Clinic) -> Clinic:
    brook.region = "GB"
    brook.save()
    return brook


def sign_in(client: Client, **said: Any) -> ClientResponse:
    return client.post("/sign-in/", {"key": str(uuid.uuid4()), "child_given_name": "Ivo", **said})


def complete(client: Client, found: Patient | None, typed: str) -> str:
    said = {"given_name": found.given_name, "birth_date": typed}
    return client.post(f"/patients/{found.pk}/complete/", said).content.decode()


@pytest.mark.parametrize("typed", WRITTEN)
def test_the_desk_reads_a_written_date(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller, typed: str
) -> None:
    sign_in(desk_client, child_birth_date=typed)
    assert Patient.objects.get().birth_date == BORN
    assert SignIn.objects.get().child_birth_date == typed


def test_a_written_date_completes_a_provisional_record(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller
) -> None:
    found = make.visit(front, name="Ivo", born="").patient
    for typed in field_json("k02_written_dates.json")["typed"]:
        Patient.objects.update(birth_date=None, status="provisional")
        complete(desk_client, found, typed)
        found.refresh_from_db()
        assert found.birth_date == (None if typed == "031418" else BORN), typed


def test_an_ambiguous_date_is_refused_and_stays_in_the_field(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller
) -> None:
    found = make.visit(front, name="Ivo", born="").patient
    answer = complete(desk_client, found, "03/04/18")
    assert "can be read in two ways" in answer
    assert 'value="03/04/18"' in answer
    found.refresh_from_db()
    assert found.birth_date is None


def test_a_british_clinic_asks_and_reads_the_day_first(
    desk_client: Client, british: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    assert 'placeholder="day/month/year"' in desk_client.get("/sign-in/").content.decode()
    sign_in(desk_client, child_birth_date="03/04/2018")
    found = Patient.objects.get()
    assert found.birth_date == dt.date(2018, 4, 3)
    assert "Such as 14/3/2018" in desk_client.get(f"/patients/{found.pk}/").content.decode()
    assert "14/3/2018" in desk_client.get("/patients/").content.decode()


def test_import_tablet_desk_and_search_read_dates_in_one_order(
    desk_client: Client, british: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    call_command("import_records", str(field_path("g01_gb_dates.csv")))
    imported = Patient.objects.get()
    assert imported.birth_date == dt.date(2018, 4, 3)
    assert make.visit(front, name="Percival Grantham", born="03/04/2018").patient == imported
    found = desk_client.post("/patients/", {"q": "03/04/2018"}, follow=True).content.decode()
    assert "Grantham" in found
