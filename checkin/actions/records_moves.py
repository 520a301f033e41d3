"""What an import wrote for a number that a merge had moved, in the ledger of that merge.

It stands there as if the merge had moved it, so that its undo takes it home and says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Model, Q

from checkin.actions.merge_papers import PAPERS, due_key, follow_content
from checkin.actions.paper_ledger import columns
from checkin.actions.records_changes import Changes
from checkin.actions.records_due_items import Dues
from checkin.actions.records_guardians import Guardians
from checkin.actions.records_homes import Homes, Step, standing_moves
from checkin.actions.records_patients import People
from checkin.actions.records_vaccines import Shots
from checkin.models import Clinic, DueItem, Guardian, Immunization, PaperMove, Patient
from checkin.rules import vaccines
from checkin.rules.paper_fates import Done, Paper
from checkin.rules.records import BadRow, DueItemItem, GuardianItem, ImmunizationItem, Outcome, Related

KINDS: dict[type[Model], Paper] = PAPERS | {
    Guardian: Paper.GUARDIAN,
    DueItem: Paper.DUE_ITEM,
    Immunization: Paper.VACCINE,
}
Spoken = Sequence[tuple[Related, Any]]


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one kind of which a batch spoke, and what it changed of those on file."""

    spoken: Spoken
    changes: Changes


@dataclass(frozen=True, slots=True)
class Foreign:
    """A row of another record, of which an item of the merged record `home` spoke."""

    item: Related
    row: Any
    step: int
    """The first merges took nothing there: this one would have found the row on its record."""
    change: dict[str, Any] | None


