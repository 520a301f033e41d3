"""Close a day at one front desk."""

from __future__ import annotations

import datetime as dt

from checkin.actions import audit, escalations
from checkin.actions.permissions import NotAllowed, require_permission
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import BoardVersion, ClosedDay, Location, Staff, Visit
from checkin.rules.roles import OTHER_DESK_CLOSES_ITS_DAY, Role, StaffAct


def close_desk_day(*, location: Location, date: dt.date, by: Staff, at: dt.datetime) -> ClosedDay:
    """Close this day; return the closing, also if the same person closed it before.

    Open visits do not prevent it; the audit trail records how many there were. Raises Refused if nobody will
    keep an open promise here, the day is in the future, or somebody else was faster. Raises NotAllowed.
    """
    require_permission(StaffAct.CLOSE_DAY, by)
    if sentence := refusal_to_close_day(location, by):
        raise NotAllowed(sentence)
    clinic = location.clinic
    if date > clinic.local_date(at):
        raise Refused("That day has not come yet.")
    escalations.escalate_due_promises(clinic=clinic, at=at)
    with write_in_turn():
        BoardVersion.bump(location.pk)
        known = location.closed_days.select_related("by").filter(date=date).first()
        if known and known.by_id == by.pk:
            return known
        if known:
            raise Refused(f"{known.by} already closed this day at {clinic.time_words(known.at)}.")
        _refuse_unowned_promises(location)
        made = ClosedDay.objects.create(
            location=location, date=date, at=at, by=by, open_promises=location.promises.open().count()
        )
        left_open = Visit.objects.filter(location=location).open().count()
        audit.write_audit_event(
            action="day.closed", subject=made, clinic_id=clinic.pk, at=at, by=by, visits_open=left_open
        )
    return made


def refusal_to_close_day(location: Location, by: Staff) -> str:
    """Return why this person may not close the day here; "" if they may."""
    if not by.may_act(StaffAct.CLOSE_DAY):
        return by.explain_refusal(StaffAct.CLOSE_DAY)
    if by.role != Role.FRONT_DESK or by.location_id in (None, location.pk):
        return ""
    return OTHER_DESK_CLOSES_ITS_DAY.format(own=by.location, here=location)


def _refuse_unowned_promises(location: Location) -> None:
    """Raise Refused if nobody will keep an open promise here."""
    lost = location.promises.unowned().count()
    if lost:
        these = "1 promise has" if lost == 1 else f"{lost} promises have"
        raise Refused(f"{these} nobody who will keep it. Hand over first; then close the day.")
