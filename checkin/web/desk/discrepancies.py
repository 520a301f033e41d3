"""What was typed beside what is recorded: use the new, keep the old, or ask. One key each, with undo."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from checkin.actions import audit
from checkin.actions import discrepancies as actions
from checkin.actions.boards import Refused
from checkin.actions.discrepancy_questions import AskFirst, Question
from checkin.actions.writing import write
from checkin.models import Discrepancy, DiscrepancyDecision, Visit
from checkin.queries import discrepancies as reading
from checkin.rules.roles import Act
from checkin.web.access import (
    StaffRequest,
    get_location,
    get_visit_or_404,
    may,
    staff_required,
)
from checkin.web.desk.reach import number, seen

CALLED = "called"
"""The choice to keep the name typed as what the child is called."""


class Asked(NamedTuple):
    """A choice that wrote nothing, because something has to be answered first."""

    row: Discrepancy
    kind: str
    question: Question


@require_safe
@staff_required()
def discrepancies(request: StaffRequest) -> HttpResponse:
    return list_page(request)


def list_page(request: StaffRequest, *, told: str = "", asked: Asked | None = None) -> HttpResponse:
    """Every family of today at this front desk, and what older visits left open."""
    here, now = get_location(request), timezone.now()
    today = request.clinic.local_date(now)
    groups = reading.waiting(request.clinic, here.pk, today=today)
    settled = reading.settled_today(request.clinic, here.pk, today=today)
    patients = sorted({one.visit.patient_id for one in [*groups, *settled] if one.visit.patient_id})
    with write():
        audit.record(action="discrepancies.seen", subject=here, at=now, by=request.user, patients=patients)
    context = {"here": here, "groups": groups, "settled": settled, "today": today}
    return page(request, told, asked, context)


@require_safe
@staff_required()
def of_visit(request: StaffRequest, visit_id: int) -> HttpResponse:
    return visit_page(request, get_visit_or_404(request, visit_id))


def visit_page(
    request: StaffRequest, visit: Visit, *, told: str = "", asked: Asked | None = None
) -> HttpResponse:
    """One family, with what was decided of them too."""
    seen(request, visit, patient_id=visit.patient_id)
    items = reading.of_visit(visit)
    unsettled = [one for one in items if one.is_open]
    decided = [one for one in items if not one.is_open]
    context = {
        "visit": visit,
        "groups": [reading.Group(visit, unsettled)] if unsettled else [],
        "settled": [reading.Group(visit, decided)] if decided else [],
        "today": visit.local_date,
    }
    return page(request, told, asked, context)


def page(request: StaffRequest, told: str, asked: Asked | None, context: dict[str, Any]) -> HttpResponse:
    done = number(request.GET.get("done"))
    shared = {
        "told": told,
        "asked": asked,
        "done": reading.last_word(request.clinic, done) if done is not None else None,
        "back": "visit" if "visit" in context else "list",
        "may_decide": may(request, Act.SETTLE_DISCREPANCY),
        "keys_of_page": "desk/discrepancies_keys.html",
    }
    return render(request, "desk/discrepancies.html", context | shared, status=409 if told or asked else 200)


def get_discrepancy_or_404(request: StaffRequest, pk: int) -> Discrepancy:
    return get_object_or_404(request.clinic.discrepancies.select_related("visit"), pk=pk)


def decision_seen(request: StaffRequest) -> int:
    """The newest decision that the page showed. One that does not say it is behind any decision."""
    said = number(request.POST.get("seen"))
    return -1 if said is None else said


@require_POST
@staff_required(Act.SETTLE_DISCREPANCY)
def decide(request: StaffRequest, discrepancy_id: int) -> HttpResponse:
    found = get_discrepancy_or_404(request, discrepancy_id)
    kind = request.POST.get("kind", "")
    called = kind == CALLED
    try:
        made = actions.decide(
            discrepancy=found,
            kind=DiscrepancyDecision.Kind.USE_NEW if called else kind,
            called=called,
            by=request.user,
            at=timezone.now(),
            seen=decision_seen(request),
            sure=request.POST.get("sure", ""),
        )
    except AskFirst as first:
        return refused(request, found, asked=Asked(found, kind, first.question))
    except Refused as refusal:
        return refused(request, found, refusal.sentence)
    return onward(request, made)


@require_POST
@staff_required(Act.SETTLE_DISCREPANCY)
def undo(request: StaffRequest, discrepancy_id: int) -> HttpResponse:
    found = get_discrepancy_or_404(request, discrepancy_id)
    last = decision_seen(request)
    try:
        made = actions.undo(discrepancy=found, by=request.user, at=timezone.now(), seen=last)
    except Refused as refusal:
        return refused(request, found, refusal.sentence)
    return onward(request, made)


def refused(
    request: StaffRequest, found: Discrepancy, sentence: str = "", *, asked: Asked | None = None
) -> HttpResponse:
    """Nothing was changed; the sentence says why, or it is asked, over the page as it really is."""
    if request.POST.get("back") == "visit":
        return visit_page(request, get_visit_or_404(request, found.visit_id), told=sentence, asked=asked)
    return list_page(request, told=sentence, asked=asked)


def onward(request: StaffRequest, made: DiscrepancyDecision) -> HttpResponse:
    """The page again, with the way back, and on to the next difference."""
    where = reverse("desk:discrepancies")
    if request.POST.get("back") == "visit":
        where = reverse("desk:visit_discrepancies", args=[made.discrepancy.visit_id])
    stays = made.kind in (DiscrepancyDecision.Kind.UNDO, DiscrepancyDecision.Kind.ASK)
    wanted = made.discrepancy_id if stays else number(request.POST.get("next"))
    return redirect(f"{where}?done={made.pk}" + (f"#d{wanted}" if wanted else ""))