@dataclass(slots=True)
class Moves:
    """The moves to write down when all rows of the batch are written."""

    clinic: Clinic
    today: dt.date
    homes: Homes
    moves: list[PaperMove] = field(default_factory=list)
    came: set[tuple[int, str, int]] = field(default_factory=set)
    """(merge, subject, id) of what merges have moved, and (home, subject, id) of what stands in its place."""

    def write(self, people: People, groups: Sequence[Group]) -> None:
        if not self.homes.ways:
            return
        for pk, home in people.added_ids.items():
            for step in self.homes.ways[home]:
                self.note(step, Paper.IDENTIFIER, Done.MOVED, "PatientIdentifier", pk)
        self.write_columns()
        self.look_up([row for group in groups for _, row in group.spoken if row.pk])
        for group in groups:
            self.write_group(group)
        PaperMove.objects.bulk_create(self.moves)

    def note(
        self, step: Step, paper: Paper, done: Done, subject: str, pk: int, **said: dict[str, Any]
    ) -> None:
        whose = (step.was, step.now) if done == Done.MOVED else (step.now, step.now)
        if done == Done.KEPT:
            whose = (step.was, step.was)
        moved = {"before": {"patient_id": step.was}, "after": {"patient_id": step.now}}
        self.moves.append(
            PaperMove(
                merge_id=step.merge, paper=paper, done=done, subject=subject, subject_id=pk,
                was_patient_id=whose[0], patient_id=whose[1],
                **{name: moved[name] | said.get(name, {}) for name in moved} if done == Done.MOVED else said,
            )
        )  # fmt: skip

    def write_columns(self) -> None:
        for one in self.homes.taken_on:
            stands = [name for name, value in one.after.items() if getattr(one.row, name) == value]
            after = columns(one.row, stands)
            was = Patient(**{name: one.before[name] for name in stands})
            if after:
                said = {"before": columns(was, stands), "after": after}
                self.note(one.step, Paper.CORRECTION, Done.CHANGED, "Patient", one.row.pk, **said)

    def look_up(self, rows: Iterable[Any]) -> None:
        """Read which of these rows merges have moved along the ways."""
        named = {(type(row).__name__, row.pk) for row in rows}
        merges = {step.merge for way in self.homes.ways.values() for step in way}
        moved = PaperMove.objects.filter(done=Done.MOVED, subject_id__in={pk for _, pk in named})
        # Undone, another merge left a row of this record to stand in the place of its own.
        instead = Q(merge__undoes__isnull=False, was_patient__in=self.homes.ways.keys())
        for move in moved.filter(Q(pk__in=standing_moves().filter(merge__in=merges)) | instead):
            of = move.merge_id if move.merge_id in merges else move.was_patient_id
            self.came.add((of or 0, move.subject, move.subject_id))

    def write_group(self, group: Group) -> None:
        found: dict[int, tuple[Any, list[Related]]] = {}
        for item, row in group.spoken:
            found.setdefault(id(row), (row, []))[1].append(item)
        foreign: list[Foreign] = []
        for row, items in found.values():
            homes = {item.merged_pk for item in items}
            is_made = any(item.outcome is Outcome.MADE for item in items)
            home = next(iter(homes))
            if is_made and row.pk and len(homes) == 1 and home is not None:
                self.move_row(row, self.homes.ways[home])
            elif row.pk:
                foreign += self.foreign(row, items, group.changes, is_made=is_made)
        self.write_foreign(foreign)

    def move_row(self, row: Any, way: Sequence[Step]) -> None:
        for step in way:
            was, now = value_on(row, step.was), value_on(row, step.now)
            said = {} if was == now else {"before": {"value": was}, "after": {"value": now}}
            self.note(step, KINDS[type(row)], Done.MOVED, type(row).__name__, row.pk, **said)

    def foreign(
        self, row: Any, items: Sequence[Related], changes: Changes, *, is_made: bool
    ) -> Iterator[Foreign]:
        for home in {item.merged_pk for item in items} - {None}:
            step = self.place(row, home or 0, is_made=is_made)
            if step < 0:
                continue
            change = changes.of.get(row.pk)
            is_its = change is not None and {one_home(one) for one in change.items} == {home}
            said = {name: change.before[name] for name in change.columns()} if change and is_its else None
            last = next(item for item in reversed(items) if item.merged_pk == home)
            yield Foreign(last, row, step, said)

    def place(self, row: Any, home: int, *, is_made: bool) -> int:
        """The step of its way at which the row would have been found; -1 where it is the home's own."""
        way, which = self.homes.ways[home], (type(row).__name__, row.pk)
        if (home, *which) in self.came and not is_made:
            return -1
        at = len(way) - 1
        while at >= 0 and not is_made and (way[at].merge, *which) in self.came:
            at -= 1
        return at

    def write_foreign(self, foreign: Sequence[Foreign]) -> None:
        """Keep on the merged record what it says, as the merge leaves it there, and what changed by that."""
        own = self.write_own(foreign)
        for one in foreign:
            step, subject = self.homes.ways[one.item.merged_pk or 0][one.step], type(one.row).__name__
            paper, row = KINDS[type(one.row)], own.get(id(one))
            if row is not None and (row[1] or one.change):
                self.note(step, paper, Done.KEPT, subject, row[0])
            if one.change:
                before = columns(type(one.row)(**one.change), one.change)
                said = {"before": before, "after": columns(one.row, one.change)}
                self.note(step, paper, Done.CHANGED, subject, one.row.pk, **said)

    def write_own(self, foreign: Sequence[Foreign]) -> dict[int, tuple[int, bool]]:
        """The rows of the merged records themselves by the foreign ones, and whether they are new."""
        copies = {}
        for one in foreign:
            if isinstance(one.item, GuardianItem) or not one.item.key[1]:
                pk = self.homes.ways[one.item.merged_pk or 0][one.step].was
                copies[id(one)] = replace(one.item, patient_pk=pk, of=None, outcome=None, changes=[])
        found: dict[int, Any] = {}
        for kind, papers in (
            (GuardianItem, Guardians(self.clinic, self.today)),
            (DueItemItem, Dues(self.clinic)),
            (ImmunizationItem, Shots(self.clinic)),
        ):
            items: list[Any] = [item for item in copies.values() if isinstance(item, kind)]
            if items:
                found |= taken(papers, items)
        own: dict[int, tuple[int, bool]] = {}
        for one in foreign:
            copy = copies.get(id(one))
            if copy is not None and (row := found.get(id(copy))) is not None:
                is_new = copy.outcome is Outcome.MADE
                own[id(one)] = row.pk, is_new
                if is_new:
                    self.move_row(row, self.homes.ways[one.item.merged_pk or 0][: one.step])
        return own


def taken(papers: Any, items: Sequence[Any]) -> dict[int, Any]:
    """Take these items over, and return the row of each."""
    papers.look_up(items)
    for item in items:
        try:
            papers.take(item)
        except BadRow:
            continue
    papers.changes.settle()
    papers.write()
    return {id(item): row for item, row in papers.spoken}


def one_home(item: Any) -> int | None:
    home: int | None = item.merged_pk
    return home


def value_on(row: Any, patient_id: int) -> str:
    """The row's identifier, where it is made from what it says and from its patient: as it is on that one."""
    there = Patient(pk=patient_id)
    if isinstance(row, DueItem):
        return due_key(row, there)[1]
    if isinstance(row, Immunization):
        which = vaccines.which(row.name, row.code)
        return follow_content(row, ("immunization", which, row.given_on), there)[1]
    return str(row.value)
