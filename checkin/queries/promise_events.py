"""Events of a promise, for its page and for the timelines of a visit and a family."""

from __future__ import annotations

from checkin.models import (
    Clinic,
    Promise,
    PromiseAttempt,
    PromiseDecision,
    PromiseEscalation,
    PromiseHandover,
    Staff,
)
from checkin.queries.timeline_events import BY_ITSELF, TimelineEvent
from checkin.rules.preferences import ContactWay
from checkin.rules.promises import AttemptResult, PromiseStatus, is_promise_kept_in_time
from checkin.rules.roles import Role

_WAY_VERBS = {
    ContactWay.PHONE: "phone",
    ContactWay.TEXT: "text",
    ContactWay.EMAIL: "e-mail",
    ContactWay.LETTER: "write to",
    ContactWay.IN_PERSON: "see",
}
_DO_NOT_PHONE = "The child has died. Do not phone."


def list_promise_events(promise: Promise, *, clinic: Clinic) -> list[TimelineEvent]:
    """Return everything that happened to one promise, oldest first. Four queries."""
    tries = promise.attempts.select_related("by", "decision__undone_by").order_by("pk")
    gone = promise.handovers.select_related("by", "from_owner", "to_owner").order_by("pk")
    told = promise.escalations.select_related("to").order_by("pk")
    decided = promise.decisions.select_related("by", "undone_by", "attempt", "undoes__attempt").order_by("pk")
    found = [
        promise_made_event(promise),
        *map(_promise_handover_event, gone),
        *map(_promise_attempt_event, tries),
        *(_promise_decision_event(one) for one in decided if not _is_told_by_attempt(one)),
        # Last, because the sort is stable: an undo and the notices that follow it have the same time.
        *(_promise_escalation_event(one, clinic) for one in told),
    ]
    return sorted(found, key=lambda one: one.at)


def _is_told_by_attempt(one: PromiseDecision) -> bool:
    """Return whether the event of its attempt already says everything about this decision."""
    return one.undoes_id is None and one.status in (PromiseStatus.OPEN, PromiseStatus.REACHED)


def promise_made_event(promise: Promise, reader: Staff | None = None) -> TimelineEvent:
    verb = _WAY_VERBS[ContactWay(promise.way)]
    about = (("About", promise.about_for(reader)),) if promise.about else ()
    return TimelineEvent(
        promise.made_at,
        "phone",
        f"Promised to {verb} {promise.to_whom}",
        str(promise.promised_by or ""),
        about,
        taken_back=promise.status == PromiseStatus.UNDONE,
    )


def _promise_attempt_event(one: PromiseAttempt) -> TimelineEvent:
    note = (("Note", one.note),) if one.note else ()
    what, decision = AttemptResult(one.result).event_words, getattr(one, "decision", None)
    is_undone = decision is not None and decision.is_undone
    return TimelineEvent(one.at, "phone", what, str(one.by), note, taken_back=is_undone)


def _promise_handover_event(one: PromiseHandover) -> TimelineEvent:
    whom = one.to_owner or Role(one.to_role).label
    was = one.from_owner or Role(one.from_role).label
    why = (("Why", one.why),) if one.why else ()
    what, beside = f"Handed over by {was} to {whom}", "" if one.by else BY_ITSELF
    return TimelineEvent(one.at, "arrow-right", what, str(one.by or ""), why, beside=beside)


def _promise_escalation_event(one: PromiseEscalation, clinic: Clinic) -> TimelineEvent:
    whom = one.to or Role(one.to_role).label
    due = clinic.day_and_time_words(one.due_at, at=one.at)
    died = one.promise.patient is not None and one.promise.patient.is_deceased
    about = (("Please note", _DO_NOT_PHONE),) if died else ()
    what = "Handed over while overdue" if one.handover_id else "Overdue"
    return TimelineEvent(one.at, "clock-alert", f"{what} since {due}; told: {whom}", words=about)


def _promise_decision_event(one: PromiseDecision) -> TimelineEvent:
    """Return the event of an end, with its outcome and next step, or the event of an undo."""
    if one.undoes_id is not None:
        return TimelineEvent(one.at, "undo-2", f"Undone: “{one.label}”", str(one.by or ""))
    words = (("Outcome", one.outcome), ("Next step", one.next_step))
    told = tuple(pair for pair in words if pair[1])
    return TimelineEvent(one.at, "check", one.label, str(one.by or ""), told, taken_back=one.is_undone)


def family_promise_decision_event(one: PromiseDecision) -> TimelineEvent:
    """Return the event for the family's timeline: kept, kept late, withdrawn, replaced or undone."""
    told = _promise_decision_event(one)
    if one.undoes is not None:
        what = _family_promise_end_words(one.undoes, one.promise)
        return told._replace(what=f"Undone: {what[:1].lower()}{what[1:]}")
    return told._replace(what=_family_promise_end_words(one, one.promise))


def _family_promise_end_words(end: PromiseDecision, promise: Promise) -> str:
    label = PromiseStatus(end.status).words.lower()
    kept = is_promise_kept_in_time(status=end.status, due_at=promise.due_at, ended_at=end.at)
    if kept is None:
        return f"Promise ended: {label}"
    what = "Promise kept" if kept else "Promise kept late"
    return what if end.status == PromiseStatus.REACHED else f"{what}: {label}"
