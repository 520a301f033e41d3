"""A child who cannot wait, at the desk: say who goes, settle it, undo, and read what the family typed."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from checkin.actions import reasons, urgent_signs
from checkin.actions.refusals import Refused
from checkin.models import Presence, Visit
from checkin.rules.roles import StaffAct
from checkin.rules.visit_steps import VISIT_STEP_KEYS, VISIT_STEP_VERBS, VisitState
from checkin.web import page_versions
from checkin.web.access import StaffRequest, get_visit_or_404, staff_required
from checkin.web.desk import visit_moves
from checkin.web.desk.audit_views import audit_page_view
from checkin.web.params import parse_number_param
from checkin.web.redirects import redirect_back


@require_POST
@staff_required(StaffAct.ANSWER_CALL)
def submit_urgent_response(request: StaffRequest, visit_id: int) -> HttpResponse:
    return _act_on_urgent_sign(
        request, visit_id, urgent_signs.take_urgent_visit, "You are going to {}.", may_undo=True
    )


@require_POST
@staff_required(StaffAct.ANSWER_CALL)
def submit_urgent_settled(request: StaffRequest, visit_id: int) -> HttpResponse:
    return _act_on_urgent_sign(
        request, visit_id, urgent_signs.settle_urgent_visit, "{} is back in its turn.", may_undo=True
    )


@require_POST
@staff_required(StaffAct.RAISE)
def submit_urgent_undo(request: StaffRequest, visit_id: int) -> HttpResponse:
    return _act_on_urgent_sign(request, visit_id, urgent_signs.undo_urgent_step, "{} calls again.")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.ANSWER_CALL)
def serve_visit_reason(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Show what the family typed; a POST records that this person has read it."""
    if request.method == "POST":
        return _act_on_urgent_sign(request, visit_id, reasons.read_visit_reason, "Read: {}.")
    visit = get_visit_or_404(request, visit_id)
    audit_page_view(request, visit, patient_id=visit.patient_id)
    to = request.GET.get("to", "")
    context = {"visit": visit, "said": visit.sign_in, "may_act": True}
    if to in reasons.CARE_STATES:
        context |= {
            "to": to,
            "verb": VISIT_STEP_VERBS[VisitState(to)],
            "key": VISIT_STEP_KEYS[VisitState(to)],
        }
    return render(request, "desk/_reason.html" if request.htmx else "desk/reason.html", context)


@require_POST
@staff_required(StaffAct.ANSWER_CALL)
def submit_board_presence(request: StaffRequest) -> HttpResponse:
    """Record that this person is at a board now, and call whoever is next for urgent visits."""
    text, at = request.POST.get("location", ""), timezone.now()
    location = request.clinic.locations.filter(pk=parse_number_param(text) or 0).first()
    if location is None:
        raise Http404
    Presence.note(location_id=location.pk, staff_id=request.user.pk, at=at)
    urgent_signs.call_for_urgent_visits(clinic=request.clinic, at=at)
    return HttpResponse(status=204)


def _act_on_urgent_sign(
    request: StaffRequest, visit_id: int, action: Callable[..., object], words: str, *, may_undo: bool = False
) -> HttpResponse:
    """Act with one press; answer with the row and what was done, or redirect back."""
    visit = get_visit_or_404(request, visit_id, also_closed=True)
    try:
        action(visit=visit, by=request.user, at=timezone.now())
    except Refused as refusal:
        return visit_moves.refuse_board_act(request, visit, refusal.sentence)
    return _answer_urgent_act(
        request,
        get_visit_or_404(request, visit.pk, also_closed=True),
        words.format(visit.token),
        may_undo=may_undo,
    )


def _answer_urgent_act(request: StaffRequest, visit: Visit, said: str, *, may_undo: bool) -> HttpResponse:
    if request.htmx:
        undo = page_versions.visit_act_address("urgent_undo", visit) if may_undo else ""
        return visit_moves.render_visit_row(visit, said=said, undo=undo)
    messages.success(request, said)
    return redirect_back(request, reverse("desk:board"))
