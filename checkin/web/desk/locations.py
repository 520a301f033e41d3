"""Which front desk this person looks at."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from checkin.web.access import LOCATION, StaffRequest, staff_required
from checkin.web.locations import stay_at


@require_POST
@staff_required()
def choose(request: StaffRequest) -> HttpResponse:
    """Look at another of the clinic's front desks on this page, and on pages that are opened fresh."""
    wanted = request.POST.get("location", "")
    pk = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else 0
    found = get_object_or_404(request.clinic.locations, pk=pk)
    request.session[LOCATION] = found.pk
    stay_at(request, found.pk)
    return redirect("desk:board")
