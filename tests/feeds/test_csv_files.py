from __future__ import annotations

import codecs
import datetime as dt
import gzip
import io
import json
import stat
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from checkin.feeds import columns
from checkin.models import Appointment, Clinic, Guardian, Location, Patient, PatientIdentifier
from checkin.rules.record_rows import ImportOutcome
from tests import make

pytestmark = pytest.mark.django_db

HEAD = "patient_id,given_name,family_name,birth_date"
LEO = "7,Leo,Ruiz,2018-03-14"


def test_patients_get_their_identifier_and_search_keys(load: Callable[..., Any]) -> None:
    assert load("a.csv", f"{HEAD},phone,sex\n{LEO},555-010-0123 ext 4,M\n") == (1, 0, 0, 0)
    leo = Patient.objects.get()
    assert (leo.given_name, leo.family_name, leo.birth_date) == ("Leo", "Ruiz", dt.date(2018, 3, 14))
    assert (leo.family_key, leo.given_key, leo.phone_key) == ("ruiz", "leo", "550100123")
    assert (leo.phone, leo.sex, leo.source, leo.status) == ("555-010-0123 ext 4", "male", "import", "active")
    assert PatientIdentifier.objects.get().value == "7"


def test_headings_may_come_in_any_order_case_and_spelling(load: Callable[..., Any]) -> None:
    load(
        "a.csv",
        "Date of Birth;SURNAME;first-name;MRN;Zip\n14/03/2018;Ruiz;Leo;7;62704\n".replace("14/03", "03/14"),
    )
    leo = Patient.objects.get()
    assert (leo.given_name, leo.family_name, leo.postcode) == ("Leo", "Ruiz", "62704")
    assert leo.birth_date == dt.date(2018, 3, 14)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_common_separator_is_read(load: Callable[..., Any], delimiter: str) -> None:
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
def test_files_are_read_in_every_encoding_that_programs_write(
    load: Callable[..., Any], content: bytes
) -> None:
    assert load("a.csv", content) == (1, 0, 0, 0)
    assert Patient.objects.get().name == "Zoë García"


def test_latin_1_line_is_read_and_reported_and_affects_no_other_line(load: Callable[..., Any]) -> None:
    load("a.csv", f"{HEAD}\n8,Zoë,Ruiz,\n".encode() + "9,Anaïs,Peña,\n".encode("latin-1"))
    assert {patient.name for patient in Patient.objects.all()} == {"Zoë Ruiz", "Anaïs Peña"}
    assert "1 lines are not UTF-8 and were read as Latin-1" in load.summary.notes[0]


def test_unknown_columns_are_named_in_a_note(load: Callable[..., Any]) -> None:
    load("a.csv", f"{HEAD},soc_sec_id\n{LEO},123\n")
    assert load.summary.notes == ["a.csv: columns that were not used: soc_sec_id."]


def test_a_quoted_line_break_is_part_of_the_cell(load: Callable[..., Any]) -> None:
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
def test_bad_row_is_rejected_with_line_and_reason_and_stops_nothing(
    load: Callable[..., Any], row: str, reason: str
) -> None:
    assert load("a.csv", f"{HEAD}\n1,Ivy,Bell,\n{row}\n2,Kai,Bell,\n3,Zoë,Bell,\n") == (3, 0, 0, 1)
    (rejected,) = load.rejected()
    assert rejected["line"] == "3"
    assert reason in rejected["reason"]


def test_dates_are_read_day_first_for_a_day_first_clinic(load: Callable[..., Any], brook: Clinic) -> None:
    brook.region = "GB"
    load("a.csv", f"{HEAD}\n7,Leo,Ruiz,03/04/2018\n")
    assert Patient.objects.get().birth_date == dt.date(2018, 4, 3)


def test_reject_file_is_private_and_can_be_imported_after_a_fix(load: Callable[..., Any]) -> None:
    load("a.csv", f"{HEAD}\n7,Leo,Ruiz,2018-02-31\n")
    (path,) = load.summary.rejects
    assert path.name == "a.rejects.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert load("right.csv", path.read_text().replace("-02-31", "-02-28")) == (1, 0, 0, 0)


