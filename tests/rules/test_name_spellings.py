"""Whether two given names are one written otherwise; names of siblings are near each other and two."""

from __future__ import annotations

import pytest

from checkin.rules import name_spellings


@pytest.mark.parametrize(
    ("one", "other", "is_leading"),
    [
        ("Ana", "Ana Maria", True),
        ("Ana Maria", "Ana", True),
        ("Anamaria", "Ana Maria", True),
        ("Ana", "Anabel", False),
        ("Maria", "Ana Maria", False),
        ("", "Ana", False),
        ("", "", False),
    ],
)
def test_a_name_leads_another_in_whole_words(one: str, other: str, *, is_leading: bool) -> None:
    assert name_spellings.is_leading_name(one, other) == is_leading


def test_a_first_name_that_many_siblings_share_proves_nothing_by_itself() -> None:
    assert name_spellings.is_leading_name("Maria", "Maria Jose", is_confirmed=True)
    assert not name_spellings.is_leading_name("Maria", "Maria Jose", is_confirmed=False)
    assert name_spellings.is_leading_name("Tobias", "Tobias Jose", is_confirmed=False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sofia", "sophia"),
        ("carl", "karl"),
        ("jon", "john"),
        ("hanna", "hannah"),
        ("maya", "maia"),
        ("matthew", "mathew"),
        ("erick", "erik"),
        ("leo", "leo"),
        # Two letters changed over, however short the name is.
        ("brian", "brain"),
        # A letter missing of seven and another of eight.
        ("jonathan", "jonatan"),
        ("katrina", "katarina"),
        ("santiago", "santyago"),
        ("benjamin", "benjomin"),
    ],
)
def test_a_sound_written_otherwise_or_a_slip_in_a_long_name_is_one_name(one: str, other: str) -> None:
    assert name_spellings.is_respelled_or_mistyped(one, other)
    assert name_spellings.is_respelled_or_mistyped(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kayla", "layla"),
        ("daniel", "daniela"),
        ("marco", "mario"),
        ("laura", "lara"),
        ("anh", "an"),
        # A letter missing of six, another of seven.
        ("anthony", "antony"),
        ("marlena", "marlona"),
        ("fabian", "fabianne"),
        ("jasmine", "yasmine"),
        ("benjamin", "benjomon"),
    ],
)
def test_names_of_siblings_are_two(one: str, other: str) -> None:
    assert not name_spellings.is_respelled_or_mistyped(one, other)
    assert not name_spellings.is_respelled_or_mistyped(other, one)


def test_without_a_birth_date_that_agrees_only_letters_changed_over_are_a_slip() -> None:
    assert name_spellings.is_respelled_or_mistyped("brian", "brain", is_confirmed=False)
    assert not name_spellings.is_respelled_or_mistyped("benjamin", "benjomin", is_confirmed=False)


@pytest.mark.parametrize(
    ("one", "other", "is_pet_form"),
    [
        ("bob", "robert", True),
        ("robert", "bob", True),
        ("pepe", "jose", True),
        ("liz", "elizabeth", True),
        ("liz", "beth", False),
        ("emma", "emily", False),
        ("leo", "maya", False),
    ],
)
def test_a_pet_form_is_shorter_than_its_name_or_known_to_be_its(
    one: str, other: str, *, is_pet_form: bool
) -> None:
    assert name_spellings.is_shorter_pet_form(one, other) == is_pet_form
