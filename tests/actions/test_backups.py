"""A backup gets its name only once it was restored and compared; the last good one is never lost."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_django
from django.conf import settings
from django.core.cache import cache

from checkin.actions import backup_archives, backup_keys, backups, postgresql_dumps, sqlite_snapshots
from checkin.actions.backup_failures import BackupFailed
from checkin.models import AuditEvent, Clinic, Staff
from checkin.queries.backups import FAILED_CACHE_KEY
from checkin.rules import backups as backup_rules
from tests import make

pytestmark = pytest.mark.django_db
NIGHT = make.at("2:15")
on_sqlite = pytest.mark.only_on("sqlite")
"""What does not depend on the database: on PostgreSQL each dump takes seconds."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: pytest_django.Settings) -> Path:
    settings.VAR, settings.BACKUP_DIR = tmp_path, tmp_path / "backups"
    settings.BACKUP_RECIPIENTS = []
    (tmp_path / "secret_key").write_text("signs sessions")
    return tmp_path / "backups"


def name_backup(at: dt.datetime) -> str:
    return backup_rules.name_backup(at, backup_rules.identify_database(settings.AUDIT_KEY))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_backup_holds_the_database_and_the_keys_it_needs(
    folder: Path, tmp_path: Path, settings: pytest_django.Settings
) -> None:
    """The audit key is the one in use, also if it came from the environment."""
    settings.AUDIT_KEY, settings.FACTOR_KEY = "seals the trail", "reads the apps"
    made = backups.make_backup(folder=folder, at=NIGHT)
    assert names(folder) == [name_backup(NIGHT)]
    assert made.is_restored and made.rows > 0 and made.key_made == tmp_path / "backup_key"
    (tmp_path / "out").mkdir()
    key = backup_keys.read_identities(tmp_path / "backup_key")
    manifest = backup_archives.read_archive(made.file.path, identities=key, into=tmp_path / "out")
    assert sum(manifest["rows"].values()) == made.rows
    assert (tmp_path / "out/secret_key").read_text() == "signs sessions"
    assert (tmp_path / "out/audit_key").read_text() == "seals the trail"
    assert (tmp_path / "out/factor_key").read_text() == "reads the apps"
    assert (tmp_path / "out" / manifest["data"]).stat().st_size > 0


def test_the_key_of_backups_is_not_in_the_backup() -> None:
    assert "backup_key" not in backups.KEPT_WITH_THE_DATA


@on_sqlite
def test_nothing_readable_is_left_beside_the_backup(folder: Path, tmp_path: Path) -> None:
    backups.make_backup(folder=folder, at=NIGHT)
    assert {path.name for path in tmp_path.iterdir()} == {
        "backups",
        "backup_key",
        "backup.lock",
        "secret_key",
    }
    assert [path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())] == [0, 0]


def test_each_clinic_reads_in_its_trail_that_one_was_made(
    folder: Path, brook: Clinic, hill: Clinic, ada: Staff
) -> None:
    made = backups.make_backup(folder=folder, at=NIGHT, by=ada)
    events = {event.clinic_id: event for event in AuditEvent.objects.filter(action="backup.made")}
    assert events.keys() == {brook.pk, hill.pk}
    assert (events[brook.pk].staff, events[hill.pk].staff) == (ada, None)
    assert events[brook.pk].detail == {
        "bytes": made.file.size,
        "rows": made.rows,
        "restored": True,
        "deleted": 0,
    }


@on_sqlite
def test_a_good_backup_ends_what_was_told_of_the_last_failure(folder: Path) -> None:
    backups.remember_backup_failure("The disk is full.")
    assert cache.get(FAILED_CACHE_KEY) == "The disk is full."
    backups.make_backup(folder=folder, at=NIGHT)
    assert cache.get(FAILED_CACHE_KEY) is None


@on_sqlite
def test_fourteen_nights_are_kept_and_other_files_are_left_alone(folder: Path) -> None:
    folder.mkdir()
    for day in range(1, 21):
        (folder / name_backup(NIGHT - dt.timedelta(days=day))).write_bytes(b"earlier")
    (folder / "holiday.age").write_bytes(b"somebody's own")
    made = backups.make_backup(folder=folder, at=NIGHT)
    assert made.deleted == 7
    kept = [name_backup(NIGHT - dt.timedelta(days=day)) for day in range(13, -1, -1)]
    assert names(folder) == [*kept, "holiday.age"]


@contextlib.contextmanager
def earlier_one_survives(folder: Path) -> Iterator[None]:
    """An earlier backup, older than those that are kept, is still the only file after a failure."""
    folder.mkdir(exist_ok=True)
    (folder / name_backup(NIGHT - dt.timedelta(days=90))).write_bytes(b"earlier")
    with pytest.raises(BackupFailed):
        yield
    assert names(folder) == [name_backup(NIGHT - dt.timedelta(days=90))]
    assert not AuditEvent.objects.filter(action="backup.made").exists()


