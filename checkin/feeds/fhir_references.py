"""How FHIR resources speak of each other: by address, by id, by number, each of its own server."""

from __future__ import annotations

import re
import urllib.parse
import uuid
from typing import Any

from checkin.feeds.fhir_parts import (
    Context,
    has_ended,
    identifiers,
    is_private,
    is_shared,
    number_of,
    one,
    word,
)
from checkin.rules import records
from checkin.rules.records import FHIR_ID, BadRow, Key, fhir_id

UNPLACED = "?"
"""Before the address of a patient of whom nobody says at which server they are."""
_RESTFUL = re.compile(r"^https?://([^/?#]+)((?:/[^?#]*?)?)/+([A-Z][A-Za-z]+/[^/?#]+)$", re.IGNORECASE)
_PORT = re.compile(r":(?:80|443)$")


def unprefixed(url: str) -> str:
    return url.partition("/_history/")[0]


def placed(url: str) -> tuple[str, str]:
    """Return the server's base and the rest of an absolute address of a resource; ("", "") for any other.

    One server may be written with http or https.
    """
    found = _RESTFUL.match(unprefixed(url))
    return (f"//{_PORT.sub('', found[1].casefold())}{found[2].rstrip('/')}", found[3]) if found else ("", "")


def address(url: str, context: Context) -> str:
    """Return a URL by which resources speak of each other. A made-up urn holds in its file only."""
    if not url or url.startswith("#") or not url.isprintable():
        return ""
    if base := placed(url)[0]:
        return f"{base}/{placed(url)[1]}"
    return url if uuid_of(url) or url.startswith(("http://", "https://")) else context.own(url)


def uuid_of(url: str) -> str:
    """The UUID of a `urn:uuid:` address, else ""."""
    text = url.removeprefix("urn:uuid:")
    try:
        return str(uuid.UUID(text)) if text != url else ""
    except ValueError:
        return ""


def named_patient(reference: Any, context: Context) -> dict[str, Any]:
    """How a `Related` item names the patient of a Reference. A bare id holds in its own file only."""
    url = unprefixed(word(one(reference).get("reference")))
    identifier = one(one(reference).get("identifier"))
    keys = conditional(url)
    is_kept = not (is_private(identifier) or is_shared(identifier))
    number = number_of(identifier) if is_kept else ""
    if number and not has_ended(identifier, context.house.today):
        keys.append((word(identifier.get("system")), number))
    tail, base = patient_id_of(url), base_for(url, context)
    # What one server calls Patient/1 says nothing of another's.
    is_foreign = bool(base) and base != (context.feed.base or base)
    context.feed.base = context.feed.base or base
    numbers = [context.own(f"?identifier={value}") for system, value in keys if not system]
    keys = [(context.system({"system": system}), value) for system, value in keys]
    if tail and context.feed.source and not is_foreign:
        keys.append((fhir_id(context.feed.source), tail))
    bare = f"{UNPLACED if base else ''}Patient/{tail}" if tail and not is_foreign else ""
    there = f"{base}/Patient/{tail}" if base and tail else address(url, context)
    return {
        "patient_keys": [
            (records.text(a, "system"), records.text(b, "value", called="reference")) for a, b in keys
        ],
        "addresses": [one for one in (there, context.own(bare) if bare else "", *numbers) if one],
        "elsewhere": bare,
        "bare": (FHIR_ID, records.text(tail, "value", called="reference")) if tail else None,
    }


def base_for(url: str, context: Context) -> str:
    """The server of which the reference speaks: its own base, else that of the entry it stands in."""
    base = placed(url)[0]
    return base or (placed(context.full_url)[0] if url.startswith("Patient/") else "")


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
    name, base = word(resource.get("id")) or uuid_of(context.full_url), placed(context.full_url)[0]
    found = [address(context.full_url, context)]
    if name and name.isprintable():
        unplaced = [f"Patient/{name}"] if base else [f"Patient/{name}", f"{UNPLACED}Patient/{name}"]
        found += [f"{base}/Patient/{name}"] if base else []
        found += [said for bare in unplaced for said in (context.own(bare), bare)]
    unnamed = context.system({})
    found += [context.own(f"?identifier={v}") for s, v in identifiers(resource, context) if s == unnamed]
    return list(dict.fromkeys(filter(None, found)))


def known_as(resource: dict[str, Any], context: Context) -> dict[str, Any]:
    """By what a `Related` item is found again: its number, or its id where somebody named the source.

    A guardian's bare id says which of one patient's guardians it is, and no more.
    """
    number = next(iter(identifiers(resource, context)), None)
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
