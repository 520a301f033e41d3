"""Merge two records of one child: which stays, what moves, and when they may be two children after all."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from checkin.rules import name_likeness
from checkin.rules.local_formats import date_words
from checkin.rules.placeholder_names import has_placeholders_of_two

_MOVES_ALONG = "goes to the record that stays"
_STAYS_AS_HISTORY = "stays as it was written: history names the record of that day"
MERGE_COLUMN_FATES: Mapping[str, str] = {
    "Appointment.patient": _MOVES_ALONG,
    "AuditEvent.patient": _STAYS_AS_HISTORY,
    "AuditEventPatient.patient": _STAYS_AS_HISTORY,
    "CareAlert.patient": _MOVES_ALONG,
    "ChartChange.patient": "goes with its escort; what was written on the merged record itself stays there",
    "ConsentRecord.patient": _MOVES_ALONG,
    "DueItem.patient": _MOVES_ALONG,
    "Escort.patient": "moves; who is an escort there already stays, and visits name that one",
    "Guardian.patient": "moves; who is there already, with the same words, stays",
    "Immunization.patient": _MOVES_ALONG,
    "LookAlike.older": "stays: it is asked of these two records, while both are on file",
    "LookAlike.record": "stays: it is asked of these two records, while both are on file",
    "MatchDecision.patient": _STAYS_AS_HISTORY,
    "MatchDecision.previous_patient": _STAYS_AS_HISTORY,
    "ConfidentialMark.patient": "stays: the record that is kept gets a mark of its own",
    "PaperMove.patient": _STAYS_AS_HISTORY,
    "PaperMove.was_patient": _STAYS_AS_HISTORY,
    "Patient.merged_into": "stays: a record that was merged into this one is followed to the end",
    "PatientIdentifier.patient": _MOVES_ALONG,
    "PatientMerge.into": _STAYS_AS_HISTORY,
    "PatientMerge.merged": _STAYS_AS_HISTORY,
    "Promise.made_for": "stays: it says on which record it was made",
    "Promise.patient": _MOVES_ALONG,
    "SealedReading.patient": _STAYS_AS_HISTORY,
    "StandingProxy.patient": _MOVES_ALONG,
    "Visit.patient": _MOVES_ALONG,
}
"""What a merge does with each column that refers to a patient. A test checks that none is missing."""

MERGE_COLUMNS = {
    "given_name": "Given name",
    "family_name": "Family name",
    "preferred_name": "Called",
    "birth_date": "Birth date",
    "sex": "Sex",
    "phone": "Phone",
    "address": "Address",
    "city": "City",
    "postcode": "Postal code",
    "language": "Language",
    "interpreter_needed": "Interpreter",
    "access_needs": "Access needs",
    "is_deceased": "Deceased",
}
"""The columns in which two records may differ, with their names on screen."""

CARE_COLUMNS = ("language", "interpreter_needed", "access_needs")
"""What a family needs. Staff may have written it on a provisional record, and a merge must not lose it."""


NEAR_GIVEN_NAME_SCORE = 0.85
"""From this score up two given names may be spellings of one."""


class ChildIdentity(NamedTuple):
    """The facts that tell whether two records can be one child."""

    given_name: str
    preferred_name: str
    birth_date: dt.date | None

    @classmethod
    def of(cls, patient: Any) -> ChildIdentity:
        return cls(patient.given_name, patient.preferred_name, patient.birth_date)

    @property
    def names(self) -> list[str]:
        return [name for name in (self.given_name, self.preferred_name) if name]


def identity_doubt_sentence(one: ChildIdentity, other: ChildIdentity) -> str:
    """Return why these may be two children, in a sentence; "" if nothing says so."""
    same_day = one.birth_date == other.birth_date
    if one.birth_date and other.birth_date and not same_day:
        return "Their birth dates differ, so these may be two children, such as brother and sister."
    if one.names and other.names and not _has_given_name_in_common(one, other):
        if same_day and one.birth_date:
            return "They were born on the same day and have different given names, as twins have."
        return "Their given names differ, so these may be two children."
    return ""


class VisitSpan(NamedTuple):
    """One visit's start and end; `end` is None if it is not over."""

    token: str
    start: dt.datetime
    end: dt.datetime | None
    place: str = ""

    def meets(self, other: VisitSpan) -> bool:
        """Return whether both were here at the same time."""
        return _starts_before_end(self, other) and _starts_before_end(other, self)


