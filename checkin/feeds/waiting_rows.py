"""Rows that came before their patient, stored until everything has been read."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace

from checkin.feeds.feed_files import FeedFile, FeedRow

PATIENT_PUT_ASIDE, PATIENT_AMBIGUOUS = 0, -4611686018427387904
"""Markers in place of a patient's id: the patient was rejected, or the address is that of several."""


class WaitingRows:
    """Stores any number of rows and addresses in little memory.

    A database without a name is SQLite's own temporary file. It has no name in the file system either, so
    nobody else can open it, and it disappears when the program ends, even by a crash.
    """

    def __init__(self) -> None:
        self._store = sqlite3.connect("", isolation_level=None)
        self._store.execute("CREATE TABLE address (url TEXT PRIMARY KEY, patient INTEGER) WITHOUT ROWID")
        self._store.execute("CREATE TABLE waiting (place INTEGER PRIMARY KEY, feed INTEGER, row BLOB)")
        self._feeds: list[FeedFile] = []

    def know(self, addresses: Iterable[tuple[str, int]]) -> None:
        """Store patients' ids by the addresses that other resources may use for them.

        A rejected patient's address means nobody, and one of two patients is ambiguous.
        """
        self._in_one_go(
            "INSERT INTO address VALUES (?, ?) ON CONFLICT (url) DO UPDATE SET patient = "
            "CASE WHEN patient = excluded.patient THEN patient WHEN 0 IN (patient, excluded.patient) THEN 0 "
            "ELSE -4611686018427387904 END",
            addresses,
        )

    def whose(self, addresses: Iterable[str]) -> int | None:
        """Return the patient's id for the first known address, or a marker above; None if none is known."""
        for url in addresses:
            found = self._store.execute("SELECT patient FROM address WHERE url = ?", [url]).fetchone()
            if found:
                return int(found[0])
        return None

    def keep(self, rows: Iterable[FeedRow]) -> None:
        self._in_one_go(
            "INSERT INTO waiting (feed, row) VALUES (?, ?)",
            ((self._number(row.feed), _pack_waiting_row(row)) for row in rows),
        )

    def rows(self) -> Iterator[FeedRow]:
        """Yield the waiting rows in the order in which they came."""
        for number, row in self._store.execute("SELECT feed, row FROM waiting ORDER BY place"):
            yield replace(pickle.loads(row), feed=self._feeds[number])  # noqa: S301 - packed by us, below

    def close(self) -> None:
        self._store.close()

    def _in_one_go(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        self._store.execute("BEGIN")
        self._store.executemany(statement, rows)
        self._store.execute("COMMIT")

    def _number(self, feed: FeedFile) -> int:
        if not self._feeds or self._feeds[-1] is not feed:
            self._feeds.append(feed)
        return len(self._feeds) - 1


def _pack_waiting_row(row: FeedRow) -> bytes:
    # `rows` sets the file again. Without this, each row would be stored with a copy of its file.
    return pickle.dumps(replace(row, feed=None))  # type: ignore[arg-type]  # just while it is packed
