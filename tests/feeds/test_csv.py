from __future__ import annotations

import datetime as dt
import gzip
import stat

import pytest

from checkin.models import Appointment, Guardian, Patient, PatientIdentifier
from tests import make

pytestmark = pytest.mark.django_db

HEAD = "patient_id,given_name,family_name,birth_date"
LEO = "7,Leo,Ruiz,2018-03-14"


def test_patients_are_made_with_their_identifier_and_keys(load) -> None:
    assert load("a.csv", f"{HEAD},phone,sex\n{LEO},555-010-0123 ext 4,M\n") == (1, 0, 0, 0)
    leo = Patient.objects.get()
    assert (leo.given_name, leo.family_name, leo.birth_date) == ("Leo", "Ruiz", dt.date(2018, 3, 14))
    assert (leo.family_key, leo.given_key, leo.phone_key) == ("ruiz", "leo", "550100123")
    assert (leo.phone, leo.sex, leo.source, leo.status) == ("555-010-0123 ext 4", "male", "import", "active")
    assert PatientIdentifier.objects.get().value == "7"


def test_headings_may_come_in_any_order_case_and_spelling(load) -> None:
    load(
        "a.csv",
        "Date of Birth;SURNAME;first-name;MRN;Zip\n14/03/2018;Ruiz;Leo;7;62704\n".replace("14/03", "03/14"),
    )
    leo = Patient.objects.get()
    assert (leo.given_name, leo.family_name, leo.postcode) == ("Leo", "Ruiz", "62704")
    assert leo.birth_date == dt.date(2018, 3, 14)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_separator_is_understood(load, delimiter: str) -> None:
    assert load("a.csv", f"{HEAD}\n{LEO}\n".replace(",", delimiter)) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + f"{HEAD}\n8,Zoë,García,2018-03-14\n".encode(),
        f"{HEAD}\n8,Zoë,García,2018-03-14\n".encode("utf-16"),
        f"{HEAD}\r\n8,Zoë,García,2018-03-14\r\n".encode(),
        gzip.compress(f"{HEAD}\n8,Zoë,García,2018-03-14\n".encode()),
    ],
    ids=["a byte order mark", "UTF-16", "Windows line ends", "gzip"],
)
def test_files_come_as_programs_write_them(load, content: bytes) -> None:
    assert load("a.csv", content) == (1, 0, 0, 0)
    assert Patient.objects.get().name == "Zoë García"


def test_a_latin_1_line_is_read_as_such_and_said_aloud_and_spoils_no_other_line(load) -> None:
    load("a.csv", f"{HEAD}\n8,Zoë,Ruiz,\n".encode() + "9,Anaïs,Peña,\n".encode("latin-1"))
    assert {patient.name for patient in Patient.objects.all()} == {"Zoë Ruiz", "Anaïs Peña"}
    assert "1 lines are not UTF-8 and were read as Latin-1" in load.summary.notes[0]


def test_columns_that_are_not_known_are_named(load) -> None:
    load("a.csv", f"{HEAD},soc_sec_id\n{LEO},123\n")
    assert load.summary.notes == ["a.csv: columns that were not used: soc_sec_id."]


def test_a_quoted_line_break_is_part_of_the_cell(load) -> None:
    load("a.csv", f'{HEAD},address\n{LEO},"12 Elm Street\nApt 4"\n8,Ivy,Bell,,\n')
    assert sorted(Patient.objects.values_list("address", flat=True)) == ["", "12 Elm Street Apt 4"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("7,,,2018-03-14", "It has no name."),
        (",Leo,Ruiz,2018-03-14", "It has no patient_id."),
        ("7,Leo,Ruiz,2018-02-31", "is not in the calendar"),
        ("7,Leo,Ruiz,2999-01-01", "is in the future"),
        ("7,Leo,Ruiz,1018-03-14", "is before 1880"),
        ("7,Leo,Ruiz,3/14/18", "is not a date that can be read"),
        ("7,Leo,Ruiz,14/3/2018", "is not in the calendar"),
        ("7,Leo,Ruiz,soon", "is not a date that can be read"),
        ("7,Leo", "The row has 2 cells and the heading 4."),
        ("7,Leo,Ruiz,2018-03-14,x", "The row has 5 cells and the heading 4."),
        ("7,Le\0o,Ruiz,2018-03-14", "The given name holds a NUL character."),
        (f"7,{'x' * 201},Ruiz,2018-03-14", "The given name is longer than 200 letters."),
        (f"{'7' * 201},Leo,Ruiz,2018-03-14", "The patient id is longer than 200 letters."),
        ('7,"Leo,Ruiz,2018-03-14', "A quotation mark is out of place or never closed"),
        (f'7,"{"x" * 200_000}",Ruiz,', "or a cell is far too long"),
    ],
)
def test_a_bad_row_is_put_aside_with_line_and_reason_and_stops_nothing(load, row: str, reason: str) -> None:
    assert load("a.csv", f"{HEAD}\n1,Ivy,Bell,\n{row}\n2,Kai,Bell,\n3,Zoë,Bell,\n") == (3, 0, 0, 1)
    (rejected,) = load.rejected()
    assert rejected["line"] == "3"
    assert reason in rejected["reason"]


