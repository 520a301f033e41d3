"""Patient data from another system: texts within column limits, yes and no, sex, and numbers."""

from __future__ import annotations

import pytest

from checkin.rules import record_rows
from checkin.rules.record_rows import FHIR_ID, BadRow, PatientItem


@pytest.mark.parametrize(("column", "most"), [("sex", 20), ("phone", 60), ("postcode", 20), ("city", 120)])
def test_text_longer_than_its_column_is_rejected(column: str, most: int) -> None:
    assert record_rows.read_record_text("x" * most, column) == "x" * most
    with pytest.raises(BadRow, match=f"The {column} is longer than {most} letters"):
        record_rows.read_record_text("x" * (most + 1), column)
    with pytest.raises(BadRow, match="The home town is longer"):
        record_rows.read_record_text("x" * (most + 1), column, called="home_town")


def test_invalid_character_is_reported_with_its_column() -> None:
    for called, word in (("", "city"), ("home_town", "home town")):
        for said, what in (("a\x00b", "a NUL character"), ("a\ud800b", "half a character")):
            with pytest.raises(BadRow, match=f"The {word} holds {what}"):
                record_rows.read_record_text(said, "city", called=called)


def test_only_a_parent_or_guardian_may_consent() -> None:
    assert record_rows.is_consenting_kin("Mother")
    assert record_rows.is_consenting_kin("aunt", "legal guardian")
    assert not record_rows.is_consenting_kin("aunt")
    assert not record_rows.is_consenting_kin()
    # A question mark gives nobody authority.
    assert not record_rows.is_consenting_kin("Guardian?")


@pytest.mark.parametrize("said", ["Mommy", "mummy", "daddy"])
def test_usual_words_for_a_parent_are_a_parent(said: str) -> None:
    assert record_rows.is_consenting_kin(said)


@pytest.mark.parametrize(
    "said",
    [
        "my mother",
        "Parent/Guardian",
        "Mother/Guardian",
        "Biological mother",
        "foster mother",
        "stepmother",
        "grandmother/guardian",
        "guardian's mother",
        "mother's guardian",
        "emergency guardian",
        "mother/guardian?",
        "former guardian",
    ],
)
def test_whoever_is_not_certainly_a_parent_may_not_consent(said: str) -> None:
    assert not record_rows.is_consenting_kin(said)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""),
        (17, "17"),
        ("  two   words ", "two words"),
        ("line\none\ttwo", "line one two"),
        ("a\x7fb", "a b"),
        ("Jose\u0301", "José"),
        ("Jo\u200bsé", "José"),
        ("\u00a0José\u2003 Ruiz", "José Ruiz"),
    ],
)
def test_text_becomes_one_line_of_visible_characters(value: object, said: str) -> None:
    assert record_rows.read_record_text(value, "name") == said


@pytest.mark.parametrize(
    ("said", "is_yes"),
    [("Yes", True), ("Sí", True), ("1", True), ("needed", True), ("no", False), ("F", False)],
)
def test_yes_and_no_are_read(said: str, *, is_yes: bool) -> None:
    assert record_rows.read_yes_or_no(said, called="answer") == is_yes


@pytest.mark.parametrize("said", ["", "maybe", "2", "unknown"])
def test_answer_that_is_neither_yes_nor_no_is_rejected(said: str) -> None:
    with pytest.raises(BadRow, match=f"The answer “{said}” is neither yes nor no"):
        record_rows.read_yes_or_no(said, called="answer")


@pytest.mark.parametrize(
    ("said", "sex"),
    [("M", "male"), (" f. ", "female"), ("Varón", "male"), ("MUJER", "female"), ("Boy", "male")]
    + [("X", "x"), ("Intersex", "intersex"), ("", "")],
)
def test_common_words_for_a_sex_are_mapped_to_one_word(said: str, sex: str) -> None:
    assert record_rows.read_recorded_sex(said) == sex


def test_letter_for_a_sex_means_what_its_column_defines() -> None:
    assert record_rows.read_recorded_sex("M", {"m": "female"}) == "female"
    assert record_rows.read_recorded_sex("H", {"h": "male"}) == "male"


@pytest.mark.parametrize(
    ("found", "is_spanish", "letters"),
    [
        ("mf", False, {}),
        ("mf", True, {}),
        ("m", True, {"m": ""}),
        ("m", False, {}),
        ("f", True, {}),
        # Hombre and mujer.
        ("hm", True, {"h": "male", "m": "female"}),
        ("hm", False, {"h": "male", "m": "female"}),
        ("h", True, {"h": ""}),
        ("hf", True, {"h": "male"}),
        ("hfm", False, {"h": "male", "m": ""}),
        # Varón and hembra.
        ("hv", True, {"v": "male", "h": "female"}),
        ("hvm", True, {"v": "male", "h": "female", "m": ""}),
        # Varón and mujer, or vrouw and man.
        ("vm", True, {"v": "male", "m": "female"}),
        ("vm", False, {"v": "", "m": ""}),
        ("vf", True, {"v": "male"}),
        ("vmf", True, {"v": "male"}),
        ("vf", False, {"v": ""}),
        ("vmf", False, {"v": ""}),
        ("v", False, {"v": ""}),
    ],
)
def test_ambiguous_letter_gives_no_sex(found: str, *, is_spanish: bool, letters: dict[str, str]) -> None:
    assert record_rows.infer_sex_letters(found, is_spanish=is_spanish) == letters


def test_resource_id_system_names_its_source() -> None:
    assert record_rows.fhir_id_system("") == FHIR_ID
    assert record_rows.fhir_id_system("north") == f"{FHIR_ID}:north"


@pytest.mark.parametrize(
    ("key", "is_weak"),
    [
        (("mrn", "8001"), False),
        (("mrn", ""), True),
        ((FHIR_ID, "8001"), True),
        ((f"{FHIR_ID}:north", "1"), True),
    ],
)
def test_key_is_weak_if_it_is_a_resource_id_or_missing(key: tuple[str, str], *, is_weak: bool) -> None:
    assert record_rows.is_weak_key(key) == is_weak


MRN, UNNAMED, BARE, NORTH = ("mrn", "8001"), ("", "8001"), (FHIR_ID, "1"), (f"{FHIR_ID}:north", "1")


@pytest.mark.parametrize(
    ("item", "numbers"),
    [
        (PatientItem(keys=[MRN, UNNAMED], weak=NORTH), [MRN, UNNAMED, NORTH]),
        (PatientItem(keys=[MRN, UNNAMED], weak=BARE), [MRN, UNNAMED]),
        (PatientItem(keys=[MRN, UNNAMED], is_vouched=False), [MRN]),
        (PatientItem(keys=[MRN], has_own_numbers=False), []),
        (PatientItem(), []),
    ],
)
def test_patient_is_identified_by_trusted_numbers(item: PatientItem, numbers: list) -> None:
    assert item.numbers == numbers
    assert item.is_bare == (item.weak == BARE)


def test_error_quotes_at_most_40_characters_of_the_text() -> None:
    for said in ("x" * 50, "x" * 40):
        with pytest.raises(BadRow, match=f"“{'x' * 40}”"):
            record_rows.read_yes_or_no(said, called="answer")
