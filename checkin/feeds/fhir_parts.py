"""Parts of FHIR R4 resources as plain values: identifiers, names, numbers, references.

Nothing here trips over a shape that is not FHIR's: what is not of the right kind counts as not said.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checkin.feeds.reading import House
from checkin.rules import records
from checkin.rules.records import FHIR_ID, BadRow, Key

NEVER_KEPT = {"SS", "SB", "DL", "PPN", "TAX", "BC"}
"""v2-0203 types that a front desk has no need of: social security, driving licence, passport, tax, bank."""
NEVER_KEPT_SYSTEM = re.compile(
    r"us-ssn|2\.16\.840\.1\.113883\.4\.(1$|3\.)|passport|driv(er|ing)", re.IGNORECASE
)
NAME_ORDER = ("official", "usual", "", "temp", "anonymous", "maiden", "old")
PHONE_ORDER = ("mobile", "home", "work", "temp", "")
ADDRESS_ORDER = ("home", "", "temp", "work", "billing")


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


def best(found: list[dict[str, Any]], order: tuple[str, ...]) -> dict[str, Any]:
    """The first by its use; {} when there is none of those uses."""
    fitting = [entry for entry in found if word(entry.get("use")) in order]
    return min(fitting, key=lambda entry: order.index(word(entry.get("use"))), default={})


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
    said = {word(coding.get("code")).upper() for coding in many(one(identifier.get("type")).get("coding"))}
    return bool(said & NEVER_KEPT or NEVER_KEPT_SYSTEM.search(word(identifier.get("system"))))


def identifiers(resource: dict[str, Any]) -> list[Key]:
    """Those that may be kept, the record number first."""
    kept = [
        (
            records.text(word(entry.get("system")), "system", called="identifier's system"),
            records.text(word(entry.get("value")), "value", called="identifier"),
        )
        for entry in many(resource.get("identifier"))
        if word(entry.get("value")) and not is_private(entry) and word(entry.get("use")) != "old"
    ]
    return list(dict.fromkeys(kept))


def unprefixed(url: str) -> str:
    return url.partition("/_history/")[0]


def patient_keys(reference: Any) -> tuple[list[Key], str]:
    """By which identifiers, and at which address, a Reference names a patient."""
    url = unprefixed(word(one(reference).get("reference")))
    identifier = one(one(reference).get("identifier"))
    keys = []
    if word(identifier.get("value")) and not is_private(identifier):
        keys.append((word(identifier.get("system")), word(identifier.get("value"))))
    head, _, tail = url.rpartition("/")
    if tail and (head == "Patient" or head.endswith("/Patient")):
        keys.append((FHIR_ID, tail))
    elif uuid_of(url):
        keys.append((FHIR_ID, url.removeprefix("urn:uuid:")))
    return [(records.text(a, "system"), records.text(b, "value", called="reference")) for a, b in keys], url


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


def phone(telecom: Any) -> str:
    """The number to ring first: by rank, then mobile before home before work."""
    numbers = [entry for entry in many(telecom) if word(entry.get("system")) in ("phone", "sms")]
    ranked = [entry for entry in numbers if entry.get("rank") == 1]
    return records.text(word(best(ranked or numbers, PHONE_ORDER).get("value")), "phone")


def full_name(name: dict[str, Any]) -> str:
    said = " ".join(filter(None, [words(name.get("given")), word(name.get("family"))]))
    return records.text(said or word(name.get("text")), "name")


def patient_name(names: list[dict[str, Any]]) -> dict[str, str]:
    """Given, family and preferred name. Raises BadRow when there is none at all."""
    said = [name for name in names if full_name(name)]
    name = best(said, NAME_ORDER)
    if not name:
        raise BadRow("It has no name.")
    given, family = words(name.get("given")), word(name.get("family"))
    if not given and not family:
        first, _, last = full_name(name).rpartition(" ")
        given, family = (first, last) if first else (last, "")
    nick = best(said, ("nickname",)) or best(said, ("usual",))
    preferred = words(nick.get("given")) or word(nick.get("text"))
    return {
        "given_name": records.text(given, "given_name"),
        "family_name": records.text(family, "family_name"),
        "preferred_name": records.text(preferred if preferred != given else "", "preferred_name"),
    }


def street(address: dict[str, Any]) -> str:
    lines = address.get("line")
    said = ", ".join(filter(None, map(word, lines))) if isinstance(lines, list) else word(lines)
    return records.text(said, "address")


def language(communication: list[dict[str, Any]]) -> str:
    """The preferred one, or the first: its code, or else its words."""
    chosen = next(
        (entry for entry in communication if entry.get("preferred") is True), (communication or [{}])[0]
    )
    concept = one(chosen.get("language"))
    code = next((word(coding.get("code")) for coding in many(concept.get("coding"))), "")
    return records.text(code or word(concept.get("text")), "language")
