"""Move the rows of one chart to another and log each. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Max, Model

from checkin.actions.entry_ledger import EntryLedger
from checkin.models import (
    Appointment,
    CareAlert,
    ChartChange,
    ConsentRecord,
    DueItem,
    Guardian,
    Immunization,
    Patient,
    PatientIdentifier,
    Promise,
    StandingProxy,
)
from checkin.rules import adult_identity, vaccines
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from checkin.rules.record_rows import is_weak_key

ENTRY_KINDS_BY_MODEL: dict[type[Model], EntryKind] = {
    Appointment: EntryKind.APPOINTMENT,
    PatientIdentifier: EntryKind.IDENTIFIER,
    StandingProxy: EntryKind.PROXY,
    ConsentRecord: EntryKind.CONSENT,
    Promise: EntryKind.PROMISE,
    CareAlert: EntryKind.SAFETY,
}
"""Models whose rows simply move. Guardians, due items and vaccines may be on the other chart already."""

HIGHEST_GUARDIAN_POSITION = 32_000
_MOVING_MODELS: tuple[type[Model], ...] = (
    *ENTRY_KINDS_BY_MODEL,
    Guardian,
    DueItem,
    Immunization,
    ChartChange,
)
MOVING_MODELS_BY_NAME = {model.__name__: model for model in _MOVING_MODELS}


def move_merged_entries(ledger: EntryLedger, *, merged: Patient, into: Patient) -> None:
    """Move all but visits and escorts. Call inside the merge's transaction, with both records locked."""
    for model, paper in ENTRY_KINDS_BY_MODEL.items():
        for row in _lock_patient_rows(model, merged):
            ledger.change(row, paper, EntryOutcome.MOVED, was=merged.pk, now=into.pk, patient=into)
    move_merged_guardians(ledger, merged, into)
    move_merged_due_items(ledger, merged, into)
    move_merged_immunizations(ledger, merged, into)


def _lock_patient_rows(model: type[Model], patient: Patient) -> list[Any]:
    rows = model._default_manager.select_for_update().filter(patient=patient)
    return list(rows.order_by("pk"))


def move_merged_guardians(ledger: EntryLedger, merged: Patient, into: Patient, *, fill: bool = True) -> None:
    """Move guardians after those of the record that stays, without duplicating an adult.

    `fill`: the row of an adult who is there already gets what it lacks; otherwise that row is not written.
    """
    there = list(into.guardians.select_for_update().order_by("pk"))
    last = into.guardians.aggregate(last=Max("position"))["last"] or 0
    rows, region = _lock_patient_rows(Guardian, merged), into.clinic.region
    for row in rows:
        twin = find_twin_guardian(row, there, rows, region)
        if twin is not None:
            ledger.kept(row, EntryKind.GUARDIAN, was=merged.pk)
            if more := columns_twin_lacks(row, twin):
                _fill_twin_columns(ledger, twin, EntryKind.GUARDIAN, into, more, fill=fill)
            continue
        to: dict[str, object] = {
            "patient": into,
            "position": min(row.position + last, HIGHEST_GUARDIAN_POSITION),
        }
        if any(_is_same_guardian_number(one, row) for one in there):
            # A patient may have a number only once. The rows disagree, so keep both, this one without it.
            to |= {"system": "", "value": ""}
        ledger.change(row, EntryKind.GUARDIAN, EntryOutcome.MOVED, was=merged.pk, now=into.pk, **to)


def _fill_twin_columns(
    ledger: EntryLedger, twin: Any, paper: EntryKind, into: Patient, more: dict[str, object], *, fill: bool
) -> None:
    """Fill blanks of the row that stays from its twin; without `fill`, only in memory, for the next rows."""
    if fill:
        ledger.change(twin, paper, EntryOutcome.CHANGED, was=into.pk, now=into.pk, **more)
        return
    for name, value in more.items():
        setattr(twin, name, value)


