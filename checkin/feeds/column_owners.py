"""Decide whom a column is about: the child, an adult listed with the child, or the file's own subject."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from checkin.rules import name_keys
from checkin.rules.record_rows import split_code_list

_KID_WORDS = split_code_list("child childs thechild student students pupil pupils kid kids minor")
_PATIENT_WORDS = split_code_list("patient patients pat pt")
_ADULT_WORDS = split_code_list(
    "parent parents guardian guardians mother mothers mom mum father fathers dad caregiver carer contact "
    "guarantor responsible party subscriber insured policyholder policy holder spouse partner kin emergency "
    "adult provider doctor physician pcp referring madre padre tutor"
)
_OWNER_WORDS = {
    "patients": _KID_WORDS | _PATIENT_WORDS,
    "guardians": split_code_list(
        "guardian guardians legalguardian contact parent parents caregiver carer responsibleparty"
    ),
    "appointments": split_code_list("appointment appt"),
}
"""Words at the start or end of a heading, or in brackets, that say whom it is about, by kind of file."""
_DUE_ITEM_OWNER_WORDS = split_code_list("dueitem vaccine check")
"""Starts of the headings for what is due; next to them a bare "Name" is the patient's."""

_BRACKETS = re.compile(r"\((?!s\))(.*?)\)|\[(.*?)\]")
_LEGAL_PREFIX = "legal"


class HeadingPlace(NamedTuple):
    """A heading's position, and how well it names its column: lower is better."""

    owner: int
    """0 if it says whom it is about, 1 if not; -1 if somebody said so with --map."""
    legal: int
    called: int
    at: int
    heading: str
    """As `heading_key` returns it."""
    owned_by: str = ""

    @property
    def base(self) -> str:
        """The heading without the word that says whom it is about."""
        return self.heading.replace(self.owned_by, "", 1) if self.owned_by else self.heading


def heading_key(heading: str) -> str:
    """Return a heading without signs and bracketed text: "dob" for "DOB (YYYY-MM-DD)".

    Brackets that say whom it is about are kept: "Name (parent)" is not "Name".
    """
    whose = [
        word
        for found in _BRACKETS.findall(heading)
        for word in name_keys.normalized_words("".join(found))
        if word in _KID_WORDS | _PATIENT_WORDS | _ADULT_WORDS
    ]
    return name_keys.normalize_text(
        _BRACKETS.sub("", heading) + " " + "".join(whose)
    ) or name_keys.normalize_text(heading)


def heading_readings(kind: str, heading: str) -> Iterable[tuple[str, str, bool]]:
    """Yield (name, owner word, is it legal?) for each reading of a heading's key, surest first."""
    plain = [(heading, "")]
    for word in sorted(_OWNER_WORDS.get(kind, ()), key=len, reverse=True):
        if heading.startswith(word):
            plain.append((heading.removeprefix(word), word))
        tails = (f"ofthe{word}", f"of{word}", word)
        plain += [(heading.removesuffix(tail), word) for tail in tails if heading.endswith(tail)]
    for name, word in plain:
        yield name, word, False
        if name.startswith(_LEGAL_PREFIX):
            yield name.removeprefix(_LEGAL_PREFIX), word, True


def heading_owner_word(kind: str, heading: str) -> str:
    """Return the word in a heading's key that says whom it is about; "" for none."""
    own = _DUE_ITEM_OWNER_WORDS if kind == "due_items" else _OWNER_WORDS.get(kind, ())
    words = sorted(own, key=len, reverse=True)
    return next((word for word in words if heading.startswith(word)), "")


NAME_COLUMNS = ("given_name", "family_name", "name")
_PERSON_COLUMNS = frozenset(
    {*NAME_COLUMNS, "preferred_name", "second_family_name", "birth_date", "sex", "deceased", "deceased_on"}
)
"""Columns where a better heading excludes worse ones."""
TIME_COLUMNS = frozenset({"start", "date", "time", "given_on", "due_on", "ended_on"})
UNSURE_BIRTH_COLUMN = "birth_date?"
"""A birth date of unknown owner, in a file about two people."""

HeadingPlaces = dict[str, list[HeadingPlace]]


def settle_heading_places(kind: str, found: HeadingPlaces) -> HeadingPlaces:
    """Return the places without headings about someone else or other numbers, if a better heading exists."""
    kept = {column: _drop_beside_legal_names(sorted(places)) for column, places in found.items()}
    if kind in ("patients", "guardians"):
        kept = _places_of_one_person(kind, kept)
    for column, places in kept.items():
        if column.endswith("_id"):
            kept[column] = _best_number_places(
                sorted(places, key=lambda one: (min(one.owner, 0), one.called, one.at))
            )
        elif column in TIME_COLUMNS or (kind == "due_items" and column == "name"):
            kept[column] = _best_named_places(places)
    return {column: places for column, places in kept.items() if places}


def _best_named_places(places: list[HeadingPlace]) -> list[HeadingPlace]:
    """Return the places whose headings name the column as well as the first does."""
    return [one for one in places if one[:2] == places[0][:2]]


def _drop_beside_legal_names(places: list[HeadingPlace]) -> list[HeadingPlace]:
    """Return the places; of an owner with a legal name, only those of legal names."""
    best_legal = {one.owner: one.legal for one in reversed(places)}
    return [one for one in places if one.legal == best_legal[one.owner]]


def _best_number_places(places: list[HeadingPlace]) -> list[HeadingPlace]:
    """Return only the best number: another one in the row is someone else's, or another system's."""
    owned = {one.base for one in places if one.owned_by in _KID_WORDS}
    first = next((one for one in places if one.owned_by or one.heading not in owned), places[0])
    return [one for one in places if one.heading == first.heading]


def _places_of_one_person(kind: str, found: HeadingPlaces) -> HeadingPlaces:
    """Return the places; of two people ("First Name", "Child First Name"), only the file subject's."""
    owned = {column for column in NAME_COLUMNS if any(one.owner < 1 for one in found.get(column, ()))}
    if not owned:
        return found
    bare = {column for column in NAME_COLUMNS if any(one.owner == 1 for one in found.get(column, ()))}
    is_whole_kid = "name" in owned and any(one.owned_by in _KID_WORDS for one in found["name"])
    is_complete = {"given_name", "family_name"} <= owned or is_whole_kid or (kind == "guardians")
    is_of_two = bool(bare & owned) or (bool(bare) and (is_complete or "name" in bare))
    if not is_of_two:
        return found
    kept = dict(found)
    for column in _PERSON_COLUMNS & set(found):
        if column == "family_name" and column not in owned and not is_complete and "given_name" not in bare:
            continue
        kept[column] = [one for one in found[column] if one.owner < 1]
    if kind == "patients" and not kept.get("birth_date") and "birth_date" in found:
        kept[UNSURE_BIRTH_COLUMN] = found["birth_date"]
    return kept