def test_reject_file_holds_only_the_rows_of_this_run(load: Callable[..., Any]) -> None:
    load("a.csv", f"{HEAD}\n7,,,\n")
    load("a.csv", f"{HEAD}\n8,,,\n")
    assert [row["patient_id"] for row in load.rejected()] == ["8"]


def test_guardians_are_recognized_by_columns_and_may_precede_their_patients(load: Callable[..., Any]) -> None:
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


def test_appointments_are_in_clinic_time_unless_they_give_an_offset(
    load: Callable[..., Any], front: Location
) -> None:
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


def test_date_and_time_may_be_in_two_columns(load: Callable[..., Any]) -> None:
    make.patient(load.clinic).identifiers.create(clinic=load.clinic, value="7")
    assert load("a.csv", "patient_id,date,time\n7,2026-03-10,9:45\n") == (1, 0, 0, 0)
    assert load("a.csv", "patient_id,date,time\n7,2026-03-10,9:45\n") == (0, 0, 1, 0)
    assert Appointment.objects.get().starts_at == make.at("9:45")


def test_system_column_keeps_numbers_of_two_offices_apart(load: Callable[..., Any]) -> None:
    text = f"{HEAD},system\n7,Leo,Ruiz,,urn:one\n7,Ivy,Bell,,urn:two\n"
    assert load("a.csv", text) == (2, 0, 0, 0)


def test_file_without_the_required_headings_says_which_are_missing(load: Callable[..., Any]) -> None:
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
        (bytes(range(256)), "is not a file of text"),
    ],
    ids=["nothing", "a mark alone", "a workbook", "cut gzip", "no gzip", "binary"],
)
def test_unreadable_file_gets_one_sentence(load: Callable[..., Any], content: bytes, sentence: str) -> None:
    assert load("a.csv", content) == (0, 0, 0, 0)
    assert sentence in load.summary.unreadable[0]


@pytest.mark.parametrize(
    "heading",
    [
        "MRN,First,Last,DOB",
        "Patient MRN,Patient First Name,Patient Last Name,Patient DOB",
        "MRN #,FName,LName,D.O.B.",
        "Hospital Number,Forename(s),Surname,Birth Dt",
        "NHS Number,First Name,Last Name,dob (YYYY-MM-DD)",
        "EMPI,Nombre,Apellidos,Fecha de nacimiento",
        "Chart #,Prénom,Nom,Date de naissance",
    ],
)
def test_headings_of_real_systems_are_recognized(load: Callable[..., Any], heading: str) -> None:
    assert load("a.csv", f"{heading}\n{LEO}\n") == (1, 0, 0, 0)
    leo = Patient.objects.get()
    assert (leo.name, leo.birth_date) == ("Leo Ruiz", dt.date(2018, 3, 14))


def test_unknown_heading_is_named_and_can_be_mapped(load: Callable[..., Any]) -> None:
    rows = f"Account,First Name,Last Name,DOB\n{LEO}\n"
    assert load("a.csv", rows) == (0, 0, 0, 0)
    assert "“Account”, “First Name”" in load.summary.unreadable[0]
    assert "patient_id is missing" in load.summary.unreadable[0]
    load.mapping = columns.parse_heading_mapping(["Account=patient_id"])
    assert load("a.csv", rows) == (1, 0, 0, 0)
    with pytest.raises(ValueError, match="HEADING=COLUMN"):
        columns.parse_heading_mapping(["Account=shoe"])


TWO = {"patients.csv": f"{HEAD}\n{LEO}\n", "guardians.csv": "Acct,guardian,relationship\n7,Ana,Mother\n"}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (["MRN No 2=patient_id"], "--map names the heading “MRN No 2” (patient_id), and it was not found."),
        (["given_name=patient_id", "Fone=phone"], "“Fone” (phone), and it was not found"),
        (["given_name=phone", "family_name=phone"], "“given_name” and “family_name” of a.csv are both phone"),
        (["birth_date=due_on"], "“birth_date” is due_on: a file of patients, as a.csv is, has no such"),
    ],
)
def test_mapped_heading_must_exist_and_fit_the_file(
    load: Callable[..., Any], said: list[str], words: str
) -> None:
    load.mapping = columns.parse_heading_mapping(said)
    assert load("a.csv", f"{HEAD}\n{LEO}\n") == (0, 0, 0, 0)
    (sentence,) = load.summary.unreadable
    assert words in sentence
    assert "The headings of a.csv are “patient_id”, “given_name”, “family_name”, “birth_date”." in sentence
    assert sentence.endswith("Nothing was loaded.")


