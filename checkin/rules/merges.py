"""Two records of one child: which stays, what goes along, and when they may be two children after all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from checkin.rules import likeness

MOVES = "goes to the record that stays"
HISTORY = "stays as it was written: history names the record of that day"
FATES: Mapping[str, str] = {
    "Appointment.patient": MOVES,
    "AuditEvent.patient": HISTORY,
    "ChartChange.patient": "goes with its escort; what was written on the merged record itself stays there",
    "ConsentRecord.patient": MOVES,
    "DueItem.patient": MOVES,
    "Escort.patient": "goes along; who is an escort there already stays, and visits name that one",
    "Guardian.patient": "goes along; who stands there already, with the same words, stays",
    "Immunization.patient": MOVES,
    "LookAlike.older": "stays: it is asked of these two records, while both are on file",
    "LookAlike.record": "stays: it is asked of these two records, while both are on file",
    "MatchDecision.patient": HISTORY,
    "MatchDecision.previous_patient": HISTORY,
    "PaperMove.patient": HISTORY,
    "PaperMove.was_patient": HISTORY,
    "Patient.merged_into": "stays: a record that was merged into this one is followed to the end",
    "PatientIdentifier.patient": MOVES,
    "PatientMerge.into": HISTORY,
    "PatientMerge.merged": HISTORY,
    "Promise.made_for": "stays: it says on which record it was made",
    "Promise.patient": MOVES,
    "StandingProxy.patient": MOVES,
    "Visit.patient": MOVES,
}
"""What a merge does with each column that names a patient. A test asks for every one of them."""

COLUMNS = {
    "given_name": "Given name",
    "family_name": "Family name",
    "preferred_name": "Called",
    "birth_date": "Birth date",
    "sex": "Sex",
    "phone": "Phone",
    "address": "Address",
    "city": "City",
    "postcode": "Postcode",
    "language": "Language",
    "interpreter_needed": "Interpreter",
    "access_needs": "Access needs",
    "is_deceased": "Deceased",
}
"""The columns in which two records may differ, as a person calls them."""

CARE = ("language", "interpreter_needed", "access_needs")
"""What a family needs: written by staff on a provisional record, it must not be lost in a merge."""


NEAR_NAME = 0.85
"""From here on two given names may be one, written differently."""


class Who(NamedTuple):
    """What says whether two records can be one child."""

    given_name: str
    preferred_name: str
    birth_date: dt.date | None

    @classmethod
    def of(cls, patient: Any) -> Who:
        return cls(patient.given_name, patient.preferred_name, patient.birth_date)

    @property
    def names(self) -> list[str]:
        return [name for name in (self.given_name, self.preferred_name) if name]


def doubt(one: Who, other: Who) -> str:
    """Why these may be two children, in a sentence; "" where nothing says so."""
    same_day = one.birth_date == other.birth_date
    if one.birth_date and other.birth_date and not same_day:
        return "Their birth dates differ, so these may be two children, such as brother and sister."
    if one.names and other.names and not is_called_alike(one, other):
        if same_day and one.birth_date:
            return "They were born on the same day and have different given names, as twins have."
        return "Their given names differ, so these may be two children."
    return ""


def is_called_alike(one: Who, other: Who) -> bool:
    """Whether any of the names of the one is a name of the other, or its whole leading part."""
    return any(
        likeness.same_name(first, second)
        or likeness.is_leading_part(first, second)
        or likeness.is_leading_part(second, first)
        for first in one.names
        for second in other.names
    )


def is_look_alike(one: Who, other: Who) -> bool:
    """Whether two records that identity finds alike may be one child, and not plainly two of a family."""
    if not one.names or not other.names or is_called_alike(one, other):
        return True
    likest = max(likeness.alike(first, second) or 0.0 for first in one.names for second in other.names)
    return likest >= NEAR_NAME


class Weight(NamedTuple):
    """By which the record that stays is proposed: the greater one does."""

    is_active: bool
    has_number: bool
    visits: int
    papers: int
    is_older: int


def differing(kept: Mapping[str, Any], merged: Mapping[str, Any]) -> list[str]:
    """The columns in which the merged record says something else than the one that stays."""
    return [name for name in COLUMNS if merged[name] not in ("", None, False) and merged[name] != kept[name]]


def is_blank(value: Any) -> bool:
    return value in ("", None, False)
