"""Feedback from families, for managers: read it, and say what was done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from checkin.actions import visit_feedback_answers
from checkin.actions.refusals import Refused
from checkin.models import AfterWord
from checkin.queries import visit_feedback as visit_feedback_queries
from checkin.queries.promises import list_promise_owners
from checkin.rules import sign_in_claims
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, may_perform_act, staff_required
from checkin.web.confidential_visits import require_open_visit
from checkin.web.desk.audit_views import audit_page_view
from checkin.web.params import parse_number_param


def feedback_list_panel(request: StaffRequest) -> dict[str, object]:
    """Return all feedback for the page of promises; nothing for those who may not answer it."""
    if not may_perform_act(request, StaffAct.ANSWER_FEEDBACK):
        return {"feedback_rows": None}
    at = timezone.now()
    rows = visit_feedback_queries.list_feedback(request.clinic, at=at)
    owed = sum(one.is_owed for one in rows)
    unread = sum(one.standing == "unread" for one in rows)
    return {
        "feedback_rows": rows,
        "feedback_owed": owed,
        "feedback_unread": unread,
        "faces": visit_feedback_queries.count_feedback_faces(request.clinic, at=at),
    }


@require_safe
@staff_required(StaffAct.ANSWER_FEEDBACK)
def show_visit_feedback(request: StaffRequest, feedback_id: int) -> HttpResponse:
    found = _get_feedback_or_404(request, feedback_id)
    return _render_feedback_page(request, found)


def _render_feedback_page(
    request: StaffRequest, found: AfterWord, *, note: str = "", told: str = ""
) -> HttpResponse:
    audit_page_view(request, found, patient_id=found.visit.patient_id)
    context = {
        "row": visit_feedback_queries.make_feedback_item(
            found, clinic=request.clinic, at=timezone.now(), opened=found.visit_id
        ),
        "feedback": found,
        "note": note,
        "told": told,
        "owners": list_promise_owners(request.clinic),
    }
    return render(request, "desk/visit_feedback.html", context, status=409 if told else 200)


@require_POST
@staff_required(StaffAct.ANSWER_FEEDBACK)
def submit_feedback_read(request: StaffRequest, feedback_id: int) -> HttpResponse:
    found = _get_feedback_or_404(request, feedback_id)
    visit_feedback_answers.mark_feedback_read(feedback=found, by=request.user, at=timezone.now())
    messages.success(request, f"Read: {found.visit.token}.")
    return _redirect_to_feedback_list()


@require_POST
@staff_required(StaffAct.ANSWER_FEEDBACK)
def submit_feedback_answer(request: StaffRequest, feedback_id: int) -> HttpResponse:
    found = _get_feedback_or_404(request, feedback_id)
    note, chosen = sign_in_claims.clean_typed_text(request.POST.get("note")), request.POST.get("owner")
    owner = request.clinic.staff.filter(pk=parse_number_param(chosen) or 0).first() if chosen else None
    try:
        if chosen and owner is None:
            raise Refused(visit_feedback_answers.NO_FEEDBACK_OWNER)
        visit_feedback_answers.answer_feedback(
            feedback=found, note=note, owner=owner, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return _render_feedback_page(
            request, _get_feedback_or_404(request, feedback_id), note=note, told=refusal.sentence
        )
    messages.success(request, f"Answered: {found.visit.token}.")
    return _redirect_to_feedback_list()


def _redirect_to_feedback_list() -> HttpResponse:
    return redirect(f"{reverse('desk:promises')}#feedback")


def _get_feedback_or_404(request: StaffRequest, feedback_id: int) -> AfterWord:
    given = request.clinic.after_words.with_people()
    found = get_object_or_404(given.prefetch_related("readings__by", "told"), pk=feedback_id)
    require_open_visit(request, found.visit)
    return found
