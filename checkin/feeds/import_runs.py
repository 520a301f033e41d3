"""Import rows from files into records: in batches, holding rows that must wait, and counting every row."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from checkin.actions import record_imports
from checkin.feeds import csv_files, fhir_files, file_headings, xlsx_files
from checkin.feeds.columns import HeadingMapping
from checkin.feeds.feed_files import (
    ClinicFormat,
    FeedFile,
    FeedRow,
    UnreadableFile,
    is_json_file,
    open_unpacked,
    read_file_head,
)
from checkin.feeds.fhir_immunizations import IMMUNIZATION_NOT_DONE
from checkin.feeds.rejected_rows import RejectedRows
from checkin.feeds.trial_runs import TrialRun
from checkin.feeds.waiting_rows import PATIENT_AMBIGUOUS, PATIENT_PUT_ASIDE, WaitingRows
from checkin.models import Clinic, Location, LookAlike
from checkin.queries import look_alikes as look_alike_queries
from checkin.rules.record_rows import (
    ITEM_KIND_NAMES,
    ImmunizationItem,
    ImportOutcome,
    PatientItem,
    RecordItem,
    RecordKey,
    RelatedItem,
)

ROWS_PER_BATCH = 1000
_SHOWN_CHANGES = 50
ProgressCallback = Callable[[int], object]


@dataclass(slots=True)
class ImportSummary:
    """What happened to everything that was read."""

    counts: dict[str, Counter[ImportOutcome]] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    rejects: list[Path] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    look_alikes: list[LookAlike] = field(default_factory=list)
    """Records made by this run that resemble someone on file."""

    def keep_changes(self, row: FeedRow, item: RecordItem) -> None:
        """Store, for the first rows that differ, the values on file and in the row."""
        if len(self.changes) < _SHOWN_CHANGES:
            said = "; ".join(f"{name.replace('_', ' ')} {was} → {now}" for name, was, now in item.changes)
            self.changes.append(f"{row.feed.path.name} line {row.place}: {said or 'a new number'}")

    def count(self, kind: str, outcome: ImportOutcome) -> None:
        self.counts.setdefault(kind, Counter())[outcome] += 1


@dataclass(slots=True)
class ImportRun:
    """One run over any number of files, for one clinic."""

    clinic: Clinic
    location: Location | None
    at: dt.datetime
    rejects: RejectedRows
    summary: ImportSummary = field(default_factory=ImportSummary)
    waiting: WaitingRows = field(default_factory=WaitingRows)
    source: str = ""
    """The source of the files' resource ids; without it, ids are only valid in their own file."""
    encoding: str = ""
    is_trial: bool = False
    """Whether only to report what would be done."""
    trial: TrialRun = field(default_factory=TrialRun)
    last_of_patients: int = -1
    """The index of the last file that may have patients."""
    mapping: HeadingMapping = field(default_factory=HeadingMapping)
    batch: int = ROWS_PER_BATCH

    def run(self, paths: Iterable[Path], progress: ProgressCallback) -> ImportSummary:
        """Import every file; call `progress` with bytes read. An unreadable file does not stop the others."""
        paths = list(paths)
        if problem := file_headings.mapping_misfit_words(paths, self.mapping, self.encoding):
            self.summary.unreadable.append(problem)
            paths = []
        self.last_of_patients = file_headings.find_last_patient_file(paths, self.mapping, self.encoding)
        try:
            rows = (row for at, path in enumerate(paths) for row in self.rows_of(path, progress, at))
            for batch in _split_in_batches(rows, self.batch):
                self.take(batch, may_wait=True)
            for batch in _split_in_batches(self.waiting.rows(), self.batch):
                self.take(batch, may_wait=False)
        finally:
            self.waiting.close()
            self.trial.close()
        self.summary.rejects = list(self.rejects.paths.values())
        self.summary.look_alikes = look_alike_queries.list_look_alikes_of_import(self.clinic, self.at)
        return self.summary

    def rows_of(self, path: Path, progress: ProgressCallback, at: int = 0) -> Iterator[FeedRow]:
        """Yield the rows of one file, reporting progress. A file that cannot be read is noted, not raised."""
        feed = FeedFile(path, source=self.source, encoding=self.encoding, mapping=self.mapping)
        feed.may_meet_patients = at <= self.last_of_patients
        house, told = ClinicFormat.of(self.clinic, self.at), 0
        try:
            head = read_file_head(path)
            reader = (
                xlsx_files.read_workbook_rows
                if head.startswith(xlsx_files.ZIP_MARK)
                else csv_files.read_csv_file
            )
            reader = fhir_files.read_fhir_rows if is_json_file(path, head) else reader
            with open_unpacked(path) as (stream, file):
                for number, row in enumerate(reader(feed, stream, house)):
                    yield row
                    if number % 100 == 0:
                        progress(file.tell() - told)
                        told = file.tell()
                progress(file.tell() - told)
        except UnreadableFile as problem:
            self.summary.unreadable.append(problem.sentence)
        self.summary.passed_over += feed.passed_over
        self.summary.notes += [f"{path.name}: {note}." for note in feed.notes]

    def take(self, batch: list[FeedRow], *, may_wait: bool) -> None:
        """Import one batch. With `may_wait`, rows that come before their patient are held for later."""
        items = [item for row in batch for item in (*row.items, *filter(None, [row.meant]))]
        patients = [item for item in items if isinstance(item, PatientItem)]
        here = {key for item in patients for key in item.numbers}
        for row in batch:
            for item in row.items:
                if isinstance(item, RelatedItem) and item.of is None and item.patient_pk is None:
                    self.find_patient(item, everywhere=not may_wait)
                    self.check_numbers(item, here, may_wait=may_wait and row.feed.may_meet_patients)
        settled = (ImportOutcome.REJECTED, ImportOutcome.WAITING) if may_wait else (ImportOutcome.REJECTED,)
        ready = [item for item in items if item.outcome not in settled]
        if ready:
            trial = self.trial if self.is_trial else None
            record_imports.import_record_items(
                clinic=self.clinic, items=ready, at=self.at, location=self.location, trial=trial
            )
        self.waiting.know(
            (url, item.pk or PATIENT_PUT_ASIDE)
            for item in patients
            for url in (*item.addresses, *map(_key_as_address, item.numbers))
        )
        later = [row for row in batch if may_wait and _has_waiting_item(row)]
        self.waiting.keep(later)
        for row in batch:
            if not (may_wait and _has_waiting_item(row)):
                self.settle(row)

    def find_patient(self, item: RelatedItem, *, everywhere: bool) -> None:
        """Find the patient that the item's own file means or, once all is read, another file of this run."""
        found = self.waiting.whose(item.addresses)
        if found is None and everywhere and item.elsewhere:
            found = self.waiting.whose([item.elsewhere])
        if found in (PATIENT_PUT_ASIDE, PATIENT_AMBIGUOUS):
            item.settle(
                ImportOutcome.REJECTED,
                record_imports.SEVERAL_PATIENTS if found else record_imports.PATIENT_LEFT_OUT,
            )
            found = None
        item.patient_pk, item.is_placed = found, found is not None

    def check_numbers(self, item: RelatedItem, here: set[RecordKey], *, may_wait: bool) -> None:
        """Reject an item whose number is a rejected patient's; hold one that comes before its patient."""
        if item.patient_pk is not None or item.outcome is ImportOutcome.REJECTED or not item.patient_keys:
            return
        found = [self.waiting.whose([_key_as_address(key)]) for key in item.patient_keys]
        if PATIENT_PUT_ASIDE in found or PATIENT_AMBIGUOUS in found:
            item.settle(ImportOutcome.REJECTED, record_imports.DOUBTFUL_PATIENT)
        elif may_wait and not any(found) and here.isdisjoint(item.patient_keys):
            item.settle(ImportOutcome.WAITING, record_imports.UNKNOWN_PATIENT)

    def settle(self, row: FeedRow) -> None:
        """Count every item of the row; reject the row if any of it could not be imported."""
        reason = row.reason
        if reason:
            self.summary.count(row.kind, ImportOutcome.REJECTED)
        for item in row.items:
            if _is_unknown_not_done(item):
                self.summary.passed_over[IMMUNIZATION_NOT_DONE] += 1
                continue
            outcome = (
                ImportOutcome.REJECTED if item.outcome in (None, ImportOutcome.WAITING) else item.outcome
            )
            self.summary.count(ITEM_KIND_NAMES[type(item)], outcome)
            if outcome is ImportOutcome.CHANGED:
                self.summary.keep_changes(row, item)
            if outcome is ImportOutcome.REJECTED:
                reason = reason or item.reason
            elif item.note:
                self.summary.notes.append(f"{row.feed.path.name} line {row.place}: {item.note}.")
        if reason:
            self.rejects.add(row, reason)


def _is_unknown_not_done(item: RecordItem) -> bool:
    """Return whether it says that a vaccine was not given, and none was on file as given."""
    is_not_done = isinstance(item, ImmunizationItem) and item.is_not_done
    return is_not_done and item.outcome in (ImportOutcome.UNCHANGED, ImportOutcome.WAITING)


def _key_as_address(key: RecordKey) -> str:
    """Return an identifier in the form of an address, for looking up patients of this run."""
    return "\n".join(key)


def _has_waiting_item(row: FeedRow) -> bool:
    return any(item.outcome is ImportOutcome.WAITING for item in row.items)


def _split_in_batches(rows: Iterator[FeedRow], size: int) -> Iterator[list[FeedRow]]:
    while batch := list(islice(rows, size)):
        yield batch
