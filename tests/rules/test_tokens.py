"""The friendly name of a visit."""

from __future__ import annotations

from itertools import pairwise

import pytest

from checkin.rules.tokens import (
    TOKEN_ANIMALS,
    TOKEN_COLORS,
    VisitToken,
    nth_token_of_day,
    token_from_slug,
)


def test_every_token_name_is_used_once_before_any_repeats() -> None:
    whole = len(TOKEN_ANIMALS) * len(TOKEN_COLORS)
    first, second = (
        [nth_token_of_day(count) for count in range(start, start + whole)] for start in (0, whole)
    )
    assert len({token[:2] for token in first}) == whole
    assert {token.number for token in first} == {1}
    assert {token.number for token in second} == {2}
    assert all(one.colour != two.colour and one.animal != two.animal for one, two in pairwise(first))


@pytest.mark.parametrize("number", [1, 2, 9, 9999])
def test_a_slug_names_its_token(number: int) -> None:
    token = VisitToken("blue", "turtle", number)
    assert token_from_slug(token.slug) == token


@pytest.mark.parametrize(
    "slug",
    [
        *("", "blue", "blue-", "turtle-blue", "blue-unicorn", "red-turtle", "blue-turtle-0", "blue-turtle-1"),
        *("blue-turtle-10000", "blue-turtle-x", "blue-turtle-²", "blue-turtle-٣", "blue-turtle--2"),
    ],
)
def test_any_other_slug_gives_no_token(slug: str) -> None:
    assert token_from_slug(slug) is None


def test_token_is_shown_in_everyday_words() -> None:
    assert VisitToken("blue", "turtle", 1).words() == "Blue Turtle"
    assert VisitToken("blue", "turtle", 2).words() == "Blue Turtle 2"
    assert VisitToken("purple", "turtle", 1).words("es") == "Tortuga morada"
    assert VisitToken("purple", "cat", 3).words("es-MX") == "Gato morado 3"