def _starts_before_end(one: VisitSpan, other: VisitSpan) -> bool:
    return other.end is None or one.start < other.end


class MergeFacts(NamedTuple):
    """What tells whether two records are the same child. `whos`: the current identity, then earlier ones."""

    whos: tuple[ChildIdentity, ...]
    region: str
    numbers: frozenset[tuple[str, str]] = frozenset()
    stays: tuple[VisitSpan, ...] = ()
    booked: frozenset[dt.date] = frozenset()


def list_merge_doubts(one: MergeFacts, other: MergeFacts, *, said_two: bool = False) -> list[str]:
    """Return every reason why these may be two children, one sentence each."""
    names = identity_doubt_sentence(one.whos[0], other.whos[0]) or _earlier_identity_doubt(one, other)
    said = "Somebody said that these two records are two children." if said_two else ""
    return [sentence for sentence in (names, *list_number_and_visit_doubts(one, other), said) if sentence]


def _earlier_identity_doubt(one: MergeFacts, other: MergeFacts) -> str:
    """Return a doubt from their identities before somebody changed them: a slip can make twins look alike."""
    for first in one.whos:
        for second in other.whos:
            if identity_doubt_sentence(first, second):
                was = first if first != one.whos[0] else second
                born = f", born {date_words(was.birth_date, one.region)}" if was.birth_date else ""
                return f"Before one of them was changed, it said {was.given_name or 'no name'}{born}."
    return ""


def list_number_and_visit_doubts(one: MergeFacts, other: MergeFacts) -> list[str]:
    """Return doubts that similar names cannot show: numbers, visits and appointments of two children."""
    found = []
    systems = {system for system, _ in one.numbers - other.numbers}
    if systems & {system for system, _ in other.numbers - one.numbers}:
        found.append("Each has a record number of its own from the same system.")
    met = next(((a, b) for a in one.stays for b in other.stays if a.meets(b)), None)
    if met is not None:
        when = "are both here now" if met[0].end is None and met[1].end is None else "were here at one time"
        is_apart = met[0].place != met[1].place
        first, second = (f"{one.token} at {one.place}" if is_apart else one.token for one in met)
        found.append(f"{first} and {second} {when}, one for each record.")
    if day := min(one.booked & other.booked, default=None):
        found.append(f"Each has an appointment of its own on {date_words(day, one.region)}.")
    return found


_FEWEST_REASON_WORDS = 2
_FEWEST_REASON_LETTERS = 4
_REASON_WORD = re.compile(r"[^\W\d_]{2,}")
_UNSPACED_LETTER = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
"""Letters of scripts that put no spaces between words."""


def has_merge_reason(why: str) -> bool:
    """Return whether somebody wrote how they know: a few words, not one letter to get past the question."""
    words = {one.casefold() for one in _REASON_WORD.findall(why)}
    return (
        len(words) >= _FEWEST_REASON_WORDS
        or len(set(_UNSPACED_LETTER.findall(why))) >= _FEWEST_REASON_LETTERS
    )


def _has_given_name_in_common(one: ChildIdentity, other: ChildIdentity) -> bool:
    """Return whether a name of one is a name of the other, or its whole leading part."""
    return any(
        name_likeness.is_same_written_name(first, second)
        or name_likeness.is_leading_given_name(first, second)
        or name_likeness.is_leading_given_name(second, first)
        for first in one.names
        for second in other.names
    )


def may_be_look_alike(one: ChildIdentity, other: ChildIdentity) -> bool:
    """Return whether two similar records may be one child, and are not plainly two of one family."""
    named = [who for who in (one, other) if name_likeness.is_real_given_name(who.given_name)]
    if len(named) < len((one, other)):
        # A newborn's "Baby Girl" is replaced by a name later; "Twin A" and "Twin B" are two children.
        return bool(named) or not has_placeholders_of_two(one.given_name, other.given_name)
    if _has_given_name_in_common(one, other):
        return True
    if any(
        name_likeness.is_same_sounding_name(first, second) for first in one.names for second in other.names
    ):
        return True
    likest = max(
        name_likeness.name_similarity(first, second) or 0.0 for first in one.names for second in other.names
    )
    return likest >= NEAR_GIVEN_NAME_SCORE


class MergePriority(NamedTuple):
    """The sort key for proposing which record stays: the greater one."""

    is_active: bool
    has_number: bool
    visits: int
    papers: int
    is_older: int


def is_blank_value(value: object) -> bool:
    return value in ("", None, False)
