"""Who said it, as written down: part of a guardian's name, what they are to the child, or another adult."""

from __future__ import annotations

import pytest

from checkin.rules.consent_adults import (
    Adult,
    are_initials,
    is_like,
    is_part_of,
    may_be_refusing,
    split_adult,
)

HELEN, OWEN = Adult("Helen Marsh", "", "mother"), Adult("Owen Marsh", "", "father")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Adult("H. Marsh"), True),
        (Adult("Helen"), True),
        (Adult("H. Marsh", "", "mother"), True),
        (Adult("H. Marsh", "", "aunt"), False),
        (Adult("K. Marsh"), False),
        (Adult("Helen Stone"), False),
        (Adult("H."), False),
        (Adult(""), False),
    ],
)
def test_a_part_of_a_guardian_s_name_has_a_whole_word_of_it(said, expected):
    assert is_part_of(said, HELEN) is expected


def test_a_letter_stands_for_one_word_only():
    assert are_initials({"h", "m"}, {"helen", "marsh"})
    assert not are_initials({"h", "m"}, {"helen"})
    assert not are_initials({"he"}, {"helen"})
    assert are_initials(set(), {"helen"})


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Adult("O. Marsh"), True),
        (Adult("father"), True),
        (Adult("", "", "father"), True),
        (Adult("Kai Marsh", "", "father"), True),
        (Adult("Kai Marsh", "", "mother"), False),
        (Adult("Kai Marsh"), False),
        (Adult("Kai Stone", "", "father"), False),
    ],
)
def test_who_may_be_an_adult_who_may_not_decide(said, expected):
    assert is_like(said, OWEN) is expected


@pytest.mark.parametrize("name", ["mother", "mother, mother", "Ana Ruiz", "Ana Ruiz, Mercado", ""])
def test_a_name_from_which_nothing_can_be_taken_stays_as_it_was_written(name):
    said = Adult(name, "555-010-0123", "aunt")
    assert split_adult(said) is said


def test_what_they_are_to_the_child_is_taken_out_of_the_name_and_gives_way_to_what_was_said_of_it():
    assert split_adult(Adult("Ana Ruiz, mother", "1")).relationship == "mother"
    assert split_adult(Adult("Ana Ruiz, mother", "1", "aunt")).relationship == "aunt"
    assert split_adult(Adult("Ana Ruiz, mother", "1")).phone == "1"


@pytest.mark.parametrize(
    ("said", "expected"),
    [("H.M.", True), ("HM", True), ("H. M.", True), ("M.H.", True), ("O.M.", False), ("H.", False)]
    + [("Hm", False), ("HELEN", True), ("MRS", False)],
)
def test_a_no_in_initials_may_be_the_guardians(said, expected):
    """A no by “H.M.” gave way to the father's yes."""
    assert may_be_refusing(Adult(said), HELEN) is expected
    assert not may_be_refusing(Adult(said, "", "aunt"), HELEN)
    assert said == "HELEN" or not is_part_of(Adult(said), HELEN)
