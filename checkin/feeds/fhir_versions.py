"""Which of several versions of one resource counts: the newest that its file has handed out so far."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

from checkin.feeds.fhir_parts import many, one, word
from checkin.feeds.fhir_references import placed, unprefixed
from checkin.feeds.reading import REMEMBERED, Feed

NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def is_outdated(resource: dict[str, Any], full_url: str, feed: Feed) -> bool:
    """Whether its file has had a newer version of it: histories come newest first.

    Only the last few thousand are remembered: versions of one resource stand near each other.
    """
    name, version = word(resource.get("id")), version_of(resource)
    if not name or version is None:
        return False
    base, plain = placed(unprefixed(full_url))[0], f"{resource['resourceType']}/{name}"
    # Two servers may both have a Patient/1: where nobody says whose it is, more than the id must be the same.
    key = base, plain if base else f"{plain} {marks_of(resource)}"
    newest = feed.versions.get(key) or feed.versions.get((base, plain))
    if newest is not None and is_older(version, newest):
        return True
    feed.versions[key] = version
    if len(feed.versions) > REMEMBERED:
        feed.versions.popitem(last=False)
    return False


def marks_of(resource: dict[str, Any]) -> list[str]:
    """What two versions of one resource have in common besides its id."""
    actors = [one(said.get("actor")) for said in many(resource.get("participant"))]
    return sorted(
        [word(said.get("value")) for said in many(resource.get("identifier"))]
        + [word(said.get("reference")) for said in (one(resource.get("patient")), *actors)]
        + [word(resource.get("birthDate"))]
    )


def is_older(version: tuple[dt.datetime | None, int | None], newest: tuple[Any, Any]) -> bool:
    """By when the server changed it, else by its number; what cannot be compared is not older."""
    for one_of, other in zip(version, newest, strict=True):
        if one_of is not None and other is not None and one_of != other:
            return bool(one_of < other)
    return False


def version_of(resource: dict[str, Any]) -> tuple[dt.datetime | None, int | None] | None:
    """Return when its server last changed it, and the number of the version; None where neither is said."""
    meta = one(resource.get("meta"))
    number = word(meta.get("versionId"))[:18]
    at = last_updated(resource)
    count = int(number) if number.isascii() and number.isdigit() else None
    return (at, count) if at or count is not None else None


def last_updated(resource: dict[str, Any]) -> dt.datetime | None:
    """Return when its server last changed the resource, as far as it says so."""
    return moment(one(resource.get("meta")).get("lastUpdated"))


def keep_deletion(entry: dict[str, Any], feed: Feed) -> None:
    """Remember that it was deleted: its older versions, which follow in a history, are nothing now."""
    url = unprefixed(word(entry.get("fullUrl")) or word(one(entry.get("request")).get("url")))
    base, name = placed(url)
    at = moment(one(entry.get("response")).get("lastModified"))
    feed.versions[base, name or url] = (at or NEVER, None if at else sys.maxsize)


def moment(said: Any) -> dt.datetime | None:
    try:
        at = dt.datetime.fromisoformat(word(said))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
