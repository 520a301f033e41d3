"""Log, in a merge's ledger, what an import wrote for the number of the merged record.

It is logged as if the merge had moved it, so that an undo of the merge moves it back and reports it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Model, Q

from checkin.actions.entry_ledger import columns_as_json
from checkin.actions.merge_entries import (
    ENTRY_KINDS_BY_MODEL,
    content_key_on_patient,
    due_item_content_key,
)
from checkin.actions.record_import_changes import RowChanges
from checkin.actions.record_import_due_items import DueItemBatch
from checkin.actions.record_import_guardians import GuardianBatch
from checkin.actions.record_import_immunizations import ImmunizationBatch
from checkin.actions.record_import_merges import MergedRecordPaths, MergeStep, standing_merge_moves
from checkin.actions.record_import_patients import PatientBatch
from checkin.models import Clinic, DueItem, Guardian, Immunization, PaperMove, Patient
from checkin.rules import vaccines
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from checkin.rules.record_rows import (
    BadRow,
    DueItemItem,
    GuardianItem,
    ImmunizationItem,
    ImportOutcome,
    RelatedItem,
)

_ENTRY_OF_MODEL: dict[type[Model], EntryKind] = ENTRY_KINDS_BY_MODEL | {
    Guardian: EntryKind.GUARDIAN,
    DueItem: EntryKind.DUE_ITEM,
    Immunization: EntryKind.VACCINE,
}
MentionedRows = Sequence[tuple[RelatedItem, Any]]


@dataclass(frozen=True, slots=True)
class MentionedRowGroup:
    """The rows of one kind that a batch named, and its changes to those on file."""

    spoken: MentionedRows
    changes: RowChanges


@dataclass(frozen=True, slots=True)
class ForeignRow:
    """A row of another record that an item of a merged record named."""

    item: RelatedItem
    row: Any
    step: int
    """Index, on the record's way, of the last merge that did not move the row."""
    change: dict[str, Any] | None


