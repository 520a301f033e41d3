"""Make a backup: copy, encrypt, verify by restoring it, and only then name it a backup."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from checkin.actions import audit, backup_archives, backup_keys, postgresql_dumps, sqlite_snapshots
from checkin.actions.backup_failures import BackupFailed, describe_disk_trouble
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Staff
from checkin.queries.backups import (
    FAILED_CACHE_KEY,
    MADE_CACHE_KEY,
    NIGHTLY_CACHE_KEY,
    BackupFile,
    list_backups,
    own_database_names,
)
from checkin.rules import backups as backup_rules

KEPT_WITH_THE_DATA = ("secret_key", "audit_key", "factor_key")
"""Files of var/ that a restored database needs. They are only inside the encrypted file, never beside it."""
_FORMAT = 1
_STALE_SECONDS = 3600
_ANOTHER_IS_MADE = "Another backup is being made at this moment. Wait until it is done."
log = structlog.get_logger(__name__)


class BackupMade(NamedTuple):
    """A verified backup."""

    file: BackupFile
    rows: int
    is_restored: bool
    """Whether it was restored to verify it. False: its contents were only listed."""
    key_made: Path | None
    """The file of the key, if this run made it."""
    deleted: int
    """How many expired backups were deleted."""


def make_backup(*, folder: Path, at: dt.datetime, by: Staff | None = None) -> BackupMade:
    """Write a verified backup into this folder; then delete the expired ones there. Raises BackupFailed.

    While it is written its name ends in .partial. `by` is None from the command line and at night.
    """
    with hold_lock("backup.lock", refusal=_ANOTHER_IS_MADE), _work_folder() as work:
        _check_folder(folder)
        try:
            _check_free_space(folder)
        except OSError as problem:
            raise describe_disk_trouble(problem, folder) from None
        keys = backup_keys.prepare_backup_keys()
        manifest, files = _take_snapshot(work, at)
        target = folder / backup_rules.name_backup(at, backup_rules.identify_database(settings.AUDIT_KEY))
        partial = target.with_name(f"{target.name}{backup_rules.PARTIAL_ENDING}")
        try:
            backup_archives.write_archive(
                manifest=manifest, files=files, recipients=keys.recipients, to=partial
            )
            is_restored = _verify(partial, manifest, keys, work)
            _rename_on_disk(partial, target)
        finally:
            partial.unlink(missing_ok=True)
        deleted = _delete_expired(folder, at)
        made = BackupFile(target, at.replace(microsecond=0), target.stat().st_size)
        result = BackupMade(made, sum(manifest["rows"].values()), is_restored, keys.made, deleted)
    _note_success(result, at=at, by=by)
    return result


def remember_backup_failure(sentence: str) -> None:
    """Keep why the last attempt failed, for the manager's page. If this cannot be stored, the log has it."""
    with contextlib.suppress(DatabaseError, OSError):
        cache.set(FAILED_CACHE_KEY, sentence, None)


def database_path() -> Path:
    """Return the file of the SQLite database."""
    return Path(connection.settings_dict["NAME"])


def hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Bring the names of its files to the disk, so that a power cut keeps them. Raises OSError."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _take_snapshot(work: Path, at: dt.datetime) -> tuple[dict[str, Any], dict[str, Path]]:
    """Copy the database and the keys that it needs; return the manifest and the files by their names."""
    server = ""
    if connection.vendor == "sqlite":
        name = "database.sqlite3"
        rows = sqlite_snapshots.copy_sqlite(database_path(), work / name)
    else:
        name = "database.dump"
        rows, server = postgresql_dumps.dump_postgresql(work / name)
    applied = MigrationRecorder(connection).applied_migrations()
    manifest = {
        "format": _FORMAT,
        "made_at": at.isoformat(),
        "engine": connection.vendor,
        "server": server,
        "data": name,
        "sha256": hash_file(work / name),
        "rows": rows,
        "migrations": sorted(f"{app}.{migration}" for app, migration in applied),
    }
    # The keys in use, wherever they come from: without them nobody can prove that the restored trail is
    # whole, and no authenticator app works.
    keys = {"audit_key": work / "audit_key", "factor_key": work / "factor_key"}
    keys["audit_key"].write_text(settings.AUDIT_KEY)
    keys["factor_key"].write_text(settings.FACTOR_KEY)
    if (settings.VAR / "secret_key").is_file():
        keys["secret_key"] = settings.VAR / "secret_key"
    return manifest, {name: work / name, **keys}


def _verify(partial: Path, manifest: dict[str, Any], keys: backup_keys.BackupKeys, work: Path) -> bool:
    """Restore it aside and compare; return whether that was possible. Raises BackupFailed."""
    again = work / "verify"
    again.mkdir(mode=0o700)
    (work / manifest["data"]).unlink()
    read = backup_archives.read_archive(partial, identities=[keys.verifier], into=again)
    data = again / manifest["data"]
    if read != manifest or hash_file(data) != manifest["sha256"]:
        raise BackupFailed("The copy differs from what was written, so it was not kept: check that disk.")
    if manifest["engine"] != "sqlite":
        return postgresql_dumps.check_dump(data, manifest["rows"])
    if sqlite_snapshots.check_sqlite(data) != manifest["rows"]:
        raise BackupFailed("The copy lacks rows, so it was not kept. Earlier backups are as they were.")
    return True


