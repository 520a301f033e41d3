"""The end of a shift: everything of mine to somebody else in one submit, and the day closed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from checkin.actions import days, escalations, handovers
from checkin.actions.boards import Refused
from checkin.models import Clinic, Visit
from checkin.models.promises import read_origins
from checkin.queries import board
from checkin.queries import promises as reads
from checkin.rules import claims, clocks
from checkin.rules.roles import Act
from checkin.web.access import StaffRequest, get_location, staff_required
from checkin.web.desk import promise_forms as forms


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Act.PROMISE)
def handover(request: StaffRequest) -> HttpResponse:
    if request.method != "POST":
        return page(request)
    at = timezone.now()
    escalations.escalate_due(clinic=request.clinic, at=at)
    to = forms.owner_named(request.clinic, claims.clean(request.POST.get("to")))
    if to is None:
        return page(request, told="Choose a person or a role.")
    why = claims.clean(request.POST.get("why"))
    try:
        count = handovers.hand_over_all(person=request.user, to=to, why=why, by=request.user, at=at)
    except Refused as refusal:
        return page(request, told=refusal.sentence)
    whom = getattr(to, "label", to)
    messages.success(
        request, f"{count} handed over to {whom}." if count else "There was nothing to hand over."
    )
    return redirect("desk:handover")


@require_POST
@staff_required(Act.CLOSE_DAY)
def close_day(request: StaffRequest) -> HttpResponse:
    at = timezone.now()
    try:
        days.close(location=get_location(request), date=request.clinic.local_date(at), by=request.user, at=at)
    except Refused as refusal:
        return page(request, told=refusal.sentence)
    messages.success(request, "The day is closed. Every open promise has somebody who will keep it.")
    still = board.still_here(request.clinic, get_location(request).pk)
    if still:
        named = ", ".join(in_words(one, request.clinic) for one in still)
        messages.warning(request, f"Still on the board: {named}. If they have left, close their visits.")
    return redirect("desk:handover")


def in_words(visit: Visit, clinic: Clinic) -> str:
    """ "Blue Turtle (Mar 9, 2026, 14:20)"."""
    came = visit.arrived_at.astimezone(clinic.zone)
    return f"{visit.token} ({clocks.date_words(visit.local_date)}, {came:%-H:%M})"


def page(request: StaffRequest, *, told: str = "") -> HttpResponse:
    at, here = timezone.now(), get_location(request)
    person = request.user
    unowned = read_origins(here.promises.unowned().with_people().order_by("due_at", "pk"))
    context = {
        "mine": reads.of_person(person, at=at),
        "unowned": [reads.owed(one, clinic=request.clinic, at=at) for one in unowned],
        "here": here,
        "still": board.still_here(request.clinic, here.pk),
        "closed": here.closed_days.select_related("by").filter(date=request.clinic.local_date(at)).first(),
        "owners": forms.owner_choices(request.clinic),
        "told": told,
        "cannot_close": days.cannot_close(here, person),
    }
    return render(request, "desk/handover.html", context, status=409 if told else 200)
