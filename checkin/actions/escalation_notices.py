"""Tell people of an overdue promise: write one row each time, and send an e-mail if configured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from checkin.actions import mailing
from checkin.models import Clinic, Promise, PromiseEscalation, PromiseHandover, Staff
from checkin.models.mailing import desk_base_url, is_mail_configured
from checkin.rules import promises as promise_rules

_ESCALATION_SUBJECT = "A promise is waiting"


def make_escalation_row(
    promise: Promise, nth: int, step: promise_rules.EscalationStep, *, at: dt.datetime
) -> PromiseEscalation:
    """Return the unsaved row of escalation step number `nth`."""
    made = PromiseEscalation(promise=promise, step=nth, due_at=promise.due_at, at=at, to_role=step.to)
    if step.to == promise_rules.ESCALATE_TO_OWNER:
        made.to_id, made.to_role = promise.owner_id, promise.owner_role
    return made


def tell_new_promise_owners(given: Collection[PromiseHandover], *, by: Staff | None, at: dt.datetime) -> None:
    """Tell the new owners of overdue promises, once per owner and due time.

    An owner who had the promise before is not told again, nor is somebody who takes it themselves. Call
    inside the transaction that hands it over.
    """
    wanted = [one for one in given if one.promise.due_at <= at and not (by and one.to_owner_id == by.pk)]
    made = [_make_handover_escalation(one, at=at) for one in wanted if not _is_owner_told_before(one)]
    PromiseEscalation.objects.bulk_create(made)
    for clinic in {one.promise.location.clinic for one in made}:
        mail_escalations_after_commit(
            [one for one in made if one.promise.location.clinic == clinic], clinic, at=at
        )


def _make_handover_escalation(one: PromiseHandover, *, at: dt.datetime) -> PromiseEscalation:
    return PromiseEscalation(
        promise=one.promise,
        step=0,
        due_at=one.promise.due_at,
        at=at,
        to=one.to_owner,
        to_role=one.to_role,
        handover=one,
    )


def _is_owner_told_before(one: PromiseHandover) -> bool:
    """Return whether this owner was told already, as the owner, that it missed its current due time."""
    promise = one.promise
    steps = promise_rules.read_escalation_steps(promise.location.clinic.promise_settings)
    theirs = [nth for nth, step in enumerate(steps) if step.to == promise_rules.ESCALATE_TO_OWNER]
    told = promise.escalations.filter(due_at=promise.due_at, to=one.to_owner, to_role=one.to_role)
    return any(row.handover_id is not None or row.step in theirs for row in told)


def mail_escalations_after_commit(made: list[PromiseEscalation], clinic: Clinic, *, at: dt.datetime) -> None:
    # What is told is committed: a fault while e-mailing is logged, and never answers for the write.
    transaction.on_commit(lambda: _mail_escalations(made, clinic, at=at), robust=True)


def _mail_escalations(made: list[PromiseEscalation], clinic: Clinic, *, at: dt.datetime) -> None:
    """Send one e-mail to each person told. A failed e-mail is logged; the rows stay."""
    if is_mail_configured():
        told = mailing.group_by_address(made, clinic, is_told=_is_escalated_to)
        letters = {address: escalation_mail_text(rows, clinic) for address, rows in told.items()}
        mailing.send_staff_mail(clinic=clinic, subject=_ESCALATION_SUBJECT, letters=letters, at=at)


def _is_escalated_to(one: PromiseEscalation, person: Staff) -> bool:
    return person.pk == one.to_id if one.to_id else person.role == one.to_role


def escalation_mail_text(rows: list[PromiseEscalation], clinic: Clinic) -> str:
    """Return the text of the e-mail, without names or topics: e-mail may be read anywhere."""
    once = {one.promise_id: one for one in rows}
    return "\n".join(_escalation_mail_line(one, clinic) for one in once.values()) + "\n"


def _escalation_mail_line(one: PromiseEscalation, clinic: Clinic) -> str:
    due = clinic.day_and_time_words(one.due_at, at=one.at)
    patient = one.promise.patient
    died = " The child has died: do not phone." if patient is not None and patient.is_deceased else ""
    what = "was handed over to you" if one.handover_id else "is waiting"
    return f"A promise due {due} {what}: {desk_base_url(clinic)}/promises/{one.promise_id}/{died}"
