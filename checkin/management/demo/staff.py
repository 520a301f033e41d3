"""Who works at the demo clinic, and the pass phrases that are made for them."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from checkin.models import Role


class Person(NamedTuple):
    username: str
    name: str
    role: Role
    annexe: bool = False


PEOPLE = [
    Person("dana", "Dana Whitfield", Role.FRONT_DESK),
    Person("felix", "Felix Okoro", Role.FRONT_DESK, annexe=True),
    Person("noor", "Dr. Noor Haddad", Role.CLINICIAN),
    Person("samuel", "Samuel Sanders, NP", Role.CLINICIAN, annexe=True),
    Person("mira", "Mira Castellano", Role.MANAGER),
    Person("ada", "Ada Moreno", Role.ADMINISTRATOR),
    Person("otto", "Otto Lindgren", Role.AUDITOR),
]

CONSONANTS, VOWELS = "bdfglmnprstvz", "aeiou"
WORDS, SYLLABLES = 3, 3


class Account(NamedTuple):
    """How one of them logs in. The password is known nowhere else."""

    username: str
    password: str
    name: str
    role: str
    desk: str


def pass_phrase() -> str:
    """Three made-up words that can be read out, such as "dorena-mibalo-tusade": 54 random bits."""
    return "-".join("".join(syllable() for _ in range(SYLLABLES)) for _ in range(WORDS))


def syllable() -> str:
    return secrets.choice(CONSONANTS) + secrets.choice(VOWELS)


def lines(accounts: list[Account]) -> list[str]:
    """The accounts as a person reads them, one a line."""
    return ["Log in as one of these:"] + [
        f"  {one.username:<8} {one.password:<22} {one.role:<14} {one.name} ({one.desk})" for one in accounts
    ]
