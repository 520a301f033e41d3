"""Write, replace and end care alerts, and tell the named colleague, without a word of them, where to look."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from checkin.actions import care_alerts
from checkin.actions.refusals import Refused
from checkin.models import CareAlert, Patient
from checkin.queries import care_alerts as care_alert_queries
from checkin.rules.roles import StaffAct
from checkin.web.access import (
    StaffRequest,
    get_patient_after_merges,
    get_visit_or_404,
    staff_required,
)
from checkin.web.desk.audit_views import audit_page_view
from checkin.web.desk.care_alert_forms import CareAlertForm
from checkin.web.params import parse_number_param
from checkin.web.refusals import say_refusal

_SAVED = "Saved. Only the small mark shows it."
_HAS_ENDED = "Ended. What it said stays in its history."


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.KEEP_CARE_ALERTS)
def serve_new_alert(request: StaffRequest, patient_id: int) -> HttpResponse:
    return _serve_alert_form(request, get_patient_after_merges(request, patient_id))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.KEEP_CARE_ALERTS)
def serve_alert_change(request: StaffRequest, patient_id: int, alert_id: int) -> HttpResponse:
    """Write the warning again: the form begins empty, because only a reading with a reason shows it."""
    patient = get_patient_after_merges(request, patient_id)
    return _serve_alert_form(request, patient, get_object_or_404(CareAlert, pk=alert_id, patient=patient))


def _serve_alert_form(
    request: StaffRequest, patient: Patient, alert: CareAlert | None = None
) -> HttpResponse:
    form, told = CareAlertForm(request.POST or None, clinic=request.clinic), ""
    if request.method == "POST" and form.is_valid():
        by, at = request.user, timezone.now()
        try:
            if alert is None:
                care_alerts.write_care_alert(patient=patient, said=form.said, by=by, at=at)
            else:
                seen = parse_number_param(request.GET.get("seen"))
                care_alerts.change_care_alert(alert=alert, said=form.said, seen=seen, by=by, at=at)
        except Refused as refusal:
            told = refusal.sentence
        else:
            messages.success(request, _SAVED)
            return redirect("desk:patient", patient.pk)
    audit_page_view(request, patient, patient_id=patient.pk)
    context = {"patient": patient, "form": form, "told": told, "replaces": alert is not None}
    status = 409 if told else 400 if form.errors else 200
    return render(request, "desk/sealed_write.html", context, status=status)


@require_POST
@staff_required(StaffAct.KEEP_CARE_ALERTS)
def submit_alert_end(request: StaffRequest, patient_id: int, alert_id: int) -> HttpResponse:
    patient = get_patient_after_merges(request, patient_id)
    alert = get_object_or_404(CareAlert, pk=alert_id, patient=patient)
    try:
        ended = care_alerts.end_care_alert(
            alert=alert,
            in_error=request.POST.get("how") == "error",
            seen=parse_number_param(request.POST.get("seen")),
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        say_refusal(request, refusal.sentence)
    else:
        undo = reverse("desk:sealed_end_undo", args=[patient.pk, ended.pk])
        messages.success(request, _HAS_ENDED, extra_tags=f"undo-{undo}?seen={ended.current_id}")
    return redirect("desk:patient", patient.pk)


@require_POST
@staff_required(StaffAct.KEEP_CARE_ALERTS)
def submit_alert_end_undo(request: StaffRequest, patient_id: int, alert_id: int) -> HttpResponse:
    patient = get_patient_after_merges(request, patient_id)
    alert = get_object_or_404(CareAlert, pk=alert_id, patient=patient)
    seen = parse_number_param(request.GET.get("seen"))
    try:
        care_alerts.undo_care_alert_end(alert=alert, seen=seen, by=request.user, at=timezone.now())
    except Refused as refusal:
        say_refusal(request, refusal.sentence)
    else:
        messages.success(request, "Undone. It is in force again.")
    return redirect("desk:patient", patient.pk)


@require_POST
@staff_required(StaffAct.READ_CHARTS)
def submit_looked(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Record that this person looked at the visit to which they were called."""
    visit, at = get_visit_or_404(request, visit_id, also_closed=True), timezone.now()
    for one in care_alert_queries.list_care_notices(request.user, at=at):
        if one.visit.pk == visit.pk:
            care_alerts.answer_care_alert(version=one.version, visit=visit, by=request.user, at=at)
    return redirect("desk:visit", visit.pk)
