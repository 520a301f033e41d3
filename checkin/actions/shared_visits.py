"""Keep on a record and its adults only what visits that are not confidential wrote there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from checkin.actions import chart_changes, escort_phones, escorts, sign_in_columns
from checkin.actions.entry_ledger import columns_as_json
from checkin.models import ChartChange, ConfidentialMark, Patient, Visit
from checkin.models.row_json import column_values_from_json
from checkin.models.sign_in_records import final_record_id
from checkin.rules.chart_values import ChartWrite, find_shared_value


def recall_shared_visits(visit: Visit, *, was_confidential: bool, at: dt.datetime) -> None:
    """Write what shared visits said of this visit's record and adult. Call with the visit and boards locked.

    `was_confidential`: whether it counted as such when the record was last written. False if what was written
    at it has just moved to another record: it is written there first, as from every visit.
    """
    escorts.recall_shared_escort(visit)
    escort_phones.recall_shared_phone(visit)
    if not visit.confidential:
        sign_in_columns.put_typed_columns_back(visit, at=at)
    here = list(ChartChange.objects.standing_on_charts().filter(visit=visit).order_by("patient_id"))
    for change in here:
        _recall_shared_chart(change, visit, was_confidential=was_confidential, at=at)
    if visit.confidential:
        # After the changes: what they covered until now may be what a confidential sign-in typed.
        sign_in_columns.take_typed_columns_off(visit, at=at)
    if visit.patient is not None:
        visit.patient.refresh_from_db()


def recall_marked_visits(patients: Iterable[int | None], *, at: dt.datetime) -> list[Visit]:
    """Write what shared visits said again, after an undo has written older values; return marked visits.

    Those values may be from before a mark. Only visits whose mark stands: what others wrote since a mark has
    ended could not be told from what an undo wrote. Call with the boards locked.
    """
    records = {pk for pk in patients if pk is not None}
    found = list(Visit.objects.confidential().filter(patient__in=records).order_by("pk"))
    for visit in found:
        recall_shared_visits(visit, was_confidential=False, at=at)
    return found


def _recall_shared_chart(
    change: ChartChange, visit: Visit, *, was_confidential: bool, at: dt.datetime
) -> None:
    """Take off language, interpreter and access needs that this change wrote, or put them back."""
    if change.patient_id is None:
        return
    changes = list(
        ChartChange.objects.standing_on_charts().filter(patient=change.patient_id).select_related("visit")
    )
    marked = _list_marked_visits(changes)
    was, now = (
        {
            name: find_shared_value(
                _writes_of_column(name, changes, marked, visit=visit, confidential=confidential)
            )
            for name in change.after
        }
        for confidential in (was_confidential, visit.confidential)
    )
    _write_where_still(change.patient_id, was, now, at=at)
    if (into := final_record_id(change.patient_id)) == change.patient_id:
        return
    # A merge has copied it to the record that is shown, where these values stood before.
    stood = chart_changes.values_before_change(change, into)
    # The change may have covered what the same sign-in typed, which never came to that record.
    typed = sign_in_columns.find_confidential_values(change.patient_id, at_visit=visit)
    copied, left = (
        {
            name: stood[name]
            if not held[name] or (closed and held[name] in typed.get(name, ()))
            else held[name]
            for name in stood
        }
        for held, closed in ((was, was_confidential), (now, visit.confidential))
    )
    _write_where_still(into, copied, left, at=at)


def _write_where_still(
    patient_id: int | None, was: dict[str, object], now: dict[str, object], *, at: dt.datetime
) -> None:
    """Write the new values where the record still has the old ones, and none that was written since."""
    row = Patient.objects.select_for_update().get(pk=patient_id)
    held = columns_as_json(row, was)
    to = {name: now[name] for name in was if held[name] == was[name] != now[name]}
    if to:
        Patient.objects.filter(pk=row.pk).update(updated_at=at, **column_values_from_json(row, to))


def _list_marked_visits(changes: Sequence[ChartChange]) -> set[int]:
    """Return the ids of the changes' visits that were ever marked confidential."""
    visits = [one.visit_id for one in changes if one.visit_id is not None]
    return set(ConfidentialMark.objects.filter(visit__in=visits).values_list("visit_id", flat=True))


def _writes_of_column(
    name: str, changes: Sequence[ChartChange], marked: set[int], *, visit: Visit, confidential: bool
) -> list[ChartWrite]:
    """Return what was written to the column, as if this visit were confidential or not."""
    return [
        ChartWrite(
            one.pk,
            one.at,
            one.before[name],
            one.after[name],
            is_shared=not (
                confidential if one.visit_id == visit.pk else one.visit and one.visit.confidential
            ),
            was_marked=one.visit_id in marked,
        )
        for one in changes
        if name in one.after
    ]
