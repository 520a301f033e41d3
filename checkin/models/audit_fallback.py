"""Keep events of the audit trail in a file when the database does not take them, and read that file."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from checkin.models.audit import AuditEvent
from checkin.models.disk_lines import append_lines
from checkin.rules.audit import SEALED_COLUMNS, seal_row


class FallbackLine(NamedTuple):
    """One line of the file."""

    number: int
    """In the file, from 1 on."""
    at: str
    """When it says that the act was, in ISO 8601; "" if it cannot be read."""
    is_sealed: bool
    """Whether it is what was written, by somebody with the key."""


def read_fallback(path: str | Path) -> Iterator[FallbackLine]:
    """Yield each line of the file; none if there is no file. Raises OSError if it cannot be read."""
    if not Path(path).exists():
        return
    keys = [settings.AUDIT_KEY, *settings.AUDIT_KEY_FALLBACKS]
    with Path(path).open(errors="replace") as file:
        for number, line in enumerate(file, 1):
            yield _read_line(number, line, keys)


def count_fallback_lines(path: str | Path) -> int:
    """Return how many lines the file holds; 0 if there is none. Raises OSError if it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            return sum(1 for _ in file)
    except FileNotFoundError:
        return 0


def _read_line(number: int, line: str, keys: Sequence[str]) -> FallbackLine:
    try:
        said: dict[str, Any] = json.loads(line)
        at = dt.datetime.fromisoformat(said["at"])
        row = {column: said[column] for column in SEALED_COLUMNS} | {"at": at}
        seals = {seal_row(key, "", row, said["patients"]) for key in keys}
        return FallbackLine(number, said["at"], said["seal"] in seals)
    except (ValueError, KeyError, TypeError, RecursionError):
        return FallbackLine(number, "", is_sealed=False)


def append_to_fallback(path: str | Path, events: Sequence[AuditEvent]) -> None:
    """Append a sealed line for each event, on the disk when this returns. Raises OSError."""
    append_lines(path, "".join(_fallback_line(event) for event in events))


def _fallback_line(event: AuditEvent) -> str:
    # Numbers and hashes may be left from the try that failed. The line is in no chain.
    event.number, event.previous_hash, event.hash = None, "", ""
    row = {column: getattr(event, column) for column in SEALED_COLUMNS}
    seal = seal_row(settings.AUDIT_KEY, "", row, event.patient_ids)
    said = row | {"patients": sorted(event.patient_ids), "seal": seal}
    return json.dumps(said, sort_keys=True, default=lambda at: at.isoformat()) + "\n"
