"""Two records of one child: side by side, which stays, what of each is right; merged, and taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from checkin.actions import merging, unmerging
from checkin.actions.boards import Refused
from checkin.models import Patient
from checkin.queries import merge_sides
from checkin.queries import merges as reads
from checkin.queries.merges import Column, Pair
from checkin.rules.claims import clean
from checkin.rules.roles import Act
from checkin.web.access import StaffRequest, get_patient_or_404, may, staff_required
from checkin.web.desk.reach import seen

CHANGED = (
    "One of the two records was changed or merged since this page was opened. Please look at both again."
)
SIDES = ("one", "other")
CHOOSE = "Say which record is right about: {}."
FOLLOWED = "The other record stays now: where they differ, what it says is chosen. Look again, then merge."


GONE = "{} is not on file any more: that record was merged into another, or entered in error."


@require_safe
@staff_required()
def compare(request: StaffRequest, patient_id: int, other_id: int) -> HttpResponse:
    """The two side by side, before anything is done."""
    one, other = both(request, patient_id, other_id)
    if gone := not_on_file(one, other):
        messages.info(request, GONE.format(gone.name))
        return redirect("desk:patient", one.pk)
    for each in (one, other):
        seen(request, each, patient_id=each.pk)
    return page(request, side_by_side(request, one, other))


@require_POST
@staff_required(Act.MERGE)
def merge(request: StaffRequest, patient_id: int, other_id: int) -> HttpResponse:
    """Merge them as was chosen; or stay, and say what is missing or has changed."""
    one, other = both(request, patient_id, other_id)
    if gone := not_on_file(one, other):
        messages.info(request, GONE.format(gone.name))
        return redirect("desk:patient", one.pk)
    found = side_by_side(request, one, other)
    into, merged = stays_and_goes(request, found)
    take, problem = choices(request, found, merged)
    if problem:
        return page(request, found, told=problem)
    leave = {one.name for one in found.columns if one.differs} - {*take}
    why = clean(request.POST.get("why", ""))
    try:
        made = merging.merge(
            merged=merged, into=into, by=request.user, at=timezone.now(), take=take, leave=leave, why=why
        )
    except Refused as refusal:
        return page(request, found, told=refusal.sentence)
    return told_at(into, made.merge.pk if made.merge else None)


def side_by_side(request: StaffRequest, one: Patient, other: Patient) -> Pair:
    return reads.pair(one, other, on=request.clinic.local_date(timezone.now()))


def both(request: StaffRequest, patient_id: int, other_id: int) -> tuple[Patient, Patient]:
    if patient_id == other_id:
        raise Http404
    return get_patient_or_404(request, patient_id), get_patient_or_404(request, other_id)


def not_on_file(*records: Patient) -> Patient | None:
    return next((one for one in records if not one.is_on_file), None)


def choices(request: StaffRequest, found: Pair, merged: Patient) -> tuple[list[str], str]:
    """The columns to take from the record that goes; or why that cannot be said."""
    if request.POST.get("seen") != found.seen:
        return [], CHANGED
    ticked, side = ticked_for(request, found), stays(request, found)
    chosen = {one.name: request.POST.get(f"col_{one.name}") for one in found.columns if one.differs}
    if side != ticked and any(one.follows and chosen[one.name] == ticked for one in found.columns):
        return [], FOLLOWED
    unsaid = [one.label.lower() for one in found.columns if one.differs and chosen[one.name] not in SIDES]
    if unsaid:
        return [], CHOOSE.format(", ".join(unsaid))
    goes = "one" if merged == found.one else "other"
    return [name for name, side in chosen.items() if side == goes], ""


def stays(request: StaffRequest, found: Pair) -> str:
    said = request.POST.get("stays")
    return said if said in SIDES else "one" if found.stays == found.one else "other"


def ticked_for(request: StaffRequest, found: Pair) -> str:
    """The record for which the page chose in each row: a script chooses anew, or the page is drawn again."""
    said = request.POST.get("ticked_for")
    return said if said in SIDES else "one" if found.stays == found.one else "other"


def as_chosen(request: StaffRequest, found: Pair, one: Column) -> str:
    """Which record is right in this row: what a person chose, else the record that stays."""
    said, side = request.POST.get(f"col_{one.name}"), stays(request, found)
    if one.follows and (said not in SIDES or said == ticked_for(request, found)):
        return side
    return said if said in SIDES else one.chosen


def stays_and_goes(request: StaffRequest, found: Pair) -> tuple[Patient, Patient]:
    return (found.one, found.other) if stays(request, found) == "one" else (found.other, found.one)


def page(request: StaffRequest, found: Pair, *, told: str = "") -> HttpResponse:
    """The two side by side; with what was chosen already, where it was sent and not done."""
    columns = [one._replace(chosen=as_chosen(request, found, one)) for one in found.columns]
    context = {
        "pair": found._replace(columns=columns),
        "patient": found.one,
        "both": merge_sides.sides(found.one, found.other),
        "stays": stays(request, found),
        "told": told,
        "why": clean(request.POST.get("why", "")),
        "asks": found.asks,
        "may_merge": may(request, Act.MERGE),
    }
    return render(request, "desk/merge.html", context, status=409 if told else 200)


def told_at(patient: Patient, merge_id: int | None) -> HttpResponse:
    address = reverse("desk:patient", args=[patient.pk])
    return redirect(f"{address}?merged={merge_id}" if merge_id else address)


@require_POST
@staff_required(Act.MERGE)
def undo(request: StaffRequest, merge_id: int) -> HttpResponse:
    """Take a merge back; the record that stands again says what was done."""
    made = get_object_or_404(request.clinic.patient_merges.select_related("merged"), pk=merge_id)
    try:
        undone = unmerging.undo(merge=made, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("desk:patient", made.into_id)
    return told_at(made.merged, undone.pk)
