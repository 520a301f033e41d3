"""Put back on a chart what “use the new” wrote at a visit that turned out to be another child's."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions.discrepancy_records import SUBJECTS, held
from checkin.actions.paper_ledger import Ledger, columns
from checkin.actions.unmerge_columns import take_out_further
from checkin.models import Discrepancy, DiscrepancyDecision, Patient, Staff
from checkin.models.row_json import from_json
from checkin.rules.paper_fates import Done, Paper

Kind, Status = DiscrepancyDecision.Kind, Discrepancy.Status


def standing(row: Discrepancy) -> DiscrepancyDecision | None:
    return row.decisions.filter(undoes=None, undone_by=None).order_by("pk").last()


def take_back(
    row: Discrepancy, *, ledger: Ledger, was: int | None, by: Staff | None, at: dt.datetime
) -> None:
    """The difference was another child's: it is withdrawn, and its chart says what it said before.

    What somebody has written there since stays, and the move says so.
    """
    last = standing(row)
    writes = last is not None and last.kind == Kind.USE_NEW
    subject = held(SUBJECTS[last.subject], last.subject_id) if last and writes and last.subject else None
    as_left = subject is not None and last is not None and columns(subject, last.after) == last.after
    if writes and not as_left:
        ledger.kept(row, Paper.CORRECTION, was=was)
        return
    done = Done.CHANGED if writes else Done.ENDED
    withdrawn = {"status": Status.WITHDRAWN, "settled_at": at, "settled_by": by}
    ledger.change(row, Paper.CORRECTION, done, was=was, now=was, **withdrawn)
    if last is None or subject is None or by is None:
        return
    undone = DiscrepancyDecision.objects.create(discrepancy=row, kind=Kind.UNDO, at=at, by=by, undoes=last)
    ledger.made(undone, Paper.CORRECTION, was=was, now=was)
    if last.before:
        store_columns(subject, last.before, ledger=ledger, was=was, at=at)
        # And from a record into which this one was merged since, as far as that took it on.
        take_out_further(ledger, subject, last.after)
    else:
        ledger.remove(subject, Paper.GUARDIAN, was=was)


def store_columns(
    subject: Any, values: dict[str, Any], *, ledger: Ledger, was: int | None, at: dt.datetime
) -> None:
    """These columns, as JSON holds them, through the row's own `save`, which makes its search keys."""
    ledger.change(subject, Paper.CORRECTION, Done.CHANGED, was=was, now=was, **from_json(subject, values))
    if isinstance(subject, Patient):
        subject.updated_at = at
        subject.save(update_fields=["updated_at"])


def apply_again(row: Discrepancy, *, by: Staff | None, at: dt.datetime) -> None:
    """What was put back is used again: the decision that was undone is made once more."""
    undone = row.decisions.filter(kind=Kind.UNDO).select_related("undoes").order_by("pk").last()
    before = undone.undoes if undone else None
    if before is None or by is None or standing(row) is not None:
        return
    kept = {name: getattr(before, name) for name in ("subject", "subject_id", "before", "after")}
    DiscrepancyDecision.objects.create(discrepancy=row, kind=before.kind, at=at, by=by, **kept)
