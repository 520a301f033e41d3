"""Which family an adult may belong to, judged by how they were written down."""

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
def test_words_that_may_mean_the_old_childs_mother_are_in_doubt_for_another_child(who: str) -> None:
    assert HELEN in find_family_adults_meant(ConsentAdult(who), [HELEN])
    assert is_adult_of_other_family(ConsentAdult(who), [HELEN, TOM], [GRACE])
    assert is_adult_of_other_family(ConsentAdult(who), [HELEN, TOM], [])


@pytest.mark.parametrize("who", SAYINGS)
def test_answer_that_counts_as_a_guardians_is_in_doubt_for_another_child(who: str) -> None:
    for agreed in (True, False):
        said = ConsentAnswer("vaccine", agreed, "none", who)
        if KnownAdults(guardians=(HELEN,)).may_decide(said, CareKind.VACCINE):
            assert is_adult_of_other_family(said.adult, [HELEN], [GRACE])


@pytest.mark.parametrize("who", SAYINGS)
def test_nothing_is_in_doubt_if_both_children_have_the_same_parents(who: str) -> None:
    assert not is_adult_of_other_family(ConsentAdult(who), [HELEN, TOM], [TOM, HELEN])


@pytest.mark.parametrize("who", ["mom", "Mrs Rowe", "the guardian", "Helen"])
def test_words_that_also_fit_someone_on_the_new_record_are_in_doubt(who: str) -> None:
    other = ConsentAdult("Helen Poe", "(312) 555-0129", "mother")
    assert is_adult_of_other_family(
        ConsentAdult(who), [HELEN], [HELEN, other, ConsentAdult("Ann Rowe", "", "mother")]
    )


@pytest.mark.parametrize(
    "who", ["Grace Poe", "Poe, Grace", "Grace Poe (mother)", "Zed Quill", "Some Uncle", ""]
)
def test_full_name_on_the_new_record_or_on_neither_is_not_in_doubt(who: str) -> None:
    assert not is_adult_of_other_family(ConsentAdult(who), [HELEN, TOM], [GRACE])


@pytest.mark.parametrize("who", ["Grace", "Mrs Poe", "G. Poe", "Grace Jones, mother", "Abe's mom"])
@pytest.mark.parametrize("old", [[], [TOM]])
def test_words_that_fit_only_the_new_record_loosely_are_in_doubt(who: str, old: list[ConsentAdult]) -> None:
    assert is_adult_of_other_family(ConsentAdult(who), old, [GRACE])
    assert not is_adult_of_other_family(ConsentAdult("Grace Poe"), old, [GRACE])


def test_full_name_on_both_records_is_not_in_doubt() -> None:
    assert not is_adult_of_other_family(HELEN, [HELEN], [ConsentAdult("Rowe, Helen", "", "aunt"), GRACE])


@pytest.mark.parametrize("old", [[], [TOM], [ConsentAdult("mom", "", "")]])
@pytest.mark.parametrize(
    "who", ["mom", "his mom", "su madre", "Mrs", "mẹ", "mom called", "mamá por teléfono"]
)
def test_words_without_a_name_are_always_in_doubt(who: str, old: list[ConsentAdult]) -> None:
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
def test_adult_is_unnamed_if_only_a_relationship_was_written(who: str, expected: bool) -> None:
    assert is_adult_unnamed(ConsentAdult(who)) is expected
