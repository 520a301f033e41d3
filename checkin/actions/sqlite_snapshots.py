"""Copy an SQLite database while others write to it, and check a copy."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from checkin.actions.backup_failures import BackupFailed, describe_disk_trouble

_PAGES_AT_ONCE = 2000
_WAIT_SECONDS = 20
BESIDE = ("-wal", "-shm", "-journal")
"""Endings of the files that SQLite keeps beside a database. A leftover one destroys a database put there."""


def copy_sqlite(source: Path, to: Path) -> dict[str, int]:
    """Copy the database as it is at this moment; return the number of rows in each table.

    Raises BackupFailed.

    Both happen in one read transaction: it waits for no writer and no writer waits for it, and the backup
    never starts over because somebody wrote meanwhile.
    """
    try:
        with (
            closing(sqlite3.connect(_address(source, "rw"), uri=True, timeout=_WAIT_SECONDS)) as line,
            closing(sqlite3.connect(to)) as copy,
        ):
            line.isolation_level = copy.isolation_level = None
            line.execute("BEGIN")
            rows = count_rows(line)
            line.backup(copy, pages=_PAGES_AT_ONCE, sleep=0.05)
            # One file, with nothing beside it. The program returns to a write-ahead log when it opens it.
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as problem:
        raise describe_disk_trouble(problem, to.parent) from None
    return rows


def check_sqlite(path: Path) -> dict[str, int]:
    """Check the whole database; return the number of rows in each table. Raises BackupFailed."""
    try:
        with closing(sqlite3.connect(_address(path, "rw"), uri=True)) as line:
            faults = [row[0] for row in line.execute("PRAGMA integrity_check(5)")]
            orphans = line.execute("PRAGMA foreign_key_check").fetchmany(5)
            rows = count_rows(line)
    except sqlite3.Error:
        raise BackupFailed("The copy of the database cannot be read, so it was not kept.") from None
    if faults != ["ok"] or orphans:
        raise BackupFailed(
            "The copy of the database is damaged, so it was not kept: the database itself may be. Earlier "
            "backups are as they were."
        )
    return rows


def count_rows(line: sqlite3.Connection) -> dict[str, int]:
    """Return the number of rows in each table."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    names = sorted(row[0] for row in line.execute(query))
    return {name: line.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def _address(path: Path, mode: str) -> str:
    return f"file:{quote(str(path.absolute()))}?mode={mode}"
