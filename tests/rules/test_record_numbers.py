"""Record numbers as systems and spreadsheets write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import record_numbers
from checkin.rules.record_rows import BadRow

NUMBERS = st.from_regex(r"[1-9][0-9]{3,11}", fullmatch=True).filter(lambda number: len(set(number)) > 1)


@given(number=NUMBERS)
def test_number_is_read_from_every_spreadsheet_notation(number: str) -> None:
    written = (
        number,
        f" {number} ",
        f"'{number}",
        f'="{number}"',
        f"={number}",
        f"{number}.0",
        f"{number},00",
    )
    assert {record_numbers.read_recorded_number(said, called="number") for said in written} == {number}


@pytest.mark.parametrize(
    "said",
    [
        "",
        "N/A",
        "n/a",
        " - ",
        "--",
        "0",
        "000",
        "NULL",
        "null",
        "None",
        "#REF!",
        "unknown",
        "\u200b",
        '=""',
        ".",
        "999999",
        "11111111",
        "new patient",
    ],
)
def test_placeholder_for_no_number_is_read_as_empty(said: str) -> None:
    assert record_numbers.read_recorded_number(said, called="patient_id") == ""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("7001", "7001"),
        ("7001.0", "7001"),
        ("\u200bINV2", "INV2"),
        ("INV\ufeff2", "INV2"),
        ('="8001"', "8001"),
        ("=8001", "8001"),
        ("'8003", "8003"),
        ("007", "007"),
        ("1E5", "1E5"),
        ("123E45", "123E45"),
        ("８００１", "8001"),
        ("8001\ufe0f", "8001"),
        ("AB-12", "AB-12"),
    ],
)
def test_number_is_cleaned_of_formatting(said: str, meant: str) -> None:
    assert record_numbers.read_recorded_number(said, called="patient_id") == meant


@pytest.mark.parametrize(
    "said", ["1.23457E+11", "1,23457E+11", "1E+11", "1.2e10", "-1.2e+5", '="1.23457E+11"']
)
def test_number_truncated_by_a_spreadsheet_is_rejected(said: str) -> None:
    with pytest.raises(BadRow, match="The patient id “.*” was cut short by a spreadsheet"):
        record_numbers.read_recorded_number(said, called="patient_id")


@pytest.mark.parametrize("kind", ["MB", "MC", "SN", "AN", "VN", "HC", "PN", "mc"])
def test_family_or_payer_number_type_is_shared(kind: str) -> None:
    assert record_numbers.is_shared_number_kind(types=[kind], system="")


@pytest.mark.parametrize(
    ("system", "shared"),
    [
        ("http://ns.electronichealth.net.au/id/medicare-number", True),
        ("urn:insurance", True),
        ("http://payer.example/member-id", True),
        ("http://hospital.example/account_number", True),
        ("http://family-clinic.example/mrn", False),
        ("urn:oid:2.16.840.1.113883.4.1", False),
        ("http://clinic/mrn", False),
        ("", False),
    ],
)
def test_system_shows_if_a_number_without_a_type_is_shared(system: str, shared: bool) -> None:
    assert record_numbers.is_shared_number_kind(types=[], system=system) is shared
    assert not record_numbers.is_shared_number_kind(types=["MR"], system=system)


@pytest.mark.parametrize(
    "said",
    ["Total", "TOTAL:", "Grand Total", "Subtotal", "Total: 2 records", "Count: 3", "Page 1", "sub-total"],
)
def test_total_row_is_recognized(said: str) -> None:
    assert record_numbers.is_total_row_cell(said)


@pytest.mark.parametrize("said", ["Totally", "T1", "Count1", "7", "Page Turner"])
def test_record_number_is_not_taken_for_a_total(said: str) -> None:
    assert not record_numbers.is_total_row_cell(said)


@pytest.mark.parametrize(
    ("types", "system", "is_shared"),
    [
        (["MR"], "", False),
        (["mb"], "", True),
        # The patient's own number, whatever other types it has.
        (["MR", "MB"], "urn:x:insurance", False),
        (["", "MC"], "", True),
        ([], "https://example.org/id/memberNumber", True),
        ([], "https://insurance.example.org/mrn", False),
        ([], "urn:oid:1.2.3:medicaid/", True),
        ([], "https://example.org/ids#family", True),
        ([], "https://example.org/familyhealth", False),
        ([], "", False),
    ],
)
def test_shared_number_is_recognized_by_its_type_or_system(
    types: list[str], system: str, *, is_shared: bool
) -> None:
    assert record_numbers.is_shared_number_kind(types=types, system=system) == is_shared


@pytest.mark.parametrize(
    ("number", "stripped"), [("00812", "812"), ("A0012", "A0012"), ("00A12", "00A12"), ("８１２", "８１２")]
)
def test_leading_zeros_are_stripped_only_from_numbers_of_digits(number: str, stripped: str) -> None:
    assert record_numbers.strip_leading_noughts(("s", number)) == ("s", stripped)


def test_number_is_looked_up_with_each_usual_count_of_leading_zeros() -> None:
    found = list(record_numbers.vary_leading_noughts(("s", "0812345678")))
    assert found == [("s", digits) for digits in ("812345678", "0812345678", "00812345678", "000812345678")]


@given(number=NUMBERS, noughts=st.integers(0, 4))
def test_number_is_found_however_many_leading_zeros_were_lost(number: str, noughts: int) -> None:
    written = ("s", ("0" * noughts + number)[-12:])
    assert written in record_numbers.vary_leading_noughts(record_numbers.strip_leading_noughts(written))
