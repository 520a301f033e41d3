"""What stands on a chart goes to another: row by row, each in the ledger. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Max, Model

from checkin.actions.paper_ledger import Ledger
from checkin.models import (
    Appointment,
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
from checkin.rules import one_adult, vaccines
from checkin.rules.paper_fates import Done, Paper
from checkin.rules.records import is_weak

PAPERS: dict[type[Model], Paper] = {
    Appointment: Paper.APPOINTMENT,
    PatientIdentifier: Paper.IDENTIFIER,
    StandingProxy: Paper.PROXY,
    ConsentRecord: Paper.CONSENT,
    Promise: Paper.PROMISE,
}
"""Those that simply go along. Guardians, due items and vaccines may stand on the other chart already."""

LAST_POSITION = 32_000
MOVING: tuple[type[Model], ...] = (*PAPERS, Guardian, DueItem, Immunization, ChartChange)
SUBJECTS = {model.__name__: model for model in MOVING}


def move_papers(ledger: Ledger, *, merged: Patient, into: Patient) -> None:
    """All but visits and escorts. Call inside the merge's transaction, with both records held."""
    for model, paper in PAPERS.items():
        for row in held(model, merged):
            ledger.change(row, paper, Done.MOVED, was=merged.pk, now=into.pk, patient=into)
    move_guardians(ledger, merged, into)
    move_due_items(ledger, merged, into)
    move_vaccines(ledger, merged, into)


def held(model: type[Model], patient: Patient) -> list[Any]:
    rows = model._default_manager.select_for_update().filter(patient=patient)
    return list(rows.order_by("pk"))


def move_guardians(ledger: Ledger, merged: Patient, into: Patient, *, fill: bool = True) -> None:
    """After those of the record that stays. An adult who stands there already is not said twice.

    `fill`: who stands there takes over what it lacks. Else nothing is written on that row.
    """
    there = list(into.guardians.select_for_update().order_by("pk"))
    last = into.guardians.aggregate(last=Max("position"))["last"] or 0
    rows, region = held(Guardian, merged), into.clinic.region
    for row in rows:
        twin = twin_of(row, there, rows, region)
        if twin is not None:
            ledger.kept(row, Paper.GUARDIAN, was=merged.pk)
            if more := says_more(row, twin):
                take_over(ledger, twin, Paper.GUARDIAN, into, more, fill=fill)
            continue
        to: dict[str, Any] = {"patient": into, "position": min(row.position + last, LAST_POSITION)}
        if any(is_same_number(one, row) for one in there):
            # One number names one adult of a patient: said otherwise, both stand, and a person sees it.
            to |= {"system": "", "value": ""}
        ledger.change(row, Paper.GUARDIAN, Done.MOVED, was=merged.pk, now=into.pk, **to)


def take_over(
    ledger: Ledger, twin: Any, paper: Paper, into: Patient, more: dict[str, Any], *, fill: bool
) -> None:
    """The row that stays says what its twin said more; without `fill`, only to the rows that come after."""
    if fill:
        ledger.change(twin, paper, Done.CHANGED, was=into.pk, now=into.pk, **more)
        return
    for name, value in more.items():
        setattr(twin, name, value)


def twin_of(
    row: Guardian, there: Sequence[Guardian], beside: Sequence[Guardian], region: str
) -> Guardian | None:
    """Who of `there` is this adult and may as much as they may; None where nobody is.

    Two who have a number each stay two: an import keeps them apart by it.
    """
    may = (row.may_consent, row.ended_on)
    same = [
        one
        for one in there
        if (one.may_consent, one.ended_on) == may and not is_numbered_apart(one, row, there)
    ]
    return one_adult.find_one(row, same, beside, region)


def is_same_number(one: Guardian, other: Guardian) -> bool:
    return bool(one.value) and (one.system, one.value) == (other.system, other.value)


def is_numbered_apart(one: Guardian, row: Guardian, there: Iterable[Guardian]) -> bool:
    """Whether each has a number of its own, or the row's is another's there."""
    if is_weak((row.system, row.value)) or is_same_number(one, row):
        return False
    return not is_weak((one.system, one.value)) or any(is_same_number(other, row) for other in there)


def says_more(row: Guardian, twin: Guardian) -> dict[str, Any]:
    """What the row says of the adult where its twin says nothing."""
    more: dict[str, Any] = {}
    if row.phone.strip() and not twin.phone.strip():
        more |= {"phone": row.phone, "phone_key": row.phone_key}
    if row.relationship.strip() and not twin.relationship.strip():
        more["relationship"] = row.relationship
    if not is_weak((row.system, row.value)) and not is_same_number(row, twin):
        more |= {"system": row.system, "value": row.value}
    return more


def move_due_items(ledger: Ledger, merged: Patient, into: Patient, *, fill: bool = True) -> None:
    """An item that the other record has from the same source stays; given on either, it is given (`fill`)."""
    there = {(one.system, one.value): one for one in held(DueItem, into) if one.value}
    for row in held(DueItem, merged):
        key = due_key(row, into)
        twin = there.get(key) if key != (row.system, row.value) else None
        if twin is None:
            move_keyed(ledger, row, Paper.DUE_ITEM, key, merged=merged, into=into)
            continue
        ledger.kept(row, Paper.DUE_ITEM, was=merged.pk)
        if row.status == DueItem.Status.GIVEN and twin.status == DueItem.Status.DUE:
            take_over(ledger, twin, Paper.DUE_ITEM, into, {"status": row.status}, fill=fill)


def move_vaccines(ledger: Ledger, merged: Patient, into: Patient) -> None:
    there = set(into.immunizations.values_list("system", "value"))
    for row in held(Immunization, merged):
        which = vaccines.which(row.name, row.code)
        key = follow_content(row, ("immunization", which, row.given_on), into)
        if key != (row.system, row.value) and key in there:
            ledger.kept(row, Paper.VACCINE, was=merged.pk)
        else:
            move_keyed(ledger, row, Paper.VACCINE, key, merged=merged, into=into)


def move_keyed(
    ledger: Ledger, row: Any, paper: Paper, key: tuple[str, str], *, merged: Patient, into: Patient
) -> None:
    to: dict[str, Any] = {"patient": into}
    if key != (row.system, row.value):
        to["value"] = key[1]
    ledger.change(row, paper, Done.MOVED, was=merged.pk, now=into.pk, **to)


def due_key(row: DueItem, into: Patient) -> tuple[str, str]:
    """By which an import will find the row on the other record."""
    which = vaccines.which(row.name, row.code)
    listed = follow_content(row, ("listed", row.kind, which), into)
    if listed != (row.system, row.value):
        return listed
    return follow_content(row, ("due", row.kind, which, row.due_on), into)


def follow_content(row: Any, said: tuple[object, ...], into: Patient) -> tuple[str, str]:
    """The row's identifier; one that was made from its patient and what it says is made for the other one."""
    first, *rest = said
    if (row.system, row.value) != vaccines.content_key(first, row.patient_id, *rest):
        return row.system, row.value
    return vaccines.content_key(first, into.pk, *rest)
