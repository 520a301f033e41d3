"""Why the database does not keep what it is asked to keep, told apart from a fault of the program."""

from __future__ import annotations

import datetime as dt
import errno
from collections.abc import Iterator

from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, OperationalError, connection

AWAY, LOCKED, FULL = "away", "locked", "full"
READ_ONLY, DAMAGED, STANDBY = "read_only", "damaged", "standby"

# PostgreSQL's SQLSTATE, the longest beginning that fits (Appendix A of its manual).
SQLSTATES = {
    "08": AWAY,
    "25006": READ_ONLY,
    "25P03": AWAY,
    "25P04": AWAY,
    "28": AWAY,
    "3D": AWAY,
    "40": LOCKED,
    "40003": AWAY,
    "53": AWAY,
    "53100": FULL,
    "55006": LOCKED,
    "55P03": LOCKED,
    "57": AWAY,
    "57014": LOCKED,
    "58": DAMAGED,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
# SQLite's primary result codes (sqlite.org/rescode.html); 1, “SQL error”, is ours and stays one.
SQLITE_CODES = {
    3: READ_ONLY,
    5: LOCKED,
    6: LOCKED,
    7: AWAY,
    8: READ_ONLY,
    9: LOCKED,
    10: DAMAGED,
    11: DAMAGED,
    13: FULL,
    14: AWAY,
    15: LOCKED,
    23: READ_ONLY,
    26: DAMAGED,
}
# The index of the write-ahead log could not grow.
SQLITE_IOERR_SHMSIZE = 4874
ERRNOS = {
    errno.EROFS: READ_ONLY,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EIO: DAMAGED,
}


ESCALATED = "escalated-at"


class Unconfirmed(OperationalError):
    """It is committed on this machine, but the standby that must have it too has not said so."""


def cause_of(problem: BaseException | None) -> str:
    """Why storage failed: one of the words above, or "" where the fault is the program's own."""
    if isinstance(problem, Unconfirmed):
        return STANDBY
    if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        return ERRNOS[problem.errno]
    if not isinstance(problem, DatabaseError | InterfaceError):
        return ""
    driver = problem.__cause__
    sqlstate, code = getattr(driver, "pgcode", None), getattr(driver, "sqlite_errorcode", None)
    if sqlstate:
        return next((SQLSTATES[part] for part in beginnings(sqlstate) if part in SQLSTATES), "")
    if code is not None:
        if code == SQLITE_IOERR_SHMSIZE:
            return FULL
        return SQLITE_CODES.get(code & 0xFF, "")
    if isinstance(driver, OSError):
        return ERRNOS.get(driver.errno or 0, AWAY)
    if not isinstance(problem, OperationalError | InterfaceError):
        return ""
    # No code: the connection broke, could not be made, or the turn to write did not come.
    return LOCKED if "locked" in str(problem) else AWAY


def let_go(cause: str) -> None:
    """Open the database anew next time: SQLite's file, once opened to be read, is never written again."""
    if cause in (READ_ONLY, DAMAGED) and not connection.in_atomic_block:
        connection.close()


def beginnings(sqlstate: str) -> Iterator[str]:
    """The code itself, then its shorter beginnings."""
    return (sqlstate[:length] for length in range(len(sqlstate), 1, -1))


def remember_escalation(*, at: dt.datetime) -> None:
    """Say that escalations were looked for. Where that cannot be kept, `last_escalation` grows old."""
    cache.set(ESCALATED, at.timestamp(), None)


def last_escalation() -> dt.datetime | None:
    """When escalations were last looked for, by whichever server; None where it is not known."""
    at = cache.get(ESCALATED)
    return dt.datetime.fromtimestamp(at, dt.UTC) if at else None
