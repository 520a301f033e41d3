"""Which backups exist by their names, when the next is due, which are deleted, and when to warn."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Iterable

_OLD_AFTER = dt.timedelta(hours=36)
_CATCH_UP_AFTER = dt.timedelta(hours=26)
"""A computer that is off at night makes its backup by day, this long after the last one."""
_NIGHT_BEGINS, _NIGHT_ENDS = 2, 4
_KEPT_WHOLE = dt.timedelta(days=2)
"""Of these last days every backup is kept: one made before an upgrade must outlive the one made after it."""
PARTIAL_ENDING = ".partial"
_NAME = re.compile(r"broughtby-(?:([0-9a-f]{8})-)?(\d{8}T\d{6})Z\.age")
_SPACE_TO_SPARE = 50_000_000


def identify_database(audit_key: str) -> str:
    """Return eight digits that tell this clinic's backups from another's in the same folder.

    They are from the key that seals the trail: it goes with the database when that is restored.
    """
    return hmac.new(audit_key.encode(), b"name of backups", hashlib.sha256).hexdigest()[:8]


def name_backup(at: dt.datetime, database: str = "") -> str:
    """Return the file's name. A file has this name only once it has been verified.

    `database` is from `identify_database`; names without it are of an earlier version.
    """
    of_database = f"{database}-" if database else ""
    return f"broughtby-{of_database}{at.astimezone(dt.UTC):%Y%m%dT%H%M%S}Z.age"


def read_backup_database(name: str) -> str:
    """Return whose backup it is; "" if the name does not say."""
    found = _NAME.fullmatch(name)
    return found[1] or "" if found else ""


def has_room(*, free: int, needed: int) -> bool:
    """Return whether so many bytes fit, with some to spare: the clinic goes on writing meanwhile."""
    return free >= needed + _SPACE_TO_SPARE


def read_backup_time(name: str) -> dt.datetime | None:
    """Return when the backup of this name was made; None if the name is not a backup's."""
    found = _NAME.fullmatch(name)
    try:
        return dt.datetime.strptime(found[2], "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC) if found else None
    except ValueError:
        return None


def is_nightly_due(newest: dt.datetime | None, local: dt.datetime) -> bool:
    """Return whether to make one now: between 2 and 4 at night, or at once if a night was missed.

    `local` is the time now, in the clinic's own zone.
    """
    if newest is None or local - newest >= _CATCH_UP_AFTER:
        return True
    begun = local.replace(hour=_NIGHT_BEGINS, minute=0, second=0, microsecond=0)
    return _NIGHT_BEGINS <= local.hour < _NIGHT_ENDS and newest < begun


def is_backup_late(newest: dt.datetime | None, at: dt.datetime) -> bool:
    return newest is None or at - newest > _OLD_AFTER


def choose_expired(times: Iterable[dt.datetime], *, kept_days: int, at: dt.datetime) -> list[dt.datetime]:
    """Return the times of the backups to delete.

    Kept are the last one of each of the newest `kept_days` days (at least one), and all of the last two days.
    """
    newest_first = sorted(times, reverse=True)
    last_of_day: dict[dt.date, dt.datetime] = {}
    for made in newest_first:
        last_of_day.setdefault(made.date(), made)
    kept = set(list(last_of_day.values())[: max(1, kept_days)])
    return [made for made in newest_first if made not in kept and at - made > _KEPT_WHOLE]
