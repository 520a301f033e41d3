"""Restore a backup into an empty place. What is there already is never overwritten."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyrage
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from checkin.actions import audit, backup_archives, postgresql_dumps, restore_leftovers, sqlite_snapshots
from checkin.actions.backup_failures import BackupFailed, describe_disk_trouble
from checkin.actions.backups import KEPT_WITH_THE_DATA, database_path, hash_file, hold_lock, sync_folder
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic

_PROGRAM_IS_RUNNING = "The program is running here. Nothing was changed. Stop it, then run this again."
_TIME_IN_FOLDER = "%Y%m%dT%H%M%S"
_ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class Restored(NamedTuple):
    """What was restored."""

    made: dt.datetime
    """When the backup was made."""
    rows: dict[str, int]
    keys: list[str]
    """The files of var/ that came with it."""
    leftovers: Sequence[Path] = ()
    """Folders that may be what a killed restore of an earlier version left, unencrypted."""


class _KeyChange(NamedTuple):
    """A key of var/ and what a restore writes beside it before any name changes."""

    target: Path
    part: Path
    """The key that came with the backup."""
    kept: Path | None
    """A copy of the key that is there, if it is another one."""
    is_there: bool


def restore_backup(*, source: Path, identities: Sequence[pyrage.x25519.Identity]) -> Restored:
    """Put the database of a backup and its keys in place. Raises BackupFailed, with nothing changed.

    The caller brings the tables up to date, then calls `note_restore`.
    """
    # A running server holds this lock (clinic/watch.py). Held here, so that none starts meanwhile unseen.
    with hold_lock("escalate.lock", refusal=_PROGRAM_IS_RUNNING):
        _refuse_unless_empty()
        with _private_folder() as work:
            manifest = backup_archives.read_archive(source, identities=identities, into=work)
            data = _check_manifest(manifest, work, source)
            is_sqlite = connection.vendor == "sqlite"
            if is_sqlite and sqlite_snapshots.check_sqlite(data) != manifest["rows"]:
                raise BackupFailed(f"{source} lacks rows. Nothing was changed. Take an earlier backup.")
            # The keys first: a database without them would be in use with a trail that nobody can verify.
            with _place_keys(work) as keys:
                if is_sqlite:
                    _place_sqlite(data)
                else:
                    postgresql_dumps.restore_postgresql(data, manifest["rows"])
            _use_key("AUDIT_KEY", work / "audit_key")
            _use_key("FACTOR_KEY", work / "factor_key")
    left = restore_leftovers.list_unmarked_leftovers(_restore_place())
    return Restored(dt.datetime.fromisoformat(manifest["made_at"]), manifest["rows"], keys, left)


def note_restore(restored: Restored, *, at: dt.datetime) -> None:
    """Write to the audit trail of every clinic that its data was restored, and from when."""
    with write_in_turn():
        for clinic in Clinic.objects.order_by("pk"):
            audit.write_audit_event(
                action="backup.restored",
                subject=clinic,
                clinic_id=clinic.pk,
                at=at,
                made_at=restored.made.isoformat(),
                rows=sum(restored.rows.values()),
            )


def _refuse_unless_empty() -> None:
    """Raise BackupFailed, saying what to move away, if a database or a part of one is in the place."""
    if connection.vendor != "sqlite":
        with postgresql_dumps.connect_to_postgresql() as line:
            if postgresql_dumps.count_rows(line):
                raise BackupFailed(
                    f"The database {line.info.dbname} has tables already. Nothing was changed. Restore into "
                    "an empty one: make it with createdb, and name it in DATABASE_URL."
                )
        return
    target = database_path()
    beside = [f"{target.name}{ending}" for ending in sqlite_snapshots.BESIDE]
    found = [name for name in (target.name, *beside) if os.path.lexists(target.parent / name)]
    if found:
        listed, one = ", ".join(found), len(found) == 1
        raise BackupFailed(
            f"{listed} {'is' if one else 'are'} in {target.parent} already: a restored database would "
            "replace or be "
            f"destroyed by {'it' if one else 'them'}. Nothing was changed. Move {'it' if one else 'them'} "
            f"away, then run this again:\n{_lines_to_move_away(target)}"
        )


def _lines_to_move_away(target: Path) -> str:
    """Return what to type. The folder's name has the time: an earlier database there would be replaced."""
    folder, files = shlex.quote(f"{target.parent}/replaced-"), f"{shlex.quote(str(target))}*"
    return f'  old={folder}$(date +{_TIME_IN_FOLDER})\n  mkdir "$old" && mv {files} "$old"/'


def _restore_place() -> Path:
    """Return the folder in which a restore unpacks: where the database goes."""
    return database_path().parent if connection.vendor == "sqlite" else settings.VAR


@contextlib.contextmanager
def _private_folder() -> Iterator[Path]:
    beside = _restore_place()
    try:
        work = Path(tempfile.mkdtemp(prefix=restore_leftovers.WORK_PREFIX, dir=beside))
        (work / restore_leftovers.WORK_MARKER).touch(mode=0o600)
    except OSError as problem:
        raise describe_disk_trouble(problem, beside) from None
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
        # Only now that the source was read: whatever its folder is, it was there for that.
        restore_leftovers.remove_restore_leftovers(beside)


