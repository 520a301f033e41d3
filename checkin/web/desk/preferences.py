"""A family's preferences: saved when they ask, and forgotten when they ask."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from checkin.actions import preferences
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import lock_open_visits
from checkin.actions.write_queue import write_in_turn
from checkin.models import Visit
from checkin.models.understanding import remembered_preferences, typed_language_tag
from checkin.queries import preferences as preference_queries
from checkin.rules.confidential_visits import NOTHING_REMEMBERED_HERE
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, get_visit_or_404, may_perform_act, staff_required
from checkin.web.desk.audit_views import audit_page_view
from checkin.web.desk.preference_forms import PreferencesForm
from checkin.web.refusals import say_refusal

_NOBODY_TO_REMEMBER = "Nobody on record brought this child today, so there is nobody to remember this of yet."


def preferences_panel(request: StaffRequest, visit: Visit) -> dict[str, object]:
    """Return the context of `desk/_preferences.html`, also used on the visit's page. No query of its own."""
    escort = visit.escort
    kept = remembered_preferences(escort, request.clinic)
    return {
        "said_lang": typed_language_tag(visit.sign_in),
        "preferences": preference_queries.list_preferences_of_visit(visit),
        "remembers": kept.has_wish,
        "may_prefer": may_perform_act(request, StaffAct.KEEP_PREFERENCES)
        and visit.patient_id is not None
        and not visit.confidential,
        "not_kept": NOTHING_REMEMBERED_HERE if visit.confidential else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.KEEP_PREFERENCES)
def serve_preferences_page(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Show and save the escort's preferences and what belongs on the child's record."""
    visit = get_visit_or_404(request, visit_id)
    form = PreferencesForm(request.POST or None, visit=visit)
    if request.method == "POST" and form.is_valid():
        return _keep_preferences_form(request, visit, form)
    audit_page_view(request, visit, patient_id=visit.patient_id)
    return _render_preferences_page(request, visit, form, status=400 if form.errors else 200)


def _render_preferences_page(
    request: StaffRequest, visit: Visit, form: PreferencesForm, *, told: str = "", status: int = 200
) -> HttpResponse:
    context = {"visit": visit, "form": form, "told": told, **preferences_panel(request, visit)}
    return render(request, "desk/preferences.html", context, status=409 if told else status)


def _keep_preferences_form(request: StaffRequest, visit: Visit, form: PreferencesForm) -> HttpResponse:
    by, at = request.user, timezone.now()
    try:
        # Save all or nothing, and lock first: the match may be corrected at the same time.
        with write_in_turn():
            lock_open_visits([visit.patient_id], visit)
            if visit.patient is not None:
                preferences.record_language_and_needs(
                    patient=visit.patient, visit=visit, by=by, at=at, **form.record
                )
            if visit.escort is not None:
                preferences.set_preferences(escort=visit.escort, visit=visit, by=by, at=at, **form.wishes)
    except Refused as refusal:
        return _render_preferences_page(
            request, get_visit_or_404(request, visit.pk), form, told=refusal.sentence
        )
    messages.success(request, "Kept for next time, because they asked.")
    return redirect("desk:visit", visit.pk)


@require_POST
@staff_required(StaffAct.KEEP_PREFERENCES)
def submit_preferences_forgotten(request: StaffRequest, visit_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id)
    if visit.escort is None:
        say_refusal(request, _NOBODY_TO_REMEMBER)
        return redirect("desk:visit", visit.pk)
    by, at = request.user, timezone.now()
    try:
        with write_in_turn():
            lock_open_visits([visit.patient_id], visit)
            preferences.forget_preferences(escort=visit.escort, visit=visit, by=by, at=at)
    except Refused as refusal:
        say_refusal(request, refusal.sentence)
    else:
        messages.success(request, "Forgotten. What they said today still counts for today.")
    return redirect("desk:visit", visit.pk)
