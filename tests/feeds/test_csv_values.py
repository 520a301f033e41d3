"""Cells that mean "none" in many languages, and cells that can be read in two ways."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from checkin.feeds.file_tables import clean_date_cell
from checkin.models import Guardian, Patient, PatientIdentifier
from checkin.rules import record_rows
from checkin.rules.record_dates import find_date_of_other_order
from checkin.rules.record_names import read_recorded_name, read_recorded_phone
from checkin.rules.record_numbers import is_shared_number_kind, read_recorded_number

HEAD = "MRN,First,Last,DOB"
LEO = f"{HEAD},Phone\n1,Leo,Brown,2016-05-01,312-555-1111\n"


OTHER_ORDER = [
    "13/01/2016",
    '="13/01/2016"',
    "'13/01/2016",
    "13/1/16",
    "13/01/2016\u200e",
    "13/01/2016T00:00",
]
OTHER_ORDER += ["Wed 13/01/2016", "13 01 2016", "13 / 01 / 2016", "13\u201101\u20112016"]
OTHER_ORDER += ["13/01/2016 10:30", "\uff11\uff13/01/2016", " 13-01-2016"]


@pytest.mark.parametrize("said", OTHER_ORDER)
def test_date_in_the_other_order_is_found_however_the_cell_is_written(said: str) -> None:
    assert find_date_of_other_order(clean_date_cell(said), day_first=False)
    assert not find_date_of_other_order(clean_date_cell(said), day_first=True)


@pytest.mark.parametrize(
    "said", ["2016-01-13", "13.01.2016", "12/31/2017", "03/04/2018", "9:00-09:30", "N/A", ""]
)
def test_date_in_the_clinics_order_proves_nothing(said: str) -> None:
    assert not find_date_of_other_order(clean_date_cell(said), day_first=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "proof",
    ['"12 Main St\nApt 3",Mia,Stone,13/01/2016', "Elm,Mia,Stone,'13/01/2016", "Elm,Mia,Stone,13/01/2016,x"],
)
def test_dates_are_checked_in_the_rows_that_are_read(load: Callable[..., Any], proof: str) -> None:
    text = (
        f"MRN,Address,First,Last,DOB\n1,1 Elm,Leo,Brown,03/04/2018\n2,{proof}\n3,9 Oak,Ann,Ray,2017-05-06\n"
    )
    assert load("a.csv", text) == (1, 0, 0, 2)
    assert [note for note in load.summary.notes if "line 3 holds" in note]
    assert Patient.objects.get().given_name == "Ann"
    assert load("b.csv", f"{HEAD}\n1,Leo,Brown,13/01/2018\n2,Mia,Stone,14/01/2018\n")[3] == 2
    assert sum("which only a clinic" in note for note in load.summary.notes) == 1


@pytest.mark.django_db
def test_dates_load_though_an_address_cell_looks_like_the_other_order(load: Callable[..., Any]) -> None:
    text = f"{HEAD},Address\n1,Leo,Brown,03/04/2018,13/01/2016 Elm\n2,Ann,Ray,'12/31/2017,\n"
    assert load("a.csv", text) == (2, 0, 0, 0)
    assert {str(one.birth_date) for one in Patient.objects.all()} == {"2018-03-04", "2017-12-31"}


NONE_IN_ANY = ["unbekannt", "desconocido", "inconnu", "n.v.t.", "k.A.", "n/d", "s/o", "ninguno", "onbekend"]
NONE_IN_ANY += [
    "Unbekannt",
    "sin número",
    "nieznany",
    "不明",
    "なし",
    "нет",
    "xxx",
    "UNK",
    "TBD",
    "(unknown)",
]


NO_NUMBER = [
    "keine",
    "aucun",
    "new",
    "New Patient",
    "self",
    "unassigned",
    "999999",
    "neu",
    "geen",
    "00-0",
    "11111111",
]
NO_PHONE = ["no phone", "call mom", "kein Telefon", "?"]
NO_NAME = ["N.N.", "N/A", "keine Angabe", "not known"]


@pytest.mark.parametrize("said", NONE_IN_ANY)
def test_word_for_none_in_any_language_is_read_as_empty(said: str) -> None:
    assert [
        read_recorded_number(said, called="patient_id"),
        read_recorded_phone(said),
        read_recorded_name(said, "family_name"),
    ] == ["", "", ""]


def test_repeated_digits_that_real_systems_use_are_a_number() -> None:
    assert [read_recorded_number(one, called="patient_id") for one in ("111111", "99999", "11111111")] == [
        "111111",
        "99999",
        "",
    ]


@pytest.mark.django_db
def test_rows_that_say_they_have_no_number_are_rejected(load: Callable[..., Any]) -> None:
    said = [*NONE_IN_ANY, *NO_NUMBER]
    rows = [f"{one},Leo,{family},2016-05-01" for one in said for family in ("Müller", "Schmidt")]
    assert load("a.csv", "\n".join([HEAD, *rows])) == (0, 0, 0, 2 * len(said))


@pytest.mark.django_db
def test_phone_or_name_meaning_none_overwrites_nothing_and_names_no_guardian(
    load: Callable[..., Any],
) -> None:
    load("a.csv", LEO)
    rows = [f"1,Leo,Brown,2016-05-01,{one}" for one in [*NONE_IN_ANY, *NO_PHONE]]
    rows += [f"1,Leo,{one},2016-05-01," for one in [*NONE_IN_ANY, *NO_NAME]]
    assert load("b.csv", "\n".join([f"{HEAD},Phone", *rows])) == (0, 0, len(rows), 0)
    assert (Patient.objects.get().phone, Patient.objects.get().family_name) == ("312-555-1111", "Brown")
    assert load("c.csv", "MRN,Guardian Name,Relationship\n1,unbekannt,Mother\n") == (0, 0, 0, 1)
    assert not Guardian.objects.exists()
    assert load("d.csv", f"{HEAD}\n2,keine Angabe,unbekannt,2016-05-01\n") == (0, 0, 0, 1)


@pytest.mark.parametrize(
    "said", ["New", "Nada", "Na", "Null", "Keiner", "Blank", "Test", "N", "K.A.", "Nose", "S/O Ram"]
)
def test_name_that_is_also_a_word_stays_a_name(said: str) -> None:
    assert read_recorded_name(said, "family_name") == said


@pytest.mark.parametrize(
    "system", ["Krankenkasse", "Member Number", "memberId", "N° afiliado", "assurance-maladie", "Familien-Nr"]
)
def test_payer_number_in_any_language_identifies_nobody(system: str) -> None:
    assert is_shared_number_kind(types=(), system=system)


@pytest.mark.parametrize(
    "system", ["http://family-clinic.example/mrn", "MRN", "Policlinic", "Visitacion", "Hospital"]
)
def test_clinics_own_number_belongs_to_the_child(system: str) -> None:
    assert not is_shared_number_kind(types=(), system=system)


@pytest.mark.django_db
def test_system_that_says_none_is_the_clinics_own(load: Callable[..., Any]) -> None:
    assert load("a.csv", "MRN,System,First,Last,DOB\n7,N/A,Ruby,Stone,2016-05-01\n") == (1, 0, 0, 0)
    assert PatientIdentifier.objects.get().system == ""


DEAD = f"{HEAD},Deceased,Date of Death\n1,Leo,Brown,2016-05-01,"


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["No,2026-01-02", "false,2025-12-31"])
def test_death_that_its_own_row_denies_is_rejected(load: Callable[..., Any], said: str) -> None:
    load("a.csv", LEO)
    assert load("b.csv", f"{DEAD}{said}\n") == (0, 0, 0, 1)
    assert "lives" in load.reasons()[0]
    assert not Patient.objects.get().is_deceased


@pytest.mark.django_db
def test_placeholder_date_of_death_is_not_a_death(load: Callable[..., Any]) -> None:
    days = ["1900-01-01", "9999-12-31", "0000-00-00", "00/00/0000", "1899-12-30", "1970-01-01", "N/A", "-"]
    heading, leo = DEAD.split("\n")
    rows = [f"{leo}{said},{day}" for day in days for said in ("", "No")]
    assert load("a.csv", "\n".join([heading, *rows])) == (1, 0, len(rows) - 1, 0)
    assert not Patient.objects.get().is_deceased
    assert load("a.csv", f"{DEAD}Yes,1900-01-01\n") == (0, 1, 0, 0)
    assert (Patient.objects.get().is_deceased, Patient.objects.get().deceased_on) == (True, None)


@pytest.mark.django_db
def test_patient_marked_deceased_by_mistake_is_corrected_by_the_next_file(load: Callable[..., Any]) -> None:
    assert load("a.csv", f"{DEAD}Yes,2026-01-02\n") == (1, 0, 0, 0)
    assert Patient.objects.get().deceased_on == dt.date(2026, 1, 2)
    assert load("b.csv", f"{DEAD}No,\n") == (0, 1, 0, 0)
    assert (Patient.objects.get().is_deceased, Patient.objects.get().deceased_on) == (False, None)


LOST = [
    "Mu?oz",
    "Mu_oz",
    "Mu□oz",
    "Mu&ntilde;oz",
    "Mu&#241;oz",
    "Mu\\u00f1oz",
    "Mu%C3%B1oz",
    "Mu=F1oz",
    "Mu‚oz",
]
LOST += [
    "?oz",
    "Zo?",
    "<b>Leo</b>",
    "Mu³oz",
    "Mu#oz",
    "Mu~oz",
    "Mu\ue000oz",
    "Mu;oz",
    "Mu<U+00F1>oz",
    "Mu+APE-oz",
]


@pytest.mark.django_db
def test_symbols_in_place_of_letters_never_replace_or_make_a_name(load: Callable[..., Any]) -> None:
    load("a.csv", f"{HEAD}\n1,José,Muñoz,2016-05-01\n")
    rows = [row for one in LOST for row in (f"1,José,{one},2016-05-01", f"2,{one},Bell,2016-05-01")]
    assert load("b.csv", "\n".join([HEAD, *rows])) == (0, 0, 0, len(rows))
    assert Patient.objects.get().family_name == "Muñoz"


@pytest.mark.parametrize(
    "said",
    [
        "Ulug‘bek",
        "Ka‘imi",
        "O’Dowd",
        "Gal·la",
        "Mª José",
        "Robert “Bob”",
        "O´Brien",
        "de la Cruz (Ann)",
        "M***",
    ]
    + ["Ann & Bob", "Smith/Jones", "Leo (?)", "D'Arcy; Jr", "J. R.", "Anna+Mia"],
)
def test_symbols_used_in_real_names_are_kept(said: str) -> None:
    assert read_recorded_name(said, "given_name") == said


@pytest.mark.django_db
def test_visually_equal_names_and_numbers_are_the_same(load: Callable[..., Any]) -> None:
    load("a.csv", f"{HEAD}\n1001,Zoë,Muñoz,2016-05-01\n")
    said = ["\uff11\uff10\uff10\uff11", "1001\ufe0f", "1\u200b001", "1001\u00a0", "'1001"]
    rows = [f"{one},{unicodedata.normalize('NFD', 'Zoë,Muñoz')},2016-05-01" for one in said]
    assert load("b.csv", "\n".join([HEAD, *rows])) == (0, 0, len(rows), 0)
    assert Patient.objects.get().name == "Zoë Muñoz"


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "second"), [("001001", "1001"), ("1001", "001001"), ("0001001", "01001")])
def test_number_without_leading_zeros_is_the_same_childs_only(
    load: Callable[..., Any], first: str, second: str
) -> None:
    assert load("a.csv", f"{HEAD}\n{first},Leo,Brown,2016-05-01\n") == (1, 0, 0, 0)
    assert load("b.csv", f"{HEAD}\n{second},Leo,Brown,2016-05-01\n") == (0, 1, 0, 0)
    assert load("b.csv", f"{HEAD}\n{second},Leo,Brown,2016-05-01\n") == (0, 0, 1, 0)
    assert load("c.csv", f"{HEAD}\n0000{first},Ruby,Stone,2018-05-01\n") == (1, 0, 0, 0)
    assert load("e.csv", f"{HEAD}\n5,Eva,Paz,\n05,Eva,Paz,\n") == (2, 0, 0, 0)
    both = f"{HEAD}\n77,Mia,Bell,2016-05-01\n077,Mia,Bell,2016-05-01\n0077,Ann,Ray,2016-05-01\n"
    assert load("d.csv", both) == (2, 1, 0, 0)


@pytest.mark.django_db
def test_numeric_fhir_identifier_is_read_as_text(load: Callable[..., Any]) -> None:
    person = {
        "resourceType": "Patient",
        "birthDate": "2016-05-01",
        "name": [{"family": "Brown", "given": ["Leo"]}],
    }
    for file, value, counts in (("a", "1001", (1, 0, 0, 0)), ("b", 1001, (0, 0, 1, 0))):
        assert load(f"{file}.json", person | {"identifier": [{"value": value}]}) == counts


@pytest.mark.parametrize(
    ("heading", "letters", "sexes"),
    [
        ("Sexo", "HM", ["male", "female"]),
        ("Sexo", "VM", ["male", "female"]),
        ("Sexo", "FM", ["female", "male"]),
        ("Sexo", "hm", ["male", "female"]),
        ("Sex", "HM", ["male", "female"]),
        ("Sexe", "HF", ["male", "female"]),
        ("Sexo", "VH", ["male", "female"]),
        ("Sexo", "MM", ["", ""]),
        ("Sex", "MM", ["male", "male"]),
        ("Sex", "VM", ["", ""]),
        ("Sexo", ["Hombre", "Mujer"], ["male", "female"]),
        ("Sexo", ["Varón", "Hembra"], ["male", "female"]),
    ],
)
def test_letter_m_means_female_if_males_are_marked_h(heading: str, letters: str, sexes: list[str]) -> None:
    found = record_rows.infer_sex_letters([one.casefold() for one in letters], is_spanish=heading == "Sexo")
    assert [record_rows.read_recorded_sex(one, found) for one in letters] == sexes


@pytest.mark.django_db
def test_letters_in_a_sex_column_are_interpreted_together(load: Callable[..., Any]) -> None:
    rows = "1,Luis,García,2018-03-04,H\n2,Eva,Ruiz,2018-03-04,M\n"
    assert load("a.csv", f"{HEAD},Sexo\n{rows}") == (2, 0, 0, 0)
    assert [Patient.objects.get(identifiers__value=one).sex for one in "12"] == ["male", "female"]
    assert load("b.csv", f"{HEAD},Sexo\n3,Eva,Paz,2018-03-04,M\n") == (1, 0, 0, 0)
    assert "does not show what M mean" in load.summary.notes[0]
    assert Patient.objects.get(identifiers__value="3").sex == ""
