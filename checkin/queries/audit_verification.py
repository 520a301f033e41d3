"""Walk the chains of the audit trail and find the first wrong row of each."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from checkin.models import AuditChain, AuditEvent, AuditEventPatient
from checkin.models.audit_triggers import TableTrigger, expected_triggers, read_triggers
from checkin.rules.audit import FIRST_HASH, SEALED_COLUMNS, seal_row
from checkin.rules.audit_anchors import AuditAnchor
from checkin.rules.forgetting import REMOVED_ACTION

_AT_ONCE = 2000
_COLUMNS = ("id", *SEALED_COLUMNS, "previous_hash", "hash")


class WrongRow(NamedTuple):
    """Where a chain breaks first."""

    number: int
    at: dt.datetime | None
    """When the row says that it was written; None if it is not there."""
    why: str


class VerifiedChain(NamedTuple):
    """How many rows of a chain are right, from its first on, and the first that is wrong."""

    chain: int
    rows: int
    until: dt.datetime | None
    wrong: WrongRow | None
    removed: RemovedRows | None = None


class RemovedRows(NamedTuple):
    """Rows before the first one on file, which the program removed behind a checkpoint."""

    number: int
    """Of the last one."""
    checkpoint: int
    """The number of the row that says so."""
    at: dt.datetime


class WrongTriggers(NamedTuple):
    """In what the triggers of the database are not those that the program made."""

    missing: list[TableTrigger]
    changed: list[TableTrigger]
    """They have the name of one of the program's, and do something else."""
    added: list[TableTrigger]
    """They can take a row out of the trail as it is written, so that nothing of it is missing."""


def find_wrong_triggers() -> WrongTriggers:
    """Return which triggers are missing, which do something else, and which the program did not make."""
    expected, there = expected_triggers(connection.vendor), read_triggers(connection)
    return WrongTriggers(
        missing=sorted(expected.keys() - there.keys()),
        changed=sorted(one for one in expected.keys() & there.keys() if expected[one] != there[one]),
        added=sorted(there.keys() - expected.keys()),
    )


def list_open_chains() -> list[int]:
    """Return the chains whose rows may be deleted. Outside a removal's transaction there is none."""
    return list(AuditChain.objects.exclude(removing=None).order_by("pk").values_list("pk", flat=True))


def count_rows_outside_chains() -> int:
    """Return how many rows no walk reaches: without a number, or naming patients of an event that is gone."""
    orphans = AuditEventPatient.objects.exclude(event__in=AuditEvent.objects.values("pk")).count()
    return orphans + AuditEvent.objects.filter(number=None).count()


def verify_chains(anchors: Iterable[AuditAnchor]) -> Iterator[VerifiedChain]:
    """Verify each chain that is on file or was once anchored."""
    anchored: dict[int, list[AuditAnchor]] = defaultdict(list)
    for anchor in anchors:
        anchored[anchor.chain].append(anchor)
    heads = {head.pk: head for head in AuditChain.objects.all()}
    on_file = AuditEvent.objects.order_by("chain").values_list("chain", flat=True).distinct()
    for chain in sorted({*heads, *on_file, *anchored}):
        yield _Walk(chain, heads.get(chain), anchored[chain]).verify()


