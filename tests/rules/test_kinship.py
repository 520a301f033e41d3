"""Words of kinship, however people spell them."""

from __future__ import annotations

import pytest

from checkin.rules.kinship import is_same_kin


@pytest.mark.parametrize(
    ("one", "other"), [("neighbor", "neighbour"), ("mom", "mum"), ("aunt", "tía"), ("Grandma", "abuela")]
)
def test_two_spellings_of_one_kinship_are_the_same(one: str, other: str) -> None:
    assert is_same_kin(one, other)
    assert is_same_kin(other, one)


def test_two_kinds_of_kinship_are_not_the_same() -> None:
    assert not is_same_kin("neighbour", "aunt")
