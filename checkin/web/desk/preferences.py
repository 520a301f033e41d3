"""How a family likes to be served: remembered because they asked, and forgotten when they ask that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from checkin.actions import preferences as actions
from checkin.actions.boards import Refused
from checkin.actions.open_visits import hold_open
from checkin.actions.writing import write
from checkin.models import Visit
from checkin.models.understanding import remembered
from checkin.queries import preferences as reading
from checkin.rules.roles import Act
from checkin.web.access import StaffRequest, get_visit_or_404, may, staff_required
from checkin.web.desk.preference_forms import PreferencesForm
from checkin.web.desk.reach import seen

NOBODY = "Nobody on record brought this child today, so there is nobody to remember this of yet."


def panel(request: StaffRequest, visit: Visit) -> dict[str, Any]:
    """What `desk/_preferences.html` shows, on the visit's own page too. No query of its own."""
    escort = visit.escort
    kept = remembered(escort, request.clinic)
    return {
        "preferences": reading.of_visit(visit),
        "remembers": any((kept.approach, kept.best_way, kept.best_time)),
        "may_prefer": may(request, Act.KEEP_PREFERENCES) and visit.patient_id is not None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Act.KEEP_PREFERENCES)
def preferences(request: StaffRequest, visit_id: int) -> HttpResponse:
    """What to remember of whoever brought them, and what to put on the child's record."""
    visit = get_visit_or_404(request, visit_id)
    form = PreferencesForm(request.POST or None, visit=visit)
    if request.method == "POST" and form.is_valid():
        return keep(request, visit, form)
    seen(request, visit, patient_id=visit.patient_id)
    return show(request, visit, form, status=400 if form.errors else 200)


def show(
    request: StaffRequest, visit: Visit, form: PreferencesForm, *, told: str = "", status: int = 200
) -> HttpResponse:
    context = {"visit": visit, "form": form, "told": told, **panel(request, visit)}
    return render(request, "desk/preferences.html", context, status=409 if told else status)


def keep(request: StaffRequest, visit: Visit, form: PreferencesForm) -> HttpResponse:
    by, at = request.user, timezone.now()
    try:
        # All or nothing, and held from the first row on: the match may be corrected at this moment.
        with write():
            hold_open([visit.patient_id], visit)
            if visit.patient is not None:
                actions.record(patient=visit.patient, visit=visit, by=by, at=at, **form.record)
            if visit.escort is not None:
                actions.set_(escort=visit.escort, visit=visit, by=by, at=at, **form.wishes)
    except Refused as refusal:
        return show(request, get_visit_or_404(request, visit.pk), form, told=refusal.sentence)
    messages.success(request, "Kept for next time, because they asked.")
    return redirect("desk:visit", visit.pk)


@require_POST
@staff_required(Act.KEEP_PREFERENCES)
def forget(request: StaffRequest, visit_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id)
    if visit.escort is None:
        messages.warning(request, NOBODY)
        return redirect("desk:visit", visit.pk)
    with write():
        hold_open([visit.patient_id], visit)
        actions.forget(escort=visit.escort, visit=visit, by=request.user, at=timezone.now())
    messages.success(request, "Forgotten. What they said today still stands for today.")
    return redirect("desk:visit", visit.pk)
