"""One key for each thing to be done about a promise: mark as kept, try, hand over, withdraw, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from checkin.actions import escalations, handovers, promise_attempts, promise_undo, promises
from checkin.actions.refusals import Refused
from checkin.models import Promise, PromiseDecision
from checkin.models.confidential_marks import close_promise
from checkin.queries import promises as promise_queries
from checkin.rules import sign_in_claims
from checkin.rules.promises import PromiseStatus
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, staff_required
from checkin.web.desk import promise_forms
from checkin.web.desk.promises import (
    get_promise_or_404,
    redirect_from_promise,
    render_promise_page,
    tag_with_promise_undo,
)
from checkin.web.params import parse_seen_decision


@require_POST
@staff_required(StaffAct.PROMISE)
def submit_promise_kept(request: StaffRequest, promise_id: int) -> HttpResponse:
    outcome = _posted_promise_text(request, "outcome")
    return _act_on_promise(
        request,
        promise_id,
        "keep",
        lambda **facts: promise_attempts.keep_promise(outcome=outcome, **facts),
        _describe_promise_attempt,
    )


@require_POST
@staff_required(StaffAct.PROMISE)
def submit_promise_attempt(request: StaffRequest, promise_id: int) -> HttpResponse:
    said: dict[str, Any] = {
        name: _posted_promise_text(request, name) for name in ("result", "note", "next_step")
    }
    return _act_on_promise(
        request,
        promise_id,
        "try",
        lambda **facts: promise_attempts.attempt_promise(**said, **facts),
        _describe_promise_attempt,
    )


def _describe_promise_attempt(made: Promise) -> str:
    """Return a message about an attempt: whether the promise ended, and what is next."""
    if made.status == PromiseStatus.REACHED:
        return f"Kept: the promise to {made.to_whom}."
    if made.status == PromiseStatus.LEFT_WORD:
        return f"Ended: a message was left for {made.to_whom}. Next: {made.next_step}"
    return f"Saved: this try to reach {made.to_whom}. The promise is still open."


@require_POST
@staff_required(StaffAct.PROMISE)
def submit_promise_handover(request: StaffRequest, promise_id: int) -> HttpResponse:
    why, to = (
        _posted_promise_text(request, "why"),
        promise_forms.parse_promise_owner(request.clinic, _posted_promise_text(request, "to")),
    )

    def act(**facts: Any) -> Promise:
        if to is None:
            raise Refused("Choose a person or a role.")
        return handovers.hand_over_promise(to=to, why=why, **facts)

    return _act_on_promise(
        request, promise_id, "hand_over", act, lambda made: f"Handed over: the promise to {made.to_whom}."
    )


@require_POST
@staff_required(StaffAct.PROMISE)
def submit_promise_withdrawal(request: StaffRequest, promise_id: int) -> HttpResponse:
    said = _posted_promise_text(request, "words")
    return _act_on_promise(
        request,
        promise_id,
        "withdraw",
        lambda **facts: promises.withdraw_promise(words=said, **facts),
        lambda made: f"Withdrawn by {made.to_whom}.",
    )


def _act_on_promise(
    request: StaffRequest,
    promise_id: int,
    do: str,
    act: Callable[..., Promise],
    done: Callable[[Promise], str],
) -> HttpResponse:
    """Do it and redirect to where the page was opened from, or show the page again and say why not."""
    found, at = get_promise_or_404(request, promise_id), timezone.now()
    escalations.escalate_due_promises(clinic=request.clinic, at=at)
    try:
        made = act(promise=found, by=request.user, at=at)
    except Refused as refusal:
        return render_promise_page(
            request, get_promise_or_404(request, promise_id), do=do, told=refusal.sentence
        )
    messages.success(
        request,
        done(close_promise(made)),
        extra_tags=tag_with_promise_undo(made) if do != "hand_over" else "",
    )
    return redirect_from_promise(request, made)


@require_POST
@staff_required(StaffAct.PROMISE)
def submit_promise_undo(request: StaffRequest, promise_id: int) -> HttpResponse:
    """Undo what the page showed as the last thing done, and show the promise as it is again."""
    found, at = get_promise_or_404(request, promise_id), timezone.now()
    seen = parse_seen_decision(request.POST.get("seen") or request.GET.get("seen"))
    try:
        made = promise_undo.undo_promise_decision(promise=found, by=request.user, at=at, seen=seen)
    except Refused as refusal:
        return render_promise_page(request, get_promise_or_404(request, promise_id), told=refusal.sentence)
    messages.success(request, _describe_promise_undo(request, made))
    if request.GET.get("visit") or request.GET.get("patient"):
        return redirect_from_promise(request, made.promise)
    return redirect("desk:promise", made.promise_id)


def _describe_promise_undo(request: StaffRequest, made: PromiseDecision) -> str:
    """Return a message about an undo: what was undone, whose it was if another's, and when it is due."""
    last, promise = made.undoes, made.promise
    assert last is not None, "an undo says what it undoes"  # noqa: S101
    whose = f"{last.by or 'somebody'}’s " if last.by_id != request.user.pk else ""
    row = promise_queries.make_owed_promise(promise, clinic=request.clinic, at=made.at)
    due = f"overdue since {row.due}" if row.is_overdue else f"due {row.due}"
    again = " again" if last.ends_promise else ""
    whom = row.promise.to_whom
    return f"Undone: {whose}“{last.label}”. The promise to {whom} is open{again}, {due}."


def _posted_promise_text(request: StaffRequest, name: str) -> str:
    return sign_in_claims.clean_typed_text(request.POST.get(name))
