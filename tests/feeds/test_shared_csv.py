"""Every shared CSV file gives the values in its README, and importing it twice changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from checkin.models import Appointment, Clinic, Guardian, Patient
from tests.feeds.shared_files import named, names, of, shared

pytestmark = pytest.mark.django_db

FOURTH = dt.date(2018, 3, 4)


@pytest.mark.parametrize(("region", "loaded"), [("GB", 1461), ("US", 0)])
def test_uk_dates_are_read_in_london_and_rejected_where_the_month_comes_first(
    twice: Any, brook: Clinic, load: Callable[..., Any], region: str, loaded: int
) -> None:
    brook.region = region
    assert twice("interop/csv/uk-ddmmyyyy.csv") == [(loaded, 0, 0, 1461 - loaded)]
    if loaded:
        assert of("UK1").birth_date == dt.date(2016, 1, 2)
    else:
        assert any("line 14" in note and "13/01/2016" in note for note in load.summary.notes)


@pytest.mark.parametrize("region", ["GB", "US"])
def test_07_no_date_is_read_as_another_day(twice: Any, brook: Clinic, region: str) -> None:
    brook.region = region
    twice("interop/csv/07-dates.csv")
    born = dict(Patient.objects.values_list("given_name", "birth_date"))
    assert [born["D07"], born["D15"], born["D16"]] == [FOURTH] * 3
    assert born["D14"] == dt.date(2018, 3, 4)
    other = {"D12": dt.date(2018, 4, 13), "D13": dt.date(2018, 4, 13), "D25": dt.date(1900, 1, 1)}
    other |= {"D35": dt.date(2018, 3, 2), "D26": None, "D27": None, "D28": None, "D21": None, "D22": None}
    for name, date in born.items():
        assert date == other.get(name, FOURTH), name


def test_08_name_in_one_column_is_split_and_self_is_not_a_guardian(twice: Any) -> None:
    twice("interop/csv/08-last-first.csv", "interop/csv/08d-name-rel.csv")
    assert named()["3001"] == ("José", "Muñoz")
    assert not Guardian.objects.exists()


def test_09_headings_of_real_systems_are_recognized_or_named(twice: Any, load: Callable[..., Any]) -> None:
    twice(
        "interop/csv/09-syn-00.csv",
        "interop/csv/09-syn-01.csv",
        "interop/csv/09-syn-02.csv",
        "interop/csv/09-syn-03.csv",
        "interop/csv/09-syn-04.csv",
        "interop/csv/09-syn-05.csv",
        "interop/csv/09-syn-06.csv",
        "interop/csv/09-syn-07.csv",
    )
    found = named()
    assert {number for number in found if found[number] == ("Ana", "Ruiz")} == {f"400{n}" for n in range(7)}
    (sentence,) = load.summary.unreadable
    assert "Account" in sentence
    assert "patient_id is missing" in sentence


def test_12_and_13_title_rows_and_totals_are_not_patients(twice: Any) -> None:
    assert twice("interop/csv/12-title-first.csv") == [(2, 0, 0, 0)]
    assert twice("interop/csv/13-total-row.csv") == [(0, 0, 2, 3)]
    assert names() == {"José Muñoz", "Zoë O'Brien"}


def test_14_16_17_missing_number_overwrites_nobody(twice: Any) -> None:
    assert twice("interop/csv/14-sci-mrn.csv", "interop/csv/17-empty-mrn.csv") == [(0, 0, 0, 2), (0, 0, 0, 6)]
    assert twice("interop/csv/16-formula.csv") == [(3, 0, 0, 0)]
    assert set(named()) == {"8001", "8002", "8003"}


def test_06_letters_of_another_encoding_are_not_stored_as_symbols(
    twice: Any, load: Callable[..., Any]
) -> None:
    twice("interop/csv/06-macroman.csv")
    assert names() <= {"José Muñoz", "Zoë O'Brien"}
    load.encoding = "mac_roman"
    load.paths([shared("interop/csv/06-macroman.csv")])
    assert names() == {"José Muñoz", "Zoë O'Brien"}


def test_22b_appointments_of_a_us_export_are_read(twice: Any, brook: Clinic) -> None:
    brook.region = "US"
    Patient.objects.create(clinic=brook, given_name="Leo").identifiers.create(clinic=brook, value="1001")
    twice("interop/csv/22b-appt.csv")
    found = {f"{one.starts_at.astimezone(brook.zone):%m-%d %H:%M}" for one in Appointment.objects.all()}
    assert "12-01 09:00" in found
    assert all(one.startswith("12-01") for one in found)
    nine = Appointment.objects.get(starts_at=dt.datetime(2026, 12, 1, 9, tzinfo=brook.zone))
    assert nine.status == "fulfilled", "the last row of that slot"


def test_field_spreadsheet_numbers_separator_line_and_hidden_characters(twice: Any) -> None:
    assert twice("field/i01_excel_ids.csv")[0][0] <= 1
    assert twice("field/i02_sep_line.csv") == [(1, 0, 0, 0)]
    assert twice("field/i04_invisible.csv") == [(2, 0, 1, 0)]
    assert (of("INV2").name, of("INV1").name) == ("Milo Thorne", "Mabel Thorn")
    assert "Hector" not in {patient.given_name for patient in Patient.objects.filter(family_name="Quill")}


def test_field_two_guardians_with_one_name_stay_two(twice: Any) -> None:
    assert twice("field/passing/i10_twins.csv", "field/i11_guardians.csv") == [(2, 0, 0, 0), (2, 0, 0, 0)]
    assert set(Guardian.objects.values_list("phone", flat=True)) == {"555-210-3000", "555-210-3999"}


def test_field_a_british_clinic_reads_the_day_first(twice: Any, brook: Clinic) -> None:
    brook.region = "GB"
    twice("field/g01_gb_dates.csv")
    assert of("GB1").birth_date == dt.date(2018, 4, 3)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("f04_suffix.ndjson", (1, 0, 0, 0)),
        ("f07_partial_birth.ndjson", (2, 0, 0, 0)),
        ("f08_no_family.ndjson", (2, 0, 0, 0)),
        ("f10_dar.ndjson", (1, 0, 0, 0)),
        ("f11_masked_name.ndjson", (1, 0, 0, 0)),
        ("f13_replaced_active.ndjson", (1, 0, 0, 0)),
        ("f15_same_id_other_mrn.ndjson", (1, 0, 0, 1)),
        ("i03_blank_rows.csv", (1, 0, 0, 0)),
        ("i05_dates.csv", (2, 0, 0, 8)),
        ("i07_cp1252.csv", (2, 0, 0, 0)),
        ("i08_quotes.csv", (1, 0, 0, 0)),
        ("i09_extra_cell.csv", (1, 0, 0, 1)),
        ("i10_twins.csv", (2, 0, 0, 0)),
        ("p01_same_name.csv", (4, 0, 0, 0)),
    ],
)
def test_files_that_were_read_correctly_still_are(twice: Any, name: str, counts: tuple[int, ...]) -> None:
    assert twice(f"field/passing/{name}") == [counts]
    if name == "i07_cp1252.csv":
        assert names() == {"Niamh O’Toole", "Zoë Peña"}


def test_other_relatives_cannot_consent(twice: Any) -> None:
    twice("field/c01_patient.csv", "field/c01_guardians.csv", "field/passing/c02_other_relations.csv")
    assert set(Guardian.objects.filter(may_consent=True).values_list("name", flat=True)) == {
        "Karin Lindholm",
        "Erik Lindholm",
    }
