"""The patient's page and the search: who brings them, who may consent, when they came."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checkin.actions import provisional_patients
from checkin.actions.refusals import Refused
from checkin.models import Patient, merge_doubts
from checkin.queries import (
    family_timeline,
    match_candidates,
    merge_sides,
    undo_wording,
)
from checkin.queries import (
    look_alikes as look_alike_queries,
)
from checkin.queries import (
    patient_merges as patient_merge_queries,
)
from checkin.queries import patients as patient_queries
from checkin.queries import (
    preferences as preference_queries,
)
from checkin.rules import sign_in_claims
from checkin.rules.local_formats import date_examples
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, get_patient_or_404, may_perform_act, staff_required
from checkin.web.desk.audit_views import audit_page_view, audit_patients_listed
from checkin.web.desk.consent_forms import ProxyForm
from checkin.web.desk.consent_proxies import known_proxy_grantors, list_patient_proxies
from checkin.web.desk.forms import PatientForm
from checkin.web.desk.match_decision_facts import just_decided_facts, list_patients_just_decided
from checkin.web.desk.promises import promises_panel
from checkin.web.desk.sealed_readings import sealed_mark
from checkin.web.desk.searches import recall_search, remember_search
from checkin.web.params import parse_number_param
from checkin.web.refusals import note_nothing_done

_MOST_PATIENTS_LISTED = 40
_MOST_MERGE_OPTIONS = 5


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.READ_CHARTS)
def serve_patient_search(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        text = request.POST.get("q", "").strip()
        address = reverse("desk:find")
        return redirect(f"{address}?s={remember_search(request, text)}" if text else address)
    sought, on = recall_search(request), request.clinic.local_date(timezone.now())
    found = (
        patient_queries.search_patients(request.clinic, sought, on=on, limit=_MOST_PATIENTS_LISTED + 1)
        if sought
        else []
    )
    context = {
        "sought": sought,
        "people": found[:_MOST_PATIENTS_LISTED],
        "more": len(found) > _MOST_PATIENTS_LISTED,
    }
    audit_patients_listed(
        request, "searched", patients=[one.patient.pk for one in found[:_MOST_PATIENTS_LISTED]]
    )
    context["look_alikes"] = look_alike_queries.count_open_look_alikes(request.clinic)
    context["date_examples"] = date_examples(request.clinic.region)
    return render(request, "desk/patients.html", context)


@require_safe
@staff_required(StaffAct.READ_CHARTS)
def show_patient(request: StaffRequest, patient_id: int) -> HttpResponse:
    return _render_patient_page(request, get_patient_or_404(request, patient_id))


def _render_patient_page(
    request: StaffRequest, found: Patient, *, form: PatientForm | None = None, told: str = ""
) -> HttpResponse:
    """Show everything about one patient. `told` says why something was not done."""
    now, may_act = timezone.now(), may_perform_act(request, StaffAct.SIGN_IN)
    today = request.clinic.local_date(now)
    older = family_timeline.parse_timeline_cursor(request.GET.get("older", ""))
    context = {
        **(known := _patient_record_facts(request, found, today)),
        "patient": found,
        "today": today,
        "proxies": list_patient_proxies(found, today, known_proxy_grantors(known["whole"].guardians, today)),
        "proxy_form": ProxyForm(today=today),
        "may_act": may_act,
        "may_write": may_act and found.is_on_file,
        **just_decided_facts(request),
        "told": told,
        **promises_panel(request, found.pk, at=now),
        "family": family_timeline.read_family_timeline(found, at=now, before=older, reader=request.user),
        **_same_child_facts(request, found),
        "form": form or (PatientForm(instance=found) if found.is_provisional else None),
    }
    audit_page_view(request, found, patient_id=found.pk, others=_others_on_page(context))
    status = 409 if told else 400 if form is not None else 200
    return render(request, "desk/patient.html", context, status=status)


def _others_on_page(context: dict[str, Any]) -> list[int | None]:
    """Return the other records that a patient's page names: candidates, look-alikes, merged, just decided."""
    return [
        *(one.patient.pk for one in context.get("candidates", [])),
        *(pk for one in context["look_alikes"] for pk in (one.record_id, one.older_id)),
        *(one.merged_id for one, _ in context["merged_from"]),
        *list_patients_just_decided(context),
    ]


