"""Who saw this child? Patients are numbers here until the auditor asks for a name, which is an event, too."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checkin.actions import audit
from checkin.actions.write_queue import write_in_turn
from checkin.models import Patient
from checkin.queries import patients as patient_queries
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, get_patient_or_404, staff_required
from checkin.web.audit.event_filters import AuditFilterForm
from checkin.web.audit.events import audit_trail_read, events_context

_MOST_PATIENTS_OFFERED = 8


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.READ_TRAIL)
def find_patients(request: StaffRequest) -> HttpResponse:
    """Show a search, or what it found. It is posted and answered at once: no address has a name."""
    sought = request.POST.get("q", "").strip()
    if not sought:
        return render(request, "audit/patients.html", {"asked": request.method == "POST"})
    now = timezone.now()
    found = patient_queries.search_patients(
        request.clinic, sought, on=request.clinic.local_date(now), limit=_MOST_PATIENTS_OFFERED + 1
    )
    ids = [one.patient.pk for one in found[:_MOST_PATIENTS_OFFERED]]
    with write_in_turn():
        audit.write_audit_event(
            action="audit_log.patient_searched",
            subject=None,
            at=now,
            by=request.user,
            patient_ids=ids,
            found=len(ids),
        )
    context = {"asked": True, "found": ids, "more": len(found) > len(ids), "searched": True}
    return render(request, "audit/patients.html", context)


@require_safe
@staff_required(StaffAct.READ_TRAIL)
def show_patient_events(request: StaffRequest, patient_id: int) -> HttpResponse:
    return _render_patient_events(request, get_patient_or_404(request, patient_id), "audit_log.patient_read")


@require_POST
@staff_required(StaffAct.READ_TRAIL)
def show_patient_name(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Show the same page with the name, once: a reload asks again."""
    found = get_patient_or_404(request, patient_id)
    return _render_patient_events(request, found, "audit_log.name_shown", named=found)


def _render_patient_events(
    request: StaffRequest, found: Patient, action: str, *, named: Patient | None = None
) -> HttpResponse:
    form = AuditFilterForm(request.GET, clinic=request.clinic, without=("patient",))
    wanted = replace(form.read_filter(), patient_id=found.pk)
    audit_trail_read(request, action, wanted, found)
    context = events_context(request, form, wanted, patient=found.pk)
    context |= {"number": found.pk, "named": named}
    return render(request, "audit/patient.html", context, status=400 if form.errors else 200)
