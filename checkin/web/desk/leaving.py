"""What is still open when a family is ready or leaves: answer by one key each, or leave anyway."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from checkin.actions.leaving import NeedsStillOpen
from checkin.actions.refusals import Refused
from checkin.models import Visit
from checkin.rules.roles import StaffAct
from checkin.rules.visit_steps import VisitState
from checkin.web import page_versions
from checkin.web.access import StaffRequest, get_visit_or_404, staff_required
from checkin.web.desk import needs as need_views
from checkin.web.desk import visit_moves
from checkin.web.desk.audit_views import audit_page_view
from checkin.web.redirects import redirect_back


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.MOVE)
def serve_leaving_page(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Show the panel of what is still open; a POST takes the step with the given reason."""
    visit = get_visit_or_404(request, visit_id)
    to = (request.POST or request.GET).get("to") or VisitState.LEFT
    if request.method != "POST":
        return _render_leaving_page(request, visit, to)
    try:
        visit_moves.move_visit_as_shown(request, visit, to)
    except NeedsStillOpen:
        why = "Choose why it is left open, or write it in your own words."
        return _render_leaving_page(request, get_visit_or_404(request, visit.pk), to, said=why, status=409)
    except Refused as refusal:
        return _render_leaving_page(
            request, get_visit_or_404(request, visit.pk), to, said=refusal.sentence, status=409
        )
    return _redirect_after_leaving(request, get_visit_or_404(request, visit.pk))


def _render_leaving_page(
    request: StaffRequest, visit: Visit, to: str, *, said: str = "", status: int = 200
) -> HttpResponse:
    audit_page_view(request, visit, patient_id=visit.patient_id)
    context = {
        "visit": visit,
        "said": said,
        "refused": bool(said),
        **need_views.leaving_step_context(visit, to),
        **need_views.needs_panel(request, visit, is_leaving=True),
    }
    template = "desk/_leaving.html" if request.htmx else "desk/leaving.html"
    return render(request, template, context, status=status)


def _redirect_after_leaving(request: StaffRequest, visit: Visit) -> HttpResponse:
    left_open = visit.needs.filter(status="left_open").count() if visit.state == VisitState.LEFT else 0
    said = f"{visit.token}: {VisitState(visit.state).label}." + (
        f" {left_open} left open." if left_open else ""
    )
    messages.success(request, said, extra_tags=f"undo-{page_versions.visit_act_address('undo', visit)}")
    asked = request.POST.get("next")
    return redirect_back(request, reverse("desk:visit", args=[visit.pk]) if asked else reverse("desk:board"))
