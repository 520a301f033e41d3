"""Read how FHIR resources refer to each other: by address, id or number, each within its own server."""

from __future__ import annotations

import re
import urllib.parse
import uuid
from typing import Any

from checkin.feeds.fhir_parts import (
    ResourceContext,
    fhir_object_or_empty,
    fhir_text,
    has_period_ended,
    identifier_number,
    is_private_identifier,
    is_shared_identifier,
    kept_identifiers,
)
from checkin.rules import record_rows
from checkin.rules.record_rows import FHIR_ID, BadRow, RecordKey, fhir_id_system

_UNPLACED_MARK = "?"
"""Prefix for the address of a patient whose server is unknown."""
_RESTFUL_URL = re.compile(r"^https?://([^/?#]+)((?:/[^?#]*?)?)/+([A-Z][A-Za-z]+/[^/?#]+)$", re.IGNORECASE)
_USUAL_PORT = re.compile(r":(?:80|443)$")


def url_without_version(url: str) -> str:
    return url.partition("/_history/")[0]


def split_server_address(url: str) -> tuple[str, str]:
    """Return a resource URL's server base and the rest; ("", "") for any other URL.

    The base leaves out http or https: one server may be written with either.
    """
    found = _RESTFUL_URL.match(url_without_version(url))
    return (
        (f"//{_USUAL_PORT.sub('', found[1].casefold())}{found[2].rstrip('/')}", found[3])
        if found
        else ("", "")
    )


def _reference_address(url: str, context: ResourceContext) -> str:
    """Return a URL by which resources refer to each other. A made-up urn is only valid in its file."""
    if not url or url.startswith("#") or not url.isprintable():
        return ""
    if base := split_server_address(url)[0]:
        return f"{base}/{split_server_address(url)[1]}"
    return url if _uuid_in_urn(url) or url.startswith(("http://", "https://")) else context.own(url)


def _uuid_in_urn(url: str) -> str:
    """Return the UUID of a `urn:uuid:` address, else ""."""
    text = url.removeprefix("urn:uuid:")
    try:
        return str(uuid.UUID(text)) if text != url else ""
    except ValueError:
        return ""


def read_patient_reference(reference: object, context: ResourceContext) -> dict[str, Any]:
    """Return how a `RelatedItem` names the patient of a Reference. A bare id is only valid in its file."""
    url = url_without_version(fhir_text(fhir_object_or_empty(reference).get("reference")))
    identifier = fhir_object_or_empty(fhir_object_or_empty(reference).get("identifier"))
    keys = _keys_in_conditional_url(url)
    is_kept = not (is_private_identifier(identifier) or is_shared_identifier(identifier))
    number = identifier_number(identifier) if is_kept else ""
    if number and not has_period_ended(identifier, context.house.today):
        keys.append((fhir_text(identifier.get("system")), number))
    tail, base = _patient_id_in_url(url), _reference_server_base(url, context)
    # One server's Patient/1 says nothing about another server's.
    is_foreign = bool(base) and base != (context.feed.base or base)
    context.feed.base = context.feed.base or base
    numbers = [context.own(f"?identifier={value}") for system, value in keys if not system]
    keys = [(context.system({"system": system}), value) for system, value in keys]
    if tail and context.feed.source and not is_foreign:
        keys.append((fhir_id_system(context.feed.source), tail))
    bare = f"{_UNPLACED_MARK if base else ''}Patient/{tail}" if tail and not is_foreign else ""
    there = f"{base}/Patient/{tail}" if base and tail else _reference_address(url, context)
    return {
        "patient_keys": [
            (
                record_rows.read_record_text(a, "system"),
                record_rows.read_record_text(b, "value", called="reference"),
            )
            for a, b in keys
        ],
        "addresses": [one for one in (there, context.own(bare) if bare else "", *numbers) if one],
        "elsewhere": bare,
        "bare": (FHIR_ID, record_rows.read_record_text(tail, "value", called="reference")) if tail else None,
    }


def _reference_server_base(url: str, context: ResourceContext) -> str:
    """Return the server of the reference: its own base, else that of the entry it is in."""
    base = split_server_address(url)[0]
    return base or (split_server_address(context.full_url)[0] if url.startswith("Patient/") else "")


def _patient_id_in_url(url: str) -> str:
    """Return the resource id in `Patient/1`, `https://…/Patient/1` or `urn:uuid:…`, else ""."""
    head, _, tail = url.rpartition("/")
    if "?" not in url and tail and (head == "Patient" or head.endswith("/Patient")):
        return tail
    return url.removeprefix("urn:uuid:") if _uuid_in_urn(url) else ""


def _keys_in_conditional_url(url: str) -> list[RecordKey]:
    """Return the identifiers in `Patient?identifier=system|value`."""
    head, _, query = url.partition("?")
    if not query or head.rpartition("/")[2] != "Patient":
        return []
    said = urllib.parse.parse_qs(query).get("identifier", [])
    keys = [one.rpartition("|") for one in said]
    return [(system, value) for system, _, value in keys if value]


def resource_id_key(
    resource: dict[str, object], context: ResourceContext, *, needed: bool
) -> RecordKey | None:
    """Return the resource's id as an identifier; a Bundle's temporary id only if `needed`."""
    name = fhir_text(resource.get("id")) or (_uuid_in_urn(context.full_url) if needed else "")
    system = fhir_id_system(context.feed.source)
    return (system, record_rows.read_record_text(name, "value", called="resource id")) if name else None


def patient_resource_addresses(resource: dict[str, object], context: ResourceContext) -> list[str]:
    """Return the addresses by which the file and the run may refer to this patient."""
    name, base = (
        fhir_text(resource.get("id")) or _uuid_in_urn(context.full_url),
        split_server_address(context.full_url)[0],
    )
    found = [_reference_address(context.full_url, context)]
    if name and name.isprintable():
        unplaced = [f"Patient/{name}"] if base else [f"Patient/{name}", f"{_UNPLACED_MARK}Patient/{name}"]
        found += [f"{base}/Patient/{name}"] if base else []
        found += [said for bare in unplaced for said in (context.own(bare), bare)]
    unnamed = context.system({})
    found += [context.own(f"?identifier={v}") for s, v in kept_identifiers(resource, context) if s == unnamed]
    return list(dict.fromkeys(filter(None, found)))


def read_resource_key(resource: dict[str, object], context: ResourceContext) -> dict[str, Any]:
    """Return the key of a `RelatedItem`: its number, or its id if the source was named.

    A guardian's bare id only tells one patient's guardians apart.
    """
    number = next(iter(kept_identifiers(resource, context)), None)
    by_id = resource_id_key(resource, context, needed=True)
    may_count = context.feed.source or resource.get("resourceType") == "RelatedPerson"
    key = number or (by_id if may_count else None) or ("", "")
    return {"key": key, "origin": (str(context.feed.path), by_id[1] if by_id else "")}


def read_resource_patient(resource: dict[str, object], context: ResourceContext) -> dict[str, Any]:
    """Return how a `RelatedItem` names the resource's patient. Raises BadRow if it does not."""
    named = read_patient_reference(resource.get("patient"), context)
    if not named["patient_keys"] and not named["addresses"]:
        raise BadRow("It does not say whose it is.")
    return named
