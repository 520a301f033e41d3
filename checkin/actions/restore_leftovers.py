"""Remove what a killed restore left, the database unencrypted, and name what only looks like it."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from checkin.actions import backup_archives, sqlite_snapshots

WORK_PREFIX = "broughtby-restore-unencrypted-"
WORK_MARKER = "made-by-broughtby-restore"
"""A file in each folder that a restore makes. Without it a folder is somebody's own, whatever its name."""
_UNMARKED = re.compile(rf"(restore-|{WORK_PREFIX})[a-z0-9_]{{8}}")
"""Names of the folders that earlier versions made, without that file."""
_OWN_FILES = (*backup_archives.MAY_HOLD, *(f"database.sqlite3{end}" for end in sqlite_snapshots.BESIDE))


def remove_restore_leftovers(beside: Path) -> None:
    """Remove what a killed restore left. Call it with the restore's lock: no other is under way.

    Only files that a restore writes go, and only from a folder that it marked: what somebody put there stays.
    """
    for left in beside.glob(f"{WORK_PREFIX}*"):
        if left.is_symlink() or not (left / WORK_MARKER).is_file():
            continue
        with contextlib.suppress(OSError):
            for name in (*_OWN_FILES, WORK_MARKER):
                (left / name).unlink(missing_ok=True)
            left.rmdir()


def list_unmarked_leftovers(beside: Path) -> list[Path]:
    """Return folders that look like those of a killed restore of an earlier version, and hold its files.

    They may be somebody's own, so a person decides about them.
    """
    return [folder for folder in sorted(beside.iterdir()) if _is_unmarked_leftover(folder)]


def _is_unmarked_leftover(folder: Path) -> bool:
    if not _UNMARKED.fullmatch(folder.name) or folder.is_symlink() or not folder.is_dir():
        return False
    try:
        return any((folder / name).is_file() for name in _OWN_FILES)
    except OSError:  # not ours to read: then it is named, too
        return True
