"""The match desk: who is this child? One key per decision, each with undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from checkin.actions import match_decisions
from checkin.actions.entry_moves import EntriesUndecided
from checkin.actions.page_versions import PageChanged
from checkin.actions.refusals import Refused
from checkin.models import (
    MatchDecision,
    MatchState,
    Patient,
    Visit,
)
from checkin.models import (
    entry_wording as entry_wording_models,
)
from checkin.models.visits import UNSETTLED_MATCH_STATES
from checkin.queries import match_candidates
from checkin.queries import patients as patient_queries
from checkin.queries.match_candidates import MatchQueue
from checkin.queries.match_comparisons import TypedSide
from checkin.rules.child_labels import child_detail_words
from checkin.rules.roles import StaffAct
from checkin.web import page_versions
from checkin.web.access import (
    StaffRequest,
    get_patient_or_404,
    get_visit_or_404,
    may_perform_act,
    staff_required,
)
from checkin.web.desk import match_entries, unasked_entries
from checkin.web.desk.audit_views import audit_page_view, audit_patients_listed
from checkin.web.desk.match_decision_facts import just_decided_facts, list_patients_just_decided
from checkin.web.desk.searches import recall_search, remember_search
from checkin.web.params import UNKNOWN_DECISION, parse_number_param, parse_seen_decision

_MOST_MATCH_OPTIONS = 5


@require_safe
@staff_required(StaffAct.READ_CHARTS)
def show_match_queue(request: StaffRequest) -> HttpResponse:
    """Show the first visit to match, or that there is none."""
    queue = match_candidates.read_match_queue(request.clinic, today=request.clinic.local_date(timezone.now()))
    if queue.row_count:
        return _render_match_page(request, get_visit_or_404(request, queue.visits[0].pk), queue)
    left = match_candidates.list_visits_left_unmatched(request.clinic)
    decided = just_decided_facts(request)
    named = list_patients_just_decided(decided)
    audit_patients_listed(request, "match.listed", patients=named, visits=left.visits)
    return render(request, "desk/match.html", {"left": left, **decided})


@require_safe
@staff_required(StaffAct.READ_CHARTS)
def show_match_visit(request: StaffRequest, visit_id: int) -> HttpResponse:
    return _render_match_page(request, get_visit_or_404(request, visit_id))


def _render_match_page(
    request: StaffRequest, visit: Visit, queue: MatchQueue | None = None, *, told: str = ""
) -> HttpResponse:
    """Show one visit next to its candidates. `told` says why a decision was not taken."""
    today = request.clinic.local_date(timezone.now())
    waiting = queue or match_candidates.read_match_queue(request.clinic, today=today)
    left = match_candidates.list_visits_left_unmatched(request.clinic)
    audit_patients_listed(request, "match.listed", visits=[*waiting.visits, *left.visits])
    found, decided = _match_page_facts(request, visit), just_decided_facts(request)
    others = [*(one.patient.pk for one in found["candidates"]), *list_patients_just_decided(decided)]
    audit_page_view(request, visit, patient_id=visit.patient_id, others=others)
    context = {
        "queue": waiting,
        "left": left,
        "told": told,
        "today": today,
        **decided,
        **_queue_neighbors(waiting.visits, visit),
        **found,
    }
    return render(request, "desk/match_one.html", context, status=409 if told else 200)


def _match_page_facts(request: StaffRequest, visit: Visit) -> dict[str, Any]:
    """Return the visit, what was typed, and the candidates: ranked, or as searched for."""
    sought, offered = recall_search(request), match_candidates.find_visit_candidates(visit)
    newest = visit.match_decisions.order_by("pk").last()
    return {
        "visit": visit,
        "open": visit.is_unsettled,
        "typed": offered.typed,
        "candidates": _compare_searched_patients(visit, sought, offered.typed)
        if sought
        else offered.candidates,
        "why": offered.why,
        "sought": sought,
        "newest": newest.pk if newest else 0,
        "goes_along": match_candidates.count_visits_linked_along(visit),
        **_match_correction_facts(visit),
        "may_decide": may_perform_act(request, StaffAct.MATCH),
    }


def _compare_searched_patients(
    visit: Visit, sought: str, typed: TypedSide
) -> list[match_candidates.ComparedCandidate]:
    """Compare patients found by a search with what was typed, except the child already linked."""
    found = patient_queries.search_patients(
        visit.clinic, sought, on=visit.local_date, limit=_MOST_MATCH_OPTIONS + 1
    )
    others = [one.patient for one in found if one.patient.pk != visit.patient_id][:_MOST_MATCH_OPTIONS]
    return match_candidates.compare_searched_patients(visit.clinic, typed, others, at=visit.arrived_at)


def _match_correction_facts(visit: Visit) -> dict[str, object]:
    """Return what a decision changes: whom the visit leaves, what moves, whether entries are listed first."""
    is_settled = not visit.is_unsettled and visit.patient is not None
    is_own = visit.match == MatchState.NEW
    return {
        "settled": child_detail_words(entry_wording_models.describe_patient(visit.patient))
        if is_settled and visit.patient
        else "",
        "waits": unasked_entries.list_unasked_entries(visit),
        "may_be_new": visit.is_unsettled or (not is_own and bool(visit.sign_in.child_name)),
        "is_listed_first": is_settled and not is_own,
    }


def _queue_neighbors(queue: list[Visit], visit: Visit) -> dict[str, Visit | None]:
    """Return the visits before and after this one in the queue."""
    ids = [one.pk for one in queue]
    at = ids.index(visit.pk) if visit.pk in ids else -1
    return {
        "before": queue[at - 1] if at > 0 else None,
        "after": queue[at + 1] if at + 1 < len(queue) else None,
    }


@require_POST
@staff_required(StaffAct.MATCH)
def submit_match_search(request: StaffRequest, visit_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id)
    text = request.POST.get("q", "").strip()
    address = reverse("desk:match_one", args=[visit.pk])
    return redirect(f"{address}?s={remember_search(request, text)}" if text else address)


@require_POST
@staff_required(StaffAct.MATCH)
def submit_match_link(request: StaffRequest, visit_id: int) -> HttpResponse:
    patient = get_patient_or_404(request, parse_number_param(request.POST.get("patient")) or 0)
    act = partial(match_decisions.link_visit_to_patient, patient=patient)
    return _apply_match_decision(request, visit_id, act, step="desk:match_link", patient=patient)


@require_POST
@staff_required(StaffAct.MATCH)
def submit_new_patient_match(request: StaffRequest, visit_id: int) -> HttpResponse:
    return _apply_match_decision(request, visit_id, match_decisions.decide_new_patient, step="desk:match_new")


@require_POST
@staff_required(StaffAct.MATCH)
def submit_match_undo(request: StaffRequest, visit_id: int) -> HttpResponse:
    return _apply_match_decision(
        request, visit_id, match_decisions.undo_match_decision, step="desk:match_undo"
    )


def _apply_match_decision(
    request: StaffRequest,
    visit_id: int,
    act: Callable[..., MatchDecision],
    *,
    step: str,
    patient: Patient | None = None,
) -> HttpResponse:
    """Decide and continue to the next visit, list the visit's entries first, or say why not."""
    visit = get_visit_or_404(request, visit_id)
    today = request.clinic.local_date(timezone.now())
    queue = match_candidates.read_match_queue(request.clinic, today=today)
    onward = _queue_neighbors(queue.visits, visit)["after"]
    seen, said = _match_decision_seen(request, visit), match_entries.read_entry_answers(request)
    try:
        made = act(visit=visit, by=request.user, at=timezone.now(), seen=seen, said=said)
    except EntriesUndecided as asked:
        visit = get_visit_or_404(request, visit_id)
        return match_entries.render_match_entries(request, visit, asked, step=step, patient=patient)
    except Refused as refusal:
        return _render_match_page(request, get_visit_or_404(request, visit_id), told=refusal.sentence)
    return redirect(f"{_page_after_match(request, made, onward)}?done={made.pk}")


def _match_decision_seen(request: StaffRequest, visit: Visit) -> int:
    """Return the id of the last decision on the page, 0 for none. Raises PageChanged if it is missing."""
    seen = parse_seen_decision(request.POST.get("seen"))
    if seen == UNKNOWN_DECISION:
        # A visit may have no decision yet that the action could compare.
        raise PageChanged(None, page_versions.visit_page_version(visit))
    return seen


def _page_after_match(request: StaffRequest, made: MatchDecision, onward: Visit | None) -> str:
    """Return the URL of the next visit in the queue; a corrected visit was not in it, so its own page."""
    is_undo = made.kind == MatchDecision.Kind.UNDO
    corrects = bool(made.previous_match) and made.previous_match not in UNSETTLED_MATCH_STATES
    is_told_there = made.visit.confidential  # On no other page
    if is_told_there or request.POST.get("back") == "visit" or (corrects and not is_undo):
        return reverse("desk:visit", args=[made.visit_id])
    if is_undo:
        return reverse("desk:match_one", args=[made.visit_id])
    return reverse("desk:match_one", args=[onward.pk]) if onward else reverse("desk:match")
