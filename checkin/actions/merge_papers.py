"""What stands on a chart goes to another: row by row, each in the ledger. Nothing is deleted."""

from __future__ import annotations

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
from checkin.rules import names, vaccines
from checkin.rules.paper_fates import Done, Paper

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


def move_guardians(ledger: Ledger, merged: Patient, into: Patient) -> None:
    """After those of the record that stays. Who stands there with the same words is not said twice."""
    there = list(into.guardians.order_by("pk"))
    last = into.guardians.aggregate(last=Max("position"))["last"] or 0
    known, numbers = {words(one) for one in there}, {(one.system, one.value) for one in there if one.value}
    for row in held(Guardian, merged):
        number = (row.system, row.value)
        if words(row) in known and (not row.value or number in numbers):
            ledger.kept(row, Paper.GUARDIAN, was=merged.pk)
            continue
        to: dict[str, Any] = {"patient": into, "position": min(row.position + last, LAST_POSITION)}
        if number in numbers:
            # One number names one adult of a patient: said otherwise, both stand, and a person sees it.
            to |= {"system": "", "value": ""}
        ledger.change(row, Paper.GUARDIAN, Done.MOVED, was=merged.pk, now=into.pk, **to)


def words(guardian: Guardian) -> tuple[Any, ...]:
    """What a guardian's row says, however it is spelled."""
    plain = names.normalise(guardian.name) or guardian.name, names.normalise(guardian.relationship)
    return (*plain, guardian.phone_key or guardian.phone, guardian.may_consent, guardian.ended_on)


def move_due_items(ledger: Ledger, merged: Patient, into: Patient) -> None:
    """An item that the other record has from the same source stays; given on either, it is given."""
    there = {(one.system, one.value): one for one in held(DueItem, into) if one.value}
    for row in held(DueItem, merged):
        key = due_key(row, into)
        twin = there.get(key) if key != (row.system, row.value) else None
        if twin is None:
            move_keyed(ledger, row, Paper.DUE_ITEM, key, merged=merged, into=into)
            continue
        ledger.kept(row, Paper.DUE_ITEM, was=merged.pk)
        if row.status == DueItem.Status.GIVEN and twin.status == DueItem.Status.DUE:
            here = {"was": into.pk, "now": into.pk, "status": row.status}
            ledger.change(twin, Paper.DUE_ITEM, Done.CHANGED, **here)


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