def find_twin_guardian(
    row: Guardian, there: Sequence[Guardian], beside: Sequence[Guardian], region: str
) -> Guardian | None:
    """Return the row in `there` of the same adult with the same authority; None if there is none.

    Two adults with different numbers stay two: an import tells them apart by number.
    """
    may = (row.may_consent, row.ended_on)
    same = [
        one
        for one in there
        if (one.may_consent, one.ended_on) == may and not _has_other_guardian_number(one, row, there)
    ]
    return adult_identity.find_same_adult(row, same, beside, region)


def _is_same_guardian_number(one: Guardian, other: Guardian) -> bool:
    return bool(one.value) and (one.system, one.value) == (other.system, other.value)


def _has_other_guardian_number(one: Guardian, row: Guardian, there: Iterable[Guardian]) -> bool:
    """Return whether both have numbers of their own, or the row's number belongs to another adult there."""
    if is_weak_key((row.system, row.value)) or _is_same_guardian_number(one, row):
        return False
    return not is_weak_key((one.system, one.value)) or any(
        _is_same_guardian_number(other, row) for other in there
    )


def columns_twin_lacks(row: Guardian, twin: Guardian) -> dict[str, object]:
    """Return the columns in which the row says something about the adult and its twin says nothing."""
    more: dict[str, Any] = {}
    if row.phone.strip() and not twin.phone.strip():
        more |= {"phone": row.phone, "phone_key": row.phone_key}
    if row.relationship.strip() and not twin.relationship.strip():
        more["relationship"] = row.relationship
    if not is_weak_key((row.system, row.value)) and not _is_same_guardian_number(row, twin):
        more |= {"system": row.system, "value": row.value}
    return more


def move_merged_due_items(ledger: EntryLedger, merged: Patient, into: Patient, *, fill: bool = True) -> None:
    """Move due items, without a second one of one identifier.

    `fill`: if either of two is given, the one that stays is marked as given.
    """
    there = {(one.system, one.value): one for one in _lock_patient_rows(DueItem, into) if one.value}
    for row in _lock_patient_rows(DueItem, merged):
        key = due_item_content_key(row, into)
        twin = there.get(key) if key != (row.system, row.value) else None
        if twin is None:
            _move_row_with_key(ledger, row, EntryKind.DUE_ITEM, key, merged=merged, into=into)
            continue
        ledger.kept(row, EntryKind.DUE_ITEM, was=merged.pk)
        if row.status == DueItem.Status.GIVEN and twin.status == DueItem.Status.DUE:
            _fill_twin_columns(ledger, twin, EntryKind.DUE_ITEM, into, {"status": row.status}, fill=fill)


def move_merged_immunizations(ledger: EntryLedger, merged: Patient, into: Patient) -> None:
    there = set(into.immunizations.values_list("system", "value"))
    for row in _lock_patient_rows(Immunization, merged):
        which = vaccines.content_key_part(row.name, row.code)
        key = content_key_on_patient(row, ("immunization", which, row.given_on), into)
        if key != (row.system, row.value) and key in there:
            ledger.kept(row, EntryKind.VACCINE, was=merged.pk)
        else:
            _move_row_with_key(ledger, row, EntryKind.VACCINE, key, merged=merged, into=into)


def _move_row_with_key(
    ledger: EntryLedger, row: Any, paper: EntryKind, key: tuple[str, str], *, merged: Patient, into: Patient
) -> None:
    to: dict[str, object] = {"patient": into}
    if key != (row.system, row.value):
        to["value"] = key[1]
    ledger.change(row, paper, EntryOutcome.MOVED, was=merged.pk, now=into.pk, **to)


def due_item_content_key(row: DueItem, into: Patient) -> tuple[str, str]:
    """Return the identifier by which an import will find the row on the other record."""
    which = vaccines.content_key_part(row.name, row.code)
    listed = content_key_on_patient(row, ("listed", row.kind, which), into)
    if listed != (row.system, row.value):
        return listed
    return content_key_on_patient(row, ("due", row.kind, which, row.due_on), into)


def content_key_on_patient(row: Any, said: tuple[object, ...], into: Patient) -> tuple[str, str]:
    """Return the row's identifier on `into`: it changes if it was derived from the patient and `said`."""
    first, *rest = said
    if (row.system, row.value) != vaccines.content_key(first, row.patient_id, *rest):
        return row.system, row.value
    return vaccines.content_key(first, into.pk, *rest)
