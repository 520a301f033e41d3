"""Appointments across midnight, and the nights when the clock changes."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from checkin.actions import excuse_notes, visits
from checkin.models import Discrepancy, ExcuseNote, Location, Visit
from checkin.models.excuse_notes import first_note_draft
from checkin.queries import board as board_queries
from checkin.rules.visit_steps import VisitState
from tests import make

NEW_YORK = ZoneInfo("America/New_York")
EVENING, MORNING = dt.date(2026, 11, 25), dt.date(2026, 11, 26)


@pytest.fixture
def night(db: None) -> Location:
    return make.location(make.clinic("Night Clinic", time_zone="America/New_York"))


def at(date: dt.date, clock: str, fold: int = 0) -> dt.datetime:
    time = dt.time.fromisoformat(clock).replace(fold=fold)
    return dt.datetime.combine(date, time, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("came", "booked"),
    [
        ((EVENING, "23:58"), (MORNING, "00:10")),
        ((MORNING, "00:02"), (EVENING, "23:50")),
        ((EVENING, "22:30"), (MORNING, "00:05")),
        ((MORNING, "00:40"), (EVENING, "23:50")),
        ((dt.date(2026, 12, 31), "23:55"), (dt.date(2027, 1, 1), "00:15")),
        ((dt.date(2028, 2, 29), "23:55"), (dt.date(2028, 3, 1), "00:15")),
        ((dt.date(2026, 11, 1), "00:02"), (dt.date(2026, 10, 31), "23:50")),
        ((dt.date(2027, 3, 13), "23:58"), (dt.date(2027, 3, 14), "00:10")),
    ],
    ids=str,
)
def test_a_sign_in_just_across_midnight_takes_that_appointment(
    night: Location, came: tuple[dt.date, str], booked: tuple[dt.date, str]
) -> None:
    leo = make.patient(night.clinic)
    made = make.appointment(leo, night, at(*booked))
    assert [
        one.appointment.pk
        for one in board_queries.list_expected_appointments(night.clinic, night.pk, at=at(*came))
    ] == [made.pk]
    visit = make.visit(night, at(*came))
    assert visit.appointment_id == made.pk
    assert visit.turn_at == max(at(*came).astimezone(dt.UTC), at(*booked).astimezone(dt.UTC))
    assert board_queries.list_expected_appointments(night.clinic, night.pk, at=at(*came)) == []


@pytest.mark.parametrize(("came", "day"), [((EVENING, "23:58"), "tomorrow"), ((MORNING, "00:02"), "")])
def test_an_expected_appointment_shows_its_side_of_midnight(
    night: Location, came: tuple[dt.date, str], day: str
) -> None:
    make.appointment(make.patient(night.clinic), night, at(MORNING, "00:10"))
    assert [
        one.day for one in board_queries.list_expected_appointments(night.clinic, night.pk, at=at(*came))
    ] == [day]


@pytest.mark.parametrize(
    ("moment", "booked", "is_near"),
    [
        ((EVENING, "22:00"), (MORNING, "00:59"), True),
        ((EVENING, "22:00"), (MORNING, "01:00"), False),
        ((MORNING, "01:00"), (EVENING, "22:00"), True),
        ((MORNING, "01:00"), (EVENING, "21:59"), False),
        ((EVENING, "01:00"), (EVENING, "23:59"), True),
        ((EVENING, "23:00"), (EVENING, "00:00"), True),
        ((dt.date(2026, 11, 1), "01:30", 1), (dt.date(2026, 10, 31), "23:00"), False),
        ((dt.date(2026, 11, 1), "01:30", 1), (dt.date(2026, 10, 31), "23:30"), True),
    ],
    ids=str,
)
def test_todays_and_those_within_three_hours_across_midnight_are_expected(
    night: Location,
    moment: tuple[dt.date, str] | tuple[dt.date, str, int],
    booked: tuple[dt.date, str],
    is_near: bool,
) -> None:
    make.appointment(make.patient(night.clinic), night, at(*booked))
    assert bool(board_queries.list_expected_appointments(night.clinic, night.pk, at=at(*moment))) is is_near


def test_yesterdays_appointment_shows_as_late_then_missed_then_disappears(night: Location) -> None:
    make.appointment(make.patient(night.clinic), night, at(EVENING, "23:50"))
    told = [
        board_queries.list_expected_appointments(night.clinic, night.pk, at=at(MORNING, c))
        for c in ("00:02", "00:40", "09:00")
    ]
    assert [[(one.day, one.status) for one in some] for some in told] == [
        [("yesterday", "late")],
        [("yesterday", "missed")],
        [],
    ]


def test_expected_appointments_are_sorted_by_time(night: Location) -> None:
    leo = make.patient(night.clinic)
    late, early = (make.appointment(leo, night, at(EVENING, clock)).pk for clock in ("15:00", "09:00"))
    assert [
        one.appointment.pk
        for one in board_queries.list_expected_appointments(night.clinic, night.pk, at=at(EVENING, "08:00"))
    ] == [
        early,
        late,
    ]


def test_the_nearer_of_two_appointments_is_taken(night: Location) -> None:
    leo = make.patient(night.clinic)
    for when in ((MORNING, "09:00"), (EVENING, "09:00")):
        make.appointment(leo, night, at(*when))
    near = make.appointment(leo, night, at(EVENING, "23:50"))
    assert make.visit(night, at(MORNING, "00:02")).appointment_id == near.pk


def test_tomorrow_mornings_appointment_is_not_taken_this_evening(night: Location) -> None:
    make.appointment(make.patient(night.clinic), night, at(MORNING, "09:00"))
    assert make.visit(night, at(EVENING, "20:00")).appointment_id is None


def test_signing_in_before_and_after_midnight_makes_a_discrepancy(night: Location) -> None:
    make.patient(night.clinic)
    make.visit(night, at(EVENING, "23:50"))
    again = make.visit(night, at(MORNING, "00:05"))
    assert Discrepancy.objects.get(visit=again).field == "sign_in"


CLOCK_BACK = dt.date(2026, 11, 1)


def drafted(night: Location, came: dt.datetime, left: dt.datetime) -> Any:
    dana = make.staff(night.clinic, "dana")
    make.patient(night.clinic)
    visit = make.visit(night, came, notes_wanted=["school"])
    visits.move_visit(visit=visit, to=VisitState.LEFT, by=dana, at=left, reason="note comes by mail")
    visit = Visit.objects.select_related("patient", "sign_in", "location__clinic").get(pk=visit.pk)
    return visit, dana, first_note_draft(visit, "school")


@pytest.mark.parametrize(
    ("came", "left", "end"),
    [
        (("01:50", 0), ("01:20", 1), None),
        (("01:10", 0), ("01:40", 1), None),
        (("01:10", 0), ("01:40", 0), dt.time(1, 40)),
        (("01:10", 1), ("01:40", 1), dt.time(1, 40)),
        (("00:30", 0), ("03:15", 0), dt.time(3, 15)),
    ],
    ids=str,
)
def test_a_note_is_issued_for_the_night_the_clock_goes_back(
    night: Location, came: tuple[str, int], left: tuple[str, int], end: dt.time | None
) -> None:
    visit, dana, draft = drafted(night, at(CLOCK_BACK, *came), at(CLOCK_BACK, *left))
    assert (draft.seen_from, draft.seen_to) == (dt.time.fromisoformat(came[0]), end)
    excuse_notes.issue_note(visit=visit, kind="school", by=dana, at=at(CLOCK_BACK, "03:30"))
    assert ExcuseNote.objects.get().seen_to == end


def test_a_note_is_issued_for_the_night_the_clock_goes_forward(night: Location) -> None:
    spring = dt.date(2027, 3, 14)
    visit, dana, draft = drafted(night, at(spring, "01:50"), at(spring, "03:10"))
    assert (draft.seen_from, draft.seen_to) == (dt.time(1, 50), dt.time(3, 10))
    assert excuse_notes.issue_note(visit=visit, kind="school", by=dana, at=at(spring, "03:20")).note.number


def test_a_note_for_a_visit_across_midnight_shows_only_when_it_began(night: Location) -> None:
    _, _, draft = drafted(night, at(EVENING, "23:50"), at(MORNING, "00:20"))
    assert (draft.seen_from, draft.seen_to) == (dt.time(23, 50), None)