def _patient_record_facts(request: StaffRequest, found: Patient, today: dt.date) -> dict[str, Any]:
    """Return the record, with preferences on it and as said at each open visit."""
    whole = patient_queries.read_patient_page(found, on=today)
    here = [one for one in whole.visits if one.is_open and not one.confidential]
    for one in here:
        one.clinic = request.clinic
    said = [(one, preference_queries.list_preferences_said_today(one)) for one in here]
    return {
        "whole": whole,
        "was_confidential": any(one.confidential for one in whole.visits),
        "cut_relationships": {
            one.sign_in.relationship for one in whole.visits if "relationship" in one.sign_in.cut
        },
        "served": preference_queries.list_preferences_on_record(found),
        "said_today": said,
        **sealed_mark(found, reverse("desk:sealed", args=[found.pk])),
        "may_seal": found.is_on_file and may_perform_act(request, StaffAct.KEEP_CARE_ALERTS),
    }


def _same_child_facts(request: StaffRequest, found: Patient) -> dict[str, object]:
    """Return other records of this child: merged into this one, merged just now, or possible duplicates."""
    told = patient_merge_queries.read_merge_report(
        request.clinic, parse_number_param(request.GET.get("merged"))
    )
    context: dict[str, object] = {
        "merge_told": told,
        "merge_undo_says": undo_wording.merge_undo_preview_lines(told.merge)
        if told and told.may_undo
        else [],
        "merged_from": [
            (one, undo_wording.merge_undo_preview_lines(one))
            for one in merge_sides.list_merges_into_record(found)
        ],
        "look_alikes": look_alike_queries.list_look_alikes_of_patient(found) if found.is_on_file else [],
    }
    # For a complete record only on request: finding candidates takes several queries.
    compared = "alike" in request.GET or bool(recall_search(request))
    if found.is_provisional or (compared and found.is_on_file):
        context |= _merge_candidate_facts(request, found) | {"compared": compared}
    return context


def _merge_candidate_facts(request: StaffRequest, found: Patient) -> dict[str, object]:
    """Return records that this one may turn out to be: ranked, or as searched for."""
    now, sought = timezone.now(), recall_search(request)
    offered = match_candidates.find_record_candidates(found, at=now)
    if not sought:
        return {
            "candidates": offered.candidates,
            "sought": "",
            "said_two": match_candidates.list_declared_other_children(found),
        }
    on = request.clinic.local_date(now)
    people = [
        one.patient
        for one in patient_queries.search_patients(
            request.clinic, sought, on=on, limit=_MOST_MERGE_OPTIONS + 1
        )
    ]
    others = [one for one in people if one.pk != found.pk][:_MOST_MERGE_OPTIONS]
    return {
        "candidates": match_candidates.compare_searched_patients(
            request.clinic, offered.typed, others, at=now
        ),
        "sought": sought,
    }


@require_POST
@staff_required(StaffAct.MATCH)
def submit_merge_search(request: StaffRequest, patient_id: int) -> HttpResponse:
    found = get_patient_or_404(request, patient_id)
    text = request.POST.get("q", "").strip()
    address = reverse("desk:patient", args=[found.pk])
    return redirect(f"{address}?s={remember_search(request, text)}#merge" if text else address)


@require_POST
@staff_required(StaffAct.MATCH)
def submit_patient_completion(request: StaffRequest, patient_id: int) -> HttpResponse:
    found = get_patient_or_404(request, patient_id)
    if not found.is_provisional:
        return _render_patient_page(
            request, found, told="This record is complete already, so it was left as it is."
        )
    typed = {name: sign_in_claims.clean_typed_text(text) for name, text in request.POST.items()}
    form = PatientForm(typed, instance=get_patient_or_404(request, patient_id))
    if not form.is_valid():
        return _render_patient_page(request, found, form=form)
    try:
        provisional_patients.complete_provisional_patient(
            provisional=found, by=request.user, at=timezone.now(), **form.cleaned_data
        )
    except Refused as refusal:
        return _render_patient_page(request, get_patient_or_404(request, patient_id), told=refusal.sentence)
    messages.success(request, "This is a patient’s record from now on.")
    return redirect("desk:patient", found.pk)


@require_POST
@staff_required(StaffAct.MERGE)
def submit_provisional_merge(request: StaffRequest, patient_id: int) -> HttpResponse:
    found = get_patient_or_404(request, patient_id)
    into = get_patient_or_404(request, parse_number_param(request.POST.get("into")) or 0)
    if found.is_provisional and merge_doubts.find_merge_doubts_beside_names(found, into):
        # Something not on this page suggests two children: compare first, and ask there.
        note_nothing_done(request)
        return redirect("desk:merge_compare", found.pk, into.pk)
    try:
        merged = provisional_patients.merge_provisional_patient(
            provisional=found, into=into, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return _render_patient_page(request, get_patient_or_404(request, patient_id), told=refusal.sentence)
    told = f"?merged={merged.merge.pk}" if merged.merge else ""
    return redirect(reverse("desk:patient", args=[into.pk]) + told)
