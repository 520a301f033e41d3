"""A visit taken one step on, or one step back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from checkin.actions import visits
from checkin.actions.door import StillOpen
from checkin.actions.reasons import Unread
from checkin.models import Visit
from checkin.rules.roles import Act
from checkin.rules.visits import State
from checkin.web import page_marks
from checkin.web.access import StaffRequest, get_visit_or_404, staff_required
from checkin.web.desk import needs, rows
from checkin.web.desk.board import fragment
from checkin.web.locations import address_of
from checkin.web.returns import back_to


@require_POST
@staff_required(Act.MOVE)
def move(request: StaffRequest, visit_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id)
    to, seen = request.POST.get("to", ""), page_marks.state_seen(request)
    why, reading = needs.reason(request), request.POST.get("reading", "")
    try:
        if seen in ("", visit.state):
            visits.move(visit=visit, to=to, by=request.user, at=timezone.now(), reason=why, reading=reading)
        else:
            # The page was behind: nothing but a repeat of this person's own move goes through.
            visits.repeated(visit, to=to, by=request.user)
    except StillOpen as still_open:
        return refused(request, visit, still_open.sentence, door=door(visit, State.LEFT))
    except Unread as unread:
        return refused(request, visit, unread.sentence, door=f"{address_of('desk:reason', visit.pk)}?to={to}")
    except visits.Refused as refusal:
        return refused(request, visit, refusal.sentence)
    return moved(request, visit, undo=True)


@require_POST
@staff_required(Act.MOVE)
def undo(request: StaffRequest, visit_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id)
    try:
        visits.undo(visit=visit, by=request.user, at=timezone.now())
    except visits.Refused as refusal:
        return refused(request, visit, refusal.sentence)
    return moved(request, visit)


def moved(request: StaffRequest, visit: Visit, *, undo: bool = False) -> HttpResponse:
    """Where the visit stands now: its row for a page that is open, or the page anew."""
    visit = get_visit_or_404(request, visit.pk)
    said = f"{visit.token}: {State(visit.state).label}."
    back = page_marks.marked("undo", visit) if undo else ""
    ready = door(visit, State.READY) if undo and visit.state == State.READY and visit.chips else ""
    if request.htmx:
        return answer(visit, said=said, undo=back, door=ready)
    messages.success(request, said, extra_tags=f"undo-{back}" if back else "")
    if ready and "next" not in request.POST:
        return redirect(ready)
    return back_to(request, reverse("desk:board"))


def refused(request: StaffRequest, visit: Visit, sentence: str, *, door: str = "") -> HttpResponse:
    """Nothing was changed; the sentence says why, and the row comes as it really is."""
    if not request.htmx:
        messages.warning(request, sentence)
        return redirect(door) if door else back_to(request, reverse("desk:board"))
    response = answer(get_visit_or_404(request, visit.pk), said=sentence, door=door)
    response.status_code = 409
    return response


def door(visit: Visit, to: State) -> str:
    """Where what is still open is answered, one key each."""
    return f"{reverse('desk:door', args=[visit.pk])}?to={to.value}"


def answer(visit: Visit, **facts: str) -> HttpResponse:
    return fragment(rows.changed(visit.clinic, [visit], at=timezone.now()), **facts)
