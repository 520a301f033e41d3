"""FHIR R4 in JSON: Bundles of any size, NDJSON and single resources, one resource in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import ijson

from checkin.feeds import fhir_resources, fhir_versions
from checkin.feeds.feed_files import (
    BYTE_ORDER_MARK,
    ClinicFormat,
    FeedFile,
    FeedRow,
    UnreadableFile,
)
from checkin.feeds.fhir_parts import ResourcePassedOver
from checkin.rules.record_rows import BadRow

_LONGEST_JSON_LINE = 16 * 1024 * 1024
_LINE_NOT_JSON = "The line is not JSON."
_NOT_FHIR_KIND = "lines that are not FHIR"


@dataclass(frozen=True, slots=True)
class FoundResource:
    """A resource with its address in its Bundle, or what was in its place."""

    place: int
    resource: Any
    full_url: str = ""
    reason: str = ""


def read_fhir_rows(feed: FeedFile, stream: IO[bytes], house: ClinicFormat) -> Iterator[FeedRow]:
    """Yield every resource that has a reader, read or with a reason why not; the others are counted."""
    for found in _unpack_bundles(
        _read_ndjson_lines(stream) if _is_ndjson(feed, stream) else _read_json_document(feed, stream)
    ):
        kind = fhir_resources.resource_row_kind(found.resource)
        if _is_deletion_entry(found.resource):
            feed.passed_over["entries to delete"] += 1
            fhir_versions.remember_fhir_deletion(found.resource, feed)
        elif found.reason:
            yield FeedRow(feed, found.place, _NOT_FHIR_KIND, found.resource, reason=found.reason)
        elif kind is None:
            feed.passed_over[_resource_type_words(found.resource)] += 1
        elif fhir_versions.is_outdated_resource(found.resource, found.full_url, feed):
            feed.passed_over["older versions"] += 1
        else:
            row = FeedRow(feed, found.place, kind, {"fullUrl": found.full_url, "resource": found.resource})
            try:
                row.items = fhir_resources.read_fhir_resource(found.resource, found.full_url, feed, house)
            except BadRow as bad:
                row.reason = bad.sentence
            except ResourcePassedOver as why:
                feed.passed_over[str(why)] += 1
            for item in row.items:
                item.said_at = fhir_versions.resource_last_updated(found.resource)
            if kind == "patients" and not row.items:
                row.meant = fhir_resources.read_meant_patient_resource(
                    found.resource, found.full_url, feed, house
                )
                row.meant.reason, row.meant.has_own_numbers = row.reason, bool(row.reason)
            if row.items or row.reason or row.meant:
                yield row


def _unpack_bundles(found: Iterable[FoundResource]) -> Iterator[FoundResource]:
    """Yield the resources, with Bundles in place of a resource expanded at any depth."""
    for one in found:
        if not one.reason and _resource_type_words(one.resource) == "Bundle":
            entries = one.resource.get("entry")
            yield from _unpack_bundles(
                _resource_of_entry(one.place, entry)
                for entry in (entries if isinstance(entries, list) else [])
            )
        else:
            yield one


def _is_deletion_entry(entry: object) -> bool:
    """Return whether this is a transaction entry that deletes, and so has no resource."""
    request = entry.get("request") if isinstance(entry, dict) and "resource" not in entry else None
    return isinstance(request, dict) and str(request.get("method")).upper() == "DELETE"


def _resource_type_words(resource: object) -> str:
    name = resource.get("resourceType") if isinstance(resource, dict) else None
    return name[:60] if isinstance(name, str) and name.isalpha() else "no resource type"


def _is_ndjson(feed: FeedFile, stream: IO[bytes]) -> bool:
    """Return whether it is NDJSON: by name, or because a complete first line is followed by a similar one."""
    name = feed.path.name.casefold().removesuffix(".gz")
    first = stream.readline(_LONGEST_JSON_LINE)
    second = first and stream.readline(64)
    while second and not second.strip():
        second = stream.readline(64)
    stream.seek(0)
    if name.endswith((".ndjson", ".jsonl")):
        return True
    return bool(second) and second.lstrip().startswith(b"{") and _parse_json_line(first) is not None


def _parse_json_line(line: bytes) -> object:
    """Return what the line holds; None if it is not JSON or is nested too deeply."""
    try:
        return json.loads(line.removeprefix(BYTE_ORDER_MARK))
    except (ValueError, RecursionError):
        return None


def _read_ndjson_lines(stream: IO[bytes]) -> Iterator[FoundResource]:
    place, going_on = 0, False
    while line := stream.readline(_LONGEST_JSON_LINE):
        whole = line.endswith(b"\n") or len(line) < _LONGEST_JSON_LINE
        place += not going_on
        if going_on or not whole:
            if not going_on:
                yield FoundResource(
                    place, line[:1000].decode(errors="replace"), reason="The line is too long."
                )
            going_on = not whole
        elif line.strip():
            yield from _resources_on_line(place, line)


def _resources_on_line(place: int, line: bytes) -> Iterator[FoundResource]:
    value = _parse_json_line(line)
    if not isinstance(value, dict):
        yield FoundResource(place, line.decode(errors="replace").rstrip("\r\n"), reason=_LINE_NOT_JSON)
    elif value.get("resourceType") == "Bundle":
        entries = value.get("entry")
        for entry in entries if isinstance(entries, list) else []:
            yield _resource_of_entry(place, entry)
    elif "resourceType" not in value and "resource" in value:
        yield _resource_of_entry(place, value)
    else:
        yield FoundResource(place, value)


def _resource_of_entry(place: int, entry: object) -> FoundResource:
    if not isinstance(entry, dict) or not isinstance(entry.get("resource"), dict):
        return FoundResource(place, entry, reason="The entry holds no resource.")
    url = entry.get("fullUrl")
    return FoundResource(place, entry["resource"], url if isinstance(url, str) else "")


def _read_json_document(feed: FeedFile, stream: IO[bytes]) -> Iterator[FoundResource]:
    """Yield the entries of a Bundle, the resources of an array, or the one resource, numbered from 1.

    Raises UnreadableFile if the JSON breaks off; what came before has been yielded.
    """
    place = 0
    try:
        found = _find_document_shape(stream)
        if found is None:
            raise UnreadableFile(f"{feed.path} is JSON but holds no FHIR resource.")
        prefix, wrap = found
        _seek_after_byte_mark(stream)
        for place, value in enumerate(ijson.items(stream, prefix, use_float=True), 1):
            yield wrap(place, value)
    except (ijson.JSONError, ValueError, RecursionError) as problem:
        after = f" after entry {place}" if place else ""
        raise UnreadableFile(
            f"{feed.path} is not JSON that can be read{after}; nothing beyond that was loaded."
        ) from problem


def _seek_after_byte_mark(stream: IO[bytes]) -> None:
    """Go to the start of the text, after a byte order mark, which the reader does not accept."""
    stream.seek(0)
    if stream.read(len(BYTE_ORDER_MARK)) != BYTE_ORDER_MARK:
        stream.seek(0)


def _find_document_shape(stream: IO[bytes]) -> tuple[str, Callable[[int, object], FoundResource]] | None:
    """Return where the resources are in the document, reading until that is clear; None for none."""
    _seek_after_byte_mark(stream)
    events = ijson.parse(stream, use_float=True)
    if next(events)[1] == "start_array":
        return "item", _resource_or_entry
    for prefix, event, value in events:
        if (prefix, event) == ("entry", "start_array") or (prefix, value) == ("resourceType", "Bundle"):
            return "entry.item", _resource_of_entry
        if prefix == "resourceType":
            return "", _resource_or_entry
    return None


def _resource_or_entry(place: int, value: object) -> FoundResource:
    if isinstance(value, dict) and "resourceType" not in value and "resource" in value:
        return _resource_of_entry(place, value)
    if not isinstance(value, dict):
        return FoundResource(place, value, reason="There is no resource here.")
    return FoundResource(place, value)
