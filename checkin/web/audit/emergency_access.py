"""Who opened charts in an emergency, why, and what they read then."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from checkin.queries import emergency_access as emergency_access_queries
from checkin.queries.audit_events import AuditFilter
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, staff_required
from checkin.web.audit.event_filters import AuditFilterForm
from checkin.web.audit.events import audit_trail_read, events_context


@require_safe
@staff_required(StaffAct.READ_TRAIL)
def list_emergencies(request: StaffRequest) -> HttpResponse:
    audit_trail_read(request, "audit_log.emergencies_read", AuditFilter())
    accesses = emergency_access_queries.list_emergency_accesses(request.clinic)
    return render(request, "audit/emergencies.html", {"accesses": accesses})


@require_safe
@staff_required(StaffAct.READ_TRAIL)
def show_emergency(request: StaffRequest, access_id: int) -> HttpResponse:
    """Show one with its reason and each event that it let in. The times are there for the index."""
    accesses = request.clinic.emergency_accesses.select_related("staff")
    access = get_object_or_404(accesses, pk=access_id)
    form = AuditFilterForm(request.GET, clinic=request.clinic, without=("staff", "start", "end"))
    wanted = replace(
        form.read_filter(),
        staff_id=access.staff_id,
        start=access.started_at,
        end=access.written_until,
        emergency_id=access.pk,
        emergency_end=access.let_in_until,
    )
    audit_trail_read(request, "audit_log.emergency_read", wanted, access)
    context = events_context(request, form, wanted, staff=access.staff_id)
    # The export knows days, and this is an hour.
    context |= {"access": access, "export": None}
    return render(request, "audit/emergency.html", context, status=400 if form.errors else 200)
