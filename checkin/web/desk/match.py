"""The match desk: who is this child? One key per decision, and every decision can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from checkin.actions import matches, visits
from checkin.actions.paper_moves import PapersAsk
from checkin.models import Match, MatchDecision, Patient, Visit, paper_words
from checkin.models.visits import UNSETTLED
from checkin.queries import matching
from checkin.queries import people as directory
from checkin.rules.roles import Act
from checkin.rules.telling_apart import details
from checkin.web.access import (
    StaffRequest,
    get_patient_or_404,
    get_visit_or_404,
    may,
    staff_required,
)
from checkin.web.desk import match_papers
from checkin.web.desk.reach import decision_seen, just_decided, number, seen
from checkin.web.desk.searches import recall, remember

MOST_OPTIONS = 5


@require_safe
@staff_required()
def match(request: StaffRequest) -> HttpResponse:
    """The first visit to match, or word that there is none."""
    queue = matching.waiting(request.clinic, today=request.clinic.local_date(timezone.now()))
    if queue:
        return page(request, get_visit_or_404(request, queue[0].pk), queue)
    return render(request, "desk/match.html", just_decided(request))


@require_safe
@staff_required()
def match_one(request: StaffRequest, visit_id: int) -> HttpResponse:
    return page(request, get_visit_or_404(request, visit_id))


def page(
    request: StaffRequest, visit: Visit, queue: list[Visit] | None = None, *, told: str = ""
) -> HttpResponse:
    """One visit beside whom it may be; `told` is why a decision was not taken."""
    today = request.clinic.local_date(timezone.now())
    waiting = queue if queue is not None else matching.waiting(request.clinic, today=today)
    seen(request, visit, patient_id=visit.patient_id)
    found = facts(request, visit)
    context = {
        "queue": waiting,
        "told": told,
        **just_decided(request),
        **around(waiting, visit),
        **found,
    }
    return render(request, "desk/match_one.html", context, status=409 if told else 200)


def facts(request: StaffRequest, visit: Visit) -> dict[str, Any]:
    """The visit, what was typed, and the candidates: ranked, or as searched for."""
    sought, offered = recall(request), matching.for_visit(visit)
    candidates = offered.candidates
    if sought:
        on = visit.local_date
        found = [
            one.patient for one in directory.search(request.clinic, sought, on=on, limit=MOST_OPTIONS + 1)
        ]
        others = [one for one in found if one.pk != visit.patient_id][:MOST_OPTIONS]
        candidates = matching.searched(request.clinic, offered.typed, others, at=visit.arrived_at)
    newest = visit.match_decisions.order_by("pk").last()
    return {
        "visit": visit,
        "open": visit.is_unsettled,
        "typed": offered.typed,
        "candidates": candidates,
        "why": offered.why,
        "sought": sought,
        "newest": newest.pk if newest else 0,
        "goes_along": matching.goes_along(visit),
        **correction(visit),
        "may_decide": may(request, Act.MATCH),
        "keys_of_page": "desk/_keys_match.html",
    }


def correction(visit: Visit) -> dict[str, Any]:
    """What a decision on a visit changes: whom it leaves, what goes along, and whether a list comes first."""
    is_settled = not visit.is_unsettled and visit.patient is not None
    is_own = visit.match == Match.NEW
    return {
        "settled": details(paper_words.child(visit.patient)) if is_settled and visit.patient else "",
        "waits": match_papers.going_unasked(visit),
        "may_be_new": visit.is_unsettled or not is_own and bool(visit.sign_in.child_name),
        "is_listed_first": is_settled and not is_own,
    }


def around(queue: list[Visit], visit: Visit) -> dict[str, Visit | None]:
    """The visits before and after this one in the queue."""
    ids = [one.pk for one in queue]
    at = ids.index(visit.pk) if visit.pk in ids else -1
    return {
        "before": queue[at - 1] if at > 0 else None,
        "after": queue[at + 1] if at + 1 < len(queue) else None,
    }


@require_POST
@staff_required(Act.MATCH)
def search(request: StaffRequest, visit_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id)
    text = request.POST.get("q", "").strip()
    address = reverse("desk:match_one", args=[visit.pk])
    return redirect(f"{address}?s={remember(request, text)}" if text else address)


@require_POST
@staff_required(Act.MATCH)
def link(request: StaffRequest, visit_id: int) -> HttpResponse:
    patient = get_patient_or_404(request, number(request.POST.get("patient")) or 0)
    act = partial(matches.link, patient=patient)
    return decided(request, visit_id, act, step="desk:match_link", patient=patient)


@require_POST
@staff_required(Act.MATCH)
def new_patient(request: StaffRequest, visit_id: int) -> HttpResponse:
    return decided(request, visit_id, matches.new_patient, step="desk:match_new")


@require_POST
@staff_required(Act.MATCH)
def undo(request: StaffRequest, visit_id: int) -> HttpResponse:
    return decided(request, visit_id, matches.undo, step="desk:match_undo")


def decided(
    request: StaffRequest,
    visit_id: int,
    act: Callable[..., MatchDecision],
    *,
    step: str,
    patient: Patient | None = None,
) -> HttpResponse:
    """Do it and go on to the next; or show first what was written at the visit; or say why not."""
    visit = get_visit_or_404(request, visit_id)
    today = request.clinic.local_date(timezone.now())
    onward = around(matching.waiting(request.clinic, today=today), visit)["after"]
    seen, said = decision_seen(request, visit), match_papers.said(request)
    try:
        made = act(visit=visit, by=request.user, at=timezone.now(), seen=seen, said=said)
    except PapersAsk as asked:
        visit = get_visit_or_404(request, visit_id)
        return match_papers.page(request, visit, asked, step=step, patient=patient)
    except visits.Refused as refusal:
        return page(request, get_visit_or_404(request, visit_id), told=refusal.sentence)
    return redirect(f"{next_page(request, made, onward)}?done={made.pk}")


def next_page(request: StaffRequest, made: MatchDecision, onward: Visit | None) -> str:
    """On to the next family of the queue; a visit that was settled before it was no part of that queue."""
    is_undo = made.kind == MatchDecision.Kind.UNDO
    corrects = bool(made.previous_match) and made.previous_match not in UNSETTLED
    if request.POST.get("back") == "visit" or (corrects and not is_undo):
        return reverse("desk:visit", args=[made.visit_id])
    if is_undo:
        return reverse("desk:match_one", args=[made.visit_id])
    return reverse("desk:match_one", args=[onward.pk]) if onward else reverse("desk:match")
