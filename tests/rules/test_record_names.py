"""Names and phones as other systems write them."""

from __future__ import annotations

import pytest

from checkin.rules.record_names import (
    has_misread_letters,
    read_recorded_name,
    read_recorded_phone,
    split_recorded_name,
    spoken_name_words,
)
from checkin.rules.record_rows import BadRow


@pytest.mark.parametrize(
    ("said", "given", "family"),
    [
        ("Nguyen, Van An", "Van An", "Nguyen"),
        ("Smith, John Jr.", "John", "Smith"),
        ("Smith Jr., John", "John", "Smith"),
        ("Smith, Jr., John", "John", "Smith"),
        ("John Smith, Jr.", "John", "Smith"),
        ("John Smith III", "John", "Smith"),
        ("Mr. Ronny Lawrence Irvine", "Ronny Lawrence", "Irvine"),
        ("Irvine, Mr. Ronny", "Ronny", "Irvine"),
        ("Maria de la Cruz", "Maria", "de la Cruz"),
        ("MARIA DE LA CRUZ", "MARIA", "DE LA CRUZ"),
        ("Maria De La Cruz", "Maria", "De La Cruz"),
        ("Dr Anna van der Berg", "Anna", "van der Berg"),
        ("Anna Van Der Berg", "Anna", "Van Der Berg"),
        ("Anh Van Nguyen", "Anh Van", "Nguyen"),
        ("O'Brien-Walsh, Siobhán Mary", "Siobhán Mary", "O'Brien-Walsh"),
        ("de la Cruz, Ana", "Ana", "de la Cruz"),
        ("SMITH John", "John", "SMITH"),
        ("Baby Girl Jones", "Baby Girl", "Jones"),
        ("Marlow,Greta Ann", "Greta Ann", "Marlow"),
        ("Sukarno", "Sukarno", ""),
        ("王小明", "王小明", ""),
        ("Jr.", "Jr.", ""),
        ("", "", ""),
    ],
)
def test_name_in_one_field_is_split(said: str, given: str, family: str) -> None:
    assert split_recorded_name(said) == (given, family)


@pytest.mark.parametrize(
    "said", ["N/A", "n/a", "-", "--", "0", "NULL", "null", "None".upper(), "#N/A", "2", "?"]
)
def test_placeholder_for_no_name_is_read_as_empty(said: str) -> None:
    assert read_recorded_name(said, "given_name") == ""


@pytest.mark.parametrize(
    "said",
    [
        "Na",
        "Null",
        "Zoë",
        "O’Dowd",
        "Nguyễn",
        "Łukasz",
        "Ćirić",
        "王",
        "ŠARIĆ",
        "Žižek",
        "İpek",
        "Þór",
        "Sánchez",
    ],
)
def test_real_name_is_kept_as_written(said: str) -> None:
    assert read_recorded_name(said, "family_name") == said


@pytest.mark.parametrize(
    "said", ["JosŽ", "Mu–oz", "JosÃ©", "Zo‘".replace("‘", "\u0091"), "£ukasz", "Jos\ufffd", "Ð¡Ã÷"]
)
def test_text_read_in_the_wrong_encoding_is_rejected(said: str) -> None:
    assert has_misread_letters(said)
    with pytest.raises(BadRow, match="--encoding"):
        read_recorded_name(said, "given_name")


def test_phone_is_kept_as_written_without_its_uri_scheme() -> None:
    assert read_recorded_phone("tel:+1-555-0150") == "+1-555-0150"
    assert read_recorded_phone("000-0000") == "000-0000"
    assert [read_recorded_phone(one) for one in ("N/A", "-", "0", "None", "NULL", "")] == [""] * 6


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Brown, Bob Jr.", ["Bob", "Brown", "Jr."]),
        ("Brown, Jr., Bob", ["Bob", "Brown", "Jr."]),
        ("Bob Brown", ["Bob", "Brown"]),
        ("BROWN Bob", ["Bob", "BROWN"]),
        ("Mr. Bob Brown", ["Bob", "Brown"]),
        ("Brown^Bob", ["Bob", "Brown"]),
        ("^", ["^"]),
    ],
)
def test_name_words_have_the_given_name_first_and_the_suffix_last(said: str, words: list[str]) -> None:
    assert spoken_name_words(said) == words


@pytest.mark.parametrize(
    ("said", "kept"),
    [("00", "00"), ("0", ""), ("-", ""), ("sms:312 846 2291", "312 846 2291"), ("call me", "")]
    + [("3.128462291E+9", "3128462291"), ("3.12846229E+9", "3128462290")],
)
def test_placeholder_for_no_phone_is_read_as_empty(said: str, kept: str) -> None:
    assert read_recorded_phone(said) == kept


def test_phone_truncated_by_a_spreadsheet_is_rejected() -> None:
    for said in ("3.128E+9", "5E+5"):
        with pytest.raises(BadRow, match=f"The phone “{said[:3]}.*cut short by a spreadsheet"):
            read_recorded_phone(said)


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("de la Cruz", ("de", "la Cruz")),
        ("Ana Maria de la Cruz Lopez", ("Ana Maria", "de la Cruz Lopez")),
        ("Ruiz^Ana^Maria^Jr", ("Ana Maria", "Ruiz")),
        ("Van Morrison", ("Van", "Morrison")),
        ("Anna Van Der Berg", ("Anna", "Van Der Berg")),
        ("Anna Van Berg Kuhn", ("Anna Van Berg", "Kuhn")),
        ("Anna Van De", ("Anna Van", "De")),
    ],
)
def test_particle_starts_a_family_name_only_after_a_given_name(said: str, parts: tuple[str, str]) -> None:
    assert split_recorded_name(said) == parts
