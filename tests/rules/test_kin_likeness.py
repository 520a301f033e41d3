"""Two chains of kin may mean one adult, or certainly mean two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules.kin_likeness import KinPhrase, may_mean_one_adult


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("mother", "sister"), ("aunt",)),
        (("mother", "mother", "brother"), ("grandmother", "brother")),
        (("father",), ("parent",)),
        (("half sister",), ("sister",)),
        (("mother", "husband"), ("stepfather",)),
        (("mother", "husband"), ("father",)),
        (("boyfriend",), ("mother", "boyfriend")),
        (("mother", "partner"), ("mother", "boyfriend")),
        (("mother", "friend"), ("neighbor",)),
        (("mother", "friend"), ("mother", "boyfriend")),
        (("mother", "cousin"), ("cousin",)),
        (("mother", ""), ("mother", "boyfriend")),
        (("neighbor", "wife"), ("mother", "neighbor", "wife")),
        (("aunt", "husband"), ("uncle",)),
        (("mother", "sister", "husband"), ("father", "brother")),
        (("uncle", "partner"), ("uncle",)),
        (("grandmother", "boyfriend"), ("grandfather",)),
        (("cousin", "parent"), ("uncle",)),
        (("aunt", ""), ("uncle",)),
        (("stepfather", "mother"), ("grandmother",)),
        (("mother", "stepfather"), ("grandfather",)),
        (("sister", "father"), ("father",)),
        (("sister", "father"), ("stepfather",)),
        (("father", ""), ("stepmother",)),
        (("father", ""), ("mother",)),
        (("mother", ""), ("grandmother",)),
        (("grandmother", "sister"), ("mother", "aunt")),
        (("grandfather", "mother"), ("father", "grandmother")),
    ],
)
def test_chains_that_may_mean_one_adult(one: KinPhrase, other: KinPhrase) -> None:
    assert may_mean_one_adult(one, other)
    assert may_mean_one_adult(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("mother",), ("father",)),
        (("stepfather",), ("father",)),
        (("mother", "boyfriend"), ("father",)),
        (("mother", "boyfriend"), ("mother", "girlfriend")),
        (("mother", "boyfriend"), ("father", "friend")),
        (("mother", "cousin"), ("father", "cousin")),
        (("mother", "aunt"), ("aunt",)),
        (("friend", "mother"), ("mother",)),
        (("mother", ""), ("mother",)),
        (("neighbor", "wife"), ("neighbor",)),
        (("aunt", "husband"), ("aunt",)),
        (("grandmother", "boyfriend"), ("grandmother",)),
        (("cousin", "mother"), ("uncle",)),
        (("mother", ""), ("brother",)),
        (("stepfather", "mother"), ("mother",)),
        (("mother", "stepfather"), ("stepfather",)),
        (("grandmother", "sister"), ("aunt",)),
    ],
)
def test_chains_that_certainly_mean_two_adults(one: KinPhrase, other: KinPhrase) -> None:
    assert not may_mean_one_adult(one, other)
    assert not may_mean_one_adult(other, one)


LINKS = ["mother", "father", "parent", "sister", "brother", "aunt", "uncle", "cousin", "friend", "neighbor"]
LINKS += ["stepfather", "step", "grandmother", "husband", "partner"]
CHAINS = st.builds(
    lambda owners, kin: (*owners, kin),
    st.lists(st.sampled_from(LINKS), max_size=2),
    st.sampled_from(["", *LINKS]),
).filter(lambda one: one != ("",))


@given(CHAINS, CHAINS)
def test_the_order_of_two_chains_does_not_matter_and_each_means_itself(
    one: KinPhrase, other: KinPhrase
) -> None:
    assert may_mean_one_adult(one, other) == may_mean_one_adult(other, one)
    assert may_mean_one_adult(one, one)
