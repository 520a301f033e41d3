"""“Anything else while you are here?”: assign it, answer it, and record that the family was told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from checkin.actions import second_concerns
from checkin.actions.refusals import Refused
from checkin.models import Need, Visit
from checkin.queries import second_concerns as second_concern_queries
from checkin.rules import sign_in_claims
from checkin.rules.coded_sentences import words_in_region
from checkin.rules.roles import StaffAct
from checkin.rules.second_concerns import ConcernAnswer
from checkin.web.access import StaffRequest, get_visit_or_404, may_perform_act, staff_required
from checkin.web.params import parse_number_param
from checkin.web.refusals import say_refusal

_BOOKED_DAY_UNREADABLE = "Choose a day, or write when it is booked for."


@require_POST
@staff_required(StaffAct.ANSWER_NEED)
def submit_concern_answer(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Record the answer, and whether the family has heard it."""

    def act(need: Need) -> str:
        how, told = request.POST.get("how", ""), bool(request.POST.get("told"))
        words, on = sign_in_claims.clean_typed_text(request.POST.get("words")), _read_booked_day(request, how)
        made = second_concerns.answer_second_concern(
            need=need, how=how, words=words, on=on, told=told, by=request.user, at=timezone.now()
        )
        said = words_in_region(made.told_reason, request.clinic.region)
        return f"Second concern: {said}. " + ("The family knows." if told else "Tell the family.")

    return _act_on_concern(request, visit_id, act)


@require_POST
@staff_required(StaffAct.ANSWER_NEED)
def submit_concern_taken(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Assign it to the person asking, or to whoever is named."""

    def act(need: Need) -> str:
        pk = parse_number_param(request.POST.get("owner"))
        owner = request.clinic.staff.filter(pk=pk).first() if pk else request.user
        if owner is None:
            raise Refused("Choose a person.")
        held = second_concerns.assign_second_concern(
            need=need, owner=owner, by=request.user, at=timezone.now()
        )
        return f"Second concern: {held.owner} has it."

    return _act_on_concern(request, visit_id, act)


@require_POST
@staff_required(StaffAct.ANSWER_NEED)
def submit_concern_told(request: StaffRequest, visit_id: int) -> HttpResponse:
    def act(need: Need) -> str:
        row = second_concerns.record_family_told(need=need, by=request.user, at=timezone.now())
        return f"Second concern: {row.by} told the family."

    return _act_on_concern(request, visit_id, act)


def _act_on_concern(request: StaffRequest, visit_id: int, act: Callable[[Need], str]) -> HttpResponse:
    """Act on the visit's second concern, say what happened or why not, and return to the visit."""
    visit = get_visit_or_404(request, visit_id)
    concern = second_concern_queries.find_second_concern(visit)
    if concern is None:
        raise Http404
    concern.need.visit = visit
    try:
        messages.success(request, act(concern.need))
    except Refused as refusal:
        say_refusal(request, refusal.sentence)
    return redirect(reverse("desk:visit", args=[visit.pk]) + "#second-concern")


def _read_booked_day(request: StaffRequest, how: str) -> dt.date | None:
    said = request.POST.get("on", "").strip()
    if how != ConcernAnswer.BOOKED or not said:
        return None
    try:
        return dt.date.fromisoformat(said)
    except ValueError:
        raise Refused(_BOOKED_DAY_UNREADABLE) from None


def second_concern_panel(request: StaffRequest, visit: Visit) -> dict[str, object]:
    """Return its context for the visit's page, in at most three queries."""
    concern = second_concern_queries.find_second_concern(visit)
    if concern is None:
        return {"concern": None}
    may_act = may_perform_act(request, StaffAct.ANSWER_NEED)
    return {
        "concern": concern,
        "concern_people": second_concern_queries.list_second_concern_owners(visit)
        if may_act and concern.need.is_open
        else [],
        "may_answer_concern": may_act and concern.need.is_open,
        "may_tell_concern": may_act and concern.may_be_told,
        "may_undo_concern": may_act and visit.is_open and concern.answer is not None,
    }
