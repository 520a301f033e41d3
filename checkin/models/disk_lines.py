"""Append lines to a file that several processes write and that no database repairs."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from pathlib import Path


def append_lines(path: str | Path, text: str) -> None:
    """Append whole lines, on the disk when this returns. Raises OSError; then the file is as it was.

    After half a line, as one that a full disk cut short, the text begins on a line of its own. A device or a
    pipe, such as a printer, takes the text as it is.
    """
    # Read too: how the file ends.
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.write(descriptor, text.encode())
            return
        # Some network disks have no locks. There, others are only told from us by where the file ends.
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        is_cut = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        _write_or_take_back(descriptor, size, ("\n" * is_cut + text).encode())
    finally:
        os.close(descriptor)


def _write_or_take_back(descriptor: int, size: int, data: bytes) -> None:
    written = 0
    try:
        while written < len(data):
            written += os.write(descriptor, data[written:])
        os.fsync(descriptor)
    except OSError:
        # A file that may only grow keeps its half line, and the next line begins after it.
        with contextlib.suppress(OSError):
            if os.fstat(descriptor).st_size == size + written:
                os.ftruncate(descriptor, size)
        raise
