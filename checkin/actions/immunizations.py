"""Put what was given at a visit on the child's record, and remove it if that is undone.

A due need that is done belongs to the visit's child; `immunization_moves` ensures that.
"""

from __future__ import annotations

from checkin.models import DueItem, Immunization, Need
from checkin.models.due_items import OWN_IMMUNIZATION_SYSTEM
from checkin.models.sign_in_records import final_record_id
from checkin.rules import doses, vaccines
from checkin.rules.need_types import FLU_NEED_KEY, NeedKind
from checkin.rules.vaccine_families import is_same_unlisted_vaccine

IMMUNIZATION_SYSTEM = OWN_IMMUNIZATION_SYSTEM

DUE_NEED_KINDS = (NeedKind.VACCINE, NeedKind.CHECK_UP)


def is_need_due(need: Need) -> bool:
    """Return whether the need is a vaccine or check-up of a linked child."""
    return need.kind in DUE_NEED_KINDS and need.visit.patient_id is not None


def lock_due_item(need: Need) -> DueItem | None:
    """Return the due item, locked, or None: a merge, undo or import may be moving it to another child."""
    items = DueItem.objects.select_for_update(of=("self",)).select_related("patient")
    return items.get(pk=need.due_item_id) if need.due_item_id is not None else None


def record_given_item(need: Need, *, patient_id: int | None = None) -> None:
    """Mark the due item as given and add a vaccine to the immunizations. Call inside a transaction.

    For the visit's patient, unless `patient_id` is given.
    """
    item, patient_id = need.due_item, patient_id or need.visit.patient_id
    if item and item.patient_id == patient_id:
        _mark_due_item(need, was=DueItem.Status.DUE, now=DueItem.Status.GIVEN)
    code = item.code if item else ""
    if need.kind != NeedKind.VACCINE or patient_id is None:
        return
    Immunization.objects.update_or_create(
        clinic_id=need.clinic_id,
        system=IMMUNIZATION_SYSTEM,
        value=str(need.pk),
        defaults={
            "patient_id": patient_id,
            "name": "Influenza" if need.key == FLU_NEED_KEY else need.label,
            "code": code,
            "given_on": need.visit.local_date,
            "is_influenza": need.key == FLU_NEED_KEY or vaccines.is_influenza_vaccine(need.label, code),
            "visit": need.visit,
        },
    )


def unrecord_given_item(need: Need) -> None:
    """Undo `record_given_item`: the item is due again, and the vaccine is off the immunizations.

    An item that is another child's by now keeps its status.
    """
    if need.due_item and final_record_id(need.due_item.patient_id) == need.visit.patient_id:
        _mark_due_item(need, was=DueItem.Status.GIVEN, now=DueItem.Status.DUE)
    Immunization.objects.filter(
        clinic_id=need.clinic_id, system=IMMUNIZATION_SYSTEM, value=str(need.pk)
    ).delete()


def _mark_due_item(need: Need, *, was: str, now: str) -> None:
    """Change the item's status, if it is still `was`: what the record system said meanwhile counts."""
    if need.due_item_id:
        DueItem.objects.filter(pk=need.due_item_id, status=was).update(status=now)


def _is_item_of_need(item: DueItem, need: Need) -> bool:
    """Return whether a due item of another chart means the same as the need, also under another name."""
    code = need.due_item.code if need.due_item else ""
    if item.kind != need.kind or doses.is_other_dose_number(item.name, need.label):
        return False
    if need.kind != NeedKind.VACCINE:
        return is_same_unlisted_vaccine(item.name, item.code, need.label, code)
    return doses.is_same_vaccine(item.name, item.code, need.label, code)


def find_due_item_for(need: Need, patient_id: int) -> DueItem | None:
    """Return this patient's item for that need that is due on the visit's day; None if there is none."""
    if need.due_item and need.due_item.patient_id == patient_id:
        return need.due_item
    due = DueItem.objects.open(need.visit.local_date).filter(patient_id=patient_id).order_by("due_on", "pk")
    return next((one for one in due if _is_item_of_need(one, need)), None)


def lock_need_immunization(need: Need) -> Immunization | None:
    """Return the vaccine that this need's answer put on record, locked; None if there is none."""
    found = Immunization.objects.filter(
        clinic_id=need.clinic_id, system=IMMUNIZATION_SYSTEM, value=str(need.pk)
    )
    return found.select_for_update().first()
