"""What a test has started and left running."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def children() -> set[Path]:
    """The processes that this one has started and that have not ended."""
    found = set()
    for one in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if one.read_text().rpartition(") ")[2].split()[1] == str(os.getpid()):
                found.add(one.parent)
    return found
