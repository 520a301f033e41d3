"""Assign data that arrives under a merged record's number to that record.

It is stored there and copied to the kept record as the merge would have done. It is also logged in that
merge's ledger, so that an undo of the merge moves it back together with the number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from checkin.models import PaperMove, Patient, PatientIdentifier, PatientMerge
from checkin.rules import patient_merges as patient_merge_rules
from checkin.rules.entry_fates import EntryOutcome
from checkin.rules.record_guards import IDENTITY_COLUMNS
from checkin.rules.record_numbers import strip_leading_noughts
from checkin.rules.record_rows import PatientItem, RecordKey, RelatedItem


@dataclass(frozen=True, slots=True)
class MergeStep:
    """One merge on the way from a merged record to the kept one."""

    merge: int
    was: int
    now: int


MergePath = tuple[MergeStep, ...]


@dataclass(frozen=True, slots=True)
class TakenOnColumns:
    """Columns of the kept record that changed because the merged record's data changed."""

    step: MergeStep
    row: Patient
    before: dict[str, object]
    after: dict[str, object]


@dataclass(slots=True)
class MergedRecordPaths:
    """The merged records whose numbers one batch names, by id, and their ways to the kept record."""

    by_key: dict[RecordKey, int] = field(default_factory=dict)
    by_digits: dict[RecordKey, int | None] = field(default_factory=dict)
    ways: dict[int, MergePath] = field(default_factory=dict)
    records: dict[int, Patient] = field(default_factory=dict)
    """Records on a way, except the kept one."""
    numbered: set[int] = field(default_factory=set)
    """Records that have a number of their own."""
    taken: set[tuple[int, str]] = field(default_factory=set)
    """(merge, column) pairs that a merge wrote to the kept record."""
    taken_on: list[TakenOnColumns] = field(default_factory=list)

    def look_up(self, ends: set[int]) -> None:
        """Read from which merged records the numbers of these kept records came."""
        if not ends:
            return
        numbers = list(PatientIdentifier.objects.filter(patient__in=ends))
        came: dict[int, list[PaperMove]] = defaultdict(list)
        moved = standing_merge_moves().filter(
            subject="PatientIdentifier", done=EntryOutcome.MOVED, patient__isnull=False
        )
        for move in moved.filter(subject_id__in=[one.pk for one in numbers]).order_by("-merge_id"):
            came[move.subject_id].append(move)
        first = {one.pk: _record_before_moves(one.patient_id, came[one.pk]) for one in numbers}
        self.read_ways({first[one.pk] for one in numbers if first[one.pk] != one.patient_id})
        for one in numbers:
            is_home = first[one.pk] in self.ways
            self.numbered.add(first[one.pk] if is_home else one.patient_id)
            if is_home:
                self.by_key[one.system, one.value] = first[one.pk]
                self.by_digits[strip_leading_noughts((one.system, one.value))] = first[one.pk]

    def look_up_placed(self, items: Iterable[RelatedItem]) -> None:
        """Redirect items to the kept record that their file assigned to a merged one."""
        placed = [one for one in items if one.is_placed and (one.merged_pk or one.patient_pk)]
        ids = {one.merged_pk or one.patient_pk or 0 for one in placed} - self.ways.keys()
        merged = Patient.objects.filter(pk__in=ids, merged_into__isnull=False) if ids else None
        self.read_ways(set(merged.values_list("pk", flat=True)) if merged is not None else set())
        for one in placed:
            home = one.merged_pk or one.patient_pk or 0
            if home in self.ways:
                one.merged_pk, one.patient_pk = home, self.ways[home][-1].now

    def read_ways(self, homes: set[int]) -> None:
        """Read the merges by which each record went to the kept one; none if the chain ends elsewhere.

        Always terminates: a chain that returns to a record on it is ignored.
        """
        into: dict[int, MergeStep] = {}
        merged: set[int] = set()
        new = homes
        while new:
            found = PatientMerge.objects.standing().filter(merged__in=new).select_related("into")
            steps = {one.merged_id: MergeStep(one.pk, one.merged_id, one.into_id) for one in found}
            merged |= {one.into_id for one in found if one.into.merged_into_id is not None}
            into |= steps
            new = {step.now for step in steps.values()} - into.keys()
        for home in homes & into.keys():
            way = [into[home]]
            while way[-1].now in into and len(way) <= len(into):
                way.append(into[way[-1].now])
            if way[-1].now not in merged:
                self.ways[home] = tuple(way)
        if into:
            self.records |= Patient.objects.select_related("clinic").in_bulk(into.keys())
            taken = standing_merge_moves().filter(merge__in=[step.merge for step in into.values()])
            for move in taken.filter(subject="Patient", done=EntryOutcome.CHANGED):
                self.taken |= {(move.merge_id or 0, name) for name in move.after}

    def of_keys(self, keys: Iterable[RecordKey], *others: int | None) -> int | None:
        """Return the merged record to which all these numbers belong, and `others`; None if they differ."""
        homes = {*others, *map(self.by_key.get, keys)}
        home = homes.pop() if len(homes) == 1 else None
        return home if home in self.ways else None

    def find(self, item: RelatedItem, on_file: Container[RecordKey], at: Mapping[str, int | None]) -> None:
        """Set on the item the merged record whose number names its patient.

        `at`: the merged record for each address, or None.
        """
        if item.of is not None:
            item.merged_pk = item.of.merged_pk
        elif not item.is_placed:
            keys = [key for key in item.patient_keys if key in on_file]
            others = [at[one] for one in item.addresses if one in at]
            bare = [item.bare] if item.bare and not keys and not others else []
            item.merged_pk = self.of_keys([*keys, *bare], *others)

    def record(self, item: PatientItem | RelatedItem, patient: Patient) -> Patient:
        """Return the record that the item is about: the merged record, or the patient."""
        return self.records.get(item.merged_pk or 0, patient)

    def pass_on(
        self,
        record: Patient,
        item: PatientItem,
        ends: Mapping[int, Patient],
        change: Callable[[Patient, None, dict[str, object]], None],
    ) -> None:
        """Copy what changed on a merged record to the kept one, as far as the kept one takes it."""
        changed = {name: before for name, before, _ in item.changes}
        for step in self.ways[item.merged_pk] if item.merged_pk and changed else ():
            into = self.records.get(step.now) or ends[step.now]
            new = {name: getattr(record, name) for name in changed}
            new = {name: value for name, value in new.items() if getattr(into, name) != value}
            new = {name: new[name] for name in new if self.may_take(step, into, name, changed[name])}
            changed = {name: getattr(into, name) for name in new}
            self.taken_on += [TakenOnColumns(step, into, changed, new)] if new else []
            self.taken |= {(step.merge, name) for name in new}
            change(into, None, new)
            record = into

    def may_take(self, step: MergeStep, into: Patient, name: str, before: object) -> bool:
        """Return whether the kept record takes the merged record's new value of this column.

        As in the merge, it takes columns that it took before, and columns that were blank on both. If the
        kept record has no number of its own, the merged record's number is its only source, and it takes
        more.
        """
        stands = getattr(into, name)
        if (step.merge, name) in self.taken and stands == before:
            return True
        if step.now in self.numbered:
            is_new = patient_merge_rules.is_blank_value(stands) and patient_merge_rules.is_blank_value(before)
            return is_new and name not in ("is_deceased", "deceased_on")
        return name not in IDENTITY_COLUMNS or patient_merge_rules.is_blank_value(stands) or stands == before


def standing_merge_moves() -> QuerySet[PaperMove]:
    """Return what merges that still count did."""
    return PaperMove.objects.filter(merge__in=PatientMerge.objects.standing())


def _record_before_moves(patient_id: int, moves: Iterable[PaperMove]) -> int:
    """Return the record it was on before these moves, given newest first."""
    for move in moves:
        if move.patient_id == patient_id and move.was_patient_id is not None:
            patient_id = move.was_patient_id
    return patient_id
