"""The backups in the folder, and how old the last good one is."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache

from checkin.models import Clinic
from checkin.queries.bounded_calls import BoundedCall
from checkin.rules import backups as backup_rules

_CLOCKS_DIFFER_BY = dt.timedelta(hours=1)
MADE_CACHE_KEY, FAILED_CACHE_KEY = "backup-made-at", "backup-failed"
NIGHTLY_CACHE_KEY = "backup-made-nightly-at"
"""When a server that makes them every night last made one."""
_LONGEST_LOOK_SECONDS = 3.0
_look = BoundedCall("backups-look")


class BackupFile(NamedTuple):
    """A backup that was verified when it was made."""

    path: Path
    made: dt.datetime
    size: int
    """Bytes."""


class BackupState(NamedTuple):
    """What the manager and monitoring are told."""

    files: list[BackupFile]
    newest: dt.datetime | None
    is_nightly: bool
    is_late: bool
    failure: str
    """Why the last attempt failed, if no backup was made since."""
    is_on_same_disk: bool


def list_backups(folder: Path) -> list[BackupFile]:
    """Return this database's backups in a folder, newest first; none if it is missing or cannot be read.

    A disk that hangs counts as one that cannot be read: a page must not wait for it.
    """
    own = own_database_names()
    try:
        found: list[BackupFile] = _look.run(lambda: _scan(folder), seconds=_LONGEST_LOOK_SECONDS)
    except OSError:
        return []
    mine = [one for one in found if backup_rules.read_backup_database(one.path.name) in own]
    return sorted(mine, key=lambda one: one.made, reverse=True)


def own_database_names() -> set[str]:
    """Return what this database's backups are named by; "": by a version that did not say."""
    keys = [settings.AUDIT_KEY, *settings.AUDIT_KEY_FALLBACKS]
    return {"", *map(backup_rules.identify_database, keys)}


def _scan(folder: Path) -> list[BackupFile]:
    found = []
    for entry in os.scandir(folder):
        made = backup_rules.read_backup_time(entry.name)
        if made is not None and entry.is_file():
            found.append(BackupFile(Path(entry.path), made, entry.stat().st_size))
    return found


def _newest_file_time(at: dt.datetime) -> dt.datetime | None:
    """Return the newest backup's time. One from the future, by a wrong clock, stops none that follow."""
    times = (one.made for one in list_backups(settings.BACKUP_DIR))
    return next((made for made in times if made <= at + _CLOCKS_DIFFER_BY), None)


def newest_backup_time(at: dt.datetime) -> dt.datetime | None:
    """Return when the last good backup was made.

    If this server makes them, only a file that is there counts: its disk may be gone. Otherwise, what another
    server has noted counts too.
    """
    newest = _newest_file_time(at)
    if settings.BACKUP_NIGHTLY:
        return newest
    known = [made for made in (newest, _noted_time(MADE_CACHE_KEY)) if made]
    return max(known, default=None)


def is_backup_expected(at: dt.datetime) -> bool:
    """Return whether there should be a new one every night: this server makes them, or another has lately.

    Old files of this server alone are no promise of new ones: somebody may have switched that off.
    """
    nightly = _noted_time(NIGHTLY_CACHE_KEY)
    lately = dt.timedelta(days=max(2, settings.BACKUP_KEPT))
    return settings.BACKUP_NIGHTLY or (nightly is not None and at - nightly < lately)


def _noted_time(key: str) -> dt.datetime | None:
    noted = cache.get(key)
    return dt.datetime.fromtimestamp(noted, dt.UTC) if noted else None


def find_backup_state(at: dt.datetime) -> BackupState:
    newest = newest_backup_time(at)
    return BackupState(
        list_backups(settings.BACKUP_DIR),
        newest,
        is_nightly=settings.BACKUP_NIGHTLY,
        is_late=is_backup_expected(at) and backup_rules.is_backup_late(newest, at),
        failure=cache.get(FAILED_CACHE_KEY) or "",
        is_on_same_disk=_is_on_same_disk(settings.BACKUP_DIR, settings.VAR),
    )


def is_nightly_backup_due(at: dt.datetime) -> bool:
    """Return whether this server is to make one now, by the clock of the first clinic.

    False without a clinic.
    """
    zone = Clinic.objects.order_by("pk").values_list("time_zone", flat=True).first()
    newest = _newest_file_time(at)
    return zone is not None and backup_rules.is_nightly_due(newest, at.astimezone(ZoneInfo(zone)))


def _is_on_same_disk(one: Path, other: Path) -> bool:
    try:
        disks = _look.run(lambda: {one.stat().st_dev, other.stat().st_dev}, seconds=_LONGEST_LOOK_SECONDS)
    except OSError:
        return False
    return len(disks) == 1