def test_mapped_heading_may_be_in_only_one_of_several_files(load: Callable[..., Any]) -> None:
    load.mapping = columns.parse_heading_mapping(["acct=patient_id", "Given Name=given_name"])
    assert load.files(TWO) == (2, 0, 0, 0)
    load.mapping = columns.parse_heading_mapping(["Acct=patient_id", "Given=given_name"])
    assert load.files(TWO) == (0, 0, 0, 0)
    assert "patients.csv are" in load.summary.unreadable[0]
    assert "guardians.csv are “Acct”" in load.summary.unreadable[0]


def test_mapped_heading_needs_at_least_one_file_with_headings(load: Callable[..., Any]) -> None:
    load.mapping = columns.parse_heading_mapping(["Acct=patient_id"])
    assert load("a.json", {"resourceType": "Bundle", "entry": []}) == (0, 0, 0, 0)
    assert "No file with headings was found." in load.summary.unreadable[0]


def test_heading_is_mapped_to_only_one_column() -> None:
    assert columns.parse_heading_mapping(["MRN #=patient_id", "mrn=patient_id"]) == {"mrn": "patient_id"}
    with pytest.raises(ValueError, match="“mrn” is said to be patient_id and phone"):
        columns.parse_heading_mapping(["MRN #=patient_id", "mrn=phone"])


WIDE = ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
LONG = "".join(f"{number},Zoë,Muñoz,2018-03-14\n" for number in range(340, 400))


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("named", ["", "said", "family"])
def test_utf_16_and_utf_32_are_read_with_and_without_a_byte_order_mark(
    load: Callable[..., Any], encoding: str, named: str
) -> None:
    load.encoding = {"said": encoding, "family": encoding[:6]}.get(named, "")
    rows = f"{HEAD}\n{LONG}1,李,王,2018-03-14\n2,😀a,Ruiz,2018-03-14\n"
    assert load("a.csv", rows.encode(encoding)) == (62, 0, 0, 0)
    assert Patient.objects.get(identifiers__value="1").name == "李 王"
    assert Patient.objects.get(identifiers__value="399").name == "Zoë Muñoz"
    load.encoding = ""
    assert load("b.csv", codecs.BOM_UTF16_BE + rows.encode("utf-16-be")) == (0, 0, 62, 0)


@pytest.mark.parametrize("encoding", WIDE)
def test_json_in_utf_16_or_utf_32_is_rejected_with_advice(load: Callable[..., Any], encoding: str) -> None:
    load("a.json", json.dumps({"resourceType": "Patient"}).encode(encoding))
    (sentence,) = load.summary.unreadable
    assert f"is JSON in {encoding[:6].upper()}: save it as UTF-8." in sentence


@pytest.mark.parametrize(
    "start",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0",
        b"GIF89a\1\0",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        b"BM\x36\0\0\0\0\0\0\0\x36\0",
        b"\0\0\0 ftypheic",
        b"PK\x05\x06" + bytes(18),
        b"7z\xbc\xaf'\x1c\0\4",
        b"{\\rtf1\\ansi",
        b"SQLite format 3\0",
        bytes(range(256)) * 20,
        bytes(4096),
    ],
)
def test_binary_file_gets_one_sentence(load: Callable[..., Any], start: bytes) -> None:
    assert load("a.csv", start) == (0, 0, 0, 0)
    (sentence,) = load.summary.unreadable
    assert "export the records as CSV" in sentence
    assert sentence.count(".") <= 4
    assert sentence.isprintable()


