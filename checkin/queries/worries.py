"""What happened to a child who cannot wait, and who read what was typed, as lines of the visit's story."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from checkin.models import Visit, WorryStep
from checkin.rules.worries import Kind, Source


class Line(NamedTuple):
    at: dt.datetime
    icon: str
    what: str
    who: str = ""


def lines(visit: Visit) -> list[Line]:
    """Two queries."""
    steps = visit.worry_steps.select_related("person", "undoes").order_by("pk")
    found = [Line(one.at, icon(one), what(one, is_self=visit.sign_in.is_patient), who(one)) for one in steps]
    for read in visit.reason_readings.select_related("by").order_by("pk"):
        words = "Read what was typed" if read.was_read else "Roomed without reading what was typed"
        found.append(Line(read.at, "check" if read.was_read else "arrow-right", words, str(read.by)))
    return found


def icon(step: WorryStep) -> str:
    return {Kind.UNDONE: "undo-2", Kind.SETTLED: "check"}.get(Kind(step.kind), "arrow-right")


def what(step: WorryStep, *, is_self: bool) -> str:
    if step.kind == Kind.RAISED:
        if step.source != Source.FAMILY:
            return "Marked urgent"
        said = "patient says that they are" if is_self else "family says that the child is"
        return f"Worried: the {said} getting worse"
    if step.kind == Kind.CALLED:
        return f"Called: {step.person or 'everybody'}"
    if step.kind == Kind.TAKEN:
        return "Going to this patient" if is_self else "Going to this child"
    if step.kind == Kind.SETTLED:
        return "Seen: no longer first" if step.move_id else "Settled: no longer first"
    going = step.undoes is not None and step.undoes.kind == Kind.TAKEN
    return "Undone: not going after all" if going else "Undone: first again"


def who(step: WorryStep) -> str:
    return "" if step.kind == Kind.CALLED else str(step.person or "")
