"""Import due items, matched by identifier, or by patient, item and day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from checkin.actions.record_import_changes import RowChanges
from checkin.actions.record_import_immunizations import find_rows_by_key
from checkin.models import Clinic, DueItem, Need, bulk_writes
from checkin.rules import vaccines
from checkin.rules.need_types import NeedOutcome
from checkin.rules.record_guards import refuse_change_of_patient
from checkin.rules.record_rows import BadRow, DueItemItem, ImportOutcome, RecordKey, RelatedItem

_GIVEN_TO_ANOTHER = "It was given here already, and to another patient."


@dataclass(slots=True)
class DueItemBatch:
    """The due items of one batch's patients."""

    clinic: Clinic
    on_file: dict[RecordKey, DueItem] = field(default_factory=dict)
    made: list[DueItem] = field(default_factory=list)
    spoken: list[tuple[RelatedItem, DueItem]] = field(default_factory=list)
    """Each item with its row."""
    changes: RowChanges = field(default_factory=RowChanges)
    given_on: dict[int, dt.date] = field(default_factory=dict)
    named: dict[tuple[int, RecordKey], set[RecordKey]] = field(default_factory=lambda: defaultdict(set))
    withdrawn: int = 0

    def look_up(self, items: Sequence[DueItemItem]) -> None:
        """Read the rows that these items name and, for items from lists, all rows of their patients."""
        rows = DueItem.objects.all()
        listed = {item.patient_pk or 0 for item in items if item.listed[1]}
        before = rows.filter(clinic=self.clinic, patient_id__in=listed) if listed else ()
        for found in (*find_rows_by_key(rows, self.clinic, {self.key(item) for item in items}), *before):
            self.on_file.setdefault((found.system, found.value), found)
        done = [one.pk for one in self.on_file.values() if one.status == DueItem.Status.GIVEN]
        if done:
            answered = Need.objects.filter(due_item_id__in=done, status=NeedOutcome.DONE)
            days = answered.values_list("due_item_id", "visit__local_date").order_by("visit__local_date")
            self.given_on = dict(days)

    def key(self, item: DueItemItem) -> RecordKey:
        """Return its identifier; without one, a key made of patient, item and due day."""
        if item.key[1]:
            return item.key
        which = vaccines.content_key_part(item.values["name"], item.values.get("code", ""))
        if item.origin[1] and not item.is_shared:
            # The id is only valid in its file: a later list moves the day of the same vaccine.
            return vaccines.content_key("listed", item.patient_pk, item.values["kind"], which)
        due_on = item.values.get("due_on", "")
        return vaccines.content_key("due", item.patient_pk, item.values["kind"], which, due_on)

    def take(self, item: DueItemItem) -> None:
        """Apply one item in memory. Raises BadRow."""
        key = self.key(item)
        if item.listed[1]:
            self.named[item.patient_pk or 0, item.listed].add(key)
        found = self.on_file.get(key)
        if found is not None:
            item.settle(ImportOutcome.CHANGED if self.update(found, item) else ImportOutcome.UNCHANGED)
        elif item.withdrawn:
            item.settle(ImportOutcome.UNCHANGED)
        else:
            found = self.make(key, item)
            item.settle(ImportOutcome.MADE)
        if found is not None:
            self.spoken.append((item, found))

    def make(self, key: RecordKey, item: DueItemItem) -> DueItem:
        due = DueItem(
            clinic=self.clinic, patient_id=item.patient_pk or 0, system=key[0], value=key[1], **item.values
        )
        self.on_file[key] = due
        self.made.append(due)
        return due

    def update(self, due: DueItem, item: DueItemItem) -> bool:
        if due.status == DueItem.Status.GIVEN and due.patient_id != item.patient_pk:
            raise BadRow(_GIVEN_TO_ANOTHER)
        refuse_change_of_patient(due.patient_id, item.patient_pk)
        status = DueItem.Status.WITHDRAWN if item.withdrawn else DueItem.Status.DUE
        values = item.values | {"status": status}
        is_given = due.status == DueItem.Status.GIVEN
        if is_given and (item.withdrawn or not self.is_due_again(due, item)):
            return False
        return bool(self.changes.put(due, item, values))

    def is_due_again(self, due: DueItem, item: DueItemItem) -> bool:
        """Return whether it is due after the day it was given here; otherwise the feed is out of date."""
        return bool(item.values["due_on"] > self.given_on.get(due.pk, due.due_on))

    def close_lists(self) -> None:
        """Withdraw items that a list named before and no longer names."""
        of: dict[int, list[tuple[RecordKey, DueItem]]] = defaultdict(list)
        for key, due in self.on_file.items():
            of[due.patient_id].append((key, due))
        for (patient, (system, begins)), keys in self.named.items():
            for key, due in of[patient]:
                listed = key[0] == system and key[1].startswith(begins)
                if listed and key not in keys and due.status == DueItem.Status.DUE:
                    self.withdraw(due)

    def withdraw(self, due: DueItem) -> None:
        self.changes.note(due, None, {"status": due.status})
        due.status = DueItem.Status.WITHDRAWN
        self.withdrawn += 1

    @property
    def touched(self) -> set[int]:
        """Ids of patients whose due items changed."""
        return {due.patient_id for due in self.made} | self.changes.patients()

    def write(self) -> None:
        DueItem.objects.bulk_create(self.made)
        bulk_writes.update_changed_columns(self.changes.rewrites())
