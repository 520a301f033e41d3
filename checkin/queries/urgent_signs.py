"""A child who cannot wait: whether one calls, and timeline lines, also about staff reading what was typed."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from checkin.models import Location, Visit, WorryStep
from checkin.rules.urgent_signs import UrgentSource, UrgentStepKind


def has_unanswered_call(location: Location) -> bool:
    """Return whether a child who cannot wait is here and nobody is going. One query."""
    return location.clinic.visits.raised().filter(location=location, taken_by=None).exists()


class _UrgentSignLine(NamedTuple):
    at: dt.datetime
    icon: str
    what: str
    who: str = ""


def list_urgent_sign_lines(visit: Visit) -> list[_UrgentSignLine]:
    """Return the lines in the order of their rows. Two queries."""
    steps = visit.worry_steps.select_related("person", "undoes").order_by("pk")
    found = [
        _UrgentSignLine(
            one.at,
            _urgent_step_icon(one),
            _urgent_step_words(one, is_self=visit.sign_in.is_patient),
            _urgent_step_person(one),
        )
        for one in steps
    ]
    for read in visit.reason_readings.select_related("by").order_by("pk"):
        words = "Read what was typed" if read.was_read else "Roomed without reading what was typed"
        found.append(
            _UrgentSignLine(read.at, "check" if read.was_read else "arrow-right", words, str(read.by))
        )
    return found


def _urgent_step_icon(step: WorryStep) -> str:
    return {UrgentStepKind.UNDONE: "undo-2", UrgentStepKind.SETTLED: "check"}.get(
        UrgentStepKind(step.kind), "arrow-right"
    )


def _urgent_step_words(step: WorryStep, *, is_self: bool) -> str:
    if step.kind == UrgentStepKind.RAISED:
        if step.source != UrgentSource.FAMILY:
            return "Marked urgent"
        said = "patient says that they are" if is_self else "family says that the child is"
        return f"Worried: the {said} getting worse"
    if step.kind == UrgentStepKind.CALLED:
        return f"Called: {step.person or 'everybody'}"
    if step.kind == UrgentStepKind.TAKEN:
        return "Going to this patient" if is_self else "Going to this child"
    if step.kind == UrgentStepKind.SETTLED:
        return "Seen: no longer first" if step.move_id else "Settled: no longer first"
    going = step.undoes is not None and step.undoes.kind == UrgentStepKind.TAKEN
    return "Undone: not going after all" if going else "Undone: first again"


def _urgent_step_person(step: WorryStep) -> str:
    return "" if step.kind == UrgentStepKind.CALLED else str(step.person or "")