@on_sqlite
def test_a_full_disk_leaves_no_half_file_and_the_last_good_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(**given: object) -> None:
        Path(str(given["to"])).write_bytes(b"half")
        raise BackupFailed("The disk is full.")

    monkeypatch.setattr(backup_archives, "write_archive", fill)
    with earlier_one_survives(folder):
        backups.make_backup(folder=folder, at=NIGHT)


@on_sqlite
def test_a_file_that_the_disk_changed_is_not_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = backup_archives.write_archive

    def damage(**given: object) -> None:
        write(**given)
        path = Path(str(given["to"]))
        path.write_bytes(path.read_bytes()[:-200])

    monkeypatch.setattr(backup_archives, "write_archive", damage)
    with earlier_one_survives(folder):
        backups.make_backup(folder=folder, at=NIGHT)


def test_a_copy_that_lacks_a_row_is_not_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module, name = (
        (sqlite_snapshots, "check_sqlite")
        if backups.connection.vendor == "sqlite"
        else (postgresql_dumps, "_restore_rows")
    )
    check = getattr(module, name)

    def lose_one(*given: object) -> dict[str, int]:
        rows: dict[str, int] = check(*given)
        return rows | {"django_migrations": rows["django_migrations"] - 1}

    monkeypatch.setattr(module, name, lose_one)
    with earlier_one_survives(folder):
        backups.make_backup(folder=folder, at=NIGHT)


@on_sqlite
def test_a_disk_that_is_not_connected_is_no_folder_to_make(folder: Path, tmp_path: Path) -> None:
    """Otherwise backups would fill the first disk, in the empty folder where the second one belongs."""
    with pytest.raises(BackupFailed, match="is not there, so no backup was made"):
        backups.make_backup(folder=tmp_path / "second/backups", at=NIGHT)
    assert not (tmp_path / "second").exists()


@on_sqlite
def test_only_one_is_made_at_a_time(folder: Path, tmp_path: Path) -> None:
    with (tmp_path / "backup.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupFailed, match="Another backup is being made"):
            backups.make_backup(folder=folder, at=NIGHT)
    backups.make_backup(folder=folder, at=NIGHT)


@on_sqlite
def test_what_a_killed_run_left_is_removed_and_no_younger_file(folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    old, young, other = (
        folder / f"{name_backup(make.at('1:00'))}.partial",
        folder / f"{name_backup(make.at('2:00'))}.partial",
        folder / "holiday.partial",
    )
    for path in (old, young, other):
        path.write_bytes(b"half")
    for path in (old, other):
        os.utime(path, (time.time() - 7200,) * 2)
    (tmp_path / "backup.work").mkdir()
    (tmp_path / "backup.work/database.sqlite3").write_bytes(b"everybody")
    backups.make_backup(folder=folder, at=NIGHT)
    assert names(folder) == sorted([name_backup(NIGHT), young.name, other.name])
    assert not (tmp_path / "backup.work").exists()


@on_sqlite
def test_a_backup_is_never_replaced_by_another(folder: Path) -> None:
    first = backups.make_backup(folder=folder, at=NIGHT).file.path.read_bytes()
    with pytest.raises(BackupFailed, match="is there already"):
        backups.make_backup(folder=folder, at=NIGHT)
    assert (folder / name_backup(NIGHT)).read_bytes() == first


@on_sqlite
def test_a_folder_that_cannot_be_written_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(backup_archives, "_create_file", refuse)
    with pytest.raises(BackupFailed, match="Read-only file system"):
        backups.make_backup(folder=folder, at=NIGHT)


@on_sqlite
def test_a_backup_that_could_not_be_noted_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lock(*given: object, **named: object) -> None:
        raise backups.DatabaseError("database is locked") from sqlite3.OperationalError("locked")

    monkeypatch.setattr(backups.audit, "write_audit_event", lock)
    make.clinic()
    assert backups.make_backup(folder=folder, at=NIGHT).file.path.exists()


@on_sqlite
def test_a_disk_without_room_is_told_before_anything_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_rules, "has_room", lambda *, free, needed: False)
    with pytest.raises(BackupFailed, match="MB free, and a backup needs about"):
        backups.make_backup(folder=folder, at=NIGHT)
    assert names(folder) == []


@on_sqlite
def test_expired_backups_of_another_clinic_stay(folder: Path) -> None:
    folder.mkdir()
    theirs = [
        backup_rules.name_backup(NIGHT - dt.timedelta(days=day), database)
        for day in range(10, 40)
        for database in ("0123abcd", "")
    ]
    for name in theirs:
        (folder / name).write_bytes(b"theirs")
    backups.make_backup(folder=folder, at=NIGHT)
    assert names(folder) == sorted([*theirs, name_backup(NIGHT)])
