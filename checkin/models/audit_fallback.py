"""Keep events of the audit trail in a file when the database does not take them."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from checkin.models.audit import AuditEvent
from checkin.rules.audit import SEALED_COLUMNS, seal_row


def append_to_fallback(path: str | Path, events: Sequence[AuditEvent]) -> None:
    """Append a sealed line for each event, on the disk when this returns. Raises OSError."""
    text = "".join(_fallback_line(event) for event in events)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _fallback_line(event: AuditEvent) -> str:
    # Numbers and hashes may be left from the try that failed. The line is in no chain.
    event.number, event.previous_hash, event.hash = None, "", ""
    row = {column: getattr(event, column) for column in SEALED_COLUMNS}
    seal = seal_row(settings.AUDIT_KEY, "", row, event.patient_ids)
    said = row | {"patients": sorted(event.patient_ids), "seal": seal}
    return json.dumps(said, sort_keys=True, default=lambda at: at.isoformat()) + "\n"
