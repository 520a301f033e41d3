"""Imported records that look like somebody on file: compare them, or mark them as two children."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from checkin.actions import look_alikes
from checkin.queries import look_alikes as look_alike_queries
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, may_perform_act, staff_required
from checkin.web.desk.audit_views import audit_patients_listed
from checkin.web.params import parse_number_param

_TWO_CHILDREN_SAID = "{} and {} are two children, and nobody is asked about them again."


@require_safe
@staff_required(StaffAct.READ_CHARTS)
def show_look_alikes(request: StaffRequest) -> HttpResponse:
    found = look_alike_queries.get_look_alike_page(request.clinic, request.GET.get("page"))
    sides = [pk for one in found.object_list for pk in (one.record_id, one.older_id)]
    audit_patients_listed(request, "look_alikes.listed", patients=sides)
    context = {
        "pairs": found,
        "may_merge": may_perform_act(request, StaffAct.MERGE),
    }
    return render(request, "desk/look_alikes.html", context)


@require_POST
@staff_required(StaffAct.MERGE)
def submit_not_same_child(request: StaffRequest, look_alike_id: int) -> HttpResponse:
    pairs = request.clinic.look_alikes.select_related("record", "older")
    found = get_object_or_404(pairs, pk=look_alike_id)
    look_alikes.mark_look_alikes_different(look_alike=found, by=request.user, at=timezone.now())
    messages.success(request, _TWO_CHILDREN_SAID.format(found.record, found.older))
    page = parse_number_param(request.POST.get("page"))
    return redirect(reverse("desk:look_alikes") + (f"?page={page}" if page else ""))
