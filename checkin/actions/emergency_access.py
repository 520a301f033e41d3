"""Open charts in an emergency, end that, and tell the managers and auditors."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from checkin.actions import audit, mailing
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, DeskSession, EmergencyAccess, EmergencyAccessSeen, Staff
from checkin.models.mailing import desk_base_url, is_mail_configured
from checkin.rules.audit import AuditPurpose
from checkin.rules.emergency_access import EMERGENCY_LASTS, join_line_breaks, reason_problem
from checkin.rules.roles import StaffAct

_SAME_REASON_WITHIN = dt.timedelta(minutes=1)
_NOTICE_SUBJECT = "Charts were opened in an emergency"
_NOTICE_TEXT = (
    "{name} opened charts in an emergency, {when}. Log in to read why:\n{address}\n\n"
    "If nobody at the clinic knows of an emergency, look into it now.\n"
)


def start_emergency_access(*, reason: str, desk: DeskSession, by: Staff, at: dt.datetime) -> EmergencyAccess:
    """Let this person's login read charts for an hour, and tell the managers and auditors. Raises Refused.

    While one is open, this ends it and begins another. The same form sent twice begins one.
    """
    require_permission(StaffAct.OPEN_IN_EMERGENCY, by)
    reason = join_line_breaks(reason)
    if problem := reason_problem(reason):
        raise Refused(problem)
    with write_in_turn():
        # Deactivated or given another role in the meantime: the row decides, not the request.
        # Only their own row: sign-ins refer to the clinic's, and would wait.
        held = Staff.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=by.pk)
        require_permission(StaffAct.OPEN_IN_EMERGENCY, held)
        held.desk = desk
        now_open = EmergencyAccess.load_open(held, at)
        if now_open and now_open.reason == reason and at - now_open.started_at < _SAME_REASON_WITHIN:
            return now_open
        end_emergency_access(desk=desk, by=held, at=at, why="extended")
        made = EmergencyAccess.objects.create(
            clinic=held.clinic,
            staff=held,
            desk=desk,
            role=held.role,
            reason=reason,
            started_at=at,
            ends_at=at + EMERGENCY_LASTS,
        )
        Clinic.objects.filter(pk=held.clinic_id).update(emergency_started_at=at)
        audit.write_audit_event(
            action="emergency.started",
            subject=made,
            at=at,
            by=held,
            purpose=AuditPurpose.EMERGENCY,
            until=made.ends_at.isoformat(),
            emergency=made.pk,
        )
        # Charts are open by now: a mail server that is slow or away never takes that back.
        transaction.on_commit(lambda: _mail_notice(made, at=at), robust=True)
    return made


def end_emergency_access(*, desk: DeskSession | None, by: Staff, at: dt.datetime, why: str) -> int:
    """End what this login opened; return how much was open. `why`: a word for the trail.

    A login whose times are not known (None) has opened nothing.
    """
    if desk is None:
        return 0
    return _end_each(EmergencyAccess.objects.not_over(at).filter(desk=desk), by=by, at=at, why=why)


def end_all_emergency_access(
    *, person: Staff, by: Staff | None, at: dt.datetime, why: str, but: DeskSession | None = None
) -> int:
    """End what all logins of this person opened, except for `but`; return how much was open."""
    theirs = EmergencyAccess.objects.not_over(at).filter(staff=person, desk__isnull=False).exclude(desk=but)
    return _end_each(theirs, by=by, at=at, why=why)


def _end_each(found: QuerySet[EmergencyAccess], *, by: Staff | None, at: dt.datetime, why: str) -> int:
    if not found.exists():
        return 0
    with write_in_turn():
        return sum(_end_one(one, by=by, ended_at=at, at=at, why=why) for one in found)


def end_what_is_over(*, at: dt.datetime) -> int:
    """Write down the end of each whose hour is over; return how many. Asks once if there are none.

    Nobody could read anything since: only the time decides that.
    """
    if not EmergencyAccess.objects.over_by_time(at).exists():
        return 0
    with write_in_turn():
        over = EmergencyAccess.objects.over_by_time(at)
        return sum(_end_one(one, by=None, ended_at=one.ends_at, at=at, why="time") for one in over)


def _end_one(
    one: EmergencyAccess, *, by: Staff | None, ended_at: dt.datetime, at: dt.datetime, why: str
) -> int:
    """Write one end, once, in the caller's transaction; return 1, or 0 if it had ended."""
    if not EmergencyAccess.objects.filter(pk=one.pk, ended_at=None).update(ended_at=ended_at):
        return 0
    audit.write_audit_event(
        action="emergency.ended",
        subject=one,
        at=at,
        by=by,
        purpose=AuditPurpose.EMERGENCY,
        why=why,
        emergency=one.pk,
    )
    return 1


def mark_notice_seen(*, access: EmergencyAccess, by: Staff, at: dt.datetime) -> None:
    """Write down that this manager or auditor has read it. Safe to repeat. Raises NotAllowed."""
    require_permission(StaffAct.READ_EMERGENCIES, by)
    with write_in_turn():
        _, is_new = EmergencyAccessSeen.objects.get_or_create(access=access, staff=by, defaults={"at": at})
        if is_new:
            audit.write_audit_event(action="emergency.noticed", subject=access, at=at, by=by)


def _mail_notice(made: EmergencyAccess, *, at: dt.datetime) -> None:
    """Send one e-mail to each manager and auditor, without a patient or the reason: others may read it."""
    if not is_mail_configured():
        return
    clinic = made.clinic
    told = mailing.group_by_address([made], clinic, is_told=_is_noticed_by)
    text = _NOTICE_TEXT.format(
        name=made.staff.name,
        when=clinic.full_moment_words(made.started_at),
        address=f"{desk_base_url(clinic)}/",
    )
    letters = dict.fromkeys(told, text)
    mailing.send_staff_mail(clinic=clinic, subject=_NOTICE_SUBJECT, letters=letters, at=at)


def _is_noticed_by(one: EmergencyAccess, person: Staff) -> bool:
    return person.may_act(StaffAct.READ_EMERGENCIES) and person.pk != one.staff_id
