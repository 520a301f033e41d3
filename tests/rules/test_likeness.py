"""How alike two names are: what is the same, near, a part, or another name."""

from __future__ import annotations

import pytest

from checkin.rules import likeness
from checkin.rules.likeness import alike
from checkin.rules.names import normalise


def test_particles_left_out_are_nearly_the_same_and_a_part_is_a_part() -> None:
    assert alike("de la Cruz", "Cruz") == 0.95
    assert alike("Garcia Lopez", "Lopez Garcia") == 0.95
    assert alike("Garcia Lopez", "Garcia") == likeness.PART
    assert (alike("Garcia Lo", "Lo") or 0) < likeness.PART


def test_a_name_of_particles_only_is_compared_all_the_same() -> None:
    assert alike("Al", "El") is not None
    assert alike("De la", "La de") == 0.95


def test_an_initial_is_like_what_begins_with_it() -> None:
    assert alike("J", "John") == likeness.INITIAL
    assert alike("J", "Anna") == 0.0


def test_one_of_two_words_nearly_the_same_is_a_little_alike() -> None:
    found = alike("Garzia Stone", "Garcia Lopez") or 0.0
    assert 0.6 < found < 0.8
    assert (alike("Xyz Stone", "Garcia Lopez") or 0.0) < 0.6


def test_nothing_is_like_a_name_that_is_missing() -> None:
    assert alike("", "Anna") is None
    assert alike("Anna", "") is None
    assert alike("", "") is None


@pytest.mark.parametrize(
    ("typed", "forms"), [("Tom", {"thomas"}), ("Bob", {"robert"}), ("Paco", {"francisco"})]
)
def test_the_forms_of_a_name_are_known_from_its_pet_form_and_back(typed: str, forms: set[str]) -> None:
    assert forms <= set(likeness.known_forms(typed))
    for one in forms:
        assert typed.casefold() in likeness.known_forms(one)
    assert typed.casefold() not in likeness.known_forms(typed)


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
def test_a_whole_leading_part_of_a_given_name(typed: str, recorded: str, leading: bool) -> None:
    assert likeness.is_leading_part(typed, recorded) is leading


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
def test_a_pet_form_of_another_language_is_near_its_name(pet: str, name: str) -> None:
    assert (likeness.alike(pet, name) or 0.0) >= likeness.NICKNAME
    assert normalise(name) in likeness.known_forms(pet)
