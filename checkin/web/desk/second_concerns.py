"""“Anything else while you are here?”: who takes it, what becomes of it, and that the family was told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from checkin.actions import second_concerns as actions
from checkin.actions.boards import Refused
from checkin.models import Need, Visit
from checkin.queries import second_concerns as reads
from checkin.rules import claims
from checkin.rules.roles import Act
from checkin.rules.second_concerns import How
from checkin.web.access import StaffRequest, get_visit_or_404, may, staff_required
from checkin.web.desk.reach import number

BAD_DAY = "Choose a day, or say in words when it is booked for."


@require_POST
@staff_required(Act.ANSWER_NEED)
def second_concern(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The answer, and whether they have heard it."""

    def act(need: Need) -> str:
        how, told = request.POST.get("how", ""), bool(request.POST.get("told"))
        words, on = claims.clean(request.POST.get("words")), day(request, how)
        made = actions.answer(
            need=need, how=how, words=words, on=on, told=told, by=request.user, at=timezone.now()
        )
        return f"Second concern: {made.reason}. " + ("The family knows." if told else "Tell the family.")

    return done(request, visit_id, act)


@require_POST
@staff_required(Act.ANSWER_NEED)
def take(request: StaffRequest, visit_id: int) -> HttpResponse:
    """One person takes it: who asked, or whoever is named."""

    def act(need: Need) -> str:
        pk = number(request.POST.get("owner"))
        owner = request.clinic.staff.filter(pk=pk).first() if pk else request.user
        if owner is None:
            raise Refused("Choose a person.")
        held = actions.take(need=need, owner=owner, by=request.user, at=timezone.now())
        return f"Second concern: {held.owner} has it."

    return done(request, visit_id, act)


@require_POST
@staff_required(Act.ANSWER_NEED)
def told(request: StaffRequest, visit_id: int) -> HttpResponse:
    def act(need: Need) -> str:
        row = actions.tell(need=need, by=request.user, at=timezone.now())
        return f"Second concern: {row.by} told the family."

    return done(request, visit_id, act)


def done(request: StaffRequest, visit_id: int, act: Callable[[Need], str]) -> HttpResponse:
    """Do it to the visit's second concern, say what happened or why it did not, and back to the visit."""
    visit = get_visit_or_404(request, visit_id)
    concern = reads.of_visit(visit)
    if concern is None:
        raise Http404
    concern.need.visit = visit
    try:
        messages.success(request, act(concern.need))
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
    return redirect(reverse("desk:visit", args=[visit.pk]) + "#second-concern")


def day(request: StaffRequest, how: str) -> dt.date | None:
    said = request.POST.get("on", "").strip()
    if how != How.BOOKED or not said:
        return None
    try:
        return dt.date.fromisoformat(said)
    except ValueError:
        raise Refused(BAD_DAY) from None


def panel(request: StaffRequest, visit: Visit) -> dict[str, Any]:
    """What the visit's page shows of it: at most three queries."""
    concern = reads.of_visit(visit)
    if concern is None:
        return {"concern": None}
    may_act = may(request, Act.ANSWER_NEED)
    return {
        "concern": concern,
        "concern_people": reads.may_take(visit) if may_act and concern.need.is_open else [],
        "may_answer_concern": may_act and concern.need.is_open,
        "may_tell_concern": may_act and concern.may_be_told,
        "may_undo_concern": may_act
        and visit.is_open
        and concern.answer is not None
        and concern.answer.by_id == request.user.pk,
    }