def _check_manifest(manifest: dict[str, Any], work: Path, source: Path) -> Path:
    """Return the file of the data.

    Raises BackupFailed if it is damaged, or not for this program or database.
    """
    try:
        data, engine, migrations = (
            work / str(manifest["data"]),
            manifest["engine"],
            set(manifest["migrations"]),
        )
        is_whole = hash_file(data) == manifest["sha256"]
    except (KeyError, TypeError, OSError):
        is_whole = False
    if not is_whole:
        raise BackupFailed(f"{source} is damaged. Nothing was changed. Take an earlier backup.")
    if engine != connection.vendor:
        raise BackupFailed(
            f"{source} is a backup of {_ENGINES.get(engine, engine)}, and this program uses "
            f"{_ENGINES[connection.vendor]}. Nothing was changed. Set DATABASE_URL to the same kind of "
            "database."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := migrations - known:
        raise BackupFailed(
            f"{source} was made by a newer version of the program ({min(newer)}). Nothing was changed. "
            "Install that version, then run this again."
        )
    return data


def _place_sqlite(data: Path) -> None:
    """Move the database to its place. A link, unlike a rename, never replaces what came there meanwhile."""
    target = database_path()
    try:
        os.link(data, target)
        try:
            sync_folder(target.parent)
        except BaseException:
            target.unlink()  # the keys are put back, too
            raise
    except OSError as problem:
        raise describe_disk_trouble(problem, target) from None


def _use_key(name: str, key: Path) -> None:
    """Use the restored data's own key for what follows: it was not there when the program started."""
    before = getattr(settings, name)
    if key.is_file() and key.read_text().strip() != before:
        setattr(settings, f"{name}_FALLBACKS", [*getattr(settings, f"{name}_FALLBACKS"), before])
        setattr(settings, name, key.read_text().strip())


@contextlib.contextmanager
def _place_keys(work: Path) -> Iterator[list[str]]:
    """Put the keys that came with the backup into var/; yield their names.

    If that or the block fails, what was there is back. Another key there is kept beside it, as .replaced. All
    is written before any name changes, and each file has a whole key at every moment: after a kill the
    program starts, and restore can be run again.
    """
    changes: list[_KeyChange] = []
    placed: list[_KeyChange] = []
    try:
        try:
            came = [name for name in KEPT_WITH_THE_DATA if (work / name).is_file()]
            for name, key in _list_keys(work, came).items():
                changes.append(_plan_key_change(settings.VAR / name, key))
                _write_key_change(changes[-1], key)
            sync_folder(settings.VAR)
            for change in changes:
                placed.append(change)
                change.part.replace(change.target)
            sync_folder(settings.VAR)
        except OSError as problem:
            raise _describe_key_trouble(problem) from None
        yield came
    except BaseException:
        for change in changes:
            with contextlib.suppress(OSError):
                _undo_key_change(change, is_placed=change in placed)
        raise


def _list_keys(work: Path, came: list[str]) -> dict[str, bytes]:
    """Return the content of each key to write, by its name."""
    keys = {name: (work / name).read_bytes() for name in came}
    if not os.path.lexists(settings.VAR / "factor_key"):
        # The key in use, if the backup is of before there was one. It may follow from the secret key that the
        # restored one replaces, for the next start.
        keys.setdefault("factor_key", settings.FACTOR_KEY.encode())
    return keys


def _plan_key_change(target: Path, key: bytes) -> _KeyChange:
    is_there = target.is_file()
    is_other = is_there and target.read_bytes() != key
    kept = _free_name(target.with_name(f"{target.name}.replaced")) if is_other else None
    return _KeyChange(target, target.with_name(f"{target.name}.restored"), kept, is_there)


def _write_key_change(change: _KeyChange, key: bytes) -> None:
    _write_private(change.part, key)
    if change.kept is not None:
        _write_private(change.kept, change.target.read_bytes())


def _undo_key_change(change: _KeyChange, *, is_placed: bool) -> None:
    """Put back what was there. Needs no space on the disk."""
    change.part.unlink(missing_ok=True)
    if change.kept is not None:
        if is_placed:
            change.kept.replace(change.target)
        else:
            change.kept.unlink(missing_ok=True)
    elif is_placed and not change.is_there:
        change.target.unlink(missing_ok=True)


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, and bring it to the disk. Raises OSError."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _describe_key_trouble(problem: OSError) -> BackupFailed:
    why = (problem.strerror or type(problem).__name__).rstrip(".")
    return BackupFailed(
        f"The keys could not be written to {settings.VAR} ({why}). Nothing was changed, and the keys there "
        "are as they were. Make space there or correct that, and run this again."
    )


def _free_name(path: Path) -> Path:
    """Return this name, or with the first number that is free: an earlier key that was replaced stays."""
    names = (path.with_name(f"{path.name}{number or ''}") for number in itertools.count())
    return next(name for name in names if not os.path.lexists(name))
