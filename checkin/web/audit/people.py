"""What did this person do? Counts by kind, and the full list."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from checkin.queries import audit_events
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, staff_required
from checkin.web.audit.event_filters import AuditFilterForm
from checkin.web.audit.events import audit_trail_read, events_context


@require_safe
@staff_required(StaffAct.READ_TRAIL)
def list_people(request: StaffRequest) -> HttpResponse:
    people = request.clinic.staff.order_by("-is_active", "name", "pk")
    return render(request, "audit/people.html", {"people": people})


@require_safe
@staff_required(StaffAct.READ_TRAIL)
def show_person_events(request: StaffRequest, staff_id: int) -> HttpResponse:
    person = get_object_or_404(request.clinic.staff, pk=staff_id)
    form = AuditFilterForm(request.GET, clinic=request.clinic, without=("staff",))
    wanted = replace(form.read_filter(), staff_id=person.pk)
    audit_trail_read(request, "audit_log.person_read", wanted, person)
    context = events_context(request, form, wanted, staff=person.pk)
    context |= {"person": person, "counts": audit_events.count_audit_kinds(request.clinic, wanted)}
    return render(request, "audit/person.html", context, status=400 if form.errors else 200)
