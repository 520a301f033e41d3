"""Who gave consent, as written down: part of a guardian's name, a relationship, or another adult."""

from __future__ import annotations

import pytest

from checkin.rules.consent_adults import (
    ConsentAdult,
    is_guardian_named_in_part,
    is_initials_of_words,
    may_be_refusing_guardian,
    may_mean_this_adult,
    split_kin_from_adult,
)

HELEN, OWEN = ConsentAdult("Helen Marsh", "", "mother"), ConsentAdult("Owen Marsh", "", "father")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (ConsentAdult("H. Marsh"), True),
        (ConsentAdult("Helen"), True),
        (ConsentAdult("H. Marsh", "", "mother"), True),
        (ConsentAdult("H. Marsh", "", "aunt"), False),
        (ConsentAdult("K. Marsh"), False),
        (ConsentAdult("Helen Stone"), False),
        (ConsentAdult("H."), False),
        (ConsentAdult(""), False),
    ],
)
def test_partial_guardian_name_needs_a_whole_word(said: ConsentAdult, expected: bool) -> None:
    assert is_guardian_named_in_part(said, HELEN) is expected


def test_each_initial_stands_for_one_word() -> None:
    assert is_initials_of_words({"h", "m"}, {"helen", "marsh"})
    assert not is_initials_of_words({"h", "m"}, {"helen"})
    assert not is_initials_of_words({"he"}, {"helen"})
    assert is_initials_of_words(set(), {"helen"})


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (ConsentAdult("O. Marsh"), True),
        (ConsentAdult("father"), True),
        (ConsentAdult("", "", "father"), True),
        (ConsentAdult("Kai Marsh", "", "father"), True),
        (ConsentAdult("Kai Marsh", "", "mother"), False),
        (ConsentAdult("Kai Marsh"), False),
        (ConsentAdult("Kai Stone", "", "father"), False),
    ],
)
def test_words_that_may_mean_an_adult_without_authority(said: ConsentAdult, expected: bool) -> None:
    assert may_mean_this_adult(said, OWEN) is expected


@pytest.mark.parametrize("name", ["mother", "mother, mother", "Ana Ruiz", "Ana Ruiz, Mercado", ""])
def test_name_without_separable_kinship_stays_as_written(name: str) -> None:
    said = ConsentAdult(name, "555-010-0123", "aunt")
    assert split_kin_from_adult(said) is said


def test_kinship_moves_from_the_name_unless_a_relationship_was_given() -> None:
    assert split_kin_from_adult(ConsentAdult("Ana Ruiz, mother", "1")).relationship == "mother"
    assert split_kin_from_adult(ConsentAdult("Ana Ruiz, mother", "1", "aunt")).relationship == "aunt"
    assert split_kin_from_adult(ConsentAdult("Ana Ruiz, mother", "1")).phone == "1"


@pytest.mark.parametrize(
    ("said", "expected"),
    [("H.M.", True), ("HM", True), ("H. M.", True), ("M.H.", True), ("O.M.", False), ("H.", False)]
    + [("Hm", False), ("HELEN", True), ("MRS", False)],
)
def test_refusal_in_initials_may_be_the_guardians(said: str, expected: bool) -> None:
    """A refusal by “H.M.” was overridden by the father's consent."""
    assert may_be_refusing_guardian(ConsentAdult(said), HELEN) is expected
    assert not may_be_refusing_guardian(ConsentAdult(said, "", "aunt"), HELEN)
    assert said == "HELEN" or not is_guardian_named_in_part(ConsentAdult(said), HELEN)


@pytest.mark.parametrize(("said", "expected"), [("A.B.C.D.", True), ("ABCD", True), ("A.B.C.D.E.", False)])
def test_initials_have_two_to_four_letters(said: str, expected: bool) -> None:
    ana = ConsentAdult("Ana Beatriz Cruz Delgado Espina", "", "mother")
    assert may_be_refusing_guardian(ConsentAdult(said), ana) is expected


@pytest.mark.parametrize("said", ["guardian", "parent", "the parent", "legal guardian"])
def test_refusal_by_an_unnamed_guardian_may_be_any_guardians(said: str) -> None:
    assert may_be_refusing_guardian(ConsentAdult(said), HELEN)
    assert may_be_refusing_guardian(ConsentAdult(said), OWEN)
