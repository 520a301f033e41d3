"""Compare a discrepancy with the record again: update, withdraw or reopen it."""

from __future__ import annotations

import datetime as dt

from checkin.actions import open_visits
from checkin.actions.open_visits import save_discrepancy_columns, status_asked_or_open
from checkin.actions.visit_locks import with_visit_relations
from checkin.models import Discrepancy, Staff, Visit
from checkin.queries.patient_dossiers import PatientDossier
from checkin.rules import discrepancies as discrepancy_rules


def recheck_recorded_value(held: Discrepancy, *, by: Staff, at: dt.datetime) -> str:
    """Return "" if the record still says what the page showed; else update the discrepancy and return why."""
    if held.field == Discrepancy.Field.SIGN_IN or held.visit.patient is None:
        return ""
    now = _find_differences_now(held.visit).get(held.field)
    if now is None:
        save_discrepancy_columns(held, status=Discrepancy.Status.WITHDRAWN, settled_at=at, settled_by=by)
        return "The record says the same by now, so nothing is left to settle."
    recorded = now.recorded[: discrepancy_rules.LONGEST_DISCREPANCY_SIDE]
    if recorded == held.recorded:
        return ""
    save_discrepancy_columns(held, recorded=recorded)
    return f"The record was changed meanwhile; it says “{recorded or 'nothing'}” now. Please look again."


def reopen_discrepancy(held: Discrepancy, *, at: dt.datetime, by: Staff) -> None:
    """Reopen it for the desk; withdraw it if it no longer differs or was noticed again on this visit."""
    if held.field != Discrepancy.Field.SIGN_IN:
        now = _find_differences_now(held.visit).get(held.field)
        again = held.visit.discrepancies.open().filter(field=held.field).exclude(pk=held.pk)
        if now is None or again.exists():
            save_discrepancy_columns(held, status=Discrepancy.Status.WITHDRAWN, settled_at=at, settled_by=by)
            return
        held.recorded = now.recorded[: discrepancy_rules.LONGEST_DISCREPANCY_SIDE]
    save_discrepancy_columns(
        held, status=status_asked_or_open(held), recorded=held.recorded, settled_at=None, settled_by=None
    )


def _find_differences_now(visit: Visit) -> dict[str, discrepancy_rules.NoticedDifference]:
    """Return how the visit's claim differs from the record as it is now, by field."""
    (fresh,) = with_visit_relations(Visit.objects.filter(pk=visit.pk))
    known = open_visits.read_visit_dossiers([fresh], now=visit.arrived_at).get(fresh.pk, PatientDossier())
    return {one.field: one for one in open_visits.find_visit_differences(fresh, known)}