class _Walk:
    """One walk along a chain."""

    def __init__(self, chain: int, head: AuditChain | None, anchors: Sequence[AuditAnchor]) -> None:
        self.chain, self.head, self.anchors = chain, head, anchors
        self.anchors_at: dict[int, list[AuditAnchor]] = defaultdict(list)
        for anchor in anchors:
            self.anchors_at[anchor.number].append(anchor)
        self.keys = [settings.AUDIT_KEY, *settings.AUDIT_KEY_FALLBACKS]
        self.rows, self.last = 0, FIRST_HASH
        self.until: dt.datetime | None = None
        self.removed: RemovedRows | None = None

    def verify(self) -> VerifiedChain:
        self._begin_after_removed_rows()
        wrong = self._find_first_wrong_row() or self._find_missing_end()
        wrong = self._find_two_rows_of_one_number() or wrong
        return VerifiedChain(self.chain, self.rows, self.until, wrong, self.removed)

    def _begin_after_removed_rows(self) -> None:
        """Begin at the first row on file if a checkpoint says that those before it were removed.

        The checkpoint is a row of this chain: that nobody else wrote it is proven on the way.
        """
        rows = AuditEvent.objects.filter(chain=self.chain, number__isnull=False).order_by("number")
        first = rows.values("number", "previous_hash").first()
        last = (first["number"] or 0) - 1 if first else 0
        if not first or last < 1:
            return
        checkpoints = rows.filter(
            action=REMOVED_ACTION, detail__number=last, detail__hash=first["previous_hash"]
        )
        found = checkpoints.last()
        if found and found.number and not self._find_other_anchor(last, first["previous_hash"]):
            self.removed = RemovedRows(last, found.number, found.at)
            self.rows, self.last = last, first["previous_hash"]

    def _find_first_wrong_row(self) -> WrongRow | None:
        found = AuditEvent.objects.filter(chain=self.chain, number__isnull=False).order_by("number", "pk")
        rows = found.values(*_COLUMNS).iterator(chunk_size=_AT_ONCE)
        while part := list(itertools.islice(rows, _AT_ONCE)):
            patients = _patients_by_event([row["id"] for row in part])
            for row in part:
                why = self._say_what_is_wrong(row, patients.get(row["id"], ()))
                if why:
                    # If rows are missing, the first of them is the first wrong one.
                    gone = row["number"] > self.rows + 1
                    number = self.rows + 1 if gone else row["number"]
                    return WrongRow(number, None if gone else row["at"], why)
                self.rows, self.last, self.until = row["number"], row["hash"], row["at"]
        return None

    def _say_what_is_wrong(self, row: Mapping[str, Any], patients: Sequence[int]) -> str:
        if row["number"] > self.rows + 1:
            return f"it and all others before row {row['number']} are missing, and no checkpoint removed them"
        if row["number"] < self.rows + 1:
            return "it is there twice, or before the first"
        if not self._is_sealed(row, patients):
            return "it is not what was written: it was changed, or nobody with the key wrote it"
        if row["previous_hash"] != self.last:
            return "it does not follow the row before it"
        anchor = self._find_other_anchor(row["number"], row["hash"])
        return f"it is not the row that was there on {anchor.at}, as the anchor says" if anchor else ""

    def _find_other_anchor(self, number: int, row_hash: str) -> AuditAnchor | None:
        """Return the first anchor that had another row there: a later one takes nothing of it back."""
        found = (anchor for anchor in self.anchors_at.get(number, ()) if anchor.hash != row_hash)
        return next(found, None)

    def _find_two_rows_of_one_number(self) -> WrongRow | None:
        """Return the first number before the rows on file of which two anchors know different rows."""
        last = self.removed.number if self.removed else 0
        for number in sorted(number for number in self.anchors_at if number <= last):
            one = self.anchors_at[number][0]
            other = self._find_other_anchor(number, one.hash)
            if other:
                why = f"the anchors of {one.at} and {other.at} have two different rows of this number"
                return WrongRow(number, None, why)
        return None

    def _is_sealed(self, row: Mapping[str, Any], patients: Sequence[int]) -> bool:
        for place, key in enumerate(self.keys):
            if seal_row(key, row["previous_hash"], row, patients) == row["hash"]:
                # The rows that follow have most likely the same key.
                self.keys.insert(0, self.keys.pop(place))
                return True
        return False

    def _find_missing_end(self) -> WrongRow | None:
        newest = max(self.anchors, key=lambda anchor: anchor.number, default=None)
        if newest and newest.number > self.rows:
            known = f"row {newest.number}, which the anchor of {newest.at} has"
            why = f"it and all others up to {known}, are missing"
            return WrongRow(self.rows + 1, None, why)
        ends = (self.head.number, self.head.hash) if self.head else (0, FIRST_HASH)
        if ends != (self.rows, self.last) and not self._is_behind_the_walk(ends[0]):
            return WrongRow(self.rows + 1, None, f"the chain should end with row {ends[0]}")
        return None

    def _is_behind_the_walk(self, number: int) -> bool:
        """Return whether rows were written during the walk: then the end that was read before it is older.

        The end must still have moved on as far as the walk came, as the trigger moves it with each row.
        """
        now = AuditChain.objects.filter(pk=self.chain).values_list("number", flat=True).first() or 0
        return number < self.rows <= now


def _patients_by_event(event_ids: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for event, patient in AuditEventPatient.objects.filter(event__in=event_ids).values_list(
        "event", "patient"
    ):
        found[event].append(patient)
    return found
