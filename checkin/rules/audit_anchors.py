"""Anchors of the audit trail: how far each chain had come, kept in a file outside the database.

Without one, nobody can see that the newest rows of the trail were cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_LINE = re.compile(r"(\S+) chain=(\d+) number=(\d+) hash=([0-9a-f]{64})")


class AuditAnchor(NamedTuple):
    """The last row of a chain at some time."""

    at: str
    """As it was written, in ISO 8601."""
    chain: int
    number: int
    hash: str

    def line(self) -> str:
        return f"{self.at} chain={self.chain} number={self.number} hash={self.hash}\n"


def parse_anchors(lines: Iterable[str]) -> Iterator[AuditAnchor]:
    """Yield the anchors in the file's lines. A line that was cut short, as by a full disk, is skipped."""
    for line in lines:
        found = _LINE.fullmatch(line.strip())
        if found:
            yield AuditAnchor(found[1], int(found[2]), int(found[3]), found[4])