@dataclass(slots=True)
class ImportedMergeMoves:
    """The moves to save after all rows of the batch."""

    clinic: Clinic
    today: dt.date
    homes: MergedRecordPaths
    moves: list[PaperMove] = field(default_factory=list)
    came: set[tuple[int, str, int]] = field(default_factory=set)
    """(merge, subject, id) of rows that merges moved; (record, subject, id) of rows put in their place."""

    def write(self, people: PatientBatch, groups: Sequence[MentionedRowGroup]) -> None:
        if not self.homes.ways:
            return
        for pk, home in people.added_ids.items():
            for step in self.homes.ways[home]:
                self.note(step, EntryKind.IDENTIFIER, EntryOutcome.MOVED, "PatientIdentifier", pk)
        self.write_columns()
        self.look_up([row for group in groups for _, row in group.spoken if row.pk])
        for group in groups:
            self.write_group(group)
        PaperMove.objects.bulk_create(self.moves)

    def note(
        self,
        step: MergeStep,
        paper: EntryKind,
        done: EntryOutcome,
        subject: str,
        pk: int,
        **said: dict[str, Any],
    ) -> None:
        whose = (step.was, step.now) if done == EntryOutcome.MOVED else (step.now, step.now)
        if done == EntryOutcome.KEPT:
            whose = (step.was, step.was)
        moved = {"before": {"patient_id": step.was}, "after": {"patient_id": step.now}}
        self.moves.append(
            PaperMove(
                merge_id=step.merge, paper=paper, done=done, subject=subject, subject_id=pk,
                was_patient_id=whose[0], patient_id=whose[1],
                **{name: moved[name] | said.get(name, {}) for name in moved}
                if done == EntryOutcome.MOVED
                else said,
            )
        )  # fmt: skip

    def write_columns(self) -> None:
        for one in self.homes.taken_on:
            stands = [name for name, value in one.after.items() if getattr(one.row, name) == value]
            after = columns_as_json(one.row, stands)
            was = Patient(**{name: one.before[name] for name in stands})
            if after:
                said = {"before": columns_as_json(was, stands), "after": after}
                self.note(one.step, EntryKind.CORRECTION, EntryOutcome.CHANGED, "Patient", one.row.pk, **said)

    def look_up(self, rows: Iterable[Any]) -> None:
        """Read which of these rows were moved by the merges on the ways of this batch's records."""
        named = {(type(row).__name__, row.pk) for row in rows}
        merges = {step.merge for way in self.homes.ways.values() for step in way}
        moved = PaperMove.objects.filter(done=EntryOutcome.MOVED, subject_id__in={pk for _, pk in named})
        # The undo of another merge may have put a row of this record in place of one that moved back.
        instead = Q(merge__undoes__isnull=False, was_patient__in=self.homes.ways.keys())
        for move in moved.filter(Q(pk__in=standing_merge_moves().filter(merge__in=merges)) | instead):
            of = move.merge_id if move.merge_id in merges else move.was_patient_id
            self.came.add((of or 0, move.subject, move.subject_id))

    def write_group(self, group: MentionedRowGroup) -> None:
        found: dict[int, tuple[Any, list[RelatedItem]]] = {}
        for item, row in group.spoken:
            found.setdefault(id(row), (row, []))[1].append(item)
        foreign: list[ForeignRow] = []
        for row, items in found.values():
            homes = {item.merged_pk for item in items}
            is_made = any(item.outcome is ImportOutcome.MADE for item in items)
            home = next(iter(homes))
            if is_made and row.pk and len(homes) == 1 and home is not None:
                self.move_row(row, self.homes.ways[home])
            elif row.pk:
                foreign += self.foreign(row, items, group.changes, is_made=is_made)
        self.write_foreign(foreign)

    def move_row(self, row: Any, way: Sequence[MergeStep]) -> None:
        for step in way:
            was, now = _identifier_on_record(row, step.was), _identifier_on_record(row, step.now)
            said = {} if was == now else {"before": {"value": was}, "after": {"value": now}}
            self.note(
                step, _ENTRY_OF_MODEL[type(row)], EntryOutcome.MOVED, type(row).__name__, row.pk, **said
            )

    def foreign(
        self, row: Any, items: Sequence[RelatedItem], changes: RowChanges, *, is_made: bool
    ) -> Iterator[ForeignRow]:
        for home in {item.merged_pk for item in items} - {None}:
            step = self.place(row, home or 0, is_made=is_made)
            if step < 0:
                continue
            change = changes.of.get(row.pk)
            is_its = change is not None and {_merged_record_of_item(one) for one in change.items} == {home}
            said = {name: change.before[name] for name in change.columns()} if change and is_its else None
            last = next(item for item in reversed(items) if item.merged_pk == home)
            yield ForeignRow(last, row, step, said)

    def place(self, row: Any, home: int, *, is_made: bool) -> int:
        """Return the index of the last merge on the way that did not move the row; -1 if all moved it."""
        way, which = self.homes.ways[home], (type(row).__name__, row.pk)
        if (home, *which) in self.came and not is_made:
            return -1
        at = len(way) - 1
        while at >= 0 and not is_made and (way[at].merge, *which) in self.came:
            at -= 1
        return at

    def write_foreign(self, foreign: Sequence[ForeignRow]) -> None:
        """Write what each merged record says to its own row, and log what it changed on the kept record."""
        own = self.write_own(foreign)
        for one in foreign:
            step, subject = self.homes.ways[one.item.merged_pk or 0][one.step], type(one.row).__name__
            paper, row = _ENTRY_OF_MODEL[type(one.row)], own.get(id(one))
            if row is not None and (row[1] or one.change):
                self.note(step, paper, EntryOutcome.KEPT, subject, row[0])
            if one.change:
                before = columns_as_json(type(one.row)(**one.change), one.change)
                said = {"before": before, "after": columns_as_json(one.row, one.change)}
                self.note(step, paper, EntryOutcome.CHANGED, subject, one.row.pk, **said)

    def write_own(self, foreign: Sequence[ForeignRow]) -> dict[int, tuple[int, bool]]:
        """Write the merged records' own rows; return (row id, is new) by the id() of the foreign row."""
        copies = {}
        for one in foreign:
            if isinstance(one.item, GuardianItem) or not one.item.key[1]:
                pk = self.homes.ways[one.item.merged_pk or 0][one.step].was
                copies[id(one)] = replace(one.item, patient_pk=pk, of=None, outcome=None, changes=[])
        found: dict[int, Any] = {}
        for kind, papers in (
            (GuardianItem, GuardianBatch(self.clinic, self.today)),
            (DueItemItem, DueItemBatch(self.clinic)),
            (ImmunizationItem, ImmunizationBatch(self.clinic)),
        ):
            items: list[Any] = [item for item in copies.values() if isinstance(item, kind)]
            if items:
                found |= _take_items_over(papers, items)
        own: dict[int, tuple[int, bool]] = {}
        for one in foreign:
            copy = copies.get(id(one))
            if copy is not None and (row := found.get(id(copy))) is not None:
                is_new = copy.outcome is ImportOutcome.MADE
                own[id(one)] = row.pk, is_new
                if is_new:
                    self.move_row(row, self.homes.ways[one.item.merged_pk or 0][: one.step])
        return own


def _take_items_over(papers: Any, items: Sequence[object]) -> dict[int, object]:
    """Apply and write these items; return the row of each by the item's id(). Skips those refused."""
    papers.look_up(items)
    for item in items:
        try:
            papers.take(item)
        except BadRow:
            continue
    papers.changes.settle()
    papers.write()
    return {id(item): row for item, row in papers.spoken}


def _merged_record_of_item(item: Any) -> int | None:
    home: int | None = item.merged_pk
    return home


def _identifier_on_record(row: Any, patient_id: int) -> str:
    """Return the value of the row's identifier on that patient: derived ones depend on the patient."""
    there = Patient(pk=patient_id)
    if isinstance(row, DueItem):
        return due_item_content_key(row, there)[1]
    if isinstance(row, Immunization):
        which = vaccines.content_key_part(row.name, row.code)
        return content_key_on_patient(row, ("immunization", which, row.given_on), there)[1]
    return str(row.value)
