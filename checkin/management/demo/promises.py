"""Promises of the demo clinic: one overdue call, one due within the hour, one kept."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from checkin.actions import escalations, promise_attempts, promises
from checkin.management.demo.demo_morning import DemoMorning
from checkin.models import Promise, Role
from checkin.rules.preferences import ContactWay
from checkin.rules.promises import PromiseTerms


class _DemoPromise(NamedTuple):
    """A promise to the child's first guardian. `keeper`: a username, or "" for any manager."""

    child: str
    about: str
    promised: dt.datetime
    due: dt.datetime
    keeper: str = ""


def make_demo_promises(morning: DemoMorning) -> None:
    """Make the promises as the front desk would, and escalate the overdue one."""
    kept = _make_demo_promise(
        morning,
        _DemoPromise(
            "Saoirse O'Neil", "which of the two forms the nursery wants", *_morning_and_evening(morning, -14)
        ),
    )
    promise_attempts.keep_promise(
        promise=kept,
        outcome="The blue one; she was glad we called",
        by=morning.staff["mira"],
        at=morning.on(-14, "16:40"),
    )
    before, after = morning.before, morning.after
    _make_demo_promise(
        morning, _DemoPromise("Maya Thompson", "the bill that came twice", before(120), before(12))
    )
    _make_demo_promise(
        morning, _DemoPromise("Jayden Cole", "the result of his throat swab", before(90), after(35), "noor")
    )
    _make_demo_promise(
        morning, _DemoPromise("Theo Baptiste", "a date for the eye clinic", before(60), after(200))
    )
    escalations.escalate_due_promises(clinic=morning.clinic, at=morning.at)


def _morning_and_evening(morning: DemoMorning, days: int) -> tuple[dt.datetime, dt.datetime]:
    """Return the morning and evening of that day."""
    return morning.on(days, "09:05"), morning.on(days, "17:00")


def _make_demo_promise(morning: DemoMorning, owed: _DemoPromise) -> Promise:
    patient = morning.patients[owed.child]
    guardian = patient.guardians.get(position=1)
    said = PromiseTerms(
        to_whom=guardian.name,
        way=ContactWay.PHONE,
        reach_at=guardian.phone,
        about=owed.about,
        due_at=owed.due,
    )
    return promises.make_promise(
        location=morning.desk(annexe=False),
        said=said,
        owner=morning.staff[owed.keeper] if owed.keeper else Role.MANAGER,
        by=morning.staff["dana"],
        at=owed.promised,
        patient=patient,
        # Just after midnight all times are close to now, so a due time may be in the past.
        confirmed=True,
    )
