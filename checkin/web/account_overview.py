"""A person's own page: what they log in with, and where they are logged in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from checkin.actions import own_sessions
from checkin.actions.refusals import Refused
from checkin.queries import second_factors as second_factor_queries
from checkin.web.access import StaffRequest, staff_required
from checkin.web.second_factors import is_second_factor_owed


@require_safe
@staff_required()
def show_own_login(request: StaffRequest) -> HttpResponse:
    facts = {
        "factors": second_factor_queries.read_own_factors(request.user),
        "sessions": second_factor_queries.list_own_sessions(
            request.user, this_key=request.session.session_key or "", at=timezone.now()
        ),
        "is_owed": is_second_factor_owed(request),
    }
    return render(request, "account/overview.html", facts)


@require_POST
@staff_required()
def end_own_session(request: StaffRequest, session: int) -> HttpResponse:
    """Log out one other machine of this person."""
    try:
        own_sessions.end_session(person=request.user, number=session, by=request.user, at=timezone.now())
        messages.success(request, "That machine is logged out.")
    except Refused as refusal:
        messages.info(request, str(refusal))
    return redirect("own_login")


@require_POST
@staff_required()
def log_out_everywhere(request: StaffRequest) -> HttpResponse:
    """End all of this person's sessions, this one too, and ask for the login."""
    own_sessions.end_sessions(person=request.user, by=request.user, at=timezone.now())
    request.session.flush()
    return redirect("account_login")
