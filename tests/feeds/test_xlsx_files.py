"""Records in Excel workbooks."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from checkin.feeds import xlsx_files
from checkin.models import Appointment, Patient, PatientIdentifier
from tests import make

pytestmark = pytest.mark.django_db

HEAD = ["MRN", "First Name", "Last Name", "DOB", "Interpreter"]


def workbook(**sheets: list[list[Any]]) -> bytes:
    """Return a workbook with these sheets, and a blank one first if it is named."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"default_date_format": "dd/mm/yy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    book.close()
    return content.getvalue()


def test_dates_and_numbers_are_read_as_displayed(load: Callable[..., Any]) -> None:
    rows = [
        HEAD,
        [7001.0, "Leo", "Ruiz", dt.date(2018, 3, 4), True],
        [123456789012, "Zoë", "Peña", dt.datetime(2019, 12, 11), False],  # noqa: DTZ001
        [],
        ["A-3", "Ivy", "Bell", "2017-01-01", ""],
    ]
    content = workbook(Patients=rows)
    assert load("a.xlsx", content) == (3, 0, 0, 0)
    assert load("a.xlsx", content) == (0, 0, 3, 0)
    assert set(PatientIdentifier.objects.values_list("value", flat=True)) == {"7001", "123456789012", "A-3"}
    leo = Patient.objects.get(given_name="Leo")
    assert (leo.birth_date, leo.interpreter_needed) == (dt.date(2018, 3, 4), True)


def test_first_sheet_with_known_headings_is_read_and_named(load: Callable[..., Any]) -> None:
    rows = [
        ["Patients of Brook Street"],
        [],
        HEAD,
        ["7", "Leo", "Ruiz", "13/04/2018", ""],
        ["8", "", "", "", ""],
    ]
    assert load("a.xlsx", workbook(Notes=[["shoe", "size"]], Kids=rows, More=[HEAD])) == (0, 0, 0, 2)
    assert "“Kids”" in load.summary.notes[0]
    assert [row["line"] for row in load.rejected()] == ["4", "5"]


def test_appointment_times_are_read(load: Callable[..., Any]) -> None:
    make.patient(load.clinic).identifiers.create(clinic=load.clinic, value="7")
    rows = [
        ["MRN", "Date", "Time", "Duration"],
        [7, dt.date(2026, 3, 10), dt.time(9, 45), 30.0],
        [7, dt.datetime(2026, 3, 11, 0, 0), dt.time(14, 5), ""],  # noqa: DTZ001
    ]
    assert load("a.xlsx", workbook(Booked=rows)) == (2, 0, 0, 0)
    starts = {f"{one.starts_at.astimezone(load.clinic.zone):%d %H:%M}" for one in Appointment.objects.all()}
    assert starts == {"10 09:45", "11 14:05"}


def test_truncated_and_missing_numbers_are_rejected(load: Callable[..., Any]) -> None:
    rows = [
        HEAD,
        ["1.23457E+11", "Leo", "Ruiz", "", ""],
        [0, "Ivy", "Bell", "", ""],
        ["N/A", "Al", "Ash", "", ""],
    ]
    assert load("a.xlsx", workbook(Patients=rows)) == (0, 0, 0, 3)


def test_number_longer_than_excels_precision_is_rejected(load: Callable[..., Any]) -> None:
    rows = [
        [*HEAD, "Phone"],
        [123456789012345678, "Leo", "Ruiz", "", "", ""],
        [1e15, "Ivy", "Bell", "", "", ""],
    ]
    rows += [[123456789012345, "Al", "Ash", "", "", ""], ["123456789012345678", "Zoë", "Peña", "", "", 1e16]]
    assert load("a.xlsx", workbook(Patients=rows)) == (1, 0, 0, 3)
    assert all("cut short by a spreadsheet" in reason for reason in load.reasons())


def test_rounded_time_is_read_as_its_minute() -> None:
    day = dt.datetime(2026, 3, 10, 9, 29, 59, 700_000)  # noqa: DTZ001
    assert xlsx_files.workbook_cell_text(day) == "2026-03-10 09:30:00"
    assert xlsx_files.workbook_cell_text(day.time()) == "09:30:00"
    assert xlsx_files.workbook_cell_text(dt.time(9, 30, 0, 300_000)) == "09:30:00"
    assert xlsx_files.workbook_cell_text(dt.time(9, 30, 15)) == "09:30:15"
    assert xlsx_files.workbook_cell_text(dt.time(23, 59, 59, 900_000)) == "23:59:59.900000"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "an old Excel workbook (.xls)"),
        (b"PK\x03\x04rest", "damaged, or not all there"),
        (workbook(Shoes=[["shoe", "size"]]), "Its headings are “shoe”, “size”"),
        (workbook(Empty=[]), "no sheet with anything in it"),
    ],
    ids=["old", "broken", "headings", "empty"],
)
def test_unusable_workbook_gets_one_sentence(load: Callable[..., Any], content: bytes, sentence: str) -> None:
    assert load("a.xlsx", content) == (0, 0, 0, 0)
    assert sentence in load.summary.unreadable[0]