def test_zip_file_that_is_not_a_workbook_gets_one_sentence(load: Callable[..., Any]) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("patients.csv", f"{HEAD}\n{LEO}\n")
    load("a.csv", archive.getvalue())
    assert load.summary.unreadable == [
        f"{load.folder / 'a.csv'} is an archive and no workbook: unpack it first."
    ]


def test_nul_in_one_cell_does_not_make_a_file_utf_16(load: Callable[..., Any]) -> None:
    assert load("a.csv", f"{HEAD}\n{LEO}\n8,Zo\0,Ruiz,\n") == (1, 0, 0, 1)
    assert "holds a NUL" in load.reasons()[0]


def test_title_separator_and_total_lines_are_not_patients(load: Callable[..., Any]) -> None:
    rows = f"sep=;\nPatients of Brook Street\nRun: 11/25/2025\n\n{HEAD}\n{LEO}\nTotal,1,,\n"
    assert load("a.csv", rows.replace(",", ";")) == (1, 0, 0, 1)
    assert "is a total" in load.reasons()[0]
    assert load.rejected()[0]["line"] == "7"


def test_one_date_in_the_other_order_makes_all_ambiguous_dates_rejected(
    load: Callable[..., Any], brook: Clinic
) -> None:
    rows = f"{HEAD}\n1,Al,Ash,03/04/2018\n2,Bo,Ash,13/04/2018\n3,Cy,Ash,2018-04-03\n4,Di,Ash,04.03.2018\n"
    assert load("a.csv", rows) == (2, 0, 0, 2)
    assert "line 3 holds 13/04/2018" in load.summary.notes[0]
    assert Patient.objects.get(given_name="Di").birth_date == dt.date(2018, 3, 4)
    brook.region = "GB"
    assert load("a.csv", rows) == (2, 0, 2, 0)
    assert load("b.csv", f"{HEAD}\n1,Al,Ash,04/13/2018\n") == (0, 0, 0, 1)


def test_appointment_date_in_the_other_order_counts_too(load: Callable[..., Any]) -> None:
    make.patient(load.clinic).identifiers.create(clinic=load.clinic, value="7")
    rows = "MRN,Appointment Date,Time\n7,3/4/2026,9am\n7,25/4/2026,0930\n"
    assert load("a.csv", rows) == (0, 0, 0, 2)


def test_old_mac_line_endings_are_read(load: Callable[..., Any]) -> None:
    assert load("a.csv", f"{HEAD}\r{LEO}\r8,Ivy,Bell,\r") == (2, 0, 0, 0)


@pytest.mark.parametrize("encoding", ["mac_roman", "cp1251", "gb18030", "cp932", "cp1250"])
def test_letters_of_another_encoding_are_rejected_until_it_is_named(
    load: Callable[..., Any], encoding: str
) -> None:
    name = {"mac_roman": "José", "cp1251": "Иван", "gb18030": "小明", "cp932": "太郎", "cp1250": "Łukasz"}[
        encoding
    ]
    content = f"{HEAD}\n7,{name},Ruiz,2018-03-14\n".encode(encoding)
    assert load("a.csv", content) == (0, 0, 0, 1)
    assert "--encoding" in load.reasons()[0]
    load.encoding = encoding
    assert load("a.csv", content) == (1, 0, 0, 0)
    assert Patient.objects.get().given_name == name


def test_guessed_letter_never_replaces_a_correct_one(load: Callable[..., Any]) -> None:
    load("a.csv", f"{HEAD}\n7,Jiří,Dvořák,2018-03-14\n8,Ayşe,Şahin,2018-03-14\n")
    for number, name, encoding in (("7", "Jiří,Dvořák", "cp1250"), ("8", "Ayşe,Şahin", "cp1254")):
        load("b.csv", f"{HEAD}\n{number},{name},2018-03-14\n".encode(encoding))
        assert load.summary.counts["patients"][ImportOutcome.CHANGED] == 0
    assert {patient.name for patient in Patient.objects.all()} == {"Jiří Dvořák", "Ayşe Şahin"}
    assert load("c.csv", f"{HEAD}\n7,JiÅ™Ã­,DvoÅ™Ã¡k,2018-03-14\n") == (0, 0, 0, 1)


