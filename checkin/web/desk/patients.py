"""The patient: who brings them, who may consent, when they came; and finding one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checkin.actions import matches, visits
from checkin.models import Patient, merge_doubts
from checkin.queries import (
    family_stories,
    look_alikes,
    matching,
    merge_sides,
    merges,
    preferences,
    promises,
    undo_told,
)
from checkin.queries import people as directory
from checkin.rules import claims
from checkin.rules.roles import Act
from checkin.web.access import StaffRequest, get_patient_or_404, may, staff_required
from checkin.web.desk.consent_forms import ProxyForm
from checkin.web.desk.consent_proxies import known_of, proxies
from checkin.web.desk.forms import PatientForm
from checkin.web.desk.reach import just_decided, number, seen
from checkin.web.desk.searches import recall, remember

MOST_LISTED = 40
MOST_OPTIONS = 5


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def find(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        text = request.POST.get("q", "").strip()
        address = reverse("desk:find")
        return redirect(f"{address}?s={remember(request, text)}" if text else address)
    sought, on = recall(request), request.clinic.local_date(timezone.now())
    found = directory.search(request.clinic, sought, on=on, limit=MOST_LISTED + 1) if sought else []
    context = {"sought": sought, "people": found[:MOST_LISTED], "more": len(found) > MOST_LISTED}
    context["look_alikes"] = look_alikes.count(request.clinic)
    context["date_example"] = "14/3/2018" if request.clinic.day_first else "3/14/2018"
    return render(request, "desk/patients.html", context)


@require_safe
@staff_required()
def patient(request: StaffRequest, patient_id: int) -> HttpResponse:
    found = get_patient_or_404(request, patient_id)
    seen(request, found, patient_id=found.pk)
    return page(request, found)


def page(
    request: StaffRequest, found: Patient, *, form: PatientForm | None = None, told: str = ""
) -> HttpResponse:
    """Everything on one patient; `told` is why something was not done."""
    now, may_act = timezone.now(), may(request, Act.SIGN_IN)
    today = request.clinic.local_date(now)
    older = family_stories.cursor(request.GET.get("older", ""))
    known = record(request, found, today)
    context = {
        **known,
        "patient": found,
        "today": today,
        "proxies": proxies(found, today, known_of(known["whole"].guardians, today)),
        "proxy_form": ProxyForm(today=today),
        "may_act": may_act,
        "may_write": may_act and found.is_on_file,
        **just_decided(request),
        "told": told,
        "owing": promises.of_family(request.clinic, found.pk, at=now),
        "family": family_stories.story(found, at=now, before=older, reader=request.user),
        **same_child(request, found),
        "form": form or (PatientForm(instance=found) if found.is_provisional else None),
    }
    status = 409 if told else 400 if form is not None else 200
    return render(request, "desk/patient.html", context, status=status)


def record(request: StaffRequest, found: Patient, today: dt.date) -> dict[str, Any]:
    """The record, with what helps them on it and as said at each visit that is open."""
    whole = directory.whole(found, on=today)
    here = [one for one in whole.visits if one.is_open]
    for one in here:
        one.clinic = request.clinic
    said = [(one, preferences.of_today(one)) for one in here]
    return {"whole": whole, "served": preferences.of_record(found), "said_today": said}


def same_child(request: StaffRequest, found: Patient) -> dict[str, Any]:
    """The other records of this child: merged into this one, merged just now, or perhaps still on file."""
    told = merges.told(request.clinic, number(request.GET.get("merged")))
    context: dict[str, Any] = {
        "merge_told": told,
        "merge_undo_says": undo_told.of_merge(told.merge) if told and told.may_undo else [],
        "merged_from": [(one, undo_told.of_merge(one)) for one in merge_sides.merged_from(found)],
        "look_alikes": look_alikes.of_patient(found) if found.is_on_file else [],
    }
    # Of a record that is complete only when asked for: whom it is like takes several look-ups.
    compared = "alike" in request.GET or bool(recall(request))
    if found.is_provisional or (compared and found.is_on_file):
        context |= provisional(request, found) | {"compared": compared}
    return context


def provisional(request: StaffRequest, found: Patient) -> dict[str, Any]:
    """Whom a record may turn out to be: ranked, or as searched for."""
    now, sought = timezone.now(), recall(request)
    offered = matching.for_record(found, at=now)
    if not sought:
        return {"candidates": offered.candidates, "sought": "", "said_two": matching.said_two(found)}
    on = request.clinic.local_date(now)
    people = [one.patient for one in directory.search(request.clinic, sought, on=on, limit=MOST_OPTIONS + 1)]
    others = [one for one in people if one.pk != found.pk][:MOST_OPTIONS]
    return {"candidates": matching.searched(request.clinic, offered.typed, others, at=now), "sought": sought}


@require_POST
@staff_required(Act.MATCH)
def search(request: StaffRequest, patient_id: int) -> HttpResponse:
    found = get_patient_or_404(request, patient_id)
    text = request.POST.get("q", "").strip()
    address = reverse("desk:patient", args=[found.pk])
    return redirect(f"{address}?s={remember(request, text)}#merge" if text else address)


@require_POST
@staff_required(Act.MATCH)
def complete(request: StaffRequest, patient_id: int) -> HttpResponse:
    found = get_patient_or_404(request, patient_id)
    if not found.is_provisional:
        return page(request, found, told="This record is complete already, so it was left as it is.")
    typed = {name: claims.clean(text) for name, text in request.POST.items()}
    form = PatientForm(typed, instance=get_patient_or_404(request, patient_id))
    if not form.is_valid():
        return page(request, found, form=form)
    try:
        matches.complete(provisional=found, by=request.user, at=timezone.now(), **form.cleaned_data)
    except visits.Refused as refusal:
        return page(request, get_patient_or_404(request, patient_id), told=refusal.sentence)
    messages.success(request, "This is a patient’s record from now on.")
    return redirect("desk:patient", found.pk)


@require_POST
@staff_required(Act.MERGE)
def merge(request: StaffRequest, patient_id: int) -> HttpResponse:
    found = get_patient_or_404(request, patient_id)
    into = get_patient_or_404(request, number(request.POST.get("into")) or 0)
    if found.is_provisional and merge_doubts.doubts_beside_names(found, into):
        # What is not on this page says that they may be two: compared first, and asked there.
        return redirect("desk:merge_compare", found.pk, into.pk)
    try:
        merged = matches.merge(provisional=found, into=into, by=request.user, at=timezone.now())
    except visits.Refused as refusal:
        return page(request, found, told=refusal.sentence)
    told = f"?merged={merged.merge.pk}" if merged.merge else ""
    return redirect(reverse("desk:patient", args=[into.pk]) + told)
