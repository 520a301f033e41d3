"""Collect the changes of one batch to rows on file. Several items may change one row."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from checkin.rules.record_rows import (
    ITEM_KIND_NAMES,
    ImportOutcome,
    PatientItem,
    RecordItem,
    RecordKey,
    RelatedItem,
)

_NO_MOMENT_SAID = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(slots=True)
class RowChange:
    """A row on file that was changed in memory: its values before, and derived columns."""

    row: Any
    before: dict[str, Any] = field(default_factory=dict)
    derived: set[str] = field(default_factory=set)
    items: list[RecordItem] = field(default_factory=list)

    def columns(self) -> set[str]:
        """Return the columns that differ from what is on file."""
        return {name for name, value in self.before.items() if getattr(self.row, name) != value}


@dataclass(slots=True)
class RowChanges:
    """The changed rows of one model, by id."""

    of: dict[int, RowChange] = field(default_factory=dict)

    def put(self, row: models.Model, item: RecordItem, values: dict[str, object]) -> set[str]:
        """Set these values on the row and the item's changes; return the columns that differed."""
        before = {name: getattr(row, name) for name in values}
        different = {name for name, value in values.items() if before[name] != value}
        item.changes = [(name, before[name], values[name]) for name in sorted(different)]
        for name in different:
            setattr(row, name, values[name])
        self.note(row, item, {name: before[name] for name in different})
        return different

    def note(
        self, row: models.Model, item: RecordItem | None, before: dict[str, object], *derived: str
    ) -> None:
        """Remember the values before a change; a new row does not count."""
        if not before or not row.pk:
            return
        change = self.of.setdefault(row.pk, RowChange(row))
        change.before = before | change.before
        change.derived |= set(derived)
        change.items += [item] if item else []

    def settle(self) -> None:
        """Drop rows whose values are those on file again; their items count as unchanged."""
        for pk, change in list(self.of.items()):
            if not change.columns():
                del self.of[pk]
                for item in change.items:
                    if item.outcome is ImportOutcome.CHANGED:
                        item.settle(ImportOutcome.UNCHANGED)

    def rewrites(self) -> Iterator[tuple[models.Model, set[str]]]:
        """Yield each row with the columns to write."""
        return ((change.row, change.columns() | change.derived) for change in self.of.values())

    def patients(self) -> set[int]:
        return {change.row.patient_id for change in self.of.values()}


def order_newest_last(items: Sequence[RecordItem]) -> list[RecordItem]:
    """Return the items, those about one thing ordered by the time at which they were true, newest last."""
    places: dict[RecordKey, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        if item.said_at is not None:
            places[_import_item_identity(item)].append(place)
    ordered = list(items)
    for identity, where in places.items():
        if identity[1] and len(where) > 1:
            newest_last = sorted(
                (items[place] for place in where), key=lambda one: one.said_at or _NO_MOMENT_SAID
            )
            for place, item in zip(where, newest_last, strict=True):
                ordered[place] = item
    return ordered


def _import_item_identity(item: RecordItem) -> RecordKey:
    """Return a key that is equal for two rows about one thing; its value is blank for none."""
    if isinstance(item, PatientItem):
        key = next(iter(item.all_keys), ("", ""))
    else:
        key = (item.key if item.key[1] else item.origin) if isinstance(item, RelatedItem) else ("", "")
    return f"{ITEM_KIND_NAMES[type(item)]} {key[0]}", key[1]
