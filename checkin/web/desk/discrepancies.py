"""What was typed next to what is recorded: use the new, keep the old, or ask; one key each, with undo."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from checkin.actions import decided_discrepancies, discrepancies
from checkin.actions.discrepancy_questions import AnotherChildQuestion, AnotherChildSuspected
from checkin.actions.refusals import Refused
from checkin.models import Discrepancy, DiscrepancyDecision, Visit
from checkin.models.hidden_addresses import hide_typed_address
from checkin.queries import discrepancies as discrepancy_queries
from checkin.rules.roles import StaffAct
from checkin.web.access import (
    StaffRequest,
    get_current_location,
    get_visit_or_404,
    may_perform_act,
    staff_required,
)
from checkin.web.confidential_visits import may_tell_outcome, require_open_visit
from checkin.web.desk.audit_views import audit_page_view, audit_patients_listed
from checkin.web.params import parse_number_param, parse_seen_decision

_CALLED_CHOICE = "called"
"""The choice to keep the typed name as what the child is called."""


class _PendingQuestion(NamedTuple):
    """A choice that wrote nothing, because a question has to be answered first."""

    row: Discrepancy
    kind: str
    question: AnotherChildQuestion


@require_safe
@staff_required(StaffAct.READ_CHARTS)
def show_discrepancies(request: StaffRequest) -> HttpResponse:
    return _render_discrepancy_list(request)


def _render_discrepancy_list(
    request: StaffRequest, *, told: str = "", asked: _PendingQuestion | None = None
) -> HttpResponse:
    """Show today's families at this front desk, and what older visits left open."""
    here, now = get_current_location(request), timezone.now()
    today = request.clinic.local_date(now)
    groups = discrepancy_queries.list_open_discrepancies(request.clinic, here.pk, today=today)
    settled = discrepancy_queries.list_discrepancies_settled_today(request.clinic, here.pk, today=today)
    audit_patients_listed(
        request, "discrepancies.seen", visits=[one.visit for one in [*groups, *settled]], location=here.pk
    )
    context = {"here": here, "settled": settled, "today": today}
    return _render_discrepancy_page(request, told, asked, groups, context)


@require_safe
@staff_required(StaffAct.READ_CHARTS)
def show_visit_discrepancies(request: StaffRequest, visit_id: int) -> HttpResponse:
    return _render_visit_discrepancies(request, get_visit_or_404(request, visit_id))


def _render_visit_discrepancies(
    request: StaffRequest, visit: Visit, *, told: str = "", asked: _PendingQuestion | None = None
) -> HttpResponse:
    """Show one family, including what was decided."""
    audit_page_view(request, visit, patient_id=visit.patient_id)
    visit = hide_typed_address(visit)
    items = discrepancy_queries.list_discrepancies_of_visit(visit)
    unsettled = [one for one in items if one.is_open]
    decided = [one for one in items if not one.is_open]
    groups = [discrepancy_queries.VisitDiscrepancies(visit, unsettled)] if unsettled else []
    context = {
        "visit": visit,
        "settled": [discrepancy_queries.VisitDiscrepancies(visit, decided)] if decided else [],
        "today": visit.local_date,
    }
    return _render_discrepancy_page(request, told, asked, groups, context)


def _find_next_in(groups: list[discrepancy_queries.VisitDiscrepancies], wanted: int | None) -> int | None:
    """Return the id of this discrepancy if it is still one of these, else None."""
    return wanted if any(one.row.pk == wanted for group in groups for one in group.items) else None


def _render_discrepancy_page(
    request: StaffRequest,
    told: str,
    asked: _PendingQuestion | None,
    groups: list[discrepancy_queries.VisitDiscrepancies],
    context: dict[str, object],
) -> HttpResponse:
    done = parse_number_param(request.GET.get("done"))
    made = discrepancy_queries.find_last_discrepancy_decision(request.clinic, done) if done else None
    shared = {
        "groups": groups,
        "told": told,
        "asked": asked,
        "done": made if made and may_tell_outcome(request, made.discrepancy.visit) else None,
        "next": _find_next_in(groups, parse_number_param(request.GET.get("next"))),
        "back": "visit" if "visit" in context else "list",
        "may_decide": may_perform_act(request, StaffAct.SETTLE_DISCREPANCY),
    }
    return render(request, "desk/discrepancies.html", context | shared, status=409 if told or asked else 200)


