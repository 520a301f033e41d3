"""A trial run: report what an import would do, without keeping any of it."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from checkin.actions.record_import_patients import PatientBatch
from checkin.actions.record_imports import items_of_type, mentioned_patient_keys
from checkin.rules.record_rows import (
    AppointmentItem,
    ImmunizationItem,
    ImportOutcome,
    PatientItem,
    RecordItem,
    RecordKey,
    RelatedItem,
)

ItemTag = tuple[object, ...]


class TrialRun:
    """Remembers what a run has imported, since the database forgets each batch of a trial.

    Before each batch it returns earlier items about the same patients and things, so that the batch meets the
    records as in a real run, and no lock is held for longer than a batch. Patients who would have been made
    have negative ids. The data is in SQLite's temporary file, so any number takes little memory.
    """

    def __init__(self) -> None:
        self._store = sqlite3.connect("", isolation_level=None)
        self._store.execute("CREATE TABLE said (place INTEGER PRIMARY KEY, item BLOB)")
        self._store.execute(
            "CREATE TABLE tag (tag TEXT, place INTEGER, PRIMARY KEY (tag, place)) WITHOUT ROWID"
        )
        self._store.execute(
            "CREATE TABLE known (system TEXT, value TEXT, patient INTEGER, PRIMARY KEY (system, value)) "
            "WITHOUT ROWID"
        )
        self._last = 0
        self._makers: dict[int, PatientItem] = {}
        self._put: list[tuple[RelatedItem, PatientItem | None, int | None]] = []

    def close(self) -> None:
        self._store.close()

    def before(self, items: Sequence[RecordItem], people: PatientBatch) -> list[RecordItem]:
        """Return this run's earlier items that the new ones relate to, in their order.

        An item about a patient who would have been made is linked to that patient's item.
        """
        for related, maker, patient in self._put:
            related.of, related.patient_pk = maker, patient
        self._put = []
        whose = self._whose(items, people)
        found = self._said({tag for item in items for tag in _wanted_item_tags(item, whose(item))})
        found |= self._said(
            {tag for item in found.values() for tag in _wanted_item_tags(item, _known_patient_ids(item))}
        )
        again = [found[place] for place in sorted(found)]
        self._makers = {}
        for child in items_of_type(again, PatientItem):
            if child.pk and child.pk < 0:
                self._makers.setdefault(child.pk, child)
            child.pk = None
        here = {id(item) for item in items}
        for related in items_of_type([*again, *items], RelatedItem):
            self._put_to_maker(related, here)
        return again

    def remember(self, items: Sequence[RecordItem]) -> None:
        """Store what these items made and changed; ids are the trial's own from here on."""
        ids = {maker.pk: patient for patient, maker in self._makers.items() if maker.pk}
        self._store.execute("BEGIN")
        children = items_of_type(items, PatientItem)
        for item in children:
            if item.outcome is ImportOutcome.MADE and item.pk and item.pk not in ids:
                self._last -= 1
                ids[item.pk] = self._last
        for item in children:
            item.pk = ids.get(item.pk or 0, item.pk)
            if item.outcome is not ImportOutcome.REJECTED and item.pk:
                rows = [(*key, item.pk) for key in item.all_keys]
                self._store.executemany("INSERT OR REPLACE INTO known VALUES (?, ?, ?)", rows)
                self._keep(item)
        for related in items_of_type(items, RelatedItem):
            if related.patient_pk:
                related.patient_pk = ids.get(related.patient_pk, related.patient_pk)
                self._keep(replace(related, of=None))
        self._store.execute("COMMIT")

    def _whose(self, items: Sequence[RecordItem], people: PatientBatch) -> Callable[[RecordItem], set[int]]:
        """Return a function that gives the patient ids, on file or the trial's own, that an item means."""
        keys = mentioned_patient_keys(items_of_type(items, PatientItem), items_of_type(items, RelatedItem))
        people.known.look_up(keys)
        known = {key: patient.pk for key, patient in people.known.by_key.items()}
        known |= {key: patient for key in keys if (patient := self._known(key))}
        return lambda item: (
            {known[key] for key in _item_patient_keys(item) if key in known} | _known_patient_ids(item)
        )

    def _put_to_maker(self, item: RelatedItem, here: set[int]) -> None:
        patient = item.of.pk if item.of is not None and id(item.of) not in here else item.patient_pk
        if maker := self._makers.get(patient or 0):
            self._put.append((item, item.of, item.patient_pk))
            item.of, item.patient_pk = maker, None

    def _known(self, key: RecordKey) -> int | None:
        row = self._store.execute("SELECT patient FROM known WHERE system = ? AND value = ?", key).fetchone()
        return int(row[0]) if row else None

    def _keep(self, item: RecordItem) -> None:
        if item.outcome not in (ImportOutcome.MADE, ImportOutcome.CHANGED):
            return
        said = pickle.dumps(replace(item, changes=[]))
        place = self._store.execute("INSERT INTO said (item) VALUES (?)", [said]).lastrowid
        rows = [(repr(tag), place) for tag in _item_tags(item, _known_patient_ids(item))]
        self._store.executemany("INSERT OR IGNORE INTO tag VALUES (?, ?)", rows)

    def _said(self, wanted: Iterable[ItemTag]) -> dict[int, RecordItem]:
        places = {
            int(place)
            for tag in wanted
            for (place,) in self._store.execute("SELECT place FROM tag WHERE tag = ?", [repr(tag)])
        }
        rows = (
            self._store.execute("SELECT item FROM said WHERE place = ?", [place]).fetchone()
            for place in places
        )
        return {
            place: pickle.loads(row[0])  # noqa: S301 - packed by us
            for place, row in zip(places, rows, strict=True)
        }


def _known_patient_ids(item: RecordItem) -> set[int]:
    """Return the id of the item's patient, as far as known."""
    if isinstance(item, PatientItem):
        return {item.pk} if item.pk else set()
    patient = item.patient_pk if isinstance(item, RelatedItem) else None
    if isinstance(item, RelatedItem) and item.of is not None:
        patient = patient or item.of.pk
    return {patient} if patient else set()


def _item_patient_keys(item: RecordItem) -> Iterator[RecordKey]:
    """Yield the identifiers by which the item names its patient."""
    if isinstance(item, PatientItem):
        yield from item.all_keys
    elif isinstance(item, RelatedItem):
        yield from item.of.all_keys if item.of else ()
        yield from (*item.patient_keys, *item.others)
        yield from (item.bare,) if item.bare else ()


def _wanted_item_tags(item: RecordItem, patients: set[int]) -> Iterator[ItemTag]:
    """Yield what must be replayed before it: everything of its patients, and similar items of its kind."""
    yield from (("patient", patient) for patient in patients)
    yield from _item_tags(item, patients)


def _item_tags(item: RecordItem, patients: set[int]) -> Iterator[ItemTag]:
    """Yield the tags under which it is found again."""
    if not isinstance(item, RelatedItem):
        yield from (("patient", patient) for patient in patients)
        return
    kind, when = type(item).__name__, ""
    if isinstance(item, AppointmentItem):
        when = str(item.values.get("starts_at", ""))
    elif isinstance(item, ImmunizationItem):
        when = str(item.values.get("given_on", ""))
    if item.key[1]:
        yield kind, *item.key
    yield from ((kind, patient, when) for patient in patients)
