"""While you are here: each need of a visit with its why, answered by one key."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from checkin.actions import needs
from checkin.actions.boards import Refused
from checkin.models import Need, NeedAnswer, Visit
from checkin.models.need_subjects import both_children, of_child_before, other_child
from checkin.models.needs import without_repeats
from checkin.rules import claims
from checkin.rules.languages import name_interpreter
from checkin.rules.need_facts import Kind, Outcome, heading, in_order
from checkin.rules.need_words import outcome_words, why_words
from checkin.rules.roles import Act
from checkin.rules.visits import VERBS, State, may_move
from checkin.web.access import StaffRequest, get_visit_or_404, may, staff_required, why_not
from checkin.web.returns import back_to

REASONS = ("will come back", "family declined to wait", "did not ask: urgent case")
"""Said often enough to be one key each; own words are always possible."""


@require_POST
@staff_required(Act.ANSWER_NEED)
def answer(request: StaffRequest, visit_id: int, need_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id)
    need = get_need_or_404(visit, need_id)
    outcome = request.POST.get("outcome", "")
    try:
        needs.answer(need=need, outcome=outcome, reason=reason(request), by=request.user, at=timezone.now())
    except Refused as refusal:
        asking = need.pk if outcome in needs.REASONED else None
        return told(request, visit, refusal.sentence, refused=True, asking=asking, asked_for=outcome)
    words = outcome_words(need.kind, outcome, reason(request)).lower()
    return told(request, visit, f"{need.label}: {words}.")


@require_POST
@staff_required(Act.ANSWER_NEED)
def undo(request: StaffRequest, visit_id: int, need_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id)
    need = get_need_or_404(visit, need_id)
    try:
        needs.undo(need=need, by=request.user, at=timezone.now())
    except Refused as refusal:
        return told(request, visit, refusal.sentence, refused=True)
    need.refresh_from_db()
    if need.status == Outcome.LAPSED:
        said = f"{need.label}: the answer is undone. It is not asked again: {need.reason}."
        return told(request, visit, said)
    return told(request, visit, f"{need.label}: open again.")


def get_need_or_404(visit: Visit, need_id: int) -> Need:
    need = get_object_or_404(visit.needs.all(), pk=need_id)
    need.visit = visit
    return need


def reason(request: StaffRequest) -> str:
    """Own words, or else the quick one that was picked."""
    own = " ".join(claims.clean(request.POST.get("reason", "")).split())
    quick = request.POST.get("quick", "")
    return own or (quick if quick in REASONS else "")


def told(
    request: StaffRequest, visit: Visit, said: str, *, refused: bool = False, **more: Any
) -> HttpResponse:
    """What happened: the panel anew for a page that is open, or else the page that asked."""
    at_door = request.POST.get("panel") == "door"
    if not request.htmx:
        (messages.warning if refused else messages.success)(request, said)
        return back_to(request, reverse("desk:door" if at_door else "desk:visit", args=[visit.pk]))
    visit = get_visit_or_404(request, visit.pk)
    context = {"visit": visit, "said": said, "refused": refused, **panel(request, visit), **more}
    if at_door:
        context |= through(visit, request.POST.get("to", ""))
    template = "desk/_door.html" if at_door else "desk/_needs.html"
    return render(request, template, context, status=409 if refused else 200)


def through(visit: Visit, to: str) -> dict[str, Any]:
    """The step that the door leads to, as far as it may still be taken."""
    known = to if to in (State.READY, State.LEFT) else State.LEFT
    return {"to": known, "verb": VERBS[State(known)], "may_go": may_move(old=visit.state, new=known)}


def panel(request: StaffRequest, visit: Visit) -> dict[str, Any]:
    """The visit's needs for the panels of its page and of the door: two queries, three where any is gone."""
    needs = own(in_order(visit.needs.with_history().order_by("pk")), visit)
    phone_first = next((one.why for one in needs if one.is_open and one.kind == Kind.PHONE_GUARDIAN), "")
    answered = [need for need in needs if need.is_open or not is_gone(need)]
    rows = [shown(need, request, visit, phone_first) for need in answered]
    return {
        "open_needs": [row for row in rows if row["need"].is_open],
        "answered_needs": [row for row in rows if not row["need"].is_open],
        "gone_needs": [heading(need.kind, label_of(need, visit)) for need in needs if is_gone(need)],
        "reasons": REASONS,
        "may_answer": may(request, Act.ANSWER_NEED) and visit.is_open,
    }


def own(needs: list[Need], visit: Visit) -> list[Need]:
    """Without what was needed no longer by a child whose visit this was said to be, and nobody answered."""
    last = [lines[-1] for need in needs if (lines := lapsed_alone(need))]
    before = of_child_before(visit, last)
    gone = {one.need_id for one in last if one.pk in before}
    return [need for need in needs if need.pk not in gone]


def lapsed_alone(need: Need) -> list[NeedAnswer]:
    """All that is told of a need that the program itself let lapse; nothing where somebody answered it."""
    lines = list(need.answers.all()) if need.status == Outcome.LAPSED else []
    for one in lines:
        one.need = need
    return lines if all(one.is_by_program for one in lines) else []


def is_gone(need: Need) -> bool:
    """Whether it is no longer needed and nobody has answered it: it is named, and nothing is told of it."""
    return need.status == Outcome.LAPSED and all(one.is_by_facts for one in need.answers.all())


def shown(need: Need, request: StaffRequest, visit: Visit, phone_first: str) -> dict[str, Any]:
    """One need as its row shows it. Whom to phone first is said by the need for that, and only there."""
    lines = list(need.answers.all())
    standing = [one for one in lines if one.undoes_id is None and not hasattr(one, "undone_by")]
    last = standing[-1] if standing else None
    whose_word = need.next_step.partition(" · ")[2]
    need.visit = visit
    other = other_child(need)
    known = need.next_step in need.why or (whose_word and whose_word in phone_first)
    mine = last is not None and last.by_id == request.user.pk and need.status != Outcome.LAPSED
    return {
        "need": need,
        "heading": heading(need.kind, label_of(need, visit)),
        "step": (whose_word or need.next_step) if need.is_open and not known else "",
        "children": both_children(other, need) if other else (),
        "done_word": outcome_words(need.kind, Outcome.DONE),
        "done_by_others": why_not(request, needs.act_of(need, Outcome.DONE)),
        "status_word": outcome_words(need.kind, need.status, need.reason),
        "may_match": may(request, Act.MATCH),
        "history": [history(need, one) for one in without_repeats(lines)],
        "may_undo": mine
        and not other
        and not need.is_open
        and visit.is_open
        and may(request, Act.ANSWER_NEED),
    }


def label_of(need: Need, visit: Visit) -> str:
    """What is needed, as it was recorded; what helps them stands in the why, in full."""
    if need.kind == Kind.ACCESS:
        return need.label.partition(" · ")[0]
    if need.kind != Kind.INTERPRETER:
        return need.label
    return name_interpreter(need.label, typed=visit.sign_in.interpreter_language)


def history(need: Need, one: NeedAnswer) -> dict[str, Any]:
    """One line of what was said of it, and of taking that back."""
    back = one.outcome == Outcome.OPEN
    again = "undone" if one.undoes_id else "needed again"
    what = again if back else outcome_words(need.kind, one.outcome, one.reason).lower()
    what = f"counts again ({what})" if one.undoes_id and not back else what
    return {"at": one.at, "who": one.by.name if one.by else "", "what": what, "why": why_words(one.reason)}
