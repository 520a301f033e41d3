"""Save and forget a family's preferences."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q

from checkin.actions import audit, chart_changes
from checkin.actions.confidential_visits import refuse_if_confidential
from checkin.actions.entry_ledger import columns_as_json
from checkin.actions.open_visits import align_visits_with_records
from checkin.actions.permissions import require_permission
from checkin.actions.record_locks import (
    lock_standing_escort,
    lock_standing_patient,
    lock_visit_of_patient,
)
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import lock_open_visits, lock_visits, update_visit_and_boards
from checkin.actions.write_queue import write_in_turn
from checkin.models import Escort, Patient, Staff, Visit
from checkin.rules import preferences as preference_rules
from checkin.rules.confidential_visits import NOTHING_REMEMBERED
from checkin.rules.empty_answers import is_empty_answer
from checkin.rules.languages import is_no_language_answer
from checkin.rules.roles import StaffAct

_PREFERENCE_COLUMNS = tuple(preference_rules.FORGOTTEN_PREFERENCES)
_RECORD_OF_OTHER_CLINIC = "That record belongs to another clinic."


def set_preferences(
    *,
    escort: Escort,
    by: Staff,
    at: dt.datetime,
    visit: Visit | None = None,
    **wishes: str,
) -> Escort:
    """Save exactly these preferences for the adult. Safe to repeat.

    `visit`: at which they said it; if it turns out to be another child's, the preferences move with it. At a
    confidential one nothing is kept. `wishes`: by the names in `WISHES`; any not given is forgotten. Raises
    Refused, NotAllowed, and TypeError for an unknown name.
    """
    if unknown := wishes.keys() - preference_rules.WISHES_BY_NAME:
        raise TypeError(f"no such wish: {sorted(unknown)}")
    require_permission(StaffAct.KEEP_PREFERENCES, by)
    wanted = {one.column: _read_wish(one, wishes.get(one.name, "")) for one in preference_rules.WISHES}
    if escort.clinic_id != by.clinic_id:
        raise Refused(_RECORD_OF_OTHER_CLINIC)
    with write_in_turn():
        return _write_preferences(escort, wanted, action="preferences.set", by=by, at=at, visit=visit)


def _read_wish(wish: preference_rules.Wish, value: str) -> str:
    """Return the answer to store. Raises Refused if it is not one of the choices."""
    if wish.choices is None:
        return wish.read_answer(value.strip())
    if value and value not in wish.choices.offered.values:
        raise Refused(wish.choices.refusal)
    return value


def forget_preferences(*, escort: Escort, by: Staff, at: dt.datetime, visit: Visit | None = None) -> Escort:
    """Forget all of this adult's preferences at once, on every board."""
    require_permission(StaffAct.KEEP_PREFERENCES, by)
    if escort.clinic_id != by.clinic_id:
        raise Refused(_RECORD_OF_OTHER_CLINIC)
    with write_in_turn():
        return _write_preferences(
            escort,
            preference_rules.FORGOTTEN_PREFERENCES,
            action="preferences.forgotten",
            by=by,
            at=at,
            visit=visit,
        )


def _write_preferences(
    escort: Escort,
    wanted: dict[str, Any],
    *,
    action: str,
    by: Staff,
    at: dt.datetime,
    visit: Visit | None = None,
) -> Escort:
    """Write them and update the open visits that show this escort. Call inside a transaction."""
    here = _lock_visits_showing(Q(escort=escort), visit)
    refuse_if_confidential(visit, NOTHING_REMEMBERED)
    held = lock_standing_escort(escort)
    if wanted == {name: getattr(held, name) for name in _PREFERENCE_COLUMNS}:
        return held
    before = columns_as_json(held, chart_changes.REMEMBERED_ADULT_COLUMNS)
    for name, value in wanted.items():
        setattr(held, name, value)
    # Set even when forgetting, so that an earlier sign-in linked later does not restore them.
    held.remembered_at = at
    held.save(update_fields=[*wanted, "remembered_at"])
    if chart_changes.record_chart_change(held, before, visit=visit, by=by, at=at) is None:
        # Edited at no visit: keep a copy. A later sign-in may overwrite the columns and then turn out to be
        # another child's.
        held.on_record = {
            **(held.on_record or {}),
            **columns_as_json(held, chart_changes.REMEMBERED_ADULT_COLUMNS),
        }
        held.save(update_fields=["on_record"])
    for one in here:
        update_visit_and_boards(one)
    audit.write_audit_event(
        action=action, subject=held, at=at, by=by, patient_id=held.patient_id, columns=sorted(wanted)
    )
    return held


def record_language_and_needs(
    *,
    patient: Patient,
    language: str,
    interpreter_needed: bool,
    access_needs: str,
    by: Staff,
    at: dt.datetime,
    visit: Visit | None = None,
) -> Patient:
    """Save the family's language, interpreter need and access needs on the child's record.

    `visit`: at which they said it; if it turns out to be another child's, staff are asked whose this is. At a
    confidential one nothing is kept.
    """
    require_permission(StaffAct.KEEP_PREFERENCES, by)
    if patient.clinic_id != by.clinic_id:
        raise Refused(_RECORD_OF_OTHER_CLINIC)
    wanted: dict[str, object] = {
        "language": "" if is_no_language_answer(language) else language.strip(),
        "interpreter_needed": interpreter_needed,
        "access_needs": "" if is_empty_answer(access_needs) else access_needs.strip(),
    }
    with write_in_turn():
        here = lock_open_visits([patient.pk])
        if visit is not None:
            lock_visit_of_patient(visit, patient)
            refuse_if_confidential(visit, NOTHING_REMEMBERED)
        held = lock_standing_patient(patient)
        if wanted == {name: getattr(held, name) for name in wanted}:
            return held
        before = columns_as_json(held, wanted)
        for name, value in wanted.items():
            setattr(held, name, value)
        held.updated_at = at
        held.save(update_fields=[*wanted, "updated_at"])
        chart_changes.record_chart_change(held, before, visit=visit, by=by, at=at)
        align_visits_with_records(here, by=by, at=at)
        audit.write_audit_event(
            action="preferences.recorded", subject=held, at=at, by=by, patient_id=held.pk, columns=[*wanted]
        )
        return held


def _lock_visits_showing(whose: Q, said_at: Visit | None) -> list[Visit]:
    """Return these open visits, locked. Locks `said_at` too, so that it is not marked meanwhile."""
    visits = list(Visit.objects.filter(whose).open())
    also = [] if said_at is None or said_at in visits else [Visit.objects.get(pk=said_at.pk)]
    lock_visits(*visits, *also)
    return visits
