"""Confidential visits at the desk: the closed page of one, mark one, end the mark; hide an address."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from checkin.actions import confidential_visits
from checkin.actions.refusals import Refused
from checkin.models import Visit
from checkin.rules.roles import StaffAct
from checkin.rules.sealed_readings import OPEN_SECONDS
from checkin.web.access import (
    StaffRequest,
    get_patient_or_404,
    get_visit_or_404,
    may_perform_act,
    staff_required,
)
from checkin.web.desk.audit_views import audit_page_view
from checkin.web.desk.visit_step_facts import visit_step_facts
from checkin.web.page_versions import DRAWN_FOR, closed_visit_version
from checkin.web.refusals import say_refusal


def show_closed_visit(request: StaffRequest, visit: Visit) -> HttpResponse:
    """Show the steps of the visit and the mark by which it is opened with a reason, as all that is sealed."""
    audit_page_view(request, visit, patient_id=visit.patient_id)
    context = {
        "visit": visit,
        DRAWN_FOR: closed_visit_version(visit),
        "sealed": reverse("desk:sealed_visit", args=[visit.pk]),
        "open_seconds": OPEN_SECONDS,
        "may_act": may_perform_act(request, StaffAct.MOVE),
        **visit_step_facts(visit),
    }
    return render(request, "desk/visit_closed.html", context)


@require_POST
@staff_required(StaffAct.KEEP_CONFIDENTIAL)
def submit_visit_confidential(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Mark the visit with the kind that was chosen; an empty kind ends the mark, on an opened visit."""
    kind = request.POST.get("kind", "")
    visit = get_visit_or_404(request, visit_id, also_closed=bool(kind))
    facts: dict[str, Any] = {"visit": visit, "by": request.user, "at": timezone.now()}
    try:
        if kind:
            confidential_visits.mark_visit_confidential(kind=kind, **facts)
            messages.success(request, f"{visit.token} is confidential now.")
        else:
            confidential_visits.end_visit_confidential(**facts)
            messages.success(request, f"{visit.token} is no longer confidential.")
    except Refused as refusal:
        say_refusal(request, refusal.sentence)
    return redirect("desk:visit", visit_id)


@require_POST
@staff_required(StaffAct.KEEP_CONFIDENTIAL)
def submit_hidden_address(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Hide where this patient lives, or show it again."""
    patient = get_patient_or_404(request, patient_id)
    facts: dict[str, Any] = {"patient": patient, "by": request.user, "at": timezone.now()}
    if request.POST.get("hide"):
        confidential_visits.hide_patient_address(**facts)
        messages.success(request, "The address and phone number are hidden now.")
    else:
        confidential_visits.show_patient_address(**facts)
        messages.success(request, "The address and phone number are shown again.")
    return redirect("desk:patient", patient_id)