def _get_discrepancy_or_404(request: StaffRequest, pk: int) -> Discrepancy:
    found = get_object_or_404(request.clinic.discrepancies.select_related("visit"), pk=pk)
    require_open_visit(request, found.visit)
    return found


@require_POST
@staff_required(StaffAct.SETTLE_DISCREPANCY)
def submit_discrepancy_decision(request: StaffRequest, discrepancy_id: int) -> HttpResponse:
    found = _get_discrepancy_or_404(request, discrepancy_id)
    kind = request.POST.get("kind", "")
    called = kind == _CALLED_CHOICE
    try:
        made = discrepancies.decide_discrepancy(
            discrepancy=found,
            kind=DiscrepancyDecision.Kind.USE_NEW if called else kind,
            called=called,
            by=request.user,
            at=timezone.now(),
            seen=parse_seen_decision(request.POST.get("seen")),
            sure=request.POST.get("sure", ""),
        )
    except AnotherChildSuspected as first:
        return _refuse_discrepancy_act(request, found, asked=_PendingQuestion(found, kind, first.question))
    except Refused as refusal:
        return _refuse_discrepancy_act(request, found, refusal.sentence)
    return _redirect_to_next_discrepancy(request, made)


@require_POST
@staff_required(StaffAct.SETTLE_DISCREPANCY)
def submit_discrepancy_undo(request: StaffRequest, discrepancy_id: int) -> HttpResponse:
    found = _get_discrepancy_or_404(request, discrepancy_id)
    seen = parse_seen_decision(request.POST.get("seen"))
    try:
        made = discrepancies.undo_discrepancy_decision(
            discrepancy=found, by=request.user, at=timezone.now(), seen=seen
        )
    except Refused as refusal:
        return _refuse_discrepancy_act(request, found, refusal.sentence)
    return _redirect_to_next_discrepancy(request, made)


def answer_decision_sent_again(request: StaffRequest, discrepancy_id: int) -> HttpResponse | None:
    """Answer an outdated page as the first press, if this person sent the same from it; else None.

    “Use the new” itself changes the child that the page shows, so its repeat is never from a current page.
    """
    found = _get_discrepancy_or_404(request, discrepancy_id)
    is_undo = request.resolver_match is not None and request.resolver_match.url_name == "discrepancy_undo"
    kind = DiscrepancyDecision.Kind.UNDO if is_undo else request.POST.get("kind", "")
    called = kind == _CALLED_CHOICE
    made = decided_discrepancies.find_decision_sent_again(
        found,
        kind=DiscrepancyDecision.Kind.USE_NEW if called else kind,
        called=called,
        seen=parse_seen_decision(request.POST.get("seen")),
        by=request.user,
    )
    return _redirect_to_next_discrepancy(request, made) if made else None


def _refuse_discrepancy_act(
    request: StaffRequest, found: Discrepancy, sentence: str = "", *, asked: _PendingQuestion | None = None
) -> HttpResponse:
    """Show the page again as it is now, with why nothing was changed, or with the question."""
    if request.POST.get("back") == "visit":
        return _render_visit_discrepancies(
            request, get_visit_or_404(request, found.visit_id), told=sentence, asked=asked
        )
    return _render_discrepancy_list(request, told=sentence, asked=asked)


def _redirect_to_next_discrepancy(request: StaffRequest, made: DiscrepancyDecision) -> HttpResponse:
    """Redirect back to the page, where what was done, with its undo, stands above the next difference."""
    where = reverse("desk:discrepancies")
    if request.POST.get("back") == "visit":
        where = reverse("desk:visit_discrepancies", args=[made.discrepancy.visit_id])
    stays = made.kind in (DiscrepancyDecision.Kind.UNDO, DiscrepancyDecision.Kind.ASK)
    wanted = made.discrepancy_id if stays else parse_number_param(request.POST.get("next"))
    return redirect(f"{where}?done={made.pk}" + (f"&next={wanted}" if wanted else ""))
