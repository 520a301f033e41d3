"""A copy of SQLite, made while others write, holds all that was confirmed before it began."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pyrage
import pytest

from checkin.actions import backup_archives, sqlite_snapshots
from checkin.actions.backup_failures import BackupFailed
from tests.backed_up import Busy, faults_of

MOST_COPIES = 60


def back_up_and_restore(busy: Busy, folder: Path) -> list[str]:
    """Return the faults of one backup, through the encrypted file and back."""
    identity = pyrage.x25519.Identity.generate()
    confirmed = busy.confirmed()
    (folder / "again").mkdir(parents=True)
    rows = sqlite_snapshots.copy_sqlite(busy.database, folder / "database.sqlite3")
    backup_archives.write_archive(
        manifest={"rows": rows},
        files={"database.sqlite3": folder / "database.sqlite3"},
        recipients=[identity.to_public()],
        to=folder / "one.age",
    )
    read = backup_archives.read_archive(folder / "one.age", identities=[identity], into=folder / "again")
    restored = folder / "again/database.sqlite3"
    assert sqlite_snapshots.check_sqlite(restored) == read["rows"] == rows
    return faults_of(restored, confirmed)


def rounds(tmp_path: Path, count: int) -> list[list[str]]:
    busy = Busy(tmp_path)
    with busy.written():
        return [back_up_and_restore(busy, tmp_path / str(number)) for number in range(count)]


def test_two_backups_under_three_writers_have_every_confirmed_row(tmp_path: Path) -> None:
    assert rounds(tmp_path, 2) == [[], []]


@pytest.mark.long
def test_25_backups_under_three_writers_have_every_confirmed_row(tmp_path: Path) -> None:
    assert rounds(tmp_path, 25) == [[]] * 25


@pytest.mark.long
def test_plain_copies_of_the_file_are_torn_or_miss_rows(tmp_path: Path) -> None:
    """Control: the same check finds what `cp` loses, so it would find it in a backup."""
    busy, bad, copy = Busy(tmp_path), 0, tmp_path / "copy.sqlite3"
    with busy.written():
        for _ in range(MOST_COPIES):
            confirmed = busy.confirmed()
            shutil.copy(busy.database, copy)
            bad += bool(faults_of(copy, confirmed))
            for ending in sqlite_snapshots.BESIDE:
                Path(f"{copy}{ending}").unlink(missing_ok=True)
    print(bad, "of", MOST_COPIES, "plain copies are torn or miss rows")
    assert bad > 0


def test_a_copy_is_one_file(tmp_path: Path) -> None:
    busy = Busy(tmp_path)
    sqlite_snapshots.copy_sqlite(busy.database, tmp_path / "copy.sqlite3")
    assert sqlite_snapshots.check_sqlite(tmp_path / "copy.sqlite3") == {"told": 0, "total": 1}
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.sqlite3"]


def test_a_damaged_copy_is_refused(tmp_path: Path) -> None:
    busy = Busy(tmp_path)
    with sqlite3.connect(busy.database) as line:
        line.executemany("INSERT INTO told VALUES ('0', ?, ?)", [(n, "x" * 900) for n in range(200)])
    line.close()
    sqlite_snapshots.copy_sqlite(busy.database, tmp_path / "copy.sqlite3")
    with (tmp_path / "copy.sqlite3").open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 4)
    with pytest.raises(BackupFailed, match="not kept"):
        sqlite_snapshots.check_sqlite(tmp_path / "copy.sqlite3")


def test_a_row_whose_parent_is_gone_is_damage(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "copy.sqlite3") as line:
        line.execute("CREATE TABLE one (id INTEGER PRIMARY KEY)")
        line.execute("CREATE TABLE two (one INTEGER REFERENCES one)")
        line.execute("INSERT INTO two VALUES (7)")
    line.close()
    with pytest.raises(BackupFailed, match="damaged"):
        sqlite_snapshots.check_sqlite(tmp_path / "copy.sqlite3")


def test_a_database_that_is_not_there_is_a_failure_and_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(BackupFailed):
        sqlite_snapshots.copy_sqlite(tmp_path / "missing.sqlite3", tmp_path / "copy.sqlite3")
    assert not (tmp_path / "missing.sqlite3").exists()
