"""Two records of one child side by side: choose which stays and what is right, merge, and undo."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from checkin.actions import merge_undo, patient_merges
from checkin.actions.refusals import Refused
from checkin.models import Patient
from checkin.queries import merge_pairs, merge_sides
from checkin.queries.merge_pairs import MergeColumn, MergePair
from checkin.rules.roles import StaffAct
from checkin.rules.sign_in_claims import clean_typed_text
from checkin.web.access import StaffRequest, get_patient_or_404, may_perform_act, staff_required
from checkin.web.desk.audit_views import audit_page_view
from checkin.web.refusals import note_nothing_done, say_refusal

_RECORDS_CHANGED = (
    "One of the two records was changed or merged since this page was opened. Please look at both again."
)
_MERGE_SIDES = ("one", "other")
_CHOOSE_COLUMNS = "Choose which record is right about: {}."
_STAYING_RECORD_CHANGED = (
    "The other record stays now: where they differ, what it says is chosen. Look again, then merge."
)


_NOT_ON_FILE = "{} is not on file anymore: that record was merged into another, or entered in error."


@require_safe
@staff_required(StaffAct.READ_CHARTS)
def show_merge_comparison(request: StaffRequest, patient_id: int, other_id: int) -> HttpResponse:
    """Show both records side by side, before anything is done."""
    one, other = _get_merge_pair(request, patient_id, other_id)
    if gone := _find_record_off_file(one, other):
        messages.info(request, _NOT_ON_FILE.format(gone.name))
        return redirect("desk:patient", one.pk)
    return _render_merge_page(request, _compare_merge_pair(request, one, other))


@require_POST
@staff_required(StaffAct.MERGE)
def submit_patient_merge(request: StaffRequest, patient_id: int, other_id: int) -> HttpResponse:
    """Merge as chosen, or show the page again and say what is missing or has changed."""
    one, other = _get_merge_pair(request, patient_id, other_id)
    if gone := _find_record_off_file(one, other):
        note_nothing_done(request)
        messages.info(request, _NOT_ON_FILE.format(gone.name))
        return redirect("desk:patient", one.pk)
    found = _compare_merge_pair(request, one, other)
    into, merged = _split_merge_pair(request, found)
    take, problem = read_merge_columns(request, found, merged)
    if problem:
        return _render_merge_page(request, found, told=problem)
    leave = {one.name for one in found.columns if one.differs} - {*take}
    why = clean_typed_text(request.POST.get("why", ""))
    try:
        made = patient_merges.merge_patients(
            merged=merged, into=into, by=request.user, at=timezone.now(), take=take, leave=leave, why=why
        )
    except Refused as refusal:
        return _render_merge_page(request, found, told=refusal.sentence)
    return _redirect_to_merged_patient(into, made.merge.pk if made.merge else None)


def _compare_merge_pair(request: StaffRequest, one: Patient, other: Patient) -> MergePair:
    return merge_pairs.read_merge_pair(one, other, on=request.clinic.local_date(timezone.now()))


def _get_merge_pair(request: StaffRequest, patient_id: int, other_id: int) -> tuple[Patient, Patient]:
    if patient_id == other_id:
        raise Http404
    return get_patient_or_404(request, patient_id), get_patient_or_404(request, other_id)


def _find_record_off_file(*records: Patient) -> Patient | None:
    return next((one for one in records if not one.is_on_file), None)


def read_merge_columns(request: StaffRequest, found: MergePair, merged: Patient) -> tuple[list[str], str]:
    """Return the columns to take from the record that goes, or why that cannot be decided."""
    if request.POST.get("seen") != found.seen:
        return [], _RECORDS_CHANGED
    ticked, side = _ticked_side(request, found), _staying_side(request, found)
    chosen = {one.name: request.POST.get(f"col_{one.name}") for one in found.columns if one.differs}
    if side != ticked and any(one.follows and chosen[one.name] == ticked for one in found.columns):
        return [], _STAYING_RECORD_CHANGED
    unsaid = [
        one.label.lower() for one in found.columns if one.differs and chosen[one.name] not in _MERGE_SIDES
    ]
    if unsaid:
        return [], _CHOOSE_COLUMNS.format(", ".join(unsaid))
    goes = "one" if merged == found.one else "other"
    return [name for name, side in chosen.items() if side == goes], ""


def _staying_side(request: StaffRequest, found: MergePair) -> str:
    said = request.POST.get("stays")
    return said if said in _MERGE_SIDES else "one" if found.stays == found.one else "other"


def _ticked_side(request: StaffRequest, found: MergePair) -> str:
    """Return the side that the page preselected in each row.

    A script or a redraw updates the rows when the choice changes.
    """
    said = request.POST.get("ticked_for")
    return said if said in _MERGE_SIDES else "one" if found.stays == found.one else "other"


def _chosen_column_side(request: StaffRequest, found: MergePair, one: MergeColumn) -> str:
    """Return which record is right in this row: as chosen, else the record that stays."""
    said, side = request.POST.get(f"col_{one.name}"), _staying_side(request, found)
    if one.follows and (said not in _MERGE_SIDES or said == _ticked_side(request, found)):
        return side
    return said if said in _MERGE_SIDES else one.chosen


def _split_merge_pair(request: StaffRequest, found: MergePair) -> tuple[Patient, Patient]:
    return (found.one, found.other) if _staying_side(request, found) == "one" else (found.other, found.one)


def _render_merge_page(request: StaffRequest, found: MergePair, *, told: str = "") -> HttpResponse:
    """Show both records; after a refusal, with what was chosen."""
    for each in (found.one, found.other):
        audit_page_view(request, each, patient_id=each.pk)
    columns = [one._replace(chosen=_chosen_column_side(request, found, one)) for one in found.columns]
    context = {
        "pair": found._replace(columns=columns),
        "patient": found.one,
        "both": merge_sides.make_merge_sides(found.one, found.other),
        "stays": _staying_side(request, found),
        "told": told,
        "why": clean_typed_text(request.POST.get("why", "")),
        "asks": found.asks,
        "may_merge": may_perform_act(request, StaffAct.MERGE),
    }
    return render(request, "desk/merge.html", context, status=409 if told else 200)


def _redirect_to_merged_patient(patient: Patient, merge_id: int | None) -> HttpResponse:
    address = reverse("desk:patient", args=[patient.pk])
    return redirect(f"{address}?merged={merge_id}" if merge_id else address)


@require_POST
@staff_required(StaffAct.MERGE)
def submit_merge_undo(request: StaffRequest, merge_id: int) -> HttpResponse:
    """Undo a merge; the page of the separated record says what was done."""
    made = get_object_or_404(request.clinic.patient_merges.select_related("merged"), pk=merge_id)
    try:
        undone = merge_undo.undo_patient_merge(merge=made, by=request.user, at=timezone.now())
    except Refused as refusal:
        say_refusal(request, refusal.sentence)
        return redirect("desk:patient", made.into_id)
    return _redirect_to_merged_patient(made.merged, undone.pk)
