"""Give a visit its child's appointment, or release it, and set the visit's turn to match."""

from __future__ import annotations

from checkin.models import Appointment, Visit
from checkin.queries.patient_dossiers import TodayItem
from checkin.rules import waiting_order
from checkin.rules.visit_steps import VisitState


def take_appointment(visit: Visit, today: TodayItem | None) -> None:
    """Take today's appointment for this visit and set its turn (unsaved)."""
    if today is None:
        return
    status = Appointment.Status.FULFILLED if visit.state == VisitState.LEFT else Appointment.Status.ARRIVED
    taken = Appointment.objects.expected().filter(pk=today.pk).update(status=status)
    if taken:
        visit.appointment_id = today.pk
        visit.turn_at = waiting_order.visit_turn_time(
            arrived_at=visit.arrived_at,
            appointment_at=today.at,
            walk_in_minutes=visit.location.clinic.walk_in_minutes,
        )


def take_appointment_keeping_turn(visit: Visit, today: TodayItem | None) -> bool:
    """Take the appointment for a child who is already here, without losing an earlier turn.

    Returns whether the visit has an appointment.
    """
    had = visit.turn_at
    take_appointment(visit, today)
    visit.turn_at = min(had, visit.turn_at)
    return visit.appointment_id is not None


def release_appointment(visit: Visit) -> None:
    """Make the appointment available again and give the visit a walk-in's turn (unsaved)."""
    if visit.appointment_id is not None:
        Appointment.objects.filter(pk=visit.appointment_id).update(status=Appointment.Status.BOOKED)
    minutes = visit.location.clinic.walk_in_minutes
    visit.appointment = None
    visit.turn_at = waiting_order.visit_turn_time(
        arrived_at=visit.arrived_at, appointment_at=None, walk_in_minutes=minutes
    )
