"""What a family asks us to remember of how they like to be served, and to forget."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q

from checkin.actions import audit, chart_changes
from checkin.actions.boards import Refused, show
from checkin.actions.open_visits import bring_in_step, hold_open
from checkin.actions.paper_ledger import columns
from checkin.actions.permissions import require
from checkin.actions.relinking import hold
from checkin.actions.standing_records import hold_escort, hold_patient, hold_visit
from checkin.actions.writing import write
from checkin.models import Escort, Patient, Staff, Visit
from checkin.rules import preferences
from checkin.rules.languages import names_no_language
from checkin.rules.nothing_said import says_nothing
from checkin.rules.preferences import Approach
from checkin.rules.promises import Way
from checkin.rules.roles import Act

COLUMNS = tuple(preferences.FORGOTTEN)
NO_SUCH_APPROACH = "Say greet me, leave me be, or neither."
NO_SUCH_WAY = "Say by which of the ways listed they want to be reached, or none."
ELSEWHERE = "That record belongs to another clinic."


def set_(
    *,
    escort: Escort,
    approach: str,
    best_way: str,
    best_time: str,
    by: Staff,
    at: dt.datetime,
    visit: Visit | None = None,
) -> Escort:
    """They told us: remember this of them, and nothing else. The same again changes nothing.

    `visit`: at which they said it. Should that be another child's, it goes with the visit.
    """
    require(Act.KEEP_PREFERENCES, by)
    if approach and approach not in Approach.values:
        raise Refused(NO_SUCH_APPROACH)
    if best_way and best_way not in Way.values:
        raise Refused(NO_SUCH_WAY)
    if escort.clinic_id != by.clinic_id:
        raise Refused(ELSEWHERE)
    wanted = {
        "approach": approach,
        "best_way": best_way,
        "best_time": preferences.wish_of("", best_time.strip()),
    }
    with write():
        return keep(escort, wanted, action="preferences.set", by=by, at=at, visit=visit)


def forget(*, escort: Escort, by: Staff, at: dt.datetime, visit: Visit | None = None) -> Escort:
    """They told us to remember none of it any more: gone at once, from every board."""
    require(Act.KEEP_PREFERENCES, by)
    if escort.clinic_id != by.clinic_id:
        raise Refused(ELSEWHERE)
    with write():
        return keep(escort, preferences.FORGOTTEN, action="preferences.forgotten", by=by, at=at, visit=visit)


def keep(
    escort: Escort,
    wanted: dict[str, Any],
    *,
    action: str,
    by: Staff,
    at: dt.datetime,
    visit: Visit | None = None,
) -> Escort:
    """Write them, and show it wherever this escort is here now. Call inside a transaction."""
    here = boards(Q(escort=escort))
    held = hold_escort(escort)
    if wanted == {name: getattr(held, name) for name in COLUMNS}:
        return held
    before = columns(held, chart_changes.WISHES)
    for name, value in wanted.items():
        setattr(held, name, value)
    # Also when it is forgotten: a sign-in from before, linked only now, must not bring it back.
    held.remembered_at = at
    held.save(update_fields=[*wanted, "remembered_at"])
    if chart_changes.remember(held, before, visit=visit, by=by, at=at) is None:
        # Told at no visit: no sign-in that writes over it, and turns out to be another child's, ends it.
        held.on_record = {**(held.on_record or {}), **columns(held, chart_changes.WISHES)}
        held.save(update_fields=["on_record"])
    for visit in here:
        show(visit)
    audit.record(
        action=action, subject=held, at=at, by=by, patient_id=held.patient_id, columns=sorted(wanted)
    )
    return held


def record(
    *,
    patient: Patient,
    language: str,
    interpreter_needed: bool,
    access_needs: str,
    by: Staff,
    at: dt.datetime,
    visit: Visit | None = None,
) -> Patient:
    """A person puts on the child's record how this family is understood and what helps them.

    `visit`: at which they said it. Should that be another child's, whose it is will be asked.
    """
    require(Act.KEEP_PREFERENCES, by)
    if patient.clinic_id != by.clinic_id:
        raise Refused(ELSEWHERE)
    wanted: dict[str, Any] = {
        "language": "" if names_no_language(language) else language.strip(),
        "interpreter_needed": interpreter_needed,
        "access_needs": "" if says_nothing(access_needs) else access_needs.strip(),
    }
    with write():
        here = hold_open([patient.pk])
        if visit is not None:
            hold_visit(visit, patient)
        held = hold_patient(patient)
        if wanted == {name: getattr(held, name) for name in wanted}:
            return held
        before = columns(held, wanted)
        for name, value in wanted.items():
            setattr(held, name, value)
        held.updated_at = at
        held.save(update_fields=[*wanted, "updated_at"])
        chart_changes.remember(held, before, visit=visit, by=by, at=at)
        bring_in_step(here, by=by, at=at)
        audit.record(
            action="preferences.recorded", subject=held, at=at, by=by, patient_id=held.pk, columns=[*wanted]
        )
        return held


def boards(whose: Q) -> list[Visit]:
    """The open visits that show this, held."""
    visits = list(Visit.objects.filter(whose).open())
    hold(*visits)
    return visits
