"""The end of a shift: hand all own promises over at once, and close the day."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from checkin.actions import closed_days, escalations, handovers
from checkin.actions.refusals import Refused
from checkin.models import Clinic, Visit
from checkin.models.promises import read_promise_origins
from checkin.queries import board as board_queries
from checkin.queries import promises as promise_queries
from checkin.rules import sign_in_claims
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, get_current_location, staff_required
from checkin.web.desk import promise_forms
from checkin.web.desk.audit_views import audit_patients_listed


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.PROMISE)
def serve_handover_page(request: StaffRequest) -> HttpResponse:
    if request.method != "POST":
        return _render_handover_page(request)
    at = timezone.now()
    escalations.escalate_due_promises(clinic=request.clinic, at=at)
    to = promise_forms.parse_promise_owner(
        request.clinic, sign_in_claims.clean_typed_text(request.POST.get("to"))
    )
    if to is None:
        return _render_handover_page(request, told="Choose a person or a role.")
    why = sign_in_claims.clean_typed_text(request.POST.get("why"))
    try:
        count = handovers.hand_over_all_promises(person=request.user, to=to, why=why, by=request.user, at=at)
    except Refused as refusal:
        return _render_handover_page(request, told=refusal.sentence)
    whom = getattr(to, "label", to)
    messages.success(
        request, f"{count} handed over to {whom}." if count else "There was nothing to hand over."
    )
    return redirect("desk:handover")


@require_POST
@staff_required(StaffAct.CLOSE_DAY)
def submit_day_close(request: StaffRequest) -> HttpResponse:
    at = timezone.now()
    try:
        closed_days.close_desk_day(
            location=get_current_location(request), date=request.clinic.local_date(at), by=request.user, at=at
        )
    except Refused as refusal:
        return _render_handover_page(request, told=refusal.sentence)
    messages.success(request, "The day is closed.")
    still = board_queries.list_visits_still_open(request.clinic, get_current_location(request).pk)
    if still:
        named = ", ".join(_token_and_arrival(one, request.clinic) for one in still)
        messages.warning(request, f"Still on the board: {named}. If they have left, mark them as left.")
    return redirect("desk:handover")


def _token_and_arrival(visit: Visit, clinic: Clinic) -> str:
    """Return "Blue Castle (Mar 9, 2026, 2:20 PM)"."""
    return f"{visit.token} ({clinic.full_moment_words(visit.arrived_at)})"


def _render_handover_page(request: StaffRequest, *, told: str = "") -> HttpResponse:
    at, here = timezone.now(), get_current_location(request)
    person = request.user
    unowned = read_promise_origins(here.promises.unowned().with_people().order_by("due_at", "pk"))
    context: dict[str, Any] = {
        "mine": promise_queries.list_promises_owned_by(person, at=at),
        "unowned": [promise_queries.make_owed_promise(one, clinic=request.clinic, at=at) for one in unowned],
        "here": here,
        "still": board_queries.list_visits_still_open(request.clinic, here.pk),
        "closed": here.closed_days.select_related("by").filter(date=request.clinic.local_date(at)).first(),
        "owners": promise_forms.promise_owner_choices(request.clinic),
        "told": told,
        "cannot_close": closed_days.refusal_to_close_day(here, person),
    }
    owed = [one.promise for one in (*context["mine"], *context["unowned"])]
    listed = [*context["still"], *(one.visit for one in owed if one.visit is not None)]
    # The line of a confidential one names nobody.
    named = [one for one in listed if not one.confidential]
    audit_patients_listed(request, "day.listed", patients=[one.patient_id for one in owed], visits=named)
    return render(request, "desk/handover.html", context, status=409 if told else 200)
