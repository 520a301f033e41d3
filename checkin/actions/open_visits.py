"""Keep every open visit in line with its patient's record.

A change to a patient, guardian, escort, appointment, or what is due or given, affects each open visit of that
patient. Its code first locks those visits (`lock_open_visits`: boards, visits, then patients), then
writes, and calls `align_visits_with_records` in the same transaction. Safe to repeat. It updates:

- the discrepancies between typed and recorded. New ones are noticed. The recorded side and the cause of open
  ones are updated. One that no longer differs is withdrawn. It is reopened if it differs again, still as
  asked if the family was asked. What staff settled by keeping the old stays settled
  (`drop_kept_differences`);
- the needs, and the turn if the appointment was moved to an earlier time;
- the row on every board.

A visit that has ended gets no new differences and keeps its needs.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from checkin.actions import appointments, audit, needs, visit_links
from checkin.actions.visit_locks import lock_open_visits, update_visit_and_boards, with_visit_relations
from checkin.models import Discrepancy, DiscrepancyDecision, Staff, Visit
from checkin.queries import patient_dossiers
from checkin.queries.patient_dossiers import PatientDossier
from checkin.rules import discrepancies as discrepancy_rules
from checkin.rules import sign_in_claims, waiting_order

_NoticedField, _NoticedStatus = Discrepancy.Field, Discrepancy.Status
_UNSETTLED_STATUSES = (_NoticedStatus.OPEN, _NoticedStatus.ASKING)


def align_visits_with_records(
    visits: Iterable[Visit], *, by: Staff | None, at: dt.datetime, may_book: bool = False
) -> list[Visit]:
    """Recompute what these locked visits show of their patients' records; return them fresh.

    `may_book`: a walk-in takes an appointment that the record now has for today. Takes a few queries in all
    and a few per visit, however many rows were written.
    """
    ids = [visit.pk for visit in visits]
    if not ids:
        return []
    fresh = list(with_visit_relations(Visit.objects.filter(pk__in=ids)).order_by("pk"))
    known, rows = read_visit_dossiers(fresh, now=at), _discrepancies_by_visit(fresh)
    for visit in fresh:
        if visit.patient_id is not None:
            _align_discrepancies(visit, known[visit.pk], rows[visit.pk], by=by, at=at)
        taken = (
            _take_walk_in_appointment(visit, known[visit.pk], by=by, at=at)
            if may_book and visit.pk in known
            else {}
        )
        update_visit_and_boards(
            visit,
            open_discrepancies=visit.discrepancies.open().count(),
            **_earlier_turn_columns(visit),
            **taken,
        )
        needs.recompute_needs(visit=visit, at=at, by=by)
    return fresh


def align_other_visits(visit: Visit, *patients: int | None, by: Staff | None, at: dt.datetime) -> None:
    """Lock and align all other open visits of these patients, after a decision on this one."""
    others = [one for one in lock_open_visits(patients) if one.pk != visit.pk]
    align_visits_with_records(others, by=by, at=at)


def read_visit_dossiers(visits: Sequence[Visit], *, now: dt.datetime) -> dict[int, PatientDossier]:
    """Return the dossier of each visit's patient on the visit's day, by visit id. One query per day."""
    of_day: dict[tuple[int, dt.date], list[Visit]] = defaultdict(list)
    for visit in visits:
        if visit.patient is not None:
            of_day[visit.clinic_id, visit.local_date].append(visit)
    known: dict[int, PatientDossier] = {}
    for same in of_day.values():
        patients = {visit.patient.pk: visit.patient for visit in same if visit.patient is not None}
        clinic, at = same[0].location.clinic, same[0].arrived_at
        found = patient_dossiers.read_dossiers(
            clinic=clinic, patients=list(patients.values()), at=at, now=now
        )
        known |= {visit.pk: found.dossier_at_visit(visit.patient_id or 0, visit.pk) for visit in same}
    return known


def _discrepancies_by_visit(visits: Sequence[Visit]) -> dict[int, list[Discrepancy]]:
    """Return the discrepancies noticed so far, by visit id, except second sign-ins."""
    rows: dict[int, list[Discrepancy]] = defaultdict(list)
    found = Discrepancy.objects.filter(visit__in=visits).exclude(field=_NoticedField.SIGN_IN)
    for row in found.order_by("pk"):
        rows[row.visit_id].append(row)
    return rows


def _align_discrepancies(
    visit: Visit, dossier: PatientDossier, rows: Sequence[Discrepancy], *, by: Staff | None, at: dt.datetime
) -> None:
    """Update the open differences between typed and recorded to the record as it is now."""
    differs = find_visit_differences(visit, dossier)
    now = {one.field: one for one in differs}
    open_ones = {row.field: row for row in rows if row.status in _UNSETTLED_STATUSES}
    for field, row in open_ones.items():
        if field in now:
            _update_recorded_side(row, now[field])
        else:
            save_discrepancy_columns(row, status=_NoticedStatus.WITHDRAWN, settled_at=at, settled_by=by)
    if not visit.is_open:
        differs = [one for one in differs if _find_withdrawn_discrepancy(visit, one, rows)]
    new = discrepancy_rules.drop_kept_differences(differs, dossier.kept, escort_id=visit.escort_id or 0)
    for one in new:
        if one.field in open_ones:
            continue
        if again := _find_withdrawn_discrepancy(visit, one, rows):
            _update_recorded_side(again, one)
            save_discrepancy_columns(
                again, status=status_asked_or_open(again), settled_at=None, settled_by=None
            )
        else:
            visit_links.create_discrepancies(visit, [one], at=at)


def find_visit_differences(
    visit: Visit, dossier: PatientDossier
) -> list[discrepancy_rules.NoticedDifference]:
    """Return everything in which the visit's claim differs from the record as it is now."""
    if visit.patient is None:
        today, day_first = visit.local_date, visit.location.clinic.day_first
        return discrepancy_rules.notice_claim_problems(
            claim_of_visit(visit), today=today, day_first=day_first
        )
    phone = visit.escort.phone if visit.escort and not visit.escort.is_patient else None
    return visit_links.find_record_differences(
        claim_of_visit(visit), visit.patient, dossier, visit=visit, escort_phone=phone
    )


