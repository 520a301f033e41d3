"""Why a patient is forgotten, when a record may be, and the list outside the database that repeats it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db.models import TextChoices

_TRAIL_YEARS = 6
"""HIPAA, 45 CFR 164.316(b)(2)(i): six years from the last day on which it was in effect."""
_MOST_YEARS = 150
"""More than anybody lives: whoever writes more meant a year, such as 2016."""
REMOVED_ACTION = "audit.removed"
"""The checkpoint: which rows of the trail were removed before it."""
_FORGOTTEN_LINE = re.compile(
    r"(?P<at>\S+)(?P<begun> begun)? clinic=(?P<clinic>\d+) patient=(?P<patient>\d+) "
    r"created=(?P<created>\S+) reason=(?P<reason>[a-z_]+)"
)
"""Without "begun" it is done, as in lists of earlier versions. The end may be cut, so it is not there."""

ROW_WORDS = {
    "AfterWord": ("answer on leaving", "answers on leaving"),
    "AfterWordAnswer": ("entry about an answer on leaving", "entries about answers on leaving"),
    "AfterWordReading": ("entry about an answer on leaving", "entries about answers on leaving"),
    "AfterWordTold": ("entry about an answer on leaving", "entries about answers on leaving"),
    "Appointment": ("appointment", "appointments"),
    "CareAlert": ("care alert", "care alerts"),
    "CareAlertAnswer": ("entry about a care alert", "entries about care alerts"),
    "CareAlertVersion": ("entry about a care alert", "entries about care alerts"),
    "ChartChange": ("change of the record", "changes of the record"),
    "ConfidentialMark": ("confidential mark", "confidential marks"),
    "ConsentRecord": ("consent", "consents"),
    "Discrepancy": ("discrepancy", "discrepancies"),
    "DiscrepancyDecision": ("decision about a discrepancy", "decisions about discrepancies"),
    "DueItem": ("vaccine or check-up due", "vaccines or check-ups due"),
    "Escort": ("adult who came along", "adults who came along"),
    "ExcuseNote": ("note", "notes"),
    "Guardian": ("contact", "contacts"),
    "Immunization": ("vaccine given", "vaccines given"),
    "LookAlike": ("pair of similar records", "pairs of similar records"),
    "MatchDecision": ("decision about a match", "decisions about matches"),
    "Move": ("step of a visit", "steps of visits"),
    "Need": ("need", "needs"),
    "NeedAnswer": ("answer to a need", "answers to needs"),
    "PaperMove": ("entry moved between records", "entries moved between records"),
    "Patient": ("record", "records"),
    "PatientIdentifier": ("number in another system", "numbers in other systems"),
    "PatientMerge": ("merge", "merges"),
    "Promise": ("promise", "promises"),
    "PromiseAttempt": ("entry about a promise", "entries about promises"),
    "PromiseDecision": ("entry about a promise", "entries about promises"),
    "PromiseEscalation": ("entry about a promise", "entries about promises"),
    "PromiseHandover": ("entry about a promise", "entries about promises"),
    "ReasonReading": ("entry of who read why a child came", "entries of who read why a child came"),
    "SealedReading": ("reason for opening what is closed", "reasons for opening what is closed"),
    "SignIn": ("sign-in", "sign-ins"),
    "SignInReplay": ("sign-in sent again", "sign-ins sent again"),
    "StandingProxy": ("written proxy", "written proxies"),
    "ToldFamily": ("answer told to the family", "answers told to the family"),
    "Visit": ("visit", "visits"),
    "WorryStep": ("urgent call", "urgent calls"),
}
"""What a row of each model is in plain words: one, and several."""


class ForgetReason(TextChoices):
    """Codes, because the trail holds no typed text."""

    FAMILY = "family", "the family asked for it"
    RETENTION = "retention", "it was kept as long as it must be"
    COURT = "court", "a court or an authority ordered it"
    ERROR = "error", "it should never have been here"


class RetentionTerm(NamedTuple):
    """How long records are kept."""

    before: dt.date
    """Those last in use before that day may go."""
    until_age: int | None
    """Everybody who is younger is kept; None: whatever the age."""
    today: dt.date


class ForgottenPatient(NamedTuple):
    """A line of the list. It holds no name; `created` tells a record from a later one of the same number."""

    at: str
    clinic: int
    patient: int
    created: str
    """When the record was made, in ISO 8601."""
    reason: str
    is_done: bool = True
    """False: written before the erasure, which may have failed."""

    def line(self) -> str:
        begun = "" if self.is_done else " begun"
        return (
            f"{self.at}{begun} clinic={self.clinic} patient={self.patient} created={self.created} "
            f"reason={self.reason}\n"
        )

    def record(self) -> tuple[int, int, str]:
        """Return what tells this record from every other one."""
        return self.clinic, self.patient, self.created


def parse_forgotten(lines: Iterable[str]) -> Iterator[ForgottenPatient]:
    """Yield the patients in the list's lines. A line that was cut short, as by a full disk, is skipped."""
    for line in lines:
        found = _FORGOTTEN_LINE.fullmatch(line.strip())
        if found and found["reason"] in ForgetReason.values:
            yield ForgottenPatient(
                found["at"],
                int(found["clinic"]),
                int(found["patient"]),
                found["created"],
                found["reason"],
                is_done=not found["begun"],
            )


def select_unfinished(listed: Sequence[ForgottenPatient]) -> list[ForgottenPatient]:
    """Return those of whom the list says that it was begun, and nowhere that it was done."""
    done = {one.record() for one in listed if one.is_done}
    return [one for one in listed if one.record() not in done]


def find_years_problem(years: int) -> str:
    """Return why records are not kept for so many years, or until that age; "" if they may be."""
    if 1 <= years <= _MOST_YEARS:
        return ""
    return f"Write 1 to {_MOST_YEARS} years, not {years}."


def find_day_problem(day: dt.date, today: dt.date) -> str:
    """Return why this is not the day before which records were last in use; "" if it may be."""
    if day > today:
        return f"{day} is after today, so everybody would be erased. Write an earlier day."
    earliest = subtract_years(today, _MOST_YEARS)
    return "" if day >= earliest else f"Write a day from {earliest} on, not {day}."


def subtract_years(day: dt.date, years: int) -> dt.date:
    """Return the same day so many years earlier; Feb 28 for a Feb 29 that was not there."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def may_be_forgotten(*, last_seen: dt.date, birth_date: dt.date | None, term: RetentionTerm) -> bool:
    """Return whether retention lets go of a record.

    It was last in use before that day, and the person has reached that age. Without a birth date, an age
    that is asked for was not reached.
    """
    if last_seen >= term.before:
        return False
    if term.until_age is None:
        return True
    return birth_date is not None and birth_date <= subtract_years(term.today, term.until_age)


def trail_may_go_before(before: dt.date, today: dt.date) -> dt.date:
    """Return the day before which rows of the trail may be removed: never one of the last six years."""
    return min(before, subtract_years(today, _TRAIL_YEARS))


def describe_rows(counts: Mapping[str, int]) -> str:
    """Return "1 record, 2 visits and …": how many rows go, by the name of their model; the record first."""
    by_words: Counter[tuple[str, str]] = Counter()
    for name, count in counts.items():
        by_words[ROW_WORDS[name]] += count
    record = ROW_WORDS["Patient"]
    ordered = sorted(by_words.items(), key=lambda found: (found[0] != record, -found[1], found[0]))
    parts = [f"{count} {one if count == 1 else several}" for (one, several), count in ordered]
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
