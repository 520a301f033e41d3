"""Append lines to a file that several processes write and that no database repairs."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import stat
from pathlib import Path

_LONGEST_WAIT_SECONDS = 5.0
"""For whoever reads a pipe, or for a printer, to take more."""


def append_lines(path: str | Path, text: str) -> None:
    """Append whole lines, on the disk when this returns. Raises OSError; then a file is as it was.

    After half a line, as one that a full disk cut short, the text begins on a line of its own. A device or a
    pipe, such as a printer, takes the text as it is, and keeps what it took. A pipe that nobody reads raises
    OSError.
    """
    descriptor = _open_to_append(path)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            _write_to_device(descriptor, text.encode())
            return
        # Some network disks have no locks. There, others are only told from us by where the file ends.
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        is_cut = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        _write_or_take_back(descriptor, size, ("\n" * is_cut + text).encode())
    finally:
        os.close(descriptor)


def _open_to_append(path: str | Path) -> int:
    try:
        is_file = stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        is_file = True
    if is_file:
        # Read too: how the file ends.
        return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    # Opened to read as well, a pipe that nobody reads takes the text, which is gone once it is closed. Opened
    # to write alone, it waits for a reader forever, unless it may not wait.
    return os.open(path, os.O_WRONLY | os.O_NONBLOCK)


def _write_to_device(descriptor: int, data: bytes) -> None:
    written = 0
    while written < len(data):
        try:
            written += os.write(descriptor, data[written:])
        except BlockingIOError:
            room = select.poll()  # `select.select` takes no descriptor above 1023
            room.register(descriptor, select.POLLOUT)
            if not room.poll(_LONGEST_WAIT_SECONDS * 1000):
                raise


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
