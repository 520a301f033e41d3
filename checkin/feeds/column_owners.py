"""Whose a column is: the child's, an adult's beside the child, or what the file is about alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from checkin.rules import names
from checkin.rules.records import word_set

KIDS = word_set("child childs thechild student students pupil pupils kid kids minor")
PATIENTS = word_set("patient patients pat pt")
ADULTS = word_set(
    "parent parents guardian guardians mother mothers mom mum father fathers dad caregiver carer contact "
    "guarantor responsible party subscriber insured policyholder policy holder spouse partner kin emergency "
    "adult provider doctor physician pcp referring madre padre tutor"
)
OWN = {
    "patients": KIDS | PATIENTS,
    "guardians": word_set(
        "guardian guardians legalguardian contact parent parents caregiver carer responsibleparty"
    ),
    "appointments": word_set("appointment appt"),
}
"""Words before a heading, behind it or in brackets that say whose it is, by kind of file."""
DUE_ITEMS_OWN = word_set("dueitem vaccine check")
"""Beginnings of the headings for what is due; beside them a bare "Name" is the patient's."""

_BRACKETS = re.compile(r"\((?!s\))(.*?)\)|\[(.*?)\]")
_LEGAL = "legal"


class Place(NamedTuple):
    """Where a heading stands, and how well it names its column: the lower the better."""

    owner: int
    """0 where it says whose it is, 1 where it does not; -1 where somebody said so by --map."""
    legal: int
    called: int
    at: int
    heading: str
    """As `key` has it."""
    owned_by: str = ""

    @property
    def base(self) -> str:
        """The heading without the word that says whose it is."""
        return self.heading.replace(self.owned_by, "", 1) if self.owned_by else self.heading


def key(heading: str) -> str:
    """Return a heading without signs and what stands in brackets: of "DOB (YYYY-MM-DD)" it is "dob".

    Brackets that say whose it is are kept: "Name (parent)" is no "Name".
    """
    whose = [
        word
        for found in _BRACKETS.findall(heading)
        for word in names.words("".join(found))
        if word in KIDS | PATIENTS | ADULTS
    ]
    return names.normalise(_BRACKETS.sub("", heading) + " " + "".join(whose)) or names.normalise(heading)


def readings(kind: str, heading: str) -> Iterable[tuple[str, str, bool]]:
    """Yield (name, word for whose it is, legal?) of all that a heading's key may be: the surest first."""
    plain = [(heading, "")]
    for word in sorted(OWN.get(kind, ()), key=len, reverse=True):
        if heading.startswith(word):
            plain.append((heading.removeprefix(word), word))
        for tail in (f"ofthe{word}", f"of{word}", word):
            if heading.endswith(tail):
                plain.append((heading.removesuffix(tail), word))
    for name, word in plain:
        yield name, word, False
        if name.startswith(_LEGAL):
            yield name.removeprefix(_LEGAL), word, True


def owner_of(kind: str, heading: str) -> str:
    """Return the word of a heading's key that says whose it is; "" for none."""
    own = DUE_ITEMS_OWN if kind == "due_items" else OWN.get(kind, ())
    words = sorted(own, key=len, reverse=True)
    return next((word for word in words if heading.startswith(word)), "")


NAMED = ("given_name", "family_name", "name")
FACTS = frozenset(
    {*NAMED, "preferred_name", "second_family_name", "birth_date", "sex", "deceased", "deceased_on"}
)
"""Columns of which a better heading leaves no room for a worse one."""
TIMES = frozenset({"start", "date", "time", "given_on", "due_on", "ended_on"})
UNSURE_BIRTH = "birth_date?"
"""A birth date that does not say whose it is, in a file that speaks of two people."""

Found = dict[str, list[Place]]


def settle(kind: str, found: Found) -> Found:
    """Leave out the headings that are somebody else's, or another number, than the best of their column."""
    kept = {column: _legal_first(sorted(places)) for column, places in found.items()}
    if kind in ("patients", "guardians"):
        kept = _of_one_person(kind, kept)
    for column, places in kept.items():
        if column.endswith("_id"):
            kept[column] = _one_number(
                sorted(places, key=lambda one: (min(one.owner, 0), one.called, one.at))
            )
        elif column in TIMES or (kind == "due_items" and column == "name"):
            kept[column] = best(places)
    return {column: places for column, places in kept.items() if places}


def best(places: list[Place]) -> list[Place]:
    """Return those that are named as well as the first."""
    return [one for one in places if one[:2] == places[0][:2]]


def _legal_first(places: list[Place]) -> list[Place]:
    """Return the places without those beside which there is a legal name."""
    best_legal = {one.owner: one.legal for one in reversed(places)}
    return [one for one in places if one.legal == best_legal[one.owner]]


def _one_number(places: list[Place]) -> list[Place]:
    """Return the best number alone: another number of the same row is another's, or another system's."""
    owned = {one.base for one in places if one.owned_by in KIDS}
    first = next((one for one in places if one.owned_by or one.heading not in owned), places[0])
    return [one for one in places if one.heading == first.heading]


def _of_one_person(kind: str, found: Found) -> Found:
    """Of headings of two people ("First Name", "Child First Name"), keep those of whom the file is about."""
    owned = {column for column in NAMED if any(one.owner < 1 for one in found.get(column, ()))}
    if not owned:
        return found
    bare = {column for column in NAMED if any(one.owner == 1 for one in found.get(column, ()))}
    is_whole_kid = "name" in owned and any(one.owned_by in KIDS for one in found["name"])
    is_complete = {"given_name", "family_name"} <= owned or is_whole_kid or (kind == "guardians")
    is_of_two = bool(bare & owned) or (bool(bare) and (is_complete or "name" in bare))
    if not is_of_two:
        return found
    kept = dict(found)
    for column in FACTS & set(found):
        if column == "family_name" and column not in owned and not is_complete and "given_name" not in bare:
            continue
        kept[column] = [one for one in found[column] if one.owner < 1]
    if kind == "patients" and not kept.get("birth_date") and "birth_date" in found:
        kept[UNSURE_BIRTH] = found["birth_date"]
    return kept
