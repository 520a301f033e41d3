"""Who must have a second factor, and which networks are the clinic's own."""

from __future__ import annotations

import pytest

from checkin.rules.roles import Role
from checkin.rules.second_factors import (
    SecondFactorFor,
    is_in_networks,
    is_second_factor_required,
    read_networks,
)

LEADERS = {Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR}


@pytest.mark.parametrize("is_outside", [True, False])
@pytest.mark.parametrize(
    ("asked_of", "inside", "outside"),
    [
        (SecondFactorFor.NONE, set[Role](), set[Role]()),
        (SecondFactorFor.MANAGERS, LEADERS, LEADERS),
        (SecondFactorFor.OUTSIDE, LEADERS, set(Role)),
        (SecondFactorFor.ALL, set(Role), set(Role)),
    ],
)
def test_who_must_have_one(
    asked_of: SecondFactorFor, inside: set[Role], outside: set[Role], is_outside: bool
) -> None:
    asked = {
        role
        for role in Role
        if is_second_factor_required(role=role, asked_of=asked_of, is_outside=is_outside)
    }
    assert asked == (outside if is_outside else inside)


def test_networks_are_read_in_any_usual_writing() -> None:
    assert read_networks("10.1.2.3/16, 192.168.7.4; 10.1.0.0/16\nfd00::/8") == [
        "10.1.0.0/16",
        "192.168.7.4/32",
        "fd00::/8",
    ]
    assert read_networks(" ") == []


@pytest.mark.parametrize("word", ["10.1.0.0/33", "clinic.example", "10.1.0"])
def test_a_word_that_is_no_network_is_named(word: str) -> None:
    with pytest.raises(ValueError, match=word.replace(".", r"\.")):
        read_networks(f"10.1.0.0/16 {word}")


@pytest.mark.parametrize(
    ("address", "is_in"),
    [
        ("10.1.255.1", True),
        ("10.2.0.1", False),
        ("::ffff:10.1.0.9", True),
        ("fd00::1", True),
        ("2001:db8::1", False),
        ("", False),
        ("nonsense", False),
    ],
)
def test_an_address_is_inside_or_outside(address: str, is_in: bool) -> None:
    assert is_in_networks(address, ["10.1.0.0/16", "fd00::/8"]) is is_in
