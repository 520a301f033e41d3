"""Carries rows from files to the records: in batches, with what must wait waiting, and every row counted."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from checkin.actions import records
from checkin.feeds import csv, fhir_bundle, headings, xlsx
from checkin.feeds.columns import Mapping
from checkin.feeds.fhir_vaccines import NOT_DONE
from checkin.feeds.reading import Feed, House, Row, Unreadable, head_of, is_json, opened
from checkin.feeds.rejects import Rejects
from checkin.feeds.trial import Trial
from checkin.feeds.waiting import NOBODY, SEVERAL, WaitingRoom
from checkin.models import Clinic, Location, LookAlike
from checkin.queries import look_alikes
from checkin.rules.records import KINDS, ImmunizationItem, Item, Key, Outcome, PatientItem, Related

BATCH = 1000
SHOWN_CHANGES = 50
Progress = Callable[[int], object]


@dataclass(slots=True)
class Summary:
    """What became of everything that was read."""

    counts: dict[str, Counter[Outcome]] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    rejects: list[Path] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    look_alikes: list[LookAlike] = field(default_factory=list)
    """Records that this run made and that are like somebody on file."""

    def keep_changes(self, row: Row, item: Item) -> None:
        """Remember, of the first rows that differ, what is on file and what they say."""
        if len(self.changes) < SHOWN_CHANGES:
            said = "; ".join(f"{name.replace('_', ' ')} {was} → {now}" for name, was, now in item.changes)
            self.changes.append(f"{row.feed.path.name} line {row.place}: {said or 'a new number'}")

    def count(self, kind: str, outcome: Outcome) -> None:
        self.counts.setdefault(kind, Counter())[outcome] += 1


@dataclass(slots=True)
class Importer:
    """One run over any number of files, for one clinic."""

    clinic: Clinic
    location: Location | None
    at: dt.datetime
    rejects: Rejects
    summary: Summary = field(default_factory=Summary)
    waiting: WaitingRoom = field(default_factory=WaitingRoom)
    source: str = ""
    """Whose resource ids the files hold; without it they hold in their own file only."""
    encoding: str = ""
    is_trial: bool = False
    """Tell what would be done, and do none of it."""
    trial: Trial = field(default_factory=Trial)
    last_of_patients: int = -1
    """Which of the files is the last that may hold patients."""
    mapping: Mapping = field(default_factory=Mapping)
    batch: int = BATCH

    def run(self, paths: Iterable[Path], progress: Progress) -> Summary:
        """Import every file; `progress` is told of bytes read. One that cannot be read stops no other."""
        paths = list(paths)
        if problem := headings.misfit(paths, self.mapping, self.encoding):
            self.summary.unreadable.append(problem)
            paths = []
        self.last_of_patients = headings.last_of_patients(paths, self.mapping, self.encoding)
        try:
            rows = (row for at, path in enumerate(paths) for row in self.rows_of(path, progress, at))
            for batch in batches(rows, self.batch):
                self.take(batch, may_wait=True)
            for batch in batches(self.waiting.rows(), self.batch):
                self.take(batch, may_wait=False)
        finally:
            self.waiting.close()
            self.trial.close()
        self.summary.rejects = list(self.rejects.paths.values())
        self.summary.look_alikes = look_alikes.of_import(self.clinic, self.at)
        return self.summary

    def rows_of(self, path: Path, progress: Progress, at: int = 0) -> Iterator[Row]:
        feed = Feed(path, source=self.source, encoding=self.encoding, mapping=self.mapping)
        feed.may_meet_patients = at <= self.last_of_patients
        house, told = House.of(self.clinic, self.at), 0
        try:
            head = head_of(path)
            reader = xlsx.rows if head.startswith(xlsx.ZIP) else csv.rows
            reader = fhir_bundle.rows if is_json(path, head) else reader
            with opened(path) as (stream, file):
                for number, row in enumerate(reader(feed, stream, house)):
                    yield row
                    if number % 100 == 0:
                        progress(file.tell() - told)
                        told = file.tell()
                progress(file.tell() - told)
        except Unreadable as problem:
            self.summary.unreadable.append(problem.sentence)
        self.summary.passed_over += feed.passed_over
        self.summary.notes += [f"{path.name}: {note}." for note in feed.notes]

    def take(self, batch: list[Row], *, may_wait: bool) -> None:
        items = [item for row in batch for item in (*row.items, *filter(None, [row.meant]))]
        patients = [item for item in items if isinstance(item, PatientItem)]
        here = {key for item in patients for key in item.numbers}
        for row in batch:
            for item in row.items:
                if isinstance(item, Related) and item.of is None and item.patient_pk is None:
                    self.find_patient(item, everywhere=not may_wait)
                    self.check_numbers(item, here, may_wait=may_wait and row.feed.may_meet_patients)
        settled = (Outcome.REJECTED, Outcome.WAITING) if may_wait else (Outcome.REJECTED,)
        ready = [item for item in items if item.outcome not in settled]
        if ready:
            trial = self.trial if self.is_trial else None
            records.load(clinic=self.clinic, items=ready, at=self.at, location=self.location, trial=trial)
        self.waiting.know(
            (url, item.pk or NOBODY)
            for item in patients
            for url in (*item.addresses, *map(spoken, item.numbers))
        )
        later = [row for row in batch if may_wait and waits(row)]
        self.waiting.keep(later)
        for row in batch:
            if not (may_wait and waits(row)):
                self.settle(row)

    def find_patient(self, item: Related, *, everywhere: bool) -> None:
        """Whom its own file means; once all is read, whom another file of this run alone can mean."""
        found = self.waiting.whose(item.addresses)
        if found is None and everywhere and item.elsewhere:
            found = self.waiting.whose([item.elsewhere])
        if found in (NOBODY, SEVERAL):
            item.settle(Outcome.REJECTED, records.SEVERAL if found else records.LEFT_OUT)
            found = None
        item.patient_pk, item.is_placed = found, found is not None

    def check_numbers(self, item: Related, here: set[Key], *, may_wait: bool) -> None:
        """Put aside what names a patient who was, by number; what comes before its patient waits to see."""
        if item.patient_pk is not None or item.outcome is Outcome.REJECTED or not item.patient_keys:
            return
        found = [self.waiting.whose([spoken(key)]) for key in item.patient_keys]
        if NOBODY in found or SEVERAL in found:
            item.settle(Outcome.REJECTED, records.DOUBTFUL)
        elif may_wait and not any(found) and here.isdisjoint(item.patient_keys):
            item.settle(Outcome.WAITING, records.UNKNOWN_PATIENT)

    def settle(self, row: Row) -> None:
        """Count every item of the row; put the row aside when any of it could not be taken."""
        reason = row.reason
        if reason:
            self.summary.count(row.kind, Outcome.REJECTED)
        for item in row.items:
            if is_nothing_new(item):
                self.summary.passed_over[NOT_DONE] += 1
                continue
            outcome = Outcome.REJECTED if item.outcome in (None, Outcome.WAITING) else item.outcome
            self.summary.count(KINDS[type(item)], outcome)
            if outcome is Outcome.CHANGED:
                self.summary.keep_changes(row, item)
            if outcome is Outcome.REJECTED:
                reason = reason or item.reason
            elif item.note:
                self.summary.notes.append(f"{row.feed.path.name} line {row.place}: {item.note}.")
        if reason:
            self.rejects.add(row, reason)


def is_nothing_new(item: Item) -> bool:
    """Whether it is a vaccine not given that was not on file as given either."""
    is_not_done = isinstance(item, ImmunizationItem) and item.is_not_done
    return is_not_done and item.outcome in (Outcome.UNCHANGED, Outcome.WAITING)


def spoken(key: Key) -> str:
    """An identifier in the form of an address, by which it is known of whom the run has spoken."""
    return "\n".join(key)


def waits(row: Row) -> bool:
    return any(item.outcome is Outcome.WAITING for item in row.items)


def batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while batch := list(islice(rows, size)):
        yield batch
