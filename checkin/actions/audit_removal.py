"""Remove old rows of the audit trail behind a checkpoint, so that the rest can still be verified."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models

from checkin.actions import audit
from checkin.actions.permissions import require_permission
from checkin.actions.write_queue import write_in_turn
from checkin.models import AuditChain, AuditEvent, AuditEventPatient, Clinic, Staff
from checkin.rules.forgetting import REMOVED_ACTION
from checkin.rules.roles import StaffAct

_REMOVED_AT_ONCE = 5000


def find_last_old_row(clinic: Clinic, before: dt.datetime) -> AuditEvent | None:
    """Return the last of the clinic's rows that are all from before this moment, from the first one on."""
    rows = AuditEvent.objects.filter(chain=clinic.pk)
    young = rows.filter(at__gte=before).aggregate(first=models.Min("number"))["first"]
    old = rows.filter(number__lt=young) if young else rows
    return old.order_by("number").last()


def remove_old_rows(*, clinic: Clinic, before: dt.datetime, by: Staff, at: dt.datetime) -> int:
    """Remove the rows from before this moment; return how many. Raises NotAllowed.

    The checkpoint carries the number and the hash of the last one, and is itself a row of the chain.
    """
    require_permission(StaffAct.MANAGE_BACKUPS, by)
    with write_in_turn():
        last = find_last_old_row(clinic, before)
        if not last:
            return 0
        open_for_removal = AuditChain.objects.filter(pk=clinic.pk)
        open_for_removal.update(removing=last.number)
        removed = _delete_up_to(last)
        open_for_removal.update(removing=None)
        audit.write_audit_event(
            action=REMOVED_ACTION,
            subject=clinic,
            clinic_id=clinic.pk,
            at=at,
            by=by,
            number=last.number,
            hash=last.hash,
            rows=removed,
            until=last.at.isoformat(),
        )
    return removed


def _delete_up_to(last: AuditEvent) -> int:
    removed = 0
    # Not the models' own querysets, which refuse: the triggers let these rows go.
    events: Any = models.QuerySet(AuditEvent).filter(chain=last.chain, number__lte=last.number)
    while part := list(events.order_by("number").values_list("pk", flat=True)[:_REMOVED_AT_ONCE]):
        named: Any = models.QuerySet(AuditEventPatient).filter(event__in=part)
        named._raw_delete(named.db)
        some: Any = models.QuerySet(AuditEvent).filter(pk__in=part)
        removed += some._raw_delete(some.db)
    return removed
