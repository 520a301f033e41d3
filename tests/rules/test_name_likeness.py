"""How similar two names are: the same, near, a part, or different."""

from __future__ import annotations

import pytest

from checkin.rules import name_likeness
from checkin.rules.name_keys import normalize_text
from checkin.rules.name_likeness import name_similarity


def test_missing_particles_are_nearly_the_same_and_a_part_scores_as_a_part() -> None:
    assert name_similarity("de la Cruz", "Cruz") == 0.95
    assert name_similarity("Garcia Lopez", "Lopez Garcia") == 0.95
    assert name_similarity("Garcia Lopez", "Garcia") == name_likeness.PARTIAL_NAME_SCORE
    assert (name_similarity("Garcia Lo", "Lo") or 0) < name_likeness.PARTIAL_NAME_SCORE


def test_names_of_particles_only_are_still_compared() -> None:
    assert name_similarity("Al", "El") is not None
    assert name_similarity("De la", "La de") == 0.95


def test_initial_matches_a_name_that_starts_with_it() -> None:
    assert name_similarity("J", "John") == name_likeness.INITIAL_SCORE
    assert name_similarity("J", "Anna") == 0.0


def test_one_of_two_words_nearly_the_same_is_slightly_similar() -> None:
    found = name_similarity("Garzia Stone", "Garcia Lopez") or 0.0
    assert 0.6 < found < 0.8
    assert (name_similarity("Xyz Stone", "Garcia Lopez") or 0.0) < 0.6


def test_missing_name_has_no_similarity() -> None:
    assert name_similarity("", "Anna") is None
    assert name_similarity("Anna", "") is None
    assert name_similarity("", "") is None


@pytest.mark.parametrize(
    ("typed", "forms"), [("Tom", {"thomas"}), ("Bob", {"robert"}), ("Paco", {"francisco"})]
)
def test_full_names_are_found_from_a_nickname_and_back(typed: str, forms: set[str]) -> None:
    assert forms <= set(name_likeness.nickname_variants(typed))
    for one in forms:
        assert typed.casefold() in name_likeness.nickname_variants(one)
    assert typed.casefold() not in name_likeness.nickname_variants(typed)


@pytest.mark.parametrize(
    ("typed", "recorded", "leading"),
    [
        ("Amy", "Amy Victoria", True),
        ("Amy Victoria", "Amy Victoria Jane", True),
        ("Amy", "Amy V.", True),
        ("Анна", "Анна Мария", True),
        ("Amy", "Amy", False),
        ("Amy Victoria", "Amy", False),
        ("Victoria", "Amy Victoria", False),
        ("Am", "Amy Victoria", False),
        ("A", "A Victoria", False),
        ("Anne", "Anne-Marie", False),
        ("Baby", "Baby Ann", False),
        ("María", "María José", False),
        ("", "Amy Victoria", False),
        ("Amy", "", False),
        ("伟", "薇 明", False),
    ],
)
def test_given_name_is_a_leading_part_only_by_whole_words(typed: str, recorded: str, leading: bool) -> None:
    assert name_likeness.is_leading_given_name(typed, recorded) is leading


@pytest.mark.parametrize(
    ("pet", "name"),
    [
        *(
            ("Zé", "José"),
            ("Tião", "Sebastião"),
            ("Sepp", "Josef"),
            ("Jojo", "Georges"),
            ("Lele", "Gabriele"),
        ),
        *(
            ("Gosia", "Małgorzata"),
            ("Kuba", "Jakub"),
            ("Vova", "Vladimir"),
            ("Катя", "Екатерина"),
            ("Pisti", "István"),
        ),
        *(("Memo", "Mehmet"), ("Mamad", "Mohammad"), ("Trey", "Charles"), ("Tato", "Roberto")),
    ],
)
def test_nickname_in_another_language_is_near_its_name(pet: str, name: str) -> None:
    assert (name_likeness.name_similarity(pet, name) or 0.0) >= name_likeness.NICKNAME_SCORE
    assert normalize_text(name) in name_likeness.nickname_variants(pet)


@pytest.mark.parametrize(("one", "other"), [("Leo", "Lia"), ("Ana", "Ian"), ("Amy", "Mia"), ("Eva", "Ivo")])
def test_names_with_one_consonant_in_common_do_not_sound_alike(one: str, other: str) -> None:
    assert (name_similarity(one, other) or 0.0) < 0.6


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        # Accents missing on one side prove nothing; within one script both sides are compared.
        ("Hung", "Hùng", True),
        ("Hùng", "Hung", True),
        ("Hùng", "Hưng", False),
        ("Wei", "伟", True),
        ("薇", "伟", False),
        ("", "", False),
    ],
)
def test_name_in_plain_letters_matches_and_other_accents_or_characters_do_not(
    one: str, other: str, *, is_same: bool
) -> None:
    assert name_likeness.is_same_written_name(one, other) == is_same


def test_english_nicknames_are_found_for_a_full_name() -> None:
    assert {"bob", "rob", "bill"} <= set(name_likeness.nickname_variants("Robert"))
    assert name_likeness.is_nickname_of("bob", "robert")
    assert not name_likeness.is_nickname_of("robert", "bobby joe")
    assert name_likeness.is_nickname_pair("Bob", "Rob")
