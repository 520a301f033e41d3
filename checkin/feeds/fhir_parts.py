"""Parts of FHIR R4 resources as plain values: identifiers, names, numbers, references.

Nothing here trips over a shape that is not FHIR's: what is not of the right kind counts as not said.
"""

from __future__ import annotations

import re
import urllib.parse
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checkin.feeds.reading import House
from checkin.rules import record_numbers, records
from checkin.rules.records import FHIR_ID, BadRow, Key

NEVER_KEPT = {"SS", "SB", "DL", "PPN", "TAX", "BC"}
"""v2-0203 types that a front desk has no need of: social security, driving licence, passport, tax, bank."""
NEVER_KEPT_SYSTEM = re.compile(
    r"us-ssn|2\.16\.840\.1\.113883\.4\.(1$|3\.)|passport|driv(er|ing)", re.IGNORECASE
)


class PassedOver(Exception):
    """Nothing is wrong with it, but it is not for us; the words are counted."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where the resource stood."""

    full_url: str
    feed: str
    house: House

    def address(self, url: str) -> str:
        """A URL by which resources of one feed speak of each other. A made-up urn holds in its file only."""
        if not url or url.startswith("#") or not url.isprintable():
            return ""
        return url if uuid_of(url) or url.startswith(("http://", "https://")) else f"{self.feed}\n{url}"


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


def identifiers(resource: dict[str, Any]) -> list[Key]:
    """Those that may be kept, the record number first."""
    kept = [
        (
            records.text(word(entry.get("system")), "system", called="identifier's system"),
            record_numbers.number(word(entry.get("value")), called="identifier"),
        )
        for entry in many(resource.get("identifier"))
        if not is_private(entry) and not is_shared(entry) and word(entry.get("use")) != "old"
    ]
    return [key for key in dict.fromkeys(kept) if key[1]]


def unprefixed(url: str) -> str:
    return url.partition("/_history/")[0]


def patient_keys(reference: Any) -> tuple[list[Key], str]:
    """By which identifiers, and at which address, a Reference names a patient."""
    url = unprefixed(word(one(reference).get("reference")))
    identifier = one(one(reference).get("identifier"))
    keys = []
    if word(identifier.get("value")) and not is_private(identifier) and not is_shared(identifier):
        keys.append((word(identifier.get("system")), word(identifier.get("value"))))
    keys += conditional(url)
    head, _, tail = url.rpartition("/")
    if tail and (head == "Patient" or head.endswith("/Patient")):
        keys.append((FHIR_ID, tail))
    elif uuid_of(url):
        keys.append((FHIR_ID, url.removeprefix("urn:uuid:")))
    return [(records.text(a, "system"), records.text(b, "value", called="reference")) for a, b in keys], url


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
    return (FHIR_ID, records.text(name, "value", called="resource id")) if name else None


def key_of(resource: dict[str, Any], context: Context) -> Key:
    """The identifier to find it by again: one of its own before its server's; empty when there is none."""
    found = next(iter(identifiers(resource)), None)
    return found or own_id(resource, context, needed=True) or ("", "")


def whose(resource: dict[str, Any], context: Context) -> dict[str, Any]:
    """How a `Related` item names the resource's patient. Raises BadRow when it does not."""
    keys, url = patient_keys(resource.get("patient"))
    if not keys and not url:
        raise BadRow("It does not say whose it is.")
    return {"patient_keys": keys, "addresses": [context.address(url)]}
