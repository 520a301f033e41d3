"""Choose the front desk to look at."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from checkin.rules.roles import StaffAct
from checkin.web.access import LOCATION_SESSION_KEY, StaffRequest, staff_required
from checkin.web.locations import set_request_location
from checkin.web.params import parse_number_param


@require_POST
@staff_required(StaffAct.READ_CHARTS)
def submit_location_choice(request: StaffRequest) -> HttpResponse:
    """Switch to another of the clinic's front desks, on this page and on pages opened later."""
    wanted = parse_number_param(request.POST.get("location")) or 0
    found = get_object_or_404(request.clinic.locations, pk=wanted)
    request.session[LOCATION_SESSION_KEY] = found.pk
    set_request_location(request, found.pk)
    return redirect("desk:board")
