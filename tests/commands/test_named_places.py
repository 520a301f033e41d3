"""Every command finds a clinic or location by name in the same way, on every database."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from checkin.management.named_places import find_clinic_by_name, find_location_by_name
from checkin.models import Clinic, Device, Location, Patient
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> Location:
    make.location(make.clinic("Other House"), "Desk")
    return make.location(make.clinic("Clínica Ñandú"), "Recepción Área B")


@pytest.mark.parametrize("said", ["CLÍNICA ÑANDÚ", " clínica  ñandú ", "Cli\u0301nica N\u0303andu\u0301"])
def test_case_and_spacing_of_any_letter_are_ignored_by_every_command(
    entry: Location, said: str, tmp_path: Path
) -> None:
    """SQLite's `iexact` ignores the case of A to Z only, so two of three commands refused this."""
    call_command("set_clinic", clinic=said, site="https://x.example", stdout=io.StringIO())
    assert Clinic.objects.get(site="https://x.example") == entry.clinic
    call_command(
        "enrol_device", location="RECEPCIÓN ÁREA B", clinic=said, name="Tablet", stdout=io.StringIO()
    )
    assert Device.objects.get().location == entry
    (tmp_path / "a.csv").write_text("MRN,First,Last,DOB\n1,Leo,Brown,2016-05-01\n")
    call_command(
        "import_records", tmp_path / "a.csv", clinic=said, location="recepción área b", stdout=io.StringIO()
    )
    assert Patient.objects.get().clinic == entry.clinic


def test_exact_name_is_found_among_names_that_differ_only_in_case(entry: Location) -> None:
    twin = make.clinic("CLÍNICA ÑANDÚ")
    assert find_clinic_by_name("CLÍNICA ÑANDÚ") == twin
    assert find_clinic_by_name("Clínica Ñandú") == entry.clinic
    with pytest.raises(CommandError, match="Choose one by --clinic: there are "):
        find_clinic_by_name("clínica ñandú")


def test_unknown_names_list_what_there_is(entry: Location) -> None:
    with pytest.raises(CommandError, match="no clinic “Third”: there are Clínica Ñandú, Other House"):
        find_clinic_by_name("Third")
    with pytest.raises(CommandError, match="no location “Attic” at “OTHER house”: there are Desk"):
        find_location_by_name("Attic", "OTHER house")
