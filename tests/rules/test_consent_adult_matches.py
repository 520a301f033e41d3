"""Whose family an adult may be of, by the words with which they were written down."""

from __future__ import annotations

import pytest

from checkin.rules.consent_adult_matches import (
    find_family_adults_meant,
    is_adult_of_other_family,
    is_adult_unnamed,
)
from checkin.rules.consent_adults import CareKind, ConsentAdult
from checkin.rules.consent_answers import ConsentAnswer, KnownAdults

HELEN = ConsentAdult("Helen Rowe", "(312) 555-0119", "mother")
TOM = ConsentAdult("Tom Rowe", "(312) 555-0120", "father")
GRACE = ConsentAdult("Grace Poe", "(312) 555-0121", "mother")
SAYINGS = [
    "mom", "Mom", "mother", "his mother", "mamá", "la mamá", "Helen", "Mrs Rowe", "Mrs. Rowe", "H. Rowe",
    "Rowe", "Helen Rowe", "Rowe, Helen", "Helen Rowe (mother)", "mom (Helen)", "Helen, his mom",
    "Helen Jones, mother", "Abel's mom", "the guardian", "parent", "Hellen Rowe",
]  # fmt: skip


@pytest.mark.parametrize("who", SAYINGS)
def test_whoever_may_be_the_old_childs_mother_is_in_doubt_for_another_child(who):
    assert HELEN in find_family_adults_meant(ConsentAdult(who), [HELEN])
    assert is_adult_of_other_family(ConsentAdult(who), [HELEN, TOM], [GRACE])
    assert is_adult_of_other_family(ConsentAdult(who), [HELEN, TOM], [])


@pytest.mark.parametrize("who", SAYINGS)
def test_whose_yes_or_no_counts_as_a_guardians_is_in_doubt(who):
    for agreed in (True, False):
        said = ConsentAnswer("vaccine", agreed, "none", who)
        if KnownAdults(guardians=(HELEN,)).may_decide(said, CareKind.VACCINE):
            assert is_adult_of_other_family(said.adult, [HELEN], [GRACE])


@pytest.mark.parametrize("who", SAYINGS)
def test_where_both_children_have_the_same_parents_nothing_is_in_doubt(who):
    assert not is_adult_of_other_family(ConsentAdult(who), [HELEN, TOM], [TOM, HELEN])


@pytest.mark.parametrize("who", ["mom", "Mrs Rowe", "the guardian", "Helen"])
def test_where_the_words_may_mean_somebody_else_too_to_the_new_child_they_are_in_doubt(who):
    other = ConsentAdult("Helen Poe", "(312) 555-0129", "mother")
    assert is_adult_of_other_family(
        ConsentAdult(who), [HELEN], [HELEN, other, ConsentAdult("Ann Rowe", "", "mother")]
    )


@pytest.mark.parametrize(
    "who", ["Grace Poe", "Poe, Grace", "Grace Poe (mother)", "Zed Quill", "Some Uncle", ""]
)
def test_who_is_of_the_new_family_by_the_whole_name_or_of_none_is_not(who):
    assert not is_adult_of_other_family(ConsentAdult(who), [HELEN, TOM], [GRACE])


@pytest.mark.parametrize("who", ["Grace", "Mrs Poe", "G. Poe", "Grace Jones, mother", "Abe's mom"])
@pytest.mark.parametrize("old", [[], [TOM]])
def test_words_that_only_the_new_record_would_read_as_somebody_are_in_doubt(who, old):
    assert is_adult_of_other_family(ConsentAdult(who), old, [GRACE])
    assert not is_adult_of_other_family(ConsentAdult("Grace Poe"), old, [GRACE])


def test_a_whole_name_that_is_on_both_records_is_not_in_doubt():
    assert not is_adult_of_other_family(HELEN, [HELEN], [ConsentAdult("Rowe, Helen", "", "aunt"), GRACE])


@pytest.mark.parametrize("old", [[], [TOM], [ConsentAdult("mom", "", "")]])
@pytest.mark.parametrize(
    "who", ["mom", "his mom", "su madre", "Mrs", "mẹ", "mom called", "mamá por teléfono"]
)
def test_words_that_name_nobody_are_in_doubt_also_where_the_old_record_knows_no_such_adult(who, old):
    assert is_adult_of_other_family(ConsentAdult(who), old, [GRACE])
    assert is_adult_of_other_family(ConsentAdult(who), old, [])
    assert is_adult_of_other_family(ConsentAdult(who), old, [GRACE, ConsentAdult("mom", "", "")])


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("mom", True), ("his dad", True), ("el papá", True), ("the guardian", True), ("Mrs", True),
        ("padres", True), ("both parents", True), ("妈妈", True),
        ("mom by phone", True), ("she", True), ("mother and father", True),
        ("Helen", False), ("mom Helen", False), ("Mrs Rowe", False), ("王伟", False), ("", False),
        ("Aunt X", False),
    ],
)  # fmt: skip
def test_a_name_is_more_than_what_they_are_to_the_child(who, expected):
    assert is_adult_unnamed(ConsentAdult(who)) is expected
