"""Sign the demo's families in and move their visits on, through the actions of a real clinic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial

from checkin.actions import excuse_notes, match_decisions, needs, visits
from checkin.management.demo.arrivals import EARLIER_DEMO_VISITS, USUAL_DEMO_MOVES, DemoArrival
from checkin.management.demo.demo_morning import DemoMorning
from checkin.management.demo.families import DEMO_FAMILIES, DEMO_NEWCOMERS
from checkin.management.demo.people import DemoChild
from checkin.models import Need, SignInChannel, Staff, Visit
from checkin.rules.need_types import NEED_TRAITS, NeedKind, NeedOutcome
from checkin.rules.visit_steps import VisitState

_DEMO_CHILDREN = {child.name: child for family in DEMO_FAMILIES for child in family.children}
_DEMO_CHILDREN |= {child.name: child for child in DEMO_NEWCOMERS}

_TimeOfMinutes = Callable[[float], dt.datetime]
_DemoStep = tuple[dt.datetime, int, int, str]


def make_earlier_demo_visits(morning: DemoMorning) -> None:
    for past in EARLIER_DEMO_VISITS:
        arrival = past.arrival._replace(moves=USUAL_DEMO_MOVES)
        end = morning.on(-past.days, past.clock) + dt.timedelta(minutes=arrival.ago)
        make_demo_visits(morning, [arrival], partial(_minutes_before, end))


def _minutes_before(end: dt.datetime, minutes: float) -> dt.datetime:
    return end - dt.timedelta(minutes=minutes)


def make_demo_visits(morning: DemoMorning, arrivals: list[DemoArrival], when: _TimeOfMinutes) -> None:
    """Sign in, link and move, in chronological order. `when` turns minutes ago into a time."""
    made: dict[int, Visit] = {}
    for at, place, _, what in sorted(_list_demo_steps(arrivals, when)):
        arrival = arrivals[place]
        if what == "arrive":
            made[place] = _sign_in_demo_arrival(morning, arrival, at)
        elif what == "link":
            patient = morning.patients[arrival.child]
            match_decisions.link_visit_to_patient(
                visit=made[place], patient=patient, by=_demo_desk_clerk(morning, arrival), at=at
            )
        else:
            _move_demo_visit(made[place], what, by=_demo_staff_who_moves(morning, arrival, what), at=at)


def _move_demo_visit(visit: Visit, to: str, *, by: Staff, at: dt.datetime) -> None:
    """Move the visit one step on; when it leaves, issue its notes and defer other needs."""
    if to == VisitState.LEFT:
        for need in visit.needs.open():
            _answer_demo_need(visit, need, by=by, at=at)
    visit.refresh_from_db()
    visits.move_visit(visit=visit, to=to, by=by, at=at, reading="read")


def _answer_demo_need(visit: Visit, need: Need, *, by: Staff, at: dt.datetime) -> None:
    traits = NEED_TRAITS[NeedKind(need.kind)]
    if traits.note is not None:
        excuse_notes.issue_note(visit=visit, kind=traits.note, by=by, at=at)
    elif traits.is_met_in_passing:
        needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=by, at=at)
    else:
        needs.answer_need(need=need, outcome=NeedOutcome.DEFERRED, reason="will come back", by=by, at=at)


def _list_demo_steps(arrivals: list[DemoArrival], when: _TimeOfMinutes) -> Iterator[_DemoStep]:
    """Yield (time, arrival, step number, step), to sort: near midnight many have the same time."""
    for place, arrival in enumerate(arrivals):
        yield when(arrival.ago), place, 0, "arrive"
        if arrival.linked is not None:
            yield when(arrival.linked), place, 1, "link"
        for nth, (state, ago) in enumerate(arrival.moves, start=2):
            yield when(ago), place, nth, str(state)


def _sign_in_demo_arrival(morning: DemoMorning, arrival: DemoArrival, at: dt.datetime) -> Visit:
    desk = morning.desk(arrival.annexe)
    receipt = visits.record_sign_in(
        location=desk,
        claim=_demo_sign_in_claim(arrival, today=morning.today, at=at),
        at=at,
        channel=SignInChannel.KIOSK,
        device=morning.tablets[desk.pk],
    )
    return receipt.visit


def _demo_sign_in_claim(arrival: DemoArrival, *, today: dt.date, at: dt.datetime) -> dict[str, object]:
    """Return the claim as the tablet sends it."""
    child = _DEMO_CHILDREN.get(arrival.child, DemoChild("", ""))
    given, family = arrival.typed or (child.given, child.family)
    return {
        "child_given_name": given,
        "child_family_name": family,
        "child_birth_date": _demo_birth_date(arrival, child, today),
        "escort_name": arrival.who,
        "relationship": arrival.relationship,
        "escort_phone": arrival.tel,
        "reason": arrival.reason,
        "also": arrival.also,
        "notes_wanted": arrival.notes,
        **arrival.wishes,
        "language": arrival.language,
        "interpreter": bool(arrival.interpreter),
        "interpreter_language": arrival.interpreter,
        "access_needs": arrival.access,
        "help": arrival.asks_for_a_person,
        "is_patient": arrival.alone,
        "typed_at": at.isoformat(timespec="seconds"),
    }


def _demo_birth_date(arrival: DemoArrival, child: DemoChild, today: dt.date) -> str:
    if arrival.birth == "blank" or not child.given:
        return ""
    born = child.born(today)
    return (born.replace(year=born.year - 1) if arrival.birth == "slip" else born).isoformat()


def _demo_desk_clerk(morning: DemoMorning, arrival: DemoArrival) -> Staff:
    return morning.staff["felix" if arrival.annexe else "dana"]


def _demo_staff_who_moves(morning: DemoMorning, arrival: DemoArrival, to: str) -> Staff:
    """Return a clinician for the clinical steps, otherwise the desk clerk."""
    if to in (VisitState.ROOMED, VisitState.WITH_CLINICIAN, VisitState.READY):
        return morning.staff["samuel" if arrival.annexe else "noor"]
    return _demo_desk_clerk(morning, arrival)
