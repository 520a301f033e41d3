"""Record that managers read and answered feedback, and remind them until they do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from checkin.actions import audit, mailing
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import (
    AfterWord,
    AfterWordAnswer,
    AfterWordReading,
    AfterWordTold,
    BoardVersion,
    Clinic,
    Staff,
)
from checkin.models.mailing import desk_base_url, is_mail_configured
from checkin.rules import visit_feedback as visit_feedback_rules
from checkin.rules.promises import read_escalation_steps
from checkin.rules.roles import StaffAct, list_roles_allowed

_LONGEST_FEEDBACK_NOTE = 500
_NO_FEEDBACK_NOTE = "Please write in a few words what was done."
NO_FEEDBACK_OWNER = "Choose somebody who works here."
_FEEDBACK_MAIL_SUBJECT = "A family left feedback"


def mark_feedback_read(*, feedback: AfterWord, by: Staff, at: dt.datetime) -> AfterWord:
    """Record that this person has read it. Safe to repeat. Raises NotAllowed."""
    require_permission(StaffAct.ANSWER_FEEDBACK, by)
    with write_in_turn():
        held = _lock_feedback(feedback)
        if not held.readings.filter(by=by).exists():
            AfterWordReading.objects.create(word=held, by=by, at=at)
            _audit_feedback_step("read", held, by=by, at=at)
        return held


def answer_feedback(
    *, feedback: AfterWord, note: str, by: Staff, at: dt.datetime, owner: Staff | None = None
) -> AfterWordAnswer:
    """Record what was done about it and who is responsible: `by`, unless `owner` is given.

    A repeat by the same person is one answer. Raises Refused without a note or if already answered.
    """
    require_permission(StaffAct.ANSWER_FEEDBACK, by)
    note, whose = note.strip()[:_LONGEST_FEEDBACK_NOTE], owner or by
    if not note:
        raise Refused(_NO_FEEDBACK_NOTE)
    if whose.clinic_id != feedback.clinic_id or not whose.is_active:
        raise Refused(NO_FEEDBACK_OWNER)
    with write_in_turn():
        held = _lock_feedback(feedback)
        known = AfterWordAnswer.objects.select_related("by").filter(word=held).first()
        if known and (known.by_id, known.note, known.owner_id) == (by.pk, note, whose.pk):
            return known
        if known:
            when = held.clinic.time_words(known.at)
            raise Refused(f"{known.by} already answered this at {when}: {known.note}")
        made = AfterWordAnswer.objects.create(word=held, by=by, owner=whose, at=at, note=note)
        _audit_feedback_step("answered", held, by=by, at=at, owner=whose.pk)
        return made


def _lock_feedback(feedback: AfterWord) -> AfterWord:
    """Return the feedback, locked until the transaction ends. Locks the board first, as everyone does."""
    BoardVersion.bump(feedback.visit.location_id)
    locked = AfterWord.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("clinic", "visit").get(pk=feedback.pk)


def _audit_feedback_step(
    what: str, feedback: AfterWord, *, by: Staff, at: dt.datetime, **detail: Any
) -> None:
    audit.write_audit_event(
        action=f"after_word.{what}",
        subject=feedback,
        at=at,
        by=by,
        patient_id=feedback.visit.patient_id,
        clinic_id=feedback.clinic_id,
        **detail,
    )


def escalate_due_feedback(*, clinic: Clinic, at: dt.datetime) -> list[AfterWordTold]:
    """Write and return due reminders of unanswered feedback; e-mail goes out after the transaction."""
    if not _missing_feedback_steps(clinic, at=at):
        return []
    with write_in_turn():
        for location_id in sorted(clinic.locations.values_list("pk", flat=True)):
            BoardVersion.bump(location_id)
        made = _missing_feedback_steps(clinic, at=at)
        AfterWordTold.objects.bulk_create(made)
        transaction.on_commit(lambda: _mail_waiting_feedback(made, clinic, at=at), robust=True)
    return made


def _missing_feedback_steps(clinic: Clinic, *, at: dt.datetime) -> list[AfterWordTold]:
    """Return rows for reminders that are due and not written yet, unsaved."""
    waiting = list(clinic.after_words.to_answer().filter(at__lte=at))
    if not waiting:
        return []
    kept, zone = clinic.promise_settings, clinic.zone
    told = set(AfterWordTold.objects.filter(word__in=waiting).values_list("word_id", "step"))
    here = set(clinic.staff.filter(is_active=True).values_list("role", flat=True))
    wanted = visit_feedback_rules.feedback_escalation_steps(
        read_escalation_steps(kept), may_read=list_roles_allowed(StaffAct.ANSWER_FEEDBACK), here=here
    )
    hours = visit_feedback_rules.read_feedback_call_hours(kept)
    return [
        AfterWordTold(word=one, step=nth, to_role=step.to, at=at)
        for one in waiting
        for nth, step in enumerate(wanted)
        if (one.pk, nth) not in told
        and at
        >= visit_feedback_rules.feedback_call_due(at=one.at, zone=zone, wanted=hours)
        + dt.timedelta(minutes=step.after_minutes)
    ]


def _mail_waiting_feedback(made: list[AfterWordTold], clinic: Clinic, *, at: dt.datetime) -> None:
    """E-mail each active person in the roles told, without the feedback's text.

    People who share an address get one e-mail, which counts what any of them is told.
    """
    if not is_mail_configured():
        return
    told = mailing.group_by_address(made, clinic, is_told=lambda one, person: one.to_role == person.role)
    letters = {
        address: _feedback_mail_text(len({one.word_id for one in rows}), clinic)
        for address, rows in told.items()
    }
    mailing.send_staff_mail(clinic=clinic, subject=_FEEDBACK_MAIL_SUBJECT, letters=letters, at=at)


def _feedback_mail_text(count: int, clinic: Clinic) -> str:
    words = "1 family’s feedback is waiting" if count == 1 else f"Feedback of {count} families is waiting"
    return f"{words} for an answer: {desk_base_url(clinic)}/promises/#feedback\n"
