"""What a person must know now, for the pages that ask every few seconds."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from checkin.queries.care_alerts import list_care_notices
from checkin.queries.emergency_access import list_unread_notices
from checkin.web.access import StaffRequest, staff_required


@require_safe
@staff_required()
def show_notices(request: StaffRequest) -> HttpResponse:
    """Show the visits to which this person is called, and the emergency access of which they are told."""
    at = timezone.now()
    called = list_care_notices(request.user, at=at)
    facts = {
        "called_to": list({one.visit.pk: one.visit for one in called}.values()),
        "emergencies": list_unread_notices(request.user, at=at),
    }
    if request.htmx and not any(facts.values()):
        return HttpResponse(status=204)
    return render(request, "desk/_notices.html" if request.htmx else "desk/notices.html", facts)
