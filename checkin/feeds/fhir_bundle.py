"""FHIR R4 in JSON: Bundles of any size, NDJSON and single resources, one resource in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import ijson

from checkin.feeds import fhir_resources, fhir_versions
from checkin.feeds.fhir_parts import PassedOver
from checkin.feeds.reading import BOM, Feed, House, Row, Unreadable
from checkin.rules.records import BadRow

LONGEST_LINE = 16 * 1024 * 1024
NOT_JSON = "The line is not JSON."
BROKEN_KIND = "lines that are not FHIR"


@dataclass(frozen=True, slots=True)
class Found:
    """A resource with the address it had in its Bundle, or what stood where one was expected."""

    place: int
    resource: Any
    full_url: str = ""
    reason: str = ""


def rows(feed: Feed, stream: IO[bytes], house: House) -> Iterator[Row]:
    """Every resource that has a reader, understood or with a reason why not; the others are counted."""
    for found in unpacked(lines(stream) if is_lines(feed, stream) else document(feed, stream)):
        kind = fhir_resources.kind_of(found.resource)
        if is_deletion(found.resource):
            feed.passed_over["entries to delete"] += 1
            fhir_versions.keep_deletion(found.resource, feed)
        elif found.reason:
            yield Row(feed, found.place, BROKEN_KIND, found.resource, reason=found.reason)
        elif kind is None:
            feed.passed_over[type_of(found.resource)] += 1
        elif fhir_versions.is_outdated(found.resource, found.full_url, feed):
            feed.passed_over["older versions"] += 1
        else:
            row = Row(feed, found.place, kind, {"fullUrl": found.full_url, "resource": found.resource})
            try:
                row.items = fhir_resources.read(found.resource, found.full_url, feed, house)
            except BadRow as bad:
                row.reason = bad.sentence
            except PassedOver as why:
                feed.passed_over[str(why)] += 1
            for item in row.items:
                item.said_at = fhir_versions.last_updated(found.resource)
            if kind == "patients" and not row.items:
                row.meant = fhir_resources.meant(found.resource, found.full_url, feed, house)
                row.meant.reason, row.meant.has_own_numbers = row.reason, bool(row.reason)
            if row.items or row.reason or row.meant:
                yield row


def unpacked(found: Iterable[Found]) -> Iterator[Found]:
    """The same, with the entries of a Bundle that stands where a resource does, at any depth."""
    for one in found:
        if not one.reason and type_of(one.resource) == "Bundle":
            entries = one.resource.get("entry")
            yield from unpacked(
                of_entry(one.place, entry) for entry in (entries if isinstance(entries, list) else [])
            )
        else:
            yield one


def is_deletion(entry: Any) -> bool:
    """Whether this is a transaction's entry that deletes, and so holds no resource."""
    request = entry.get("request") if isinstance(entry, dict) and "resource" not in entry else None
    return isinstance(request, dict) and str(request.get("method")).upper() == "DELETE"


def type_of(resource: Any) -> str:
    name = resource.get("resourceType") if isinstance(resource, dict) else None
    return name[:60] if isinstance(name, str) and name.isalpha() else "no resource type"


def is_lines(feed: Feed, stream: IO[bytes]) -> bool:
    """NDJSON: by its name, or because a whole first line is followed by another that begins like one."""
    name = feed.path.name.casefold().removesuffix(".gz")
    first = stream.readline(LONGEST_LINE)
    second = first and stream.readline(64)
    while second and not second.strip():
        second = stream.readline(64)
    stream.seek(0)
    if name.endswith((".ndjson", ".jsonl")):
        return True
    return bool(second) and second.lstrip().startswith(b"{") and loads(first) is not None


def loads(line: bytes) -> Any:
    """What the line holds; None when that is not JSON, or JSON that no program should take in."""
    try:
        return json.loads(line.removeprefix(BOM))
    except (ValueError, RecursionError):
        return None


def lines(stream: IO[bytes]) -> Iterator[Found]:
    place, going_on = 0, False
    while line := stream.readline(LONGEST_LINE):
        whole = line.endswith(b"\n") or len(line) < LONGEST_LINE
        place += not going_on
        if going_on or not whole:
            if not going_on:
                yield Found(place, line[:1000].decode(errors="replace"), reason="The line is too long.")
            going_on = not whole
        elif line.strip():
            yield from on_line(place, line)


def on_line(place: int, line: bytes) -> Iterator[Found]:
    value = loads(line)
    if not isinstance(value, dict):
        yield Found(place, line.decode(errors="replace").rstrip("\r\n"), reason=NOT_JSON)
    elif value.get("resourceType") == "Bundle":
        entries = value.get("entry")
        for entry in entries if isinstance(entries, list) else []:
            yield of_entry(place, entry)
    elif "resourceType" not in value and "resource" in value:
        yield of_entry(place, value)
    else:
        yield Found(place, value)


def of_entry(place: int, entry: Any) -> Found:
    if not isinstance(entry, dict) or not isinstance(entry.get("resource"), dict):
        return Found(place, entry, reason="The entry holds no resource.")
    url = entry.get("fullUrl")
    return Found(place, entry["resource"], url if isinstance(url, str) else "")


def document(feed: Feed, stream: IO[bytes]) -> Iterator[Found]:
    """The entries of a Bundle, the resources of an array, or the one resource. `place` counts them from 1.

    Raises Unreadable where the JSON breaks off; what came before it has been handed out.
    """
    place = 0
    try:
        found = shape(stream)
        if found is None:
            raise Unreadable(f"{feed.path} is JSON but holds no FHIR resource.")
        prefix, wrap = found
        after_mark(stream)
        for place, value in enumerate(ijson.items(stream, prefix, use_float=True), 1):
            yield wrap(place, value)
    except (ijson.JSONError, ValueError, RecursionError) as problem:
        after = f" after entry {place}" if place else ""
        raise Unreadable(
            f"{feed.path} is not JSON that can be read{after}; nothing beyond that was loaded."
        ) from problem


def after_mark(stream: IO[bytes]) -> None:
    """Back to the beginning of the text, which the reader wants without its byte order mark."""
    stream.seek(0)
    if stream.read(len(BOM)) != BOM:
        stream.seek(0)


def shape(stream: IO[bytes]) -> tuple[str, Callable[[int, Any], Found]] | None:
    """Where in the document the resources are; reads on until that is plain. None: there are none."""
    after_mark(stream)
    events = ijson.parse(stream, use_float=True)
    if next(events)[1] == "start_array":
        return "item", resource_or_entry
    for prefix, event, value in events:
        if (prefix, event) == ("entry", "start_array") or (prefix, value) == ("resourceType", "Bundle"):
            return "entry.item", of_entry
        if prefix == "resourceType":
            return "", resource_or_entry
    return None


def resource_or_entry(place: int, value: Any) -> Found:
    if isinstance(value, dict) and "resourceType" not in value and "resource" in value:
        return of_entry(place, value)
    if not isinstance(value, dict):
        return Found(place, value, reason="There is no resource here.")
    return Found(place, value)
