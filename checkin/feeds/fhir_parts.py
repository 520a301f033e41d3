"""Parts of FHIR R4 resources as plain values: identifiers, names, numbers, references.

Nothing here trips over a shape that is not FHIR's: what is not of the right kind counts as not said.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import urllib.parse
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checkin.feeds.reading import Feed, House
from checkin.rules import record_numbers, records
from checkin.rules.records import FHIR_ID, BadRow, Key, fhir_id

NEVER_KEPT = {"SS", "SB", "DL", "PPN", "TAX", "BC"}
"""v2-0203 types that a front desk has no need of: social security, driving licence, passport, tax, bank."""
NEVER_KEPT_SYSTEM = re.compile(
    r"us-ssn|2\.16\.840\.1\.113883\.4\.(1$|3\.)|passport|driv(er|ing)", re.IGNORECASE
)


_PARTIAL = re.compile(r"^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)


class PassedOver(Exception):
    """Nothing is wrong with it, but it is not for us; the words are counted."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where the resource stood."""

    full_url: str
    feed: Feed
    house: House

    def address(self, url: str) -> str:
        """A URL by which resources of one feed speak of each other. A made-up urn holds in its file only."""
        if not url or url.startswith("#") or not url.isprintable():
            return ""
        return url if uuid_of(url) or url.startswith(("http://", "https://")) else self.own(url)

    def own(self, url: str) -> str:
        """The same URL as it holds in this file only."""
        return f"{self.feed.path}\n{url}"


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


def uuid_of(url: str) -> str:
    """The UUID of a `urn:uuid:` address, else ""."""
    text = url.removeprefix("urn:uuid:")
    try:
        return str(uuid.UUID(text)) if text != url else ""
    except ValueError:
        return ""


def is_private(identifier: dict[str, Any]) -> bool:
    said, system = types_of(identifier), word(identifier.get("system"))
    return bool(said & NEVER_KEPT or NEVER_KEPT_SYSTEM.search(system))


def is_shared(identifier: dict[str, Any]) -> bool:
    """Whether it is the number of a family, a payer or a visit, and says nothing of which child this is."""
    return record_numbers.is_shared(types=types_of(identifier), system=word(identifier.get("system")))


def types_of(identifier: dict[str, Any]) -> set[str]:
    return {word(coding.get("code")).upper() for coding in many(one(identifier.get("type")).get("coding"))}


def has_ended(said: dict[str, Any], today: dt.date) -> bool:
    """Whether its period is over; an end that cannot be read may be past, so it is."""
    end = one(said.get("period")).get("end")
    return bool(end) and (last_day(end) or dt.date.min) < today


def identifiers(resource: dict[str, Any], today: dt.date) -> list[Key]:
    """Those that may be kept. One that has ended may be another patient's by now, so it finds nobody."""
    kept = [
        (
            records.text(word(entry.get("system")), "system", called="identifier's system"),
            record_numbers.number(word(entry.get("value")), called="identifier"),
        )
        for entry in many(resource.get("identifier"))
        if not is_private(entry)
        and not is_shared(entry)
        and word(entry.get("use")) != "old"
        and not has_ended(entry, today)
    ]
    return [key for key in dict.fromkeys(kept) if key[1]]


def unprefixed(url: str) -> str:
    return url.partition("/_history/")[0]


def named_patient(reference: Any, context: Context) -> dict[str, Any]:
    """How a `Related` item names the patient of a Reference. A bare id holds in its own file only."""
    url = unprefixed(word(one(reference).get("reference")))
    identifier = one(one(reference).get("identifier"))
    keys = conditional(url)
    is_kept = not (is_private(identifier) or is_shared(identifier))
    if word(identifier.get("value")) and is_kept and not has_ended(identifier, context.house.today):
        keys.append((word(identifier.get("system")), word(identifier.get("value"))))
    tail = patient_id_of(url)
    if tail and context.feed.source:
        keys.append((fhir_id(context.feed.source), tail))
    addresses = [context.address(url)] + ([context.own(f"Patient/{tail}")] if tail else [])
    return {
        "patient_keys": [
            (records.text(a, "system"), records.text(b, "value", called="reference")) for a, b in keys
        ],
        "addresses": [address for address in addresses if address],
        "elsewhere": f"Patient/{tail}" if tail else "",
        "bare": (FHIR_ID, records.text(tail, "value", called="reference")) if tail else None,
    }


def patient_id_of(url: str) -> str:
    """The resource id in `Patient/1`, `https://…/Patient/1` or `urn:uuid:…`, else ""."""
    head, _, tail = url.rpartition("/")
    if "?" not in url and tail and (head == "Patient" or head.endswith("/Patient")):
        return tail
    return url.removeprefix("urn:uuid:") if uuid_of(url) else ""


def conditional(url: str) -> list[Key]:
    """The identifiers of `Patient?identifier=system|value`."""
    head, _, query = url.partition("?")
    if not query or head.rpartition("/")[2] != "Patient":
        return []
    said = urllib.parse.parse_qs(query).get("identifier", [])
    keys = [one.rpartition("|") for one in said]
    return [(system, value) for system, _, value in keys if value]


def own_id(resource: dict[str, Any], context: Context, *, needed: bool) -> Key | None:
    """The resource's id as an identifier; of a Bundle's temporary one only where there is no other."""
    name = word(resource.get("id")) or (uuid_of(context.full_url) if needed else "")
    system = fhir_id(context.feed.source)
    return (system, records.text(name, "value", called="resource id")) if name else None


def own_addresses(resource: dict[str, Any], context: Context) -> list[str]:
    """Under which the rest of the file, and of the run, may speak of this patient."""
    name = word(resource.get("id")) or uuid_of(context.full_url)
    by_id = [context.own(f"Patient/{name}"), f"Patient/{name}"] if name and name.isprintable() else []
    return [address for address in (context.address(context.full_url), *by_id) if address]


def known_as(resource: dict[str, Any], context: Context) -> dict[str, Any]:
    """By what a `Related` item is found again: its number, or its id where somebody named the source.

    A guardian's bare id says which of one patient's guardians it is, and no more.
    """
    number = next(iter(identifiers(resource, context.house.today)), None)
    by_id = own_id(resource, context, needed=True)
    may_count = context.feed.source or resource.get("resourceType") == "RelatedPerson"
    key = number or (by_id if may_count else None) or ("", "")
    return {"key": key, "origin": (str(context.feed.path), by_id[1] if by_id else "")}


def whose(resource: dict[str, Any], context: Context) -> dict[str, Any]:
    """How a `Related` item names the resource's patient. Raises BadRow when it does not."""
    named = named_patient(resource.get("patient"), context)
    if not named["patient_keys"] and not named["addresses"]:
        raise BadRow("It does not say whose it is.")
    return named
