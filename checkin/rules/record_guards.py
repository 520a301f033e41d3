"""Whether an update would turn one child into another: the guard that every import goes through.

A wrong child is the worst error of all, so what looks like another person is put aside, never written.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA

from checkin.rules import likeness, names, shared_names
from checkin.rules.nicknames_es import SPANISH_NICKNAMES
from checkin.rules.records import BadRow, Key
from checkin.rules.stand_ins import are_two_stand_ins, is_stand_in_date, is_stand_in_name

ANOTHER_PERSON = (
    "It would turn one patient into another: the record here under this number has another name or birth "
    "date. Correct the number; where it is the same child, correct the record at the desk first."
)
GUESSED = (
    "The encoding of the file is a guess, and the name on file has accents that differ: say which it is, by "
    "--encoding."
)
DIED_TOO_SOON = "The date of death {died} is before the birth date {born}."
DIED_LATER = "The date of death {died} is in the future."
GIVEN_TOO_SOON = "It was given on {given}, before the patient was born ({born})."
ANOTHERS = "It belongs to another patient here under the same identifier, so it was not moved."
TWO_PATIENTS = "It names two different patients; say whose it is."
GENERATION = 13
"""So many years may a corrected birth date lie from the one on file: a parent's lies further."""

CENTURY = 100
SHORTEST_MISSING = 7
SHORTEST_MISTYPED = 8
"""Letters that a name needs so that one of them missing, or one other, is a slip and no other name."""

SHORTER = 2
"""Letters that a pet form is shorter than its name: of two as long (Emma, Emily) both are somebody's name."""

SEXES = frozenset({"male", "female"})
IDENTITY = ("given_name", "family_name", "preferred_name", "birth_date", "sex")

# Ways to write one sound: Sofia and Sophia, Carl and Karl, Jon and John, Hanna and Hannah.
# A last h counts in short names: Anh is not An.
_SPELLINGS = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        (r"(.)\1+", r"\1"),
        ("ph", "f"),
        ("ck|c(?=[aoulr])", "k"),
        ("y", "i"),
        ("(?<=[aeiou])h(?=[^aeiou])|(?<=[a-z]{4})h$", ""),
    )
)


class Person(NamedTuple):
    """What says who somebody is; blank and None are not said."""

    given_name: str = ""
    family_name: str = ""
    preferred_name: str = ""
    birth_date: dt.date | None = None
    sex: str = ""

    @classmethod
    def of(cls, row: Any) -> Person:
        """Return who a record is."""
        return cls(*(getattr(row, column) for column in IDENTITY))

    @classmethod
    def said(cls, values: dict[str, Any]) -> Person:
        """Return whom a row speaks of."""
        return cls(**{column: values[column] for column in IDENTITY if values.get(column)})


def refuse_another_person(recorded: Person, said: Person) -> None:
    """Raise BadRow where the update would make the record somebody else's.

    One thing may change: the birth date, the family name, or the given name. A given name becomes another
    spelling or a pet form of itself, or takes the place of a stand-in. Twins have one birth date and one
    family name, so these two never prove that another given name is the same child's. Birth date and family
    name change only beside a given name and the other of the two, both said: a blank proves nothing.
    """
    births = recorded.birth_date, said.birth_date
    is_dated_otherwise = None not in births and births[0] != births[1]
    is_confirmed = births[0] is not None and births[0] == births[1]
    if is_dated_otherwise and is_generation_apart(*births):
        raise BadRow(ANOTHER_PERSON)
    if is_confirmed and is_swapped(recorded, said):
        return
    given = is_same_given(recorded, said, is_confirmed=is_confirmed)
    family = is_same_family(recorded, said)
    if is_of_other_sex(recorded, said) and not is_written_alike(recorded, said):
        raise BadRow(ANOTHER_PERSON)
    if family and not is_dated_otherwise and (given or is_near_given(recorded, said)):
        return
    is_proved = is_family_proved(recorded, said) if family else is_confirmed
    is_known = family or recorded.given_name or recorded.preferred_name
    if not (given and says_given(said) and is_proved and is_known):
        raise BadRow(ANOTHER_PERSON)