def test_rejected_cell_is_escaped_against_formulas_and_can_be_imported_again(
    load: Callable[..., Any],
) -> None:
    load("a.csv", f"{HEAD}\n=1+1,@Leo,-Ruiz,2999-01-01\n")
    (path,) = load.summary.rejects
    assert ",'=1+1,'@Leo,'-Ruiz," in path.read_text()


@pytest.mark.parametrize("content", [b"<Patient/>", '\ufeff{"resourceType": "Patient"}'.encode("utf-16-le")])
def test_other_file_formats_are_named(load: Callable[..., Any], content: bytes) -> None:
    load("a.json", content)
    assert load.summary.unreadable[0].split(" is ")[1].startswith(("XML", "JSON in UTF-16"))


WITH_SEX = "MRN,First Name,Last Name,DOB,Sex\n"


@pytest.mark.parametrize(
    "twin", ["T1,Emma,Novak,2018-05-06,F", "T1,Zoe,Okafor,2018-05-06,", "T1,Noah,Novak,,", "T1,Lia,Novak,,"]
)
def test_twins_row_under_the_other_twins_number_changes_nobody(load: Callable[..., Any], twin: str) -> None:
    first = "T1,Liam,Novak,2018-05-06,M"
    assert load("both.csv", f"{WITH_SEX}{first}\n{twin}\n") == (1, 0, 0, 1)
    assert load("one.csv", f"{WITH_SEX}{twin}\n") == (0, 0, 0, 1)
    assert "turn one patient into another" in load.reasons()[0]
    assert Patient.objects.get().given_name == "Liam"


def test_newborns_own_name_replaces_the_placeholder(load: Callable[..., Any]) -> None:
    assert load("a.csv", f"{WITH_SEX}T1,Baby Boy,Novak,2026-03-06,M\n") == (1, 0, 0, 0)
    assert load("b.csv", f"{WITH_SEX}T1,Liam,Novak,2026-03-06,M\n") == (0, 1, 0, 0)


@pytest.mark.parametrize(
    "text",
    [
        "MRN,Appt Date,Appt Time\n7,3/10/2026,9:45 AM\n",
        "MRN,Appointment Date,Appointment Time\n7,2026-03-10,09:45\n",
        "MRN,Date,Start Time\n7,3/10/2026,9:45\n",
        "MRN,Appointment Date/Time\n7,3/10/2026 9:45 AM\n",
        "MRN,Start Time,Start Date\n7,0945,2026-03-10\n",
        "MRN,Date,Start Time\n7,,2026-03-10 09:45\n",
    ],
)
def test_time_without_a_date_is_joined_with_the_date_column(load: Callable[..., Any], text: str) -> None:
    make.patient(load.clinic).identifiers.create(clinic=load.clinic, value="7")
    assert load("a.csv", text) == (1, 0, 0, 0)
    assert Appointment.objects.get().starts_at == make.at("9:45")


@pytest.mark.parametrize("given", ["12", "2018-05-06", "5/6"])
def test_numeric_given_name_is_rejected_and_not_dropped(load: Callable[..., Any], given: str) -> None:
    assert load("a.csv", f"{WITH_SEX}7,{given},Novak,2018-05-06,F\n") == (0, 0, 0, 1)
    assert "is a number or a date" in load.reasons()[0]


def test_names_and_phones_in_other_programs_notations_are_read(load: Callable[..., Any]) -> None:
    head = "MRN,Patient Name,DOB,Phone\n"
    assert load("a.csv", f"{head}7,NOVAK^CARL^M,2018-05-06,2.065550134E9\n") == (1, 0, 0, 0)
    carl = Patient.objects.get()
    assert (carl.given_name, carl.family_name, carl.phone) == ("CARL M", "NOVAK", "2065550134")
    assert load("b.csv", f"{head}8,Ana Bell,2018-05-06,2.06555E+09\n") == (0, 0, 0, 1)


