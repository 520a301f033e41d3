"""What was given at a visit stands on the child's record, and comes off it when that is taken back."""

from __future__ import annotations

from checkin.models import DueItem, Immunization, Need, Visit
from checkin.rules import vaccines
from checkin.rules.need_facts import Kind, Outcome
from checkin.rules.needs import FLU_KEY

SYSTEM = "brought-by:need"
"""The identifier system of an immunization that a need's answer put on record."""

DUE = (Kind.VACCINE, Kind.CHECK_UP)


def is_due(need: Need) -> bool:
    """Whether the need is one that the record, or the season, says is due."""
    return need.kind in DUE and need.visit.patient_id is not None


def put_on_record(need: Need) -> None:
    """The due item is given, and a vaccine stands among the immunizations. Call inside a transaction."""
    item, patient_id = need.due_item, need.visit.patient_id
    if item and item.patient_id == patient_id:
        mark(need, was=DueItem.Status.DUE, now=DueItem.Status.GIVEN)
    code = item.code if item else ""
    if need.kind != Kind.VACCINE or patient_id is None:
        return
    Immunization.objects.update_or_create(
        clinic_id=need.clinic_id,
        system=SYSTEM,
        value=str(need.pk),
        defaults={
            "patient_id": patient_id,
            "name": "Influenza" if need.key == FLU_KEY else need.label,
            "code": code,
            "given_on": need.visit.local_date,
            "is_influenza": need.key == FLU_KEY or vaccines.is_influenza(need.label, code),
            "visit": need.visit,
        },
    )


def take_off_record(need: Need) -> None:
    """It was not given after all: due again, and no longer among the immunizations."""
    mark(need, was=DueItem.Status.GIVEN, now=DueItem.Status.DUE)
    Immunization.objects.filter(clinic_id=need.clinic_id, system=SYSTEM, value=str(need.pk)).delete()


def mark(need: Need, *, was: str, now: str) -> None:
    """Only from the one to the other: what the record system has said meanwhile stands."""
    if need.due_item_id:
        DueItem.objects.filter(pk=need.due_item_id, status=was).update(status=now)


def follow_child(visit: Visit) -> None:
    """The visit's child is another than was thought: what was given goes with the child who was here.

    The first child's item is due again. Call inside a transaction, once the visit has its patient.
    """
    answered = visit.needs.filter(kind__in=DUE, status=Outcome.DONE)
    for need in answered.select_related("due_item").order_by("pk"):
        need.visit = visit
        take_off_record(need)
        if visit.patient_id is not None:
            put_on_record(need)