def is_generation_apart(recorded: dt.date | None, said: dt.date | None) -> bool:
    """Return whether two birth dates are a parent's and a child's, not one of them mistyped.

    A century is: two digits of a year. A date that stands for an unknown one says nothing.
    """
    if recorded is None or said is None or is_stand_in_date(recorded):
        return False
    apart = abs(recorded.year - said.year)
    same_day = (recorded.month, recorded.day) == (said.month, said.day)
    return apart >= GENERATION and not (apart == CENTURY and same_day)


def is_swapped(recorded: Person, said: Person) -> bool:
    """Return whether given and family name only change places."""
    on_file = names.normalise(recorded.family_name), names.normalise(recorded.given_name)
    return all(on_file) and on_file == (names.normalise(said.given_name), names.normalise(said.family_name))


def is_of_other_sex(recorded: Person, said: Person) -> bool:
    """Return whether one is recorded as male and the other as female."""
    return {recorded.sex, said.sex} == SEXES


def is_written_alike(recorded: Person, said: Person) -> bool:
    """Return whether the given name is the very same, or not said."""
    return not said.given_name or names.normalise(recorded.given_name) == names.normalise(said.given_name)


def refuse_impossible_death(died: dt.date | None, born: dt.date | None, today: dt.date) -> None:
    """Raise BadRow for a death before birth or to come: it would mark as dead a child who lives."""
    if died and died > today:
        raise BadRow(DIED_LATER.format(died=died))
    if died and born and died < born:
        raise BadRow(DIED_TOO_SOON.format(died=died, born=born))


def refuse_given_before_birth(given: dt.date, born: dt.date | None, stand_ins: Collection[str]) -> None:
    """Raise BadRow for a vaccine that was given before its patient was born: it is another child's."""
    # A day of grace: the day of a newborn's first vaccine may be the day before, in universal time.
    if born and given < born - dt.timedelta(days=1) and not is_stand_in_date(born, stand_ins):
        raise BadRow(GIVEN_TOO_SOON.format(given=given, born=born))


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


def says_given(said: Person) -> bool:
    """Return whether the row says a given name that is one: a stand-in is every newborn's."""
    return likeness.is_named(said.given_name or said.preferred_name)


def is_family_proved(recorded: Person, said: Person) -> bool:
    """Return whether both sides say the same family name."""
    on_file = names.normalise(recorded.family_name)
    return bool(on_file) and on_file == names.normalise(said.family_name)


def is_surely_same(recorded: Person, said: Person) -> bool:
    """Return whether a row that was put aside, perhaps read in part, means this record.

    Its whole name is the one on file, and nothing else that could be read of it is another's.
    """
    try:
        refuse_another_person(recorded, said)
    except BadRow:
        return False
    is_whole = all(
        names.normalise(one) for one in (said.given_name or said.preferred_name, said.family_name)
    ) or not names.normalise(recorded.family_name)
    is_confirmed = said.birth_date is not None and recorded.birth_date == said.birth_date
    is_same = is_same_family(recorded, said) and is_same_given(recorded, said, is_confirmed=is_confirmed)
    return is_whole and is_same


def is_same_family(recorded: Person, said: Person) -> bool:
    """Return whether the family name stays; one that either side leaves blank does."""
    one, other = names.normalise(recorded.family_name), names.normalise(said.family_name)
    return not one or not other or one == other