def test_appointment_in_a_repeated_or_skipped_hour_is_made_once(load: Callable[..., Any]) -> None:
    load("p.csv", "MRN,First,Last\n1,Leo,Brown\n")
    rows = "MRN,appointment_id,start\n1,,2026-11-01 01:30\n1,,2027-03-14 02:30\n1,x,2026-11-01 01:45\n"
    assert load("a.csv", rows) == (3, 0, 0, 0)
    assert load("a.csv", rows) == (0, 0, 3, 0)


MANY = f"{HEAD.replace('patient_id,', '')},patient_id\nLeo,Ruiz,2018-03-14,1001\n"


@pytest.mark.parametrize(
    ("text", "is_cut"),
    [
        (f"{MANY}Ivy,Bell,2018-03-15,10", True),
        (f"{MANY}Ivy,Bell,2018-03-15,1002", False),
        ("given_name,family_name,patient_id\nIvy,Bell,10", True),
        (f"{HEAD}\n{LEO}\n8,Ivy,Bell,2018-03-1", True),
        (f"{HEAD}\n{LEO}\n8,Ivy,Bell,2018-03-15", False),
        (f"{HEAD}\n8,Ivy,Bell,2018-03-1", True),
        (f"{HEAD}\n8,Ivy,Bell,", False),
        (f"{HEAD},phone\n{LEO},312-555-1111\n8,Ivy,Bell,,312-55", True),
        (f"{HEAD},phone\n{LEO},312-555-1111\n8,Ivy,Bell,,312-555-1112", False),
        ("patient_id,birth_date,given_name,family_name\n8,2018-03-14,Ivy,Be", False),
        ("patient_id,birth_date,given_name,family_name\n7,2018-03-14,Leo,Ru", True),
        ("patient_id,given_name,family_name,city\n7,Leo,Ruiz,Chic", True),
    ],
)
def test_last_line_that_looks_truncated_is_rejected(
    load: Callable[..., Any], text: str, is_cut: bool
) -> None:
    load("a.csv", f"{HEAD},city\n{LEO},Chicago\n")
    load("b.csv", text)
    assert [("line end" in reason) for reason in load.reasons()] == [True] * is_cut
    assert any("no line end" in one for one in (*load.summary.notes, *load.reasons()))
    load("b.csv", f"{text}\n")
    assert not any("line end" in one for one in (*load.summary.notes, *load.reasons()))


def test_appointment_with_a_truncated_number_goes_to_nobody_else(load: Callable[..., Any]) -> None:
    load("a.csv", f"{HEAD}\n10,Ivy,Bell,\n1001,Leo,Ruiz,\n")
    head = "appointment_id,start,patient_id\nx1,2026-11-27 09:00,1001\n"
    assert load("b.csv", f"{head}x2,2026-11-27 10:00,10") == (1, 0, 0, 1)
    times = "appointment_id,patient_id,date,time\ny1,1001,2026-11-27,9:00 AM\n"
    assert load("c.csv", f"{times}y2,1001,2026-11-27,10:00") == (1, 0, 0, 1)


def test_repeated_headings_are_skipped_and_apply_to_the_rows_below(load: Callable[..., Any]) -> None:
    head = "MRN,First,Last,City"
    rows = f"{head}\n1,Leo,Ruiz,Rye\n{head}\n2,Ivy,Bell,Rye\nMRN,City,Last,First\n3,Rye,Ash,Kai\n4,Rye,,\n"
    assert load("a.csv", rows) == (3, 0, 0, 3)
    assert {one.name for one in Patient.objects.all()} == {"Leo Ruiz", "Ivy Bell", "Kai Ash"}
    (path,) = load.summary.rejects
    assert load("b.csv", path.read_text().replace(",4,,,", ",4,Zoe,Ash,")) == (1, 0, 0, 2)
    assert Patient.objects.get(identifiers__value="4").name == "Zoe Ash"


def test_rows_below_different_headings_are_rejected(load: Callable[..., Any]) -> None:
    rows = "MRN,First,Last\n1,Leo,Ruiz\nMRN,Last,First,DOB\n2,Bell,Ivy,\n3,Ash,Kai\n"
    rows += "MRN,Last Name,First Name\n4,Ash,Al\n"
    assert load("a.csv", rows) == (1, 0, 0, 5)
    assert "Line 3 holds other headings" in load.reasons()[1]
