"""What the demo clinic has promised its families: a call that is late, one due within the hour, one kept."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from checkin.actions import escalations, promises
from checkin.management.demo.morning import Morning
from checkin.models import Promise, Role
from checkin.rules.promises import Said, Way


class Owed(NamedTuple):
    """To the child's first guardian; `keeper` is somebody's username, or blank for any manager."""

    child: str
    about: str
    promised: dt.datetime
    due: dt.datetime
    keeper: str = ""


def promise(morning: Morning) -> None:
    """Made by the front desk, as a real one would; what is late has been told to whom it may concern."""
    kept = make(
        morning, Owed("Saoirse O'Neil", "which of the two forms the nursery wants", *day(morning, -14))
    )
    promises.keep(
        promise=kept,
        outcome="The blue one; she was glad we rang",
        by=morning.staff["mira"],
        at=morning.on(-14, "16:40"),
    )
    before, after = morning.before, morning.after
    make(morning, Owed("Maya Thompson", "the bill that came twice", before(120), before(12)))
    make(morning, Owed("Jayden Cole", "the result of his throat swab", before(90), after(35), "noor"))
    make(morning, Owed("Theo Baptiste", "a date for the eye clinic", before(60), after(200)))
    escalations.escalate_due(clinic=morning.clinic, at=morning.at)


def day(morning: Morning, days: int) -> tuple[dt.datetime, dt.datetime]:
    """From morning to evening of that day."""
    return morning.on(days, "09:05"), morning.on(days, "17:00")


def make(morning: Morning, owed: Owed) -> Promise:
    patient = morning.patients[owed.child]
    guardian = patient.guardians.get(position=1)
    said = Said(
        to_whom=guardian.name,
        way=Way.PHONE,
        reach_at=guardian.phone,
        about=owed.about,
        due_at=owed.due,
    )
    return promises.make(
        location=morning.desk(annexe=False),
        said=said,
        owner=morning.staff[owed.keeper] if owed.keeper else Role.MANAGER,
        by=morning.staff["dana"],
        at=owed.promised,
        patient=patient,
        # A few minutes after midnight everything is drawn close to now, and nothing is worth a question.
        confirmed=True,
    )