def is_same_given(recorded: Person, said: Person, *, is_confirmed: bool = True) -> bool:
    """Return whether the given name stays: also with or without further names, or swapped with the preferred.

    A row without a given name is known by its preferred name. `is_confirmed`: the birth date agrees; where
    it does not, a first name that sisters share (María) is not the beginning of María José.
    """

    def leads(one: str, other: str) -> bool:
        return is_leading(one, other, is_confirmed=is_confirmed)

    if not recorded.given_name:
        # Nothing on file says who it is, but perhaps the preferred name.
        spoken = said.given_name or said.preferred_name
        return not recorded.preferred_name or not spoken or leads(recorded.preferred_name, spoken)
    if not said.given_name:
        return not said.preferred_name or any(
            leads(said.preferred_name, one) for one in (recorded.given_name, recorded.preferred_name)
        )
    if leads(recorded.given_name, said.given_name):
        return True
    swapped_back = not said.preferred_name or leads(said.preferred_name, recorded.given_name)
    return leads(recorded.preferred_name, said.given_name) and swapped_back


def is_near_given(recorded: Person, said: Person) -> bool:
    """Return whether the given name is spelled otherwise or a pet form, or takes the place of a stand-in."""
    on_file, spoken = recorded.given_name or recorded.preferred_name, said.given_name or said.preferred_name
    if not likeness.is_named(on_file):
        return not (spoken and is_stand_in_name(spoken) and are_two_stand_ins(on_file, spoken))
    is_confirmed = recorded.birth_date is not None and recorded.birth_date == said.birth_date
    one, other = names.words(on_file), names.words(spoken)
    if not one or not other:
        return False
    if one[1:] == other[1:] or not one[1:] or not other[1:]:
        first, second = one[0], other[0]
        is_near = is_pet_form(first, second) or is_respelled(first, second, is_confirmed=is_confirmed)
        if first != second and is_near:
            return True
    different = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    if len(one) != len(other) or len(different) != 1:
        return False
    return is_respelled(*different[0], is_confirmed=is_confirmed)


def is_pet_form(one: str, other: str) -> bool:
    """Return whether one is short for the other: Bob for Robert. Liz and Beth are two Elizabeths."""
    short, whole = sorted((one, other), key=len)
    is_known = likeness.is_short_for(short, whole)
    return is_known and (len(whole) - len(short) >= SHORTER or whole in SPANISH_NICKNAMES.get(short, ()))


def is_respelled(one: str, other: str, *, is_confirmed: bool = True) -> bool:
    """Return whether two words are one name written otherwise: by sound, or by a slip within.

    The first and the last letter tell names of siblings: Kayla and Layla, Daniel and Daniela. So does one
    within a short name: Marco and Mario, Laura and Lara. `is_confirmed`: the birth date agrees.
    """
    first, second = one, other
    for pattern, letters in _SPELLINGS:
        first, second = pattern.sub(letters, first), pattern.sub(letters, second)
    if first == second:
        return True
    return any(is_slip(*pair, is_confirmed=is_confirmed) for pair in ((one, other), (first, second)))


def is_slip(one: str, other: str, *, is_confirmed: bool) -> bool:
    """Return whether two words differ in one slip of the fingers that makes no other name of a short one."""
    if one[:1] != other[:1] or one[-1:] != other[-1:] or OSA.distance(one, other) != 1:
        return False
    if sorted(one) == sorted(other):
        return True
    return is_confirmed and min(len(one), len(other)) >= (
        SHORTEST_MISTYPED if len(one) == len(other) else SHORTEST_MISSING
    )


def is_leading(one: str, other: str, *, is_confirmed: bool = True) -> bool:
    """Return whether two names are the same, or one is the beginning of the other in whole words."""
    short, long = sorted((names.words(one), names.words(other)), key=len)
    if short and ("".join(short) == "".join(long)):
        return True
    is_shared = not is_confirmed and not shared_names.tells_apart(" ".join(short), " ".join(long))
    return bool(short) and long[: len(short)] == short and not is_shared


def refuse_move(recorded_patient: int, said_patient: int | None) -> None:
    """Raise BadRow where a vaccine, appointment or due item would become another patient's."""
    if recorded_patient != said_patient:
        raise BadRow(ANOTHERS)


def has_other_number(recorded: dict[str, set[str]], keys: Iterable[Key]) -> bool:
    """Return whether the record has another number of the same system."""
    return any(recorded[system] and value not in recorded[system] for system, value in keys)
