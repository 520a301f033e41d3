"""Lets the demo's families sign in and be seen, through the actions that a real clinic uses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from checkin.actions import excuse_notes, matches, needs, visits
from checkin.management.demo.families import FAMILIES, NEWCOMERS
from checkin.management.demo.morning import Morning
from checkin.management.demo.people import Child
from checkin.management.demo.sayings import EARLIER, USUAL, Arrival
from checkin.models import Channel, Need, Staff, Visit
from checkin.rules.excuse_notes import Kind as Note
from checkin.rules.need_facts import Kind, Outcome
from checkin.rules.visits import State

CHILDREN = {child.name: child for family in FAMILIES for child in family.children}
CHILDREN |= {child.name: child for child in NEWCOMERS}

When = Callable[[float], dt.datetime]
Step = tuple[dt.datetime, int, int, str]


def live_through_earlier_visits(morning: Morning) -> None:
    for past in EARLIER:
        arrival = past.arrival._replace(moves=USUAL)
        end = morning.on(-past.days, past.clock) + dt.timedelta(minutes=arrival.ago)
        live_through(morning, [arrival], partial(before, end))


def before(end: dt.datetime, minutes: float) -> dt.datetime:
    return end - dt.timedelta(minutes=minutes)


def live_through(morning: Morning, arrivals: list[Arrival], when: When) -> None:
    """Sign in, link and move, in the order in which it happened. `when` turns minutes ago into a time."""
    made: dict[int, Visit] = {}
    for at, place, _, what in sorted(steps(arrivals, when)):
        arrival = arrivals[place]
        if what == "arrive":
            made[place] = sign_in(morning, arrival, at)
        elif what == "link":
            patient = morning.patients[arrival.child]
            matches.link(visit=made[place], patient=patient, by=desk_clerk(morning, arrival), at=at)
        else:
            go_on(made[place], what, by=mover(morning, arrival, what), at=at)


def go_on(visit: Visit, to: str, *, by: Staff, at: dt.datetime) -> None:
    """One step on; whoever leaves has the notes they need, and what else was due waits for another day."""
    if to == State.LEFT:
        for need in visit.needs.open():
            hand_over(visit, need, by=by, at=at)
    visit.refresh_from_db()
    visits.move(visit=visit, to=to, by=by, at=at, reading="read")


NOTES = {Kind.SCHOOL_NOTE: Note.SCHOOL, Kind.WORK_NOTE: Note.WORK}
BY_THE_WAY = {Kind.INTERPRETER, Kind.ACCESS, Kind.SECOND_CONCERN, Kind.PHONE_GUARDIAN}


def hand_over(visit: Visit, need: Need, *, by: Staff, at: dt.datetime) -> None:
    if need.kind in NOTES:
        excuse_notes.issue(visit=visit, kind=NOTES[Kind(need.kind)], by=by, at=at)
    elif need.kind in BY_THE_WAY:
        needs.answer(need=need, outcome=Outcome.DONE, by=by, at=at)
    else:
        needs.answer(need=need, outcome=Outcome.DEFERRED, reason="will come back", by=by, at=at)


def steps(arrivals: list[Arrival], when: When) -> Iterator[Step]:
    """Time, whose arrival, which of its steps, and what it is. Near midnight many have the same time."""
    for place, arrival in enumerate(arrivals):
        yield when(arrival.ago), place, 0, "arrive"
        if arrival.linked is not None:
            yield when(arrival.linked), place, 1, "link"
        for nth, (state, ago) in enumerate(arrival.moves, start=2):
            yield when(ago), place, nth, str(state)


def sign_in(morning: Morning, arrival: Arrival, at: dt.datetime) -> Visit:
    desk = morning.desk(arrival.annexe)
    receipt = visits.sign_in(
        location=desk,
        claim=typed(arrival, today=morning.today, at=at),
        at=at,
        channel=Channel.KIOSK,
        device=morning.tablets[desk.pk],
    )
    return receipt.visit


def typed(arrival: Arrival, *, today: dt.date, at: dt.datetime) -> dict[str, Any]:
    """The claim as the tablet sends it."""
    child = CHILDREN.get(arrival.child, Child("", ""))
    given, family = arrival.typed or (child.given, child.family)
    return {
        "child_given_name": given,
        "child_family_name": family,
        "child_birth_date": typed_birth(arrival, child, today),
        "escort_name": arrival.who,
        "relationship": arrival.relationship,
        "escort_phone": arrival.tel,
        "reason": arrival.reason,
        "also": arrival.also,
        "notes_wanted": arrival.notes,
        "approach": arrival.approach,
        "language": arrival.language,
        "interpreter": bool(arrival.interpreter),
        "interpreter_language": arrival.interpreter,
        "access_needs": arrival.access,
        "help": arrival.asks_for_a_person,
        "is_patient": arrival.alone,
        "typed_at": at.isoformat(timespec="seconds"),
    }


def typed_birth(arrival: Arrival, child: Child, today: dt.date) -> str:
    if arrival.birth == "blank" or not child.given:
        return ""
    born = child.born(today)
    return (born.replace(year=born.year - 1) if arrival.birth == "slip" else born).isoformat()


def desk_clerk(morning: Morning, arrival: Arrival) -> Staff:
    return morning.staff["felix" if arrival.annexe else "dana"]


def mover(morning: Morning, arrival: Arrival, to: str) -> Staff:
    """Clinicians do what happens behind the door, the desk does the rest."""
    if to in (State.ROOMED, State.WITH_CLINICIAN, State.READY):
        return morning.staff["samuel" if arrival.annexe else "noor"]
    return desk_clerk(morning, arrival)
