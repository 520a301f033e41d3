"""A database that three processes write to, with a ledger of what was confirmed; and where backups go."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

WRITERS = 3
_WRITE = """
import sqlite3, sys, hashlib
database, ledger, writer = sys.argv[1:]
line = sqlite3.connect(database, timeout=30, isolation_level=None)
line.execute("PRAGMA synchronous=FULL")
with open(ledger, "a", buffering=1) as told:
    for number in range(10**9):
        said = hashlib.sha256(f"{writer} {number}".encode()).hexdigest() * 30
        line.execute("BEGIN IMMEDIATE")
        line.execute("INSERT INTO told (writer, number, words) VALUES (?, ?, ?)", (writer, number, said))
        line.execute("UPDATE total SET rows = rows + 1")
        line.execute("COMMIT")
        told.write(f"{number}\\n")
"""


class Busy:
    """The database under its writers."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "busy.sqlite3"
        self.ledgers = [folder / f"ledger{number}" for number in range(WRITERS)]
        with contextlib.closing(sqlite3.connect(self.database)) as line:
            line.execute("PRAGMA journal_mode=WAL")
            line.execute("CREATE TABLE told (writer TEXT, number INTEGER, words TEXT)")
            line.execute("CREATE INDEX told_by_words ON told (words)")
            line.execute("CREATE TABLE total (rows INTEGER)")
            line.execute("INSERT INTO total VALUES (0)")
            line.commit()

    def confirmed(self) -> list[int]:
        """Return the last number that each writer was told is kept."""
        lines = [ledger.read_text().splitlines() if ledger.exists() else [] for ledger in self.ledgers]
        return [int(one[-1]) if one else -1 for one in lines]

    @contextlib.contextmanager
    def written(self) -> Iterator[None]:
        """Write from three processes, and wait until each has begun."""
        command = [sys.executable, "-c", _WRITE, str(self.database)]
        writers = [
            subprocess.Popen([*command, str(ledger), str(number)])
            for number, ledger in enumerate(self.ledgers)
        ]
        try:
            until = time.monotonic() + 60
            while min(self.confirmed()) < 5 and time.monotonic() < until:
                time.sleep(0.05)
            yield
        finally:
            for writer in writers:
                writer.kill()
                writer.wait()


def words_of(writer: str, number: int) -> str:
    return hashlib.sha256(f"{writer} {number}".encode()).hexdigest() * 30


def faults_of(copy: Path, confirmed: list[int]) -> list[str]:
    """Return what is wrong with a copy: torn, rows that were confirmed before it began, half of a commit."""
    try:
        with contextlib.closing(sqlite3.connect(copy)) as line:
            faults = [] if line.execute("PRAGMA integrity_check").fetchone() == ("ok",) else ["torn"]
            rows = line.execute("SELECT writer, number, words FROM told").fetchall()
            (total,) = line.execute("SELECT rows FROM total").fetchone()
    except sqlite3.Error as problem:
        return [f"unreadable: {problem}"]
    return faults + faults_of_rows(rows, total, confirmed)


def faults_of_rows(rows: list[tuple[str, int, str]], total: int, confirmed: list[int]) -> list[str]:
    """Return what is wrong with the rows of a copy, and the number of them that it holds."""
    faults = []
    for writer, last in enumerate(confirmed):
        numbers = sorted(number for name, number, _ in rows if name == str(writer))
        if numbers != list(range(len(numbers))) or len(numbers) <= last:
            faults.append(f"writer {writer}: rows missing")
    if total != len(rows):
        faults.append("half of a commit")
    if any(words != words_of(name, number) for name, number, words in rows):
        faults.append("a row that nobody wrote")
    return faults
