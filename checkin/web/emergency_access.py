"""Open charts in an emergency for an hour, end it, and read the notice that somebody did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from checkin.actions import audit, emergency_access
from checkin.actions.refusals import Refused
from checkin.models import EmergencyAccess
from checkin.rules import sign_in_claims
from checkin.rules.emergency_access import EMERGENCY_LASTS, LONGEST_REASON
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, staff_required
from checkin.web.account_desk_lock import DeskRequest
from checkin.web.redirects import redirect_back
from checkin.web.unsent_forms import is_script_request


class EmergencyAccessMiddleware:
    """Lets whoever has opened charts in an emergency go on, once per request, and says so in the trail.

    Before the desk's lock, whose events belong to the emergency too. It asks nothing for people whose role
    reads charts anyway.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: object, *_: object) -> None:
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return
        found = EmergencyAccess.load_open(request.user, timezone.now())
        if found:
            request.user.emergency = found
            audit.note_emergency(found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.OPEN_IN_EMERGENCY)
def open_in_emergency(request: DeskRequest) -> HttpResponse:
    """Ask for the reason, and open charts for an hour."""
    if request.method != "POST":
        return _show_question(request)
    reason = sign_in_claims.clean_typed_text(request.POST.get("reason"))
    try:
        emergency_access.start_emergency_access(
            reason=reason, desk=request.desk, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return _show_question(request, reason, str(refusal))
    return redirect("desk:board")


def _show_question(request: StaffRequest, reason: str = "", told: str = "") -> HttpResponse:
    facts = {
        "reason": reason,
        "told": told,
        "minutes": int(EMERGENCY_LASTS.total_seconds() // 60),
        "longest": LONGEST_REASON,
    }
    return render(request, "emergency/open.html", facts, status=400 if told else 200)


@require_POST
@staff_required(StaffAct.OPEN_IN_EMERGENCY)
def end_emergency(request: DeskRequest) -> HttpResponse:
    """End it before its hour is over. Safe to repeat."""
    emergency_access.end_emergency_access(
        desk=request.desk, by=request.user, at=timezone.now(), why="pressed"
    )
    messages.success(request, "Your emergency access has ended. The board and patients’ pages are closed.")
    return redirect("open_in_emergency")


@require_POST
@staff_required(StaffAct.READ_EMERGENCIES)
def mark_notice_seen(request: StaffRequest, access_id: int) -> HttpResponse:
    """Write down that this person has read it, and go on where they were."""
    access = get_object_or_404(request.clinic.emergency_accesses, pk=access_id)
    emergency_access.mark_notice_seen(access=access, by=request.user, at=timezone.now())
    if is_script_request(request):
        return HttpResponse(status=204)
    return redirect_back(request, reverse("desk:board"))
