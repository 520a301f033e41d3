"""The audit trail's words, and how its rows are sealed in a chain."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import TextChoices

NO_CLINIC = 0
"""The chain of what is nobody's, as a failed login with an unknown username."""
FIRST_HASH = ""
"""What the first row of a chain has as the hash of the row before it."""
SEALED_COLUMNS = (
    *("chain", "number", "at", "clinic_id", "staff_id", "role", "device_id", "location_id", "address"),
    *("request_id", "action", "subject", "subject_id", "outcome", "purpose", "patient_id", "detail"),
)
"""The columns that the hash covers, besides the ids of several patients."""


class AuditOutcome(TextChoices):
    DONE = "done", "done"
    REFUSED = "refused", "refused"
    FAILED = "failed", "failed"


class AuditPurpose(TextChoices):
    TREATMENT = "treatment", "treatment"
    OPERATIONS = "operations", "operations"
    EMERGENCY = "emergency", "emergency"


def plain_detail(detail: Mapping[str, object]) -> dict[str, Any]:
    """Return the detail as the database gives it back. Fractions become text: databases write them apart."""
    read: dict[str, Any] = json.loads(json.dumps(detail), parse_float=str)
    return read


def seal_row(key: str, previous: str, row: Mapping[str, Any], patients: Sequence[int] = ()) -> str:
    """Return the hash of a row: HMAC-SHA-256 of the hash before it and all that it says.

    `row` maps SEALED_COLUMNS to values; `patients` are the ids of an event that names several.
    """
    said: list[object] = [row[column] for column in SEALED_COLUMNS]
    said.append(sorted(patients))
    text = json.dumps([previous, said], sort_keys=True, separators=(",", ":"), default=_write_time)
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def _write_time(value: Any) -> str:
    if not isinstance(value, dt.datetime):
        raise TypeError(f"{type(value).__name__} cannot be sealed")
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
