"""Whether two texts name the same item of care, or certainly two different ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import consent_items

ITEMS = st.sampled_from(
    [
        "MMR",
        "measles",
        "flu shot",
        "Influenza",
        "Hep A",
        "Hep B",
        "hepatitis",
        "2nd MMR",
        "MMR #1",
        "flu and MMR",
    ]
    + [
        "all vaccines",
        "both",
        "everything but HPV",
        "check-up",
        "",
        "IPV",
        "polio",
        "Gardasil 9",
        "ear drops",
    ]
)


@pytest.mark.parametrize(
    ("item", "is_all", "count"),
    [
        ("", True, None),
        ("all vaccines", True, None),
        ("the shots", True, None),
        ("both vaccines", True, 2),
        ("ambas", True, 2),
        ("all three", True, 3),
        ("3 vaccines", True, 3),
        ("two of the three vaccines", True, 0),
        ("MMR", False, None),
        ("both MMR and flu", False, None),
        ("vaccine", False, None),
    ],
)
def test_text_without_an_item_means_all_or_a_number_of_items(
    item: str, *, is_all: bool, count: int | None
) -> None:
    assert consent_items.is_of_all_items(item) == is_all
    assert consent_items.count_unnamed_items(item) == count


@pytest.mark.parametrize(
    ("item", "diseases"),
    [
        ("MMR", {"measles", "mumps", "rubella"}),
        ("Haemophilus influenzae b", {"hib"}),
        ("hib influenza", {"hib"}),
        ("hepatitis", {"hepatitis a", "hepatitis b"}),
        ("Hep A", {"hepatitis a"}),
        ("hep A/B", {"hepatitis a", "hepatitis b"}),
        ("a hepatitis shot", {"hepatitis a", "hepatitis b"}),
        ("Hepatitis B and flu", {"hepatitis a", "hepatitis b", "flu"}),
        ("whooping cough", {"pertussis"}),
        ("ear drops", set()),
        ("", set()),
    ],
)
def test_vaccine_name_gives_its_diseases(item: str, diseases: set[str]) -> None:
    assert consent_items.vaccine_diseases(item) == diseases


@pytest.mark.parametrize(
    ("item", "numbers"),
    [
        ("2nd MMR", {2}),
        ("MMR #2", {2}),
        ("MMR dose two", {2}),
        ("segunda dosis de MMR", {2}),
        ("MMR booster", {9}),
        ("MMR 2 of 3", {2}),
        ("MMR 7", set()),
        ("MMR 6", {6}),
        ("HPV 9-valent", set()),
        ("group 2 MMR", set()),
        ("MMR at 4 years", set()),
        ("MMR dose 12", {12}),
        ("MMR dose 123", set()),
        ("first", {1}),
        ("2", set()),
        ("MMR", set()),
    ],
)
def test_name_gives_its_dose_number_and_ignores_measurements(item: str, numbers: set[int]) -> None:
    assert consent_items.dose_numbers_of_item(item) == numbers


@pytest.mark.parametrize(
    ("item", "left_out"),
    [("flu but not covid", "covid"), ("everything but HPV", "hpv"), ("flu", ""), ("flu but not now", "")],
)
def test_excluded_vaccine_is_found_in_consent_words(item: str, left_out: str) -> None:
    assert consent_items.item_left_out(item) == left_out


@pytest.mark.parametrize(
    ("item", "is_narrowed"),
    [("only the flu shot", True), ("flu, nothing else", True), ("only", False), ("flu shot", False)]
    + [("only 1 today", False), ("solo la gripe", True)],
)
def test_consent_is_narrowed_if_it_says_only_and_names_an_item(item: str, *, is_narrowed: bool) -> None:
    assert consent_items.is_narrowed_to_item(item) == is_narrowed


@pytest.mark.parametrize(
    ("item", "has_condition"),
    [
        ("MMR if dad agrees", True),
        ("MMR?", True),
        ("?", False),
        ("the first two", True),
        ("two", True),
        ("all vaccines", False),
        ("MMR", False),
        ("MMR si papá quiere", True),
        ("sí MMR", False),
        ("MMR sí", False),
        ("MMR with a blue plaster", True),
        ("MMR 0.5", False),
        ("ear drops with a blue plaster", False),
    ],
)
def test_words_next_to_an_item_may_be_a_condition(item: str, *, has_condition: bool) -> None:
    assert consent_items.has_item_condition(item) == has_condition


@pytest.mark.parametrize(
    ("item", "asked", "may_be"),
    [
        ("MMR if dad agrees", "measles", True),
        ("MMR if dad agrees", "HPV", False),
        ("if dad agrees", "HPV", True),
        ("MMR if dad agrees", "ear drops", True),
        ("all shots if dad agrees", "", True),
        ("MMR if dad agrees", "", False),
        ("if dad agrees", "", False),
        ("no flu", "MMR", False),
        ("everything but flu", "MMR", False),
    ],
)
def test_condition_applies_to_items_it_may_mean(item: str, asked: str, *, may_be: bool) -> None:
    assert consent_items.may_be_about_asked_item(item, asked) == may_be


@pytest.mark.parametrize(
    ("item", "asked", "may_be"),
    [
        ("hepatitis", "Hep A", True),
        ("Hep A", "hepatitis", True),
        ("hep A and B", "Hep B", True),
        ("Hep A", "Hep B", False),
        ("Hep A", "Hep A", False),
        ("MMR", "measles", False),
        ("hepatitis", "flu", False),
        ("ear drops", "Hep A", False),
    ],
)
def test_vaccine_family_may_mean_any_of_its_vaccines(item: str, asked: str, *, may_be: bool) -> None:
    assert consent_items.may_be_of_vaccine_family(item, asked) == may_be


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("flu shot", "Influenza", True),
        ("MMR", "mmr vaccine", True),
        ("MMR #1", "2nd MMR", False),
        ("MMR #2", "2nd MMR", True),
        ("MMR", "2nd MMR", True),
        ("MMR", "measles", False),
        ("everything but HPV", "everything but HPV", True),
        ("flu but not HPV", "flu", False),
        ("Ear drops", "ear drops", True),
        ("ear drops", "eye drops", False),
        ("", " ", True),
        ("轮椅", "轮椅", True),
    ],
)
def test_texts_are_the_same_item_if_words_or_product_match(one: str, other: str, *, is_same: bool) -> None:
    assert consent_items.is_same_care_item(one, other) == is_same


@given(one=ITEMS, other=ITEMS)
def test_item_comparison_is_symmetric(one: str, other: str) -> None:
    for is_so in (consent_items.is_same_care_item, consent_items.may_be_same_care_item):
        assert is_so(one, other) == is_so(other, one)


@given(one=ITEMS, other=ITEMS)
def test_same_item_may_also_be_the_same_and_counts_as_named(one: str, other: str) -> None:
    assert consent_items.is_same_care_item(one, one)
    if consent_items.is_same_care_item(one, other):
        assert consent_items.may_be_same_care_item(one, other)
        assert consent_items.is_care_item_named(one, other)


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [("MMR", "measles", True), ("MMR", "HPV", False), ("ear drops", "HPV", True)]
    + [("everything but HPV", "HPV", True), ("MMR", "no flu", True)],
)
def test_only_vaccines_against_different_diseases_are_certainly_different(
    one: str, other: str, *, may_be: bool
) -> None:
    assert consent_items.may_be_same_care_item(one, other) == may_be


@pytest.mark.parametrize(
    ("item", "parts"),
    [
        ("flu and MMR", ["flu", "MMR"]),
        ("flu, MMR + HPV", ["flu", "MMR", "HPV"]),
        ("ear drops and MMR", ["ear drops and MMR"]),
        ("flu and not MMR", ["flu and not MMR"]),
        ("MMR", ["MMR"]),
        ("flu and influenza", ["flu and influenza"]),
        ("", [""]),
    ],
)
def test_list_is_split_only_if_each_part_is_a_vaccine(item: str, parts: list[str]) -> None:
    assert consent_items.split_care_items(item) == parts


@pytest.mark.parametrize(
    ("agreed", "refused", "asked", "is_named"),
    [
        ("MMR", "MMR", "", True),
        ("MMR", "all vaccines", "", True),
        ("MMR", "flu and MMR", "", False),
        ("flu and MMR", "flu and MMR", "", True),
        ("MMR", "flu and MMR", "MMR", True),
        ("flu", "flu and MMR", "MMR", False),
        ("the shots", "MMR", "", False),
        ("MMR", "flu and HPV", "MMR", False),
    ],
)
def test_consent_withdraws_a_refusal_that_it_names(
    agreed: str, refused: str, asked: str, *, is_named: bool
) -> None:
    assert consent_items.is_refused_item_named(agreed, refused, asked) == is_named


@pytest.mark.parametrize(
    ("item", "numbers"), [("ear drops dose 2", set()), ("2nd ear drops", {2}), ("age 2", set())]
)
def test_only_an_ordinal_is_a_dose_number_for_other_items(item: str, numbers: set[int]) -> None:
    assert consent_items.dose_numbers_of_item(item) == numbers
