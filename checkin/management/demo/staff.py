"""The staff of the demo clinic, and their generated pass phrases."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from checkin.models import Role
from checkin.rules.desk_locks import DEFAULT_LOCK_AFTER_MINUTES, PIN_DIGITS, pin_problem


class _DemoStaffMember(NamedTuple):
    username: str
    name: str
    role: Role
    annexe: bool = False


DEMO_STAFF = [
    _DemoStaffMember("dana", "Dana Whitfield", Role.FRONT_DESK),
    _DemoStaffMember("felix", "Felix Okoro", Role.FRONT_DESK, annexe=True),
    _DemoStaffMember("noor", "Dr. Noor Haddad", Role.CLINICIAN),
    _DemoStaffMember("samuel", "Samuel Sanders, NP", Role.CLINICIAN, annexe=True),
    _DemoStaffMember("mira", "Mira Castellano", Role.MANAGER),
    _DemoStaffMember("ada", "Ada Moreno", Role.ADMINISTRATOR),
    _DemoStaffMember("otto", "Otto Lindgren", Role.AUDITOR),
]

_CONSONANTS, _VOWELS = "bdfglmnprstvz", "aeiou"
_PASS_PHRASE_WORDS, _SYLLABLES_PER_WORD = 3, 3


_NO_SECOND_FACTOR = (
    "The demo asks nobody for a second factor. "
    "A clinic of your own asks managers, administrators and auditors for one."
)


class DemoAccount(NamedTuple):
    """The login of one of them. The password is stored nowhere else."""

    username: str
    password: str
    name: str
    role: str
    desk: str
    pin: str
    """The same for all of them; it unlocks a desk and logs nobody in."""


def make_pass_phrase() -> str:
    """Return three made-up, pronounceable words, such as "dorena-mibalo-tusade": 54 random bits."""
    return "-".join(
        "".join(_random_syllable() for _ in range(_SYLLABLES_PER_WORD)) for _ in range(_PASS_PHRASE_WORDS)
    )


def _random_syllable() -> str:
    return secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS)


def make_pin() -> str:
    """Return a PIN that is accepted."""
    while pin_problem(pin := f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"):
        pass
    return pin


def demo_account_lines(accounts: list[DemoAccount]) -> list[str]:
    """Return the accounts as text for people, one per line."""
    people = [
        f"  {one.username:<8} {one.password:<22} {one.role:<14} {one.name} ({one.desk})" for one in accounts
    ]
    return [
        "Log in as one of these:",
        *people,
        f"A desk left alone for {DEFAULT_LOCK_AFTER_MINUTES} minutes locks. "
        f"The PIN that unlocks it: {accounts[0].pin}",
        _NO_SECOND_FACTOR,
    ]
