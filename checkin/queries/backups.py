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
from checkin.rules import backups as backup_rules

_CLOCKS_DIFFER_BY = dt.timedelta(hours=1)
MADE_CACHE_KEY, FAILED_CACHE_KEY = "backup-made-at", "backup-failed"


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
    """Return the backups in a folder, newest first; none if it is missing or cannot be read."""
    found = []
    try:
        for entry in os.scandir(folder):
            made = backup_rules.read_backup_time(entry.name)
            if made is not None and entry.is_file():
                found.append(BackupFile(Path(entry.path), made, entry.stat().st_size))
    except OSError:
        return []
    return sorted(found, key=lambda one: one.made, reverse=True)


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
    if newest is None and not settings.BACKUP_NIGHTLY:
        noted = cache.get(MADE_CACHE_KEY)
        newest = dt.datetime.fromtimestamp(noted, dt.UTC) if noted else None
    return newest


def find_backup_state(at: dt.datetime) -> BackupState:
    newest = newest_backup_time(at)
    is_expected = settings.BACKUP_NIGHTLY or newest is not None
    return BackupState(
        list_backups(settings.BACKUP_DIR),
        newest,
        is_nightly=settings.BACKUP_NIGHTLY,
        is_late=is_expected and backup_rules.is_backup_late(newest, at),
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
        return one.stat().st_dev == other.stat().st_dev
    except OSError:
        return False
