"""An import that moves or cancels an appointment leaves the visit that took it its turn."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.cache import caches

from checkin.actions import needs, open_visits, record_imports, visits
from checkin.models import Appointment, Escort, PatientIdentifier, Visit
from checkin.rules import discrepancies as discrepancy_rules
from checkin.rules.record_rows import AppointmentItem, RecordItem
from checkin.web.desk import board_rows
from tests import make

pytestmark = pytest.mark.django_db
TYPED = {"escort_phone": "555-010-0002", "guardian_name": "Eva Ruiz", "address": "14 Oak Rd"}
WHO = [("", "7")]


@pytest.fixture
def leo(brook, front):
    leo = make.patient(brook, "Leo Ruiz", address="12 Elm St")
    PatientIdentifier.objects.create(clinic=brook, patient=leo, value="7")
    make.guardian(leo, "Ana Ruiz")
    Escort.objects.create(clinic=brook, patient=leo, name="Rosa Delgado", phone="555-010-0001")
    make.appointment(leo, front, make.at("9:45"), value="a1")
    return leo


@pytest.fixture
def here(front, leo):
    return make.visit(front, **TYPED)


def load(clinic, *items: RecordItem, at: str = "9:50") -> None:
    record_imports.import_record_items(clinic=clinic, items=items, at=make.at(at))


def booking(**values: Any) -> AppointmentItem:
    return AppointmentItem(patient_keys=list(WHO), key=("", "a1"), values=values)


def drawn(clinic) -> dict[int, str]:
    """The rows of every open visit as the boards show them: each from the cache where it is there."""
    found = Visit.objects.open().order_by("pk").values_list("pk", "board_version")
    shown = board_rows.load_board_rows(clinic, list(found), at=make.at("10:30"))
    return dict(zip([pk for pk, _ in found], shown, strict=True))


def assert_in_step(clinic) -> None:
    """What every open visit and its row say is what the record says now. Draw the rows before, to be kept."""
    shown = drawn(clinic)
    caches["rows"].clear()
    assert {pk: unversioned(row) for pk, row in shown.items()} == {
        pk: unversioned(row) for pk, row in drawn(clinic).items()
    }, "a row that was drawn before stands on a board"
    for visit in open_visits.with_visit_relations(Visit.objects.open()):
        known = open_visits.read_visit_dossiers([visit], now=make.at("10:30")).get(visit.pk)
        if known is not None:
            differs = {one.field: one for one in open_visits.find_visit_differences(visit, known)}
            fresh = discrepancy_rules.drop_kept_differences(
                differs.values(), known.kept, escort_id=visit.escort_id or 0
            )
            standing = {one.field: one for one in visit.discrepancies.open().exclude(field="sign_in")}
            assert {one.field for one in fresh} <= set(standing) <= set(differs)
            for field, row in standing.items():
                assert (row.recorded, row.cause) == (differs[field].recorded[:500], differs[field].cause)
        assert visit.open_discrepancies == visit.discrepancies.open().count()
        before = list(visit.needs.order_by("pk").values())
        needs.recompute_needs(visit=visit, at=make.at("10:30"))
        assert list(visit.needs.order_by("pk").values()) == before, "its needs are those of now"


def unversioned(row: str) -> str:
    return row.partition(" data-turn=")[2]


@pytest.mark.parametrize(("moved_to", "turn"), [("11:15", "9:45"), ("9:30", "9:40")])
def test_an_appointment_moved_today_never_costs_the_child_its_turn(brook, here, moved_to, turn):
    assert here.turn_at == make.at("9:45")
    load(brook, booking(starts_at=make.at(moved_to)))
    here.refresh_from_db()
    assert (here.turn_at, here.appointment.starts_at) == (make.at(turn), make.at(moved_to))


NEXT_WEEK = make.at("10:00", make.TUESDAY + dt.timedelta(days=8))


@pytest.mark.parametrize("said", [{}, {"status": "booked"}, {"status": "arrived"}, {"status": "fulfilled"}])
def test_an_appointment_moved_to_another_day_is_left_to_that_day(brook, front, here, dana, said):
    row = booking(starts_at=NEXT_WEEK, **said)
    load(brook, row)
    here.refresh_from_db()
    assert (here.turn_at, here.appointment) == (make.at("9:45"), None)
    assert "keeps its turn" in row.note
    visits.move_visit(
        visit=here, to="left_without_being_seen", by=dana, at=make.at("9:55"), reason="went home"
    )
    booked = Appointment.objects.get()
    assert (booked.status, booked.starts_at) == ("booked", NEXT_WEEK)
    load(brook, booking(starts_at=NEXT_WEEK, status="booked"))
    assert make.visit(front, NEXT_WEEK).appointment == booked


def test_an_appointment_moved_after_the_child_left_is_booked_for_its_new_day(brook, here, dana):
    visits.move_visit(
        visit=here, to="left_without_being_seen", by=dana, at=make.at("9:55"), reason="went home"
    )
    load(brook, booking(starts_at=NEXT_WEEK, status="booked"))
    assert list(Appointment.objects.expected().values_list("starts_at", flat=True)) == [NEXT_WEEK]


def test_moved_away_and_back_within_one_import_changes_nothing(brook, here):
    load(brook, booking(starts_at=NEXT_WEEK), booking(starts_at=make.at("9:45")))
    here.refresh_from_db()
    assert (here.appointment.status, here.turn_at) == ("arrived", make.at("9:45"))


def test_an_appointment_cancelled_while_the_child_is_here_is_told_and_the_visit_goes_on(brook, here):
    row = booking(starts_at=make.at("9:45"), status="cancelled")
    load(brook, row)
    here.refresh_from_db()
    assert (here.appointment.status, here.turn_at) == ("arrived", make.at("9:45"))
    assert "the visit goes on" in row.note


def test_one_moved_to_another_day_and_cancelled_there_stays_cancelled(brook, here):
    load(brook, booking(starts_at=NEXT_WEEK, status="cancelled"))
    here.refresh_from_db()
    assert (here.appointment, Appointment.objects.get().status) == (None, "cancelled")


@pytest.mark.parametrize(("starts", "turn"), [("9:45", "9:45"), ("10:00", "10:00"), ("15:00", "10:25")])
def test_a_walk_in_takes_an_appointment_imported_while_they_are_here(brook, front, leo, dana, starts, turn):
    """It was taken at the next step: till then the child stood there as expected, and then as missed."""
    Appointment.objects.all().delete()
    visit = make.visit(front)
    assert (visit.appointment, visit.turn_at) == (None, make.at("10:25"))
    load(brook, booking(starts_at=make.at(starts)))
    visit.refresh_from_db()
    assert (visit.appointment.starts_at, visit.appointment.status) == (make.at(starts), "arrived")
    assert visit.turn_at == make.at(turn), "nobody loses the turn that they have"
    assert_in_step(brook)
    visits.move_visit(visit=visit, to="roomed", by=dana, at=make.at("10:20"), reading="anyway")
    visit.refresh_from_db()
    assert visit.turn_at == make.at(turn)


def test_one_of_another_day_and_one_of_a_child_who_left_are_not_taken(brook, front, leo, dana):
    Appointment.objects.all().delete()
    visit = make.visit(front)
    load(brook, booking(starts_at=NEXT_WEEK))
    visit.refresh_from_db()
    assert visit.appointment is None
    visits.move_visit(
        visit=visit, to="left_without_being_seen", by=dana, at=make.at("9:55"), reason="went home"
    )
    values = {"starts_at": make.at("10:30")}
    load(brook, AppointmentItem(patient_keys=list(WHO), key=("", "a9"), values=values))
    visit.refresh_from_db()
    assert visit.appointment is None
