"""Whether an update would turn one child into another: the guard that every import goes through.

A wrong child is the worst error of all, so what looks like another person is put aside, never written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from checkin.rules import likeness, names
from checkin.rules.records import BadRow, Key

ANOTHER_PERSON = (
    "It would turn one patient into another: the record here under this number has another name and birth "
    "date. Correct the number; where it is the same child, correct the record at the desk first."
)
GUESSED = (
    "The encoding of the file is a guess, and the name on file has accents that differ: say which it is, by "
    "--encoding."
)
ANOTHERS = "It belongs to another patient here under the same identifier, so it was not moved."
TWO_PATIENTS = "It names two different patients; say whose it is."
NEAR_NAME = 0.9
"""Spelling and nicknames of one name (Jon and John, Bob and Robert) reach this; names of siblings do not."""

IDENTITY = ("given_name", "family_name", "preferred_name", "birth_date")


class Person(NamedTuple):
    """What says who somebody is; blank and None are not said."""

    given_name: str = ""
    family_name: str = ""
    preferred_name: str = ""
    birth_date: dt.date | None = None

    @classmethod
    def of(cls, row: Any) -> Person:
        """Return who a record is."""
        return cls(row.given_name, row.family_name, row.preferred_name, row.birth_date)

    @classmethod
    def said(cls, values: dict[str, Any]) -> Person:
        """Return whom a row speaks of."""
        return cls(**{column: values[column] for column in IDENTITY if values.get(column)})


def refuse_another_person(recorded: Person, said: Person) -> None:
    """Raise BadRow where the update would make the record somebody else's.

    One thing may change: a birth date, or names. A birth date changes only while the names stay; where no
    birth date confirms it, no given name becomes another.
    """
    births = recorded.birth_date, said.birth_date
    if None not in births and births[0] == births[1]:
        return
    given = is_same_given(recorded, said)
    if None in births and is_same_family(recorded, said):
        given = given or is_near_given(recorded, said)
    if not given or (None not in births and not is_same_family(recorded, said)):
        raise BadRow(ANOTHER_PERSON)


def refuse_guessed(recorded: Person, said: Person) -> None:
    """Raise BadRow where letters that were guessed would replace a name with accents by another."""
    for on_file, read in zip(recorded[:3], said[:3], strict=True):
        if read and on_file and not on_file.isascii() and read != on_file:
            raise BadRow(GUESSED)


def is_same_person(recorded: Person, said: Person) -> bool:
    """Return whether names and birth date all agree, and both sides say them or neither does."""
    return (
        recorded.birth_date == said.birth_date
        and names.normalise(recorded.family_name) == names.normalise(said.family_name)
        and names.normalise(recorded.given_name) == names.normalise(said.given_name)
        and bool(names.normalise(said.given_name + said.family_name))
    )


def is_same_family(recorded: Person, said: Person) -> bool:
    """Return whether the family name stays; one that either side leaves blank does."""
    one, other = names.normalise(recorded.family_name), names.normalise(said.family_name)
    return not one or not other or one == other


def is_same_given(recorded: Person, said: Person) -> bool:
    """Return whether the given name stays: also with or without further names, or swapped with the preferred.

    A row without a given name is known by its preferred name.
    """
    if not recorded.given_name:
        return True
    if not said.given_name:
        return not said.preferred_name or any(
            is_leading(said.preferred_name, one) for one in (recorded.given_name, recorded.preferred_name)
        )
    if is_leading(recorded.given_name, said.given_name):
        return True
    swapped_back = not said.preferred_name or is_leading(said.preferred_name, recorded.given_name)
    return is_leading(recorded.preferred_name, said.given_name) and swapped_back


def is_near_given(recorded: Person, said: Person) -> bool:
    """Return whether the given name is spelled otherwise, or takes the place of a stand-in."""
    if not likeness.is_named(recorded.given_name):
        return True
    alike = likeness.alike(recorded.given_name, said.given_name or said.preferred_name)
    return (alike or 0) >= NEAR_NAME


def is_leading(one: str, other: str) -> bool:
    """Return whether two names are the same, or one is the beginning of the other in whole words."""
    short, long = sorted((names.words(one), names.words(other)), key=len)
    return bool(short) and (long[: len(short)] == short or names.normalise(one) == names.normalise(other))


def refuse_move(recorded_patient: int, said_patient: int | None) -> None:
    """Raise BadRow where a vaccine, appointment or due item would become another patient's."""
    if recorded_patient != said_patient:
        raise BadRow(ANOTHERS)


def has_other_number(recorded: dict[str, set[str]], keys: Iterable[Key]) -> bool:
    """Return whether the record has another number of the same system."""
    return any(recorded[system] and value not in recorded[system] for system, value in keys)
