"""A failed backup says what happened, what was kept and what to do."""

from __future__ import annotations

import errno
import sqlite3

import pytest

from checkin.actions.backup_failures import describe_disk_trouble


@pytest.mark.parametrize(
    "problem",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        sqlite3.OperationalError("database or disk is full"),
        RuntimeError("pg_dump: error: could not write to output file: No space left on device"),
    ],
)
def test_a_full_disk_is_called_full(problem: Exception) -> None:
    said = describe_disk_trouble(problem, "/mnt/second").sentence
    assert said.startswith("The disk of /mnt/second is full")
    assert "Earlier backups are as they were" in said


def test_other_trouble_keeps_its_first_line_only() -> None:
    """The next lines of PostgreSQL's message may hold a row."""
    said = describe_disk_trouble(RuntimeError("no such table.\nDETAIL: Leo Brandt"), "/mnt/second").sentence
    assert said.startswith("/mnt/second could not be read or written (no such table). Earlier backups")
    assert "Leo" not in said
