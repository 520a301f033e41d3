"""What the rows of one batch change on file in the end: several may speak of one thing in turn."""

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
    """A row on file that was changed in memory: what it said before, and what follows from that."""

    row: Any
    before: dict[str, Any] = field(default_factory=dict)
    derived: set[str] = field(default_factory=set)
    items: list[RecordItem] = field(default_factory=list)

    def columns(self) -> set[str]:
        """The columns that now say something else than on file."""
        return {name for name, value in self.before.items() if getattr(self.row, name) != value}


@dataclass(slots=True)
class RowChanges:
    """The changed rows of one model by id."""

    of: dict[int, RowChange] = field(default_factory=dict)

    def put(self, row: models.Model, item: RecordItem, values: dict[str, object]) -> set[str]:
        """Give the row these values, and return the columns that said something else; the item tells them."""
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
        """Remember what the columns said that have just been changed; a new row is no change."""
        if not before or not row.pk:
            return
        change = self.of.setdefault(row.pk, RowChange(row))
        change.before = before | change.before
        change.derived |= set(derived)
        change.items += [item] if item else []

    def settle(self) -> None:
        """Forget the rows that say in the end what is on file: their items have changed nothing."""
        for pk, change in list(self.of.items()):
            if not change.columns():
                del self.of[pk]
                for item in change.items:
                    if item.outcome is ImportOutcome.CHANGED:
                        item.settle(ImportOutcome.UNCHANGED)

    def rewrites(self) -> Iterator[tuple[models.Model, set[str]]]:
        """Each row with the columns to write."""
        return ((change.row, change.columns() | change.derived) for change in self.of.values())

    def patients(self) -> set[int]:
        return {change.row.patient_id for change in self.of.values()}


def order_newest_last(items: Sequence[RecordItem]) -> list[RecordItem]:
    """Put those that speak of one thing, and say when each was last true, so that the newest comes last."""
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
    """By which it is known in its batch that two rows speak of one thing; with a blank value for none."""
    if isinstance(item, PatientItem):
        key = next(iter(item.all_keys), ("", ""))
    else:
        key = (item.key if item.key[1] else item.origin) if isinstance(item, RelatedItem) else ("", "")
    return f"{ITEM_KIND_NAMES[type(item)]} {key[0]}", key[1]
