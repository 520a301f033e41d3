"""A child who cannot wait, at the desk: who goes, when it is settled, and what the family typed."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from checkin.actions import reasons, worries
from checkin.actions.boards import Refused
from checkin.models import Presence, Visit
from checkin.rules.roles import Act
from checkin.rules.visits import KEYS, VERBS, State
from checkin.web import page_marks
from checkin.web.access import StaffRequest, get_visit_or_404, staff_required
from checkin.web.desk import moves
from checkin.web.returns import back_to


@require_POST
@staff_required(Act.ANSWER_CALL)
def take(request: StaffRequest, visit_id: int) -> HttpResponse:
    return act(request, visit_id, worries.take, "You are going to {}.", may_undo=True)


@require_POST
@staff_required(Act.ANSWER_CALL)
def settle(request: StaffRequest, visit_id: int) -> HttpResponse:
    return act(request, visit_id, worries.settle, "{} takes its turn again.", may_undo=True)


@require_POST
@staff_required(Act.RAISE)
def undo(request: StaffRequest, visit_id: int) -> HttpResponse:
    return act(request, visit_id, worries.undo, "{} calls again.")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Act.ANSWER_CALL)
def reason(request: StaffRequest, visit_id: int) -> HttpResponse:
    """What the family typed; a POST says that this person has read it."""
    if request.method == "POST":
        return act(request, visit_id, reasons.read, "Read: {}.")
    visit = get_visit_or_404(request, visit_id)
    to = request.GET.get("to", "")
    context = {"visit": visit, "said": visit.sign_in, "may_act": True}
    if to in reasons.INTO_CARE:
        context |= {"to": to, "verb": VERBS[State(to)], "key": KEYS[State(to)]}
    return render(request, "desk/_reason.html" if request.htmx else "desk/reason.html", context)


@require_POST
@staff_required(Act.ANSWER_CALL)
def here(request: StaffRequest) -> HttpResponse:
    """This person looks at a board now. Whoever is to be called next for a child who cannot wait is."""
    text, at = request.POST.get("location", ""), timezone.now()
    location = request.clinic.locations.filter(
        pk=int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    ).first()
    if location is None:
        raise Http404
    Presence.note(location_id=location.pk, staff_id=request.user.pk, at=at)
    worries.call_due(clinic=request.clinic, at=at)
    return HttpResponse(status=204)


def act(
    request: StaffRequest, visit_id: int, action: Callable[..., object], words: str, *, may_undo: bool = False
) -> HttpResponse:
    """One press: what was done in words, and the row as it stands, or the page that asked."""
    visit = get_visit_or_404(request, visit_id)
    try:
        action(visit=visit, by=request.user, at=timezone.now())
    except Refused as refusal:
        return moves.refused(request, visit, refusal.sentence)
    return done(request, get_visit_or_404(request, visit.pk), words.format(visit.token), may_undo=may_undo)


def done(request: StaffRequest, visit: Visit, said: str, *, may_undo: bool) -> HttpResponse:
    if request.htmx:
        undo = page_marks.marked("worry_undo", visit) if may_undo else ""
        return moves.answer(visit, said=said, undo=undo)
    messages.success(request, said)
    return back_to(request, reverse("desk:board"))
