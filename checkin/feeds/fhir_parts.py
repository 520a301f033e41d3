"""Parts of FHIR R4 resources as plain values: identifiers, names, numbers, references.

Nothing here trips over a shape that is not FHIR's: what is not of the right kind counts as not said.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checkin.feeds.reading import Feed, House
from checkin.rules import record_numbers, records
from checkin.rules.records import Key

NEVER_KEPT = {"SS", "SB", "DL", "PPN", "TAX", "BC"}
"""v2-0203 types that a front desk has no need of: social security, driving licence, passport, tax, bank."""
NEVER_KEPT_SYSTEM = re.compile(
    r"us-ssn|2\.16\.840\.1\.113883\.4\.(1$|3\.)|passport|driv(er|ing)", re.IGNORECASE
)

PERSONAL_CODES = {"GKV", "KVZ10"}
SHARED_CODES = {"PKV", "PEN"}
"""Of national lists: an insured person's own number (Germany), a private contract's, a pensioner's card."""
SHARED_WORDS = re.compile(
    r"\b(?:member|subscriber|beneficiary|insur\w*|polic(?:y|ies)\w*|payer|payor|plan|group"
    r"|account|guarantor|household|family|medicare|medicaid|visit|encounter|episode|claim|billing"
    r"|health ?(?:care ?)?card|\w*versicher\w*|krankenkasse\w*|fallnummer|seguro|p[oó]liza|aseguradora"
    r"|afiliad\w*|assurance\w*|assur[eé]\w*|mutuelle|verzeker\w*|assicura\w*|conv[eê]nio)\b",
    re.IGNORECASE,
)
PERSONAL_WORDS = re.compile(
    r"\b(?:mrn|medical record|chart|record n\w*|master patient|empi)\b", re.IGNORECASE
)
"""How the words of a type say what its code does not; "Family Medicine MRN" is one child's number."""
OWN_NUMBER = "urn:brought-by:number"
"""The system of a named source's numbers that name none themselves."""

_PARTIAL = re.compile(r"^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)


class PassedOver(Exception):
    """Nothing is wrong with it, but it is not for us; the words are counted."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where the resource stood."""

    full_url: str
    feed: Feed
    house: House

    def own(self, url: str) -> str:
        """The URL as it holds in this file only."""
        return f"{self.feed.path}\n{url}"

    def system(self, identifier: dict[str, Any]) -> str:
        """Whose number it is: one without a system is the named source's, else the clinic's own."""
        source = self.feed.source
        return word(identifier.get("system")) or (f"{OWN_NUMBER}:{source}" if source else "")


def many(value: Any) -> list[dict[str, Any]]:
    """The objects of what should be a list of objects."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def one(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def word(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def words(value: Any) -> str:
    """A list of strings as one."""
    return " ".join(filter(None, map(word, value))) if isinstance(value, list) else word(value)


def codes(concepts: Any) -> Iterator[str]:
    """Text, codes and displays of CodeableConcepts."""
    for concept in concepts if isinstance(concepts, list) else [concepts]:
        yield word(one(concept).get("text"))
        for coding in many(one(concept).get("coding")):
            yield word(coding.get("display"))
            yield word(coding.get("code"))


def last_day(said: Any) -> dt.date | None:
    """Return the last day of a period's end: a year's or a month's last; None where it cannot be read."""
    found = _PARTIAL.match(word(said))
    if not found:
        return None
    year, month = int(found[1]), int(found[2] or 12)
    try:
        return dt.date(year, month, int(found[3] or calendar.monthrange(year, month)[1]))
    except (ValueError, calendar.IllegalMonthError):
        return None


def first_day(said: Any) -> dt.date | None:
    """Return the first day of a period's start; None where it cannot be read."""
    found = _PARTIAL.match(word(said))
    try:
        return dt.date(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None
    except ValueError:
        return None


def ended_on(said: dict[str, Any]) -> dt.date | None:
    """Return the last day on which it held; None where it holds without end."""
    return last_day(one(said.get("period")).get("end"))


def is_current(said: dict[str, Any], today: dt.date) -> bool:
    """Return whether it holds today: neither ended nor yet to begin."""
    ended, begins = ended_on(said), first_day(one(said.get("period")).get("start"))
    return (ended is None or ended >= today) and (begins is None or begins <= today)


def is_private(identifier: dict[str, Any]) -> bool:
    said, system = types_of(identifier), word(identifier.get("system"))
    return bool(said & NEVER_KEPT or NEVER_KEPT_SYSTEM.search(system))


def is_shared(identifier: dict[str, Any], *, is_patients: bool = True) -> bool:
    """Whether it is the number of a family, a payer or a visit, and says nothing of which child this is."""
    said, concept = types_of(identifier), one(identifier.get("type"))
    if said & PERSONAL_CODES:
        return False
    words = " ".join(codes(concept)) if is_patients else ""
    if said & SHARED_CODES or (SHARED_WORDS.search(words) and not PERSONAL_WORDS.search(words)):
        return not said & record_numbers.PERSONAL_TYPES
    return record_numbers.is_shared(types=said, system=word(identifier.get("system")))


def number_of(identifier: dict[str, Any]) -> str:
    """Return an identifier's value as a record number, also where it is a number and not a text."""
    value = identifier.get("value")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return record_numbers.number(str(value) if is_number else word(value), called="identifier")


def types_of(identifier: dict[str, Any]) -> set[str]:
    return {word(coding.get("code")).upper() for coding in many(one(identifier.get("type")).get("coding"))}


def has_ended(said: dict[str, Any], today: dt.date) -> bool:
    """Whether its period is over; an end that cannot be read may be past, so it is."""
    end = one(said.get("period")).get("end")
    return bool(end) and (last_day(end) or dt.date.min) < today


def identifiers(resource: dict[str, Any], context: Context) -> list[Key]:
    """Those that may be kept. One that has ended may be another patient's by now, so it finds nobody."""
    is_patients = resource.get("resourceType") == "Patient"
    kept = [
        (
            records.text(context.system(entry), "system", called="identifier's system"),
            number_of(entry),
        )
        for entry in many(resource.get("identifier"))
        if not is_private(entry)
        and not is_shared(entry, is_patients=is_patients)
        and word(entry.get("use")) != "old"
        and not has_ended(entry, context.house.today)
    ]
    return [key for key in dict.fromkeys(kept) if key[1]]