def _check_folder(folder: Path) -> None:
    """Make the usual folder.

    Another one must be there: an empty place would be this disk, not the second one.
    """
    try:
        if folder == settings.VAR / "backups":
            folder.mkdir(mode=0o700, exist_ok=True)
        if not folder.is_dir():
            raise BackupFailed(
                f"The folder {folder} is not there, so no backup was made. Connect its disk, or make the "
                "folder."
            )
        for left in folder.glob(f"*{backup_rules.PARTIAL_ENDING}"):
            # Of a run that was killed. Another server may be writing a younger one.
            known = backup_rules.read_backup_time(left.name.removesuffix(backup_rules.PARTIAL_ENDING))
            own = backup_rules.read_backup_database(left.name.removesuffix(backup_rules.PARTIAL_ENDING))
            if known and own in own_database_names() and time.time() - left.stat().st_mtime > _STALE_SECONDS:
                left.unlink(missing_ok=True)
    except OSError as problem:
        raise describe_disk_trouble(problem, folder) from None


def _check_free_space(folder: Path) -> None:
    """Raise BackupFailed before anything is written if it cannot fit.

    In var/ a copy of the database is made; the encrypted file is about as big as the last one.
    """
    before = next((one.size for one in list_backups(folder)), 0)
    copy = 2 * before
    if connection.vendor == "sqlite":
        ends = ("", *sqlite_snapshots.BESIDE)
        parts = [database_path().with_name(f"{database_path().name}{end}") for end in ends]
        copy = sum(part.stat().st_size for part in parts if part.is_file())
    same = folder.stat().st_dev == settings.VAR.stat().st_dev
    wanted = {settings.VAR: copy + before} if same else {settings.VAR: copy, folder: before}
    for place, needed in wanted.items():
        free = shutil.disk_usage(place).free
        if not backup_rules.has_room(free=free, needed=needed):
            raise BackupFailed(
                f"The disk of {place} has {free / 1e6:,.0f} MB free, and a backup needs about "
                f"{needed / 1e6:,.0f} MB and some to spare. Nothing was written, and earlier backups are as "
                "they were. Make space there, or name another folder, and run this again."
            )


@contextlib.contextmanager
def hold_lock(name: str, *, refusal: str) -> Iterator[None]:
    """Hold this lock in var/. Raises BackupFailed with the refusal if another process holds it."""
    try:
        lock = (settings.VAR / name).open("a")
    except OSError as problem:
        raise describe_disk_trouble(problem, settings.VAR) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed(refusal) from None
        yield


@contextlib.contextmanager
def _work_folder() -> Iterator[Path]:
    """Make a private folder in var/, where the data is too; remove one that a killed run has left."""
    work = settings.VAR / "backup.work"
    try:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
    except OSError as problem:
        raise describe_disk_trouble(problem, settings.VAR) from None
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _rename_on_disk(partial: Path, target: Path) -> None:
    """Give it its name so that a power cut leaves the whole file or none."""
    try:
        if target.exists():
            raise BackupFailed("A backup of this second is there already. Nothing was changed.")
        partial.rename(target)
        sync_folder(target.parent)
    except OSError as problem:
        raise describe_disk_trouble(problem, target.parent) from None


def _delete_expired(folder: Path, at: dt.datetime) -> int:
    """Delete expired backups; return how many. The one just made is among those that are kept.

    One whose name does not say whose it is may be another database's: it stays.
    """
    files = {
        one.made: one.path for one in list_backups(folder) if backup_rules.read_backup_database(one.path.name)
    }
    expired = backup_rules.choose_expired(files, kept_days=settings.BACKUP_KEPT, at=at)
    for made in expired:
        with contextlib.suppress(OSError):
            files[made].unlink()
    return len(expired)


def _note_success(made: BackupMade, *, at: dt.datetime, by: Staff | None) -> None:
    """Note it for other servers and write it to every clinic's audit trail."""
    try:
        with write_in_turn():
            cache.set(MADE_CACHE_KEY, at.timestamp(), None)
            if settings.BACKUP_NIGHTLY:
                cache.set(NIGHTLY_CACHE_KEY, at.timestamp(), None)
            cache.delete(FAILED_CACHE_KEY)
            for clinic in Clinic.objects.order_by("pk"):
                audit.write_audit_event(
                    action="backup.made",
                    subject=clinic,
                    clinic_id=clinic.pk,
                    at=at,
                    by=by if by and by.clinic_id == clinic.pk else None,
                    bytes=made.file.size,
                    rows=made.rows,
                    restored=made.is_restored,
                    deleted=made.deleted,
                )
    except DatabaseError as problem:
        # The backup is good; only the line about it is missing.
        log.error("backup_not_noted", problem=type(problem).__name__)
