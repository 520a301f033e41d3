"""One exception for a backup that could not be made or restored."""

from __future__ import annotations

import errno

from checkin.actions.refusals import Refused

_DISK_FULL_WORDS = ("no space left", "database or disk is full", "disk quota exceeded")


class BackupFailed(Refused):
    """It was not made, or not restored. `sentence` says why, what was kept and what to do."""


def describe_disk_trouble(problem: BaseException, folder: object) -> BackupFailed:
    """Return the failure for an error of the disk that holds this folder."""
    text = (str(problem).strip() or type(problem).__name__).splitlines()[0].rstrip(" .:")
    is_full = getattr(problem, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
    if is_full or any(words in text.lower() for words in _DISK_FULL_WORDS):
        return BackupFailed(
            f"The disk of {folder} is full, so nothing was written. Earlier backups are as they were. "
            "Make space there, or name another folder, and run this again."
        )
    return BackupFailed(
        f"{folder} could not be read or written ({text}). Earlier backups are as they were. "
        "Correct that and run this again."
    )
