"""Move what staff were told for a chart since a merge (language, interpreter, access needs) to its child.

What is left on the other chart is as if it had never been told there.
"""

from __future__ import annotations

from django.db.models import QuerySet

from checkin.actions.entry_ledger import EntryLedger, columns_as_json
from checkin.actions.merge_undo_columns import take_out_of_later_merges, write_undo_columns
from checkin.models import ChartChange, Patient
from checkin.rules.entry_fates import EntryKind, EntryOutcome


def move_chart_changes_back(ledger: EntryLedger, changes: QuerySet[ChartChange], *, merged: Patient) -> None:
    """Move these changes from the charts where they are to that of `merged`; the last one said stands."""
    # By time: a visit has one change, however often staff were told something there.
    said = list(changes.order_by("at", "pk"))
    for change in reversed(said):
        row = Patient.objects.select_for_update().get(pk=change.patient_id or 0)
        found, stood = columns_as_json(row, change.after), _values_without(change, leave_out=said)
        old = {name: stood[name] for name, value in change.after.items() if found[name] == value}
        write_undo_columns(ledger, row, EntryKind.CHART, old)
        take_out_of_later_merges(ledger, row, change.after)
        _leave_out_of_later_changes(change)
    # Taken off last first, and written in the order in which they were said.
    merged.refresh_from_db()
    for change in said:
        to = {"patient": merged, "subject_id": merged.pk, "before": columns_as_json(merged, change.after)}
        write_undo_columns(ledger, merged, EntryKind.CHART, change.after)
        ledger.change(change, EntryKind.CHART, EntryOutcome.MOVED, was=change.patient_id, now=merged.pk, **to)


def _values_without(change: ChartChange, *, leave_out: list[ChartChange]) -> dict[str, object]:
    """Return what the chart holds without this change.

    It may stand before and after another visit's, which came between two answers of its own visit.
    """
    values = dict(change.before)
    between = _other_changes(change).filter(pk__gt=change.pk, at__lte=change.at)
    for other in between.exclude(pk__in=[one.pk for one in leave_out]).order_by("at", "pk"):
        values |= {name: value for name, value in other.after.items() if name in values}
    return values


def _leave_out_of_later_changes(change: ChartChange) -> None:
    """Give later changes of the chart the values from before this one: undoing them would write its own."""
    for other in _other_changes(change).filter(at__gte=change.at).order_by("pk"):
        held = [name for name, value in change.after.items() if other.before.get(name) == value]
        if held:
            other.before |= {name: change.before[name] for name in held}
            other.save(update_fields=["before"])


def _other_changes(change: ChartChange) -> QuerySet[ChartChange]:
    return ChartChange.objects.standing_on_charts().filter(patient=change.patient_id).exclude(pk=change.pk)