def test_zip_archive_and_zip_bomb_are_rejected(
    load: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "nothing")
    load("a.xlsx", content.getvalue())
    assert "an archive and no workbook" in load.summary.unreadable[0]
    monkeypatch.setattr(xlsx_files, "LARGEST_WORKBOOK", 3 * xlsx_files.UNPACKED_CHUNK)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(5 * xlsx_files.UNPACKED_CHUNK))
    bomb = content.getvalue()
    lying = bomb.replace((5 * xlsx_files.UNPACKED_CHUNK).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    for one in (bomb, lying):
        load("a.xlsx", one)
        assert "3 MB unpacked" in load.summary.unreadable[0]


def spread(*cells: tuple[int, int, Any]) -> bytes:
    """Return a workbook with two good rows and these cells (row, column, content)."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet("Patients")
    for place, row in enumerate([HEAD, ["7", "Leo", "Ruiz", "2018-03-04", ""], ["8", "Ivy", "Bell", "", ""]]):
        sheet.write_row(place, 0, row)
    for row, column, said in cells:
        sheet.write(row, column, said)
    book.close()
    return content.getvalue()


LONG = "x" * 30_000


@pytest.mark.parametrize(
    "cells",
    [
        [(1_048_575, 16_383, " ")],
        [(2, 16_383, " "), (59_999, 0, "Y")],
        [(1_048_575, 25, 1)],
        [(row, 6, LONG) for row in range(3, 7_003)],
    ],
    ids=["the last cell", "a column and a row", "a number", "one text many times"],
)
def test_small_workbook_that_needs_much_memory_is_rejected_with_a_sentence(
    load: Callable[..., Any], cells: list[tuple[int, int, str]] | list[tuple[int, int, int]]
) -> None:
    assert load("a.xlsx", spread(*cells)) == (0, 0, 0, 0)
    assert "too far apart, or the same long text too often" in load.summary.unreadable[0]


def test_distant_blank_cell_with_only_a_format_is_accepted(load: Callable[..., Any]) -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet("Patients")
    for place, row in enumerate([HEAD, ["7", "Leo", "Ruiz", "2018-03-04", ""]]):
        sheet.write_row(place, 0, row)
    sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    book.close()
    assert load("a.xlsx", content.getvalue()) == (1, 0, 0, 0)


def test_sheet_listed_many_times_counts_each_time_toward_the_size_limit(load: Callable[..., Any]) -> None:
    content, out = spread((200_000, 10, 1)), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            said = old.read(part)
            if part.filename == "xl/workbook.xml":
                sheet = b'<sheet name="%d" sheetId="%d" r:id="rId1"/>'
                said = said.replace(
                    b"</sheets>", b"".join(sheet % (n, n) for n in range(2, 12)) + b"</sheets>"
                )
            new.writestr(part, said)
    load("a.xlsx", out.getvalue())
    assert "too far apart" in load.summary.unreadable[0]


def test_hidden_sheet_is_skipped_and_unread_sheets_are_named(load: Callable[..., Any]) -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    for name, child in (("old", "Max"), ("2025", "Leo"), ("2026", "Ivy")):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, [name, child, "Ruiz", "2018-03-14", True])
        if name == "old":
            sheet.hide()
        elif name == "2025":
            sheet.activate()
            sheet.set_first_sheet()
    book.close()
    assert load("a.xlsx", content.getvalue()) == (1, 0, 0, 0)
    leo = Patient.objects.get()
    assert (leo.given_name, leo.interpreter_needed) == ("Leo", True)
    assert any("not read: “old”, “2026”" in note for note in load.summary.notes)


def test_non_text_name_is_not_converted_into_another(load: Callable[..., Any]) -> None:
    rows = [HEAD, ["7", True, "Ruiz", "2018-03-14", False], ["8", 12, "Ruiz", "2018-03-14", ""]]
    assert load("a.xlsx", workbook(Kids=rows)) == (1, 0, 0, 1)
    assert Patient.objects.get().given_name == "TRUE"
