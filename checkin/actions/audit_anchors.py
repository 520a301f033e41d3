"""Write how far the audit trail has come into a file outside the database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from checkin.models import AuditChain
from checkin.models.disk_lines import append_lines
from checkin.queries.bounded_calls import BoundedCall
from checkin.rules.audit_anchors import AuditAnchor

_EVERY = dt.timedelta(minutes=5)
_LONGEST_SECONDS = 10.0


class AnchorWriter:
    """Appends a line for each chain whose end is another one, every five minutes at most."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._disk = BoundedCall("anchors")
        self._due: dt.datetime | None = None
        self._written: dict[int, str] = {}
        """The hash and not the number: a chain that was cut may be as long again."""

    def write_when_due(self, *, at: dt.datetime) -> int:
        """Append what is due and return how many lines. Raises OSError if the file cannot be written."""
        if self._due and at < self._due:
            return 0
        ends = [
            AuditAnchor(at.isoformat(timespec="seconds"), chain.pk, chain.number, chain.hash)
            for chain in AuditChain.objects.order_by("pk")
            if self._written.get(chain.pk) != chain.hash
        ]
        if ends:
            text = "".join(anchor.line() for anchor in ends)
            # The file is on another disk or machine, which may hang: urgent calls do not wait for it.
            self._disk.run(lambda: append_lines(self.path, text), seconds=_LONGEST_SECONDS)
            self._written |= {anchor.chain: anchor.hash for anchor in ends}
        self._due = at + _EVERY
        return len(ends)
