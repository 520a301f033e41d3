"""The friendly name of a visit, and which one is given next."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkin.rules.tokens import (
    FURTHER_TOKEN_WORDS,
    PAST_TOKEN_COLORS,
    PAST_TOKEN_THINGS,
    TOKEN_COLORS,
    TOKEN_PAIRS,
    TOKEN_THINGS,
    VisitToken,
    choose_token,
    nth_token,
    token_from_slug,
)
from checkin.templatetags.tokens import board_token, list_thing_symbols, token_drawing


def differ(one: VisitToken, two: VisitToken) -> bool:
    return one.colour != two.colour and one.thing != two.thing


def test_there_are_two_hundred_names_and_forty_things() -> None:
    assert len(TOKEN_THINGS) >= 40
    assert len({nth_token(place) for place in range(TOKEN_PAIRS)}) == TOKEN_PAIRS >= 200


def test_every_name_is_given_once_before_any_is_given_again() -> None:
    given_today: list[VisitToken] = []
    for _ in range(2 * TOKEN_PAIRS):
        given_today.append(choose_token(given_today, set()))
    assert len(set(given_today[:TOKEN_PAIRS])) == TOKEN_PAIRS
    assert given_today[TOKEN_PAIRS:] == given_today[:TOKEN_PAIRS], "the longest unused comes first"
    assert all(differ(one, two) for one, two in pairwise(given_today))


def test_when_every_name_is_held_a_third_word_comes_and_then_a_fourth_but_no_number() -> None:
    # All but the last few of two and of three words.
    given_today = [nth_token(place, number) for number in range(1, 7) for place in range(TOKEN_PAIRS)][:-20]
    held = set(given_today)
    for _ in range(60):
        given_today.append(choose_token(given_today, held))
        held.add(given_today[-1])
    assert len({token.words() for token in given_today}) == len({token.slug for token in given_today})
    assert len({token.words("es") for token in given_today}) == len(set(given_today)) == len(given_today)
    assert not any(character.isdigit() for token in given_today for character in token.slug)
    assert {len(token.words().split()) for token in given_today} == {2, 3, 4}
    assert all(differ(one, two) for one, two in pairwise(given_today))


@settings(max_examples=60)
@given(
    acts=st.lists(st.none() | st.integers(0, 2000), max_size=120),
    waiting=st.integers(0, TOKEN_PAIRS + 3),
)
def test_no_two_here_share_a_name_and_two_in_a_row_share_no_word(
    acts: list[int | None], waiting: int
) -> None:
    """`acts`: a family arrives, or the one at that place among those here leaves."""
    given_today: list[VisitToken] = []
    here: list[VisitToken] = []
    for act in [*[None] * waiting, *acts]:
        if act is None:
            token = choose_token(given_today, here)
            assert token not in here
            assert not given_today or differ(token, given_today[-1])
            given_today.append(token)
            here.append(token)
        elif here:
            here.pop(act % len(here))


@pytest.mark.parametrize("shared", ["colour", "thing"])
def test_a_name_that_shares_a_word_with_the_last_one_waits(shared: str) -> None:
    ring = [nth_token(place) for place in range(TOKEN_PAIRS)]
    last = ring[0]
    alike = next(one for one in ring[1:] if getattr(one, shared) == getattr(last, shared))
    other = next(one for one in reversed(ring) if differ(one, last) and one != alike)
    held = {*ring} - {alike, other}
    assert choose_token([last], held) == other
    assert choose_token([last], held | {other}).number == 2


def test_of_the_names_given_today_the_one_given_longest_ago_comes_first() -> None:
    ring = [nth_token(place) for place in range(TOKEN_PAIRS)]
    given_today = [*ring, ring[5], ring[2]]
    assert choose_token(given_today, {*ring} - {ring[2], ring[5], ring[9]}) == ring[9]


def test_a_name_that_is_not_on_the_list_blocks_nobody() -> None:
    assert choose_token([VisitToken("mauve", "walrus")], []) == nth_token(0)
    assert choose_token([VisitToken("blue", "turtle", 2)], []).colour != "blue"


@pytest.mark.parametrize("number", [1, 2, 3, 6, 7, 36, 9999])
def test_a_slug_names_its_token(number: int) -> None:
    for thing in ("castle", "turtle"):
        token = VisitToken("blue", thing, number)
        assert token_from_slug(token.slug) == token


def test_the_slug_of_every_token_ever_given_is_read() -> None:
    things, colours = [*TOKEN_THINGS, *PAST_TOKEN_THINGS], [*TOKEN_COLORS, *PAST_TOKEN_COLORS]
    given_ones = [
        VisitToken(colour, thing, number) for colour in colours for thing in things for number in (1, 2)
    ]
    known = [one for one in given_ones if one.colour in TOKEN_COLORS or one.thing in PAST_TOKEN_THINGS]
    assert [token_from_slug(token.slug) for token in known] == known
    assert all(token.words() and token.words("es") for token in known)


@pytest.mark.parametrize(
    "slug",
    [
        *("", "blue", "blue-", "castle-blue", "blue-unicorn", "red-castle", "teal-castle", "blue-castle-2"),
        *("big-blue-castle", "-blue-castle", "blue-castle-", "little--blue-castle", "turtle-blue"),
        *("blue-turtle-0", "blue-turtle-1", "blue-turtle-10000", "blue-turtle-x", "blue-turtle-²"),
        *(
            "blue-turtle-٣",
            "blue-turtle--2",
            "little-blue-turtle",
            "blue-turtle-2-2",
            "-" * 999,
            "little-" * 99,
        ),
    ],
)
def test_any_other_slug_gives_no_token(slug: str) -> None:
    assert token_from_slug(slug) is None


def test_a_token_is_said_in_everyday_words() -> None:
    assert VisitToken("blue", "castle").words() == "Blue Castle"
    assert VisitToken("blue", "castle", 2).words() == "Little Blue Castle"
    assert VisitToken("blue", "castle", 2 + len(FURTHER_TOKEN_WORDS)).words() == "Little Little Blue Castle"
    assert VisitToken("purple", "castle").words("es") == "Castillo morado"
    assert VisitToken("purple", "camera").words("es-MX") == "Cámara morada"
    assert VisitToken("purple", "camera", 2).words("es-MX") == "Cámara morada pequeña"
    assert VisitToken("purple", "castle", 4).words("es-MX") == "Castillo morado valiente"


def test_a_past_token_is_said_as_it_was_given() -> None:
    assert VisitToken("blue", "turtle", 2).words() == "Blue Turtle 2"
    assert VisitToken("gold", "turtle").words("es") == "Tortuga dorada"
    assert VisitToken("purple", "cat", 3).words("es-MX") == "Gato morado 3"


@pytest.mark.parametrize("thing", [*TOKEN_THINGS, *PAST_TOKEN_THINGS])
def test_every_thing_has_a_drawing_with_a_body_of_its_own(thing: str) -> None:
    others = [token_drawing("blue", one) for one in [*TOKEN_THINGS, *PAST_TOKEN_THINGS] if one != thing]
    assert '<g class="token-body"><' in token_drawing("blue", thing)
    assert token_drawing("blue", thing) not in others
    refers = f'<use href="#a-{thing}"/>' in board_token("blue", thing)
    assert refers == (f'<symbol id="a-{thing}"' in list_thing_symbols()) == (thing in TOKEN_THINGS)


@pytest.mark.parametrize(("thing", "parts"), [("satellite", 3), ("flashlight", 2)])
def test_things_that_an_icon_cannot_show_at_36_px_have_lines_of_their_own(thing: str, parts: int) -> None:
    """A satellite has a body between two panels, and a flashlight has a handle and a lamp."""
    drawing = token_drawing("blue", thing).partition("</g>")[2]
    assert (drawing.count("Z"), "<circle" in drawing, "<rect" in drawing) == (parts, False, False)