def claim_of_visit(visit: Visit) -> sign_in_claims.SignInClaim:
    return replace(patient_dossiers.restore_sign_in_claim(visit.sign_in), cut=tuple(visit.sign_in.cut))


def _find_withdrawn_discrepancy(
    visit: Visit, one: discrepancy_rules.NoticedDifference, rows: Sequence[Discrepancy]
) -> Discrepancy | None:
    """Return the earlier, withdrawn row of this difference, if a change of the record withdrew it.

    None for one that a match decision withdrew: it was about another child's record.
    """
    same = (row for row in reversed(rows) if row.field == one.field)
    last = next(same, None)
    if (
        last is None
        or last.status != _NoticedStatus.WITHDRAWN
        or last.typed != one.typed[: discrepancy_rules.LONGEST_DISCREPANCY_SIDE]
    ):
        return None
    return None if visit.match_decisions.filter(at__gte=last.settled_at).exists() else last


def status_asked_or_open(row: Discrepancy) -> str:
    """Return ASKING if the last decision that counts is to ask, else OPEN."""
    stands = row.decisions.standing().find_last()
    return (
        _NoticedStatus.ASKING
        if stands and stands.kind == DiscrepancyDecision.Kind.ASK
        else _NoticedStatus.OPEN
    )


def _update_recorded_side(row: Discrepancy, now: discrepancy_rules.NoticedDifference) -> None:
    recorded = now.recorded[: discrepancy_rules.LONGEST_DISCREPANCY_SIDE]
    if (row.recorded, row.cause) != (recorded, now.cause):
        save_discrepancy_columns(row, recorded=recorded, cause=now.cause)


def save_discrepancy_columns(row: Discrepancy, **columns: object) -> None:
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=[*columns])


def _take_walk_in_appointment(
    visit: Visit, dossier: PatientDossier, *, by: Staff | None, at: dt.datetime
) -> dict[str, object]:
    """Take today's appointment for a walk-in with the earlier turn; return the visit's changed columns.

    Done at once, without a question. Without this, the child was shown as expected, and later as missed,
    while in the waiting room, and had a walk-in's turn behind children with later appointments.
    """
    if visit.appointment_id is not None or not visit.is_open or visit.is_unsettled:
        return {}
    booked = dossier.appointment(location_id=visit.location_id, at=visit.arrived_at)
    if not appointments.take_appointment_keeping_turn(visit, booked):
        return {}
    audit.write_audit_event(
        action="visit.appointment_taken",
        subject=visit,
        at=at,
        by=by,
        patient_id=visit.patient_id,
        appointment=visit.appointment_id,
    )
    return {"appointment": visit.appointment_id, "turn_at": visit.turn_at}


def _earlier_turn_columns(visit: Visit) -> dict[str, object]:
    """Return the visit's new turn, by column, if the appointment was moved earlier; else nothing."""
    if visit.appointment is None or not visit.is_open:
        return {}
    at = waiting_order.visit_turn_time(
        arrived_at=visit.arrived_at,
        appointment_at=visit.appointment.starts_at,
        walk_in_minutes=visit.location.clinic.walk_in_minutes,
    )
    return {"turn_at": at} if at < visit.turn_at else {}
