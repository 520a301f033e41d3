"""What an adult is to the child is read in any wording, as a chain of kin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import kin_phrases
from checkin.rules.kinship import KIN_BY_WORD


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("I'm his mom's partner", {("mother", "partner")}),
        ("partner of his mom", {("mother", "partner")}),
        ("novio de la hermana de mi mamá", {("mother", "sister", "boyfriend")}),
        ("mom's boyfriend's mother", {("mother", "boyfriend", "mother")}),
        ("mom's man", {("mother", "")}),
        ("copine de sa mère", {("mother", "girlfriend")}),
        ("the 'mom'", {("mother",)}),
        ("step-dad", {("stepfather",)}),
        ("mother and her boyfriend", {("mother",), ("boyfriend",)}),
        ("his aunt, my sister", {("aunt",), ("sister",)}),
        ("mother of the patient", {("mother",)}),
        ("Ana de la Cruz mamá", {("mother",)}),
        ("uncle on his dad's side", {("uncle",)}),
        ("dad side uncle", {("uncle",)}),
        ("the father's side of the family", set()),
        ("tía de parte de madre", {("aunt",)}),
        ("tía del lado materno", {("aunt",)}),
        ("mom's gym friend", {("mother", "friend"), ("friend",)}),
        ("mom's gym friend's wife", {("mother", "friend", "wife"), ("wife",)}),
        ("dad's new wife", {("father", "wife")}),
        ("mom's ex", {("mother", "spouse")}),
        ("ex of my mom", {("mother", "spouse")}),
        ("mom's ex husband", {("mother", "husband")}),
        ("great aunt", {("aunt",), ("parent", "aunt")}),
        ("tía abuela", {("aunt",), ("grandmother",), ("parent", "aunt")}),
        ("step brother", {("step",), ("brother",)}),
        ("mom's step dad", {("mother", "stepfather")}),
        ("nana", {("grandmother",), ("sitter",)}),
        ("друг мамы", {("mother", "friend")}),
        ("бойфренд мамы", {("mother",), ("mother", "")}),
        (
            "dad's new wife sister",
            {("father", "wife"), ("sister",), ("father", "wife", "sister")},
        ),
        ("my sister's son", set()),
        ("son of my sister", set()),
        ("legal guardian", set()),
        ("", set()),
    ],
)
def test_relationship_is_read_as_chains_from_the_child(text: str, phrases: set[tuple[str, ...]]) -> None:
    assert kin_phrases.read_kin_phrases(text) == phrases


@pytest.mark.parametrize(
    ("text", "is_unread"),
    [
        ("xyzzy", True),
        ("my son", True),
        ("boyfriend", True),
        ("mom's boyfriend", False),
        ("aunt", False),
        ("self", False),
        ("his", False),
        ("none", False),
        ("", False),
    ],
)
def test_text_is_unread_if_no_word_tells_what_the_adult_is(text: str, *, is_unread: bool) -> None:
    assert kin_phrases.is_unread_kin(text) == is_unread


@pytest.mark.parametrize(
    ("said", "written", "phrases"),
    [
        ("mom's mom", "grandma", {("mother", "mother")}),
        ("stepmother", "stepfather", {("stepmother",)}),
        ("dad", "parent", {("father",)}),
        ("mom's husband", "father", {("mother", "husband")}),
        ("mom's boyfriend", "father", set()),
        ("mom", "mom's mom", set()),
        ("mom's friend", "neighbor", {("mother", "friend")}),
        ("mom's cousin", "cousin", {("mother", "cousin")}),
        ("mom's cousin", "dad's cousin", set()),
        ("mom's boyfriend's mother", "boyfriend's mother", {("mother", "boyfriend", "mother")}),
        ("stepdad's mother", "mom's husband's mother", {("stepfather", "mother")}),
    ],
)
def test_phrases_match_if_they_may_mean_one_adult(
    said: str, written: str, phrases: set[tuple[str, ...]]
) -> None:
    assert kin_phrases.matching_kin_phrases(said, written) == phrases


@given(one=st.sampled_from([*KIN_BY_WORD]), other=st.sampled_from([*KIN_BY_WORD]))
def test_matching_is_symmetric(one: str, other: str) -> None:
    both = (one, other), (other, one), (f"mom's {one}", f"mom's {other}"), (f"mom's {other}", f"mom's {one}")
    found = [bool(kin_phrases.matching_kin_phrases(*pair)) for pair in both]
    assert found[0] == found[1]
    assert found[2] == found[3]


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    kin_phrases.read_kin_phrases(text)
    kin_phrases.split_name_from_kin(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("his mom's boyfriend Bob", ("Bob", "his mom's boyfriend Bob")),
        ("Ana Ruiz (mother)", ("Ana Ruiz", "(mother)")),
        ("Tom Husband", ("Tom Husband", "")),
        ("Baba Singh", ("Baba Singh", "")),
        ("baba", ("", "baba")),
        ("Bob", ("Bob", "")),
    ],
)
def test_name_and_relationship_in_one_box_are_split(text: str, parts: tuple[str, str]) -> None:
    assert kin_phrases.split_name_from_kin(text) == parts
