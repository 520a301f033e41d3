"""The door: what is still open when a family is ready or leaves, one key each, and leaving all the same."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from checkin.actions import visits
from checkin.actions.door import StillOpen
from checkin.models import Visit
from checkin.rules.roles import Act
from checkin.rules.visits import State
from checkin.web import page_marks
from checkin.web.access import StaffRequest, get_visit_or_404, staff_required
from checkin.web.desk import needs
from checkin.web.returns import back_to


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Act.MOVE)
def door(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The panel of what is still open; a POST goes through the door with the reason that was given."""
    visit = get_visit_or_404(request, visit_id)
    to = (request.POST or request.GET).get("to") or State.LEFT
    if request.method != "POST":
        return show(request, visit, to)
    seen, reason = page_marks.state_seen(request), needs.reason(request)
    try:
        if seen not in ("", visit.state):
            visits.repeated(visit, to=to, by=request.user)
        else:
            visits.move(
                visit=visit,
                to=to,
                by=request.user,
                at=timezone.now(),
                reason=reason,
                reading=request.POST.get("reading", ""),
            )
    except StillOpen:
        why = "Say why it is left open: one key, or your own words."
        return show(request, get_visit_or_404(request, visit.pk), to, said=why, status=409)
    except visits.Refused as refusal:
        return show(request, get_visit_or_404(request, visit.pk), to, said=refusal.sentence, status=409)
    return gone(request, get_visit_or_404(request, visit.pk))


def show(request: StaffRequest, visit: Visit, to: str, *, said: str = "", status: int = 200) -> HttpResponse:
    context = {
        "visit": visit,
        "said": said,
        "refused": bool(said),
        **needs.through(visit, to),
        **needs.panel(request, visit),
    }
    template = "desk/_door.html" if request.htmx else "desk/door.html"
    return render(request, template, context, status=status)


def gone(request: StaffRequest, visit: Visit) -> HttpResponse:
    left_open = visit.needs.filter(status="left_open").count() if visit.state == State.LEFT else 0
    said = f"{visit.token}: {State(visit.state).label}." + (f" {left_open} left open." if left_open else "")
    messages.success(request, said, extra_tags=f"undo-{page_marks.marked('undo', visit)}")
    asked = request.POST.get("next")
    return back_to(request, reverse("desk:visit", args=[visit.pk]) if asked else reverse("desk:board"))
