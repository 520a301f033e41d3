"""Parts of FHIR R4 resources as plain values: identifiers, names, numbers, references.

Malformed data raises no error here: a value of the wrong type counts as missing.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from checkin.feeds.feed_files import ClinicFormat, FeedFile
from checkin.rules import record_numbers, record_rows
from checkin.rules.record_rows import RecordKey

_PRIVATE_NUMBER_TYPES = {"SS", "SB", "DL", "PPN", "TAX", "BC"}
"""v2-0203 types that a front desk does not need: social security, driver's license, passport, tax, bank."""
_PRIVATE_NUMBER_SYSTEM = re.compile(
    r"us-ssn|2\.16\.840\.1\.113883\.4\.(1$|3\.)|passport|driv(er|ing)", re.IGNORECASE
)

_PERSONAL_NUMBER_CODES = {"GKV", "KVZ10"}
_SHARED_NUMBER_CODES = {"PKV", "PEN"}
"""From national lists: an insured person's own number (Germany), a private contract's, a pension card's."""
_SHARED_NUMBER_WORDS = re.compile(
    r"\b(?:member|subscriber|beneficiary|insur\w*|polic(?:y|ies)\w*|payer|payor|plan|group"
    r"|account|guarantor|household|family|medicare|medicaid|visit|encounter|episode|claim|billing"
    r"|health ?(?:care ?)?card|\w*versicher\w*|krankenkasse\w*|fallnummer|seguro|p[oó]liza|aseguradora"
    r"|afiliad\w*|assurance\w*|assur[eé]\w*|mutuelle|verzeker\w*|assicura\w*|conv[eê]nio)\b",
    re.IGNORECASE,
)
_PERSONAL_NUMBER_WORDS = re.compile(
    r"\b(?:mrn|medical record|chart|record n\w*|master patient|empi)\b", re.IGNORECASE
)
"""Words of a type that mean one child's number, whatever other words are there: "Family Medicine MRN"."""
_OWN_NUMBER_SYSTEM = "urn:brought-by:number"
"""The system for a named source's numbers that have no system."""

_PARTIAL_DATE = re.compile(r"^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)


class ResourcePassedOver(Exception):
    """Nothing is wrong with it, but we do not use it; the words are counted."""


@dataclass(frozen=True, slots=True)
class ResourceContext:
    """The file that a resource came from, its address there, and the clinic's formats."""

    full_url: str
    feed: FeedFile
    house: ClinicFormat

    def own(self, url: str) -> str:
        """Return the URL in a form that is only valid within this file."""
        return f"{self.feed.path}\n{url}"

    def system(self, identifier: dict[str, object]) -> str:
        """Return the system of a number: without one, it is the named source's or else the clinic's."""
        source = self.feed.source
        return fhir_text(identifier.get("system")) or (f"{_OWN_NUMBER_SYSTEM}:{source}" if source else "")


def fhir_objects(value: object) -> list[dict[str, object]]:
    """Return the objects in what should be a list of objects."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def fhir_object_or_empty(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def fhir_text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def joined_fhir_texts(value: object) -> str:
    """Return a list of strings as one string."""
    return " ".join(filter(None, map(fhir_text, value))) if isinstance(value, list) else fhir_text(value)


def concept_texts(concepts: object) -> Iterator[str]:
    """Yield text, codes and displays of CodeableConcepts."""
    for concept in concepts if isinstance(concepts, list) else [concepts]:
        yield fhir_text(fhir_object_or_empty(concept).get("text"))
        for coding in fhir_objects(fhir_object_or_empty(concept).get("coding")):
            yield fhir_text(coding.get("display"))
            yield fhir_text(coding.get("code"))


def last_day_of_fhir_date(said: object) -> dt.date | None:
    """Return the last day of a period's end, also for a year or month; None if unreadable."""
    found = _PARTIAL_DATE.match(fhir_text(said))
    if not found:
        return None
    year, month = int(found[1]), int(found[2] or 12)
    try:
        return dt.date(year, month, int(found[3] or calendar.monthrange(year, month)[1]))
    except (ValueError, calendar.IllegalMonthError):
        return None


def first_day_of_fhir_date(said: object) -> dt.date | None:
    """Return the first day of a period's start; None if unreadable."""
    found = _PARTIAL_DATE.match(fhir_text(said))
    try:
        return dt.date(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None
    except ValueError:
        return None


def period_end_day(said: dict[str, object]) -> dt.date | None:
    """Return the last day of a period; None if it has no end."""
    return last_day_of_fhir_date(fhir_object_or_empty(said.get("period")).get("end"))


def is_period_current(said: dict[str, object], today: dt.date) -> bool:
    """Return whether it is valid today: it has started and not ended."""
    ended, begins = (
        period_end_day(said),
        first_day_of_fhir_date(fhir_object_or_empty(said.get("period")).get("start")),
    )
    return (ended is None or ended >= today) and (begins is None or begins <= today)


def is_private_identifier(identifier: dict[str, object]) -> bool:
    """Return whether it is a number that we must not store, such as a social security number."""
    said, system = _identifier_types(identifier), fhir_text(identifier.get("system"))
    return bool(said & _PRIVATE_NUMBER_TYPES or _PRIVATE_NUMBER_SYSTEM.search(system))


def is_shared_identifier(identifier: dict[str, object], *, is_patients: bool = True) -> bool:
    """Return whether it is the number of a family, payer or visit, and does not identify a child."""
    said, concept = _identifier_types(identifier), fhir_object_or_empty(identifier.get("type"))
    if said & _PERSONAL_NUMBER_CODES:
        return False
    words = " ".join(concept_texts(concept)) if is_patients else ""
    if said & _SHARED_NUMBER_CODES or (
        _SHARED_NUMBER_WORDS.search(words) and not _PERSONAL_NUMBER_WORDS.search(words)
    ):
        return not said & record_numbers.PERSONAL_NUMBER_TYPES
    return record_numbers.is_shared_number_kind(types=said, system=fhir_text(identifier.get("system")))


def identifier_number(identifier: dict[str, object]) -> str:
    """Return an identifier's value as a record number, also if it is a JSON number."""
    value = identifier.get("value")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return record_numbers.read_recorded_number(
        str(value) if is_number else fhir_text(value), called="identifier"
    )


def _identifier_types(identifier: dict[str, object]) -> set[str]:
    return {
        fhir_text(coding.get("code")).upper()
        for coding in fhir_objects(fhir_object_or_empty(identifier.get("type")).get("coding"))
    }


def has_period_ended(said: dict[str, object], today: dt.date) -> bool:
    """Return whether its period is over. An unreadable end may be past, so it counts as over."""
    end = fhir_object_or_empty(said.get("period")).get("end")
    return bool(end) and (last_day_of_fhir_date(end) or dt.date.min) < today


def kept_identifiers(resource: dict[str, object], context: ResourceContext) -> list[RecordKey]:
    """Return identifiers that may be stored. An ended one may be another patient's now, so it is left out."""
    is_patients = resource.get("resourceType") == "Patient"
    kept = [
        (
            record_rows.read_record_text(context.system(entry), "system", called="identifier's system"),
            identifier_number(entry),
        )
        for entry in fhir_objects(resource.get("identifier"))
        if not is_private_identifier(entry)
        and not is_shared_identifier(entry, is_patients=is_patients)
        and fhir_text(entry.get("use")) != "old"
        and not has_period_ended(entry, context.house.today)
    ]
    return [key for key in dict.fromkeys(kept) if key[1]]