def test_clinics_that_write_the_day_first_are_read_so(load, brook) -> None:
    brook.region = "GB"
    load("a.csv", f"{HEAD}\n7,Leo,Ruiz,03/04/2018\n")
    assert Patient.objects.get().birth_date == dt.date(2018, 4, 3)


def test_a_reject_file_can_be_read_by_this_account_only_and_imported_when_put_right(load) -> None:
    load("a.csv", f"{HEAD}\n7,Leo,Ruiz,2018-02-31\n")
    (path,) = load.summary.rejects
    assert path.name == "a.rejects.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert load("right.csv", path.read_text().replace("-02-31", "-02-28")) == (1, 0, 0, 0)


def test_a_reject_file_holds_this_runs_rows_only(load) -> None:
    load("a.csv", f"{HEAD}\n7,,,\n")
    load("a.csv", f"{HEAD}\n8,,,\n")
    assert [row["patient_id"] for row in load.rejected()] == ["8"]


def test_guardians_are_told_by_their_columns_and_may_come_before_their_patients(load) -> None:
    guardians = (
        "patient_id,guardian_id,name,relationship,phone\n7,g1,Ana Ruiz,Mother,555-010-0123\n"
        "7,g2,Rosa,aunt,\n9,g3,Nobody,mother,\n"
    )
    assert load.files({"a-guardians.csv": guardians, "b.csv": f"{HEAD}\n{LEO}\n"}) == (3, 0, 0, 1)
    ana, rosa = Guardian.objects.order_by("pk")
    assert (ana.name, ana.phone_key, ana.may_consent, ana.position) == ("Ana Ruiz", "550100123", True, 1)
    assert (rosa.name, rosa.may_consent, rosa.position) == ("Rosa", False, 2)
    assert load.reasons() == ["There is no patient here with that identifier."]
    assert load.rejected()[0]["line"] == "4"


def test_appointments_are_by_the_clinics_clock_unless_they_say_otherwise(load, front) -> None:
    make.patient(load.clinic).identifiers.create(clinic=load.clinic, value="7")
    text = (
        "appointment_id,patient_id,start,minutes,status,with_whom\na1,7,2026-03-10 09:45,30,,Dr Kim\n"
        "a2,7,2026-03-10T09:45:00Z,,No-Show,\na3,7,3/10/2026 1:05 pm,,,\na4,7,2026-03-10,,,\na5,7,x,,,\n"
        "a6,7,2026-03-10 10:00,0,,\na7,7,2026-03-10 10:00,,perhaps,\n"
    )
    assert load("a.csv", text) == (3, 0, 0, 4)
    first, second, third = Appointment.objects.order_by("value")
    assert (first.starts_at, first.minutes, first.status) == (make.at("9:45"), 30, "booked")
    assert (first.location, first.with_whom) == (front, "Dr Kim")
    assert (second.starts_at, second.status) == (dt.datetime(2026, 3, 10, 9, 45, tzinfo=dt.UTC), "noshow")
    assert third.starts_at == make.at("13:05")


def test_date_and_time_may_stand_in_two_columns(load) -> None:
    make.patient(load.clinic).identifiers.create(clinic=load.clinic, value="7")
    assert load("a.csv", "patient_id,date,time\n7,2026-03-10,9:45\n") == (1, 0, 0, 0)
    assert load("a.csv", "patient_id,date,time\n7,2026-03-10,9:45\n") == (0, 0, 1, 0)
    assert Appointment.objects.get().starts_at == make.at("9:45")


def test_a_system_keeps_two_offices_numbers_apart(load) -> None:
    text = f"{HEAD},system\n7,Leo,Ruiz,,urn:one\n7,Ivy,Bell,,urn:two\n"
    assert load("a.csv", text) == (2, 0, 0, 0)


def test_a_file_without_the_needed_headings_says_which_are_needed(load) -> None:
    assert load.files({"a.csv": "shoe,size\nbrown,7\n", "b.csv": f"{HEAD}\n{LEO}\n"}) == (1, 0, 0, 0)
    assert "needs patient_id and given_name" in load.summary.unreadable[0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b"PK\x03\x04rest", "save the sheet as CSV"),
        (gzip.compress(HEAD.encode() * 500, mtime=0)[:60], "damaged, or not all there"),
        (b"\x1f\x8bnot gzip at all", "cannot be read"),
        (bytes(range(256)), "has not the headings"),
    ],
    ids=["nothing", "a mark alone", "a workbook", "cut gzip", "no gzip", "binary"],
)
def test_a_file_that_cannot_be_read_is_one_sentence(load, content: bytes, sentence: str) -> None:
    assert load("a.csv", content) == (0, 0, 0, 0)
    assert sentence in load.summary.unreadable[0]
