"""Move a visit one step on, or undo a step."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from checkin.actions import visits
from checkin.actions.leaving import NeedsStillOpen
from checkin.actions.reasons import UnreadReason
from checkin.actions.refusals import Refused
from checkin.models import Move, Visit
from checkin.rules.roles import StaffAct
from checkin.rules.visit_steps import VisitState
from checkin.web import page_versions
from checkin.web.access import StaffRequest, get_visit_or_404, staff_required
from checkin.web.confidential_visits import may_show_visit
from checkin.web.desk import board_rows
from checkin.web.desk import needs as need_views
from checkin.web.desk.audit_views import audit_board_view
from checkin.web.desk.board import render_board_fragment
from checkin.web.locations import reverse_with_id
from checkin.web.redirects import redirect_back
from checkin.web.refusals import say_refusal


@require_POST
@staff_required(StaffAct.MOVE)
def submit_visit_move(request: StaffRequest, visit_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id, also_closed=True)
    to = request.POST.get("to", "")
    try:
        move_visit_as_shown(request, visit, to)
    except NeedsStillOpen as still_open:
        return refuse_board_act(
            request, visit, still_open.sentence, asks=_leaving_address(visit, VisitState.LEFT)
        )
    except UnreadReason as unread:
        return refuse_board_act(
            request, visit, unread.sentence, asks=f"{reverse_with_id('desk:reason', visit.pk)}?to={to}"
        )
    except Refused as refusal:
        return refuse_board_act(request, visit, refusal.sentence)
    return _answer_visit_move(request, visit, undo=True)


def move_visit_as_shown(request: StaffRequest, visit: Visit, to: str) -> None:
    """Move the visit on from the state that the page showed.

    From an outdated page, only a repeat of this person's own move is accepted. Raises Refused, NeedsStillOpen
    or UnreadReason.
    """
    if page_versions.state_on_page(request) not in ("", visit.state):
        visits.confirm_repeated_move(visit, to=to, by=request.user)
        return
    why, reading = need_views.read_need_reason(request), request.POST.get("reading", "")
    visits.move_visit(visit=visit, to=to, by=request.user, at=timezone.now(), reason=why, reading=reading)


@require_POST
@staff_required(StaffAct.MOVE)
def submit_move_undo(request: StaffRequest, visit_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id, also_closed=True)
    token = visit.token
    try:
        made = visits.undo_visit_move(
            visit=visit, by=request.user, at=timezone.now(), seen=page_versions.state_on_page(request)
        )
    except Refused as refusal:
        return refuse_board_act(request, visit, refusal.sentence)
    told = _describe_undone_move(request, made)
    if visit.token != token:
        told += f" Another family is {token} now, so this visit has a new name."
    return _answer_visit_move(request, visit, told=told)


def _describe_undone_move(request: StaffRequest, made: Move) -> str:
    """Return a sentence that says whose move this person has undone; "" if it was their own."""
    last = made.undoes
    if last is None or last.by_id == request.user.pk:
        return ""
    return f" The move of {last.by or 'somebody'} to “{VisitState(last.to_state).label}” is undone."


def _answer_visit_move(
    request: StaffRequest, visit: Visit, *, undo: bool = False, told: str = ""
) -> HttpResponse:
    """Answer with the visit's row for an open page, or redirect back."""
    visit = get_visit_or_404(request, visit.pk, also_closed=True)
    said = f"{visit.token}: {VisitState(visit.state).label}.{told}"
    back = page_versions.visit_act_address("undo", visit) if undo else ""
    ready = (
        _leaving_address(visit, VisitState.READY)
        if undo and visit.state == VisitState.READY and visit.chips
        else ""
    )
    if request.htmx and not _is_panel_closed(request, visit, ready):
        return render_visit_row(visit, said=said, undo=back, asks=ready)
    messages.success(request, said, extra_tags=f"undo-{back}" if back else "")
    if request.htmx:
        return HttpResponseClientRedirect(ready)
    if ready and "next" not in request.POST:
        return redirect(ready)
    return redirect_back(request, reverse("desk:board"))


def refuse_board_act(request: StaffRequest, visit: Visit, sentence: str, *, asks: str = "") -> HttpResponse:
    """Answer with why nothing was changed, and the row as it is now."""
    if not request.htmx:
        say_refusal(request, sentence)
        return redirect(asks) if asks else redirect_back(request, reverse("desk:board"))
    if _is_panel_closed(request, visit, asks):
        messages.warning(request, sentence)
        return HttpResponseClientRedirect(asks)
    now = get_visit_or_404(request, visit.pk, also_closed=True)
    named = [] if now.confidential else [(now.pk, now.patient_id)]
    audit_board_view(request, now.location_id, visits=named)
    response = render_visit_row(now, said=sentence, asks=asks)
    response.status_code = 409
    return response


def _is_panel_closed(request: StaffRequest, visit: Visit, asks: str) -> bool:
    """Return whether the board would get no panel there: the whole page says what can be done instead."""
    return bool(asks) and not may_show_visit(request, visit)


def _leaving_address(visit: Visit, to: VisitState) -> str:
    """Return the URL where open needs are answered, one key each."""
    return f"{reverse('desk:leave', args=[visit.pk])}?to={to.value}"


def render_visit_row(visit: Visit, **facts: str) -> HttpResponse:
    return render_board_fragment(
        board_rows.render_changed_rows(visit.clinic, [visit], at=timezone.now()), **facts
    )
