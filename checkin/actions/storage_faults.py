"""Tell faults of storage, such as a full disk or a lost connection, from bugs in the program."""

from __future__ import annotations

import datetime as dt
import errno
from collections.abc import Iterator

from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from checkin.models.audit import TrailUnwritten

_AWAY, _LOCKED, FULL = "away", "locked", "full"
READ_ONLY, DAMAGED, _STANDBY = "read_only", "damaged", "standby"
TRAIL = "trail"
"""The database answers, and its audit trail takes no line."""

# By prefix of PostgreSQL's SQLSTATE (Appendix A of its manual); the longest match counts.
_CAUSE_OF_SQLSTATE = {
    "08": _AWAY,
    "25006": READ_ONLY,
    "25P03": _AWAY,
    "25P04": _AWAY,
    "28": _AWAY,
    "3D": _AWAY,
    "40": _LOCKED,
    "40003": _AWAY,
    "53": _AWAY,
    "53100": FULL,
    "55006": _LOCKED,
    "55P03": _LOCKED,
    "57": _AWAY,
    "57014": _LOCKED,
    "58": DAMAGED,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
# By SQLite's primary result code (sqlite.org/rescode.html), without 1, “SQL error”, which is our bug.
_CAUSE_OF_SQLITE_CODE = {
    3: READ_ONLY,
    5: _LOCKED,
    6: _LOCKED,
    7: _AWAY,
    8: READ_ONLY,
    9: _LOCKED,
    10: DAMAGED,
    11: DAMAGED,
    13: FULL,
    14: _AWAY,
    15: _LOCKED,
    23: READ_ONLY,
    26: DAMAGED,
}
# SQLite's extended code if the index of its write-ahead log could not grow.
_SQLITE_IOERR_SHMSIZE = 4874
_CAUSE_OF_ERRNO = {
    errno.EROFS: READ_ONLY,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EIO: DAMAGED,
}


_ESCALATION_CACHE_KEY = "escalated-at"


class StandbyUnconfirmed(OperationalError):
    """Committed here, but the required standby has not confirmed it."""


def storage_fault_cause(problem: BaseException | None) -> str:
    """Return why storage failed: one of the words above, or "" if it is a bug in the program."""
    if isinstance(problem, StandbyUnconfirmed):
        return _STANDBY
    if isinstance(problem, TrailUnwritten):
        return storage_fault_cause(problem.__cause__) or TRAIL
    if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        return _CAUSE_OF_ERRNO[problem.errno]
    if not isinstance(problem, DatabaseError | InterfaceError):
        return ""
    driver = problem.__cause__
    sqlstate, code = getattr(driver, "pgcode", None), getattr(driver, "sqlite_errorcode", None)
    if sqlstate:
        return next(
            (
                _CAUSE_OF_SQLSTATE[part]
                for part in _sqlstate_beginnings(sqlstate)
                if part in _CAUSE_OF_SQLSTATE
            ),
            "",
        )
    if code is not None:
        if code == _SQLITE_IOERR_SHMSIZE:
            return FULL
        return _CAUSE_OF_SQLITE_CODE.get(code & 0xFF, "")
    if isinstance(driver, OSError):
        return _CAUSE_OF_ERRNO.get(driver.errno or 0, _AWAY)
    if not isinstance(problem, OperationalError | InterfaceError):
        return ""
    # No code: the connection broke or failed, or the wait for a turn to write took too long.
    return _LOCKED if "locked" in str(problem) else _AWAY


def drop_faulty_connection(cause: str) -> None:
    """Close the connection after such a fault: SQLite never writes on one that opened the file read-only."""
    if cause in (READ_ONLY, DAMAGED) and not connection.in_atomic_block:
        connection.close()


def _sqlstate_beginnings(sqlstate: str) -> Iterator[str]:
    """Yield the code, then its shorter prefixes."""
    return (sqlstate[:length] for length in range(len(sqlstate), 1, -1))


def remember_escalation_run(*, at: dt.datetime) -> None:
    """Remember that escalations ran. If this cannot be stored, `last_escalation_run` grows old."""
    cache.set(_ESCALATION_CACHE_KEY, at.timestamp(), None)


def last_escalation_run() -> dt.datetime | None:
    """Return when escalations last ran, on any server; None if unknown."""
    at = cache.get(_ESCALATION_CACHE_KEY)
    return dt.datetime.fromtimestamp(at, dt.UTC) if at else None
