"""Convert a row's columns to JSON and back, for entry moves, chart changes and decisions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Model


def column_value_as_json(value: object) -> object:
    """Return a column's value for JSON: dates and datetimes as ISO texts."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        # In UTC, as the database returns it, so that one moment always has the same text.
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date | dt.datetime | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def column_values_from_json(row: Model, kept: Mapping[str, object]) -> dict[str, Any]:
    """Return the values for the row's columns from their stored JSON."""
    return {name: field_of_row_column(row, name).to_python(value) for name, value in kept.items()}


def field_of_row_column(row: Model, name: str) -> Any:
    return row._meta.get_field(name.removesuffix("_id") if name not in _row_field_names(row) else name)


def _row_field_names(row: Model) -> set[str]:
    return {field.name for field in row._meta.concrete_fields}
