"""An adult's relationship to the child in any wording: the same, different, or unknown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import kinship

KIN = st.sampled_from(
    [*kinship.KIN_BY_WORD, "parent", "grandparent", "boss", "maternal aunt", "half sister", ""]
)


@pytest.mark.parametrize(
    ("said", "kin"),
    [
        ("his aunt", "aunt"),
        ("mamá", "mother"),
        ("mom mother", "mother"),
        ("stepmom", "step"),
        ("step mother", "step"),
        ("mother and father", ""),
        ("boss", ""),
        ("", ""),
    ],
)
def test_relationship_is_read_if_it_has_one_meaning(said: str, kin: str) -> None:
    assert kinship.kin_of_relationship(said) == kin


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Mrs. Ana Ruiz", {"ana", "ruiz"}),
        ("Sr. Pablo Ruiz", {"pablo", "ruiz"}),
        ("Pablo Ruiz Sr.", {"pablo", "ruiz", "sr"}),
        ("", set()),
    ],
)
def test_title_is_not_part_of_a_name_and_a_final_sr_means_senior(name: str, words: set[str]) -> None:
    assert kinship.adult_name_words(name) == words


@pytest.mark.parametrize(
    ("name", "sex"),
    [
        ("Mr. Marsh", "male"),
        ("Doña Ana", "female"),
        ("Sr. Marsh", "male"),
        # Senior, or a one-word name.
        ("Pablo Marsh Sr.", ""),
        ("Sr.", ""),
        ("Mr. and Mrs. Marsh", ""),
        ("Sr. y Sra. Marsh", ""),
        ("Pat Marsh", ""),
    ],
)
def test_title_gives_the_sex_of_one_person(name: str, sex: str) -> None:
    assert kinship.sex_of_title(name) == sex


@pytest.mark.parametrize(
    ("said", "sex"),
    [
        ("foster mother", "female"),
        ("padrastro", "male"),
        ("mother and her boyfriend", ""),
        ("tío", "male"),
        ("neighbor", ""),
        ("", ""),
    ],
)
def test_relationship_gives_a_sex_if_it_implies_one(said: str, sex: str) -> None:
    assert kinship.sex_of_kin(said) == sex


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mom", "mother"),
        ("abuela", "his grandmother"),
        ("step mother", "stepmom"),
        ("parent", "father"),
        ("mother", "parent"),
        ("grandparent", "abuelo"),
        ("maternal grandmother", "grandma"),
        ("maternal grandmother", "abuela materna"),
        ("mother and legal guardian", "mother"),
        ("godmother", "godmother"),
    ],
)
def test_two_words_for_one_adult_are_the_same(one: str, other: str) -> None:
    assert kinship.is_exactly_same_kin(one, other)
    assert kinship.is_exactly_same_kin(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("stepmother", "stepfather"),
        ("mother", "stepmother"),
        ("mother's boyfriend", "mother"),
        ("maternal grandmother", "paternal grandmother"),
        ("biological mother", "adoptive mother"),
        ("parent", "grandmother"),
        ("parent", "aunt"),
        ("step cousin", "step cousin of hers"),
        ("half sister", "sister"),
        ("guardian", "legal guardian"),
        ("", ""),
    ],
)
def test_words_that_may_mean_two_adults_are_not_the_same(one: str, other: str) -> None:
    assert not kinship.is_exactly_same_kin(one, other)
    assert not kinship.is_exactly_same_kin(other, one)


@given(one=KIN, other=KIN)
def test_kinship_comparisons_are_symmetric(one: str, other: str) -> None:
    for is_so in (kinship.is_exactly_same_kin, kinship.is_same_kin, kinship.is_other_kin):
        assert is_so(one, other) == is_so(other, one)


@given(one=KIN, other=KIN)
def test_kinship_is_never_both_the_same_and_different(one: str, other: str) -> None:
    assert not (kinship.is_same_kin(one, other) and kinship.is_other_kin(one, other))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ana Ruiz (mother)", ("Ana Ruiz", "(mother)")),
        ("his mom Ana Ruiz", ("Ana Ruiz", "mom")),
        ("Ana Ruiz", ("Ana Ruiz", "")),
        ("the patient's mother", ("", "mother")),
        ("", ("", "")),
    ],
)
def test_name_and_relationship_in_one_text_are_split(text: str, parts: tuple[str, str]) -> None:
    assert kinship.split_kin_from_text(text) == parts


@pytest.mark.parametrize(
    ("one", "other", "is_same", "is_other"),
    [
        ("mom", "madre", True, False),
        ("aunt", "mother", False, True),
        ("boss", "boss", True, False),
        ("boss", "mother", False, False),
        ("boss", "chief", False, False),
        ("", "", False, False),
        ("mom and dad", "dad and mom", False, False),
    ],
)
def test_kinship_is_the_same_or_different_only_if_both_are_known(
    one: str, other: str, *, is_same: bool, is_other: bool
) -> None:
    assert (kinship.is_same_kin(one, other), kinship.is_other_kin(one, other)) == (is_same, is_other)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("his mother", "mom", True),
        ("mother Ana", "mom", False),
        ("mother Ana", "Mother Ana", True),
        ("the father", "mom", False),
        ("", "", False),
    ],
)
def test_text_with_more_than_kinship_must_match_word_for_word(
    one: str, other: str, *, expected: bool
) -> None:
    assert kinship.is_same_kin_word(one, other) == expected


def test_words_are_kinship_only_if_each_of_them_is() -> None:
    assert kinship.is_kin_only({"his", "mother"})
    assert not kinship.is_kin_only({"his", "mother", "ana"})
    assert kinship.is_kin_only({"mother", "ana"}, frozenset({"ana"}))


@pytest.mark.parametrize(
    ("one", "other"), [("neighbor", "neighbour"), ("mom", "mum"), ("aunt", "tía"), ("Grandma", "abuela")]
)
def test_two_spellings_of_one_relationship_are_the_same(one: str, other: str) -> None:
    assert kinship.is_same_kin(one, other)
    assert kinship.is_same_kin(other, one)
