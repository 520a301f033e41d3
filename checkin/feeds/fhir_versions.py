"""Decide which version of a resource counts: the newest one found in its file so far."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

from checkin.feeds.feed_files import REMEMBERED_KEYS, FeedFile
from checkin.feeds.fhir_parts import fhir_object_or_empty, fhir_objects, fhir_text
from checkin.feeds.fhir_references import split_server_address, url_without_version

_LAST_MOMENT = dt.datetime.max.replace(tzinfo=dt.UTC)


def is_outdated_resource(resource: dict[str, object], full_url: str, feed: FeedFile) -> bool:
    """Return whether the file has had a newer version: histories come newest first.

    Only the last few thousand are remembered: versions of one resource are close together.
    """
    name, version = fhir_text(resource.get("id")), _resource_version(resource)
    if not name or version is None:
        return False
    base, plain = split_server_address(url_without_version(full_url))[0], f"{resource['resourceType']}/{name}"
    # Two servers may both have a Patient/1: without a known server, more than the id must match.
    key = base, plain if base else f"{plain} {_version_marks(resource)}"
    newest = feed.versions.get(key) or feed.versions.get((base, plain))
    if newest is not None and _is_older_version(version, newest):
        return True
    feed.versions[key] = version
    if len(feed.versions) > REMEMBERED_KEYS:
        feed.versions.popitem(last=False)
    return False


def _version_marks(resource: dict[str, object]) -> list[str]:
    """Return what two versions of one resource share apart from the id."""
    actors = [fhir_object_or_empty(said.get("actor")) for said in fhir_objects(resource.get("participant"))]
    return sorted(
        [fhir_text(said.get("value")) for said in fhir_objects(resource.get("identifier"))]
        + [
            fhir_text(said.get("reference"))
            for said in (fhir_object_or_empty(resource.get("patient")), *actors)
        ]
        + [fhir_text(resource.get("birthDate"))]
    )


def _is_older_version(version: tuple[dt.datetime | None, int | None], newest: tuple[Any, object]) -> bool:
    """Return whether it is older by the server's change time, or else by number; False if neither tells."""
    for one_of, other in zip(version, newest, strict=True):
        if one_of is not None and other is not None and one_of != other:
            return bool(one_of < other)
    return False


def _resource_version(resource: dict[str, object]) -> tuple[dt.datetime | None, int | None] | None:
    """Return the server's change time and the version number; None if neither is given."""
    meta = fhir_object_or_empty(resource.get("meta"))
    number = fhir_text(meta.get("versionId"))[:18]
    at = resource_last_updated(resource)
    count = int(number) if number.isascii() and number.isdigit() else None
    return (at, count) if at or count is not None else None


def resource_last_updated(resource: dict[str, object]) -> dt.datetime | None:
    """Return when its server last changed the resource, as far as it says so."""
    return _parse_fhir_moment(fhir_object_or_empty(resource.get("meta")).get("lastUpdated"))


def remember_fhir_deletion(entry: dict[str, object], feed: FeedFile) -> None:
    """Remember a deletion: older versions, which follow in a history, no longer count."""
    url = url_without_version(
        fhir_text(entry.get("fullUrl")) or fhir_text(fhir_object_or_empty(entry.get("request")).get("url"))
    )
    base, name = split_server_address(url)
    at = _parse_fhir_moment(fhir_object_or_empty(entry.get("response")).get("lastModified"))
    feed.versions[base, name or url] = (at or _LAST_MOMENT, None if at else sys.maxsize)


def _parse_fhir_moment(said: object) -> dt.datetime | None:
    try:
        at = dt.datetime.fromisoformat(fhir_text(said))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
