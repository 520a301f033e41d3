"""A trial run: what an import would do, told without keeping any of it."""

from __future__ import annotations

import pickle  # noqa: S403
import sqlite3
from collections.abc import Sequence

from checkin.rules.record_guards import Person, refuse_another_person
from checkin.rules.records import BadRow, Item, Key, Outcome, PatientItem, Related


class Trial:
    """Remembers which patients would have been made, since the database forgets them after each batch.

    They have ids below nought. In SQLite's temporary file, so that any number takes little memory.
    """

    def __init__(self) -> None:
        self._store = sqlite3.connect("", isolation_level=None)
        self._store.execute(
            "CREATE TABLE made (system TEXT, value TEXT, patient INTEGER, person BLOB, "
            "PRIMARY KEY (system, value)) WITHOUT ROWID"
        )
        self._last = 0

    def settle(self, items: Sequence[Item]) -> list[Item]:
        """Settle what speaks of patients who would have been made before; return the others."""
        return [item for item in items if not self._is_settled(item)]

    def remember(self, items: Sequence[Item]) -> None:
        """Keep whom this batch would have made, and what belongs to them."""
        renamed: dict[int, int] = {}
        for item in items:
            if isinstance(item, PatientItem) and item.outcome is Outcome.MADE and (item.pk or 0) > 0:
                self._last -= 1
                renamed[item.pk or 0] = item.pk = self._last
                person = pickle.dumps(tuple(Person.said(item.values)))
                rows = [(*key, item.pk, person) for key in item.all_keys]
                self._store.executemany("INSERT OR IGNORE INTO made VALUES (?, ?, ?, ?)", rows)
        for item in items:
            if isinstance(item, Related) and item.outcome is Outcome.MADE and item.patient_pk:
                self._is_new(item, renamed.get(item.patient_pk, item.patient_pk))

    def close(self) -> None:
        self._store.close()

    def _is_settled(self, item: Item) -> bool:
        if isinstance(item, PatientItem):
            return self._is_known(item)
        if not isinstance(item, Related) or item.of is not None:
            return False
        keys = () if item.patient_pk else item.patient_keys
        found = next(filter(None, map(self._made, keys)), None)
        if found is None and (item.patient_pk or 0) >= 0:
            return False
        takes_back = getattr(item, "withdrawn", False)
        is_new = not takes_back and self._is_new(item, found[0] if found else item.patient_pk or 0)
        item.settle(Outcome.MADE if is_new else Outcome.UNCHANGED)
        return True

    def _is_new(self, item: Related, patient: int) -> bool:
        """Whether this run has not yet spoken of the same thing."""
        said = item.key if item.key[1] else (patient, sorted(item.values.items()))
        row = (f"\n{type(item).__name__}", repr(said), patient, b"")
        return self._store.execute("INSERT OR IGNORE INTO made VALUES (?, ?, ?, ?)", row).rowcount > 0

    def _is_known(self, item: PatientItem) -> bool:
        found = next(filter(None, map(self._made, item.all_keys)), None)
        if found is None:
            return False
        item.pk, person = found
        try:
            refuse_another_person(person, Person.said(item.values))
            item.settle(Outcome.UNCHANGED)
        except BadRow as bad:
            item.settle(Outcome.REJECTED, bad.sentence)
            item.pk = None
        return True

    def _made(self, key: Key) -> tuple[int, Person] | None:
        found = self._store.execute(
            "SELECT patient, person FROM made WHERE system = ? AND value = ?", key
        ).fetchone()
        return (found[0], Person(*pickle.loads(found[1]))) if found else None  # noqa: S301 - packed by us
