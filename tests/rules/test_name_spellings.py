"""Whether two given names are one name spelled differently; siblings' names are similar but different."""

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
def test_name_leads_another_only_in_whole_words(one: str, other: str, *, is_leading: bool) -> None:
    assert name_spellings.is_leading_name(one, other) == is_leading


def test_first_name_common_among_siblings_proves_nothing_alone() -> None:
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
        # Two letters swapped, in a name of any length.
        ("brian", "brain"),
        # One missing letter in seven, and one wrong letter in eight.
        ("jonathan", "jonatan"),
        ("katrina", "katarina"),
        ("santiago", "santyago"),
        ("benjamin", "benjomin"),
    ],
)
def test_respelled_or_mistyped_long_name_is_the_same_name(one: str, other: str) -> None:
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
        # One missing letter in six, one wrong letter in seven.
        ("anthony", "antony"),
        ("marlena", "marlona"),
        ("fabian", "fabianne"),
        ("jasmine", "yasmine"),
        ("benjamin", "benjomon"),
    ],
)
def test_sibling_names_are_different_names(one: str, other: str) -> None:
    assert not name_spellings.is_respelled_or_mistyped(one, other)
    assert not name_spellings.is_respelled_or_mistyped(other, one)


def test_only_swapped_letters_are_a_slip_without_a_matching_birth_date() -> None:
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
def test_nickname_is_shorter_than_its_name_or_known_for_it(
    one: str, other: str, *, is_pet_form: bool
) -> None:
    assert name_spellings.is_shorter_pet_form(one, other) == is_pet_form
